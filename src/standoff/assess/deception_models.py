"""The JSON form of how they would fool us (`standoff deceive --json`): part of an assessment."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part, Range

Verdict = Literal["defeated", "mark of the genuine", "gives it away", "overdone", "tells little"]


class Ranged(Part):
    """A number pooled over the variants, with the 5th and 95th percentile of it over them."""

    value: float
    range90: Range


class FrontierPoint(Part):
    """The best conduct at one reward for being taken for the other type."""

    belief: Ranged
    """Expected belief in the other type at the end of the round."""
    cost: Ranged
    """Given up against the best reply, in the type's own stakes."""


class HeldUntil(Part):
    """A disguise held until the end of one round."""

    round: int
    day: str
    """The last day of the round (ISO)."""
    genuine: float
    """Belief that the other type itself would earn by then, as solved."""
    as_solved: float
    """Belief in the other type that the true type earns by then, as solved."""
    most: float
    """The most belief that the true type could reach by then, whatever the cost."""
    cost: float | None
    """Stake given up by the cheapest disguise until then (`passing` of the way from `as_solved` to
    `genuine` in each variant, or near the most that can be); null where that goal is out of reach
    in half of them."""
    afterwards: float | None
    """Belief by then if the disguise is worn until the headline day and the best is played after;
    null before that day."""


class DisguiseLine(Part):
    """What is done at a turn, under one condition or none."""

    after: list[str]
    """Moves of others (ids) at the turn `on` of the stop; "" where nothing was done there. Empty
    where there is no condition."""
    act: str
    """The move that most of the weight makes there."""
    agreement: float
    """Share of the weight, over variants and situations, that makes it."""
    share: float
    """Share of the weight at this turn that stands under the condition."""
    as_solved: float
    """Odds of the move there if the type plays as solved."""


class DisguiseStop(Part):
    """One turn of a disguise."""

    round: int
    since: str
    """The first day of the round (ISO)."""
    day: str
    """Its last day (ISO)."""
    turn: str
    afterwards: bool
    """Whether it comes after the day until which the disguise is worn."""
    reached: float
    """Odds of coming there."""
    on: str
    """The turn of others on which the lines' conditions hang; "" where there are none."""
    lines: list[DisguiseLine]


class TellPart(Part):
    """One thing that may be seen by the headline day: what it tells, in the open and disguised."""

    act: str
    odds_true: float
    """That it is seen of the true type as solved."""
    odds_posing: float
    """That it is seen of the true type in disguise."""
    odds_genuine: float
    """That it is seen of the type that it would be taken for, as solved."""
    ratio: float | None
    """odds_genuine / odds_true; null where the true type never does it."""
    ratio_posing: float | None
    """odds_genuine / odds_posing; null where the disguise never does it."""
    verdict: Verdict
    """What is left of it under the disguise. `defeated`: it told the two apart and does no more.
    `mark of the genuine`: it spoke for the genuine type, and the disguise does not copy it. `gives
    it away`: it spoke for the true type, and does under the disguise. `overdone`: it did not speak
    against the disguise, which does it clearly more than the genuine type would."""


class ExpectedDisguise(Part):
    """The same disguise if the observer, and everybody else, expects some of it."""

    share: float
    """Share of the true type that plays the disguise, known to all."""
    variants: int
    """Variants that were solved again for it: the first so many."""
    belief: Ranged
    """Expected belief in the other type at the headline day when the disguise is played."""
    cost: Ranged
    """Stake that the disguise gives up then, against the type's best reply."""


class DisguisePart(Part):
    """One type that would be taken for another."""

    actor: str
    true: str
    believed: str
    odds_true: float
    """Belief in the true type now."""
    as_solved: Ranged
    """Belief in `believed` that the true type earns by the headline day as solved."""
    natural: Ranged
    """The same if it plays its best reply, whatever we believe."""
    genuine: Ranged
    """Belief that the type `believed` itself would earn as solved, the variants weighted as for the
    true type, so that both compare."""
    in_reach: float
    """Share of the variants, by weight, in which the goal (`passing` of the way from `as_solved`
    to `genuine`) can be reached; in the others the disguise is the cheapest that comes near the
    most that can be."""
    reached: Ranged
    """Belief under the cheapest disguise."""
    cost: Ranged
    """What that gives up, in the true type's stakes."""
    most: FrontierPoint
    """Whatever the cost."""
    frontier: list[FrontierPoint]
    """From the best reply to the most that can be reached."""
    by_day: list[HeldUntil]
    drops: str | None
    """The last day of the first round through which the disguise costs `step` more than to the
    headline day, or is out of reach; null where there is none."""
    drops_why: Literal["cost", "reach", ""]
    stops: list[DisguiseStop]
    before: list[str]
    """Choices of others (`actor.turn`) that come before the first of `stops`: nothing of the
    disguise can be seen by then."""
    tells: list[TellPart]
    expected: list[ExpectedDisguise]
    """Second order; empty where it was not worked out."""


class FakedMove(Part):
    """What making a move costs each type of its actor, where it can first make it."""

    act: str
    cost: dict[str, Ranged | None]
    """Type -> stake given up where the type comes to the turn; null where no conduct of that type
    can bring it about (an index)."""


class WatchPart(Part):
    """Something that, if seen, speaks for a type against others even when these pose as it."""

    act: str
    actor: str
    marks: str
    """The type of the actor that it is a mark of."""
    against: list[str]
    """The types that it tells it from."""
    odds: float
    """That it is seen of the type by the headline day, as solved."""
    least_ratio: float | None
    """How much likelier it is of that type than of the best of the others in disguise; null where
    no disguise does it."""


class DeceptionPart(Part):
    """How each type would best be taken for another, what it would cost and what it can't hide."""

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
    observer: str
    """Whose belief is to be moved: a player, or "" for the scenario's desk."""
    until: str
    """The headline day (ISO): the end of a round."""
    passing: float
    """A disguise is good enough when it is believed so far of the way from what the true type earns
    as it plays to what the genuine type earns."""
    step: float
    """A disguise is dropped where to go on costs so much more of a stake than to the headline
    day."""
    cheap: float
    """A move that costs less of a stake than this is cheap talk."""
    pairs: list[DisguisePart]
    dangerous: list[int]
    """Places in `pairs`, the most dangerous first: much belief moved for little, against what the
    type earns as it plays and by its best reply, by a type that may well be there."""
    faked: list[FakedMove]
    """Moves of the actors that may be seen by the headline day."""
    watch: list[WatchPart]
    labels: dict[str, str]
    """Words for actors, types, turns and moves."""
