"""One document of a TEI file: its element read into a `Document`.

Names of elements are matched without their namespaces, since two editions of *Foreign Relations*
use different ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from standoff.sources.dating import encoded, in_words
from standoff.sources.document import Date, Document, Note, Page, Person, Term, Volume
from standoff.sources.enclosed import addressed, enclosed_in, spoken
from standoff.sources.headings import (
    kind_of,
    numbered,
    parties,
    source_note,
    without_citation,
)
from standoff.sources.running_text import RunningText
from standoff.sources.tei_walk import XML_ID, DocumentParts, Walk, local, plain_words

READER = "tei/2"
_DEAR = re.compile(r"^dear\s+(?P<who>[^:,.]{1,60}(?:\.\s[^:,.]{1,60})?)[:,—–-]", re.IGNORECASE)
_ADDRESS = "https://history.state.gov/historicaldocuments"


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


def read_document(element: etree._Element, around: Surroundings, id: str = "") -> Document:
    """The document whose element this is; `id` where neither an id nor a number is given in it.

    Raises `TooDeep` and `UsesEntity`.
    """
    parts = DocumentParts()
    text = RunningText()
    walk = Walk(text, parts)
    head = next((c for c in element if local(c) == "head"), None)
    heading = _heading(head, parts)
    walk.say(element.text)
    for child in element:
        if child is not head:
            walk.element(child, 1)
        walk.say(child.tail)
    words, passages = text.finish()

    def within(at: int | None) -> int | None:
        # What has no words may stand where a passage would have begun.
        return None if at is None else min(at, len(words))

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
    begun = [replace(p, at=min(p.at, len(words))) for p in parts.pages]
    pages = ([replace(around.page, at=0, carried=True)] if around.page else []) + begun
    pages += [Page(str(i + 1), 0, "facsimile", name) for i, name in enumerate(parts.images)]
    about = next((source_note(n.text) for n in notes if n.is_source), None)
    persons = _looked_up(parts.persons.values(), around)
    letters = enclosed_in(kind_of(heading), words, passages, persons)
    id = element.get(XML_ID) or (f"d{number}" if number else id)
    on_web = around.volume.id.startswith("frus") and re.fullmatch(r"d\d+[A-Z]*", id)
    return Document(
        volume=around.volume,
        number=number,
        id=id,
        rendering="tei",
        reader=READER,
        address=f"{_ADDRESS}/{around.volume.id}/{id}" if on_web else "",
        heading=heading,
        kind=kind_of(heading),
        section=around.section,
        senders=_looked_up(senders, around),
        recipients=_looked_up(recipients, around),
        speakers=spoken(_looked_up(parts.signed, around), letters),
        spoken_to=addressed(
            _spoken_to(parts, [words[p.start : p.end] for p in passages[:12]]), letters
        ),
        enclosed=letters,
        dates=tuple(dates),
        place=parts.place,
        marking=about.marking if about else "",
        archive=about.archive if about else "",
        text=words,
        passages=tuple(replace(p, page=_page_at(pages, p.start)) for p in passages),
        notes=tuple(replace(n, at=within(n.at)) for n in notes),
        pages=tuple(pages),
        references=tuple(replace(r, at=within(r.at)) for r in parts.references),
        persons=persons,
        terms=tuple(_term(t, around) for t in parts.terms.values()),
        corrections=tuple(parts.corrections),
        remarks=tuple(remarks),
    )


def _heading(head: etree._Element | None, parts: DocumentParts) -> str:
    if head is None:
        return ""
    text = RunningText()
    walk = Walk(text, parts)
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
