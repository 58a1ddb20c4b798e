"""One value of a scenario's text changed, every other byte left as it is.

A form and the text are two views of one file: what a form changes is written into the text where
that value stands, in the style in which it was written (bare, quoted, folded), with comments and
spacing around it untouched. No way of writing is trusted: each is read back, and the first one
that gives exactly the data that was meant is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from textwrap import wrap
from typing import Any

from standoff.errors import Problem, ScenarioError
from standoff.scenario.annotations import keys_of
from standoff.scenario.models import Scenario
from standoff.scenario.places_in_yaml import Places, Splice
from standoff.scenario.reader import Document, read_texts
from standoff.scenario.write import flow_of

__all__ = ["Splice", "renamed", "with_value"]

_WIDTH = 96
_DEEPEST = 12


def with_value(texts: Mapping[str, str], path: str, value: Any) -> Splice | None:
    """What to change in `texts` (name -> YAML) so that `value` stands at the key path `path`.

    `value` is text, or lists and dicts of text; None takes the key or item out. A key that is not
    there is added, and so is an item of a list whose number is the list's length. None comes back
    where nothing has to change. Raises `ScenarioError` where the texts can't be read, where the
    path leads nowhere, or where no way of writing it leaves all else as it was (an anchor that is
    used elsewhere, say).
    """
    _checked(value, path)
    document = read_texts(texts)
    meant = _meant(document.data, path, value)
    if meant == document.data:
        return None
    return _first(document, texts, meant, path, _ways(Places(document, texts), path, value))


def renamed(texts: Mapping[str, str], path: str, key: str) -> Splice | None:
    """What to change so that the key at `path` is called `key`; its value stays."""
    document = read_texts(texts)
    head, _, old = path.rpartition(".")
    meant = deepcopy(document.data)
    home = _at(meant, head)
    if not isinstance(home, dict) or old not in home or (key in home and key != old):
        raise _nowhere(path)
    if key == old:
        return None
    home[key] = home.pop(old)
    span = document.positions.spans[path]
    one = Splice(span.text.name, span.key_start, span.key_end, flow_of(key))
    return _first(document, texts, meant, path, iter([one]))


def _first(
    document: Document,
    texts: Mapping[str, str],
    meant: dict[str, Any],
    path: str,
    ways: Iterator[Splice],
) -> Splice:
    """The first way that gives what was meant."""
    for one in ways:
        # A mark of byte order is no part of what was read: places are counted after it.
        mark = int(texts[one.file].startswith("\ufeff"))
        here = Splice(one.file, one.start + mark, one.end + mark, one.insert)
        try:
            found = read_texts(here.of(texts)).data
        except ScenarioError:
            continue
        if found == meant:
            return here
    raise ScenarioError(
        Problem(
            "not-in-place",
            f"{path} can't be changed by itself here",
            document.positions.at(path),
            path,
            expected="a change in the text (an anchor or an unusual way of writing stands here)",
        )
    )


# --- what is meant


def _meant(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    found = deepcopy(data)
    here: Any = found
    parts = path.split(".")
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if isinstance(here, list):
            if not part.isdecimal() or int(part) > len(here) or len(part) > 6:
                raise _nowhere(path)
            number = int(part)
            if value is None and number == len(here):
                return found
            if last and value is None:
                del here[number]
            elif last:
                here[number : number + 1] = [value]
            elif number == len(here):
                here.append(_nested(parts[index + 1 :], value))
                return found
            elif here[number] is None:
                raise _nowhere(path)
            else:
                here = here[number]
        elif isinstance(here, dict):
            if value is None and part not in here:
                return found
            if last and value is None:
                del here[part]
            elif last:
                here[part] = deepcopy(value)
            elif here.get(part) is None:
                if value is not None:
                    here[part] = _nested(parts[index + 1 :], value)
                return found
            else:
                here = here[part]
        else:
            raise _nowhere(path)
    return found


def _nested(parts: list[str], value: Any) -> Any:
    """Dicts and lists around a value, for what is not there yet."""
    for part in reversed(parts):
        value = [value] if part == "0" else {part: value}
    return value


def _at(data: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _checked(value: Any, path: str, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise ScenarioError(Problem("too-deep", "nested too deeply", path=path))
    if isinstance(value, dict):
        for key, inner in value.items():
            _checked(key, path, depth + 1)
            _checked(inner, path, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _checked(inner, path, depth + 1)
    elif not isinstance(value, str) and not (value is None and depth == 0):
        raise ScenarioError(
            Problem("wrong-type", "a value is text here", path=path, found=repr(value)[:60],
                    expected="text, a list or a mapping of text")
        )  # fmt: skip


def _nowhere(path: str) -> ScenarioError:
    return ScenarioError(Problem("no-such-path", f"there is nothing at {path}", path=path))


# --- ways of writing it


def _ways(places: Places, path: str, value: Any) -> Iterator[Splice]:
    head, _, name = path.rpartition(".")
    home = _at(places.data, head)
    if path in places.spans and (value is None):
        yield from places.taken_out(path, home)
    elif path in places.spans:
        yield from _put(places, path, value)
    elif isinstance(home, dict) and home:
        yield from places.key_added(head, name, value, _after(home, name) if not head else None)
    elif isinstance(home, list) and home:
        yield from places.item_added(head, len(home), value)
    else:  # what it stands in is not there, or is empty
        above: Any = [value] if name == "0" else {name: value}
        if not head:
            raise _nowhere(path)
        yield from _ways(places, head, above)


def _put(places: Places, path: str, value: Any) -> Iterator[Splice]:
    """Another value in place of the one that stands there."""
    span = places.spans[path]
    if isinstance(value, str) and _at(places.data, path) is not None and not span.flow:
        held = _at(places.data, path)
        if isinstance(held, str):
            end = places.end(path)
            for text in _styles(places, path, value):
                yield Splice(span.text.name, span.start, end, text)
            return
    yield from places.replaced(path, value)


def _styles(places: Places, path: str, value: str) -> Iterator[str]:
    """Ways to write a text in place of another: first in the style that it had."""
    span = places.spans[path]
    old = span.text.text[span.start : places.end(path)]
    safe = flow_of(value)
    plain = value == value.strip() and value.isprintable()
    inside_flow = places.in_flow(path)
    if old[:1] in ("|", ">") and value.strip() and not inside_flow:
        below = [line for line in old.splitlines()[1:] if line.strip()]
        if below:
            yield from _block_styles(value, below[0][: len(below[0]) - len(below[0].lstrip())])
    elif not inside_flow and ("\n" in value.strip() or (len(value) > _WIDTH and old[:1] != '"')):
        yield from _block_styles(value, places.indent(path) + "  ")
    if old[:1] == '"' and not safe.startswith('"'):
        yield f'"{value}"'
    elif old[:1] == "'" and plain:
        yield "'" + value.replace("'", "''") + "'"
    elif old[:1] not in ('"', "'") and plain and value:
        yield value
    yield safe


def _block_styles(value: str, indent: str) -> Iterator[str]:
    chomp = "" if value.endswith("\n") else "-"
    body = value.removesuffix("\n")
    if "\n" in body:
        lines = "\n".join(f"{indent}{line}" if line else "" for line in body.split("\n"))
        yield f"|{chomp}\n{lines}"
    else:
        yield f">{chomp}\n" + "\n".join(
            wrap(body, _WIDTH, initial_indent=indent, subsequent_indent=indent,
                 break_long_words=False, break_on_hyphens=False)
        )  # fmt: skip


def _after(home: Mapping[str, Any], name: str) -> str | None:
    """The key of a scenario after which a new one stands, in the order of the language."""
    order = list(keys_of(Scenario))
    if name not in order:
        return None
    before = [key for key in order[: order.index(name)] if key in home]
    return before[-1] if before else None
