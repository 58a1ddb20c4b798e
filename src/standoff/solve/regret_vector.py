"""A public tree laid out for `standoff.kernels.regret_vector`: two players, zero sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.game.public import PublicGame

Float = NDArray[np.float64]
Int = NDArray[np.intp]

WIDTH = 8
"""Lanes of a vector (the kernels' `lanes.WIDTH`, repeated so that this module needs no numba)."""


class VectorWalk:
    """Regret minimization on the public tree of a two-player zero-sum game.

    `payoff` ``[M, K]`` is what player 1 earns at the earning nodes of `public`, times their weight.
    """

    def __init__(self, public: PublicGame, payoff: Float) -> None:
        from standoff.kernels.regret_vector import Seat, begin

        game = public.game
        self._public = public
        T = [int(n) for n in game.n_types]
        W = [-(-n // WIDTH) * WIDTH for n in T]
        sequence, sets = _sequences(public)
        self._cells = sets
        own, other, table = _merged(sequence[public.earning], payoff.reshape(-1, *T))
        distinct, which = _distinct(table.reshape(len(table), -1))
        seats = []
        for p in (0, 1):
            cells = sets[p]
            counts = np.diff(game.action_start)[cells]
            first = np.concatenate([[1], 1 + np.cumsum(counts)]).astype(np.int32)
            S = int(first[-1])
            nodes = game.cell_node[game.cell_start[cells]]
            mine, theirs = (own, other) if p == 0 else (other, own)
            order = np.lexsort((theirs, mine))
            by_type = distinct.reshape(-1, *T)  # [D, T1, T2]
            if p == 0:
                by_type = by_type.transpose(0, 2, 1)
            else:
                by_type = -by_type
            padded = np.zeros((len(distinct), T[1 - p], W[p]))
            padded[:, :, : T[p]] = by_type
            strategy = np.zeros((S, W[p]))
            strategy[1:] = np.repeat(1.0 / counts, counts)[:, None]
            plan = np.ones((S, W[p]))
            parent = sequence[nodes, p].astype(np.int32)
            seats.append(
                Seat(
                    parent=parent,
                    first=first,
                    end_first=np.searchsorted(mine[order], np.arange(S + 1)).astype(np.int32),
                    end_other=(theirs[order] * W[1 - p]).astype(np.int32),
                    end_table=(which[order] * T[1 - p] * W[p]).astype(np.int32),
                    table=padded.reshape(-1),
                    width=W[p],
                    others=T[1 - p],
                    regret=np.zeros(S * W[p]),
                    strategy=strategy.reshape(-1),
                    plan=plan.reshape(-1),
                    total=np.zeros(S * W[p]),
                    value=np.zeros(S * W[p]),
                )
            )
        self.seats = tuple(seats)
        for seat in seats:
            begin(seat)
        self.iterations = 0

    def run(self, count: int, method: int, exponents: Float) -> None:
        """`count` more iterations."""
        from standoff.kernels import regret_vector

        regret_vector.run(*self.seats, self.iterations, count, method, exponents)
        self.iterations += count

    def gap(self) -> float:
        """NashConv of the average strategies."""
        from standoff.kernels.regret_vector import best_value

        one, two = self.seats
        return float(
            best_value(one, two.total) / two.total[0] + best_value(two, one.total) / one.total[0]
        )

    def strategy(self) -> Float:
        """[A] the average strategies on the public tree."""
        game = self._public.game
        result = np.empty(game.n_rows)
        for p, seat in enumerate(self.seats):
            T = int(game.n_types[p])
            total = seat.total.reshape(-1, seat.width)[1:, :T]
            counts = np.diff(seat.first)
            start = seat.first[:-1] - 1
            if not len(start):
                continue
            sums = np.repeat(np.add.reduceat(total, start, axis=0), counts, axis=0)
            share = np.repeat(1.0 / counts, counts)[:, None]
            play = np.where(sums > 0, total / np.where(sums > 0, sums, 1.0), share)
            base = np.repeat(game.row_start[self._cells[p]], counts)
            number = np.arange(len(total)) - np.repeat(start, counts)
            rows = base[:, None] + number[:, None] * T + np.arange(T)
            result[rows] = play
        return result


def _sequences(public: PublicGame) -> tuple[Int, list[Int]]:
    """[N, 2] sequence of each player at each node, and its cells in the order of the walk.

    Cells after equally many levels may stand in any order; those of one shape stand together, so
    that the processor foresees how long each loop is.
    """
    game = public.game
    last = np.full((game.n_nodes, 2), -1, dtype=np.intp)  # own cell-action on the way to a node
    for level in range(1, len(game.level_start) - 1):
        here = np.arange(game.level_start[level], game.level_start[level + 1])
        above = game.parent[here]
        last[here] = last[above]
        for p in (0, 1):
            own = here[game.actor[above] == p]
            last[own, p] = game.edge_action[game.parent_edge[own]]
    counts = np.diff(game.action_start)
    number = np.full(int(game.action_start[-1]) + 1, 0, dtype=np.intp)  # sequence; the last is none
    sets = []
    for p in (0, 1):
        cells = np.flatnonzero(game.cell_player == p)
        ends = np.bincount(last[public.earning, p] + 1, minlength=len(number))[1:]
        first = ends[game.action_start[cells]]
        total = np.add.reduceat(np.append(ends, 0), game.action_start[:-1])[cells]
        order = np.lexsort((first, total, counts[cells], game.cell_level[cells]))
        cells = cells[order]
        sets.append(cells)
        width = counts[cells]
        base = 1 + np.cumsum(width) - width
        inside = np.arange(int(width.sum())) - np.repeat(base - 1, width)
        number[np.repeat(game.action_start[cells], width) + inside] = 1 + np.arange(len(inside))
    return number[last], sets


def _merged(sequence: Int, table: Float) -> tuple[Int, Int, Float]:
    """Ends with the same sequences of both players put together."""
    span = int(sequence[:, 1].max(initial=0)) + 1
    key, inverse = np.unique(sequence[:, 0] * span + sequence[:, 1], return_inverse=True)
    if len(key) == len(table):
        order = np.argsort(inverse.reshape(-1), kind="stable")
        return key // span, key % span, table[order]
    merged = np.zeros((len(key), *table.shape[1:]))
    np.add.at(merged, inverse.reshape(-1), table)
    return key // span, key % span, merged


def _distinct(rows: Float) -> tuple[Float, Int]:
    """Equal rows once, and which one each is."""
    rows = np.ascontiguousarray(rows + 0.0)  # no negative zeros
    whole = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).reshape(-1)
    _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    return rows[first], inverse.reshape(-1)
