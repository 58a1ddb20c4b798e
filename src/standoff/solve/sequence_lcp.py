"""Two players, any payoffs: a linear complementarity problem over realization plans.

Koller, Megiddo and von Stengel (1996) give the problem; the path is that of von Stengel, van den
Elzen and Talman (2002). It begins at any play of both players, a *start*, and moves weight from it
to best replies until none is left: with a start that plays everything the equilibrium that it ends
at is normal-form perfect. Other starts may lead to other equilibria.

Realization plans are written from each player's best reply to the start, one sequence of every
information set: what is played otherwise is free, and the multipliers of the constraints drop out,
so that the tableau has a row for each sequence.
"""

from __future__ import annotations

import time as clock
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload
from standoff.progress import Progress
from standoff.solve.complementary_pivoting import (
    Tableau,
    follow,
    follow_exactly,
    fractions,
)
from standoff.solve.sequence_form import SequenceForm, Treeplex, behavior, plans, sequence_form
from standoff.solve.sequence_lp import payoff_matrix
from standoff.solve.solution import Equilibria

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Whole = NDArray[Any]  # floats, or Python's whole numbers

LIMIT = 20_000
"""Sequences of both players together past which a path is too long to follow."""
EXACT_LIMIT = 250
"""Sequences up to which whole numbers are tried where floating point fails."""
GOOD = 1e-9
"""Gain from deviating, as a share of the largest payoff, up to which an answer is taken."""
PURE_FIRST = 5000
"""Sequences of both players together past which the first start is pure play."""
_ALIKE = 1e-6
_GRAIN = 4096


def sequence_lcp(
    game: Game,
    payload: Payload,
    *,
    variant: int = 0,
    form: SequenceForm | None = None,
    every: bool = False,
    starts: int = 40,
    tries: int = 8,
    seed: int = 0,
    exact: bool = False,
    time: float | None = None,
    progress: Progress | None = None,
) -> Equilibria:
    """An equilibrium of a two-player game, or with `every` those that `starts` starts lead to.

    The first start is uniform play, but pure play in large games (`PURE_FIRST`); where its path is
    lost to rounding others are tried (`tries`), with whole numbers too where the game is small
    (with `exact` at once). `time` bounds seconds. Where nothing is found the strategy is uniform
    and the advice says why. Raises `ValueError` for other than two players and for games past
    `LIMIT`, and `ImperfectRecall`.
    """
    if len(game.players) != 2:
        raise ValueError(
            f"the complementarity program is for two players; this game has {len(game.players)}"
        )
    deadline = np.inf if time is None else clock.monotonic() + time
    form = form or sequence_form(game, payload, variant)
    size = sum(plex.n_sequences for plex in form.plexes)
    if size > LIMIT:
        raise ValueError(
            f"the complementarity program is for games of up to {LIMIT:,} sequences; this one has "
            f"{size:,}: regret minimization takes games of any size"
        )
    problem = _Problem.of(form)
    uniform = behavior(form, [np.zeros(p.n_sequences) for p in form.plexes], game)
    found: list[list[Float]] = []
    pivots, rounds = 0, starts if every else tries
    for start in _starts(form, uniform, game, rounds, seed):
        best, more = _answer(problem, start, exact, deadline, progress)
        pivots += more
        if best is not None and all(_far(best, other) for other in found):
            found.append(best)
        if (found and not every) or clock.monotonic() > deadline:
            break
    if not found:
        late = clock.monotonic() > deadline
        why = "the time ran out" if late else f"all {rounds} paths were lost to rounding"
        advice = f"Complementary pivoting ended without an equilibrium: {why}."
        return Equilibria((uniform,), pivots, advice=advice)
    return Equilibria(tuple(behavior(form, plan, game) for plan in found), pivots)


def _starts(
    form: SequenceForm, uniform: Float, game: Game, number: int, seed: int
) -> Iterator[list[Float]]:
    """Uniform play, pure play, and random play near to uniform, in turn. Pure play leaves most of a
    large game out, and what is left has no weights so small that rounding hides them.
    """
    rng = np.random.default_rng(seed)
    large = sum(plex.n_sequences for plex in form.plexes) > PURE_FIRST
    for k in range(number):
        kind = (k + large) % 3
        if kind == 0 and k < 3:
            yield plans(form, uniform)
            continue
        weight = rng.gamma(1.0, size=game.n_rows) + 1e-3
        if kind == 1:
            weight = _pure(game, rng)
        free = [np.append(1.0, weight[plex.row[1:]]) for plex in form.plexes]
        yield plans(form, behavior(form, free, game))


def _pure(game: Game, rng: np.random.Generator) -> Float:
    """[A] one action of each information set, drawn at random."""
    types = game.n_types[game.cell_player]
    cell = np.repeat(np.arange(len(types)), np.diff(game.row_start))
    row = np.arange(game.n_rows)
    # Sets are numbered cell by cell, then by type.
    first = np.concatenate([[0], np.cumsum(types)])[:-1]
    known = first[cell] + (row - game.row_start[cell]) % types[cell]
    order = np.lexsort((rng.random(game.n_rows), known))
    weight = np.zeros(game.n_rows)
    weight[order[np.flatnonzero(np.diff(known[order], prepend=-1))]] = 1.0
    return weight


def _answer(
    problem: _Problem,
    start: list[Float],
    exact: bool,
    deadline: float,
    progress: Progress | None,
) -> tuple[list[Float] | None, int]:
    """Plans to which a start leads, None where they do not hold; and pivots."""
    pivots = 0
    for whole in (False, True):
        if (whole and problem.size > EXACT_LIMIT) or (exact and not whole):
            continue
        tableau, base = (problem.whole_tableau if whole else problem.tableau)(start)
        go = follow_exactly if whole else follow
        path = go(tableau, deadline=deadline, progress=progress)
        pivots += path.pivots
        if path.values is not None:
            found = problem.plans(path.values, base)
            if problem.gain(found) <= GOOD:
                return found, pivots
        if clock.monotonic() > deadline:
            break
    return None, pivots


def _far(one: list[Float], other: list[Float]) -> bool:
    return any(float(np.abs(a - b).max()) > _ALIKE for a, b in zip(one, other, strict=True))


@dataclass(frozen=True, eq=False)
class _Base:
    """One player's plans, written from a pure strategy."""

    pure: Int  # [I] sequence that it plays at each set
    free: Int  # [F] the other sequences
    plan: Whole  # [S] its realization plan
    along: csc_array  # [S, F] what one more of a free sequence changes


@dataclass(frozen=True, eq=False)
class _Problem:
    """The payoffs of both players, and the way from plans to a tableau and back."""

    plexes: tuple[Treeplex, Treeplex]
    pay: tuple[csr_array, csr_array]  # [S1, S2] and [S2, S1], the largest entry one

    @classmethod
    def of(cls, form: SequenceForm) -> _Problem:
        """The problem of a sequence form."""
        pay = []
        for p in range(2):
            matrix = payoff_matrix(form, p, p)
            matrix.data /= float(np.abs(matrix.data).max(initial=0.0)) or 1.0
            pay.append(matrix)
        return cls((form.plexes[0], form.plexes[1]), (pay[0], pay[1]))

    @property
    def size(self) -> int:
        """Sequences, the empty ones left out: rows of the tableau."""
        return sum(plex.n_sequences - 1 for plex in self.plexes)

    def gain(self, found: list[Float]) -> float:
        """The most that a player gains by its best reply, as a share of its largest payoff."""
        gain = 0.0
        for p, plex in enumerate(self.plexes):
            worth = self.pay[p] @ found[1 - p]
            gain = max(gain, best_reply(plex, worth)[1] - float(worth @ found[p]))
        return gain

    def tableau(self, start: list[Float]) -> tuple[Tableau, list[_Base]]:
        """The tableau of a start, and what its variables stand for."""
        base = [_base(plex, self.pay[p] @ start[1 - p]) for p, plex in enumerate(self.plexes)]
        parts = []
        for p in range(2):
            own, other = base[p], base[1 - p]
            loss = -(own.along.T @ self.pay[p])
            regret = loss @ start[1 - p]
            cross = -(loss @ other.along)
            parts.append((cross, np.maximum(regret, 0.0), regret - loss @ other.plan))
        return _assembled(base, parts), base

    def whole_tableau(self, start: list[Float]) -> tuple[Tableau, list[_Base]]:
        """The same in whole numbers: payoffs as simple fractions, the start rounded."""
        rounded = [np.array([max(1, round(w * _GRAIN)) for w in t], dtype=object) for t in start]
        pay = [_whole(matrix) for matrix in self.pay]
        base = [_base(plex, pay[p] @ rounded[1 - p]) for p, plex in enumerate(self.plexes)]
        along = [b.along.toarray().astype(np.int64).astype(object) for b in base]
        parts = []
        for p in range(2):
            loss = -(along[p].T @ pay[p])
            regret = loss @ rounded[1 - p]
            cross = -(loss @ along[1 - p]) * _GRAIN
            parts.append((cross, regret, regret - loss @ base[1 - p].plan * _GRAIN))
        return _assembled(base, parts), base

    def plans(self, values: Float, base: list[_Base]) -> list[Float]:
        """Realization plans at a point of the path at which nothing of the start is left."""
        found, first = [], 0
        for own in base:
            size = len(own.plan) - 1
            here = values[first : first + size]
            first += size
            plan = own.plan.astype(np.float64) + own.along @ np.maximum(here[own.free - 1], 0.0)
            found.append(np.maximum(plan, 0.0))
        return found


def best_reply(plex: Treeplex, worth: Whole) -> tuple[Int, Any]:
    """The best sequence ``[I]`` at each set, where a plan is worth its product with `worth`, and
    what the best plan is worth. Floats or Python's whole numbers.
    """
    total = worth.copy()
    pure = np.zeros(plex.n_sets, dtype=np.int64)
    for low, high in pairwise(plex.stage_start[::-1]):
        low, high = high, low
        first, last = int(plex.first[low]), int(plex.first[high])
        here, start = total[first:last], plex.first[low:high] - first
        most = np.maximum.reduceat(here, start)
        top = np.flatnonzero(here == np.repeat(most, np.diff(plex.first[low : high + 1])))
        pure[low:high] = first + top[np.searchsorted(top, start)]
        np.add.at(total, plex.parent[low:high], most)
    return pure, total[0]


def _base(plex: Treeplex, worth: Whole) -> _Base:
    """Plans written from the best reply to the other's start."""
    from scipy.sparse import csc_array, eye_array

    S = plex.n_sequences
    pure, _ = best_reply(plex, worth)
    # Column s of `after` is the plan that goes on with the pure strategy once s was chosen.
    step = csc_array((np.ones(len(pure)), (pure, plex.parent)), shape=(S, S))
    after = power = eye_array(S, format="csc")
    for _ in range(len(plex.stage_start) - 1):
        power = step @ power
        after = after + power
    free = np.setdiff1d(np.arange(1, S), pure)
    along = after[:, free] - after[:, pure[plex.set_of[free]]]
    plan = after[:, [0]].toarray().ravel()
    if worth.dtype == object:
        plan = plan.astype(np.int64).astype(object)
    return _Base(pure, free, plan, csc_array(along))


def _assembled(base: list[_Base], parts: list[tuple[Any, Whole, Whole]]) -> Tableau:
    """One tableau of both players. Rows, by player: the losses of free sequences, then the weights
    of pure ones; columns: the weights of the free, then the losses of the pure.
    """
    from scipy.sparse import block_array, csr_array

    F, I = [len(b.free) for b in base], [len(b.pure) for b in base]
    whole = parts[0][1].dtype.hasobject
    inside: list[Any] = [own.along[own.pure] for own in base]
    blank: list[Any] = [csr_array((m, m)) for m in (F[0], I[0], F[1], I[1])]
    if whole:
        inside = [m.toarray().astype(np.int64).astype(object) for m in inside]
        blank = [m.toarray().astype(np.int64).astype(object) for m in blank]
    blocks = [
        [blank[0], inside[0].T, parts[0][0], None],
        [-inside[0], blank[1], None, None],
        [parts[1][0], None, blank[2], inside[1].T],
        [None, None, -inside[1], blank[3]],
    ]
    if whole:
        sizes = [F[0], I[0], F[1], I[1]]
        entry: Any = np.block(
            [
                [np.zeros((sizes[i], sizes[j]), int).astype(object) if m is None else m
                 for j, m in enumerate(line)]
                for i, line in enumerate(blocks)
            ]
        )  # fmt: skip
    else:
        entry = csr_array(block_array(blocks))
    along = np.concatenate(
        [x for p in range(2) for x in (parts[p][2], -base[p].plan[base[p].pure])]
    )
    nothing = [np.zeros(i, dtype=along.dtype) for i in I]
    start = np.concatenate([parts[0][1], nothing[0], parts[1][1], nothing[1]])
    ahead = len(base[0].plan) - 1  # sequences of the first player are numbered first
    weight = np.concatenate(
        [s - 1 + p * ahead for p in range(2) for s in (base[p].free, base[p].pure)]
    )
    n = len(weight)
    losing = np.repeat([True, False, True, False], [F[0], I[0], F[1], I[1]])
    basic, nonbasic = np.where(losing, n + weight, weight), np.where(losing, weight, n + weight)
    # Losses before weights: at the start every reply to it but one is then strictly worse.
    return Tableau(basic, nonbasic, np.argsort(-basic), entry, along, start)


def _whole(matrix: csr_array) -> Whole:
    """A matrix times the least number that makes all of it whole."""
    found, common = fractions(matrix.data)
    dense = np.zeros(matrix.shape, dtype=object)
    at = matrix.tocoo()
    dense[at.row, at.col] = [int(f * common) for f in found]
    return dense


make_callable(__name__)
