"""Payoffs: each objective's part of every row of the payoff table, for V variants.

A term is evaluated once for each combination of what it reads (variables, round, ending), then
gathered: `peace: -war` is worked out twice, however long the table is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.compile.flows import read_columns
from standoff.compile.interning import kinds
from standoff.compile.rules import TermRule
from standoff.compile.scene import Scene
from standoff.scenario.expressions import Clock, EndingIs, Expr, leaves

Float = NDArray[np.float64]
Int32 = NDArray[np.int32]
Int = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Paid:
    """What payoff rows are made of: `row` earns the value in `state`, `round` with `ending`, times
    `odds` (a lottery's) where those are given.
    """

    row: Int32
    state: Int32
    round: Int32
    ending: Int32 | None = None
    odds: Float | None = None  # [entries, V]


@dataclass(frozen=True, eq=False)
class Parts:
    """Payoff parts by player and objective, worked out when asked for."""

    compiled: Compiled
    draws: Draws
    names: tuple[tuple[str, str], ...]  # (player, objective)
    _of: Callable[[TermRule, int], Float]

    def of(self, player: str, objective: str) -> Float:
        """[R, T, V] part of an objective in every payoff row, by the player's type (T as kept as an
        axis); weighted, in the scenario's units.
        """
        rules = self.compiled.rules
        term = next(
            t for t in rules.terms if (rules.players[t.player], t.name) == (player, objective)
        )
        n_types = len(self.compiled.game.types[term.player])
        return np.stack([self._of(term, t) for t in range(n_types)], axis=1)


def parts(compiled: Compiled, draws: Draws) -> Parts:
    """Payoff parts, for `E(actor.objective)` and the note's table of objectives."""
    table = PayoffTable(compiled, draws)
    rules = compiled.rules
    names = tuple((rules.players[t.player], t.name) for t in rules.terms)

    def of(term: TermRule, kind: int) -> Float:
        return table.total([term], kind)

    return Parts(compiled, draws, names, of)


def flow_parts(
    compiled: Compiled, draws: Draws, rounds: Iterable[int], rows: NDArray[np.integer]
) -> Parts:
    """What terms by the round earn at the end of some rounds alone (after play has ended too, where
    a term runs to the horizon): row i of the tables is payoff row ``rows[i]``, ascending.
    """
    table = _FlowTable(compiled, draws, np.array(sorted(rounds), dtype=np.int32), rows)
    names = tuple(
        (compiled.rules.players[t.player], t.name)
        for t in compiled.rules.terms
        if t.each_round is not None
    )

    def of(term: TermRule, kind: int) -> Float:
        return table.total([term], kind)

    return Parts(compiled, draws, names, of)


class PayoffTable:
    """The payoff rows of a game, ready to be priced."""

    def __init__(self, compiled: Compiled, draws: Draws) -> None:
        self.compiled = compiled
        self.rules = compiled.rules
        self.draws = draws

    @cached_property
    def flows(self) -> Paid:
        """Flows of the rounds reached."""
        c = self.compiled
        return Paid(c.flow_row, c.flow_state, c.flow_round)

    @cached_property
    def later(self) -> Paid:
        """Flows of the rounds after play has ended, for terms that run to the horizon."""
        c = self.compiled
        left = self.rules.rounds - c.final_round
        row = np.repeat(np.arange(len(left)), left)
        first = np.cumsum(left) - left
        number = c.final_round[row] + 1 + np.arange(len(row)) - first[row]
        return Paid(c.final_row[row], c.final_state[row], number.astype(np.int32))

    @cached_property
    def finals(self) -> Paid:
        """Values at the ends, for terms that don't ask how play ended: lotteries as they are."""
        c = self.compiled
        return Paid(c.final_row, c.final_state, c.final_round)

    @cached_property
    def certain(self) -> Paid:
        """Values at the ends that are no lotteries, with their endings."""
        c = self.compiled
        at = np.flatnonzero(~np.isin(c.final_ending, list(self.rules.lotteries)))
        return Paid(c.final_row[at], c.final_state[at], c.final_round[at], c.final_ending[at])

    @cached_property
    def drawn(self) -> Paid:
        """Values at the outcomes of lotteries, times their odds."""
        c = self.compiled
        at, ending = [np.empty(0, np.intp)], [np.empty(0, np.int32)]
        odds = [np.empty((0, self.draws.n_variants))]
        for lottery, outcomes in self.rules.lotteries.items():
            mine = np.flatnonzero(c.final_ending == lottery)
            if not len(mine):
                continue
            chances = self.lottery(lottery, c.final_state[mine], c.final_round[mine])
            for (outcome, _, _), p in zip(outcomes, chances, strict=True):
                at.append(mine)
                ending.append(np.full(len(mine), outcome, np.int32))
                odds.append(p)
        place = np.concatenate(at)
        return Paid(c.final_row[place], c.final_state[place], c.final_round[place],
                    np.concatenate(ending), np.concatenate(odds))  # fmt: skip

    def lottery(self, lottery: int, states: Int32, number: Int32) -> list[Float]:
        """[rows, V] odds of each outcome of a lottery in some states."""
        scene = Scene(self.rules, self.compiled.states[states], number, values=self.draws.values)
        shape = (len(states), self.draws.n_variants)
        found = [
            np.zeros(shape) if e is None else np.broadcast_to(scene.value(e), shape)
            for _, e, _ in self.rules.lotteries[lottery]
        ]
        left = 1.0 - np.sum(found, axis=0)
        return [
            np.clip(left, 0.0, None) if e is None else p
            for p, (_, e, _) in zip(found, self.rules.lotteries[lottery], strict=True)
        ]

    def total(self, terms: Iterable[TermRule], kind: int) -> Float:
        """[R, V] what some terms of one player pay in each row, for one of its types."""
        out = _Sum(self.compiled.n_payoff_rows, self.draws.n_variants)
        for term in terms:
            self._add(out, term, kind)
        return out.total()

    def _add(self, out: _Sum, term: TermRule, kind: int) -> None:
        own = self._own(term.player, kind)
        if term.value is not None:
            asks = any(isinstance(leaf, EndingIs) for leaf in leaves(term.value))
            for paid in (self.certain, self.drawn) if asks else (self.finals,):
                self._pay(out, paid, term, term.value, own, kind, flow=False)
        if term.each_round is not None:
            self._pay(out, self.flows, term, term.each_round, own, kind, flow=True)
            if term.to_horizon:
                self._pay(out, self.later, term, term.each_round, own, kind, flow=True)

    def at_ending(
        self, player: int, own: dict[str, int], states: Int32, number: Int32, ending: Int32
    ) -> Float:
        """[rows] what a player's values pay in some states with some endings (first variant)."""
        total = np.zeros(len(states))
        scene = Scene(
            self.rules, self.compiled.states[states], number, endings=ending,
            values=self.draws.values, own=own,
        )  # fmt: skip
        for term in self.rules.terms:
            if term.player != player or term.value is None:
                continue
            weights = self._weights(term, next(iter(own.values()), 0), own)
            value = scene.value(term.value) * self._weight(scene, weights, term, scene.states)
            total += np.broadcast_to(value, (len(states), self.draws.n_variants))[:, 0]
        return total

    def at_lottery(
        self, player: int, own: dict[str, int], states: Int32, number: Int32, lottery: Int32
    ) -> Float:
        """[rows] the mean of `at_ending` over each row's lottery."""
        total = np.zeros(len(states))
        for each in np.unique(lottery):
            mine = np.flatnonzero(lottery == each)
            at, when = states[mine], number[mine]
            chances = self.lottery(int(each), at, when)
            for (outcome, _, _), odds in zip(self.rules.lotteries[int(each)], chances, strict=True):
                label = np.full(len(mine), outcome, np.int32)
                total[mine] += odds[:, 0] * self.at_ending(player, own, at, when, label)
        return total

    def _own(self, player: int, kind: int) -> dict[str, int]:
        types = self.compiled.game.types[player]
        return {} if types == ("",) else {self.rules.players[player]: kind}

    def _pay(
        self, out: _Sum, paid: Paid, term: TermRule, expr: Expr, own: dict[str, int], kind: int,
        *, flow: bool,
    ) -> None:  # fmt: skip
        if not len(paid.row):
            return
        states = self.compiled.states[paid.state]
        read: list[NDArray[np.float64] | Int32] = []
        weights = self._weights(term, kind, own)
        used = [expr, *weights, *([term.discount] if flow else [])]
        read += [states[:, c] for c in read_columns(self.rules, used)]
        if len(weights) > 1:
            read.append(states[:, self._type_column(term.player)])
        inside = [leaf for e in used for leaf in leaves(e)]
        if flow or any(isinstance(leaf, Clock) for leaf in inside):
            read.append(paid.round)
        if paid.ending is not None and any(isinstance(leaf, EndingIs) for leaf in inside):
            read.append(paid.ending)
        place, first = kinds(read or [np.zeros(len(states), np.int32)])
        scene = Scene(
            self.rules, states[first], paid.round[first],
            endings=None if paid.ending is None else paid.ending[first],
            values=self.draws.values, own=own,
        )  # fmt: skip
        value = scene.value(expr) * self._weight(scene, weights, term, states[first])
        if flow:
            since = (paid.round[first] - 1).astype(np.float64)[:, None]
            value = value * scene.value(term.discount) ** since
            if term.per_day:
                days = np.array([0, *self.rules.calendar.days], dtype=np.float64)
                value = value * days[paid.round[first]][:, None]
        value = np.broadcast_to(value, (len(first), self.draws.n_variants))
        if not np.isfinite(value).all():
            row = int(np.flatnonzero(~np.isfinite(value).all(axis=1))[0])
            path = f"{term.path}.{'each_round' if flow else 'value'}"
            raise self.rules.names.place(path).fail(
                "payoff-not-finite",
                f"the payoff of objective {term.name} is not a finite number",
                found="in the state " + self.rules.columns.describe(states[first[row]]),
            )
        if value.any():
            out.add(paid, value, place)

    def _weights(self, term: TermRule, kind: int, own: dict[str, int]) -> tuple[Expr, ...]:
        if len(term.weight) > 1 and own:
            return (term.weight[kind],)
        return term.weight

    def _type_column(self, player: int) -> int:
        from standoff.compile.columns import TYPE

        return self.rules.columns.place(TYPE + self.rules.players[player])

    def _weight(
        self, scene: Scene, weights: tuple[Expr, ...], term: TermRule, states: Float
    ) -> Float:
        if len(weights) == 1:
            return scene.value(weights[0])
        # Types that stand in the tree: the row's own type says which weight is meant.
        kind = states[:, self._type_column(term.player)].astype(np.intp)
        each = [np.broadcast_to(scene.value(w), (len(states), self.draws.n_variants))
                for w in weights]  # fmt: skip
        return np.stack(each)[kind, np.arange(len(states))]


class _FlowTable(PayoffTable):
    """Flows of some rounds, in some payoff rows."""

    def __init__(
        self, compiled: Compiled, draws: Draws, rounds: Int32, rows: NDArray[np.integer]
    ) -> None:
        super().__init__(compiled, draws)
        self._rounds = rounds
        self._rows = rows

    @cached_property
    def flows(self) -> Paid:
        """Flows of the rounds reached, of those asked for."""
        return self._some(super().flows)

    @cached_property
    def later(self) -> Paid:
        """The same after play has ended."""
        return self._some(super().later)

    def total(self, terms: Iterable[TermRule], kind: int) -> Float:
        """[rows, V]"""
        out = _Sum(len(self._rows), self.draws.n_variants)
        for term in terms:
            if term.each_round is not None:
                own = self._own(term.player, kind)
                self._pay(out, self.flows, term, term.each_round, own, kind, flow=True)
                if term.to_horizon:
                    self._pay(out, self.later, term, term.each_round, own, kind, flow=True)
        return out.total()

    def _some(self, paid: Paid) -> Paid:
        at = np.flatnonzero(np.isin(paid.round, self._rounds) & np.isin(paid.row, self._rows))
        row = np.searchsorted(self._rows, paid.row[at]).astype(np.int32)
        return Paid(row, paid.state[at], paid.round[at])


class _Sum:
    """Sums of values by payoff row, as one sparse product."""

    def __init__(self, rows: int, variants: int) -> None:
        self._shape = (rows, variants)
        self._row: list[Int32] = []
        self._place: list[Int32] = []
        self._value: list[Float] = []
        self._count = 0

    def add(self, paid: Paid, value: Float, place: Int32) -> None:
        """Entry e earns ``value[place[e]]``, times its odds where it has any."""
        if paid.odds is not None:
            value = value[place] * paid.odds
            place = np.arange(len(place), dtype=np.int32)
        self._row.append(paid.row)
        self._place.append(place + np.int32(self._count))
        self._value.append(value)
        self._count += len(value)

    def total(self) -> Float:
        """[rows, V]"""
        from scipy.sparse import csr_array  # 0.1 s that only who prices a game should pay

        if not self._count:
            return np.zeros(self._shape)
        row, place = np.concatenate(self._row), np.concatenate(self._place)
        matrix = csr_array((np.ones(len(row)), (row, place)), shape=(self._shape[0], self._count))
        return np.asarray(matrix @ np.concatenate(self._value))
