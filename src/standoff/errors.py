"""Errors that say where, what was found, what was expected and the nearest valid name.

Every complaint about something that a user wrote is a `Problem`; a `ScenarioError` carries one or
more of them. Nothing else in Standoff prints a complaint about a file in a form of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Position:
    """A place in a text; lines and columns count from 1, `width` is in characters."""

    file: str
    line: int
    column: int
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def shifted(self, columns: int, width: int = 1) -> Position:
        """The place `columns` further right on the same line."""
        return Position(self.file, self.line, self.column + columns, width)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong (or doubtful), in words that help to mend it.

    `code` is a stable short name (``unknown-key``); `path` is the key path in the scenario
    (``turns.3.moves.strike.when``), for readers that have no text to point into.
    """

    code: str
    message: str
    position: Position | None = None
    path: str = ""
    found: str = ""
    expected: str = ""
    nearest: str = ""
    severity: Severity = "error"
    text: str = ""  # what `position` points into, where that is no file (a query)

    def __str__(self) -> str:
        where = str(self.position) if self.position else self.path
        parts = [f"{where}: {self.message}" if where else self.message]
        if self.found:
            parts.append(f"found {self.found}")
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.nearest:
            parts.append(f"did you mean {self.nearest!r}?")
        return "; ".join(parts)


class StandoffError(Exception):
    """Base of every error that Standoff raises on purpose. `exit_code` is the command line's."""

    exit_code = 2


class ScenarioError(StandoffError):
    """What the user wrote can't be used. `problems` are all that were found, in file order."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(p) for p in self.problems))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        # An exception is pickled as its text unless told otherwise; workers raise these too.
        return type(self), (self.problems,)


class QueryError(ScenarioError):
    """A query that can't be parsed, names something unknown, or can't be answered."""


class GameFileError(ScenarioError):
    """A game file that can't be read, or is no game."""


class SourceError(ScenarioError):
    """A document that can't be read, or isn't in the library."""


class TooLarge(StandoffError):
    """The game would not fit; `advice` lists what would shrink it."""

    def __init__(self, message: str, advice: Sequence[str] = ()) -> None:
        self.advice = tuple(advice)
        super().__init__("\n".join([message, *self.advice]))
        self._message = message

    def __reduce__(self) -> tuple[type[TooLarge], tuple[str, tuple[str, ...]]]:
        return type(self), (self._message, self.advice)


class Unfinished(StandoffError):
    """There is no answer, though nothing is wrong with the question: no variant was solved."""

    exit_code = 3


class Cancelled(StandoffError):
    """Stopped by the user."""

    exit_code = 130


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate most like `name`, or the empty string."""
    found = get_close_matches(name, list(candidates), n=1, cutoff=0.6)
    return found[0] if found else ""
