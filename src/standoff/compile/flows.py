"""Which differences between states the payoffs can feel.

Payoff rows are shared by all states that agree on what the objectives read, so that the payoff
table stays short.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.compile.columns import TYPE
from standoff.compile.interning import kinds
from standoff.compile.rules import Rules
from standoff.scenario.expressions import Clock, EndingIs, Expr, leaves, variables_in

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


def read_columns(rules: Rules, expressions: Iterable[Expr | None]) -> tuple[int, ...]:
    """Places of the columns that some expressions read: variables, and types in the tree."""
    names = rules.columns.names
    found: set[int] = set()
    for expr in expressions:
        if expr is None:
            continue
        found |= {names.index(v) for v in variables_in(expr)}
        found |= {names.index(TYPE + a) for a in rules.owners(expr) if a in rules.in_tree}
    return tuple(sorted(found))


@dataclass(frozen=True)
class Classes:
    """States apart from what a family of payoff terms can't feel."""

    columns: tuple[int, ...]
    ending: bool
    round: bool
    any: bool  # whether there are such terms at all

    @classmethod
    def of_flows(cls, rules: Rules) -> Classes:
        """For what is paid at the end of each round."""
        terms = [t for t in rules.terms if t.each_round is not None]
        read = [e for t in terms for e in (t.each_round, t.discount, *t.weight)]
        return cls(_with_own_types(rules, read), False, True, bool(terms))

    @classmethod
    def of_finals(cls, rules: Rules) -> Classes:
        """For what is paid once at an end (flows up to the horizon included)."""
        horizon = [t for t in rules.terms if t.each_round is not None and t.to_horizon]
        terms = [t for t in rules.terms if t.value is not None] + horizon
        read: list[Expr | None] = [
            e for t in terms for e in (t.value, *t.weight, t.discount) if e is not None
        ]
        read += [t.each_round for t in horizon]
        lottery = [odds for outcomes in rules.lotteries.values() for _, odds, _ in outcomes]
        inside = [leaf for e in [*read, *lottery] if e is not None for leaf in leaves(e)]
        return cls(
            _with_own_types(rules, [*read, *lottery]),
            any(isinstance(leaf, EndingIs) for leaf in inside),
            bool(horizon) or any(isinstance(leaf, Clock) for leaf in inside),
            True,
        )

    def of(
        self, states: Float, ids: Int32, ending: Int32 | None = None, number: Int32 | None = None
    ) -> tuple[Int32, Int32]:
        """[rows] class of each state, and [classes] one state of each."""
        kind, first = self.kinds(states, ending, number)
        return kind, ids[first]

    def kinds(
        self, states: Float, ending: Int32 | None = None, number: Int32 | None = None
    ) -> tuple[Int32, NDArray[np.intp]]:
        """[rows] class of each row, and [classes] the first row of each."""
        read: list[NDArray[np.float64] | Int32] = [states[:, c] for c in self.columns]
        if self.ending and ending is not None:
            read.append(ending)
        if self.round and number is not None:
            read.append(number)
        return kinds(read or [np.zeros(len(states), np.int32)])


def _with_own_types(rules: Rules, read: Iterable[Expr | None]) -> tuple[int, ...]:
    # A player's stake may differ by type, and with it the scale of its payoffs.
    names = rules.columns.names
    own = {names.index(TYPE + a) for a in rules.in_tree if a in rules.players}
    return tuple(sorted({*read_columns(rules, read), *own}))
