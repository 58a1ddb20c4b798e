"""The classic inconsistency score of competing hypotheses, from ratings by hand or by the model.

Analysis of competing hypotheses [@heuer1999, ch. 8] asks of each item how well it fits each
hypothesis, and holds to the hypothesis with the least against it. The program that its author
helped to make [@goodach] counts so: `II` 2, `I` 1, everything else 0, times a weight of the
item (high 1.41, medium 1, low 0.71), added up over the items. It knows no prior and no degree
beyond two steps, and what speaks for a hypothesis counts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from standoff.assess.evidence_models import InconsistencyScore
from standoff.scenario.source_models import Rating
from standoff.words.numbers import NOTHING

POINTS: dict[Rating, float] = {"CC": 0.0, "C": 0.0, "N": 0.0, "I": 1.0, "II": 2.0}
"""What a rating adds."""
HIGH, MEDIUM, LOW = sqrt(2.0), 1.0, 1 / sqrt(2.0)
"""Weights of an item."""
FAR = 3.0
"""A ratio past this, or below one over it, stands for `CC` or `II`."""
BANDS: tuple[tuple[float, str], ...] = (
    (NOTHING[1], "nothing"), (FAR, "bare mention"), (20.0, "positive"), (150.0, "strong"),
)  # fmt: skip
"""Up to which ratio (or one over it) the evidence is what [@kass1995]; past all it is very strong.
What tells nothing is cut off below, as everywhere in Standoff."""


@dataclass(frozen=True)
class Rated:
    """One item as it enters the score."""

    ratings: Mapping[str, Rating]  # hypothesis -> rating; one that is missing is not rated
    weight: float = MEDIUM
    decision: str = ""  # items of one decision count once


def rating_of(ratio: float) -> Rating:
    """The rating that a likelihood ratio stands for: `N` from 0.8 to 1.25, `C` to 3 and `CC` past
    it; `I` down to a third and `II` below.
    """
    if ratio < NOTHING[0]:
        return "II" if ratio < 1 / FAR else "I"
    if ratio <= NOTHING[1]:
        return "N"
    return "C" if ratio <= FAR else "CC"


def strength(ratio: float) -> str:
    """How strong evidence of such a ratio is, whichever side it speaks for."""
    if NOTHING[0] <= ratio <= NOTHING[1]:
        return "nothing"
    size = max(ratio, 1 / ratio) if ratio > 0 else float("inf")
    return next((word for most, word in BANDS[1:] if size <= most), "very strong")


def weight_of(grades: Sequence[str]) -> float:
    """The weight of an item by the best grade of what it rests on (`B2`): high for A or B with 1 or
    2, low for D or E or for 4 or 5, medium for what lies between, can't be judged, or is ungraded.
    """
    weights = []
    for grade in grades:
        source, says = grade[0], grade[1]
        if source in "DE" or says in "45":
            weights.append(LOW)
        else:
            weights.append(HIGH if source in "AB" and says in "12" else MEDIUM)
    return max(weights, default=MEDIUM)


def scores(items: Sequence[Rated], types: Sequence[str]) -> dict[str, InconsistencyScore]:
    """The score of each type over the items that are rated for all of them; empty where none is.

    Items of one decision count once, with what is worst for the type among them.
    """
    whole = [one for one in items if all(t in one.ratings for t in types)]
    if not whole or not types:
        return {}
    found: dict[str, float] = {}
    for t in types:
        worst: dict[str, float] = {}
        for number, one in enumerate(whole):
            key = f"decision {one.decision}" if one.decision else f"item {number}"
            worst[key] = max(worst.get(key, 0.0), one.weight * POINTS[one.ratings[t]])
        found[t] = round(sum(worst.values()), 9)
    return {
        t: InconsistencyScore(score=score, rank=place(score, found.values()), items=len(whole))
        for t, score in found.items()
    }


def place(score: float, among: Iterable[float]) -> int:
    """Place of a score among all, 1 for the least."""
    return 1 + sum(other < score for other in among)
