"""The best device of a mediator between two players: optimal extensive-form correlated equilibria.

One linear program over correlation plans: the polytope of `correlation_plans`, the constraints of
`disobeying`, and any reward on histories as the objective (von Stengel and Forges 2008). Where the
polytope is exact that is the answer. Where it is a relaxation its optimum bounds every device, and
a device is made of columns (`plan_columns`), whose own optimum is what a mediator can have for
sure. HiGHS solves the programs (Huangfu and Hall 2018).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Game, Payload, chance_reach
from standoff.progress import Progress, check
from standoff.solve.correlated_plan import Component, Concept, CorrelatedPlan
from standoff.solve.correlation_plans import (
    CorrelationPlans,
    correlation_plans,
    count_pairs,
    node_pairs,
)
from standoff.solve.disobeying import Incentives, apart, claimed_gains, incentives
from standoff.solve.plan_columns import OPTIONS, mixture
from standoff.solve.sequence_form import behavior

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Int = NDArray[np.intp]
Float = NDArray[np.float64]

LIMIT = 40_000
"""Relevant pairs of sequences up to which a device is looked for unless told otherwise: a program
of this size takes from half a minute to a few minutes.
"""
COLUMNS = 12_000
"""Relevant pairs up to which a device is made of columns where chance deals in private; past it
there is a bound alone.
"""
SAME = 1e-6
"""Share of the largest reward of a pair within which a device is called the best."""
BEST = "The best device: no other that both obey does better."
BOUND = "A bound: chance deals in private here, and no device was asked for."
NONE_MADE = "A bound: chance deals in private here, and no device was found."
TOO_LARGE = "A bound: chance deals in private here, and the game is too large to make a device."
OBEYED = "A device that both obey; a better one may exist, up to the bound."


class TooManyPairs(ValueError):
    """The game has more relevant pairs of sequences than the limit."""

    def __init__(self, pairs: int, limit: int) -> None:
        self.pairs, self.limit = pairs, limit
        super().__init__(
            f"the game has {pairs:,} relevant pairs of sequences, more than the limit of {limit:,}"
        )


@dataclass(frozen=True, eq=False)
class _Found:
    """A plan, and how it was found."""

    weight: Float  # [M]
    iterations: int
    shape: tuple[int, int, int]  # rows, columns, entries
    status: str
    problem: bool = False  # HiGHS found none
    device: bool = False
    bound: float | None = None  # the plan's own value where nothing else is said
    components: tuple[Component, ...] | None = None
    rounds: int = 0


def optimal_correlated(
    game: Game,
    payload: Payload,
    variant: int = 0,
    *,
    concept: Concept = "efce",
    objective: str | Float = "sum",
    sense: Literal["max", "min"] = "max",
    limit: int = LIMIT,
    close: float = 0.0,
    bound_only: bool = False,
    progress: Progress | None = None,
) -> CorrelatedPlan:
    """The device that both players obey and that makes the expected objective best.

    `objective` is ``sum``, ``player:0``, ``player:1``, or a reward on arriving at each node
    [N] or [N, K]. Where chance deals in private a device is improved until its value is within
    `close` of the bound, or its rounds are spent; with `bound_only` none is made. Raises
    `TooManyPairs`, `ImperfectRecall`, and ValueError unless there are two players.
    """
    size = count_pairs(game, payload, variant)
    if size > limit:
        raise TooManyPairs(size, limit)
    check(progress)
    plans = correlation_plans(game, payload, variant)
    histories = _histories(game, payload, variant, plans)
    reward = _reward(game, plans, histories, objective)
    sides = tuple(incentives(plans, player, concept) for player in range(2))
    if progress is not None:
        progress.say(f"the mediator's program over {plans.n_pairs:,} pairs of sequences")
    found = _relaxation(plans, sides, reward, sense)
    check(progress)
    if not (found.problem or plans.triangle_free or bound_only):
        if plans.n_pairs <= COLUMNS:
            found = _device(plans, sides, reward, sense, found, close, progress)
        else:
            found = replace(found, status=TOO_LARGE)
    weight = found.weight
    value = float(reward @ weight)
    mass = np.zeros((game.n_nodes, game.n_profiles))
    mass[np.ix_(histories.nodes, histories.profiles)] = histories.weight * weight[histories.pair]
    return CorrelatedPlan(
        concept=concept, sense=sense, form=plans.form, pairs=plans.pairs, weight=weight,
        device=found.device, exact=plans.triangle_free, value=value,
        bound=value if found.bound is None else found.bound, status=found.status,
        components=found.components,
        payoffs=plans.form.payoff.T @ weight[plans.payoff_pair],
        mass=mass, recommended=_recommended(game, plans, weight, mass),
        gains=(claimed_gains(plans, 0, concept, weight), claimed_gains(plans, 1, concept, weight)),
        sequences=(plans.form.plexes[0].n_sequences, plans.form.plexes[1].n_sequences),
        rows=found.shape[0], columns=found.shape[1], entries=found.shape[2],
        iterations=found.iterations, rounds=found.rounds,
    )  # fmt: skip


def _relaxation(
    plans: CorrelationPlans,
    sides: tuple[Incentives, ...],
    reward: Float,
    sense: Literal["max", "min"],
) -> _Found:
    """The best plan of the polytope that leaves nobody a reason to disobey."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    polytope, M = plans.polytope(), plans.n_pairs
    columns = M + sum(side.leaving.shape[1] - M for side in sides)
    empty = csr_array((polytope.shape[0], columns - M))
    zero = vstack([_beside(polytope, empty), *apart([side.obeying for side in sides], M)])
    least = vstack(apart([side.leaving for side in sides], M))
    cost = np.zeros(columns)
    cost[:M] = reward / (float(np.abs(reward).max(initial=0.0)) or 1.0)
    bounds = np.column_stack([np.full(columns, -np.inf), np.full(columns, np.inf)])
    bounds[:M] = 0.0, 1.0
    bounds[0] = 1.0
    minimize: Any = linprog
    shape = (zero.shape[0] + least.shape[0], columns, zero.nnz + least.nnz)
    iterations, problem = 0, ""
    for method in ("highs-ipm", "highs-ds"):
        result = minimize(
            cost if sense == "min" else -cost,
            A_ub=-least.tocsc(), b_ub=np.zeros(least.shape[0]),
            A_eq=zero.tocsc(), b_eq=np.zeros(zero.shape[0]),
            bounds=bounds, method=method, options=OPTIONS,
        )  # fmt: skip
        iterations += int(result.nit or 0)
        if not result.status and result.x is not None:
            plan = np.clip(result.x[:M], 0.0, 1.0)
            status = BEST if plans.triangle_free else BOUND
            return _Found(plan, iterations, shape, status, device=plans.triangle_free)
        problem = "HiGHS gave up on the linear program: " + str(result.message).strip()
    unknown = np.inf if sense == "max" else -np.inf
    return _Found(np.eye(1, M)[0], iterations, shape, problem, problem=True, bound=unknown)


def _device(
    plans: CorrelationPlans,
    sides: tuple[Incentives, ...],
    reward: Float,
    sense: Literal["max", "min"],
    relaxed: _Found,
    close: float,
    progress: Progress | None,
) -> _Found:
    """A device where the polytope is a relaxation, with the bound that both together prove."""
    sign = -1.0 if sense == "max" else 1.0
    cost, scale = sign * reward, float(np.abs(reward).max(initial=0.0)) or 1.0
    least = float(cost @ relaxed.weight)
    mixed = mixture(
        plans, sides, cost, _own_plans(plans, relaxed.weight),
        target=least, close=close, progress=progress,
    )  # fmt: skip
    least = min(max(mixed.bound, least), mixed.cost)
    if not mixed.components:
        return replace(
            relaxed, bound=sign * least, rounds=mixed.rounds, status=NONE_MADE,
        )  # fmt: skip
    done = mixed.cost - least <= SAME * scale
    return replace(
        relaxed, weight=mixed.weight, iterations=relaxed.iterations + mixed.iterations,
        status=BEST if done else OBEYED,
        device=True, bound=sign * least, components=mixed.components, rounds=mixed.rounds,
    )  # fmt: skip


def _beside(left: csr_array, right: csr_array) -> csr_array:
    from scipy.sparse import hstack

    return hstack([left, right]).tocsr()


def _recommended(game: Game, plans: CorrelationPlans, weight: Float, mass: Float) -> Float:
    """[A] odds of each move at the sets that obeying reaches, else in the owner's own plan."""
    own = behavior(plans.form, _own_plans(plans, weight), game)
    edges = np.arange(len(game.child))
    up = game.parent[game.child[edges]]
    edges = edges[game.actor[up] >= 0]
    up = game.parent[game.child[edges]]
    cell = game.cell[up]
    types = game.n_types[game.actor[up]]
    first = game.row_start[cell] + (game.edge_action[edges] - game.action_start[cell]) * types
    kind = game.profile_type[:, game.actor[up]].T  # [edges, K]
    row = first[:, None] + kind
    moved = np.bincount(row.ravel(), mass[game.child[edges]].ravel(), game.n_rows)
    set_start = np.concatenate([[0], np.cumsum(game.n_types[game.cell_player])])
    set_of = (set_start[cell][:, None] + kind).ravel()
    of = np.zeros(game.n_rows, dtype=np.intp)
    of[row.ravel()] = set_of
    total = np.bincount(of, moved, int(set_start[-1]))[of]
    odds: Float = np.where(total > 0, moved / np.where(total > 0, total, 1.0), own)
    return odds


def _own_plans(plans: CorrelationPlans, weight: Float) -> tuple[Float, Float]:
    """Each player's realization plan when the other's is not looked at."""
    first, second = plans.pairs.T
    return weight[second == 0], weight[first == 0]


@dataclass(frozen=True, eq=False)
class _Histories:
    """Nodes and profiles that chance leaves a way to."""

    nodes: Int  # [n]
    profiles: Int  # [k]
    pair: Int  # [n, k] the relevant pair that leads there
    weight: Float  # [n, k] probability that chance and the prior do their part


def _histories(game: Game, payload: Payload, variant: int, plans: CorrelationPlans) -> _Histories:
    reach = chance_reach(game, payload.odds[:, variant])
    prior = payload.prior[:, variant]
    nodes, profiles = np.flatnonzero(reach > 0), np.flatnonzero(prior > 0)
    pair = node_pairs(plans, game, nodes, profiles)
    return _Histories(nodes, profiles, pair, reach[nodes, None] * prior[profiles])


def _reward(
    game: Game,
    plans: CorrelationPlans,
    histories: _Histories,
    objective: str | Float,
) -> Float:
    """[M] the objective as a linear function of the plan."""
    form = plans.form
    if isinstance(objective, str):
        if objective == "sum":
            earned = form.payoff.sum(axis=1)
        elif objective in ("player:0", "player:1"):
            earned = form.payoff[:, int(objective[-1])]
        else:
            raise ValueError(f"no objective {objective!r}: sum, player:0, player:1, or an array")
        return _summed(plans.payoff_pair, earned, plans.n_pairs)
    nodes, profiles = histories.nodes, histories.profiles
    reward = np.asarray(objective, dtype=np.float64)
    if reward.ndim == 1:
        reward = reward[:, None]
    if reward.shape[0] != game.n_nodes or reward.shape[1] not in (1, game.n_profiles):
        raise ValueError(f"a reward by node has shape [{game.n_nodes}] or with profiles")
    chosen = reward[nodes] if reward.shape[1] == 1 else reward[nodes][:, profiles]
    return _summed(histories.pair.ravel(), (histories.weight * chosen).ravel(), plans.n_pairs)


def _summed(at: Int, values: Float, size: int) -> Float:
    return np.bincount(at, values, size).astype(np.float64)
