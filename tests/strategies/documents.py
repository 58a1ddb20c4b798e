"""Made-up documents of a made-up volume, as a reader would give them."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.sources.document import (
    BETWEEN,
    Date,
    Document,
    Note,
    Page,
    Passage,
    Person,
    Rendering,
    Volume,
)

HARBOR = Volume(
    id="harbor01v02",
    title="Papers of the Harbor Office, 1901–1903, The Strait, Volume II",
    series="Papers of the Harbor Office",
    subseries="1901–1903",
    number="Volume II",
    name="The Strait",
    editors=("Ada Quay",),
    publisher="United States Government Printing Office",
    place="Washington",
    year="1950",
)


def people(*names: str) -> tuple[Person, ...]:
    return tuple(Person(name) for name in names)


def a_document(
    number: str = "1",
    paragraphs: Sequence[str] = ("The fleet has left the harbor.",),
    *,
    volume: Volume = HARBOR,
    when: str = "1902-05-04",
    first: str = "",
    last: str = "",
    senders: Sequence[str] = ("Consul Berg",),
    recipients: Sequence[str] = ("Harbor Office",),
    speakers: Sequence[str] = (),
    persons: Sequence[str] = (),
    notes: Sequence[str] = (),
    heading: str = "Telegram From Consul Berg to the Harbor Office",
    rendering: Rendering = "tei",
    pages: Sequence[str] = ("7",),
    archive: str = "",
) -> Document:
    """A document of which each paragraph is a passage; pages begin with it."""
    passages, at = [], 0
    for i, words in enumerate(paragraphs):
        passages.append(
            Passage(f"p{i + 1}", "paragraph", at, at + len(words), pages[0] if pages else "")
        )
        at += len(words) + len(BETWEEN)
    dates = (Date("", when=when, first=first, last=last, precision="day"),)
    return Document(
        volume=volume,
        number=number,
        id=f"d{number}",
        rendering=rendering,
        reader=f"{rendering}/1",
        heading=heading,
        kind="telegram",
        senders=people(*senders),
        recipients=people(*recipients),
        speakers=people(*speakers),
        persons=people(*persons),
        dates=dates if when or first else (),
        text=BETWEEN.join(paragraphs),
        passages=tuple(passages),
        notes=tuple(Note(f"d{number}fn{i}", str(i), words) for i, words in enumerate(notes)),
        pages=tuple(Page(label, 0) for label in pages),
        archive=archive,
    )
