"""Complementary pivoting with the lexicographic ratio test (Lemke 1965), in revised form.

The first tableau ``t`` ``[n + 1, n + 1]`` is sparse and stays as it is: ``basic + t @ nonbasic =
right``. Row i and column i belong to complementary variables; the last column is the level, which
enters first, the last row what is left to it, and the path is at its end when that row's variable
leaves. A basis is known by the columns that *came* in and the rows that have *left*, equally many;
`inverse` ``[k, k]`` is that of the first tableau's part where they meet, a row for each column that
came. Everything else of the tableau of the basis is computed where it is looked at.
"""

from __future__ import annotations

import numpy as np

from standoff.kernels.compiling import inner, kernel

FOUND = 0
RAY = 1
MORE = 2
BACK = 3


@inner
def _add(target, at, k, share, source):  # type: ignore[no-untyped-def]
    """Add a share of ``source[:k]`` to row `at` of `target`."""
    # Spelled out: numba takes seconds to compile each expression over slices.
    for m in range(k):
        target[at, m] += share * source[m]


@inner
def _entry(rows, i, place_came, inverse, at):  # type: ignore[no-untyped-def]
    """Entry of the tableau in a row that stayed, in the column of a row's variable that left."""
    pointer, index, number = rows
    total = 0.0
    for m in range(pointer[i], pointer[i + 1]):
        c = place_came[index[m]]
        if c >= 0:
            total -= number[m] * inverse[c, at]
    return total


@inner
def _entering(columns, basis, inverse, k, is_row, which, change_came, change):  # type: ignore[no-untyped-def]
    """Column of the variable that enters: `change_came` ``[k]`` and `change` ``[n + 1]``."""
    pointer, index, number = columns
    came, _, _, place_left = basis
    for i in range(len(change)):
        change[i] = 0.0
    for c in range(k):
        change_came[c] = 0.0
    if is_row:
        at = place_left[which]
        for c in range(k):
            change_came[c] = inverse[c, at]
    else:
        for m in range(pointer[which], pointer[which + 1]):
            change[index[m]] = number[m]
            at = place_left[index[m]]
            if at >= 0:
                for c in range(k):
                    change_came[c] += number[m] * inverse[c, at]
    for c in range(k):
        share = change_came[c]
        if share != 0.0:
            for m in range(pointer[came[c]], pointer[came[c] + 1]):
                change[index[m]] -= share * number[m]


@inner
def _leaving(  # type: ignore[no-untyped-def]
    rows, basis, inverse, k, order, values, changes, smallest, near, candidates, scores
):
    """What the lexicographic ratio test picks: a row, or ``-1 - c`` for the column that came c-th;
    `n + 1` where nothing bounds the entering variable.
    """
    _, _, place_came, place_left = basis
    value_came, value = values
    change_came, change = changes
    size = len(value)
    least = np.inf
    for i in range(size):
        if place_left[i] < 0 and change[i] > smallest:
            least = min(least, value[i] / change[i])
    for c in range(k):
        if change_came[c] > smallest:
            least = min(least, value_came[c] / change_came[c])
    if least == np.inf:
        return size
    bound = max(least, 0.0) + near
    if place_left[size - 1] < 0 and change[size - 1] > smallest:
        if value[size - 1] / change[size - 1] <= bound:
            return size - 1  # the level may reach its end: an equilibrium
    count = 0
    for i in range(size):
        if place_left[i] < 0 and change[i] > smallest and value[i] / change[i] <= bound:
            candidates[count] = i
            count += 1
    for c in range(k):
        if change_came[c] > smallest and value_came[c] / change_came[c] <= bound:
            candidates[count] = -1 - c
            count += 1
    for variable in order:
        if count == 1:
            break
        at = place_left[variable]
        kept = 0
        if at < 0:
            # A basic variable's own column has a one in its row: that row comes last.
            for m in range(count):
                if candidates[m] != variable:
                    candidates[kept] = candidates[m]
                    kept += 1
            count = kept
            continue
        least = np.inf
        for m in range(count):
            i = candidates[m]
            if i >= 0:
                scores[m] = _entry(rows, i, place_came, inverse, at) / change[i]
            else:
                scores[m] = inverse[-1 - i, at] / change_came[-1 - i]
            least = min(least, scores[m])
        for m in range(count):
            if scores[m] <= least + near:
                candidates[kept] = candidates[m]
                kept += 1
        count = kept
    return candidates[0]


@inner
def _across(rows, i, place_came, inverse, k, row):  # type: ignore[no-untyped-def]
    """Row i of the first tableau at the columns that came, times the inverse: `row` ``[k]``."""
    pointer, index, number = rows
    for other in range(k):
        row[other] = 0.0
    for m in range(pointer[i], pointer[i + 1]):
        c = place_came[index[m]]
        if c >= 0:
            for other in range(k):
                row[other] += number[m] * inverse[c, other]


@inner
def _come(basis, k, column):  # type: ignore[no-untyped-def]
    basis[0][k] = column
    basis[2][column] = k


@inner
def _leave(basis, k, row):  # type: ignore[no-untyped-def]
    basis[1][k] = row
    basis[3][row] = k


@inner
def _exchange(  # type: ignore[no-untyped-def]
    rows, basis, inverse, k, is_row, which, out, changes, row
):
    """Bring the inverse to the next basis; returns its size."""
    came, left, place_came, place_left = basis
    change_came, change = changes
    if out >= 0:
        _across(rows, out, place_came, inverse, k, row)
    if not is_row and out >= 0:  # one more row has left, one more column come
        pivot = change[out]
        for c in range(k):
            share = change_came[c] / pivot
            if share != 0.0:
                _add(inverse, c, k, share, row)
            inverse[c, k] = -share
        for m in range(k):
            inverse[k, m] = -row[m] / pivot
        inverse[k, k] = 1.0 / pivot
        _come(basis, k, which)
        _leave(basis, k, out)
        return k + 1
    if not is_row:  # one column in the place of another
        at = -1 - out
        for m in range(k):
            row[m] = inverse[at, m] / change_came[at]
            inverse[at, m] = row[m]
        for c in range(k):
            share = change_came[c]
            if c != at and share != 0.0:
                _add(inverse, c, k, -share, row)
        place_came[came[at]] = -1
        _come(basis, at, which)
        return k
    at = place_left[which]
    if out >= 0:  # one row in the place of another
        pivot = row[at]
        row[at] = 0.0
        for c in range(k):
            share = inverse[c, at] / pivot
            if share != 0.0:
                _add(inverse, c, k, -share, row)
            inverse[c, at] = share
        place_left[which] = -1
        _leave(basis, at, out)
        return k
    # A row comes back and a column leaves: both are struck, the last ones put in their places.
    gone = -1 - out
    for m in range(k):
        row[m] = inverse[gone, m]
    for c in range(k):
        share = inverse[c, at] / row[at]
        if c != gone and share != 0.0:
            _add(inverse, c, k, -share, row)
    place_left[which] = -1
    place_came[came[gone]] = -1
    last = k - 1
    if gone != last:
        for m in range(k):
            inverse[gone, m] = inverse[last, m]
        _come(basis, gone, came[last])
    if at != last:
        for c in range(k):
            inverse[c, at] = inverse[c, last]
        _leave(basis, at, left[last])
    return last


@kernel
def pivots(  # type: ignore[no-untyped-def]
    rows, columns, basis, inverse, values, order, k, is_row, which, most, smallest, near
):
    """At most `most` pivots from a basis, the variable of row or column `which` coming in first.

    `rows` and `columns` are the first tableau by rows and by columns: (pointer, index, number).
    `basis` is (columns that came, rows that left, the place of each column among those, -1, of each
    row among these, -1); `inverse` has room for `k` + `most` of them; `values` are of the columns
    that came and of the rows that stayed. They are changed in place. `order` ``[n]`` are the rows
    whose variables break ties, in turn. Entries up to `smallest` are no pivots; ratios within
    `near` tie. Returns what happened, the size of the basis, what enters next, and the pivots.
    """
    n = len(order)
    room = len(inverse)
    value_came, value = values
    changes = (np.empty(room), np.empty(n + 1))
    change_came, change = changes
    candidates = np.empty(n + 1 + room, np.int64)
    scores, row = np.empty(n + 1 + room), np.empty(room)
    for done in range(most):
        _entering(columns, basis, inverse, k, is_row, which, change_came, change)
        out = _leaving(
            rows, basis, inverse, k, order, values, changes, smallest, near, candidates, scores
        )
        if out > n:
            return RAY, k, is_row, which, done
        at = -1 - out
        step = value[out] / change[out] if out >= 0 else value_came[at] / change_came[at]
        for i in range(n + 1):
            value[i] -= step * change[i]
        for c in range(k):
            value_came[c] -= step * change_came[c]
        gone = basis[0][at] if out < 0 else -1
        before = k
        k = _exchange(rows, basis, inverse, k, is_row, which, out, changes, row)
        # Values go where their variables went.
        if is_row:
            value[which] = step
            if out < 0 and at != before - 1:
                value_came[at] = value_came[before - 1]
        else:
            value_came[before if out >= 0 else at] = step
        if out == n:
            return FOUND, k, is_row, which, done + 1
        if gone == n:
            return BACK, k, is_row, which, done + 1
        is_row, which = out < 0, out if out >= 0 else gone
    return MORE, k, is_row, which, most
