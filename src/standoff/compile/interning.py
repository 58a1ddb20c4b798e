"""Giving numbers to distinct things, on whole arrays.

Keys are non-negative int64. Where their span is not much larger than their count the numbers come
from a table of flags (a few nanoseconds a key), else from a sort.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]

_SPAN = 4  # flags are used while the span is at most this many times the number of keys


def distinct(keys: NDArray[np.integer]) -> tuple[Int64, Int32]:
    """The distinct keys in ascending order, and for each key its place among them."""
    if len(keys) == 0:
        return np.empty(0, np.int64), np.empty(0, np.int32)
    low = int(keys.min())
    span = int(keys.max()) - low + 1
    if span > _SPAN * len(keys) + 1024:
        found, place = np.unique(keys, return_inverse=True)
        return found.astype(np.int64, copy=False), place.astype(np.int32, copy=False)
    shifted = keys - keys.dtype.type(low) if low else keys
    used = np.zeros(span, dtype=np.bool_)
    used[shifted] = True
    found = np.flatnonzero(used)
    table = np.empty(span, dtype=np.int32)
    table[found] = np.arange(len(found), dtype=np.int32)
    return (found + low).astype(np.int64, copy=False), table[shifted]


def pairs(left: Int32, right: Int32, n_right: int) -> tuple[Int64, Int32]:
    """The distinct pairs as ``left * n_right + right``, ascending, and the place of each pair."""
    # Narrow numbers where they do: this is the widest array of a step.
    wide = len(left) and (int(left.max()) + 1) * n_right >= 1 << 31
    if wide:
        return distinct(left.astype(np.int64) * n_right + right)
    keys = left * np.int32(n_right)
    keys += right
    return distinct(keys)


class Numbered:
    """Numbers 0, 1, 2, ... for keys in the order in which batches of them arrive."""

    def __init__(self) -> None:
        self._keys = np.empty(0, np.int64)  # ascending
        self._ids = np.empty(0, np.int32)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Int64) -> tuple[Int32, NDArray[np.intp]]:
        """The number of each key, and the places in `keys` where a new one first stands."""
        found, place = distinct(keys)
        at = np.searchsorted(self._keys, found)
        known = np.zeros(len(found), dtype=np.bool_)
        inside = at < len(self._keys)
        known[inside] = self._keys[at[inside]] == found[inside]
        ids = np.empty(len(found), dtype=np.int32)
        ids[known] = self._ids[at[known]]
        fresh = np.flatnonzero(~known)
        ids[fresh] = len(self._keys) + np.arange(len(fresh), dtype=np.int32)
        first = np.empty(len(found), dtype=np.intp)
        first[place[::-1]] = np.arange(len(keys) - 1, -1, -1)
        self._keys = np.insert(self._keys, at[fresh], found[fresh])
        self._ids = np.insert(self._ids, at[fresh], ids[fresh])
        return ids[place], first[fresh]


class Rows:
    """A growing table of distinct rows of numbers, each known by its number."""

    def __init__(self, radix: tuple[int, ...], low: tuple[int, ...]) -> None:
        """`radix[i]` is the number of values of column i (from `low[i]` up in steps of one), or 0
        where it may be any number.
        """
        self._radix = radix
        self._low = np.array(low, dtype=np.float64)
        self._numbers = {i: _Floats() for i, r in enumerate(radix) if r == 0}
        self._folds: list[Numbered] = []
        self._rows = Numbered()
        self._held = np.empty((64, len(radix)), dtype=np.float64)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def table(self) -> NDArray[np.float64]:
        """[rows, columns]; a view that the next `add` may leave behind."""
        return self._held[: len(self._rows)]

    def add(self, rows: NDArray[np.float64]) -> Int32:
        """The number of each row, new ones appended to the table."""
        before = len(self._rows)
        ids, first = self._rows.add(self._keys(rows))
        now = len(self._rows)
        if now > len(self._held):
            grown = np.empty((max(now, 2 * len(self._held)), self._held.shape[1]))
            grown[:before] = self._held[:before]
            self._held = grown
        self._held[before:now] = rows[first]
        return ids

    def _keys(self, rows: NDArray[np.float64]) -> Int64:
        # Mixed radix; when the next column would overflow int64 what there is so far is numbered.
        key = np.zeros(len(rows), dtype=np.int64)
        size, fold = 1, 0
        for column, radix in enumerate(self._radix):
            values = rows[:, column]
            if radix:
                digits = (values - self._low[column]).astype(np.int64)
            else:
                digits = self._numbers[column].add(values).astype(np.int64)
                radix = 1 << 31
            if size * radix > 1 << 62:
                if fold == len(self._folds):
                    self._folds.append(Numbered())
                key = self._folds[fold].add(key)[0].astype(np.int64)
                size, fold = 1 << 31, fold + 1
            key = key * radix + digits
            size *= radix
        return key


class _Floats:
    """Numbers for float64 values, by their bits."""

    def __init__(self) -> None:
        self._seen = Numbered()

    def add(self, values: NDArray[np.float64]) -> Int32:
        # Bits as a signed integer; zero has one sign only because callers add 0.0.
        bits = np.ascontiguousarray(values).view(np.int64)
        found, place = np.unique(bits, return_inverse=True)
        return self._seen.add(found)[0][place].astype(np.int32, copy=False)


def kinds(columns: Sequence[NDArray[np.float64] | Int32]) -> tuple[Int32, NDArray[np.intp]]:
    """Numbers for distinct rows of `columns` (arrays of one length, at least one of them), and the
    first place of each.
    """
    n = len(columns[0])
    kind = np.zeros(n, dtype=np.int32)
    count = 1
    for column in columns:
        digit: Int32
        if column.dtype == np.int32:
            found, digit = distinct(column.astype(np.int32, copy=False))
            size = len(found)
        else:
            values, place = np.unique(column, return_inverse=True)
            size, digit = len(values), place.reshape(-1).astype(np.int32)
        if size > 1:
            found, kind = pairs(kind, digit, size)
            count = len(found)
    first = np.empty(count, dtype=np.intp)
    first[kind[::-1]] = np.arange(n - 1, -1, -1, dtype=np.int32)
    return kind, first
