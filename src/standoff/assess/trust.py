"""How far each item of the record is trusted, and what that takes from its weight."""

from __future__ import annotations

from math import inf, log

from standoff.assess.answering import finite_range, unit
from standoff.assess.confidence import TELLING
from standoff.assess.trust_models import ItemTrust
from standoff.infer.diagnosticity import ItemEvidence
from standoff.infer.ratios import Ratio

__all__ = ["trust_of"]


def trust_of(each: ItemEvidence) -> ItemTrust | None:
    """None where the item is taken as certain, or nothing can be said of it."""
    right = each.right
    if right is None or not right.effective > 0:
        return None
    certain = {
        actor: {t: r.value for t, r in by.items() if r.pooled.effective > 0}
        for actor, by in (each.certain or {}).items()
    }
    return ItemTrust(
        grades=list(each.placed.trust.grades),
        right=unit(right.value),
        range90=finite_range(right.range90) or (unit(right.value), unit(right.value)),
        if_certain=certain,
        weighs=_weighs(each.ratios, certain),
    )


def _weighs(
    ratios: dict[str, dict[str, Ratio]], certain: dict[str, dict[str, float]]
) -> float | None:
    """The share, for the type of which the item would say most."""
    told = [
        (abs(log(sure)), ratios[actor][t].value, sure)
        for actor, by in certain.items()
        for t, sure in by.items()
        if 0 < sure < inf and ratios[actor][t].value > 0
    ]
    most, now, sure = max(told, default=(0.0, 1.0, 1.0))
    if most <= log(TELLING):
        return None
    return log(now) / log(sure)
