"""The JSON form of what a mediator could bring about (`standoff mediate --json`)."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part, Range


class Weighed(Part):
    """A number at the reference variant (every uncertain number at its median), and over a few
    variants.
    """

    value: float
    range: Range
    """Least and most over the reference and the variants drawn; not a 90 per cent range: a
    device is a program of its own in each, and there are few."""


class MediatedEnding(Part):
    """One ending, as solved and as mediated."""

    id: str
    label: str
    solved: Weighed
    mediated: Weighed
    avoided: bool
    """Whether the mediator wants it as rare as can be."""


class MediatedSide(Part):
    """What mediation is worth to one type of one actor, in its stakes."""

    actor: str
    type: str
    """Empty where the actor has one type, or where its types stand in the tree."""
    label: str
    solved: Weighed
    """From the present on, as solved."""
    mediated: Weighed
    gain: Weighed


class ToldMove(Part):
    """One move that may be recommended."""

    id: str
    label: str
    odds: float
    """Of being recommended, given that the turn is reached."""
    solved: float | None
    """Of being played there as solved; null where the turn is not reached as solved."""


class ToldTurn(Part):
    """What one type is told at one turn."""

    actor: str
    type: str
    label: str
    turn: str
    turn_label: str
    round: int
    day: str
    """First day of the round, ISO."""
    reached: float
    """Odds, given the type, that obedience leads there."""
    sets: int
    """Information sets of that turn that obedience leads to: what is told differs between them."""
    moves: list[ToldMove]
    """Likeliest first; those with odds below one in a hundred are left out."""


class Secret(Part):
    """What a side may not overhear at one of its turns."""

    actor: str
    """Who may not overhear."""
    of: str
    """Whose recommendations."""
    turn: str
    turn_label: str
    round: int
    hidden_bits: float
    """Entropy of what the other has been told so far, given what the side knows and is told."""
    told_bits: float
    """Mutual information of what the side is told there and what the other has been told so far,
    given what the side knows: how much its own envelope gives away."""
    gain: float
    """What the side would gain by disobeying at that turn had it overheard, over its types, in
    stakes and before anything is drawn; 0: it might hear."""


class Temptation(Part):
    """What one side gains by disobeying, by separate code."""

    actor: str
    gain: float
    """In stakes, before anything is drawn: 0 to rounding at an equilibrium."""
    unthreatened: float
    """What it would gain if the other side, where obedience never leads, played as solved instead
    of what the device threatens it with."""


class Promise(Part):
    """What no mediator could do better than if sides could stop obeying less often."""

    concept: Literal["efcce", "nfcce"]
    """`efcce`: before hearing any recommendation; `nfcce`: before play begins."""
    bound: float
    """At the reference, of what the mediator wants."""


class MediationPart(Part):
    """What a mediator could propose from the present on that both sides would obey."""

    scenario: str
    title: str
    as_of: str
    start: bool
    """From the start of play, leaving the record out."""
    concept: Literal["efce", "efcce", "nfcce"]
    """When a side may stop obeying: on any recommendation, before any, or before play begins."""
    objective: str
    """`peace`, `joint`, `ACTOR` or `ACTOR.TYPE`."""
    wanted: str
    """The objective in words."""
    least: list[str]
    """Endings that the mediator wants as rare as can be; empty for other objectives."""
    chosen: str
    """How these endings were chosen, in words."""
    until: str
    """The last turn at which the mediator recommends, in words; empty where it is the last of all.
    Past it everybody plays as solved."""
    medians: bool
    """Whether the reference is the crisis with every uncertain number at its median; else the
    record can't have come about there, and the first drawn variant stands for it."""
    turns: int
    """Turns ahead at which it recommends."""
    turns_ahead: int
    """Turns ahead at which somebody chooses."""
    pairs: int
    """Relevant pairs of sequences: the size of the program."""
    limit: int
    """Pairs up to which turns were taken in."""
    unit: Literal["odds", "stakes"]
    """Of the numbers that follow."""
    solved: Weighed
    """What the mediator wants, as solved."""
    mediated: Weighed | None
    """With the device that was found; null where none was."""
    bound: Weighed
    """No mediator does better."""
    exact: bool
    """Whether the device is known to be the best there is, to half a thousandth, at the
    reference."""
    status: str
    """The solver's own words."""
    equilibrium: float | None
    """The best of the equilibria without a mediator that were found at the reference, and so the
    least that a public lottery could reach; null where none was looked for."""
    equilibria: int
    """How many were found."""
    public: float | None
    """What is known to be within reach if every recommendation were read out to both."""
    promised: list[Promise]
    """If sides had to promise more than `concept` asks."""
    endings: list[MediatedEnding]
    sides: list[MediatedSide]
    told: list[ToldTurn]
    """At the reference; empty where no device was found."""
    secrets: list[Secret]
    disobedience: list[Temptation]
    """By separate code, at the reference."""
    gap: float
    """The largest gain from disobeying over all variants solved."""
    variants: int
    """Variants in which a device was sought: the reference and drawn ones."""
    labels: dict[str, str]
