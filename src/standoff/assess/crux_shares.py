"""What each assumption contributes to the gap between two views of a crisis.

Both views are solved in all variants. The mixtures between them are solved in some, weighted so
that they give the very answers of both views; shares then add up to the gap that is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.assess.chain import Chain
from standoff.assess.turned import WEIGHT, Target
from standoff.infer.inference import Inference
from standoff.progress import Progress, check
from standoff.variants.mixing import Mixing
from standoff.variants.shapley import Plan, every_order, some_orders
from standoff.variants.thinning import calibrated, chosen, standard_error

Float = NDArray[np.float64]
LANES = 256
"""Variants that are solved in one batch."""
ENOUGH = 24
"""Variants in which mixtures are solved before more orders are taken than one and its reverse."""
LEAST = 12
"""Variants in which each mixture is solved at least, where there are so many."""
PAIRS = 8
"""Pairs of orders at most."""


@dataclass(frozen=True, eq=False)
class Held:
    """One answer by variant: mass of the event and the condition, mass of the condition."""

    joint: Float  # [V]
    base: Float  # [V]

    @property
    def value(self) -> float:
        """The pooled answer; NaN where no variant has one."""
        total = float(self.base.sum())
        return float(self.joint.sum()) / total if total > 0 else float("nan")


@dataclass(frozen=True, eq=False)
class Shared:
    """The shares of one answer's gap, item by item."""

    share: Float  # [items] they add up to the gap
    error: Float  # [items] standard error: of the choice of orders, and of the choice of variants


@dataclass(frozen=True, eq=False)
class Divided:
    """The shares of several answers and what was solved for them."""

    shares: tuple[Shared, ...]
    plan: Plan
    variants: int


def read(inference: Inference, anchor: int, target: Target) -> Held | None:
    """An answer by variant; None where it has none at this moment."""
    found = target.read(inference, anchor)
    if target.id not in found:
        return None
    value, weight = found[target.id], found[WEIGHT + target.id]
    use = np.isfinite(value) & (weight > 0)
    return Held(np.where(use, value * weight, 0.0), np.where(use, weight, 0.0))


def planned(items: int, variants: int, budget: int, seed: int) -> tuple[Plan, int]:
    """The sets of assumptions to be solved and in how many variants each, for about `budget`
    solved variants: every order where that is affordable, else orders in pairs.
    """
    few = min(variants, ENOUGH)
    inner = (1 << items) - 2 if items < 16 else budget + 1
    if items < 3 or inner * few <= budget:
        plan = every_order(items)
    else:
        pairs = max(1, min(PAIRS, budget // (2 * (items - 1) * few)))
        plan = some_orders(items, pairs, seed)
    between = max(1, len(plan.sets) - 2)
    return plan, min(variants, max(LEAST, budget // between))


def divided(
    mixing: Mixing,
    one: Chain,
    other: Chain,
    targets: Sequence[Target],
    ends: Sequence[tuple[Held, Held]],
    *,
    budget: int,
    seed: int,
    progress: Progress | None = None,
) -> Divided | None:
    """The shares of the gap of each target; `ends` are its answers in the two views, all variants.

    `one` and `other` are the views themselves, solved; about `budget` further variants are solved.
    None where some answer has none between the views: no variant was solved in all mixtures, or
    the record can't be in one of them.
    """
    weights = [each.inference.measure().total() for each in (one, other)]
    both = np.sum([w / w.sum() for w in weights], axis=0) * (weights[0] > 0) * (weights[1] > 0)
    plan, n = planned(len(mixing.items), int((both > 0).sum()), budget, seed)
    between = len(plan.sets) > 2
    if between and not (both > 0).any():
        return None
    which, base = chosen(both, n)
    joint, mass, good = _between(mixing, plan, one, which, targets, progress)
    shares = []
    for i, (first, second) in enumerate(ends):
        edges = [(first.joint, first.base), (second.joint, second.base)]
        joint[0, i], mass[0, i] = first.joint[which], first.base[which]
        joint[-1, i], mass[-1, i] = second.joint[which], second.base[which]
        # What failed in either view says nothing of what is between them.
        totals = np.array([part[both > 0].sum() for edge in edges for part in edge])
        held = np.stack([part[which] for edge in edges for part in edge], axis=1)
        table = _Table(plan, joint[:, i], mass[:, i], held, totals, first.value, second.value)
        places = np.flatnonzero(good & (mass[:, i] > 0).all(axis=0))
        if between and not len(places):
            return None
        # One that failed between is stood for by the others.
        scale = len(which) / max(len(places), 1)
        shares.append(table.shared(places, base[places] * scale))
    return Divided(tuple(shares), plan, len(which))


def _between(
    mixing: Mixing,
    plan: Plan,
    one: Chain,
    which: NDArray[np.intp],
    targets: Sequence[Target],
    progress: Progress | None,
) -> tuple[Float, Float, NDArray[np.bool_]]:
    """[sets, answers, n] twice: masses of each answer in every mixture but the views; and [n]
    whether a variant was solved in all of them.
    """
    shape = (len(plan.sets), len(targets), len(which))
    joint, mass = np.zeros(shape), np.zeros(shape)
    good = np.ones(len(which), dtype=bool)
    todo = list(enumerate(plan.sets))[1:-1]
    # Mixtures of one tree stand together.
    todo.sort(key=lambda each: mixing.tree(each[1]) is not mixing.compiled)
    size = max(1, LANES // max(1, len(which)))
    done = 0
    if progress is not None and todo:
        progress.say("solving what lies between the views")
    while todo:
        check(progress)
        tree = mixing.tree(todo[0][1])
        part = [each for each in todo[:size] if mixing.tree(each[1]) is tree]
        todo = todo[len(part) :]
        batch = mixing.solved_together([m for _, m in part], which, progress=None)
        chain = Chain(batch, one.as_of)
        good &= batch.solution.solved.reshape(len(part), -1).all(axis=0)
        for i, target in enumerate(targets):
            held = read(chain.sight, chain.anchor, target)
            if held is None:
                continue
            for row, (place, _) in enumerate(part):
                lanes = slice(row * len(which), (row + 1) * len(which))
                joint[place, i], mass[place, i] = held.joint[lanes], held.base[lanes]
        done += len(part)
        if progress is not None:
            progress.step(done, len(plan.sets) - 2)
    return joint, mass, good


@dataclass(frozen=True, eq=False)
class _Table:
    """One answer in every mixture that was solved."""

    plan: Plan
    joint: Float  # [sets, n]
    mass: Float  # [sets, n]
    held: Float  # [n, 4] both masses in either view
    totals: Float  # [4] over all variants that both views have
    first: float
    second: float

    def shared(self, places: NDArray[np.intp], base: Float) -> Shared:
        """The shares from some of the chosen variants, each of which stands for `base`; where
        nothing is between the views none is needed.
        """
        if len(self.plan.sets) == 2:
            found = self.plan.shares(np.array([self.first, self.second]))
            return Shared(found.share, np.zeros_like(found.share))
        joint, mass, held = self.joint[:, places], self.mass[:, places], self.held[places]
        weight = calibrated(base, held, self.totals)
        if weight is None or (mass @ weight <= 0).any():
            weight = base
        below = (mass @ weight)[:, None]
        answer = np.divide(
            (joint @ weight)[:, None], below, out=np.zeros_like(below), where=below > 0
        )
        answer[0], answer[-1] = self.first, self.second
        found = self.plan.shares(answer[:, 0])
        # How far each variant moves each answer; those of the views are known without error.
        pull = np.divide(joint - answer * mass, below, out=np.zeros_like(joint), where=below > 0)
        pull[0] = pull[-1] = 0.0
        moved = self.plan.shares(pull).share
        variants = standard_error(moved, base, weight, held, self.totals)
        orders = np.where(np.isfinite(found.error), found.error, 0.0)
        return Shared(found.share, np.hypot(orders, variants))
