"""Draws at the root: types that stand in the tree, and hidden starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.compile.columns import TYPE
from standoff.compile.known import known_zero
from standoff.compile.rules import Rules
from standoff.compile.scene import Scene
from standoff.scenario.expressions import Expr
from standoff.scenario.models import StartByType, StartDraw

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class RootMenu:
    """The outcomes of one draw on the rows so far, row-major."""

    row: Int32  # [edges] row before
    option: Int32  # [edges]
    start: Int32  # [rows + 1]
    values: Float  # [edges, columns] row after
    labels: tuple[str, ...]  # [edges]


@dataclass(frozen=True)
class RootDraw:
    """One draw: each option sets some columns."""

    rules: Rules
    actor: str  # whose type is drawn; "" for a start or a joint draw
    options: tuple[tuple[tuple[int, float], ...], ...]
    labels: tuple[str, ...]
    keys: tuple[str, ...]  # `Compiled.odds_root`
    odds: tuple[Expr | None, ...] | None  # of a start; None for types

    def menu(self, values: Float) -> RootMenu:
        """The options open at each row; those of odds zero are left out."""
        is_open = np.ones((len(values), len(self.options)), dtype=np.bool_)
        if self.odds is not None:
            scene = Scene(self.rules, values, 1)
            total = np.zeros(len(values))
            for place, expr in enumerate(self.odds):
                if expr is not None:
                    zero, value = known_zero(self.rules, expr, scene)
                    is_open[:, place] = ~zero
                    total += value
            for place, expr in enumerate(self.odds):
                if expr is None:
                    is_open[:, place] = ~(np.abs(1 - total) < 1e-12)
        row, option = np.nonzero(is_open)
        after = values[row]
        for place, sets in enumerate(self.options):
            for column, held in sets:
                after[option == place, column] = held
        start = np.zeros(len(values) + 1, np.int32)
        np.cumsum(is_open.sum(axis=1), out=start[1:])
        labels = tuple(self.labels[o] for o in option)
        return RootMenu(row.astype(np.int32), option.astype(np.int32), start,
                        self.with_types(after), labels)  # fmt: skip

    def with_types(self, values: Float) -> Float:
        """Start values that depend on a type that is now drawn."""
        rules = self.rules
        drawn = {c for sets in self.options for c, _ in sets}
        out = values
        for place, (name, variable) in enumerate(rules.scenario.state.items()):
            if not isinstance(variable.start, StartByType):
                continue
            column = rules.columns.place(TYPE + variable.start.by)
            if column not in drawn:
                continue
            starts = np.array([
                start_value(rules, name, variable.start.by_type[t], f"state.{name}.start.{t}")
                for t in rules.names.types(variable.start.by)
            ])  # fmt: skip
            out = out.copy()
            out[:, place] = starts[values[:, column].astype(np.intp)]
        return out


def start_value(rules: Rules, name: str, text: str, path: str) -> float:
    """A start value, as its variable may hold it."""
    raw = np.array([rules.start_value(name, text, path)])
    column = rules.columns.all[rules.columns.place(name)]
    value, bad = column.settled(raw)
    inside = column.count == 0 or column.low <= raw[0] < column.low + column.count
    if len(bad) or not inside:
        raise rules.names.place(path).fail(
            "state-out-of-range", f"{name} can't start so", found=text, expected=column.holds
        )
    return float(value[0])


def start_rows(rules: Rules) -> Float:
    """[1, columns] before any draw: fixed starts, and the lowest value of what will be drawn."""
    row = np.array([[float(c.low) for c in rules.columns.all]]).reshape(1, len(rules.columns))
    for place, (name, variable) in enumerate(rules.scenario.state.items()):
        if isinstance(variable.start, str):
            row[0, place] = start_value(rules, name, variable.start, f"state.{name}.start")
    return row


def root_draws(rules: Rules) -> Iterator[RootDraw]:
    """Types first (those of a joint table together), then starts as listed."""
    joint = rules.scenario.joint or ()
    tied = {a for row in joint for a in row.types if a in rules.in_tree}
    if tied:
        options = []
        for line in joint:
            options.append(tuple(
                (rules.columns.place(TYPE + a), float(rules.names.types(a).index(t)))
                for a, t in line.types.items()
            ))  # fmt: skip
        labels = tuple(", ".join(f"{a} is {t}" for a, t in line.types.items()) for line in joint)
        keys = tuple(f"joint:{i}" for i in range(len(joint)))
        yield RootDraw(rules, "", tuple(options), labels, keys, None)
    for actor in rules.in_tree:
        if actor in tied:
            continue
        types = rules.names.types(actor)
        column = rules.columns.place(TYPE + actor)
        yield RootDraw(
            rules, actor, tuple(((column, float(i)),) for i in range(len(types))),
            tuple(f"{actor} is {t}" for t in types), tuple(f"type:{actor}.{t}" for t in types),
            None,
        )  # fmt: skip
    for name, variable in rules.scenario.state.items():
        if isinstance(variable.start, StartDraw):
            column = rules.columns.place(name)
            drawn = rules.draws[name]
            for text, (_, _, path) in zip(variable.start.draw, drawn, strict=True):
                start_value(rules, name, text, path)
            yield RootDraw(
                rules, "", tuple(((column, value),) for value, _, _ in drawn),
                tuple(f"{name} = {t}" for t in variable.start.draw),
                tuple(f"start:{name}.{t}" for t in variable.start.draw),
                tuple(odds for _, odds, _ in drawn),
            )  # fmt: skip
