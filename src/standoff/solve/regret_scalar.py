"""A sequence form laid out for `standoff.kernels.regret_scalar`: any number of players."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.solve.sequence_form import SequenceForm, plans

Float = NDArray[np.float64]
Int = NDArray[np.intp]


class SequenceWalk:
    """Regret minimization on a sequence form; `payoff` ``[L, P]`` replaces that of the form."""

    def __init__(self, form: SequenceForm, payoff: Float | None = None) -> None:
        from standoff.kernels.regret_scalar import Seat

        self.form = form
        payoff = form.payoff if payoff is None else payoff
        P = len(form.plexes)
        sizes = np.array([plex.n_sequences for plex in form.plexes])
        base = np.concatenate([[0], np.cumsum(sizes)])
        self.base = base
        rows = max((int(plex.row.max(initial=-1)) for plex in form.plexes), default=-1) + 1
        uniform = np.ones(rows)
        for plex in form.plexes:
            widths = np.diff(plex.first)
            uniform[plex.row[1:]] = np.repeat(1.0 / np.maximum(widths, 1), widths)
        self.plans = np.concatenate(plans(form, uniform))
        seats = []
        for p, plex in enumerate(form.plexes):
            own = form.sequence[:, p]
            others = [j for j in range(P) if j != p]
            order = np.lexsort((*(form.sequence[:, j] for j in reversed(others)), own))
            places = form.sequence[order][:, others] + base[others]
            S = plex.n_sequences
            strategy = np.ones(S)
            strategy[1:] = uniform[plex.row[1:]]
            seats.append(
                Seat(
                    parent=plex.parent,
                    first=plex.first,
                    end_first=np.searchsorted(own[order], np.arange(S + 1)).astype(np.int32),
                    end_other=np.ascontiguousarray(places).reshape(-1).astype(np.int32),
                    end_value=np.ascontiguousarray(payoff[order, p]),
                    base=int(base[p]),
                    regret=np.zeros(S),
                    strategy=strategy,
                    total=np.zeros(S),
                    value=np.zeros(S),
                )
            )
        self.seats = tuple(seats)
        self.iterations = 0

    def run(self, count: int, method: int, exponents: Float) -> None:
        """`count` more iterations, the players in turn."""
        from standoff.kernels import regret_scalar as kernels

        if len(self.seats) == 2:
            kernels.run_two(*self.seats, self.plans, self.iterations, count, method, exponents)
        elif len(self.seats) == 3:
            kernels.run_three(*self.seats, self.plans, self.iterations, count, method, exponents)
        else:
            others = len(self.seats) - 1
            for n in range(self.iterations + 1, self.iterations + count + 1):
                for seat in self.seats:
                    kernels.run_player(seat, others, self.plans, n, method, exponents)
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
        average = self.average()
        gradients = self.gradients(average)
        parts = np.split(average, self.base[1:-1])
        earned = [g @ part for g, part in zip(gradients, parts, strict=True)]
        return float((self.best_values(gradients) - earned).sum())

    def restart(self) -> None:
        """Forget the averages."""
        for seat in self.seats:
            seat.total[:] = 0.0

    def strategy_of(self, at: Float, rows: int) -> Float:
        """[rows] the behavior strategy of the plans `at`; uniform where they do not reach."""
        strategy = np.ones(rows)
        for plex, plan in zip(self.form.plexes, np.split(at, self.base[1:-1]), strict=True):
            if not plex.n_sets:
                continue
            widths = np.diff(plex.first)
            weight = np.maximum(plan[1:], 0.0)
            sums = np.add.reduceat(weight, plex.first[:-1] - 1)
            reached = np.repeat(sums > 0, widths)
            share = np.repeat(1.0 / np.where(sums > 0, sums, widths), widths)
            strategy[plex.row[1:]] = np.where(reached, weight, 1.0) * share
        return strategy
