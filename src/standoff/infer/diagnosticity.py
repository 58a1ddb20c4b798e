"""What each item of the record says of each actor's type.

The likelihood ratio of an item for a type is its odds if the actor is of that type against its odds
if it is not, given the earlier items. Near 1 it tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.belief import actors_with_types, by_type
from standoff.infer.likelihood import item_mass, pooled_ratio
from standoff.infer.pooling import Pooled, pool_values
from standoff.infer.record import Placed
from standoff.infer.views import types_of

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ratio:
    """A likelihood ratio: pooled, and by variant."""

    pooled: Pooled
    per_variant: Float  # [V]
    weight: Float  # [V]

    @property
    def value(self) -> float:
        """The pooled ratio."""
        return self.pooled.value


@dataclass(frozen=True, eq=False)
class ItemEvidence:
    """One item of the record and what it tells. Items of one decision show their joint ratio."""

    placed: Placed
    ratios: dict[str, dict[str, Ratio]]  # actor -> type -> LR against the actor's other types
    pairwise: dict[str, dict[str, Ratio]]  # actor -> `a/b` -> LR of type a against type b
    counted: bool
    """Whether the item's own factor counts; of one decision only the most telling does."""

    @property
    def id(self) -> str:
        """The item's short name."""
        return self.placed.id


def diagnosticity(inference: Inference, item: str | None = None) -> list[ItemEvidence]:
    """The ratios of every item that bears on the record (or of one), in the record's order."""
    evidence = inference.evidence
    singles: dict[int, tuple[dict[str, dict[str, Ratio]], dict[str, dict[str, Ratio]]]] = {}
    wanted = [one for one in evidence.items if one.kind != "unknown"]
    for one in wanted:
        singles[one.index] = _ratios(inference, one)
    found = []
    for one in wanted:
        group = [
            other
            for other in wanted
            if one.item.same_decision and other.item.same_decision == one.item.same_decision
            and other.index in evidence.counted
        ]  # fmt: skip
        ratios, pairs = singles[one.index]
        if len(group) > 1 or (group and one.index not in evidence.counted):
            ratios = _product([singles[other.index][0] for other in group])
            pairs = _product([singles[other.index][1] for other in group])
        found.append(ItemEvidence(one, ratios, pairs, one.index in evidence.counted))
    return [each for each in found if item is None or each.id == item]


def _ratios(
    inference: Inference, one: Placed
) -> tuple[dict[str, dict[str, Ratio]], dict[str, dict[str, Ratio]]]:
    mass = item_mass(inference, one)
    ratios: dict[str, dict[str, Ratio]] = {}
    pairs: dict[str, dict[str, Ratio]] = {}
    for actor in actors_with_types(inference):
        types = types_of(inference.compiled, actor)
        before = by_type(inference, actor, mass.nodes, mass.before)
        after = by_type(inference, actor, mass.nodes, mass.after)
        whole_before, whole_after = before.sum(axis=0), after.sum(axis=0)
        ratios[actor] = {
            label: _made(after[t], before[t], whole_after - after[t], whole_before - before[t])
            for t, label in enumerate(types)
        }
        pairs[actor] = {
            f"{types[a]}/{types[b]}": _made(after[a], before[a], after[b], before[b])
            for a, b in combinations(range(len(types)), 2)
        }
    return ratios, pairs


def _made(after: Float, before: Float, after_not: Float, before_not: Float) -> Ratio:
    value, per_variant, weight = pooled_ratio(after, before, after_not, before_not)
    return Ratio(pool_values(per_variant, weight, value), per_variant, weight)


def _product(parts: list[dict[str, dict[str, Ratio]]]) -> dict[str, dict[str, Ratio]]:
    """The joint ratio of several items, each given the earlier ones."""
    found: dict[str, dict[str, Ratio]] = {}
    for actor, types in parts[0].items():
        found[actor] = {}
        for label in types:
            each = [part[actor][label] for part in parts]
            per_variant = np.prod([r.per_variant for r in each], axis=0)
            value = float(np.prod([r.value for r in each]))
            weight = each[-1].weight
            pooled = pool_values(per_variant, weight, value)
            found[actor][label] = Ratio(pooled, per_variant, weight)
    return found
