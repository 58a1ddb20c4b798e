"""Coarse correlated equilibria of any game, as a device of at most 64 profiles.

When every player minimizes regret, the profiles played over time approach the set of normal-form
coarse correlated equilibria (Moulin & Vial 1978; Hart & Mas-Colell 2000). Rather than weigh all of
them alike, the device is chosen: among profiles sampled from the play, the weights whose largest
gain from turning the device down is least. That is a linear program with one row for each plan to
which a player might turn; rows are made as they are needed (each the best reply to the device
found), and a basic solution has few weights.
"""

from __future__ import annotations

import time as clock
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload
from standoff.progress import Progress
from standoff.solve.regret_dynamics import METHODS
from standoff.solve.regret_scalar import SequenceWalk
from standoff.solve.sequence_form import SequenceForm, sequence_form
from standoff.solve.solution import Equilibria

Float = NDArray[np.float64]

PROFILES = 64
"""Profiles of a device at most."""
SAMPLES = 24
"""Profiles taken from the play of each round."""
FIRST = 64
"""Iterations of the first round; each is then half as long again."""
BUDGET = 1_000_000
"""Iterations where no number is given."""
ROOM = 2**29
"""Bytes that the sampled profiles may take."""
ROWS = 60
"""Programs solved at most before a round's device stands."""
WORTH = 0.5
"""A program should leave this share of the best profile's own gap, or the next come later."""


@dataclass(eq=False)
class _Pool:
    """Profiles sampled from play: plans, and what they leave to each player."""

    plans: list[Float] = field(default_factory=list)  # each the plans of all players in a row
    gradients: list[list[Float]] = field(default_factory=list)  # by player [S]
    values: list[Float] = field(default_factory=list)  # [P]

    def add(self, walk: SequenceWalk, plans: Float) -> None:
        gradients = walk.gradients(plans)
        parts = np.split(plans, walk.base[1:-1])
        self.plans.append(plans)
        self.gradients.append(gradients)
        self.values.append(np.array([g @ r for g, r in zip(gradients, parts, strict=True)]))

    def keep(self, which: NDArray[np.intp]) -> None:
        self.plans = [self.plans[i] for i in which]
        self.gradients = [self.gradients[i] for i in which]
        self.values = [self.values[i] for i in which]


def coarse_correlated(
    game: Game,
    payload: Payload,
    *,
    tolerance: float = 1e-6,
    method: str = "auto",
    iterations: int | None = None,
    time: float | None = None,
    form: SequenceForm | None = None,
    progress: Progress | None = None,
) -> Equilibria:
    """A device that no player gains more than `tolerance` (payoff units) by turning down.

    `method` is a key of `regret_dynamics.METHODS` or ``auto``. The best device so far is given when
    `iterations` or `time` (seconds) is spent or `progress` asks to stop. Raises `ImperfectRecall`.
    """
    form = form or sequence_form(game, payload)
    if not len(game.cell_player):
        return Equilibria((np.empty(0),), 0, np.ones(1))
    deadline = np.inf if time is None else clock.monotonic() + time
    dynamics = METHODS["pcfr+" if method == "auto" else method]
    walk = SequenceWalk(form)
    size = sum(plex.n_sequences for plex in form.plexes)
    most = int(np.clip(ROOM // (16 * size), 2, 4 * PROFILES))
    samples = max(1, min(SAMPLES, most // 4))
    budget = BUDGET if iterations is None else iterations
    pool = _Pool()
    pool.add(walk, walk.plans.copy())
    cuts: list[list[Float]] = [[] for _ in form.plexes]
    best_gap, best_weights, best_plans = np.inf, np.ones(1), [pool.plans[0]]
    length = FIRST
    wait = pause = 0  # rounds until the next program; how many are left out after a poor one
    while True:
        stop = False
        for _ in range(samples):
            walk.run(max(1, length // samples), dynamics.kind, dynamics.exponents)
            pool.add(walk, walk.plans.copy())
            stop = clock.monotonic() >= deadline or (progress is not None and progress.cancelled)
            if stop:
                break
        pool.add(walk, walk.average())
        walk.restart()
        single, gap = _best_single(walk, pool)
        weights = np.eye(len(pool.plans))[single]
        if gap > tolerance and wait == 0 and not stop:
            mixed, mixed_gap = _device(walk, pool, cuts, tolerance, deadline, single)
            pause = 0 if mixed_gap <= WORTH * gap else 2 * pause + 1
            wait = pause
            if mixed_gap < gap:
                weights, gap = mixed, mixed_gap
        else:
            wait = max(wait - 1, 0)
        used = np.flatnonzero(weights > 0)
        if len(used) > PROFILES:
            used = np.sort(np.argsort(-weights, kind="stable")[:PROFILES])
            pool.keep(used)
            weights, gap = _device(
                walk, pool, cuts, tolerance, deadline, int(weights[used].argmax())
            )
            used = np.flatnonzero(weights > 0)
        if gap < best_gap:
            best_gap = gap
            best_weights, best_plans = weights[used], [pool.plans[i] for i in used]
        if progress is not None and tolerance > 0:
            progress.step(walk.iterations, budget)
        if stop or best_gap <= tolerance or walk.iterations >= budget:
            break
        if len(pool.plans) + samples + 1 > most:
            recent = np.arange(len(pool.plans))[-most // 2 :]
            pool.keep(np.union1d(used, recent)[: most - samples - 1])
        length += length // 2
    strategies = tuple(walk.strategy_of(plans, game.n_rows) for plans in best_plans)
    advice = ""
    if best_gap > tolerance:
        advice = f"The gap of the device is {best_gap:.3g} after {walk.iterations} iterations."
    return Equilibria(strategies, walk.iterations, best_weights / best_weights.sum(), advice=advice)


def _best_single(walk: SequenceWalk, pool: _Pool) -> tuple[int, float]:
    """The profile of the pool with the least gap by itself."""
    gaps = [
        float((walk.best_values(gradients) - values).max())
        for gradients, values in zip(pool.gradients, pool.values, strict=True)
    ]
    best = int(np.argmin(gaps))
    return best, gaps[best]


def _device(
    walk: SequenceWalk,
    pool: _Pool,
    cuts: list[list[Float]],
    tolerance: float,
    deadline: float,
    start: int,
) -> tuple[Float, float]:
    """Weights ``[n]`` over the pool with the least gap, and that gap; `cuts` gains rows."""
    n, P = len(pool.plans), len(cuts)
    values = np.stack(pool.values)  # [n, P]
    stacks = [np.stack([g[p] for g in pool.gradients]) for p in range(P)]  # [n, S]
    rows = [stacks[p] @ cut - values[:, p] for p in range(P) for cut in cuts[p]]
    weights = np.eye(n)[start]
    best, best_gap = weights, np.inf
    for _ in range(ROWS):
        found = 0.0
        for p in range(P):
            mixed = weights @ stacks[p]
            reply = _best_plan(walk, p, mixed)
            gain = float(reply @ mixed - weights @ values[:, p])
            found = max(found, gain)
            cuts[p].append(reply)
            rows.append(stacks[p] @ reply - values[:, p])
        if found < best_gap:
            best, best_gap = weights, found
        if best_gap <= tolerance or clock.monotonic() >= deadline:
            break
        weights, bound = _program(np.stack(rows))
        # The program's value is the least that any weights could leave with the rows so far.
        if best_gap - bound <= max(1e-2 * best_gap, 1e-13):
            break
    for p in range(P):
        cuts[p][:] = cuts[p][-ROWS:]
    return best, best_gap


def _program(rows: Float) -> tuple[Float, float]:
    """Weights ``[n]`` whose largest of ``rows @ weights`` is least, and that."""
    from scipy.optimize import linprog

    minimize: Any = linprog
    count, n = rows.shape
    scale = float(np.abs(rows).max()) or 1.0
    result = minimize(
        np.append(np.zeros(n), 1.0),
        A_ub=np.hstack([rows / scale, -np.ones((count, 1))]), b_ub=np.zeros(count),
        A_eq=np.append(np.ones(n), 0.0)[None], b_eq=np.ones(1),
        bounds=[(0.0, None)] * n + [(0.0, None)], method="highs-ds",
    )  # fmt: skip
    if result.x is None:
        return np.full(n, 1.0 / n), -np.inf
    weights = np.maximum(result.x[:n], 0.0)
    weights[weights < 1e-12] = 0.0
    return weights / weights.sum(), float(result.x[n]) * scale


def _best_plan(walk: SequenceWalk, player: int, gradient: Float) -> Float:
    """[S] the pure plan that earns most against a gradient."""
    from standoff.kernels.regret_scalar import best_plan

    seat = walk.seats[player]
    plan = np.zeros(len(gradient))
    best_plan(seat.parent, seat.first, gradient.copy(), plan)
    return plan


make_callable(__name__)
