"""TEI: volumes of *Foreign Relations of the United States*, and single documents.

A volume is read as a stream, one document after another, and what was read is let go of: memory
doesn't grow with the volume. Entities are never expanded, document types and networks never
loaded, and a file that declares entities of its own is refused, since nothing here needs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from standoff.errors import Position, Problem, SourceError
from standoff.sources.document import Document, Volume
from standoff.sources.file_names import as_text, stem_of
from standoff.sources.tei_document import Listed, Surroundings, read_document
from standoff.sources.tei_walk import XML_ID, TooDeep, UsesEntity, local, page_of, plain_words

LARGEST = 200_000_000
"""Bytes of a file; the largest printed volumes are below 20 million."""

_WATCHED = ("{*}div", "{*}head", "{*}pb", "{*}teiHeader")
_ROOTS = frozenset(["TEI", "TEI.2", "teiCorpus", "text", "body", "div", "group"])
_NAMED = re.compile(r"(?P<volume>frus[\w.-]*?)-(?P<id>d\d+[A-Z]?)", re.IGNORECASE)
_OPTIONS = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "remove_pis": True,
}


@dataclass
class _Part:
    """A division of the volume that is being read: its element, its heading."""

    element: etree._Element
    heading: str = ""


def named_in(path: Path) -> tuple[str, str]:
    """(volume, id) that a file's name gives: `frus1961-63v12-d102.xml`. The id may be empty."""
    stem = stem_of(path)
    found = _NAMED.fullmatch(stem)
    return (found["volume"], found["id"]) if found else (stem, "")


def read_tei(path: Path, tick: Callable[[int], None] | None = None) -> Iterator[Document]:
    """The documents of a TEI file, in order. `tick` is told the bytes that were read so far.

    Raises `SourceError`, which may come after some documents: nothing of such a file counts.
    """
    volume_id, id = named_in(path)
    around = Surroundings(Volume(volume_id))
    found = 0
    with path.open("rb") as file:
        try:
            for element in _documents(file, around, path):
                found += 1
                document = read_document(element, around, id if id and found == 1 else f"n{found}")
                if tick is not None:
                    tick(file.tell())
                yield document
            if not found:
                yield _whole(path, around, id)
        except etree.XMLSyntaxError as wrong:
            raise _not_xml(path, wrong) from None
        except UsesEntity as wrong:
            entity, line = wrong.args
            raise SourceError(
                Problem(
                    "entities",
                    "the text uses an entity, whose words are not in the file",
                    Position(as_text(path), line or 1, 1),
                    found=str(entity),
                    expected="the character itself, or its number (&#233;)",
                )
            ) from None
        except (TooDeep, RecursionError):
            raise SourceError(
                Problem("too-deep", "elements are nested too deeply", Position(as_text(path), 1, 1))
            ) from None


def _documents(file: object, around: Surroundings, path: Path) -> Iterator[etree._Element]:
    """The elements of the documents; `around` is kept up to date for the one that is given out."""
    stack: list[_Part] = []
    persons: dict[str, Listed] = {}
    terms: dict[str, Listed] = {}
    around.persons, around.terms = persons, terms
    inside: etree._Element | None = None
    first = True
    for event, element in etree.iterparse(file, ("start", "end"), tag=_WATCHED, **_OPTIONS):
        if first:
            _refuse_entities(element, path)
            first = False
        name = local(element)
        if event == "start":
            if name == "div" and inside is None:
                if element.get("type") == "document":
                    inside = element
                    around.section = tuple(part.heading for part in stack if part.heading)
                else:
                    stack.append(_Part(element))
        elif inside is not None and element is inside:
            yield element
            pages = list(element.iter("{*}pb"))
            if pages:
                around.page = page_of(pages[-1], 0)
            inside = None
            _let_go(element)
        elif inside is not None:
            continue
        elif name == "head" and stack and element.getparent() is stack[-1].element:
            stack[-1].heading = stack[-1].heading or plain_words(element, notes=False)
        elif name == "pb":
            around.page = page_of(element, 0)
        elif name == "teiHeader":
            around.volume = volume_of(element, around.volume.id)
        elif name == "div" and stack and element is stack[-1].element:
            stack.pop()
            _gather(element, persons, terms)
            _let_go(element)


def _let_go(element: etree._Element) -> None:
    """Free what was read, and what stands before it."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _refuse_entities(element: etree._Element, path: Path) -> None:
    declared = element.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise SourceError(
            Problem(
                "entities",
                "the file declares entities, which are never read",
                Position(as_text(path), 1, 1),
                expected="XML without <!ENTITY ...> declarations",
            )
        )


def _gather(element: etree._Element, persons: dict[str, Listed], terms: dict[str, Listed]) -> None:
    """Entries of lists of persons and of abbreviations: whatever item defines an id."""
    for item in element.iter("{*}item"):
        for kind, into in (("persName", persons), ("term", terms)):
            for named in item.iter(f"{{*}}{kind}"):
                id = named.get(XML_ID)
                if id and id not in into:
                    name = plain_words(named).strip(" ,")
                    whole = plain_words(item, notes=False)
                    into[id] = Listed(name, whole.partition(name)[2].strip(" ,:;"))


def volume_of(header: etree._Element, fallback: str) -> Volume:
    """What a file's header says of the volume; `fallback` is its id where the header has none."""

    def words(where: str) -> str:
        found = header.find(where)
        return plain_words(found) if found is not None else ""

    def editors(role: str) -> tuple[str, ...]:
        found = header.iterfind(f".//{{*}}titleStmt/{{*}}editor[@role='{role}']")
        return tuple(w for w in map(plain_words, found) if w)

    titles = {
        title.get("type") or "": plain_words(title)
        for title in reversed(header.findall(".//{*}titleStmt/{*}title"))
    }
    dated = header.find(".//{*}publicationStmt/{*}date[@type='publication-date']")
    year = plain_words(dated) if dated is not None else words(".//{*}publicationStmt/{*}date")
    return Volume(
        id=words(".//{*}idno[@type='frus']")
        or words(".//{*}bibl[@type='frus-volume-id']")
        or fallback,
        title=titles.get("complete") or titles.get("") or next(iter(titles.values()), ""),
        series=titles.get("series", ""),
        subseries=titles.get("subseries", ""),
        number=titles.get("volumenumber") or titles.get("volume-number") or "",
        name=titles.get("volume", ""),
        editors=editors("primary"),
        general_editors=editors("general"),
        publisher=words(".//{*}publicationStmt/{*}publisher"),
        place=words(".//{*}publicationStmt/{*}pubPlace"),
        year=year,
    )  # fmt: skip


def _whole(path: Path, around: Surroundings, id: str) -> Document:
    """A file without divisions of the type `document`: all of its body is one."""
    parser = etree.XMLParser(**_OPTIONS)
    root = etree.parse(str(path), parser).getroot()
    _refuse_entities(root, path)
    if local(root) not in _ROOTS:
        raise SourceError(
            Problem(
                "not-tei",
                "the file is XML, but no TEI",
                Position(as_text(path), root.sourceline or 1, 1),
                found=f"<{local(root)}>",
                expected='<TEI> with documents, or <div type="document">',
            )
        )
    header = root.find("{*}teiHeader")
    if header is not None:
        around.volume = volume_of(header, around.volume.id)
    body = next(root.iter("{*}body"), root)
    around.page = None
    document = read_document(body, around, id or "d1")
    heading = document.heading or around.volume.title
    return replace(document, heading=heading)


def _not_xml(path: Path, wrong: etree.XMLSyntaxError) -> SourceError:
    line, column = wrong.position if wrong.position else (1, 1)
    said = str(wrong.msg or "").partition(", line ")[0]
    return SourceError(
        Problem(
            "not-xml",
            f"the file is not well-formed XML: {said}",
            Position(as_text(path), max(line or 1, 1), max(column or 1, 1)),
        )
    )
