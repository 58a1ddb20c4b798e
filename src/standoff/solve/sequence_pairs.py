"""How likely a mediator's device recommends one sequence of each of two players, pair by pair.

It is all that a mediator need hold: the rows of a behavior strategy that end two sequences, and the
odds that both are recommended.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pairs:
    """How likely a device of two players recommends one sequence of each, for the pairs that some
    history needs: rows of a behavior strategy (`Game.row_start`) that end the sequences, -1 for
    having been told nothing yet. Pairs that are not listed have no weight.
    """

    first: Int32  # [M] player 0
    second: Int32  # [M] player 1
    weight: Float  # [M] 1 at (-1, -1)


def summed(place: Int, values: Float, size: int) -> Float:
    """[size] values added up by place."""
    return np.asarray(np.bincount(place.reshape(-1), values, size), dtype=np.float64)


class Lookup:
    """Weights of pairs by their rows."""

    def __init__(self, plan: Pairs, rows: int) -> None:
        self._rows = rows
        key = self._key(plan.first, plan.second)
        order = np.argsort(key, kind="stable")
        self._known = key[order]
        self._weight = np.append(plan.weight[order], 0.0)
        if (np.diff(self._known) == 0).any():
            raise ValueError("a pair of sequences is listed twice")

    def at(self, own: NDArray[np.integer], other: NDArray[np.integer], player: int) -> Float:
        """Weight of each pair, `own` being rows of `player`; zero where it is not listed."""
        key = self._key(own, other) if player == 0 else self._key(other, own)
        place = np.searchsorted(self._known, key)
        hit = place < len(self._known)
        hit[hit] = self._known[place[hit]] == key[hit]
        return np.asarray(self._weight[np.where(hit, place, len(self._known))])

    def _key(self, first: NDArray[np.integer], second: NDArray[np.integer]) -> Int:
        """Rows past the strategy's own, and -1, stand for having been told nothing."""
        n = self._rows
        a = np.where((first < 0) | (first >= n), n, first).astype(np.int64)
        b = np.where((second < 0) | (second >= n), n, second).astype(np.int64)
        return np.asarray(a * (n + 1) + b)
