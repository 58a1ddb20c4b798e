"""The part of parameter space in which something holds, in a few rules that can be read.

A shallow tree [@breiman1984] is fitted to solved variants, weighted as they are; each of its
leaves in which the thing mostly holds is a rule. Two thirds of the variants make the rules and the
last third, which the tree has not seen, says how far they can be trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
DEPTH = 3
MOST = 8
"""Parameters that the tree may ask about: those that bear most on it, each by itself."""
LEAF = 0.05
"""Share of the weight that a rule must speak of."""
FEWEST = 30
"""Variants with weight below which no rules are made."""


@dataclass(frozen=True)
class Limit:
    """A parameter above `low` and at most `high`; infinite where there is no such bound."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Rule:
    """Where all limits hold. `weight` is the share of the variants there, `precision` the share of
    those in which the thing holds, `coverage` the share of all such variants that lie there; all by
    weight. `checked` is the precision on variants that the rule was not made from.
    """

    limits: tuple[Limit, ...]
    weight: float
    precision: float
    coverage: float
    checked: float | None

    def holds(self, values: Mapping[str, Float]) -> Bool:
        """[V] where all limits hold."""
        return _within(self.limits, values)


def rules(values: Mapping[str, Float], inside: Bool, weight: Float) -> list[Rule]:
    """Rules for where `inside` [V] holds, by what each variant holds (name -> [V]); the one that
    covers most first. Empty where it holds nowhere, everywhere, or no tree can tell.
    """
    use = weight > 0
    made = use & (np.arange(len(weight)) % 3 != 2)
    if use.sum() < FEWEST or not _mixed(inside[made]):
        return []
    names = telling(values, inside.astype(np.float64), np.where(made, weight, 0.0))[:MOST]
    if not names:
        return []
    leaves = _leaves(np.stack([values[n] for n in names], axis=1), names, inside, weight, made)
    found = [_rule(limits, values, inside, weight, use, use & ~made) for limits in leaves]
    return sorted(found, key=lambda r: -r.coverage)


def _mixed(inside: Bool) -> bool:
    return bool(inside.any() and not inside.all())


def telling(values: Mapping[str, Float], answer: Float, weight: Float) -> list[str]:
    """The names whose ranks, or whose distance from the middle, go with an answer [V], most first;
    those that do not vary are left out.
    """
    use = weight > 0
    if not use.any():
        return []
    w = weight[use] / weight[use].sum()
    y = answer[use] - float(answer[use] @ w)
    score = {}
    for name, all_ in values.items():
        x = all_[use]
        if np.ptp(x) == 0:
            continue
        rank = np.argsort(np.argsort(x, kind="stable"), kind="stable") / len(x)
        score[name] = max(_correlation(r, y, w) for r in (rank, np.abs(rank - 0.5)))
    return sorted(score, key=lambda n: -score[n])


def _correlation(x: Float, y: Float, w: Float) -> float:
    x = x - float(x @ w)
    size = float((x * x) @ w) * float((y * y) @ w)
    return abs(float((x * y) @ w)) / float(np.sqrt(size)) if size > 0 else 0.0


def _leaves(
    table: Float, names: list[str], inside: Bool, weight: Float, made: Bool
) -> list[tuple[Limit, ...]]:
    """The limits of each leaf in which it mostly holds; of two such leaves side by side, those of
    the node above them.
    """
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_weight_fraction_leaf=LEAF, random_state=0
    ).fit(table[made], inside[made], sample_weight=weight[made] / weight[made].sum())
    held = tree.tree_
    base = float(weight[made & inside].sum() / weight[made].sum())
    share = held.value[:, 0, 1] / held.value[:, 0].sum(axis=1)
    # Of something rare no leaf may hold mostly: there, where it is twice as common as elsewhere.
    bar = min(0.5, 2.0 * base)

    def walk(node: int, bounds: dict[str, tuple[float, float]]) -> list[tuple[Limit, ...]] | None:
        """The leaves below a node; None where the whole node is one."""
        left, right = int(held.children_left[node]), int(held.children_right[node])
        if left < 0:
            return None if share[node] >= bar else []
        name, cut = names[int(held.feature[node])], _short(float(held.threshold[node]))
        low, high = bounds.get(name, (-np.inf, np.inf))
        below = {**bounds, name: (low, min(high, cut))}
        above = {**bounds, name: (max(low, cut), high)}
        found = [walk(left, below), walk(right, above)]
        if found == [None, None]:
            return None
        out: list[tuple[Limit, ...]] = []
        for each, limits in zip(found, (below, above), strict=True):
            out += [_limits(limits)] if each is None else each
        return out

    return walk(0, {}) or []


def _limits(bounds: Mapping[str, tuple[float, float]]) -> tuple[Limit, ...]:
    return tuple(Limit(name, low, high) for name, (low, high) in bounds.items())


def _short(cut: float) -> float:
    """Three digits: a rule that is read is the rule that is measured."""
    return float(f"{cut:.3g}")


def _within(limits: tuple[Limit, ...], values: Mapping[str, Float]) -> Bool:
    held = [(values[x.name] > x.low) & (values[x.name] <= x.high) for x in limits]
    return np.asarray(np.logical_and.reduce(held))


def _rule(
    limits: tuple[Limit, ...], values: Mapping[str, Float], inside: Bool, weight: Float,
    use: Bool, unseen: Bool,
) -> Rule:  # fmt: skip
    here = _within(limits, values) & use
    total, held = weight[use].sum(), weight[use & inside].sum()
    mass, good = weight[here].sum(), weight[here & inside].sum()
    fresh = weight[here & unseen].sum()
    return Rule(
        limits,
        float(mass / total),
        float(good / mass) if mass > 0 else 0.0,
        float(good / held) if held > 0 else 0.0,
        float(weight[here & unseen & inside].sum() / fresh) if fresh > 0 else None,
    )
