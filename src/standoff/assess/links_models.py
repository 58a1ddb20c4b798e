"""The JSON form of what rests on which passage (`standoff sources link --json`)."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part
from standoff.sources.cited import CitedState


class LinkPart(Part):
    """One passage on which something rests: a link, or an entry of a `source:` list."""

    passage: str
    """`SOURCE#LOCATOR` as it is written."""
    link: int | None
    """Place in `links:`, from 0; null for an entry of a `source:` list."""
    state: CitedState
    """`ok`, `moved`, `lost`, or `unchecked`: the library doesn't hold the document or its text."""
    score: float | None
    """How like the words are to what stands there, 0 to 100; null where nothing was compared."""
    place: str
    """Where the words stand now: `p24/s2`; empty where that isn't known."""
    why: str
    """What isn't as it was; empty where all is."""
    words: str
    """How the words begin, at most eight of those that the scenario itself gives."""
    mark: Literal["reported", "denied", "deceptive", "inferred"]
    """What the words do there."""
    grade: str | None
    """Reliability and credibility, where a link gives them."""
    supports: bool
    """Whether it speaks for what rests on it: reported or inferred, and not lost."""


class TargetPart(Part):
    """Something that rests on passages."""

    target: str
    """Its key path: `judgements.hope`, `record.appeal`, `parameters.keep.hold`."""
    kind: Literal["record", "judgement", "parameter", "prior", "move", "question", "other"]
    """What it is."""
    label: str
    """In words, where it has them."""
    passages: list[LinkPart]
    """Links first, then citations that no link says more of."""
    supporting: int
    """How many of them support it."""
    roots: int
    """How many of those are independent: what derives from one source counts once."""
    unsupported: bool
    """Whether every passage is lost, denied or deceptive."""


class LinksPart(Part):
    """What rests on which passages."""

    checked: bool
    """Whether there was a library to look in."""
    links: dict[CitedState, int]
    """How many links are so."""
    citations: dict[CitedState, int]
    """How many entries of `source:` lists are so."""
    targets: list[TargetPart]
    """In the order of the scenario's keys."""


class LinksReport(Part):
    """`standoff sources link --json`."""

    scenario: str
    """Its id."""
    library: str
    """The library's file; empty where there is none."""
    found: LinksPart
    """Every link and citation."""
    written: list[str] = []
    """Files that were written."""
    remarks: list[str] = []
    """What was done, and what could not be."""
