"""The JSON form of prices (`standoff price --json`)."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part, Range


class PriceDriver(Part):
    """An assumption that a number goes with, over the variants."""

    id: str
    label: str
    correlation: float
    """Weighted rank correlation; only what is beyond its noise."""


class TypePrice(Part):
    """The price of one move at one turn for one of the mover's types."""

    type: str
    """Empty where the actor has one type."""
    label: str
    reached: float
    """Odds that the type comes to choose there, given the record."""
    odds: float
    """Odds of the move then."""
    odds_range90: Range
    price: float
    """The payment, in stakes of the type, added to that move alone, at which its odds are even.
    Above zero it would have to be paid so much; below zero it would make the move at such a loss.
    """
    range90: Range
    payoff: float | None
    """The same in the payoff units of the scenario; null where the types stand in the tree."""
    cost: float
    """What it loses, in stakes, if it makes the move there for certain instead of playing as
    solved. Of a move that ends the crisis: the cost of giving up the counter."""
    cost_range90: Range
    bound: float
    """Share of its information sets, by mass, at which the odds are too small to tell more than a
    bound."""
    drivers: list[PriceDriver]
    """What the price goes with most; at most three."""


class LevelPrice(Part):
    """The price at one level of a variable."""

    level: float
    label: str
    reached: dict[str, float]
    """Type -> odds that it comes to choose at that level, given the record."""
    price: dict[str, float]
    """Type -> price; types that never come to choose there are left out."""
    range90: dict[str, Range]


class PriceContrast(Part):
    """How far the price differs between two sets of levels, for one type."""

    type: str
    low: float
    high: float
    difference: float
    """Mean over variants of the high price less the low one, in stakes: not quite `high` less
    `low`, since variants weigh differently on the two sides."""
    range90: Range
    share: float
    """Weighted share of the variants in which the difference has that sign."""
    drivers: list[PriceDriver]
    """What the difference goes with most; at most three."""


class PriceCurve(Part):
    """The price of a move by level of one variable, as it stands at the choice."""

    variable: str
    label: str
    audience: bool
    """An audience's state; otherwise it holds the terms that stand."""
    levels: list[LevelPrice]
    missing: list[str]
    """Levels that are never reached there: nothing is said of them."""
    low: str
    """Which levels `contrasts` compares, in words."""
    high: str
    contrasts: list[PriceContrast]


class TurnPricePart(Part):
    """One move at one turn."""

    turn: str
    turn_label: str
    label: str
    """The move in words."""
    round: int
    day: str
    """First day of the round."""
    likely: float
    """Odds that it is made there, whatever the type, given the record."""
    types: list[TypePrice]
    curves: list[PriceCurve]


class CounterPrice(Part):
    """A bargaining counter: a proposal that can be made or accepted, or a move."""

    id: str
    """`actor.what`"""
    actor: str
    actor_label: str
    what: str
    role: Literal["propose", "accept", "end", "move"]
    """It makes a proposal, accepts one, ends the crisis, or was asked for."""
    turns: list[TurnPricePart]
    """In order of play."""


class AgreementZone(Part):
    """What acceptance now gives a pair of types, against what they would get otherwise."""

    by: str
    """Type of the proposer."""
    by_label: str
    to: str
    """Type of the addressee."""
    to_label: str
    gain_by: float
    """In stakes of the proposer's type."""
    gain_by_range90: Range
    gain_to: float
    gain_to_range90: Range
    both: float
    """Weighted share of the variants in which both gain."""
    agree: bool
    """Whether both gain by the pooled numbers."""


class ProposalEffect(Part):
    """What making a proposal changes in how a state variable stands as play ends."""

    variable: str
    label: str
    audience: bool
    change: float
    """Mean with it less mean without it, in levels."""
    range90: Range


class ProposalPart(Part):
    """One proposal that is still open."""

    id: str
    label: str
    by: str
    by_label: str
    to: str
    to_label: str
    accepted: dict[str, float]
    """Type of the addressee -> odds that it accepts, where it may."""
    accepted_range90: dict[str, Range]
    proposed: dict[str, float]
    """Type of the proposer -> odds that it proposes, where it may; empty of a mediator."""
    bits_answer: float
    """What acceptance tells of the addressee's type, in bits."""
    bits_proposing: float | None
    """What proposing tells of the proposer's type; null where it can't be proposed any more."""
    zone: list[AgreementZone]
    """Empty where the proposer has no payoff."""
    refused_by_all: bool
    """Every type of the addressee accepts with odds below .2."""
    effects: list[ProposalEffect]
    """Largest first, by the variable's own range; empty where it can't be proposed any more."""


class TermWorth(Part):
    """What a term is worth: the price without it less the price under it."""

    actor: str
    actor_label: str
    move: str
    """The move in words."""
    turn_label: str
    day: str
    """First day of the round (ISO)."""
    without: str
    with_: str
    worth: dict[str, float]
    """Type label -> stakes by which the term lowers the price."""
    range90: dict[str, Range]


class PricesPart(Part):
    """What they would take and what we would give."""

    observer: str
    """The actor whose desk the note is written at; empty where there is none."""
    counters: list[CounterPrice]
    proposals: list[ProposalPart]
    terms: list[TermWorth]
    charts: list[str]
    """`actor.what@turn:variable`: the curves worth a picture, one for each actor at most."""
    stakes: dict[str, str]
    """`actor.type` -> the stake in words."""
    only_bounds: bool
    """Some price is a bound at more than one in a hundred of its sets."""


class Prices(Part):
    """The answer of `standoff price`."""

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
    prices: PricesPart | None
    """Null where there is nothing left to bargain with."""
