"""Lemke's algorithm on a tableau: in floating point, and exactly.

Both follow the same path (Lemke 1965). The lexicographic ratio test acts as if every right-hand
side were larger by a vanishing amount of its own, so that ties, the rule in extensive games, can't
make the path turn in circles. Floating point works in stretches, after each of which it is
looked at how far it has drifted from the tableau at the start; whole numbers (Edmonds; see Avis,
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

_STRETCH = 128
_SMALLEST = 1e-9
_NEAR = 1e-11
_DRIFT = 1e-9
_FINE = 1e-11
_PATIENCE = 2000


@dataclass(frozen=True, eq=False)
class Tableau:
    """``basic + entry @ nonbasic + level * along = start`` with the level going from 0 to 1.

    Variable k in ``0..n-1`` and its complement ``n + k`` are never both positive: one of them is
    basic at the start, the other nonbasic in the column of the same number. `start` is ``>= 0``.
    """

    basic: Int  # [n]
    nonbasic: Int  # [n]
    order: Int  # [n] the rows in the order in which their variables break ties
    entry: Any  # [n, n] sparse, or dense of Python's whole numbers
    along: Whole  # [n]
    start: Whole  # [n]


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

    basis = _Basis(tableau)
    done, stretch = 0, _STRETCH
    highest, since = -1.0, 0
    is_row, which = False, len(tableau.basic)
    while done < most and clock.monotonic() <= deadline:
        check(progress)
        kept = basis.came, basis.left
        what, is_now_row, now, more = basis.pivots(is_row, which, stretch)
        done += more
        error = basis.error()
        if error < _DRIFT:
            if what == lemke.FOUND:
                return Path(basis.solution(), done)
            if what != lemke.MORE:
                break
            is_row, which = is_now_row, now
            # Turning in circles is impossible but for rounding: then the level stays where it was.
            since = 0 if basis.level > highest else since + more
            highest = max(basis.level, highest)
            if since > max(_PATIENCE, len(tableau.basic)):
                break
            stretch = min(2 * stretch, _STRETCH)
        elif stretch == 1:
            break
        else:
            # A pivot was noise: go back, and look more often.
            basis.came, basis.left = kept
            stretch = max(stretch // 4, 1)
        if error > _FINE and not basis.afresh():
            break
    return Path(None, done)


class _Basis:
    """A basis of the first tableau: the columns that came in and the rows that have left."""

    def __init__(self, tableau: Tableau) -> None:
        from scipy.sparse import block_array, csr_array

        n = len(tableau.basic)
        along = csr_array(np.asarray(tableau.along, dtype=np.float64)[:, None])
        last = csr_array(np.ones((1, 1)))
        parts: Any = [[csr_array(tableau.entry), along], [None, last]]
        table: Any = block_array(parts)
        self.rows, self.columns = table.tocsr(), table.tocsc()
        self.right = np.append(tableau.start, 1.0).astype(np.float64)
        self.tableau = tableau
        self.order = tableau.order.astype(np.int64)
        self.came, self.left = np.empty((2, 0), dtype=np.int64)
        self.inverse: Float = np.empty((0, 0))
        self.value_came, self.value = np.empty(0), self.right.copy()
        self._parts = tuple(
            (t.indptr.astype(np.int64), t.indices.astype(np.int64), t.data)
            for t in (self.rows, self.columns)
        )
        if sorted(tableau.order.tolist()) != list(range(n)):
            raise ValueError("ties are broken by every row in turn")

    def pivots(self, is_row: bool, which: int, most: int) -> tuple[int, bool, int, int]:
        """At most so many; what happened, what enters next, and how many there were."""
        from standoff.kernels import lemke

        k, size = len(self.came), len(self.right)
        came, left = np.zeros((2, k + most), dtype=np.int64)
        value_came = np.zeros(k + most)
        came[:k], left[:k], value_came[:k] = self.came, self.left, self.value_came
        places = np.full((2, size), -1)
        places[0, self.came] = places[1, self.left] = np.arange(k)
        inverse = np.zeros((k + most, k + most))
        inverse[:k, :k] = self.inverse
        what, k, is_row, which, more = lemke.pivots(
            *self._parts, (came, left, places[0], places[1]), inverse,
            (value_came, self.value), self.order, k, is_row, which, most, _SMALLEST, _NEAR,
        )  # fmt: skip
        self.came, self.left = came[:k].copy(), left[:k].copy()
        self.inverse, self.value_came = inverse[:k, :k], value_came[:k]
        return int(what), bool(is_row), int(which), int(more)

    def _stayed(self) -> NDArray[np.bool_]:
        stayed = np.ones(len(self.right), dtype=bool)
        stayed[self.left] = False
        return stayed

    @property
    def level(self) -> float:
        """Level of the basis."""
        return float(self.value_came[self.came == len(self.right) - 1].sum())

    def error(self) -> float:
        """How far values and inverse are from fitting the first tableau."""
        own = np.where(self._stayed(), self.value, 0.0)
        rest = self.columns[:, self.came] @ self.value_came + own - self.right
        worst = float(np.abs(rest).max())
        signs = np.where(np.arange(len(self.left)) % 3, 1.0, -1.0)
        back = self.rows[self.left][:, self.came] @ (self.inverse @ signs) - signs
        worst = max(worst, float(np.abs(back).max(initial=0.0)))
        return worst if np.isfinite(worst) else np.inf

    def core(self) -> Float:
        """[k, k] the first tableau where rows that have left meet columns that came."""
        dense: Float = self.rows[self.left][:, self.came].toarray()
        return dense

    def afresh(self) -> bool:
        """The inverse and the values from the first tableau; False where it has none."""
        try:
            self.inverse = np.asarray(np.linalg.inv(self.core()), dtype=np.float64)
        except np.linalg.LinAlgError:
            return False
        self.value_came = self.inverse @ self.right[self.left]
        self.value = self.right - self.columns[:, self.came] @ self.value_came
        return True

    def solution(self) -> Float | None:
        """[2 n] values of the variables, to rounding."""
        core, right = self.core(), self.right[self.left]
        try:
            inner = np.linalg.solve(core, right)
            inner += np.linalg.solve(core, right - core @ inner)
        except np.linalg.LinAlgError:
            return None
        n = len(self.right) - 1
        own = self.right - self.columns[:, self.came] @ inner
        inside = np.zeros(n + 1)
        inside[self.came] = inner
        values = np.zeros(2 * n)
        values[self.tableau.basic] = np.where(self._stayed(), own, 0.0)[:n]
        values[self.tableau.nonbasic] = inside[:n]
        return values


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
    order = tableau.basic[tableau.order].tolist()
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
