"""Where an expression or query stands, so that a complaint about it can point inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from standoff.errors import Position, Problem, ScenarioError

__all__ = ["Inside", "Place", "Where", "as_place"]


class Inside(Protocol):
    """What of `standoff.scenario.positions.Positions` is needed here."""

    def at(self, path: str) -> Position | None:
        """The place of the value at a key path."""
        ...

    def inside(self, path: str, column: int, width: int = 1) -> Position | None:
        """The place `column` characters (from 1) into the text at a key path."""
        ...


@dataclass(frozen=True)
class Place:
    """A text that a user wrote: its key path, and the positions of the file where there is one.

    Without positions a problem points into the text itself: `file` stands for it, and `text`, where
    it is given, goes with the problem so that it can be shown.
    """

    path: str = ""
    positions: Inside | None = None
    file: str = "expression"
    text: str = ""

    def at(self, column: int, width: int = 1) -> Position:
        """Position of a column (from 1) of the text; 0 stands for the whole of it."""
        if not column and self.positions is not None:
            found = self.positions.at(self.path)
        else:
            found = self.positions.inside(self.path, column, width) if self.positions else None
        whole = (1, max(1, len(self.text)))
        return found or Position(self.path or self.file, 1, *((column, width) if column else whole))

    def problem(
        self,
        code: str,
        message: str,
        column: int = 0,
        width: int = 1,
        *,
        found: str = "",
        expected: str = "",
        nearest: str = "",
    ) -> Problem:
        """A complaint that points at `column` (0: the whole text)."""
        where = self.at(column, width)
        return Problem(code, message, where, self.path, found, expected, nearest, text=self.text)

    def fail(
        self,
        code: str,
        message: str,
        column: int = 0,
        width: int = 1,
        *,
        found: str = "",
        expected: str = "",
        nearest: str = "",
    ) -> ScenarioError:
        """The same as an exception, to be raised."""
        return ScenarioError(
            self.problem(
                code, message, column, width, found=found, expected=expected, nearest=nearest
            )
        )


Where = Place | str | None
"""A place, or a bare key path."""


def as_place(where: Where) -> Place:
    """`where` as a `Place`."""
    if where is None:
        return Place()
    return Place(where) if isinstance(where, str) else where
