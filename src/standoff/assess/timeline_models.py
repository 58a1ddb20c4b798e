"""The JSON form of the timeline: what happened, what was known when, and what was believed."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part, Range

TimePrecision = Literal["minute", "hour", "day", "month", "year", "range", ""]


class TimeSpan(Part):
    """A moment as well as it is known."""

    first: str
    """Not before (ISO)."""
    last: str
    """Not after."""
    precision: TimePrecision
    """How it was given: a minute is a point, everything else a stretch."""
    written: str
    """As the record or the document has it."""
    zone: str = ""
    """What the text itself says of its zone (`Z`, `+03:00`). Where it says nothing, the scenario's
    own moments are of the clock's, and of a document's hour only the day is taken."""
    year_assumed: bool = False
    """Whether the document gives no year, and that of the crisis was taken."""


class TimelineItem(Part):
    """One item of the record."""

    number: int
    """As in the table of evidence."""
    id: str
    text: str
    at: TimeSpan
    known: TimeSpan
    delay: float
    """Hours from the latest that it may have happened to the earliest that it may have been known;
    0 where these overlap."""
    late: bool
    """Whether that is a day or more."""
    documents: list[str]
    """Keys of the documents that it rests on."""


class TimelineDocument(Part):
    """A document that something rests on."""

    key: str
    heading: str
    """Empty where the library does not hold it."""
    written: TimeSpan | None
    """When it was written: from the library, else null."""
    held: bool
    """Whether the library holds it."""
    items: list[int]
    """Numbers of the items that rest on it."""
    others: list[str]
    """What else of the scenario rests on it, by key path."""


class TimelineBelief(Part):
    """Belief once everything known by a moment had been read."""

    moment: str
    """Empty at the start."""
    items: list[int]
    """Numbers of what became known then."""
    belief: dict[str, dict[str, float]]
    """actor -> type -> probability."""
    range90: dict[str, dict[str, Range]]


class DueDay(Part):
    """A day by which a statement is to be settled."""

    judgement: str
    text: str
    day: TimeSpan


class TimelinePart(Part):
    """Documents, items of the record and belief on one axis."""

    as_of: str
    """The moment from which the record is read; empty at its end."""
    zone: str
    """The clock's, in which all moments are given."""
    items: list[TimelineItem]
    documents: list[TimelineDocument]
    """By date, those without one last."""
    belief: list[TimelineBelief]
    due: list[DueDay]
