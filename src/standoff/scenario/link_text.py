"""Links put into a scenario's own text: added at the end of its list, or written anew in place.

All that stands elsewhere stays byte for byte. What comes out is read again before it is given
back: it holds the links that were asked for, and nothing else has changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from standoff.errors import Problem, ScenarioError
from standoff.scenario.positions import Positions, Span
from standoff.scenario.reader import Document, read_text
from standoff.scenario.source_models import Link
from standoff.scenario.write import plain, yaml_of

__all__ = ["added", "link_yaml", "rewritten"]

_KEY = "links"
_PAIR = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..")


def link_yaml(link: Link, indent: str = "  ", newline: str = "\n") -> str:
    """A link as an item of a list, `- ` first, without a newline at the end."""
    lines = yaml_of({_KEY: [plain(link)]}).splitlines()[1:]
    return newline.join(indent + line.removeprefix("  ") for line in lines)


def added(text: str, links: Sequence[Link], name: str = "<text>") -> str:
    """The text of a YAML file with links behind those that it has; an empty text is a new file."""
    if not links:
        return text
    before = _read(text, name)
    newline = "\r\n" if "\r\n" in text else "\n"
    old = before.data.get(_KEY)
    span = before.positions.spans.get(_KEY)
    if span is None:
        items = newline.join(link_yaml(link, newline=newline) for link in links)
        gap = "" if not text else newline if text.endswith(("\n", "\r")) else 2 * newline
        result = f"{text}{gap}{_KEY}:{newline}{items}{newline}"
    elif not isinstance(old, list) or not old:
        # `links:` with nothing, or [] behind it
        items = newline.join(link_yaml(link, newline=newline) for link in links)
        end = span.end if span.flow else span.key_end + 1
        rest = text[end:]
        result = f"{text[: span.key_end]}:{newline}{items}"
        result += rest if rest.startswith(("\n", "\r")) or not rest else newline + rest.lstrip(" ")
    elif span.flow:
        last = before.positions.spans[f"{_KEY}.{len(old) - 1}"]
        flow = "".join(f", {_flow(link)}" for link in links)
        result = text[: last.end] + flow + text[last.end :]
    else:
        last_path = f"{_KEY}.{len(old) - 1}"
        at = _line_end(text, _end(before, last_path, text))
        indent = _indent(text, before.positions.spans[last_path])
        items = "".join(newline + link_yaml(link, indent, newline) for link in links)
        result = text[:at] + items + text[at:]
    return _checked(before, [*(old or []), *map(plain, links)], result, name)


def rewritten(text: str, changes: Mapping[int, Link], name: str = "<text>") -> str:
    """The text of a YAML file with some of its links, by their place in it, written anew."""
    before = _read(text, name)
    newline = "\r\n" if "\r\n" in text else "\n"
    links = list(before.data.get(_KEY) or [])
    span = before.positions.spans[_KEY]
    result = text
    for index in sorted(changes, reverse=True):
        item = before.positions.spans[f"{_KEY}.{index}"]
        links[index] = plain(changes[index])
        if span.flow or (item.flow and len(_flow(changes[index])) < 60):
            result = result[: item.start] + _flow(changes[index]) + result[item.end :]
            continue
        end = item.end if item.flow else _end(before, f"{_KEY}.{index}", text)
        indent = _indent(text, item)
        block = link_yaml(changes[index], indent, newline).removeprefix(f"{indent}- ")
        result = result[: item.start] + block + result[end:]
    return _checked(before, links, result, name)


def _read(text: str, name: str) -> Document:
    return read_text(text, name=name) if text.strip() else Document({}, Positions())


def _checked(before: Document, links: list[Any], text: str, name: str) -> str:
    """The text, read again; refused where it came out otherwise than it should."""
    try:
        after: dict[str, Any] | None = read_text(text, name=name).data
    except ScenarioError:
        after = None
    if after != {**before.data, _KEY: links}:
        new = yaml_of({_KEY: links[-1:]})
        raise ScenarioError(
            Problem(
                "cannot-write",
                f"{name}: a link can't be put into this text without changing more of it",
                expected=f"add it by hand:\n{new}",
            )
        )
    return text


def _end(document: Document, path: str, text: str) -> int:
    """Where the last value inside an item ends."""
    inside = [
        span.end
        for at, span in document.positions.spans.items()
        if at.startswith(f"{path}.") or (at == path and span.flow)
    ]
    end = max(inside, default=document.positions.spans[path].end)
    return len(text[:end].rstrip())


def _line_end(text: str, at: int) -> int:
    """Where the line of an offset ends, a comment behind it included."""
    ends = [found for found in (text.find("\n", at), text.find("\r", at)) if found >= 0]
    return min(ends, default=len(text))


def _indent(text: str, item: Span) -> str:
    """What stands before the dash of an item."""
    line = text[: item.start].rpartition("\n")[2]
    return line[: len(line) - len(line.lstrip(" "))]


def _flow(link: Link) -> str:
    """On one line, as JSON, which YAML reads but for halves of surrogate pairs."""

    def whole(pair: re.Match[str]) -> str:
        character = json.loads(f'"{pair[0]}"')
        return f"\\U{ord(character):08x}"

    return _PAIR.sub(whole, json.dumps(plain(link)))
