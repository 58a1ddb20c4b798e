"""The columns of the state table: what values each may hold, and what to do with others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.compile.interning import Rows

if TYPE_CHECKING:
    from standoff.scenario.names import Names

Float = NDArray[np.float64]
TYPE = "type:"
"""Prefix of the columns that hold types drawn at the root."""


@dataclass(frozen=True)
class Column:
    """One state variable, or the type of an actor whose types stand in the tree."""

    name: str
    kind: str  # boolean, levels, integer, number or type
    labels: tuple[str, ...]  # of levels and types
    low: int
    count: int  # values it may hold, 0 for a number
    clip: bool

    def settled(self, values: Float) -> tuple[Float, NDArray[np.intp]]:
        """`values` as the column may hold them (clipped, without minus zero), and the places at
        which it may not hold them.
        """
        with np.errstate(invalid="ignore"):
            good = np.isfinite(values)
            out = values
            if self.kind != "number":
                out = np.rint(values)
                good &= np.abs(out - values) < 1e-9
                high = self.low + self.count - 1
                if self.clip:
                    out = np.clip(out, self.low, high)
                good &= (out >= self.low) & (out <= high)
        return out + 0.0, np.flatnonzero(~good)

    def text(self, value: float) -> str:
        """A value as an author would write it."""
        if self.kind == "boolean" and value in (0, 1):
            return "true" if value else "false"
        if self.labels and value == int(value) and 0 <= value < len(self.labels):
            return self.labels[int(value)]
        return f"{value:g}"

    @property
    def holds(self) -> str:
        """What the column may hold, in words."""
        if self.kind == "boolean":
            return "true or false"
        if self.labels:
            return "one of " + ", ".join(self.labels)
        if self.kind == "integer":
            return f"a whole number from {self.low} to {self.low + self.count - 1}"
        return "a finite number"


@dataclass(frozen=True)
class Columns:
    """All columns of the state table: the state variables as listed, then the types."""

    all: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.all)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name of each column."""
        return tuple(c.name for c in self.all)

    def place(self, name: str) -> int:
        """Place of a column."""
        return self.names.index(name)

    def table(self) -> Rows:
        """An empty table of distinct states."""
        return Rows(tuple(c.count for c in self.all), tuple(c.low for c in self.all))

    def describe(self, row: Float, but: frozenset[str] = frozenset()) -> str:
        """A state in words, types included."""
        parts = []
        for column, value in zip(self.all, row, strict=True):
            if column.name in but:
                continue
            if column.kind == "type":
                parts.append(f"{column.name.removeprefix(TYPE)} is {column.text(value)}")
            else:
                parts.append(f"{column.name} = {column.text(value)}")
        return ", ".join(parts) or "no state variables"


def columns_of(names: Names, in_tree: tuple[str, ...]) -> Columns:
    """The columns of a scenario in which the types of the actors `in_tree` stand in the tree."""
    found = []
    for v in names.variables.values():
        low, high = v.range or (0, -1)
        found.append(Column(v.name, v.kind, v.levels, low, high - low + 1, v.overflow == "clip"))
    for actor in in_tree:
        types = names.types(actor)
        found.append(Column(TYPE + actor, "type", types, 0, len(types), False))
    return Columns(tuple(found))
