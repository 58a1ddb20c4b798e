"""Where each key and value of a scenario stands in the text that the user wrote.

A key path is dotted (``turns.3.moves.strike.when``, list items from 0), as in `Problem.path`.
Only character offsets are stored; lines and columns are worked out when a problem needs them.
A path that came out of `expand` (a shared move, a proposal) leads back through `origins`.
"""

from __future__ import annotations

import re
import weakref
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from standoff.errors import Position, Problem

if TYPE_CHECKING:
    from standoff.scenario.models import Scenario

__all__ = ["Positions", "Span", "Text", "attach", "join", "positions_of"]

# The breaks that YAML counts as line ends; str.splitlines has others.
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")


class Text:
    """One file's text with its line starts."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.starts = [0, *(m.end() for m in _BREAK.finditer(text))]

    def position(self, start: int, end: int | None = None) -> Position:
        """The place of the characters from `start` to `end` (cut at the end of the first line)."""
        start = max(0, min(start, len(self.text)))
        row = bisect_right(self.starts, start) - 1
        stop = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.text)
        last = min(end if end is not None else start + 1, stop)
        width = len(self.text[start:last].rstrip())
        return Position(self.name, row + 1, start - self.starts[row] + 1, max(1, width))

    def line(self, number: int) -> str:
        """Line `number` (from 1) without its break; empty where there is none."""
        if not 1 <= number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        stop = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[start:stop].rstrip("\r\n\x85\u2028\u2029")


@dataclass(frozen=True)
class Span:
    """Character offsets of a value, and of its key where it has one, in one text."""

    text: Text
    start: int
    end: int
    key_start: int = -1
    key_end: int = -1
    flow: bool = False
    """Whether it is a list in brackets or a mapping in braces."""


@dataclass(frozen=True)
class Positions:
    """Key path -> place. Immutable; `expand` makes a new one with `origins` added."""

    spans: Mapping[str, Span] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    """Expanded key path (a whole subtree) -> the key path that the user wrote."""

    def written(self, path: str) -> str:
        """The key path in the user's text that `path` came from."""
        for head in _heads(path):
            if head in self.origins:
                return self.origins[head] + path[len(head) :]
        return path

    def at(self, path: str) -> Position | None:
        """The place of the value at `path`, or of the nearest enclosing one that is known."""
        for head in _heads(self.written(path)):
            span = self.spans.get(head)
            if span is not None:
                return span.text.position(span.start, span.end)
        return None

    def key(self, path: str) -> Position | None:
        """The place of the key at `path`; of its value where it has no key (a list item)."""
        for head in _heads(self.written(path)):
            span = self.spans.get(head)
            if span is not None:
                if span.key_start >= 0:
                    return span.text.position(span.key_start, span.key_end)
                return span.text.position(span.start, span.end)
        return None

    def flow(self, path: str) -> bool:
        """Whether a list or mapping is written in brackets or braces."""
        span = self.spans.get(self.written(path))
        return span is not None and span.flow

    def inside(self, path: str, column: int, width: int = 1) -> Position | None:
        """The place of character `column` (from 1) of the scalar at `path`.

        Folded, quoted and escaped scalars are aligned with their source character by character;
        where the two can't be matched the answer is the scalar's own place.
        """
        written = self.written(path)
        span = self.spans.get(written)
        if span is None:
            return self.at(path)
        return span.text.position(*_aligned(span, column, width))

    def problem(self, problem: Problem, *, key: bool = False) -> Problem:
        """`problem` with the position of its path, and the path as the user knows it."""
        if problem.position is not None or not problem.path:
            return problem
        place = self.key(problem.path) if key else self.at(problem.path)
        return replace(problem, position=place, path=self.written(problem.path))

    def with_origins(self, origins: Mapping[str, str]) -> Positions:
        """The same places with more expanded paths that lead back to written ones."""
        earlier = {path: self.written(target) for path, target in origins.items()}
        return Positions(self.spans, self.texts, {**self.origins, **earlier})


def join(*parts: str | int) -> str:
    """A key path from its parts."""
    return ".".join(str(p) for p in parts)


def _heads(path: str) -> Iterable[str]:
    """`path` and everything that encloses it, innermost first."""
    while True:
        yield path
        head, dot, _ = path.rpartition(".")
        if not dot:
            break
        path = head
    if path:
        yield ""


def _aligned(span: Span, column: int, width: int) -> tuple[int, int]:
    source = span.text.text[span.start : span.end]
    value = span.value if isinstance(span, ScalarSpan) else source
    cursor, first = 0, -1
    for index, char in enumerate(value):
        if index >= column - 1 + width:
            break
        if not char.isspace():
            found = source.find(char, cursor)
            if found < 0:
                return span.start, span.end
            cursor = found + 1
            if index >= column - 1 and first < 0:
                first = found
    if first < 0:  # past the end of the text: something is missing there
        return span.start + cursor, span.start + cursor + 1
    return span.start + first, span.start + cursor


@dataclass(frozen=True)
class ScalarSpan(Span):
    """A scalar, with the text that YAML made of it."""

    value: str = ""


# A frozen model with mappings in it has no hash, so the map is by identity.
_ATTACHED: dict[int, tuple[weakref.ref[Scenario], Positions]] = {}
_NOWHERE = Positions()


def attach(scenario: Scenario, positions: Positions) -> Scenario:
    """Remember the places of `scenario`'s keys for as long as it lives; returns the scenario."""
    key = id(scenario)
    _ATTACHED[key] = (weakref.ref(scenario, lambda _: _ATTACHED.pop(key, None)), positions)
    return scenario


def positions_of(scenario: Scenario) -> Positions:
    """The places of a scenario's keys; empty for one that was built in Python."""
    held = _ATTACHED.get(id(scenario))
    return held[1] if held is not None and held[0]() is scenario else _NOWHERE
