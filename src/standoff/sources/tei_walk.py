"""The walk over a TEI document's elements: text, and what hangs on it by an offset.

The elements are those of the TEI guidelines (`teip5`), matched without their namespaces. The walk
is recursive and counts its depth; a note is read apart and leaves only its offset in the text.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml import etree

from standoff.sources.dating import Where, encoded
from standoff.sources.document import (
    Correction,
    Date,
    Note,
    Page,
    PassageKind,
    Person,
    Reference,
    Term,
)
from standoff.sources.headings import is_source_note
from standoff.sources.running_text import RunningText

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


class TooDeep(Exception):
    """Elements within elements within elements: nothing that a person wrote."""


class UsesEntity(Exception):
    """A reference to an entity: its words are not in the file. Its name and line are `args`."""


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
    Walk(text, DocumentParts(), inside_note=True, skip_notes=True).children(element, 0)
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


class Walk:
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
        self.label = ""  # of the list's next item, not yet said

    @property
    def _at(self) -> int | None:
        return None if self.inside_note or self.in_heading else self.text.next

    def children(self, element: etree._Element, depth: int) -> None:
        """The words and the elements within `element`."""
        if depth > DEEPEST:
            raise TooDeep
        self.say(element.text)
        for child in element:
            self.element(child, depth + 1)
            self.say(child.tail)

    def say(self, words: str | None) -> None:
        """Words of the text; the label of a list's item stands before the item's first."""
        if self.label and words and words.strip():
            self.text.add(self.label + " ")
            self.label = ""
        self.text.add(words)

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
            self._label(element, depth)
        elif name == "list":
            self.children(element, depth)
            if self.label:
                self.text.begin("item")
                self.text.add(self.label)
                self.label = ""
                self.text.end()
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
        self.children(element, depth)
        self.text.end()
        self.in_dateline = outer
        if name == "signed":
            self._signature(element)
        elif name == "salute":
            self.parts.saluted.append(plain_words(element, notes=False).strip(" :,"))

    def _label(self, element: etree._Element, depth: int) -> None:
        """Keep a label's words for its item; what hangs on it hangs on the item's first word."""
        parts, outer, self.text = self.parts, self.text, RunningText()
        notes, references, pages = len(parts.notes), len(parts.references), len(parts.pages)
        self.children(element, depth)
        self.label = f"{self.label} {' '.join(self.text.finish()[0].split())}".strip()
        self.text = outer
        at = outer.next
        if self._at is not None:
            parts.notes[notes:] = [replace(n, at=at) for n in parts.notes[notes:]]
            parts.references[references:] = [
                replace(r, at=at) for r in parts.references[references:]
            ]
        parts.pages[pages:] = [replace(p, at=at) for p in parts.pages[pages:]]

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
            end = self.text.here
            self.parts.corrections.append(Correction(min(start, end), end, words))

    def _note(self, element: etree._Element, depth: int) -> None:
        if self.skip_notes:
            return
        if element.get("rend") == "inline" and element.get("type") != "source":
            self.children(element, depth)
            return
        if depth > DEEPEST:
            raise TooDeep
        apart = RunningText()
        walk = Walk(apart, self.parts, inside_note=True)
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
            walk = Walk(lines, DocumentParts(), inside_note=True, skip_notes=True)
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
