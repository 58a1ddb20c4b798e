"""The JSON form of what waiting is worth (`standoff wait --json`)."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part, Range

RARE = 0.005
"""Odds of coming to a choice, if the actor waits, at or below which it is left out."""


class InStakes(Part):
    """A number in stakes of the type that it is about, with its range."""

    value: float
    range90: Range


class MeanwhilePart(Part):
    """Something that others or nature may do before the next choice, if the actor waits."""

    id: str
    label: str
    probability: float
    """That it happens before the next choice, if the actor waits."""
    change: InStakes
    """What its being possible does to the worth of waiting."""


class UnseenPart(Part):
    """What one turn, seen before the next choice, adds to what is learned."""

    turn: str
    round: int
    label: str
    learned: InStakes
    """What would be lost if this turn alone were not seen, everybody else playing as solved."""


class OtherMovePart(Part):
    """One of the moves that waiting is weighed against."""

    id: str
    label: str
    best: float
    """Weighted share of the variants (and histories) in which it is the best of them."""


class AccruesPart(Part):
    """What one objective adds to what accrues."""

    objective: str
    label: str
    value: float


class WaitingOfType(Part):
    """What waiting is worth to one type at one choice, and its parts."""

    type: str
    """Empty where the actor has one."""
    label: str
    reached: float
    """Odds that the choice comes, if the actor has waited so far."""
    odds: float
    """Odds with which the type waits at it, as solved."""
    whole: InStakes
    """Worth of waiting less that of the best other move."""
    against_mean: InStakes
    """The same against the mean of the other moves, with the odds that they have."""
    pays: float
    """Weighted share of variants in which waiting is worth more than any other move."""
    accrues: InStakes
    """Of it, what the rounds until the next choice pay, less what they would pay after acting."""
    by_objective: list[AccruesPart]
    """The same by objective."""
    learned: InStakes | None
    """Of it, what is seen before the next choice: the worth less the worth had the actor not seen
    it and everybody known that. Null where the game was not solved again for this choice."""
    learned_by_waiting: InStakes | None
    """What it would learn if it waits (`learned` is net of what it would learn by acting)."""
    learned_alone: InStakes
    """The same as `learned` with everybody else's play as solved: what the information alone is
    worth."""
    risked: InStakes | None
    """The rest: what others and nature may do meanwhile, and what is left of the matter then."""
    others: list[OtherMovePart]
    """Moves that waiting is weighed against, the one most often best first."""
    meanwhile: list[MeanwhilePart]
    """What may happen before the next choice, by how much it does to the worth of waiting."""
    unseen: list[UnseenPart]
    """Which turns teach it something; empty where this was not asked for."""


class WaitingChoice(Part):
    """One choice between waiting and acting, had the actor waited up to it."""

    turn: str
    label: str
    round: int
    step: int
    """Its place in the order of play."""
    first: str
    """The days of the round."""
    last: str
    waits: list[str]
    """The moves that count as waiting."""
    waits_label: str
    marked: Literal["waits", "quiet", "named"]
    """How they are known: marked `waits: true`; they leave no trace; or they were named."""
    until_turn: str
    """Turn of the first choice that may come after waiting; empty where none does."""
    until_label: str
    until: str
    """First day of its round; where there is none, the last day of the clock."""
    hidden: int
    """Information sets of the next choice that differ only in what is seen before it."""
    failed: int
    """Variants that were solved, but not with less to see: they count in nothing here."""
    types: list[WaitingOfType]


class WaitingStop(Part):
    """Until when waiting is worth while to one type."""

    type: str
    label: str
    turn: str
    """The first choice at which waiting is not worth while; empty where there is none."""
    day: str
    """First day of its round."""
    pays: float | None
    """Weighted share of variants in which it still pays then."""
    again: list[str]
    """Later choices at which it is worth while again."""


class MustChoose(Part):
    """A choice at which no move waits."""

    turn: str
    label: str
    first: str
    """First day of its round."""
    step: int
    """Its place in the order of play."""


class ActorWaiting(Part):
    """One actor's waiting."""

    actor: str
    label: str
    choices: list[WaitingChoice]
    """In order of play; empty where it can't wait."""
    stops: list[WaitingStop]
    without: list[MustChoose]
    """Choices on the way at which no move waits."""
    note: str
    """Why there is nothing to say, where there is nothing."""


class WaitingWorth(Part):
    """What a round of waiting is worth to each type, and until when."""

    scenario: str
    title: str
    as_of: str
    standard: Literal["icd203", "phia"]
    variants: int
    failed: int
    """Whose solver check did not hold: no weight."""
    effective: float
    """Kish's effective number under the likelihood of the record."""
    seed: int
    actors: list[ActorWaiting]
    """The adversaries first, then the desk's own side."""
