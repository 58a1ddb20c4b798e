"""AQRE of one game on its principal branch, by continuation in precision.

The principal branch starts at precision zero, where all moves are made by their rates alone, and is
followed by pseudo-arclength continuation to the first point at which it has the precision asked
for (McKelvey & Palfrey 1998, key `mckelvey1998`; Turocy 2010, key `turocy2010`), round its folds
where it has any. `kernels.branch` holds the method; each step solves Newton's equations without a
matrix, so that games of many thousand information sets need no more room than their tree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.errors import Cancelled
from standoff.game.game import Game, Payload
from standoff.kernels.tree import Tree
from standoff.progress import Progress
from standoff.solve.blocks import WIDTH, lanes_of, tree_of
from standoff.solve.following import Follower
from standoff.solve.solution import Equilibria

Float = NDArray[np.float64]
Int = NDArray[np.int64]

STEPS = 4000
"""Steps along the branch before it is given up."""
CHUNK = 64
"""Steps between two looks at the clock."""
DIRECTIONS = 160
"""Directions of GMRES at most."""
KEEP = 2**26
"""Bytes of strategies that a path may hold; a longer one is thinned out."""


@dataclass(frozen=True, eq=False)
class Path:
    """Points of a branch in order; the first is precision zero, the last where it was left."""

    precision: Float  # [S]
    arclength: Float  # [S] in log odds and scaled precision
    residual: Float  # [S] largest |log odds - log odds of the logit response|
    fold: NDArray[np.bool_]  # [S] the precision turned round on the way to this point
    strategy: Float  # [S, A] or [0, A] where it would not fit
    arrived: bool
    sweeps: int

    @property
    def folds(self) -> int:
        """How often the precision turned."""
        return int(self.fold.sum())


class Problem:
    """A game made ready for the map of `kernels.logit_map`."""

    def __init__(self, game: Game, payload: Payload, variant: int = 0) -> None:
        from standoff.kernels.logit_map import Field

        self.game = game
        self.tree: Tree = tree_of(game)
        block = lanes_of(payload, np.full(WIDTH, variant), self.tree, game.n_rows)
        widths = np.diff(game.action_start)
        own = game.n_types[game.cell_player]
        cells = np.repeat(np.arange(len(widths)), own)
        types = np.arange(len(cells)) - np.repeat(np.cumsum(own) - own, own)
        choice = widths[cells] > 1
        cells, types = cells[choice], types[choice]
        row = game.row_start[cells] + types
        first = np.concatenate([[0], np.cumsum(widths[cells] - 1)])
        self.n = int(first[-1])
        self.row, self.stride = row.astype(np.int32), own[cells].astype(np.int32)
        self.first = first.astype(np.int32)
        self.block = block
        lanes = np.arange(WIDTH * len(payload.log_rate), step=WIDTH)
        rate = block.numbers[2][lanes][game.rate_row]
        place = np.arange(self.n) - np.repeat(first[:-1], widths[cells] - 1) + 1
        owner = np.repeat(game.action_start[cells], widths[cells] - 1)
        self.start = rate[owner + place] - rate[owner]
        self.field: Any = Field(
            self.tree, bool((game.cell_level >= 0).all()), self.first, self.row, self.stride,
            block.numbers, block.work, np.zeros(self.tree.entries * WIDTH),
            np.zeros(self.n * WIDTH), np.zeros(self.n * WIDTH), np.zeros(WIDTH),
        )  # fmt: skip

    def log_strategies(self, x: Float) -> Float:
        """[S, A] log strategies of points x ``[S, n]``."""
        out = np.zeros((len(x), self.game.n_rows))
        for width in np.unique(np.diff(self.first)):
            sets = np.flatnonzero(np.diff(self.first) == width)
            odds = x[:, self.first[sets][:, None] + np.arange(width)]
            odds = np.concatenate([np.zeros((*odds.shape[:2], 1)), odds], axis=2)
            odds = odds - odds.max(axis=2, keepdims=True)
            odds -= np.log(np.exp(odds).sum(axis=2, keepdims=True))
            out[:, self.row[sets][:, None] + np.arange(width + 1) * self.stride[sets][:, None]] = odds
        return out


def aqre_path(
    game: Game,
    payload: Payload,
    *,
    precision: float | None = None,
    tolerance: float = 1e-10,
    variant: int = 0,
    steps: int = STEPS,
    careful: float = 1.0,
    keep: bool = True,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> tuple[Equilibria, Path]:
    """The equilibrium on the principal branch at `precision` (the payload's own where not given).
    """
    goal = float(payload.precision[variant] if precision is None else precision)
    problem = Problem(game, payload, variant)
    n = problem.n
    table, points, folds = [(0.0, 0.0, 0.0)], [problem.start], [False]
    if not n or goal == 0.0:
        return _result(problem, table, points, folds, True, 0)
    follower = Follower(problem.field, n, accepted=tolerance, careful=careful)
    follower.begin(problem.start, goal)
    code, way = 0, 1.0
    for _ in range(steps):
        before = follower.precision
        code = follower.step(goal)
        if code < 0:
            break
        now = follower.precision
        table.append((now, follower.place, follower.worst))
        folds.append((now - before) * way < 0.0)
        way = now - before
        if keep or code:
            points.append(follower.z[:n].copy())
        if code:
            break
        if cancel is not None and cancel():
            raise Cancelled("stopped while following the branch")
    return _result(problem, table, points, folds, code == 1, follower.sweeps)


def _result(problem, table, points, folds, arrived, sweeps):
    strategy = np.exp(problem.log_strategies(np.array(points)))
    columns = np.array(table).T
    path = Path(*columns, np.array(folds), strategy, arrived, sweeps)
    return Equilibria((strategy[-1],), sweeps), path


make_callable(__name__)
