"""Complementary pivoting with the lexicographic ratio test (Lemke 1965), on a dense tableau.

The tableau ``t`` ``[n + 1, n + 2]`` reads ``basic + t[:, :-1] @ nonbasic = t[:, -1]``. Variables
are numbered: ``0..n-1`` and their complements ``n..2n-1``, then the level at 2n and the room left
to it, which stands in the last row, at 2n + 1. The level enters first and the pivots go on until it
has no room left.
"""

from __future__ import annotations

import numpy as np

from standoff.kernels.compiling import inner, kernel

FOUND = 0
RAY = 1
MORE = 2
BACK = 3

TINY = 1e-13


@inner
def _leaving(t, place, order, column, smallest, near, candidates):  # type: ignore[no-untyped-def]
    """Row that the lexicographic ratio test picks, -1 where none bounds the entering variable."""
    rows, last = t.shape[0], t.shape[1] - 1
    least = np.inf
    for i in range(rows):
        if t[i, column] > smallest:
            ratio = t[i, last] / t[i, column]
            if ratio < least:
                least = ratio
    if least == np.inf:
        return -1
    least = max(least, 0.0)
    count = 0
    for i in range(rows):
        if t[i, column] > smallest and t[i, last] / t[i, column] <= least + near:
            candidates[count] = i
            count += 1
    if candidates[count - 1] == rows - 1:
        return rows - 1  # the level may reach its end: an equilibrium
    k = 0
    while count > 1 and k < len(order):
        at = place[order[k]]
        k += 1
        kept = 0
        if at < 0:
            # A basic variable's own column has a one in its row: that row comes last.
            for m in range(count):
                if candidates[m] != -at - 1:
                    candidates[kept] = candidates[m]
                    kept += 1
        else:
            least = np.inf
            for m in range(count):
                i = candidates[m]
                least = min(least, t[i, at] / t[i, column])
            for m in range(count):
                i = candidates[m]
                if t[i, at] / t[i, column] <= least + near:
                    candidates[kept] = i
                    kept += 1
        count = kept
    return candidates[0]


@inner
def _pivot(t, row, column, filled):  # type: ignore[no-untyped-def]
    """Exchange the variable of a row with that of a column; only where neither is zero."""
    rows, columns = t.shape
    pivot = t[row, column]
    count = 0
    for j in range(columns):
        if j != column and t[row, j] != 0.0:
            t[row, j] /= pivot
            filled[count] = j
            count += 1
    dense = 2 * count > columns
    for i in range(rows):
        share = t[i, column]
        if i == row or share == 0.0:
            continue
        if dense:
            for j in range(columns):
                t[i, j] -= share * t[row, j]
        else:
            for m in range(count):
                t[i, filled[m]] -= share * t[row, filled[m]]
        for m in range(count):
            if abs(t[i, filled[m]]) < TINY:
                t[i, filled[m]] = 0.0
        t[i, column] = -share / pivot
    t[row, column] = 1.0 / pivot


@kernel
def pivots(t, basic, nonbasic, order, entering, most, smallest, near):  # type: ignore[no-untyped-def]
    """At most `most` pivots from where the tableau stands, `entering` coming in first.

    `basic` ``[n + 1]`` and `nonbasic` ``[n + 1]`` name the variables of rows and columns; all three
    are changed in place. `order` ``[n]`` are the variables that were basic at the start, in the
    order in which ties are broken. Entries up to `smallest` are no pivots, ratios within `near`
    tie. Returns what happened, the variable that is to enter next, and the number of pivots.
    """
    n = len(order)
    place = np.empty(2 * n + 2, np.int64)
    for i in range(n + 1):
        place[basic[i]] = -i - 1
        place[nonbasic[i]] = i
    candidates = np.empty(n + 1, np.int64)
    filled = np.empty(n + 2, np.int64)
    for done in range(most):
        column = place[entering]
        row = _leaving(t, place, order, column, smallest, near, candidates)
        if row < 0:
            return RAY, entering, done
        leaving = basic[row]
        _pivot(t, row, column, filled)
        basic[row], nonbasic[column] = entering, leaving
        place[entering], place[leaving] = -row - 1, column
        if leaving == 2 * n + 1:
            return FOUND, leaving, done + 1
        if leaving == 2 * n:
            return BACK, leaving, done + 1
        entering = leaving + n if leaving < n else leaving - n
    return MORE, entering, most
