"""Devices where chance deals in private: mixtures of plans, found by column generation.

Every device is a mixture of pairs of pure plans, too many to list. The master program mixes those
listed so far, under the incentive constraints of `disobeying`; its multipliers price every pair of
sequences, and the pair of plans that is worth most at these prices comes in. Columns have two sides
(Zhang, Farina, Celli and Sandholm 2022): with a pure plan of one player held, the other may draw
from any realization plan, so that a column holds the exponentially many pairs with that pure plan.

The first columns are pure plans of which the relaxation's own plans are made; further ones come
from replies in turn and from integer programs (`plan_pricing`). What such a program proves is also
a bound on every device: the master's value and the best that a column could add to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.progress import Progress, check
from standoff.solve.correlated_plan import Component
from standoff.solve.correlation_plans import CorrelationPlans
from standoff.solve.disobeying import Incentives, apart
from standoff.solve.plan_pricing import Pricing
from standoff.solve.sequence_lp import constraints

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Int = NDArray[np.intp]
Float = NDArray[np.float64]

WORK = 30_000
"""Relevant pairs of sequences times programs solved, at most (though a few programs always are)."""
FEW = 5
"""Programs that always may be solved."""
FIRST = 8
"""Pure plans of each player to begin with, at most."""
STARTS = 6
"""Columns from whose plans replies in turn begin, in each round."""
WHOLE = 6000
"""Relevant pairs up to which integer programs are asked."""
OPTIONS = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}
"""How far HiGHS may leave a constraint unmet, payoffs being scaled to at most one."""
SLACK = 1e-9
"""Reason to disobey that counts as none, payoffs being scaled to at most one."""
PATIENCE = 3
"""Programs in which a column must come to something."""
SPECK = 1e-12
"""Weight of a column that counts as none."""
TIGHT = 1e-7
"""Share of the largest cost of a pair to which cost and bound are brought together."""
NOTHING = 1e-9
"""Share of the objective's scale that a new column must be worth."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """What column generation found: a cost as low as it could make it."""

    components: tuple[Component, ...]  # empty where no device was found
    weight: Float  # [M]
    cost: float
    bound: float  # no device has a lower cost; -inf where nothing was proved
    rounds: int
    iterations: int


@dataclass(frozen=True, eq=False)
class _Block:
    """A column: one player's plan is pure, the other draws from any."""

    player: int  # whose plan is pure
    plan: Float  # [S] that plan
    since: int  # programs solved before it came in


class Master:
    """The program that mixes the columns found so far, and its prices."""

    def __init__(self, plans: CorrelationPlans, sides: Sequence[Incentives], cost: Float) -> None:
        from scipy.sparse import vstack

        M = plans.n_pairs
        self.plans, self.cost = plans, cost
        self.zero: csr_array = vstack(apart([side.obeying for side in sides], M)).tocsr()
        self.least: csr_array = vstack(apart([side.leaving for side in sides], M)).tocsr()
        counted = np.zeros(self.zero.shape[1], dtype=bool)
        counted[self.zero.indices] = True
        counted[self.least.indices] = True
        counted[:M] |= cost != 0
        counted[0] = True
        self.used = np.flatnonzero(counted[:M])  # pairs that enter anything
        self.further = self.zero.shape[1] - M
        self.trees = [constraints(plex) for plex in plans.form.plexes]
        self.blocks: list[_Block] = []
        self.iterations = 0
        self.solved = 0

    def enter(self, pair: tuple[Float, Float]) -> bool:
        """Let both pure plans of a pair in, each as a column; False where both are there."""
        added = [self.add(player, plan) for player, plan in enumerate(pair)]
        return any(added)

    def add(self, player: int, plan: Float) -> bool:
        """Let a pure plan in as a column; False where it is there."""
        for block in self.blocks:
            if block.player == player and np.array_equal(block.plan, plan):
                return False
        self.blocks.append(_Block(player, plan, self.solved))
        return True

    def tidy(self, parts: Sequence[Float]) -> None:
        """Drop columns without weight that have had their chance."""
        self.blocks = [
            block
            for block, part in zip(self.blocks, parts, strict=True)
            if part[0] > SPECK or block.since > self.solved - PATIENCE
        ]

    def solve(self, slack: float | None) -> tuple[float, Float, list[Float]] | None:
        """The least cost, where nobody may gain more than `slack` by any disobedience, or where
        none is given the least slack; the prices [M] of pairs; each column's realization plan times
        its weight. None where HiGHS gives up.
        """
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, hstack, identity, vstack

        self.solved += 1
        M, used = self.plans.n_pairs, self.used
        n = len(used)
        own = [self.plans.form.plexes[1 - block.player].n_sequences for block in self.blocks]
        more = int(sum(own))
        rows, columns, start = [], [], n + self.further + 1
        trees = []
        for block, size in zip(self.blocks, own, strict=True):
            pair = self.plans.pairs[used]
            held = np.flatnonzero(block.plan[pair[:, block.player]] > 0.5)
            rows.append(held)
            columns.append(start + pair[held, 1 - block.player])
            tree = self.trees[1 - block.player][1:]
            before = start - n - self.further - 1
            trees.append(hstack([
                csr_array((tree.shape[0], start)), tree,
                csr_array((tree.shape[0], more - before - size)),
            ]))  # fmt: skip
            start += size
        total = start
        row, column = np.concatenate(rows), np.concatenate(columns)
        mixed = csr_array((-np.ones(len(row)), (row, column)), shape=(n, total)) + hstack(
            [identity(n), csr_array((n, total - n))]
        )
        zero = hstack([
            self.zero[:, used], self.zero[:, M:], csr_array((self.zero.shape[0], more + 1)),
        ])  # fmt: skip
        height = self.least.shape[0]
        least = hstack([
            self.least[:, used], self.least[:, M:], csr_array(np.ones((height, 1))),
            csr_array((height, more)),
        ])  # fmt: skip
        cost = np.zeros(total)
        if slack is None:
            cost[n + self.further] = 1.0
        else:
            cost[:n] = self.cost[used]
        bounds = np.column_stack([np.zeros(total), np.full(total, np.inf)])
        bounds[:n, 0] = -np.inf
        bounds[0] = 1.0  # the empty pair
        bounds[n : n + self.further, 0] = -np.inf
        bounds[n + self.further] = 0.0, np.inf if slack is None else slack
        equal = vstack([mixed, zero, *trees]).tocsc()
        minimize: Any = linprog
        for method in ("highs-ipm", "highs-ds"):
            result = minimize(
                cost, A_ub=-least.tocsc(), b_ub=np.zeros(height),
                A_eq=equal, b_eq=np.zeros(equal.shape[0]), bounds=bounds, method=method,
                options=OPTIONS,
            )  # fmt: skip
            self.iterations += int(result.nit or 0)
            if not result.status and result.x is not None:
                break
        else:
            return None
        price = np.zeros(M)
        price[used] = np.asarray(result.eqlin.marginals[:n], dtype=np.float64)
        cuts = np.cumsum(own)[:-1]
        parts = np.split(np.asarray(result.x[n + self.further + 1 :], dtype=np.float64), cuts)
        return float(result.fun), price, [np.maximum(part, 0.0) for part in parts]


def mixture(
    plans: CorrelationPlans,
    sides: Sequence[Incentives],
    cost: Float,
    start: tuple[Float, Float],
    *,
    target: float = -np.inf,
    close: float = 0.0,
    progress: Progress | None = None,
) -> Mixture:
    """The device with the least `cost` [M] that column generation finds.

    `start` are realization plans to begin with, `target` a bound known from elsewhere. Nothing more
    is looked for where the cost is within `close` of a bound.
    """
    master, pricing = Master(plans, sides, cost), Pricing(plans)
    for player, plan in enumerate(start):
        for pure in pricing.taken_apart(player, plan, FIRST):
            master.add(player, pure)
    master.enter(pricing.replies(cost, start))
    scale = float(np.abs(cost).max(initial=0.0)) or 1.0
    rounds = max(FEW, WORK // plans.n_pairs)
    slack: float | None = None
    bound, done = -np.inf, 0
    best: tuple[float, list[Float], list[_Block]] | None = None
    while done < rounds:
        check(progress)
        if progress is not None:
            progress.step(done, rounds)
        found = master.solve(slack)
        done += 1
        if found is None:
            break
        value, price, parts = found
        if slack is None and value <= SLACK:
            slack = max(SLACK, 2.0 * value)
            continue
        if slack is not None:
            best = value, parts, master.blocks
            if value - max(bound, target) <= max(close, TIGHT * scale):
                break
            master.tidy(parts)
        if done == rounds:
            break
        entered, proved = _priced(master, pricing, price, 1.0 if slack is None else scale)
        if slack is not None:
            bound = max(bound, value + proved)
        if not entered:
            break
    if best is None:
        return Mixture((), np.eye(1, plans.n_pairs)[0], np.inf, bound, done, master.iterations)
    components = _components(best[1], best[2])
    weight = np.zeros(plans.n_pairs)
    for one in components:
        weight += one.weight * plans.product(*one.plans)
    return Mixture(components, weight, float(cost @ weight), bound, done, master.iterations)


def _priced(master: Master, pricing: Pricing, price: Float, scale: float) -> tuple[bool, float]:
    """Let columns in that are worth it; the least that any costs, as far as it is proved."""
    plexes = master.plans.form.plexes
    asked = master.plans.n_pairs <= WHOLE
    blocks = [*master.blocks[:1], *master.blocks[1:][1 - STARTS :]] if asked else master.blocks
    pairs = []
    for block in list(blocks):
        other = np.ones(plexes[1 - block.player].n_sequences)
        start = (block.plan, other) if block.player == 0 else (other, block.plan)
        pairs.append(pricing.replies(price, start))
    proved = -np.inf
    for player in range(2 if asked else 0):
        best, least = pricing.whole(price, player)
        proved = max(proved, least)
        if best is not None:
            pairs.append(best)
    worth = [pair for pair in pairs if pricing.worth(price, pair) < -NOTHING * scale]
    entered = [master.enter(pair) for pair in worth]
    return any(entered), proved


def _components(parts: Sequence[Float], blocks: Sequence[_Block]) -> tuple[Component, ...]:
    found = []
    total = sum(float(part[0]) for part in parts)
    for part, block in zip(parts, blocks, strict=True):
        if part[0] <= SPECK:
            continue
        drawn = part / part[0]
        plans = (block.plan, drawn) if block.player == 0 else (drawn, block.plan)
        found.append(Component(float(part[0]) / total, plans))
    return tuple(found)
