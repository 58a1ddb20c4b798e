"""Where an answer crosses a level as one thing moves: scan, bracket, refine, confirm.

The answer is known only by solving, many variants at once: `answer(which, at)` gives [n, T] the
answers to T questions where axis `which[i]` stands at percentile `at[i]` (-1: nothing has moved),
NaN where the variant could not be solved. A scan brackets the crossings nearest to the middle on
either side; all brackets are then narrowed together, one point each in every batch, by
Chandrupatla's method [@chandrupatla1997]; and what is found is solved again, and just before and
after it. A variant that was not solved is never one end of a bracket.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.intp]
Answer = Callable[[Int, Float], Float]
"""Axis [n] and percentile [n] -> answers [n, T]; NaN where the solver failed."""

STEP = 2e-3
"""How far before and after a crossing it is confirmed, in percentiles."""
CLOSE = 1e-6
"""An answer this near to the level need not be brought nearer."""
NEAR = 5e-3
"""An answer this near to the level stands at it; a crossing where it does not is a jump."""


@dataclass(frozen=True)
class Bracket:
    """An answer lies on different sides of a level at two percentiles of an axis; `near` is the
    one nearer to the middle.
    """

    axis: int
    question: int
    level: float
    near: float
    far: float
    at_near: float
    at_far: float


@dataclass(frozen=True)
class Crossing:
    """An answer crosses a level at percentile `at` of an axis: `before` and `after` are the answers
    just on the middle's side of it and just beyond.
    """

    axis: int
    question: int
    level: float
    at: float
    value: float
    before: float
    after: float
    confirmed: bool
    """Solved again at, before and after it, on different sides of the level."""

    @property
    def jumps(self) -> bool:
        """Whether the answer leaps over the level instead of passing through it."""
        return bool(abs(self.value - self.level) > NEAR)


@dataclass(frozen=True, eq=False)
class Scan:
    """Answers along every axis: percentiles and answers of each, from low to high; the middle's."""

    at: tuple[Float, ...]  # each [n]
    answers: tuple[Float, ...]  # each [n, T]
    middle: Float  # [T]

    @property
    def swing(self) -> Float:
        """[axes, T] how far each axis moves each answer; 0 where nothing was solved."""
        found = [
            np.where(np.isfinite(y), y, -np.inf).max(axis=0)
            - np.where(np.isfinite(y), y, np.inf).min(axis=0)
            for y in self.answers
        ]
        swing = np.array(found).reshape(len(found), len(self.middle))
        return np.where(np.isfinite(swing), swing, 0.0)

    @property
    def failed(self) -> int:
        """Points at which no question had an answer."""
        return sum(int(np.isnan(y).all(axis=1).sum()) for y in self.answers)


def scan(answer: Answer, grids: Sequence[Float], middles: Sequence[float]) -> Scan:
    """Solve a grid of percentiles on each axis, and the middle once for all, in one batch."""
    which = [np.zeros(1, dtype=np.intp) - 1]
    at = [np.zeros(1)]
    for axis, (grid, middle) in enumerate(zip(grids, middles, strict=True)):
        moved = grid[grid != middle]
        which.append(np.full(len(moved), axis, dtype=np.intp))
        at.append(moved)
    found = answer(np.concatenate(which), np.concatenate(at))
    middle_answer = found[0]
    rows = iter(found[1:])
    answers = []
    for grid, middle in zip(grids, middles, strict=True):
        answers.append(np.stack([middle_answer if x == middle else next(rows) for x in grid]))
    return Scan(tuple(grids), tuple(answers), middle_answer)


def brackets(
    scanned: Scan, middles: Sequence[float], levels: Sequence[Sequence[float]]
) -> list[Bracket]:
    """The nearest change of side on either side of the middle, for every axis, question and level
    (`levels[t]` are those of question t). Points that were not solved are passed over.
    """
    found = []
    for axis, (at, answers) in enumerate(zip(scanned.at, scanned.answers, strict=True)):
        for question, wanted in enumerate(levels):
            start = scanned.middle[question]
            if not np.isfinite(start):
                continue
            solved = np.isfinite(answers[:, question])
            for side in (-1, 1):
                beyond = solved & (np.sign(at - middles[axis]) == side)
                x = np.concatenate([[middles[axis]], at[beyond][::side]])
                y = np.concatenate([[start], answers[beyond, question][::side]])
                for level in wanted:
                    other = (y >= level) != (start >= level)
                    if other.any():
                        i = int(np.argmax(other))
                        found.append(
                            Bracket(axis, question, level, float(x[i - 1]), float(x[i]),
                                    float(y[i - 1]), float(y[i]))
                        )  # fmt: skip
    return found


def narrowed(
    answer: Answer, given: Sequence[Bracket], tolerance: float = 1e-5, rounds: int = 40
) -> list[Bracket]:
    """The same brackets, `tolerance` wide or with an end that is `CLOSE`: in every round one point
    of each that is not there yet is solved, all in one batch. Where a point can't be solved another
    is tried; a bracket that has failed twice running stays as it is.
    """
    if not given:
        return []
    axis = np.array([b.axis for b in given], dtype=np.intp)
    question = np.array([b.question for b in given], dtype=np.intp)
    level = np.array([b.level for b in given])
    # a: the latest point, b: the last one on the level's other side, c: the one before a.
    a, b = np.array([x.far for x in given]), np.array([x.near for x in given])
    fa = np.array([x.at_far for x in given]) - level
    fb = np.array([x.at_near for x in given]) - level
    c, fc = a.copy(), fa.copy()
    # The first guess is by a straight line, kept off the ends.
    t = np.clip(fa / (fa - fb), 0.1, 0.9)
    missed = np.zeros(len(given), dtype=np.intp)
    for _ in range(rounds):
        width = np.abs(b - a)
        least = np.minimum(np.abs(fa), np.abs(fb))
        open_ = (width > tolerance) & (missed < 2) & (least > CLOSE)
        rows = np.flatnonzero(open_)
        if not len(rows):
            break
        x = a[rows] + t[rows] * (b[rows] - a[rows])
        y = answer(axis[rows], x)[np.arange(len(rows)), question[rows]] - level[rows]
        lost = ~np.isfinite(y)
        missed[rows] = np.where(lost, missed[rows] + 1, 0)
        t[rows[lost]] = 0.3
        rows, x, y = rows[~lost], x[~lost], y[~lost]
        same = (y >= 0) == (fa[rows] >= 0)
        c[rows] = np.where(same, a[rows], b[rows])
        fc[rows] = np.where(same, fa[rows], fb[rows])
        b[rows], fb[rows] = np.where(same, b[rows], a[rows]), np.where(same, fb[rows], fa[rows])
        a[rows], fa[rows] = x, y
        t[rows] = _next(a[rows], b[rows], c[rows], fa[rows], fb[rows], fc[rows], tolerance)
    near_is_b = np.abs(b - [x.near for x in given]) <= np.abs(a - [x.near for x in given])
    return [
        Bracket(
            g.axis, g.question, g.level,
            float(b[i] if near_is_b[i] else a[i]), float(a[i] if near_is_b[i] else b[i]),
            float((fb[i] if near_is_b[i] else fa[i]) + g.level),
            float((fa[i] if near_is_b[i] else fb[i]) + g.level),
        )
        for i, g in enumerate(given)
    ]  # fmt: skip


def _next(a: Float, b: Float, c: Float, fa: Float, fb: Float, fc: Float, tolerance: float) -> Float:
    """Where between a and b to look next: inverse quadratic interpolation through the three points
    where it can be trusted, the middle elsewhere.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        trusted = (phi * phi < xi) & ((1 - phi) ** 2 < 1 - xi)
        t = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        least = np.minimum(0.5, 0.5 * tolerance / np.abs(b - a))
    t = np.where(trusted & np.isfinite(t), t, 0.5)
    return np.asarray(np.clip(t, least, 1 - least))


def confirmed(answer: Answer, given: Sequence[Bracket], step: float = STEP) -> list[Crossing]:
    """Each narrowed bracket as a crossing, solved again there, just before it and just after."""
    if not given:
        return []
    axis = np.array([b.axis for b in given], dtype=np.intp)
    question = np.array([b.question for b in given], dtype=np.intp)
    near, far = np.array([b.near for b in given]), np.array([b.far for b in given])
    y = np.array([[b.at_near, b.at_far] for b in given])
    level = np.array([b.level for b in given])
    miss = np.abs(y - level[:, None])
    at = np.where(miss[:, 0] <= miss[:, 1], near, far)
    side = np.where(far >= near, 1.0, -1.0)
    points = np.clip(np.stack([at - side * step, at, at + side * step]), 1e-9, 1 - 1e-9)
    found = answer(np.tile(axis, 3), points.reshape(-1))
    values = found[np.arange(len(found)), np.tile(question, 3)].reshape(3, -1)
    sides = values >= level
    good = np.isfinite(values).all(axis=0) & (sides[0] != sides[2])
    return [
        Crossing(
            int(axis[i]), int(question[i]), float(level[i]), float(at[i]), float(values[1, i]),
            float(values[0, i]), float(values[2, i]), bool(good[i]),
        )
        for i in range(len(given))
    ]  # fmt: skip
