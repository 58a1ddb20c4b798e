"""One document of a TEI file: its element read into a `Document`.

Names of elements are matched without their namespaces, since two editions of *Foreign Relations*
use different ones. The walk is recursive and counts its depth; a note in the text is read apart and
leaves only its offset behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from standoff.sources.dating import Where, encoded, in_words
from standoff.sources.document import (
    Correction,
    Date,
    Document,
    Note,
    Page,
    PassageKind,
    Person,
    Reference,
    Term,
    Volume,
)
from standoff.sources.headings import (
    is_source_note,
    kind_of,
    numbered,
    parties,
    source_note,
    without_citation,
)
from standoff.sources.running_text import RunningText

READER = "tei/1"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
DEEPEST = 100
"""Elements within elements, counted from the document's own: more is refused."""

_BLOCKS: dict[str, PassageKind] = {
    "p": "paragraph", "ab": "paragraph", "l": "paragraph", "salute": "paragraph",
    "item": "item", "row": "row", "head": "heading", "byline": "heading", "dateline": "dateline",
    "signed": "signature", "closer": "signature", "trailer": "paragraph",
    "opener": "paragraph", "postscript": "paragraph", "figDesc": "paragraph",
}  # fmt: skip
_NAMES = frozenset(["persName", "rs", "name"])
_NOT_TEXT = frozenset(["page-count-according-to-citation", "pdf", "graphic"])
_DEAR = re.compile(r"^dear\s+(?P<who>[^:,.]{1,60}(?:\.\s[^:,.]{1,60})?)[:,—–-]", re.IGNORECASE)
_ADDRESS = "https://history.state.gov/historicaldocuments"


class TooDeep(Exception):
    """Elements within elements within elements: nothing that a person wrote."""


class UsesEntity(Exception):
    """A reference to an entity: its words are not in the file. Its name and line are `args`."""


@dataclass(frozen=True)
class Listed:
    """An entry of a volume's list of persons or of abbreviations."""

    name: str
    gloss: str


@dataclass
class Surroundings:
    """What a document takes from the volume that it stands in."""

    volume: Volume
    persons: Mapping[str, Listed] = field(default_factory=dict)
    terms: Mapping[str, Listed] = field(default_factory=dict)
    section: tuple[str, ...] = ()
    page: Page | None = None
    """The page that began last before the document."""


def local(element: etree._Element | None) -> str:
    """The element's name without its namespace; empty for comments, instructions, entities."""
    tag = element.tag if element is not None else None
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def plain_words(element: etree._Element, *, notes: bool = True) -> str:
    """All words of an element, white space folded; without its notes if `notes` is false."""
    if len(element) == 0:
        return " ".join((element.text or "").split())
    if notes or element.find(".//{*}note") is None:
        return " ".join("".join(element.itertext(etree.Element)).split())
    text = RunningText()
    _Walk(text, DocumentParts(), inside_note=True, skip_notes=True).children(element, 0)
    return " ".join(text.finish()[0].split())


@dataclass
class DocumentParts:
    """What the walk gathers beside the text."""

    notes: list[Note] = field(default_factory=list)
    source_note_ids: list[tuple[int, str]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    persons: dict[str, Person] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    signed: list[Person] = field(default_factory=list)
    saluted: list[str] = field(default_factory=list)
    dates: list[Date] = field(default_factory=list)
    place: str = ""
    images: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class _Walk:
    """Reads elements into a text, in document order."""

    def __init__(
        self,
        text: RunningText,
        parts: DocumentParts,
        *,
        inside_note: bool = False,
        skip_notes: bool = False,
    ) -> None:
        self.text = text
        self.parts = parts
        self.inside_note = inside_note
        self.skip_notes = skip_notes
        self.in_heading = False
        self.attached = 0
        self.in_dateline = False
        self.label = ""  # of the list's next item

    @property
    def _at(self) -> int | None:
        return None if self.inside_note or self.in_heading else self.text.next

    def children(self, element: etree._Element, depth: int) -> None:
        """The words and the elements within `element`."""
        if depth > DEEPEST:
            raise TooDeep
        self.text.add(element.text)
        for child in element:
            self.element(child, depth + 1)
            self.text.add(child.tail)

    def element(self, element: etree._Element, depth: int) -> None:
        """One element; its tail is the caller's."""
        name = local(element)
        if not name or name in _NOT_TEXT:
            if element.tag is etree.Entity:
                raise UsesEntity(element.text, element.sourceline)
            return
        if name == "note":
            self._note(element, depth)
        elif name == "pb":
            self.parts.pages.append(page_of(element, self.text.here))
        elif name == "lb" or name == "cb":
            self.text.space()
        elif name == "uh-oh":
            self.parts.remarks.append(f"the editors remark: {plain_words(element)}")
        elif name == "file":
            self.parts.images.append(element.get("path") or element.get("id") or "")
        elif name == "choice":
            self._choice(element, depth)
        elif name in _BLOCKS:
            self._block(element, name, depth)
        elif name == "label" and local(element.getparent()) == "list":
            self.label = plain_words(element)
        elif name == "attachment":
            self.attached += 1
            self.children(element, depth)
            self.attached -= 1
        else:
            self._inline(element, name, depth)

    def _block(self, element: etree._Element, name: str, depth: int) -> None:
        if self.inside_note:
            self.text.space()
            self.children(element, depth)
            self.text.space()
            return
        outer = self.in_dateline
        self.in_dateline = outer or (name == "dateline" and not self.attached)
        self.text.begin(_BLOCKS[name])
        if name == "item" and self.label:
            self.text.add(self.label + " ")
            self.label = ""
        self.children(element, depth)
        self.text.end()
        self.in_dateline = outer
        if name == "signed":
            self._signature(element)
        elif name == "salute":
            self.parts.saluted.append(plain_words(element, notes=False).strip(" :,"))

    def _inline(self, element: etree._Element, name: str, depth: int) -> None:
        if name == "cell":
            self.text.space()
            self.children(element, depth)
            self.text.space()
            return
        if name in _NAMES or name == "gloss" or name == "term":
            self._mention(element, name)
        elif name == "ref":
            target = element.get("target") or ""
            words = plain_words(element)
            self.parts.references.append(Reference(target, words, self._at))
        elif name in ("date", "time") and not self.inside_note:
            self._date(element)
        elif name == "placeName" and self.in_dateline and not self.parts.place:
            self.parts.place = plain_words(element, notes=False).strip(" ,.[]")
        self.children(element, depth)

    def _choice(self, element: etree._Element, depth: int) -> None:
        """Two readings: the text has the editors', the printed one is kept beside it."""
        by_name = {local(child): child for child in reversed(element)}
        chosen = next((by_name[n] for n in ("corr", "reg", "expan") if n in by_name), None)
        if chosen is None:
            chosen = next((c for n, c in by_name.items() if n), None)
            if chosen is not None:
                self.children(chosen, depth + 1)
            return
        printed = next((by_name[n] for n in ("sic", "orig", "abbr") if n in by_name), None)
        start = self.text.next
        self.children(chosen, depth + 1)
        if printed is not None and not (self.inside_note or self.in_heading):
            words = plain_words(printed)
            self.parts.corrections.append(Correction(start, self.text.here, words))

    def _note(self, element: etree._Element, depth: int) -> None:
        if self.skip_notes:
            return
        if element.get("rend") == "inline" and element.get("type") != "source":
            self.children(element, depth)
            return
        if depth > DEEPEST:
            raise TooDeep
        apart = RunningText()
        walk = _Walk(apart, self.parts, inside_note=True)
        walk.children(element, depth)
        words = apart.finish()[0]
        id = element.get(XML_ID) or ""
        label = element.get("n") or ""
        at = None if self.in_heading or self.inside_note else self.text.here
        claims = (
            (3 if element.get("type") == "source" else 0)
            or (2 if label == "0" or id.endswith("fn0") else 0)
            or (1 if is_source_note(words) else 0)
        )
        if claims:
            self.parts.source_note_ids.append((claims, id or words))
        self.parts.notes.append(Note(id, label, words, at))

    def _mention(self, element: etree._Element, name: str) -> None:
        words = plain_words(element, notes=False)
        link = element.get("corresp") or element.get("ref") or element.get("target") or ""
        id = link.rpartition("#")[2]
        if not words:
            return
        if name in ("gloss", "term"):
            if id:
                self.parts.terms.setdefault(id, Term(words, id))
        else:
            self.parts.persons.setdefault(id or words, Person(words, id))

    def _signature(self, element: etree._Element) -> None:
        named = next((e for e in element.iter("{*}persName")), None)
        if named is not None:
            link = (named.get("corresp") or named.get("ref") or "").rpartition("#")[2]
            who = Person(plain_words(named, notes=False), link)
        else:
            lines = RunningText()
            walk = _Walk(lines, DocumentParts(), inside_note=True, skip_notes=True)
            walk.text.add(element.text)
            for child in element:
                if local(child) == "lb" and not lines.is_empty:
                    break
                walk.element(child, 1)
                walk.text.add(child.tail)
            who = Person(" ".join(lines.finish()[0].split()))
        who = replace(who, words=who.words.strip(' ,"“”'))
        if who.words and who not in self.parts.signed:
            self.parts.signed.append(who)

    def _date(self, element: etree._Element) -> None:
        where: Where = "text"
        if self.in_heading:
            where = "heading"
        elif self.in_dateline:
            where = "dateline"
        words = plain_words(element, notes=False)
        given = element.get
        when, first, last = (
            given("when") or "",
            given("from") or given("notBefore") or "",
            given("to") or given("notAfter") or "",
        )
        if local(element) == "time":
            # Hours alone, after a date in the same line: they are hours of that day.
            day = next((d for d in reversed(self.parts.dates) if d.place == where), None)
            on = (day.when or day.first)[:10] if day else ""
            if len(on) != 10 or not (first or last or when):
                return
            when, first, last = (f"{on}T{t}" if t else "" for t in (when, first, last))
            if when and not first:
                first, last, when = when, last or when, ""
        self.parts.dates.append(encoded(words, when, first, last, where))


def page_of(element: etree._Element, at: int, *, carried: bool = False) -> Page:
    """The page that a `pb` begins, at an offset."""
    return Page(element.get("n") or "", at, "print", element.get("facs") or "", carried)


def read_document(element: etree._Element, around: Surroundings, id: str = "") -> Document:
    """The document whose element this is. Raises `TooDeep`."""
    parts = DocumentParts()
    text = RunningText()
    walk = _Walk(text, parts)
    head = next((c for c in element if local(c) == "head"), None)
    heading = _heading(head, parts)
    for child in element:
        if child is not head:
            walk.element(child, 1)
    words, passages = text.finish()

    number, heading = _number_of(element.get("n") or "", heading)
    remarks = parts.remarks
    notes = _with_source(parts)
    if not words and not any(n.is_source for n in notes):
        heading, cited = without_citation(heading)
        if cited:
            notes.append(Note("", "", cited, None, True))
    senders, recipients = _parties(element, head)
    if not senders and not recipients and head is not None:
        said_from, said_to = parties(heading)
        senders, recipients = list(said_from), list(said_to)
        if senders or recipients:
            remarks.append("sender and recipient are read from the heading's words")
    dates = _dates(element, parts, heading)
    if any(d.when.startswith("--") for d in dates):
        remarks.append("the date is given without its year")
    if not words:
        remarks.append("only a heading: the file has no text of this document")
    pages = ([replace(around.page, at=0, carried=True)] if around.page else []) + parts.pages
    pages += [Page(str(i + 1), 0, "facsimile", name) for i, name in enumerate(parts.images)]
    about = next((source_note(n.text) for n in notes if n.is_source), None)
    id = element.get(XML_ID) or id or (f"d{number}" if number else "")
    return Document(
        volume=around.volume,
        number=number,
        id=id,
        rendering="tei",
        reader=READER,
        address=f"{_ADDRESS}/{around.volume.id}/{id}"
        if around.volume.id.startswith("frus")
        else "",
        heading=heading,
        kind=kind_of(heading),
        section=around.section,
        senders=_looked_up(senders, around),
        recipients=_looked_up(recipients, around),
        speakers=_looked_up(parts.signed, around),
        spoken_to=_spoken_to(parts, [words[p.start : p.end] for p in passages[:12]]),
        dates=tuple(dates),
        place=parts.place,
        marking=about.marking if about else "",
        archive=about.archive if about else "",
        text=words,
        passages=tuple(replace(p, page=_page_at(pages, p.start)) for p in passages),
        notes=tuple(notes),
        pages=tuple(pages),
        references=tuple(parts.references),
        persons=_looked_up(parts.persons.values(), around),
        terms=tuple(_term(t, around) for t in parts.terms.values()),
        corrections=tuple(parts.corrections),
        remarks=tuple(remarks),
    )


def _heading(head: etree._Element | None, parts: DocumentParts) -> str:
    if head is None:
        return ""
    text = RunningText()
    walk = _Walk(text, parts)
    walk.in_heading = True
    walk.children(head, 1)
    return " ".join(text.finish()[0].split())


def _number_of(given: str, heading: str) -> tuple[str, str]:
    """(number, heading without it). The attribute counts; the heading's number is its fallback."""
    found, rest = numbered(heading)
    if not given:
        return found, rest
    return given, rest if found == given else heading


def _with_source(parts: DocumentParts) -> list[Note]:
    """The notes; of those that may be the source note, the one with the best claim is it."""
    if not parts.source_note_ids:
        return list(parts.notes)
    best = max(parts.source_note_ids, key=lambda one: one[0])[1]
    found, notes = False, []
    for note in parts.notes:
        is_it = not found and (note.id or note.text) == best
        found = found or is_it
        notes.append(replace(note, is_source=True) if is_it else note)
    return notes


def _parties(
    element: etree._Element, head: etree._Element | None
) -> tuple[list[Person], list[Person]]:
    """Those whom the heading marks as sender and recipient; else those of lists of that type."""
    found: dict[str, list[Person]] = {"from": [], "to": []}
    for marked in head.iter(etree.Element) if head is not None else ():
        side = found.get(marked.get("type") or "")
        if side is not None:
            link = marked.get("corresp") or marked.get("ref") or marked.get("target") or ""
            side.append(Person(plain_words(marked, notes=False), link.rpartition("#")[2]))
    if not any(found.values()):
        for listed in element.iterchildren("{*}list"):
            side = found.get(listed.get("type") or "")
            if side is not None:
                side += [_item(item) for item in listed.iterchildren("{*}item")]
    return [p for p in found["from"] if p.words], [p for p in found["to"] if p.words]


def _item(item: etree._Element) -> Person:
    named = next(item.iter("{*}persName"), None)
    link = (named.get("corresp") or named.get("ref") or "") if named is not None else ""
    return Person(plain_words(item, notes=False), link.rpartition("#")[2])


def _dates(element: etree._Element, parts: DocumentParts, heading: str) -> list[Date]:
    dates = list(parts.dates)
    bounds = {"min": "", "max": ""}
    for name, value in element.attrib.items():
        side = str(name).rpartition("}doc-dateTime-")[2]
        if side in bounds:
            bounds[side] = str(value)
    if bounds["min"] or bounds["max"]:
        dates.append(encoded("", "", bounds["min"], bounds["max"], "edition"))
    if not any(d.when or d.first for d in dates):
        said = in_words(heading, "heading")
        if said is not None and (said.when or not dates):
            dates.append(said)
    return dates


def _looked_up(persons: Iterable[Person], around: Surroundings) -> tuple[Person, ...]:
    found = []
    for person in persons:
        entry = around.persons.get(person.id)
        found.append(replace(person, name=entry.name, gloss=entry.gloss) if entry else person)
    return tuple(found)


def _term(term: Term, around: Surroundings) -> Term:
    entry = around.terms.get(term.id)
    return replace(term, name=entry.name, gloss=entry.gloss) if entry else term


def _spoken_to(parts: DocumentParts, beginnings: list[str]) -> tuple[Person, ...]:
    """Who is addressed: the encoded salutation, else the first `Dear ...:` among the passages."""
    if parts.saluted:
        said = re.sub(r"^(?:my\s+)?dear\s+", "", parts.saluted[0], flags=re.IGNORECASE)
        return (Person(said),) if said else ()
    found = next((m for m in map(_DEAR.match, beginnings) if m), None)
    return (Person(found["who"].strip()),) if found else ()


def _page_at(pages: list[Page], at: int) -> str:
    label = ""
    for page in pages:
        if page.medium == "print" and page.at <= at:
            label = page.label
    return label
