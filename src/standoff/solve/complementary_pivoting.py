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

_STRETCH = 100
_SMALLEST = 1e-9
_NEAR = 1e-11
_DRIFT = 1e-10


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

    n = len(tableau.basic)
    first = np.zeros((n + 1, n + 2))
    first[:n, :n], first[:n, n], first[:n, -1] = tableau.entry, tableau.along, tableau.start
    first[n, n] = first[n, -1] = 1.0
    now = first.copy()
    basic = np.append(tableau.basic, 2 * n + 1).astype(np.int64)
    nonbasic = np.append(tableau.nonbasic, 2 * n).astype(np.int64)
    begun = basic.copy(), nonbasic.copy()
    order = tableau.order.astype(np.int64)
    entering, done = 2 * n, 0
    while done < most:
        check(progress)
        what, entering, more = lemke.pivots(
            now, basic, nonbasic, order, entering, _STRETCH, _SMALLEST, _NEAR
        )
        done += int(more)
        if what == lemke.FOUND:
            return Path(_values(first, begun, basic)[0], done)
        if what != lemke.MORE or clock.monotonic() > deadline:
            return Path(None, done)
        values, drift = _values(first, begun, basic, now[:, -1])
        if values is None or not drift < _DRIFT:
            fresh = _afresh(first, begun, basic, nonbasic)
            if fresh is None:
                return Path(None, done)
            now = fresh
    return Path(None, done)


def _split(begun: tuple[Int, Int], basic: Int) -> tuple[Int, Int]:
    """Rows whose variable has left since the start, and columns whose variable has come in."""
    inside = np.zeros(2 * len(basic), dtype=bool)
    inside[basic] = True
    return np.flatnonzero(~inside[begun[0]]), np.flatnonzero(inside[begun[1]])


def _values(
    first: Float, begun: tuple[Int, Int], basic: Int, shown: Float | None = None
) -> tuple[Float | None, float]:
    """Values ``[2 n]`` of the variables of a basis from the first tableau.

    With what the tableau of now shows on its right-hand side, only how far that is from fitting.
    """
    n = len(basic) - 1
    left, came = _split(begun, basic)
    if shown is not None:
        every = np.zeros(2 * n + 2)
        every[basic] = shown
        rest = first[:, :-1] @ every[begun[1]] + every[begun[0]] - first[:, -1]
        return every, float(np.abs(rest).max())
    core = first[np.ix_(left, came)]
    try:
        inner = np.linalg.solve(core, first[left, -1])
        inner += np.linalg.solve(core, first[left, -1] - core @ inner)
    except np.linalg.LinAlgError:
        return None, np.inf
    values = np.zeros(2 * n + 2)
    values[begun[0]] = first[:, -1] - first[:, came] @ inner
    values[begun[0][left]] = 0.0
    values[begun[1][came]] = inner
    return values[: 2 * n], 0.0


def _afresh(first: Float, begun: tuple[Int, Int], basic: Int, nonbasic: Int) -> Float | None:
    """The tableau of a basis, computed from the first one in one step."""
    n = len(basic) - 1
    left, came = _split(begun, basic)
    stayed_rows = np.setdiff1d(np.arange(n + 1), left)
    stayed_columns = np.append(np.setdiff1d(np.arange(n + 1), came), n + 1)
    try:
        inverse = np.linalg.inv(first[np.ix_(left, came)])
    except np.linalg.LinAlgError:
        return None
    across = inverse @ first[np.ix_(left, stayed_columns)]
    below = first[np.ix_(stayed_rows, came)]
    # By the variables' numbers, the right-hand side last; then into the places that they have now.
    row_of = np.empty(2 * n + 2, dtype=np.int64)
    row_of[basic] = np.arange(n + 1)
    column_of = np.empty(2 * n + 3, dtype=np.int64)
    column_of[nonbasic] = np.arange(n + 1)
    column_of[-1] = n + 1
    columns_named = np.append(begun[1], 2 * n + 2)
    rows_in, rows_kept = row_of[begun[1][came]], row_of[begun[0][stayed_rows]]
    columns_out = column_of[begun[0][left]]
    columns_kept = column_of[columns_named[stayed_columns]]
    now = np.empty_like(first)
    now[np.ix_(rows_in, columns_out)] = inverse
    now[np.ix_(rows_in, columns_kept)] = across
    now[np.ix_(rows_kept, columns_out)] = -below @ inverse
    now[np.ix_(rows_kept, columns_kept)] = (
        first[np.ix_(stayed_rows, stayed_columns)] - below @ across
    )
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
