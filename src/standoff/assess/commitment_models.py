"""The JSON form of what commitment is worth (`standoff commit --json`)."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part, Range


class Gain(Part):
    """What a tie is worth against none, in stakes of whoever ties itself."""

    value: float
    range90: Range
    better: float
    """Share of the variants, by weight, in which it is worth more than the solver's own error
    (a ten-thousandth of the stake)."""


class TypeGain(Part):
    """The same of one type."""

    type: str
    """Empty where the actor has one."""
    label: str
    belief: float
    """In the type, given the record."""
    gain: Gain


class EndingShift(Part):
    """An ending that a tie makes likelier, or less likely."""

    id: str
    label: str
    before: float
    after: float


class Tie(Part):
    """A turn that is tied, in the open and by all types alike."""

    odds: dict[str, float]
    """Move (`actor.turn.move`) -> share; one move where it is pure."""
    label: str
    anyway: float
    """Odds that a move named is made without a tie, once the turn has come."""
    gain: Gain
    """On average over the types."""
    known: Gain
    """What of it comes of being known: the rest is what the same play is worth if nobody expects
    it."""
    by_type: list[TypeGain]
    endings: list[EndingShift]
    """Those that it moves most."""
    failed: int = 0
    """Variants that failed the solver check with this tie and not without: no weight."""


class TiedTypes(Part):
    """Some types tie themselves, and whoever sees it knows which would."""

    types: list[str]
    against: dict[str, float]
    """Type -> what tying itself is worth against not, both being read so."""
    gain: dict[str, float]
    """Type -> what tying itself is worth against no tie being possible."""
    belief_tied: dict[str, float]
    """Type -> belief in it of whoever sees the tie."""
    belief_untied: dict[str, float]
    """Type -> belief in it of whoever sees none."""
    holds: bool
    """Whether just these types would."""


class Signal(Part):
    """The tie as a signal: who would tie itself, if that is read for what it says."""

    move: str
    label: str
    types: dict[str, str]
    """Type -> its label."""
    belief: dict[str, float]
    """Type -> belief in it now."""
    sets: list[TiedTypes]
    """Every set of types that might; those that hold first."""
    holds: int
    """How many of them do."""
    variants: int


class AudienceCost(Part):
    """The tie as a price: going back on it costs so much, and it may be gone back on."""

    cost: float
    """In stakes."""
    gain: float
    """On average over the types, what is paid included."""
    by_type: dict[str, float]
    backing: float
    """Odds of going back on it, once the turn has come."""


class Audience(Part):
    """What a tie is worth by what it costs to go back on."""

    move: str
    label: str
    types: dict[str, str]
    """Type -> its label; empty where the actor has one."""
    points: list[AudienceCost]
    firm: float
    """What it is worth where nobody can go back on it, on the same variants."""
    firm_by_type: dict[str, float]
    pays_from: float | None
    """The smallest cost tried from which the tie is worth more than none; null where none is."""
    firm_from: float | None
    """The smallest cost tried from which a dearer one makes no difference (a hundredth of the
    stake at most); null where none is."""
    variants: int


class TurnTies(Part):
    """One turn, and what tying it to each move would be worth."""

    actor: str
    turn: str
    label: str
    round: int
    """The round in which it comes next."""
    day: str
    """First day of that round."""
    times: int
    """Rounds in which it may come and is tied: 1, or all of those ahead."""
    reached: float
    """Odds that the actor comes to choose there."""
    ties: list[Tie]
    """The most valuable first."""
    mixed: Tie | None = None
    """The best mixture of two moves, where it was looked for."""
    single: list[TypeGain] = []
    """What the best move is worth to each type if it alone is bound, and all know it."""
    signal: Signal | None = None
    audience: Audience | None = None


class ActorTies(Part):
    """One side's next turns."""

    actor: str
    label: str
    own: bool
    """Whether it is the desk's side."""
    turns: list[TurnTies]
    """In order of play."""


class CommitmentPart(Part):
    """What tying one's hands would be worth, and what the other side would believe."""

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
    actors: list[ActorTies]
    """The desk's side first."""
