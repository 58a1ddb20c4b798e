"""Inverse questions: what would have to be true for an answer to be as wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from standoff.assess.tipping_models import LimitPart, RegionPart, RulePart
from standoff.variants.axes import Space
from standoff.variants.regions import FEWEST, Limit, Rule, rules

Float = NDArray[np.float64]
FURTHEST = 3
"""Parameters named of the variant that comes nearest."""


def region(
    space: Space,
    values: Mapping[str, Float],
    answer: Float,
    weight: Float,
    wanted: str,
    band: tuple[float, float],
    label: Callable[[str], str],
) -> RegionPart:
    """Where, over solved variants, an answer [V] lies in a band: its share by weight, and rules in
    terms of what each variant holds (`values`: key -> [V]); those without an answer are left out.
    """
    low, high = band
    weight = np.where(np.isfinite(answer), weight, 0.0)
    inside = (answer >= low) & ((answer < high) | (high >= 1.0))
    use = weight > 0
    total = float(weight.sum())
    share = float(weight[inside].sum()) / total if total > 0 else 0.0
    found = rules(values, inside, weight)
    nearest: float | None = None
    at: dict[str, float] = {}
    note = ""
    if not (use & inside).any():
        nearest, at = _nearest(space, values, answer, use, (low, high))
        note = "in none of the variants; the nearest is given"
    elif inside[use].all():
        note = "in every variant"
    elif use.sum() < FEWEST:
        note = f"too few variants for rules: {int(use.sum())} have weight, {FEWEST} are needed"
    elif not found:
        note = "no few parameters tell these variants from the others"
    return RegionPart(
        wanted=wanted,
        low=low,
        high=high,
        share=share,
        rules=[_part(rule, label) for rule in found],
        nearest=nearest,
        nearest_at=at,
        note=note,
    )


def _part(rule: Rule, label: Callable[[str], str]) -> RulePart:
    return RulePart(
        limits=[_limit(x, label) for x in rule.limits],
        weight=rule.weight,
        precision=rule.precision,
        coverage=rule.coverage,
        checked=rule.checked,
    )


def _limit(limit: Limit, label: Callable[[str], str]) -> LimitPart:
    return LimitPart(
        parameter=limit.name,
        label=label(limit.name),
        low=limit.low if np.isfinite(limit.low) else None,
        high=limit.high if np.isfinite(limit.high) else None,
    )


def _nearest(
    space: Space, values: Mapping[str, Float], answer: Float, use: NDArray[np.bool_],
    band: tuple[float, float],
) -> tuple[float | None, dict[str, float]]:  # fmt: skip
    """The answer nearest to the band, and what is furthest from its median there."""
    if not use.any():
        return None, {}
    gap = np.maximum(band[0] - answer, answer - band[1])
    at = int(np.argmin(np.where(use, gap, np.inf)))
    far = {}
    for place, axis in enumerate(space.axes):
        if axis.key in values and not axis.levels:
            middle = float(space.values(place, np.array([axis.middle]))[0])
            far[axis.key] = float((values[axis.key][at] - middle) / axis.deviation)
    names = sorted(far, key=lambda k: -abs(far[k]))[:FURTHEST]
    return float(answer[at]), {name: far[name] for name in names}
