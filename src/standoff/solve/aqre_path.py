"""AQRE of one game on its principal branch, by continuation in precision.

The principal branch starts at precision zero, where all moves are made by their rates alone, and is
followed by pseudo-arclength continuation to the first point at which it has the precision asked
for (McKelvey & Palfrey 1998, key `mckelvey1998`; Turocy 2010, key `turocy2010`), round its folds
where it has any. `solve.following` holds the method; each step solves Newton's equations without a
matrix, so that games of many thousand information sets need no more room than their tree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.errors import Cancelled
from standoff.game.game import Game, Payload
from standoff.progress import Progress
from standoff.solve.logit_problem import LogitProblem, public_tree
from standoff.solve.solution import Equilibria

Float = NDArray[np.float64]
Int32 = NDArray[np.int32]

STEPS = 4000
"""Steps along the branch before it is given up."""
POLISH = 6
"""Newton steps on the certificate's own map, where rounding asks for them."""
KEEP = 2**26
"""Bytes of strategies that a path may hold; a longer one keeps only its last."""


@dataclass(frozen=True, eq=False)
class Path:
    """Points of a branch in order; the first is precision zero, the last where it was left."""

    precision: Float  # [S]
    arclength: Float  # [S] in log odds and scaled precision
    residual: Float  # [S] largest |log odds - log odds of the logit response|
    fold: NDArray[np.bool_]  # [S] the precision turned round on the way to this point
    strategy: Float  # [S, A], or [0, A] where not kept
    arrived: bool
    sweeps: int

    @property
    def folds(self) -> int:
        """How often the precision turned."""
        return int(self.fold.sum())


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
    outcome: Int32 | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> tuple[Equilibria, Path]:
    """The equilibrium on the principal branch at its first point of `precision` (where not given,
    the payload's own), and the branch as far as there.

    Its certificate, the largest difference of the log odds from those of the logit response, is at
    most `tolerance`, or the advice says why not and `Path.arrived` is False; then the strategy is
    the last point reached. `careful` above one takes shorter steps. Without `keep` the path holds
    no strategies. `outcome` tells chance's outcomes apart (see `LoadedGame`), so that the public
    tree of a flat game is found. Raises `ImperfectRecall` where a player forgets what it did.
    """
    from standoff.solve.following import Follower

    goal = float(payload.precision[variant] if precision is None else precision)
    if not 0.0 <= goal < np.inf:
        raise ValueError(f"a precision is a number from zero up, not {goal:g}")
    problem = LogitProblem(game, payload, variant, public_tree(game, payload, outcome))
    n = problem.n
    points = _Points(problem, KEEP if keep else 0)
    points.add(0.0, 0.0, 0.0, problem.start, last=not n or goal == 0.0)
    if not n or goal == 0.0:
        if goal > 0.0:
            points.add(goal, goal, 0.0, problem.start, last=True)
        return points.found(True, 0, tolerance)
    follower = Follower(*problem.fields(), n, accepted=tolerance, careful=careful)
    follower.begin(problem.start, goal, problem.unit)
    code = 0
    for _ in range(steps):
        code = follower.step(goal)
        if code < 0 and follower.map is not follower.plain_map:
            # Slower, but rounding weighs less: it may still go on.
            follower.map, follower.h = follower.plain_map, 0.1
            code = follower.step(goal)
        if code < 0:
            break
        x, gap = follower.z[:n], follower.worst
        if code:
            gap = follower.distance(follower.z)
            if gap > tolerance:
                gap = follower.distance(follower.z, newtons=POLISH)
                x = follower.polished
        now = goal if code else follower.precision
        points.add(now, follower.place, gap, x, last=bool(code))
        if code:
            break
        if progress is not None:
            progress.step(min(int(100 * follower.precision / goal), 99), 100)
        if (cancel is not None and cancel()) or (progress is not None and progress.cancelled):
            raise Cancelled("stopped while following the branch")
    return points.found(code == 1, follower.sweeps, tolerance)


class _Points:
    """The points of a branch as they come."""

    def __init__(self, problem: LogitProblem, room: int) -> None:
        self._problem, self._room = problem, room
        self._table: list[tuple[float, float, float]] = []
        self._kept: list[Float] = []

    def add(self, precision: float, place: float, gap: float, x: Float, *, last: bool) -> None:
        """One more point; its strategy is kept while there is room."""
        self._table.append((precision, place, gap))
        if self._room < 8 * self._problem.game.n_rows * len(self._table):
            self._kept = []
        if last or not self._kept or len(self._kept) == len(self._table) - 1:
            self._kept.append(x.copy())
        else:
            self._kept[-1] = x.copy()

    def found(self, arrived: bool, sweeps: int, tolerance: float) -> tuple[Equilibria, Path]:
        """The end of the branch and the branch."""
        logs = self._problem.log_strategies(np.array(self._kept))
        precision, place, gap = np.array(self._table).T
        ways = np.diff(precision, prepend=0.0)
        fold = np.append(False, np.append(False, ways[2:] * ways[1:-1] < 0.0))[: len(ways)]
        whole = len(self._kept) == len(self._table)
        path = Path(
            precision, place, gap, fold, np.exp(logs) if whole else np.zeros((0, logs.shape[1])),
            arrived and gap[-1] <= tolerance, sweeps,
        )  # fmt: skip
        advice = ""
        if not arrived:
            advice = (
                f"the branch was followed to precision {precision[-1]:.6g} only; the strategy is "
                "that of its last point. A lower precision will do."
            )
        elif gap[-1] > tolerance:
            advice = (
                f"rounding allows no better than {gap[-1]:.2g} at this precision: log odds differ "
                f"by up to {np.ptp(logs[-1]):.3g}."
            )
        return Equilibria((np.exp(logs[-1]),), sweeps, advice=advice), path


make_callable(__name__)
