"""JSON of what happens when a document falls away."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part, Range

NumberOf = Literal["belief", "judgement", "question"]
Unit = Literal["probability", "value", "ratio", "share"]


class RippleNumber(Part):
    """One number of the assessment, with the record as it is and without what falls."""

    id: str
    """`actor.type` of a belief, else of the judgement or question; `id: label` where the answer is
    a distribution or one number a type."""
    of: NumberOf
    """What it is a number of."""
    text: str
    """In words."""
    unit: Unit
    """A probability, a value (in stakes, where it is a payoff), a ratio, or the share of the
    variants in which a comparison holds."""
    before: float | None
    """As it is; null where there is no answer."""
    before_range90: Range | None
    """Its range; null where the record has settled it."""
    after: float | None
    """Without what falls; null where it can't be answered then."""
    after_range90: Range | None
    """Its range."""
    difference: float | None
    """`after` less `before`; null where one of them is missing."""
    settled_before: bool
    """Whether the record settles it as it is."""
    settled_after: bool
    """Whether it still does."""


class RippleOption(Part):
    """What is best for whoever must choose."""

    actor: str
    """Whose options."""
    turn: str
    """At which turn."""
    before: str
    """The best option as it is: `actor.turn.move`."""
    before_label: str
    """In words."""
    after: str
    """The best one without what falls; empty where this choice is not that actor's next then."""
    after_label: str
    """In words."""
    margin_before: float | None
    """By how much the best option leads the second, in stakes."""
    margin_after: float | None
    """The same without what falls."""


class ForgottenItem(Part):
    """A record item that rested on nothing else."""

    id: str
    """Of the item."""
    text: str
    """What was seen, in words."""
    at: str
    """When it happened."""
    counts: bool
    """Whether it was known at the moment of the assessment: else its loss moves no number."""


class LostSupport(Part):
    """A part of the scenario that rests on what falls."""

    path: str
    """Its key path, items of lists by their ids: `judgements.hope`."""
    kind: str
    """Judgement, resolution, parameter, prior, type, move, objective, proposal, view or other."""
    text: str
    """In words; the key path where it has none."""
    left: int
    """Passages on which it still rests."""


class Ripple(Part):
    """What happens to an assessment when some documents fall away: the record is read again
    without what rested on them alone; nothing is solved again.
    """

    scenario: str
    """The scenario's id."""
    title: str
    """Its title."""
    as_of: str
    """The moment of the assessment; empty at the end of the record."""
    dropped: list[str]
    """The documents and sources that fall, as the scenario cites them."""
    sources: list[str]
    """Keys of sources that fall whole, what derives from them alone included."""
    forgotten: list[ForgottenItem]
    """Record items that rested on nothing else. Their steps become unknown."""
    thinner: list[str]
    """Record items that stay, on other sources."""
    unsupported: list[LostSupport]
    """What rested on nothing else, judgements first. Their numbers stay as they are written."""
    weakened: list[LostSupport]
    """What rests on other sources as well."""
    unanswerable: list[str]
    """Judgements and questions that can't be answered any more."""
    links: int
    """Links that fall."""
    numbers: list[RippleNumber]
    """Every number, the largest movement first."""
    options: list[RippleOption]
    """What is best for whoever must choose."""
    variants: int
    """Variants over which the numbers are pooled, the same before and after."""
    failed: int
    """Variants whose solver check did not hold."""
    effective_before: float
    """Effective number of variants under the record as it is."""
    effective_after: float
    """The same without what falls."""
    seed: int
    """Of the draws."""


class RippleRow(Part):
    """What falls if one document falls."""

    document: str
    """As the scenario cites it."""
    title: str
    """Title of its source."""
    cited: int
    """Citations and links in the scenario."""
    items: list[str]
    """Record items that rest on it, alone or with others."""
    forgotten: list[str]
    """Those that rest on it alone and were known at the moment of the assessment."""
    unsupported: list[str]
    """Key paths of judgements and other parts that rest on it alone."""
    unanswerable: list[str]
    """Judgements and questions that could not be answered without it."""
    moved: RippleNumber | None
    """The probability that moves most; null where none moves."""
    best: list[RippleOption]
    """Choices whose best option changes."""


class RipplePart(Part):
    """Which documents carry an assessment: one row a document, the largest movement first."""

    scenario: str
    """The scenario's id."""
    title: str
    """Its title."""
    as_of: str
    """The moment of the assessment; empty at the end of the record."""
    documents: list[RippleRow]
    """One row a document, by how far its loss moves a probability, then by what rests on it."""
    count: int
    """Documents that the scenario cites."""
    variants: int
    """Variants over which the numbers are pooled."""
    failed: int
    """Variants whose solver check did not hold."""
    seed: int
    """Of the draws."""
