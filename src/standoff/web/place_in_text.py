"""Where in a scenario a cursor stands, in text that need not be whole.

While somebody types, the text is mostly no YAML. So only the lines above are looked at: how far
they are indented, and which key each begins with. Braces on one line are followed too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_KEY = re.compile(r"""^(?:"([^"]*)"|'([^']*)'|([^\s#:{}\[\],"'][^:{}\[\],]*?))\s*:(?=\s|$)""")
_WORD = re.compile(r"[\w.-]*$")
LONGEST = 200_000
"""Characters above the cursor that are looked at."""


@dataclass(frozen=True)
class Place:
    """A cursor's place."""

    path: tuple[str, ...]
    """Keys from the top; `*` for an item of a list."""
    wants: str
    """`key` or `value`."""
    typed: str
    """The word that stands before the cursor and would be replaced."""


def place_at(text: str, line: int, column: int) -> Place:
    """The place before which a cursor stands; lines and columns from 1."""
    lines = text.split("\n")[:line]
    if len(lines) < line:
        return Place((), "key", "")
    prefix = lines[-1][: column - 1]
    above = lines[:-1]
    depth, rest, items = _opened(prefix)
    path = [*_above(above, depth, items > 0), *["*"] * items]
    found = _KEY.match(rest)
    if found is None:
        return _in_line(path, rest, "key")
    return _in_line([*path, _name(found)], rest[found.end() :].lstrip(), "value")


def _opened(line: str) -> tuple[int, str, int]:
    """How far a line's content is indented, that content, and how many dashes stand before it."""
    depth, items = len(line) - len(line.lstrip(" ")), 0
    rest = line[depth:]
    while rest.startswith("- ") or rest == "-":
        step = len(rest) - len(rest[1:].lstrip(" "))
        depth, rest, items = depth + step, rest[step:], items + 1
    return depth, rest, items


def _above(lines: list[str], depth: int, dash: bool) -> list[str]:
    """Keys that enclose something at an indentation (`dash`: after a dash of its own line)."""
    found: list[str] = []
    # What encloses it begins further left; a list may stand as far left as its key does.
    limit = depth - 2 + 1 if dash else depth
    seen = 0
    for line in reversed(lines):
        seen += len(line)
        if seen > LONGEST or limit <= 0:
            break
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        outer = len(line) - len(line.lstrip(" "))
        inner, rest, items = _opened(line)
        key = _KEY.match(rest)
        if items == 0:
            if inner < limit and key is not None:
                found.append(_name(key))
                limit = inner
        elif inner < limit:  # a key of the item encloses us
            if key is not None:
                found.append(_name(key))
            found += ["*"] * items
            limit = outer + 1
        elif inner == limit and outer < limit and not dash:  # the item's first key, beside ours
            found += ["*"] * items
            limit = outer + 1
        dash = dash and limit > outer
    return found[::-1]


def _in_line(path: list[str], rest: str, wants: str) -> Place:
    """Follow braces and brackets that are open on the line."""
    stack: list[str] = []
    here, start = list(path), 0
    quote = ""
    for index, char in enumerate(rest):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and (not rest[start:index].strip()):
            quote = char
        elif char in "{[":
            key = _KEY.match(rest[start:index].lstrip()) if stack and stack[-1] == "{" else None
            if key is not None:
                here.append(_name(key))
            stack.append(char)
            if char == "[":
                here.append("*")
            stack.append("k" if key is not None else "n")
            stack[-1], stack[-2] = stack[-2], stack[-1]
            start = index + 1
        elif char in "}]" and stack:
            opened, keyed = stack.pop(), stack.pop()
            if opened == "[":
                here.pop()
            if keyed == "k":
                here.pop()
            start = index + 1
        elif char == "," and stack:
            start = index + 1
    inside = rest[start:].lstrip()
    if stack and stack[-1] == "{":
        found = _KEY.match(inside)
        if found is None:
            return Place(tuple(here), "key", _word(inside))
        return Place((*here, _name(found)), "value", _word(inside[found.end() :]))
    return Place(tuple(here), "value" if stack else wants, _word(inside if stack else rest))


def _word(text: str) -> str:
    found = _WORD.search(text)
    return found[0] if found else ""


def _name(found: re.Match[str]) -> str:
    return (found[1] or found[2] or found[3] or "").strip()


def keys_below(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every key of a text with the path at which it stands, by indentation alone; where a mapping
    stands in braces on one line, its keys too.
    """
    stack: list[tuple[int, str]] = []
    for line in text.split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        outer = len(line) - len(line.lstrip(" "))
        depth, rest, items = _opened(line)
        while stack and stack[-1][0] >= (outer if items else depth):
            stack.pop()
        if items:
            stack += [(outer, "*")] * items
        key = _KEY.match(rest)
        if key is None:
            continue
        path = tuple(name for _, name in stack)
        yield path, _name(key)
        value = rest[key.end() :].strip()
        if path and path[-1] == "*" and _name(key) in ("id", "actor") and value:
            yield (*path, _name(key)), value.strip("\"'")
        if value.startswith("{"):
            for inner in re.findall(r"[{,]\s*([\w-]+)\s*:", value):
                yield (*path, _name(key)), inner
        if value.startswith("["):
            for inner in re.findall(r"[\w-]+", value):
                yield (*path, _name(key)), inner
        stack.append((depth, _name(key)))
