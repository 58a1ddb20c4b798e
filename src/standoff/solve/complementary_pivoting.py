"""Lemke's algorithm on a tableau: in floating point, and exactly.

Both follow the same path (Lemke 1965). The lexicographic ratio test acts as if every right-hand
side were larger by a vanishing amount of its own, so that ties, the rule in extensive games, can't
make the path turn in circles. Floating point works in stretches between which the tableau is
computed afresh from the one at the start where errors have grown; whole numbers (Edmonds; see Avis,
Rosenberg, Savani and von Stengel 2010) are never wrong, and slower.
"""

from __future__ import annotations

import time as clock
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.progress import Progress, check

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Whole = NDArray[Any]  # of Python's integers

_STRETCH = 64
_SMALLEST = 1e-9
_NEAR = 1e-11
_DRIFT = 1e-9
_ZERO = 1e-13


@dataclass(frozen=True, eq=False)
class Tableau:
    """``basic + entry @ nonbasic + level * along = start`` with the level going from 0 to 1.

    Variable k in ``0..n-1`` and its complement ``n + k`` are never both positive. One of each pair
    is basic at the start, where `start` ``>= 0`` is its value.
    """

    basic: Int  # [n]
    nonbasic: Int  # [n]
    order: Int  # [n] the basic variables in the order in which they break ties
    entry: Float  # [n, n]
    along: Float  # [n]
    start: Float  # [n]


@dataclass(frozen=True, eq=False)
class Path:
    """Where the path ended: values of the variables, None where it did not reach its end."""

    values: Float | None  # [2 n]
    pivots: int


def follow(
    tableau: Tableau,
    *,
    deadline: float = np.inf,
    progress: Progress | None = None,
    most: int = 1_000_000,
) -> Path:
    """The path in floating point, until `deadline` on the clock of `time.monotonic`."""
    from standoff.kernels import lemke

    start = _Start(tableau)
    n = len(tableau.basic)
    basic, nonbasic = start.basic.copy(), start.nonbasic.copy()
    order = tableau.order.astype(np.int64)
    entering, done, stretch, now = 2 * n, 0, _STRETCH, start.table.toarray()
    kept = basic.copy(), nonbasic.copy(), entering
    while done < most and clock.monotonic() <= deadline:
        check(progress)
        what, entering, more = lemke.pivots(
            now, basic, nonbasic, order, entering, stretch, _SMALLEST, _NEAR
        )
        done += int(more)
        if start.error(basic, now[:, -1]) < _DRIFT:
            if what == lemke.FOUND:
                return Path(start.values(basic), done)
            if what != lemke.MORE:
                break
            stretch = min(2 * stretch, _STRETCH)
            kept = basic.copy(), nonbasic.copy(), entering
        elif stretch == 1:
            break
        else:
            # A pivot was noise: go back, and look more often.
            basic, nonbasic, entering = kept[0].copy(), kept[1].copy(), kept[2]
            stretch = max(stretch // 4, 1)
        fresh = start.afresh(basic, nonbasic)
        if fresh is None:
            break
        now = fresh
    return Path(None, done)


class _Start:
    """The tableau as it was at the start, from which that of any basis can be computed."""

    def __init__(self, tableau: Tableau) -> None:
        from scipy.sparse import csr_array

        n = len(tableau.basic)
        table = np.zeros((n + 1, n + 2))
        table[:n, :n], table[:n, n], table[:n, -1] = tableau.entry, tableau.along, tableau.start
        table[n, n] = table[n, -1] = 1.0
        self.table = csr_array(table)
        self.right = table[:, -1]
        self.basic = np.append(tableau.basic, 2 * n + 1).astype(np.int64)
        self.nonbasic = np.append(tableau.nonbasic, 2 * n).astype(np.int64)

    def _split(self, basic: Int) -> tuple[Int, Int]:
        """Rows whose variable has left, and columns whose variable has come in."""
        inside = np.zeros(2 * len(basic), dtype=bool)
        inside[basic] = True
        return np.flatnonzero(~inside[self.basic]), np.flatnonzero(inside[self.nonbasic])

    def error(self, basic: Int, right: Float) -> float:
        """How far the values ``[n + 1]`` of a basis are from fitting the first tableau."""
        every = np.zeros(2 * len(basic))
        every[basic] = right
        rest = self.table[:, :-1] @ every[self.nonbasic] + every[self.basic] - self.right
        worst = float(np.abs(rest).max())
        return worst if np.isfinite(worst) else np.inf

    def values(self, basic: Int) -> Float | None:
        """[2 n] values of the variables at a basis, to rounding."""
        left, came = self._split(basic)
        core, right = self.table[left][:, came].toarray(), self.right[left]
        try:
            inner = np.linalg.solve(core, right)
            inner += np.linalg.solve(core, right - core @ inner)
        except np.linalg.LinAlgError:
            return None
        values = np.zeros(2 * len(basic))
        values[self.basic] = self.right - self.table[:, came] @ inner
        values[self.basic[left]] = 0.0
        values[self.nonbasic[came]] = inner
        return values[:-2]

    def afresh(self, basic: Int, nonbasic: Int) -> Float | None:
        """The tableau of a basis in one step: a few rows and columns are exchanged at once."""
        rows, columns = self.table.shape
        left, came = self._split(basic)
        stayed = np.setdiff1d(np.arange(rows), left)
        rest = np.setdiff1d(np.arange(columns), came)
        try:
            inverse = np.linalg.inv(self.table[left][:, came].toarray())
        except np.linalg.LinAlgError:
            return None
        inverse[np.abs(inverse) < _ZERO] = 0.0
        upper, lower = self.table[left][:, rest], self.table[stayed]
        across = (upper.T @ inverse.T).T
        # Where the variables stand now; the right-hand side stays last.
        row_of, column_of = np.empty((2, 2 * rows + 1), dtype=np.int64)
        row_of[basic] = np.arange(rows)
        column_of[nonbasic] = np.arange(rows)
        column_of[-1] = rows
        named = np.append(self.nonbasic, 2 * rows)[rest]
        now = np.empty((rows, columns))
        come, stay = row_of[self.nonbasic[came]], row_of[self.basic[stayed]]
        go, keep = column_of[self.basic[left]], column_of[named]
        now[np.ix_(come, go)] = inverse
        now[np.ix_(come, keep)] = across
        now[np.ix_(stay, go)] = -(lower[:, came] @ inverse)
        now[np.ix_(stay, keep)] = lower[:, rest].toarray() - lower[:, came] @ across
        now[np.abs(now) < _ZERO] = 0.0
        return now


def follow_exactly(
    tableau: Tableau,
    *,
    deadline: float = np.inf,
    progress: Progress | None = None,
    most: int = 1_000_000,
) -> Path:
    """The path in whole numbers; `entry`, `along` and `start` of the tableau hold whole numbers."""
    n = len(tableau.basic)
    t = np.zeros((n + 1, n + 2), dtype=object)
    t[:n, :n], t[:n, n], t[:n, -1] = tableau.entry, tableau.along, tableau.start
    t[n, n] = t[n, -1] = 1
    scale = 1  # the tableau is t / scale
    basic = [*tableau.basic.tolist(), 2 * n + 1]
    nonbasic = [*tableau.nonbasic.tolist(), 2 * n]
    place = {v: -i - 1 for i, v in enumerate(basic)} | {v: j for j, v in enumerate(nonbasic)}
    order = tableau.order.tolist()
    entering, done = 2 * n, 0
    while done < most and clock.monotonic() <= deadline:
        check(progress)
        column = place[entering]
        row = _leaving(t, scale, place, order, column)
        if row < 0:
            break
        pivot, share, above = t[row, column], t[:, column].copy(), t[row].copy()
        t = (t * pivot - np.outer(share, above)) // scale
        t[row], t[:, column] = above, -share
        t[row, column], scale = scale, pivot
        leaving = basic[row]
        basic[row], nonbasic[column] = entering, leaving
        place[entering], place[leaving] = -row - 1, column
        done += 1
        if leaving == 2 * n + 1:
            values = np.zeros(2 * n + 2)
            values[basic] = [float(Fraction(int(v), int(scale))) for v in t[:, -1]]
            return Path(values[: 2 * n], done)
        entering = leaving + n if leaving < n else leaving - n
    return Path(None, done)


def _leaving(t: Whole, scale: int, place: dict[int, int], order: list[int], column: int) -> int:
    """Row that the lexicographic ratio test picks, -1 where there is none."""
    steps = t[:, column]
    rows = [i for i, step in enumerate(steps) if step > 0]
    rows = _least(t[:, -1], steps, rows)
    if not rows or rows[-1] == len(t) - 1:
        return rows[-1] if rows else -1
    for variable in order:
        if len(rows) == 1:
            break
        at = place[variable]
        if at >= 0:
            rows = _least(t[:, at], steps, rows)
        else:
            rows = [i for i in rows if i != -at - 1]
    return rows[0]


def _least(values: Whole, steps: Whole, rows: list[int]) -> list[int]:
    """Those of the rows in which the value for each step is least."""
    best: list[int] = []
    for i in rows:
        more = values[i] * steps[best[0]] - values[best[0]] * steps[i] if best else 0
        if more == 0:
            best.append(i)
        elif more < 0:
            best = [i]
    return best


def fractions(values: Float) -> tuple[list[Fraction], int]:
    """Numbers as the simple fractions that they round, and their least common denominator."""
    found = []
    for value in values.tolist():
        simple = Fraction(value).limit_denominator(1_000_000)
        near = abs(float(simple) - value) <= 1e-14 * abs(value)
        found.append(simple if near else Fraction(value))
    return found, lcm(*(f.denominator for f in found))
