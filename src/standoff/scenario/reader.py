"""YAML to plain data with positions, and nothing guessed.

Built on the events of libyaml's parser rather than on its composer: every scalar stays text,
duplicate keys, tags, merge keys and second documents are refused with a place, and a bomb (aliases,
nesting, size) is stopped while it is being read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from standoff.errors import Problem, ScenarioError
from standoff.scenario.positions import Positions, ScalarSpan, Span, Text, join

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "Document", "read", "read_folder", "read_text"]

MAX_BYTES = 5_000_000
MAX_NODES = 100_000
"""Keys, values and lists in a scenario, after aliases are written out."""
MAX_DEPTH = 40

_Loader: Any = getattr(yaml, "CLoader", yaml.Loader)
# What YAML 1.1 calls not printable, byte-order marks inside the text included.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_PLAIN_TAGS = {None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_NULLS = {"", "~", "null", "Null", "NULL"}
_QUOTE_IT = "brackets, commas and colons mean something to YAML inside braces; quote it"


@dataclass(frozen=True)
class Document:
    """What was read: nested dicts, lists, text and None (an empty value), with its places."""

    data: dict[str, Any]
    positions: Positions


@dataclass
class _Node:
    """A composed node. `size` counts it and everything under it, aliases written out."""

    kind: str  # "map", "list", "text" or "null"
    start: int
    end: int
    flow: bool = False
    plain: bool = False
    text: str = ""
    items: list[_Node] = field(default_factory=list)
    keys: list[_Node] = field(default_factory=list)  # beside items, for maps
    size: int = 1
    height: int = 1
    open: bool = True


def read(path: Path) -> Document:
    """Read a YAML file, or a folder of them."""
    if path.is_dir():
        return read_folder(path)
    return read_text(_contents(path), name=str(path))


def read_folder(folder: Path) -> Document:
    """Read every `.yaml` and `.yml` file of a folder as one scenario.

    Files are taken in order of name. Mappings under one top-level key are merged, lists appended;
    a key written twice is an error wherever the two stand.
    """
    files = sorted(p for p in folder.iterdir() if p.suffix in {".yaml", ".yml"} and p.is_file())
    if not files:
        raise ScenarioError(Problem("no-scenario", f"{folder}: there is no YAML file in this folder"))
    total = sum(p.stat().st_size for p in files)
    if total > MAX_BYTES:
        raise ScenarioError(_too_big(str(folder), total))
    data: dict[str, Any] = {}
    spans: dict[str, Span] = {}
    texts: dict[str, Text] = {}
    problems: list[Problem] = []
    for path in files:
        try:
            part = read_text(_contents(path), name=str(path))
        except ScenarioError as error:
            problems.extend(error.problems)
            continue
        texts.update(part.positions.texts)
        problems.extend(_merge(data, spans, part))
    if problems:
        raise ScenarioError(problems)
    return Document(data, Positions(spans, texts))


def read_text(text: str, *, name: str = "<text>") -> Document:
    """Read one YAML document. Raises `ScenarioError` with every problem found."""
    if len(text) > MAX_BYTES:
        raise ScenarioError(_too_big(name, len(text)))
    text = text.removeprefix("\ufeff")
    source = Text(name, text)
    bad = _UNPRINTABLE.search(text)
    if bad:
        raise ScenarioError(
            Problem(
                "unreadable",
                "a character that can't stand in YAML",
                source.position(bad.start()),
                found=f"U+{ord(bad[0]):04X}",
            )
        )
    root = _compose(source)
    if root is None or root.kind == "null":
        raise ScenarioError(
            Problem("empty", "there is nothing here", source.position(0), expected="a scenario")
        )
    if root.kind != "map":
        raise ScenarioError(
            Problem(
                "wrong-type",
                "a scenario is a mapping",
                source.position(root.start, root.end),
                found="a list" if root.kind == "list" else "text",
                expected="`standoff: 1`, `id:`, `title:` and so on",
            )
        )
    plainer = _Plainer(source)
    data = plainer.plain(root, "", None)
    if plainer.problems:
        raise ScenarioError(sorted(plainer.problems, key=_by_place))
    return Document(data, Positions(plainer.spans, {name: source}))


def _contents(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:  # before a byte of it is read
            raise ScenarioError(_too_big(str(path), size))
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScenarioError(Problem("unreadable", f"{path} can't be read: {reason}")) from None
    if len(raw) > MAX_BYTES:  # a pipe or device has no size to ask for
        raise ScenarioError(_too_big(str(path), len(raw)))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = Text(str(path), raw[: error.start].decode("utf-8-sig", "replace"))
        place = before.position(len(before.text))
        raise ScenarioError(
            Problem(
                "unreadable",
                "this is no UTF-8 text",
                place,
                found=f"byte 0x{raw[error.start]:02X}",
                expected="a file saved as UTF-8",
            )
        ) from None


def _too_big(name: str, size: int) -> Problem:
    return Problem(
        "too-big",
        f"{name} is too big for a scenario",
        found=f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size} bytes",
        expected=f"at most {MAX_BYTES / 1e6:.0f} MB",
    )


def _by_place(problem: Problem) -> tuple[str, int, int]:
    where = problem.position
    return (where.file, where.line, where.column) if where else ("", 0, 0)


# --- events to nodes


def _compose(source: Text) -> _Node | None:
    """The document's root node. Iterative, so that nesting is bounded by us and not by the stack."""
    anchors: dict[str, _Node] = {}
    stack: list[_Node] = []
    root: _Node | None = None
    total = 0
    documents = 0
    for event in _events(source):
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _error(source, "second-document", "a second document begins here", start, end,
                             expected="one document in a file")  # fmt: skip
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            node = stack.pop()
            node.open = False
            node.end = max(node.start, _last_sign(source.text, end) if not node.flow else end)
            if len(node.keys) > len(node.items):
                node.keys.pop()  # libyaml never leaves a key without a value; be safe
            if stack:
                total += _grow(stack[-1], node)
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        if isinstance(event, yaml.AliasEvent):
            target = anchors.get(event.anchor)
            if target is None:
                raise _error(source, "yaml", f"there is no anchor named {event.anchor!r}", start, end,
                             expected="an anchor set earlier; text that begins with * is quoted")  # fmt: skip
            if target.open:
                raise _error(source, "too-deep", "an alias inside its own anchor never ends", start, end)
            total += target.size - 1
            node = target
        else:
            node = _opened(source, event, start, end)
            if event.anchor:
                anchors[event.anchor] = node
        total += 1
        if total > MAX_NODES:
            raise _error(source, "too-many", "too many values for a scenario, aliases written out",
                         start, end, expected=f"at most {MAX_NODES:,}")  # fmt: skip
        if len(stack) + node.height > MAX_DEPTH:
            raise _error(source, "too-deep", "nested too deeply", start, end,
                         expected=f"at most {MAX_DEPTH} levels")  # fmt: skip
        if stack:
            _place(stack[-1], node)
        else:
            root = node
        if node.open:
            stack.append(node)
        elif stack:
            _grow(stack[-1], node)
    return root


def _opened(source: Text, event: Any, start: int, end: int) -> _Node:
    """A new node for the event; scalars are closed at once."""
    if event.tag not in _PLAIN_TAGS:
        raise _error(source, "yaml-tag", "tags have no meaning here", start, end,
                     found=source.text[start:end].split()[0] if end > start else str(event.tag),
                     expected="plain YAML; text that begins with ! is quoted")  # fmt: skip
    if isinstance(event, yaml.ScalarEvent):
        plain = event.style is None or event.style == ""
        kind = "null" if plain and event.value in _NULLS and event.tag is None else "text"
        return _Node(kind, start, end, plain=plain, text=event.value, open=False)
    kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
    return _Node(kind, start, end, flow=bool(event.flow_style))


def _place(parent: _Node, node: _Node) -> None:
    if parent.kind == "map" and len(parent.keys) == len(parent.items):
        parent.keys.append(node)
    else:
        parent.items.append(node)


def _grow(parent: _Node, node: _Node) -> int:
    parent.size += node.size
    parent.height = max(parent.height, node.height + 1)
    return 0


def _last_sign(text: str, end: int) -> int:
    """A block collection's end mark stands at the next token: step back over the space between."""
    while end > 0 and text[end - 1].isspace():
        end -= 1
    return end


def _events(source: Text) -> Iterator[Any]:
    try:
        yield from yaml.parse(source.text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise ScenarioError(_syntax(source, error)) from None
    except yaml.YAMLError as error:
        raise ScenarioError(
            Problem("yaml", f"this is no YAML: {error}", source.position(0))
        ) from None


_PLAIN_WORDS = {
    "mapping values are not allowed in this context": "a second colon on one line",
    "did not find expected ',' or '}'": "the braces don't close where they should",
    "did not find expected ',' or ']'": "the brackets don't close where they should",
    "could not find expected ':'": "a key without a colon",
    "did not find expected key": "this line is not indented like the ones around it",
    "did not find expected '-' indicator": "this line is not indented like the list around it",
    "found character that cannot start any token": "this character can't begin a value",
    "found character '\\t' that cannot start any token": "a tab; YAML is indented with spaces",
    "found unexpected end of stream": "the file ends before the quotation mark closes",
    "found unknown escape character": "no such escape inside double quotes",
    "did not find expected node content": "something is missing here",
    "did not find expected <document start>": "text after the end of the scenario",
}  # fmt: skip


def _syntax(source: Text, error: yaml.MarkedYAMLError) -> Problem:
    problem = error.problem or "this is no YAML"
    mark = error.problem_mark or error.context_mark
    index = mark.index if mark is not None else 0
    context = error.context or ""
    words = _PLAIN_WORDS.get(problem, problem)
    place = source.position(index)
    line = source.line(place.line)
    flow = "flow" in context or problem == "did not find expected <document start>"
    colons = problem == "mapping values are not allowed in this context"
    expected = ""
    if flow or any(c in line[: place.column] for c in "[{"):
        expected = _QUOTE_IT
    elif colons:
        expected = "text with `: ` in it stands in quotation marks: quote it"
    elif "cannot start any token" in problem or problem.startswith("did not find expected"):
        expected = "text that begins with one of @ ` % * & ! | > { [ stands in quotation marks: quote it" \
            if "token" in problem else ""  # fmt: skip
    found = repr(line[place.column - 1 : place.column + 19].strip()) if line.strip() else ""
    return Problem("quote-it" if "quote it" in expected else "yaml", words, place, found=found,
                   expected=expected)  # fmt: skip


def _error(
    source: Text, code: str, message: str, start: int, end: int, found: str = "", expected: str = ""
) -> ScenarioError:
    return ScenarioError(
        Problem(code, message, source.position(start, end), found=found, expected=expected)
    )


# --- nodes to plain data


class _Plainer:
    """Turns nodes into dicts, lists and text, and notes where each stood."""

    def __init__(self, source: Text) -> None:
        self.source = source
        self.spans: dict[str, Span] = {}
        self.problems: list[Problem] = []

    def plain(self, node: _Node, path: str, key: _Node | None) -> Any:
        """The data of `node`. Recursion is bounded by MAX_DEPTH, work by MAX_NODES."""
        key_start, key_end = (key.start, key.end) if key else (-1, -1)
        value = node.text if node.kind == "text" else None
        if value is not None:
            self.spans[path] = ScalarSpan(
                self.source, node.start, node.end, key_start, key_end, value=node.text
            )
            return value
        self.spans[path] = Span(
            self.source, node.start, node.end, key_start, key_end, node.flow
        )
        if node.kind == "null":
            return None
        if node.flow and self._swallowed(node, path):
            return {} if node.kind == "map" else []
        if node.kind == "list":
            return self._list(node, path)
        return self._map(node, path)

    def _list(self, node: _Node, path: str) -> list[Any]:
        out = []
        for index, item in enumerate(node.items):
            if item.kind == "null":
                if not item.text:
                    self._add("empty-item", "an empty list item", item, join(path, index))
                    continue
                item = _Node("text", item.start, item.end, plain=True, text=item.text, open=False)
            out.append(self.plain(item, join(path, index) if path else str(index), None))
        return out

    def _map(self, node: _Node, path: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, item in zip(node.keys, node.items, strict=True):
            if key.kind in {"map", "list"}:
                self._add("quote-it", "a key can't be a list or a mapping", key, path,
                          expected="text in braces or brackets stands in quotation marks: quote it")  # fmt: skip
                continue
            if key.plain and key.text == "<<":
                self._add("merge-key", "merge keys (<<) are not supported", key, path,
                          expected="an anchor for the whole value, or `use:` for a shared move")  # fmt: skip
                continue
            inner = f"{path}.{key.text}" if path else key.text
            if key.text in out:
                first = self.spans[inner]
                line = self.source.position(first.key_start).line
                self._add("duplicate-key", f"{key.text!r} is written twice", key, inner,
                          found=f"the first on line {line}")  # fmt: skip
                continue
            out[key.text] = self.plain(item, inner, key)
        return out

    def _swallowed(self, node: _Node, path: str) -> bool:
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
                expected=f'quote it: "{text}"' if len(text) < 80 and '"' not in text else "quote it",
            )
        )
        return True

    def _add(
        self, code: str, message: str, node: _Node, path: str, found: str = "", expected: str = ""
    ) -> None:
        place = self.source.position(node.start, node.end)
        self.problems.append(Problem(code, message, place, path, found, expected))


def _bare_run(node: _Node) -> tuple[int, int] | None:
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


def _broken_list(node: _Node) -> tuple[int, int] | None:
    """In `[clip(a, 0, 1), 2]` the parentheses of `clip(a` close in a later item."""
    for index, item in enumerate(node.items):
        if not item.plain or item.text.count("(") <= item.text.count(")"):
            continue
        for later in node.items[index + 1 :]:
            if later.plain and later.text.count(")") > later.text.count("("):
                return item.start, later.end
    return None


# --- several files


def _merge(data: dict[str, Any], spans: dict[str, Span], part: Document) -> Iterator[Problem]:
    """Add one file's top-level keys to what is there."""
    positions = part.positions
    moved: dict[str, str] = {}
    for key, value in part.data.items():
        if value is None:
            continue
        held = data.get(key)
        if held is None:
            data[key] = value
        elif isinstance(held, dict) and isinstance(value, dict):
            for inner, item in value.items():
                path = f"{key}.{inner}"
                if inner in held:
                    yield _twice(positions, spans, path, inner)
                    moved[path] = ""
                else:
                    held[inner] = item
        elif isinstance(held, list) and isinstance(value, list):
            for index in range(len(value)):
                moved[join(key, index)] = join(key, len(held) + index)
            held.extend(value)
        elif key == "standoff" and held == value:
            moved[key] = ""  # each file may say which version it is written in
        else:
            yield _twice(positions, spans, key, key)
            moved[key] = ""
    for path, span in positions.spans.items():
        head = next((h for h in (path, *_first_two(path)) if h in moved), None)
        target = path if head is None else moved[head] + path[len(head) :] if moved[head] else ""
        if target:
            spans.setdefault(target, span)


def _first_two(path: str) -> tuple[str, ...]:
    parts = path.split(".", 2)
    return (".".join(parts[:2]), parts[0])


def _twice(positions: Positions, spans: dict[str, Span], path: str, name: str) -> Problem:
    first = spans.get(path)
    found = ""
    if first is not None:
        place = first.text.position(max(first.key_start, 0))
        found = f"the first in {place.file}, line {place.line}"
    return Problem("duplicate-key", f"{name!r} is written twice", positions.key(path), path, found)
