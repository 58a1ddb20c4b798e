"""What the leaves of an expression stand for, on rows of the state table.

Without draws a value is an array over rows; with draws it broadcasts to [rows, V]. An actor's type
is read from its column where its types stand in the tree, else from `own`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.compile.columns import TYPE
from standoff.scenario.expressions import (
    Clock,
    EndingIs,
    Expr,
    Leaf,
    Parameter,
    TypeIs,
    Variable,
    evaluate,
)

if TYPE_CHECKING:
    from standoff.compile.rules import Rules

Float = NDArray[np.float64]


class Scene:
    """Rows of states, each in a round and (for payoffs) with an ending."""

    def __init__(
        self,
        rules: Rules,
        states: Float,
        rounds: int | NDArray[np.int32],
        *,
        endings: NDArray[np.int32] | None = None,
        values: Mapping[str, Float] | None = None,
        own: Mapping[str, int] | None = None,
    ) -> None:
        """`states` is [rows, columns], `rounds` counts from 1, `values` are `Draws.values`."""
        self._rules = rules
        self.states = states
        self._rounds = rounds
        self._endings = endings
        self._values = values
        self._own = own or {}
        self._columns = rules.columns.names if states.shape[1] else ()

    @classmethod
    def constants(cls, rules: Rules) -> Scene:
        """A scene without states: numbers and fixed parameters only."""
        return cls(rules, np.empty((1, 0)), 1)

    def __len__(self) -> int:
        return len(self.states)

    def value(self, expr: Expr) -> Float:
        """[rows] without draws, else something that broadcasts to [rows, V]."""
        found = np.asarray(evaluate(expr, self._leaf), dtype=np.float64)
        if self._values is None:
            return np.broadcast_to(found, len(self.states))
        return found if found.ndim == 2 else np.broadcast_to(found, (1, 1))

    def truth(self, expr: Expr) -> NDArray[np.bool_]:
        """[rows] whether it holds (without draws)."""
        return np.asarray(self.value(expr) != 0)

    def _leaf(self, leaf: Leaf) -> Any:
        if isinstance(leaf, Variable):
            return self._column(leaf.name)
        if isinstance(leaf, Parameter):
            return self._parameter(leaf.name)
        if isinstance(leaf, Clock):
            return self._clock(leaf.word)
        if isinstance(leaf, TypeIs):
            place = self._rules.names.types(leaf.actor).index(leaf.type)
            if leaf.actor in self._own:
                return np.asarray(self._own[leaf.actor] == place)
            return self._column(TYPE + leaf.actor) == place
        if isinstance(leaf, EndingIs) and self._endings is not None:
            wanted = [self._rules.endings.index(e) for e in leaf.endings]
            return self._shaped(np.isin(self._endings, wanted))
        raise TypeError(f"{type(leaf).__name__} has no value here")

    def _shaped(self, values: NDArray[Any]) -> NDArray[Any]:
        return values if self._values is None else values[:, None]

    def _column(self, name: str) -> NDArray[Any]:
        return self._shaped(self.states[:, self._columns.index(name)])

    def _clock(self, word: str) -> Any:
        calendar = self._rules.calendar
        if word == "round":
            each = [r.number for r in calendar.rounds]
        elif word == "day":
            each = [r.day for r in calendar.rounds]
        elif word == "days_left":
            each = [calendar.days_left(r.number) for r in calendar.rounds]
        else:
            each = list(calendar.days)
        table = np.array([0, *each], dtype=np.float64)
        if isinstance(self._rounds, int):
            return table[self._rounds]
        return self._shaped(table[self._rounds])

    def _parameter(self, name: str) -> Any:
        info = self._rules.names.parameters[name]
        if info.by is None:
            return self._number(name)
        types = self._rules.names.types(info.by)
        if info.by in self._own:
            return self._number(f"{name}.{types[self._own[info.by]]}")
        place = self.states[:, self._columns.index(TYPE + info.by)].astype(np.intp)
        stack = np.stack([np.atleast_1d(np.asarray(self._number(f"{name}.{t}")).reshape(-1))
                          for t in types])  # [T, V or 1]  # fmt: skip
        return stack[place, 0] if self._values is None else stack[place]

    def _number(self, key: str) -> Any:
        if self._values is None:
            return self._rules.fixed[key]
        return np.asarray(self._values[key], dtype=np.float64)[None, :]
