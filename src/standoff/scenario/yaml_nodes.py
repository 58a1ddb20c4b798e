"""YAML text to nodes, from the events of libyaml's parser.

The composer is ours because PyYAML's recurses, expands aliases without a limit and lets a duplicate
key win: here a bomb (aliases, nesting, size) is stopped while it is being read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from standoff.errors import Problem, ScenarioError
from standoff.scenario.positions import Text

__all__ = ["MAX_DEPTH", "MAX_NODES", "Node", "compose"]

MAX_NODES = 100_000
"""Keys, values and lists in a scenario, after aliases are written out."""
MAX_DEPTH = 40

_Loader: Any = getattr(yaml, "CLoader", yaml.Loader)
_PLAIN_TAGS = {None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_NULLS = {"", "~", "null", "Null", "NULL"}
_ODD_START = "text that begins with one of @ ` % * & ! | > { [ stands in quotation marks: quote it"
_QUOTE_IT = "brackets, commas and colons mean something to YAML inside braces; quote it"


@dataclass
class Node:
    """A composed node. `size` counts it and everything under it, aliases written out."""

    kind: str  # "map", "list", "text" or "null"
    start: int
    end: int
    flow: bool = False
    plain: bool = False
    text: str = ""
    items: list[Node] = field(default_factory=list)
    keys: list[Node] = field(default_factory=list)  # beside items, for maps
    size: int = 1
    height: int = 1
    open: bool = True


def compose(source: Text) -> Node | None:
    """The document's root node. Iterative: nesting is bounded by us, not by the stack."""
    anchors: dict[str, Node] = {}
    stack: list[Node] = []
    root: Node | None = None
    total = 0
    documents = 0
    for event in _events(source):
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _error(
                    source,
                    "second-document",
                    "a second document begins here",
                    start,
                    end,
                    expected="one document in a file",
                )
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
            target = anchors.get(str(event.anchor))
            if target is None:
                raise _error(
                    source,
                    "yaml",
                    f"there is no anchor named {event.anchor!r}",
                    start,
                    end,
                    expected="an anchor set earlier; text that begins with * is quoted",
                )
            if target.open:
                raise _error(
                    source, "too-deep", "an alias inside its own anchor never ends", start, end
                )
            total += target.size - 1
            node = target
        else:
            node = _opened(source, event, start, end)
            if event.anchor:
                anchors[event.anchor] = node
        total += 1
        if total > MAX_NODES:
            raise _error(
                source,
                "too-many",
                "too many values for a scenario, aliases written out",
                start,
                end,
                expected=f"at most {MAX_NODES:,}",
            )
        if len(stack) + node.height > MAX_DEPTH:
            raise _error(
                source,
                "too-deep",
                "nested too deeply",
                start,
                end,
                expected=f"at most {MAX_DEPTH} levels",
            )
        if stack:
            _place(stack[-1], node)
        else:
            root = node
        if node.open:
            stack.append(node)
        elif stack:
            _grow(stack[-1], node)
    return root


def _opened(source: Text, event: Any, start: int, end: int) -> Node:
    """A new node for the event; scalars are closed at once."""
    if event.tag not in _PLAIN_TAGS:
        raise _error(
            source,
            "yaml-tag",
            "tags have no meaning here",
            start,
            end,
            found=source.text[start:end].split()[0] if end > start else str(event.tag),
            expected="plain YAML; text that begins with ! is quoted",
        )
    if isinstance(event, yaml.ScalarEvent):
        plain = event.style is None or event.style == ""
        kind = "null" if plain and event.value in _NULLS and event.tag is None else "text"
        return Node(kind, start, end, plain=plain, text=event.value, open=False)
    kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
    return Node(kind, start, end, flow=bool(event.flow_style))


def _place(parent: Node, node: Node) -> None:
    if parent.kind == "map" and len(parent.keys) == len(parent.items):
        parent.keys.append(node)
    else:
        parent.items.append(node)


def _grow(parent: Node, node: Node) -> int:
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
    if source.text[index : index + 1] == "\t" and "cannot start any token" in problem:
        return Problem("yaml", "a tab can't indent YAML", place, found="a tab", expected="spaces")
    flow = "flow" in context or problem == "did not find expected <document start>"
    colons = problem == "mapping values are not allowed in this context"
    expected = ""
    if flow or any(c in line[: place.column] for c in "[{"):
        expected = _QUOTE_IT
    elif colons:
        expected = "text with `: ` in it stands in quotation marks: quote it"
    elif "cannot start any token" in problem or problem.startswith("did not find expected"):
        expected = _ODD_START if "token" in problem else ""
    found = repr(line[place.column - 1 : place.column + 19].strip()) if line.strip() else ""
    return Problem(
        "quote-it" if "quote it" in expected else "yaml",
        words,
        place,
        found=found,
        expected=expected,
    )


def _error(
    source: Text, code: str, message: str, start: int, end: int, found: str = "", expected: str = ""
) -> ScenarioError:
    return ScenarioError(
        Problem(code, message, source.position(start, end), found=found, expected=expected)
    )
