"""The JSON form of where two views part (`standoff crux --json`)."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part, Range


class CruxView(Part):
    """One of the two views."""

    id: str
    """Name of a view, `written` for the scenario as written, the scenario's id of a file."""
    name: str
    """In words: whose it is."""
    because: str = ""


class CruxShare(Part):
    """What one assumption contributes to a gap."""

    id: str
    """Parameter (`keep.hold` for one type's), `prior.ACTOR`, `joint`, `precision`; several joined
    with `+` that only go together."""
    label: str
    first: str
    """What it is in the first view: a number, or the median and the 5th and 95th percentile."""
    second: str
    share: float
    """Part of the gap, second less first; the shares add up to the gap."""
    error: float | None
    """Standard error; null where there is none to estimate."""


class CruxGroup(Part):
    """One parameter that differs for several types: its shares together."""

    parameter: str
    label: str
    share: float


class CruxCase(Part):
    """One thing that may be seen, and what either view would then answer."""

    move: str
    """`actor.turn.move`, several joined with `+` where the desk can't tell them apart; empty where
    nothing is seen: not played, or played unseen."""
    label: str
    first_odds: float
    second_odds: float
    first: float | None
    """The first view's answer after it; null where that view holds it for impossible."""
    second: float | None


class CruxEvent(Part):
    """What may be seen of one turn in one round ahead."""

    id: str
    """`actor.turn@round`; `/round` follows where it is seen in that later round."""
    label: str
    first_day: str
    last_day: str
    """ISO days of the round in which it is seen."""
    closed: float
    """Share of the gap that is gone in expectation when both views update on it, over the mean of
    their odds; negative where it widens."""
    first_moves: float
    """How far the first view's answer is expected to move towards the second's, at those odds."""
    second_moves: float
    """How far the second view's answer is expected to move towards the first's."""
    bits: float
    """What it tells of which view is right, both held as likely beforehand."""
    decides: bool
    """Whether it settles the answer itself, not only the dispute."""
    cases: list[CruxCase]


class CruxDay(Part):
    """Everything that the desk will have seen by the end of a round."""

    round: int
    last_day: str
    closed: float
    bits: float


class CruxAnswer(Part):
    """One answer on which the two part."""

    id: str
    text: str
    first: float
    first_range90: Range
    second: float
    second_range90: Range
    gap: float
    """Second less first."""
    shares: list[CruxShare]
    """The largest first."""
    groups: list[CruxGroup]
    settles: CruxEvent | None
    """The soonest event that closes half of the gap in expectation, else the one that closes most;
    null where nothing that can be seen closes any."""
    halves: bool
    """Whether it closes half."""
    tells: CruxEvent | None
    """The event that tells most of which view is right."""
    by_day: list[CruxDay]
    unseen: str = ""
    """Why nothing was looked for that would settle it, where that is so."""


class CruxGap(Part):
    """An answer in both views."""

    id: str
    text: str
    first: float
    second: float


class CruxPair(Part):
    """Two views and where they part."""

    first: CruxView
    second: CruxView
    assumptions: int
    """On which they differ, those that only go together counted once."""
    every_order: bool
    """Whether shares are over all orders of the assumptions; else over a few, each both ways."""
    orders: int
    mixtures: int
    """Sets of assumptions that were solved, the two views among them."""
    variants_between: int
    """Variants in which the mixtures between the views were solved; the views themselves were in
    all."""
    failed: int
    """Variants of the second view that failed the solver check."""
    answers: list[CruxAnswer]
    gaps: list[CruxGap]
    """Every headline answer in both, the widest gap first."""
    note: str = ""
    """Why there is nothing to say, where there is not."""


class CruxPart(Part):
    """Where views part, what that hangs on, and what would settle it."""

    scenario: str
    title: str
    as_of: str
    standard: Literal["icd203", "phia"]
    variants: int
    failed: int
    """Whose solver check did not hold in the first view."""
    seed: int
    pairs: list[CruxPair]
