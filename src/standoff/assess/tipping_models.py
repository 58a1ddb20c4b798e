"""The JSON form of what would turn the answers: part of an assessment."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part, Range


class TippingPoint(Part):
    """One value of one parameter, all others at their medians, at which an answer turns."""

    parameter: str
    label: str
    median: float
    """Where it stands otherwise."""
    value: float
    """Where the answer turns."""
    level_name: str = ""
    """Of a choice: the level at which the answer has turned."""
    distance: float
    """From the median, in the parameter's own standard deviations; of a choice in levels."""
    unit: Literal["standard deviations", "levels"]
    percentile: float
    """Of `value`, in the parameter's own distribution."""
    crosses: Literal["even odds", "band edge", "asked", "zero", "option"]
    level: float
    """The probability (or difference) that is crossed; of a best option 0: two are worth alike."""
    before: float
    """The answer just short of it; of a best option how far another exceeds it, in stakes."""
    after: float
    becomes: str
    """The word just beyond it, or the option that is best there."""
    jumps: bool = False
    """The answer leaps over the level instead of passing through it."""
    turned_beyond: float | None = None
    """Weighted share of the draws beyond `value` in which the answer has turned, all else moving
    too; null where no draw lies there."""
    turned_short: float | None = None
    """The same of the draws short of it."""


class Curve(Part):
    """An answer along one parameter, all others at their medians."""

    parameter: str
    label: str
    values: list[float]
    deviations: list[float]
    """How far each value is from the median, in the parameter's standard deviations (or levels)."""
    answers: list[float | None]
    """Null where the solver failed."""


class LimitPart(Part):
    """A parameter above `low` and at most `high`; null where there is no such bound."""

    parameter: str
    label: str
    low: float | None
    high: float | None


class RulePart(Part):
    """One rule of a region: all limits hold. Shares are by weight."""

    limits: list[LimitPart]
    weight: float
    """Share of the variants that it speaks of."""
    precision: float
    """Share of those in which the answer is as wanted."""
    coverage: float
    """Share of all variants in which the answer is as wanted that it speaks of."""
    checked: float | None
    """The precision on the third of the variants that the rule was not made from."""


class RegionPart(Part):
    """What would have to be true for an answer to be as wanted, from the solved variants."""

    wanted: str
    """A word, or `above P` or `below P`."""
    low: float
    high: float
    share: float
    """Weighted share of the variants in which the answer is so."""
    rules: list[RulePart]
    nearest: float | None = None
    """Where it is so in none: the answer that comes nearest."""
    nearest_at: dict[str, float] = {}
    """parameter -> how far it lies from its median there, in its own standard deviations; those
    that lie furthest."""
    note: str = ""


class TippedAnswer(Part):
    """What would turn one answer."""

    id: str
    text: str
    kind: Literal["probability", "comparison", "options"]
    reference: float | None
    """The answer with every parameter at its median; of a comparison by how much it holds (below 0
    it does not), of options null."""
    words: str | None = None
    probability: float | None = None
    """Of a probability: the answer over all variants, which is what a note prints."""
    best: str | None = None
    """Of options: the best one with every parameter at its median."""
    points: list[TippingPoint]
    """The nearest first."""
    unconfirmed: list[str] = []
    """Parameters on which a crossing was seen but did not hold when it was solved again."""
    swings: dict[str, float]
    """parameter -> how far it moves the answer between its 1st and 99th percentile; largest
    first."""
    curves: list[Curve] = []
    region: RegionPart | None = None
    note: str = ""
    """Where nothing turns it, or it can't be asked: why."""


class MapPart(Part):
    """An answer over two parameters, all others at their medians."""

    answer: str
    x: str
    y: str
    x_label: str
    y_label: str
    x_values: list[float]
    y_values: list[float]
    x_levels: list[str] = []
    """Of a choice, the names of its levels; its values are their places."""
    y_levels: list[str] = []
    answers: list[list[float | None]]
    """A row for each value of y; null where the solver failed."""
    best: list[list[str | None]] = []
    """The best option at each point, where the desk has one to choose."""
    levels: list[float]
    """Even odds and the edges of the bands that the answer crosses."""


class TippingPart(Part):
    """What would turn the answers: one parameter at a time, and two."""

    title: str
    """The scenario's."""
    as_of: str
    answers: list[TippedAnswer]
    maps: list[MapPart] = []
    standard: Literal["icd203", "phia"]
    support: Range
    """Percentiles of each parameter within which it was moved."""
    parameters: int
    """How many were moved."""
    uncertain: int
    """How many there are; where fewer were moved, those that go with the answers most."""
    solved: int
    """Variants solved for it."""
    failed: int
    """Of these, those whose solver check did not hold: they count as no crossing."""
    drawn: int
    """Draws at hand beside which the points are set."""
    effective: float
    """Kish's effective number of these under the likelihood of the record."""
    labels: dict[str, str] = {}
