"""Nodes to dicts, lists and text with their places; brackets that YAML swallowed are recognized."""

from __future__ import annotations

from typing import Any

from standoff.errors import Problem
from standoff.scenario.positions import ScalarSpan, Span, Text, join
from standoff.scenario.yaml_nodes import Node

__all__ = ["Plainer"]


class Plainer:
    """Turns nodes into dicts, lists and text, and notes where each stood."""

    def __init__(self, source: Text) -> None:
        self.source = source
        self.spans: dict[str, Span] = {}
        self.problems: list[Problem] = []

    def plain(self, node: Node, path: str, key: Node | None) -> Any:
        """The data of `node`. Recursion is bounded by MAX_DEPTH, work by MAX_NODES."""
        key_start, key_end = (key.start, key.end) if key else (-1, -1)
        value = node.text if node.kind == "text" else None
        if value is not None:
            self.spans[path] = ScalarSpan(
                self.source, node.start, node.end, key_start, key_end, value=node.text
            )
            return value
        self.spans[path] = Span(self.source, node.start, node.end, key_start, key_end, node.flow)
        if node.kind == "null":
            return None
        if node.flow and self._swallowed(node, path):
            return {} if node.kind == "map" else []
        if node.kind == "list":
            return self._list(node, path)
        return self._map(node, path)

    def _list(self, node: Node, path: str) -> list[Any]:
        out = []
        for index, item in enumerate(node.items):
            if item.kind == "null":
                if not item.text:
                    self._add("empty-item", "an empty list item", item, join(path, index))
                    continue
                item = Node("text", item.start, item.end, plain=True, text=item.text, open=False)
            out.append(self.plain(item, join(path, index) if path else str(index), None))
        return out

    def _map(self, node: Node, path: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, item in zip(node.keys, node.items, strict=True):
            if key.kind in {"map", "list"}:
                self._add(
                    "quote-it",
                    "a key can't be a list or a mapping",
                    key,
                    path,
                    expected="text in braces or brackets stands in quotation marks: quote it",
                )
                continue
            if key.plain and key.text == "<<":
                self._add(
                    "merge-key",
                    "merge keys (<<) are not supported",
                    key,
                    path,
                    expected="an anchor for the whole value, or `use:` for a shared move",
                )
                continue
            inner = f"{path}.{key.text}" if path else key.text
            if key.text in out:
                first = self.spans[inner]
                line = self.source.position(first.key_start).line
                self._add(
                    "duplicate-key",
                    f"{key.text!r} is written twice",
                    key,
                    inner,
                    found=f"the first on line {line}",
                )
                continue
            out[key.text] = self.plain(item, inner, key)
        return out

    def _swallowed(self, node: Node, path: str) -> bool:
        """Whether commas or brackets that belong to an expression were taken for YAML's own."""
        run = _bare_run(node) if node.kind == "map" else _broken_list(node)
        if run is None:
            return False
        start, end = run
        text = self.source.text[start:end]
        self.problems.append(
            Problem(
                "quote-it",
                "YAML took the commas or brackets of this text for its own",
                self.source.position(start, end),
                path=path,
                found=text if len(text) < 80 else text[:77] + "...",
                expected=f'quote it: "{text}"'
                if len(text) < 80 and '"' not in text
                else "quote it",
            )
        )
        return True

    def _add(
        self, code: str, message: str, node: Node, path: str, found: str = "", expected: str = ""
    ) -> None:
        place = self.source.position(node.start, node.end)
        self.problems.append(Problem(code, message, place, path, found, expected))


def _bare_run(node: Node) -> tuple[int, int] | None:
    """In `{odds: clip(a, 0, 1)}` the keys `0` and `1)` have no value: from `clip(a` to `1)`."""
    for index, (key, item) in enumerate(zip(node.keys, node.items, strict=True)):
        bare = item.kind == "null" and not item.text and item.end <= key.end
        if not bare:
            continue
        before = node.items[index - 1] if index else key
        last = index
        while last + 1 < len(node.keys) and node.items[last + 1].kind == "null":
            last += 1
        return (before.start if before.kind == "text" else key.start), node.keys[last].end
    return None


def _broken_list(node: Node) -> tuple[int, int] | None:
    """In `[clip(a, 0, 1), 2]` the parentheses of `clip(a` close in a later item."""
    for index, item in enumerate(node.items):
        if not item.plain or item.text.count("(") <= item.text.count(")"):
            continue
        for later in node.items[index + 1 :]:
            if later.plain and later.text.count(")") > later.text.count("("):
                return item.start, later.end
    return None
