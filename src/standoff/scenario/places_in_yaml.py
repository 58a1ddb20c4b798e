"""Where in YAML text a key or item can be put in, taken out or replaced: candidates, each a splice.

They are guesses from the places of what stands there; whoever asks reads each back (`in_place`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from standoff.scenario.positions import Span
from standoff.scenario.reader import Document
from standoff.scenario.write import entry_of, flow_of, item_of

__all__ = ["Places", "Splice"]

_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Splice:
    """Characters `start` to `end` of one text, and what stands in their place."""

    file: str
    start: int
    end: int
    insert: str

    def of(self, texts: Mapping[str, str]) -> dict[str, str]:
        """All texts, this one changed."""
        text = texts[self.file]
        return {**texts, self.file: text[: self.start] + self.insert + text[self.end :]}


class Places:
    """The places of a document that was read."""

    def __init__(self, document: Document, texts: Mapping[str, str]) -> None:
        self.data = document.data
        self.spans = document.positions.spans
        self._texts = texts

    def end(self, path: str) -> int:
        """Where the last value at or below a path ends. A block collection's own end may lie
        behind comments that belong to what comes next, so the ends of what is in it count.
        """
        span = self.spans[path]
        below = f"{path}."
        ends = [self._own_end(s) for p, s in self.spans.items()
                if p.startswith(below) and s.text is span.text]  # fmt: skip
        if span.flow or not ends:
            return self._own_end(span)
        return max(ends)

    def in_flow(self, path: str) -> bool:
        """Whether braces or brackets stand around a value."""
        while "." in path:
            path = path.rpartition(".")[0]
            if path in self.spans and self.spans[path].flow:
                return True
        return False

    def indent(self, path: str) -> str:
        """The spaces before the key (or dash) at a path."""
        span = self.spans[path]
        start = span.key_start if span.key_start >= 0 else self._dash(span)
        return " " * (start - self._line_start(span, start))

    def replaced(self, path: str, value: Any) -> Iterator[Splice]:
        """A value, of any kind, on one line in place of what stands there."""
        span = self.spans[path]
        text, end = span.text.text, self.end(path)
        if span.key_end >= 0:
            colon = text.find(":", span.key_end)
            if colon >= 0 and not text[colon + 1 : span.start].strip():
                nested = _many(value) and not self.in_flow(path)
                if nested and self._at(path) is None:
                    lines = self._entries(value, self.indent(path) + "  ")
                    yield self._lines_after(span, colon + 1, lines)
                yield _splice(span, colon + 1, max(end, colon + 1), " " + flow_of(value))
        yield _splice(span, span.start, max(end, span.start), flow_of(value))

    def key_added(self, head: str, key: str, value: Any, after: str | None) -> Iterator[Splice]:
        """A key more in a mapping that has some: behind one of them, or behind all."""
        prefix = f"{head}." if head else ""
        inside = [p for p in self.spans if p.startswith(prefix) and "." not in p[len(prefix) :]
                  and p and self.spans[p].key_start >= 0]  # fmt: skip
        if not inside:
            return
        # At the top, the file in which the crisis itself is named.
        home = self.spans[head if head else "id" if "id" in self.spans else inside[0]].text
        inside = [p for p in inside if self.spans[p].text is home]
        inside.sort(key=lambda p: self.spans[p].key_start)
        last = prefix + after if after and prefix + after in inside else inside[-1]
        here = self.spans[last]
        if head and self.spans[head].flow:
            yield _splice(here, self.end(last), self.end(last), f", {flow_of({key: value})[1:-1]}")
            return
        column = self.spans[inside[0]].key_start
        indent = " " * (column - self._line_start(self.spans[inside[0]], column))
        lines = entry_of(key, value, indent)
        yield self._lines_after(here, self.end(last), lines)
        if last != inside[-1]:
            yield self._lines_after(self.spans[inside[-1]], self.end(inside[-1]), lines)
        first = self.spans[inside[0]]
        above = self._newline(first).join(lines)[len(indent) :]
        yield _splice(first, column, column, above + self._newline(first) + indent)

    def item_added(self, head: str, count: int, value: Any) -> Iterator[Splice]:
        """An item more at the end of a list that has some."""
        last = f"{head}.{count - 1}"
        span = self.spans[last]
        if self.spans[head].flow and self.spans[head].text is span.text:
            end = self.end(last)
            yield _splice(span, end, end, f", {flow_of(value)}")
            return
        lines = item_of(value, self.indent(last))
        yield self._lines_after(span, self.end(last), lines)

    def taken_out(self, path: str, home: Any) -> Iterator[Splice]:
        """A key or item less."""
        head = path.rpartition(".")[0]
        span = self.spans[path]
        if len(home) == 1:
            if head:
                yield from self.replaced(head, type(home)())
            return
        names = [str(i) for i in range(len(home))] if isinstance(home, list) else list(home)
        beside = [f"{head}.{n}" if head else n for n in names]
        beside = [p for p in beside if self.spans[p].text is span.text]
        at = beside.index(path)
        start, end = self._start(path), self.end(path)
        if head and self.spans[head].flow and self.spans[head].text is span.text:
            if at + 1 < len(beside):
                yield _splice(span, start, self._start(beside[at + 1]), "")
            if at:
                yield _splice(span, self.end(beside[at - 1]), end, "")
            return
        line = self._line_start(span, start)
        if not span.text.text[line:start].strip():
            yield _splice(span, line, self._line_end(span, end, behind=True), "")
            yield _splice(span, max(line - 1, 0), self._line_end(span, end, behind=False), "")
        if at + 1 < len(beside):  # on the line of a dash
            yield _splice(span, start, self._start(beside[at + 1]), "")

    # -- inside

    def _at(self, path: str) -> Any:
        data: Any = self.data
        for part in path.split("."):
            data = data[int(part)] if isinstance(data, list) else data[part]
        return data

    def _entries(self, value: Any, indent: str) -> list[str]:
        if isinstance(value, dict):
            return [line for k, v in value.items() for line in entry_of(k, v, indent)]
        return [line for v in value for line in item_of(v, indent)]

    def _own_end(self, span: Span) -> int:
        text, end = span.text.text, span.end
        if text[span.start : span.start + 1] in ("|", ">"):  # a block scalar ends at the next key
            while end > span.start and text[end - 1].isspace():
                end -= 1
        return end

    def _start(self, path: str) -> int:
        span = self.spans[path]
        if span.key_start >= 0:
            return span.key_start
        head = path.rpartition(".")[0]
        return span.start if head in self.spans and self.spans[head].flow else self._dash(span)

    def _dash(self, span: Span) -> int:
        """Where the dash of a list's item stands."""
        text, at = span.text.text, span.start
        while at > 0 and text[at - 1] in " \t\r\n":
            at -= 1
        return at - 1 if at > 0 and text[at - 1] == "-" else span.start

    def _line_start(self, span: Span, at: int) -> int:
        return max(span.text.text.rfind("\n", 0, at), span.text.text.rfind("\r", 0, at)) + 1

    def _line_end(self, span: Span, at: int, *, behind: bool) -> int:
        found = _BREAK.search(span.text.text, at)
        if found is None:
            return len(span.text.text)
        return found.end() if behind else found.start()

    def _newline(self, span: Span) -> str:
        found = _BREAK.search(span.text.text)
        return found[0] if found else "\n"

    def _lines_after(self, span: Span, at: int, lines: list[str]) -> Splice:
        """Lines put in behind the line on which something ends."""
        place = self._line_end(span, at, behind=False)
        new = self._newline(span)
        return _splice(span, place, place, "".join(f"{new}{line}" for line in lines))


def _many(value: Any) -> bool:
    """Whether it holds mappings, which read better on lines of their own."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(one, dict | list) for one in items)


def _splice(span: Span, start: int, end: int, insert: str) -> Splice:
    return Splice(span.text.name, start, end, insert)
