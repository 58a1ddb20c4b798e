"""Plain text: a document typed or copied out, with `[Facsimile Page n]` marks.

Blocks are parted by blank lines. The first one is the heading; a short one in capitals is a heading
in the text. Last blocks that begin with a number (`1. ...`) or with "Source:" are notes. The number
of a note's mark that was glued to the heading's date when the text was copied (`October 251`) is
taken off: October 25, note 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from standoff.sources.dating import in_words
from standoff.sources.document import Date, Document, Note, Page, Passage, Rendering, Volume
from standoff.sources.enclosed import addressed, enclosed_in, spoken
from standoff.sources.headings import (
    is_source_note,
    kind_of,
    numbered,
    parties,
    source_note,
    without_citation,
)
from standoff.sources.running_text import RunningText

READER = "text/2"

_MARK = re.compile(r"\[\s*Facsimile\s+Page\s+(?P<label>[\w.-]{1,12})\s*\]", re.IGNORECASE)
_NOTE = re.compile(r"^\s*(?P<label>\d{1,3})[.)]\s+(?P<text>\S.*)\Z", re.DOTALL)
_GLUED = re.compile(
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November"
    r"|December)\s+(?P<digits>\d{3,4})(?=\s*(?:[.,]|$))"
)
_GLUED_YEAR = re.compile(
    r"(?P<day>\b\d{1,2},\s+)(?P<year>(?:1[6-9]|20)\d\d)(?P<note>\d{1,2})(?!\d)"
)
_DATELINE = re.compile(r"^(?P<place>[A-Z][^\d,]{1,40}),\s+(?=[A-Z][a-z]+ \d)")
_SHORT = 120  # characters: a heading that stands by itself in capitals


def blocks_of(text: str) -> list[str]:
    """Paragraphs of a text: what stands between blank lines."""
    return [b for b in re.split(r"\n[ \t\f\v]*\n\s*", text.replace("\r\n", "\n")) if b.strip()]


def unglued(heading: str, labels: set[str]) -> tuple[str, str]:
    """(heading, label) without the note mark that copying glued to its date; label may be empty.

    Only a mark is taken off for which there is a note, and only where the date is none with it.
    """
    for found in _GLUED.finditer(heading):
        digits = found["digits"]
        if len(digits) == 4 and "1500" <= digits < "2100":
            continue  # a month and its year
        for cut in (len(digits) - 1, len(digits) - 2):
            day, label = digits[:cut], digits[cut:]
            if label in labels and day and 1 <= int(day) <= 31 and not day.startswith("0"):
                at = found.start("digits") + cut
                return heading[:at] + heading[at + len(label) :], label
    year = _GLUED_YEAR.search(heading)
    if year is not None and year["note"] in labels:
        return heading[: year.start("note")] + heading[year.end("note") :], year["note"]
    return heading, ""


def read_text(text: str, volume: str, id: str) -> Document:
    """The document that a plain text is; `volume` and `id` come from the file's name."""
    blocks = blocks_of(text)
    notes: list[Note] = []
    while len(blocks) > 1 and not _MARK.search(blocks[-1]):
        found = _NOTE.match(blocks[-1])
        said = " ".join(found["text"].split()) if found else " ".join(blocks[-1].split())
        if not is_source_note(said) and not (found and _closes(said, blocks)):
            break
        notes.insert(0, Note("", found["label"] if found else "", said, None))
        blocks.pop()
    return assembled(blocks, notes, volume, id, "text", READER)


def _closes(said: str, blocks: list[str]) -> bool:
    """Whether a numbered last block is a note, and not the last point of a numbered list."""
    before = _NOTE.match(blocks[-2])
    number = _NOTE.match(blocks[-1])
    goes_on = before and number and int(before["label"]) == int(number["label"]) - 1
    return bool(without_citation(said)[1]) or not goes_on


def assembled(
    blocks: list[str],
    notes: list[Note],
    volume: str,
    id: str,
    rendering: Rendering,
    reader: str,
    *,
    heading: str | None = None,
    starts: Sequence[tuple[int, str]] = (),
) -> Document:
    """A document out of blocks of text; the first is its heading unless `heading` is given.

    `starts` has pages of the print, as (index of the block with which it begins, label).
    """
    if heading is None and blocks and not _MARK.match(blocks[0].strip()):
        heading, blocks = " ".join(blocks[0].split()), blocks[1:]
    number, heading = numbered(heading or "")
    heading, label = unglued(heading, {note.label for note in notes if note.label})
    # Two notes may have the label that stands in the heading: the first is meant.
    source = next((i for i, n in enumerate(notes) if n.label == label), 0) if label else 0
    notes = [replace(n, is_source=i == source) for i, n in enumerate(notes)]
    running = RunningText()
    pages: list[Page] = []
    place = ""
    dates: list[Date] = []
    for i, block in enumerate(blocks):
        dated = _DATELINE.match(block.strip()) if i < 3 and len(block) < _SHORT else None
        title = len(block) < _SHORT and block.isupper() and not _MARK.search(block)
        running.begin("dateline" if dated else "heading" if title else "paragraph")
        pages += [Page(name, running.next) for at, name in starts if at == i]
        if dated:
            said = in_words(block, "dateline")
            place = place or dated["place"].strip()
            dates += [said] if said is not None else []
        last = 0
        for mark in _MARK.finditer(block):
            running.add(block[last : mark.start()])
            pages.append(Page(mark["label"], running.here, "facsimile"))
            running.space()
            last = mark.end()
        running.add(block[last:])
        running.end()
    pages += [Page(name, running.here) for at, name in starts if at >= len(blocks)]
    text, passages = running.finish()
    in_heading = in_words(heading, "heading")
    dates += [in_heading] if in_heading is not None else []
    about = next((n for n in notes if n.is_source), None)
    cited = source_note(without_citation(about.text)[1] or about.text) if about else None
    senders, recipients = parties(heading)
    remarks = ["sender and recipient are read from the heading's words"] if senders else []
    if any(d.when.startswith("--") for d in dates):
        remarks.append("the date is given without its year")
    if label:
        remarks.append(f"the mark of note {label} stood in the heading's date and was taken off")
    letters = enclosed_in(kind_of(heading), text, passages)
    id = id or (f"d{number}" if number else "d1")
    is_frus = volume.startswith("frus")
    return Document(
        volume=Volume(volume),
        number=number,
        id=id,
        rendering=rendering,
        reader=reader,
        address=f"https://history.state.gov/historicaldocuments/{volume}/{id}" if is_frus else "",
        heading=heading,
        kind=kind_of(heading),
        senders=senders,
        recipients=recipients,
        speakers=spoken((), letters),
        spoken_to=addressed((), letters),
        enclosed=letters,
        dates=tuple(dates),
        place=place,
        marking=cited.marking if cited else "",
        archive=cited.archive if cited else "",
        text=text,
        passages=tuple(replace(p, page=_page(pages, p)) for p in passages),
        notes=tuple(notes),
        pages=tuple(pages),
        remarks=tuple(remarks),
    )


def _page(pages: list[Page], passage: Passage) -> str:
    label = ""
    for page in pages:
        # A mark before the passage stands at the end of the one before it.
        if page.at <= passage.start:
            label = page.label
    return label
