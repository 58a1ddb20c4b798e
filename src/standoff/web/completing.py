"""What could be written at a place: keys from the published schema, names from the text itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from standoff.scenario.json_schema import schema
from standoff.scenario.syntax import RESERVED
from standoff.web.models import Completion, Completions
from standoff.web.place_in_text import Place, keys_below, place_at

MOST = 200
_EXPRESSIONS = frozenset(
    (
        "when", "then", "odds", "value", "each_round", "weight", "rate", "claim", "ask", "p",
        "defines", "ends", "start", "discount", "final", "if", "reliability",
    )
)  # fmt: skip
"""Keys below which an expression or query stands."""
_OF = {
    "actor": ("actors",),
    "by": ("actors",),
    "seen_by": ("actors", "words"),
    "sees_as": ("actors", "words"),
    "as": ("actors",),
    "use": ("moves",),
    "source": ("sources",),
    "derives_from": ("sources",),
    "rendering_of": ("sources",),
    "serves": ("objectives",),
    "tactic": ("tactics",),
    "move": ("acts",),
    "marking": ("markings",),
    "between": ("parameters",),
    "assumed_in": ("parameters_path",),
}
"""Key -> what its value names."""
_AUDIENCES = ("public", "everyone", "nobody")


def completions(files: Mapping[str, str], file: str, line: int, column: int) -> Completions:
    """What could be written before the cursor."""
    place = place_at(files.get(file, ""), line, column)
    names = names_in(files)
    found: dict[str, Completion] = {}
    for one in _all(place, names):
        if one.label not in found and _begins(one.label, place.typed):
            found[one.label] = one
    items = sorted(found.values(), key=lambda c: (_rank(c, place.typed), c.label))
    return Completions(path=".".join(place.path), typed=place.typed, items=items[:MOST])


def _all(place: Place, names: Mapping[str, list[str]]) -> Iterator[Completion]:
    nodes = list(_nodes(place.path))
    if place.wants == "key":
        for node in nodes:
            for key, about in node.get("properties", {}).items():
                words = _words(about)
                yield Completion(label=key, kind="key", detail=words, insert=f"{key}: ")
        last = place.path[-1] if place.path else ""
        for kind in {"then": ("state",), "objectives": ("actors",), "set": ("parameters",)}.get(
            last, ()
        ):
            for name in names.get(kind, ()):
                yield Completion(label=name, kind="name", detail=kind, insert=f"{name}: ")
        if last != "*" and not (last and not nodes):
            return
    for node in nodes:
        for value in [*node.get("enum", ()), *([node["const"]] if "const" in node else ())]:
            if isinstance(value, str):
                yield Completion(label=value, kind="value", detail=_words(node), insert=value)
    keys = [key for key in place.path if key != "*"]
    for kind in _wanted(keys):
        for name in names.get(kind, ()):
            yield Completion(label=name, kind="name", detail=_SAID.get(kind, kind), insert=name)


_SAID = {
    "actors": "actor", "state": "state variable", "parameters": "parameter", "defines": "define",
    "levels": "level", "endings": "ending", "moves": "move", "acts": "move or outcome",
    "sources": "source", "types": "type", "words": "word of the language", "tactics": "tactic",
    "objectives": "objective", "markings": "marking", "parameters_path": "parameter",
}  # fmt: skip


def _wanted(keys: list[str]) -> tuple[str, ...]:
    """What may be named below some keys."""
    if not keys:
        return ()
    last = keys[-1]
    if last == "ends" and keys[0] != "ends":
        return ("endings",)
    if last in _OF:
        return _OF[last]
    if keys[0] == "actors" and last in ("from", "to"):
        return ("endings",)
    if len(keys) > 1 and any(key in _EXPRESSIONS for key in keys):
        return (
            "state", "levels", "parameters", "defines", "actors", "types", "endings", "acts",
            "words",
        )  # fmt: skip
    return ()


def names_in(files: Mapping[str, str]) -> dict[str, list[str]]:
    """Names by what they are, as far as indentation alone tells."""
    found: dict[str, dict[str, None]] = {}

    def add(kind: str, name: str) -> None:
        found.setdefault(kind, {})[name] = None

    tops = ("actors", "state", "parameters", "defines", "moves", "sources", "audiences")
    turn = actor = ""
    for name in sorted(files):
        if name.endswith(".md"):
            continue
        for path, key in keys_below(files[name]):
            match path:
                case (top,) if top in tops:
                    add("actors" if top == "audiences" else top, key)
                    if top == "parameters":
                        add("parameters_path", f"parameters.{key}")
                case ("ends",):
                    add("endings", key)
                case ("markings",):
                    add("markings", key)
                case ("actors", _, "types"):
                    add("types", key)
                case ("state", _, "levels"):
                    add("levels", key)
                case ("objectives", _):
                    add("objectives", key)
                case ("turns", "*", "id"):
                    turn, actor = key, ""
                case ("turns", "*", "actor"):
                    actor = key
                case (*_, "tactic"):
                    add("tactics", key)
                case ("turns", "*", "moves" | "outcomes"):
                    add("acts", f"{actor}.{turn}.{key}" if actor else f"{turn}.{key}")
                case _:
                    pass
    for word in (*RESERVED, *_AUDIENCES):
        add("words", word)
    add("endings", "time")
    return {kind: list(names) for kind, names in found.items()}


def _nodes(path: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The parts of the schema that describe what stands at a path."""
    here = list(_branches(schema()))
    for key in path:
        below: list[dict[str, Any]] = []
        for node in here:
            if key == "*":
                inner = node.get("items")
                if isinstance(inner, dict):
                    below += _branches(inner)
            elif key in node.get("properties", {}):
                below += _branches(node["properties"][key])
            else:
                others = [*node.get("patternProperties", {}).values()]
                others.append(node.get("additionalProperties"))
                for inner in others:
                    if isinstance(inner, dict):
                        below += _branches(inner)
        here = below
    yield from here


def _branches(node: dict[str, Any], depth: int = 0) -> list[dict[str, Any]]:
    """A part of the schema and all that it may be."""
    if depth > 12:
        return []
    found = []
    if "$ref" in node:
        target: Any = schema()
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        found += _branches({**target, **{k: v for k, v in node.items() if k != "$ref"}}, depth + 1)
        return found
    found.append(node)
    for word in ("anyOf", "oneOf", "allOf"):
        for each in node.get(word, ()):
            found += _branches(each, depth + 1)
    return found


def _words(node: dict[str, Any]) -> str:
    if "description" in node:
        return " ".join(str(node["description"]).split())
    if "$ref" in node:
        return _words(_branches(node)[0])
    return ""


def _begins(label: str, typed: str) -> bool:
    """Whether a name fits what stands there: it begins so, or one of its parts does."""
    low, sought = label.lower(), typed.lower()
    return low.startswith(sought) or any(p.startswith(sought) for p in low.split("."))


def _rank(one: Completion, typed: str) -> tuple[int, int]:
    kinds = {"key": 0, "value": 1, "name": 2}
    return (0 if one.label.startswith(typed) else 1, kinds[one.kind])
