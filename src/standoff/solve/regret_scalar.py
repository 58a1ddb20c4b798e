"""A sequence form laid out for `standoff.kernels.regret_scalar`: any number of players."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standoff.solve.sequence_form import SequenceForm, Treeplex
from standoff.solve.sequence_lifting import Ends, idle, lifted, stand_ins

Float = NDArray[np.float64]
Int = NDArray[np.intp]
Int32 = NDArray[np.int32]


class SequenceWalk:
    """Regret minimization on a sequence form; `payoff` ``[L, P]`` replaces that of the form.

    Moves that matter to nobody, forced ones among them, are left out: they add nothing to what led
    there. `plans` and all that is computed from them are over the sequences that remain.
    """

    def __init__(self, form: SequenceForm, payoff: Float | None = None) -> None:
        from standoff.kernels.regret_scalar import Seat

        self.form = form
        P = len(form.plexes)
        earned = form.payoff if payoff is None else payoff
        ends = lifted(form.plexes, Ends(form.sequence.astype(np.intp), earned))
        kept = [_arranged(plex, ends.sequence[:, p]) for p, plex in enumerate(form.plexes)]
        self._place = [place for place, _, _ in kept]
        sizes = np.array([int(first[-1]) for _, _, first in kept])
        base = np.concatenate([[0], np.cumsum(sizes)])
        self.base = base
        sequence = np.stack([self._place[p][ends.sequence[:, p]] for p in range(P)], axis=1)
        payoff = ends.payoff
        seats, starts = [], []
        for p, (_, parent, first) in enumerate(kept):
            others = [j for j in range(P) if j != p]
            rest = np.arange(len(sequence))
            shared = _Pairs(np.zeros(len(first), dtype=np.int32), rest[:0], np.empty((0, 2)))
            if P == 2:
                shared, rest = _pairs(sequence[:, p], sequence[:, 1 - p], payoff[:, p], first)
            own = sequence[rest, p]
            order = np.lexsort((*(sequence[rest, j] for j in reversed(others)), own))
            places = sequence[rest][order][:, others] + base[others]
            S = int(sizes[p])
            counts = np.diff(first)
            strategy = np.ones(S)
            strategy[1:] = np.repeat(1.0 / counts, counts)
            starts.append(_plan(parent, first, strategy))
            seats.append(
                Seat(
                    parent=parent,
                    first=first,
                    end_first=np.searchsorted(own[order], np.arange(S + 1)).astype(np.int32),
                    end_other=np.ascontiguousarray(places).reshape(-1).astype(np.int32),
                    end_value=np.ascontiguousarray(payoff[rest[order], p]),
                    pair_first=shared.first,
                    pair_other=(shared.other + base[others[0]] if others else shared.other).astype(
                        np.int32
                    ),
                    pair_value=shared.value.reshape(-1),
                    base=int(base[p]),
                    regret=np.zeros(S),
                    strategy=strategy,
                    total=np.zeros(S),
                    value=np.zeros(S),
                )
            )
        self.plans = np.concatenate(starts)
        self.seats = tuple(seats)
        self.iterations = 0

    def run(self, count: int, method: int, exponents: Float) -> None:
        """`count` more iterations, the players in turn."""
        from standoff.kernels import regret_scalar

        regret_scalar.run(self.seats, self.plans, self.iterations, count, method, exponents)
        self.iterations += count

    def gradients(self, at: Float) -> list[Float]:
        """By player ``[S]``: what each sequence earns by itself against the others' plans `at`."""
        from standoff.kernels.regret_scalar import gradient

        found = []
        for seat in self.seats:
            into = np.empty(len(seat.value))
            gradient(seat, len(self.seats) - 1, at, into)
            found.append(into)
        return found

    def best_values(self, gradients: list[Float]) -> Float:
        """[P] what the best plan of each player earns against a gradient."""
        from standoff.kernels.regret_scalar import best_value

        return np.array(
            [
                best_value(seat.parent, seat.first, gradient.copy())
                for seat, gradient in zip(self.seats, gradients, strict=True)
            ]
        )

    def average(self) -> Float:
        """The average plans, one player after the other."""
        return np.concatenate([seat.total / seat.total[0] for seat in self.seats])

    def gap(self) -> float:
        """NashConv of the average strategies."""
        return self.nash_conv(self.average())

    def nash_conv(self, at: Float) -> float:
        """What the players could gain by best replies to the plans `at`, added up."""
        gradients = self.gradients(at)
        parts = np.split(at, self.base[1:-1])
        earned = [g @ part for g, part in zip(gradients, parts, strict=True)]
        return float((self.best_values(gradients) - earned).sum())

    def restart(self) -> None:
        """Forget the averages."""
        for seat in self.seats:
            seat.total[:] = 0.0

    def strategy_of(self, at: Float, rows: int) -> Float:
        """[rows] the behavior strategy of the plans `at`; uniform where they do not reach."""
        strategy = np.ones(rows)
        parts = np.split(at, self.base[1:-1])
        for plex, place, part in zip(self.form.plexes, self._place, parts, strict=True):
            if not plex.n_sets:
                continue
            plan = part[place]
            widths = np.diff(plex.first)
            weight = np.maximum(plan[1:], 0.0)
            sums = np.add.reduceat(weight, plex.first[:-1] - 1)
            reached = np.repeat(sums > 0, widths)
            share = np.repeat(1.0 / np.where(sums > 0, sums, widths), widths)
            strategy[plex.row[1:]] = np.where(reached, weight, 1.0) * share
        return strategy


def _arranged(plex: Treeplex, ends: Int) -> tuple[Int, Int32, Int32]:
    """Place ``[S]`` of each sequence among those that remain when sets with one action and those
    that matter to nobody are left out, and the `parent` and `first` of the sets that remain.

    `ends` are the player's sequences at the ends. Sets after equally many own moves may stand in
    any order; those of one shape (actions, ends) stand together, so that the processor foresees
    how long each loop is.
    """
    widths = np.diff(plex.first)
    out = (widths == 1) | idle(plex, ends)
    stands_for = stand_ins(plex, out)
    stage = np.repeat(np.arange(len(plex.stage_start) - 1), np.diff(plex.stage_start))
    start = plex.first[:-1]
    count = np.bincount(ends, minlength=plex.n_sequences)
    total = np.add.reduceat(count, start) if len(start) else count[:0]
    order = np.lexsort((count[start], total, widths, stage))
    order = order[~out[order]]
    width = widths[order]
    first = np.concatenate([[1], 1 + np.cumsum(width)])
    inside = np.arange(int(width.sum())) - np.repeat(first[:-1] - 1, width)
    number = np.zeros(plex.n_sequences, dtype=np.intp)
    number[np.repeat(start[order], width) + inside] = 1 + np.arange(len(inside))
    place = number[stands_for]
    return place, place[plex.parent[order]].astype(np.int32), first.astype(np.int32)


class _Pairs(NamedTuple):
    """Ends that the two moves of a set share (see the kernels' `Seat`)."""

    first: Int32  # [I + 1]
    other: Int  # [M] the other player's sequence
    value: Float  # [M, 2]


def _pairs(own: Int, other: Int, payoff: Float, first: Int32) -> tuple[_Pairs, Int]:
    """Pairs of ends where that saves a quarter of the look-ups, and the ends ``[L']`` left over."""
    widths = np.diff(first)
    set_of = np.concatenate([[-1], np.repeat(np.arange(len(widths)), widths)])
    home = set_of[own]
    two = np.flatnonzero(np.append(widths, 0)[home] == 2)  # home -1: the empty sequence
    span = int(other.max(initial=0)) + 1
    key, inverse = np.unique(home[two] * span + other[two], return_inverse=True)
    single = np.bincount(home[two], minlength=len(widths))
    together = np.bincount(key // span, minlength=len(widths))
    worth = together <= 0.75 * single
    chosen = worth[key // span]
    number = np.cumsum(chosen) - 1
    mine = chosen[inverse.reshape(-1)]
    value = np.zeros((int(chosen.sum()), 2))
    move = own[two] - first[home[two]]
    value[number[inverse.reshape(-1)[mine]], move[mine]] = payoff[two[mine]]
    counts = np.where(worth, together, 0)
    rest = np.ones(len(own), dtype=bool)
    rest[two[mine]] = False
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return _Pairs(starts, (key % span)[chosen], value), np.flatnonzero(rest)


def _plan(parent: Int32, first: Int32, strategy: Float) -> Float:
    """The plan of a strategy, by sequence."""
    from standoff.kernels.regret_scalar import fill_plan

    plan = strategy.copy()
    fill_plan(parent, first, plan)
    return plan
