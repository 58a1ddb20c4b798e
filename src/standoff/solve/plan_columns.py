"""Devices where chance deals in private: mixtures of plans, found by column generation.

Every device is a mixture of pairs of pure plans, too many to list. The master program mixes those
listed so far, under the incentive constraints of `disobeying`; its multipliers price every pair of
sequences, and the pair of plans that is worth most at these prices comes in. Columns have two sides
(Zhang, Farina, Celli and Sandholm 2022): with a pure plan of one player held, the other may draw
from any realization plan, so that a column holds the exponentially many pairs with that pure plan.

The best pair at given prices is found by replies in turn; when these find nothing more, by an
integer program over the polytope in which one player's own plan is whole. What that program proves
is also a bound on every device: the master's value and the best that a column could add to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.progress import Progress, check
from standoff.solve.correlated_plan import Component
from standoff.solve.correlation_plans import CorrelationPlans
from standoff.solve.disobeying import Incentives, apart
from standoff.solve.sequence_form import Treeplex
from standoff.solve.sequence_lp import constraints

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Int = NDArray[np.intp]
Float = NDArray[np.float64]

WORK = 400_000
"""Relevant pairs of sequences times programs solved, at most (though a few programs always are)."""
FEW = 8
"""Programs that always may be solved."""
STARTS = 6
"""Columns from whose plans replies in turn begin, in each round."""
TURNS = 30
"""Replies in turn at most, from each start."""
NODES = 2000
"""Nodes of the tree that the integer program may look at."""
WHOLE = 4000
"""Relevant pairs up to which the integer program is asked."""
SLACK = 1e-9
"""Reason to disobey that counts as none, payoffs being scaled to at most one."""
CLOSE = 1e-7
"""Share of the objective's scale to which value and bound are brought together."""


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
        self._known: set[bytes] = set()
        self.iterations = 0

    def enter(self, pair: tuple[Float, Float]) -> bool:
        """Let both pure plans of a pair in, each as a column; False where both are there."""
        added = [self._add(player, plan) for player, plan in enumerate(pair)]
        return any(added)

    def _add(self, player: int, plan: Float) -> bool:
        name = bytes([player]) + np.packbits(plan > 0.5).tobytes()
        if name in self._known:
            return False
        self._known.add(name)
        self.blocks.append(_Block(player, plan))
        return True

    def solve(self, slack: float | None) -> tuple[float, Float, list[Float]] | None:
        """The least cost, where nobody may gain more than `slack` by any disobedience, or where
        none is given the least slack; the prices [M] of pairs; each column's realization plan times
        its weight. None where HiGHS gives up.
        """
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, hstack, identity, vstack

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
        for method in ("highs-ds", "highs-ipm"):
            result = minimize(
                cost, A_ub=-least.tocsc(), b_ub=np.zeros(height),
                A_eq=equal, b_eq=np.zeros(equal.shape[0]), bounds=bounds, method=method,
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
    progress: Progress | None = None,
) -> Mixture:
    """The device with the least `cost` [M] that column generation finds.

    `start` are plans to begin with (rounded to pure ones), `target` a bound known from elsewhere
    at which nothing more need be looked for.
    """
    master, pricing = Master(plans, sides, cost), _Pricing(plans)
    master.enter(pricing.rounded(start))
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
            best = value, parts, list(master.blocks)
            if value - max(bound, target) <= CLOSE * scale:
                break
        entered, proved = _priced(master, pricing, price, 1.0 if slack is None else scale)
        if slack is not None and proved is not None:
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


def _priced(
    master: Master, pricing: _Pricing, price: Float, scale: float
) -> tuple[bool, float | None]:
    """Let columns in that are worth it; what the integer program proved of all, if asked."""
    enough = CLOSE * scale
    entered = False
    for block in [*master.blocks[:1], *master.blocks[1:][1 - STARTS :]]:
        other = np.ones(master.plans.form.plexes[1 - block.player].n_sequences)
        start = (block.plan, other) if block.player == 0 else (other, block.plan)
        pair = pricing.replies(price, start)
        if pricing.worth(price, pair) < -enough:
            entered |= master.enter(pair)
    if entered or master.plans.n_pairs > WHOLE:
        return entered, None
    pair, proved = pricing.whole(price)
    if pair is not None and pricing.worth(price, pair) < -enough:
        entered |= master.enter(pair)
    return entered, proved


def _components(parts: Sequence[Float], blocks: Sequence[_Block]) -> tuple[Component, ...]:
    found = []
    total = sum(float(part[0]) for part in parts)
    for part, block in zip(parts, blocks, strict=True):
        if part[0] <= 1e-12:
            continue
        drawn = part / part[0]
        plans = (block.plan, drawn) if block.player == 0 else (drawn, block.plan)
        found.append(Component(float(part[0]) / total, plans))
    return tuple(found)


class _Pricing:
    """The pair of plans that is worth most (costs least) at prices of pairs of sequences."""

    def __init__(self, plans: CorrelationPlans) -> None:
        self.plans = plans

    def worth(self, price: Float, pair: tuple[Float, Float]) -> float:
        """What a pair of plans costs."""
        return float(price @ self.plans.product(*pair))

    def replies(self, price: Float, start: tuple[Float, Float]) -> tuple[Float, Float]:
        """Best pure replies in turn until nothing is gained."""
        pair, cost = start, np.inf
        for _ in range(TURNS):
            for player in range(2):
                gradient = self.gradient(price, player, pair[1 - player])
                plan = self.pure(player, -gradient)
                pair = (plan, pair[1]) if player == 0 else (pair[0], plan)
            now = self.worth(price, pair)
            if now >= cost - 1e-12:
                break
            cost = now
        return pair

    def gradient(self, price: Float, player: int, other: Float) -> Float:
        """[S] what each sequence of a player costs against a plan of the other."""
        own, theirs = self.plans.pairs[:, player], self.plans.pairs[:, 1 - player]
        size = self.plans.form.plexes[player].n_sequences
        return np.bincount(own, price * other[theirs], size)

    def pure(self, player: int, gradient: Float) -> Float:
        """[S] the pure plan that earns most; the first of equals."""
        plex = self.plans.form.plexes[player]
        worth = gradient.copy()
        chosen = np.zeros(plex.n_sets, dtype=np.intp)
        for low, high in reversed(_stages(plex)):
            chosen[low:high], best = _largest(plex, worth, low, high)
            np.add.at(worth, plex.parent[low:high], best)
        return _choosing(plex, chosen)

    def rounded(self, pair: tuple[Float, Float]) -> tuple[Float, Float]:
        """Pure plans that take the likeliest move everywhere."""
        plans = []
        for plex, plan in zip(self.plans.form.plexes, pair, strict=True):
            likeliest = [_largest(plex, plan, low, high)[0] for low, high in _stages(plex)]
            plans.append(_choosing(plex, np.concatenate([np.zeros(0, np.intp), *likeliest])))
        return plans[0], plans[1]

    def whole(self, price: Float) -> tuple[tuple[Float, Float] | None, float | None]:
        """The best pair by integer programming, and the least that any pair can cost."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        plans = self.plans
        sizes = [plex.n_sequences for plex in plans.form.plexes]
        player = int(sizes[1] < sizes[0])
        own = np.flatnonzero(plans.pairs[:, 1 - player] == 0)
        integral = np.zeros(plans.n_pairs)
        integral[own] = 1
        low = np.zeros(plans.n_pairs)
        low[0] = 1.0
        matrix = plans.polytope().tocsc()
        zero = np.zeros(matrix.shape[0])
        scale = float(np.abs(price).max()) or 1.0
        result = milp(
            price / scale, integrality=integral, bounds=Bounds(low, np.ones(plans.n_pairs)),
            constraints=LinearConstraint(matrix, zero, zero),
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )  # fmt: skip
        proved = getattr(result, "mip_dual_bound", None)
        if result.x is None:
            return None, None if proved is None else float(proved) * scale
        held = np.round(result.x[own])
        plan = np.zeros(sizes[player])
        plan[plans.pairs[own, player]] = held
        reply = self.pure(1 - player, -self.gradient(price, 1 - player, plan))
        pair = (plan, reply) if player == 0 else (reply, plan)
        return pair, None if proved is None else float(proved) * scale


def _stages(plex: Treeplex) -> list[tuple[int, int]]:
    """First and last set of each stage, from the first on."""
    return list(pairwise(plex.stage_start.tolist()))


def _largest(plex: Treeplex, values: Float, low: int, high: int) -> tuple[Int, Float]:
    """The first of the largest sequences of each set of a stage, and its value."""
    first = plex.first[low : high + 1]
    here = values[first[0] : first[-1]]
    best = np.maximum.reduceat(here, first[:-1] - first[0])
    at = np.flatnonzero(here == np.repeat(best, np.diff(first)))
    _, where = np.unique(plex.set_of[first[0] + at], return_index=True)
    return first[0] + at[where], best


def _choosing(plex: Treeplex, chosen: Int) -> Float:
    """[S] the plan that takes these sequences [I] at its sets."""
    plan = np.zeros(plex.n_sequences)
    plan[0] = 1.0
    for low, high in _stages(plex):
        plan[chosen[low:high]] = plan[plex.parent[low:high]]
    return plan
