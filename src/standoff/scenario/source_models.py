"""Documents, and what rests on their words: `sources`, `links`, grades and ratings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from standoff.scenario.model_base import Identifier, Model, Names

__all__ = ["Grade", "Link", "Rating", "Source"]

Grade = Annotated[str, Field(pattern=r"^[A-F][1-6]$")]
"""Reliability of the source (A to E, F can't be judged) and credibility of what it says (1 to 5, 6
can't be judged)."""
Rating = Literal["CC", "C", "N", "I", "II"]
"""Very consistent, consistent, neutral (or not applicable), inconsistent, very inconsistent."""
Words = Annotated[str, Field(max_length=4000)]


class Source(Model):
    """A document that the scenario cites. Its text is the user's to add."""

    title: str
    """Of the volume or document."""
    volume: str = ""
    """Volume."""
    url: str = ""
    """Canonical address."""
    derives_from: Names = ()
    """Sources from which this one was made: two papers from one cable count once."""
    rendering_of: Identifier | None = None
    """The source of which this is another rendering; the two count once."""
    rendering: str = ""
    """Which rendering: original, official translation, informal translation."""
    kind: str = ""
    """Cable, letter, note, minutes, secondary work, general knowledge."""
    marking: str = ""
    """Handling level, one of `markings`."""


class Link(Model):
    """What rests on some words of a document.

    The words are named by a quotation (`exact`, with what stands before and after it), or by how
    they begin and end (`start`, `end`); where neither is given, they are the whole passage.
    """

    rests: str
    """What rests on the passage: `record.appeal`, `judgements.hope`, `parameters.keep.hold`,
    `actors.ussr.prior`, `moves.offer_pledge`, or any other key path."""
    passage: str
    """Document and place: `frus1961-63v06#d65/p19`, a sentence of it `.../p19/s2`."""
    exact: Words = ""
    """The words themselves."""
    prefix: Words = ""
    """The words before them."""
    suffix: Words = ""
    """The words after them."""
    start: Annotated[str, Field(max_length=200)] = ""
    """The first of the words (at most eight), where they are not quoted in full."""
    end: Annotated[str, Field(max_length=200)] = ""
    """The last of the words (at most eight)."""
    position: tuple[int, int] | None = None
    """Where the words stood in the document's text when they were linked: a hint."""
    text_hash: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    """SHA-256 of the document's text when they were linked."""
    reader: str = ""
    """What read the document then, and its version (`tei/1`)."""
    rendering: str = ""
    """Which rendering was read, where the library holds several (`tei`, `text`, `pdf`)."""
    grade: Grade | None = None
    """Reliability and credibility: `B2`."""
    as_: Annotated[Literal["reported", "denied", "deceptive", "inferred"], Field(alias="as")] = (
        "reported"
    )
    """What the words do there: report it, deny it, are meant to deceive, or infer it. Only what
    reports or infers supports what rests on it."""
    note: str = ""
    """Why, in words."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )
