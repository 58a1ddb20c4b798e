"""The JSON form of the evidence table (`standoff evidence --json`)."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part, Range
from standoff.scenario.source_models import Rating


class EvidenceCell(Part):
    """What one item says of one hypothesis."""

    ratio: float | None
    """How many times likelier the item was under the hypothesis than otherwise, given what came
    before it: `LR(item; hypothesis)`, pooled over the variants. Null where it was impossible on a
    side."""
    range90: Range | None
    """5th to 95th percentile over the variants."""
    strength: str
    """In words, without a side: nothing, bare mention, positive, strong, very strong."""
    clear: bool
    """Whether the range leaves 1 out."""
    model_rating: Rating | None
    """The rating that the ratio stands for, by documented bands."""
    rating: Rating | None
    """The analyst's own."""


class PairCell(Part):
    """What one item says of one type against another."""

    ratio: float | None
    range90: Range | None


class EvidenceColumn(Part):
    """One item of the record."""

    number: int
    """Its place among the items, from 1."""
    id: str
    text: str
    kind: Literal["move", "report", "absence"]
    at: str
    """When it happened (ISO)."""
    known: str
    """When the desk had it."""
    source: list[str]
    roots: list[str]
    """What it rests on in the end: documents, or what their sources were made from."""
    weight: float
    """Of its ratings by hand in the inconsistency score, after the grade of its sources: 1 where
    there is none. The model's ratios have the grade in them."""
    one_decision_with: list[int]
    """Numbers of the other items of the same decision: all show their joint ratio."""
    counts: bool
    """Whether its ratio enters the product: of one decision only the first of those that count."""
    cells: dict[str, EvidenceCell]
    """Hypothesis -> cell."""
    pairwise: dict[str, PairCell]
    """`a/b` -> ratio of type a against type b."""


class InconsistencyScore(Part):
    """The classic score of one hypothesis, and the place that it gives."""

    score: float
    """Weights of what is inconsistent, added up: the less, the better it stands."""
    rank: int
    """1 for the least; alike where equal."""
    items: int
    """How many items entered."""


class HypothesisRow(Part):
    """A type of the actor, or that it does something nobody thought of."""

    id: str
    """The type, or `residual`."""
    label: str
    residual: bool
    prior: float
    posterior: float
    posterior_range90: Range | None
    """Null for the residual."""
    rank: int | None
    """By belief, 1 for the most; null for the residual."""
    by_ratings: InconsistencyScore | None
    """From the analyst's ratings, over the items that are rated for every type; null where there
    are none."""
    by_model: InconsistencyScore | None
    """The same score from the ratings that the model's ratios stand for."""
    prior_odds: float | None
    """Against the other types; of the residual, against play as the model has it. Null where it is
    certain."""
    product: float | None
    """Of the ratios that count."""
    rest: float | None
    """What the items do not tell: turns at which nothing was seen, endings that did not come.
    Prior odds times product times rest are the posterior odds."""
    posterior_odds: float | None


class EvidenceWarning(Part):
    """Something that an analyst should look at."""

    kind: Literal["opposite", "no-difference", "rated-alike", "one-root", "unrated"]
    text: str
    items: list[int]
    """Numbers of the items."""
    hypothesis: str = ""


class ActorEvidence(Part):
    """The table of one actor: hypotheses in rows, items in columns."""

    actor: str
    label: str
    hypotheses: list[HypothesisRow]
    items: list[EvidenceColumn]
    rated: int
    """Cells that the analyst has rated."""
    cells: int
    """Cells that can be rated: items by types."""
    warnings: list[EvidenceWarning]


class EvidencePart(Part):
    """Items of the record against hypotheses, beside the analyst's own ratings."""

    scenario: str
    title: str
    as_of: str
    standard: Literal["icd203", "phia"]
    variants: int
    failed: int
    """Variants that failed the solver check."""
    effective: float
    """Kish's effective number of variants."""
    seed: int
    actors: list[ActorEvidence]
