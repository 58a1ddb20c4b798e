"""Headline numbers, as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from standoff.assess.models import EndingOdds, NextMoves, OptionsOf
from standoff.assess.part import Part, Range
from standoff.web.models import Moment, Settings, Source


class AskQuick(Source):
    """Ask for headline numbers under some settings."""

    settings: Settings = {}
    """Parameters that are fixed, and besides `prior.ACTOR.TYPE` and `precision`."""
    as_of: Moment | None = None
    for_: Annotated[str | None, Field(alias="for", max_length=130)] = None
    """Whose options: `ACTOR` or `ACTOR.TYPE`."""
    variants: Annotated[int, Field(ge=1, le=400)] = 32
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    standard: Literal["icd203", "phia"] = "icd203"
    slot: Annotated[str, Field(max_length=64)] = ""
    """A newer request with the same slot stops the one before, which is answered with 409."""


class Believed(Part):
    """Belief in one type."""

    prior: float
    """Before the record."""
    probability: float
    range90: Range


class QuickAnswer(Part):
    """The answer to a statement or question."""

    kind: str
    """`probability`, `value`, `ratio`, `comparison`, or `observed` where the record has settled it
    (then `value` is 1 or 0)."""
    value: float
    range90: Range | None


class Quick(Part):
    """Headline numbers of a crisis, over few variants: for a slider, not for a note."""

    as_of: str
    variants: int
    failed: int
    """Variants whose solver check did not hold (no weight)."""
    effective: float
    """Kish's effective number of variants."""
    belief: dict[str, dict[str, Believed]]
    """actor -> type."""
    next: list[NextMoves]
    endings: list[EndingOdds]
    options: list[OptionsOf]
    answers: dict[str, QuickAnswer]
    """Judgement or question -> its answer; those without a number are left out."""
