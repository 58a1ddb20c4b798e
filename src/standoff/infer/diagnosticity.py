"""What each item of the record says of each actor's type.

The likelihood ratio of an item for a type is its odds if the actor is of that type against its odds
if it is not, given the earlier items. Near 1 it tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from standoff.infer.belief import actors_with_types, by_type
from standoff.infer.likelihood import item_mass
from standoff.infer.pooling import Pooled, pool_values
from standoff.infer.ratios import Ratio
from standoff.infer.record import Placed
from standoff.infer.reports import reliability_of
from standoff.infer.views import types_of

if TYPE_CHECKING:
    from standoff.infer.inference import Inference


@dataclass(frozen=True, eq=False)
class ItemEvidence:
    """One item of the record and what it tells. Items of one decision show their joint ratio."""

    placed: Placed
    ratios: dict[str, dict[str, Ratio]]  # actor -> type -> LR against the actor's other types
    pairwise: dict[str, dict[str, Ratio]]  # actor -> `a/b` -> LR of type a against type b
    counted: bool
    """Whether the item's own factor counts; of one decision only the most telling does."""
    right: Pooled | None = None
    """Odds that it is right, where it may be wrong."""
    certain: dict[str, dict[str, Ratio]] | None = None
    """Its ratios if it were surely right, where it may be wrong and counts."""

    @property
    def id(self) -> str:
        """The item's short name."""
        return self.placed.id

    @property
    def column(self) -> str:
        """Its name among others."""
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
        right, certain = _doubted(inference, one)
        if certain is not None and one.index not in evidence.counted:
            certain = None
        if certain is not None and len(group) > 1:
            certain = _product(
                [certain if other is one else singles[other.index][0] for other in group]
            )
        if len(group) > 1 or (group and one.index not in evidence.counted):
            ratios = _product([singles[other.index][0] for other in group])
            pairs = _product([singles[other.index][1] for other in group])
        counts = one.index in evidence.counted
        found.append(ItemEvidence(one, ratios, pairs, counts, right, certain))
    return [each for each in found if item is None or each.id == item]


def _doubted(
    inference: Inference, one: Placed
) -> tuple[Pooled | None, dict[str, dict[str, Ratio]] | None]:
    """Odds that an item is right, and its ratios if it surely were; None where it surely is."""
    if one.sure == 1:
        return None, None
    q = reliability_of(inference.compiled, one)
    odds = (
        np.full(inference.n_variants, q)
        if isinstance(q, float)
        else np.array(q.by_variant(inference.draws))
    )
    before = item_mass(inference, one).before.sum(axis=(0, 1))
    return pool_values(odds, before), _ratios(inference, one, certain=True)[0]


def _ratios(
    inference: Inference, one: Placed, *, certain: bool = False
) -> tuple[dict[str, dict[str, Ratio]], dict[str, dict[str, Ratio]]]:
    mass = item_mass(inference, one, certain=certain)
    ratios: dict[str, dict[str, Ratio]] = {}
    pairs: dict[str, dict[str, Ratio]] = {}
    for actor in actors_with_types(inference):
        types = types_of(inference.compiled, actor)
        before = list(by_type(inference, actor, mass.nodes, mass.before))
        after = list(by_type(inference, actor, mass.nodes, mass.after))
        whole_before, whole_after = np.sum(before, axis=0), np.sum(after, axis=0)
        ratios[actor] = {
            label: Ratio.of(after[t], before[t], whole_after - after[t], whole_before - before[t])
            for t, label in enumerate(types)
        }
        pairs[actor] = {
            f"{types[a]}/{types[b]}": Ratio.of(after[a], before[a], after[b], before[b])
            for a, b in combinations(range(len(types)), 2)
        }
    return ratios, pairs


def _product(parts: list[dict[str, dict[str, Ratio]]]) -> dict[str, dict[str, Ratio]]:
    """The joint ratio of several items, each given the earlier ones."""
    return {
        actor: {
            label: Ratio(tuple(side for part in parts for side in part[actor][label].parts))
            for label in types
        }
        for actor, types in parts[0].items()
    }
