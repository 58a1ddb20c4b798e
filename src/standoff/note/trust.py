"""How far an item of the record is trusted, in a clause behind it."""

from __future__ import annotations

from standoff.assess.trust_models import ItemTrust
from standoff.words.numbers import hundredths

__all__ = ["trust_clause"]

_SHARES = (
    (0.05, "next to nothing"),
    (0.18, "about a tenth"),
    (0.29, "about a quarter"),
    (0.41, "about a third"),
    (0.58, "about half"),
    (0.70, "about two thirds"),
    (0.85, "about three quarters"),
    (0.97, "most"),
)
"""Shares up to a bound, in words."""


def trust_clause(trust: ItemTrust | None) -> str:
    """`graded B2: taken as right with 69 to 88 in 100, so that it weighs about half of what it
    would if certain`; empty where the item is taken as certain.
    """
    if trust is None:
        return ""
    low, high = (hundredths(p) for p in trust.range90)
    odds = f"{low} in 100" if low == high else f"{low} to {high} in 100"
    text = f"{_graded(trust.grades)}taken as right with {odds}"
    if trust.weighs is None:
        return text
    return f"{text}, so that it weighs {_share(trust.weighs)} of what it would if certain"


def _graded(grades: list[str]) -> str:
    if not grades:
        return ""
    if len(grades) == 1:
        return f"graded {grades[0]}: "
    listed = f"{', '.join(grades[:-1])} and {grades[-1]}"
    return f"independent sources graded {listed}: "


def _share(weighs: float) -> str:
    return next((words for bound, words in _SHARES if weighs < bound), "nearly all")
