"""YAML to plain data with positions, and nothing guessed.

Every scalar stays text; duplicate keys, tags, merge keys and second documents are refused with a
place. The parts: `yaml_nodes` (text to nodes, bombs stopped), `yaml_plain` (nodes to data).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standoff.errors import Problem, ScenarioError
from standoff.scenario.positions import Positions, Span, Text, join
from standoff.scenario.yaml_nodes import MAX_DEPTH, MAX_NODES, compose
from standoff.scenario.yaml_plain import Plainer

__all__ = [
    "MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "Document", "read", "read_folder", "read_text",
    "read_texts",
]  # fmt: skip

MAX_BYTES = 5_000_000
# What YAML 1.1 calls not printable, byte-order marks inside the text included.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True)
class Document:
    """What was read: nested dicts, lists, text and None (an empty value), with its places."""

    data: dict[str, Any]
    positions: Positions


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
        raise ScenarioError(
            Problem("no-scenario", f"{folder}: there is no YAML file in this folder")
        )
    total = sum(p.stat().st_size for p in files)
    if total > MAX_BYTES:
        raise ScenarioError(_too_big(str(folder), total))
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for path in files:
        try:
            texts[str(path)] = _contents(path)
        except ScenarioError as error:
            problems.extend(error.problems)
    return read_texts(texts, problems)


def read_texts(texts: Mapping[str, str], problems: Iterable[Problem] = ()) -> Document:
    """Read several texts, by name and in the order given, as one scenario (see `read_folder`).
    `problems` are those of files that can't be read, to be told with the others.
    """
    data: dict[str, Any] = {}
    spans: dict[str, Span] = {}
    sources: dict[str, Text] = {}
    found = list(problems)
    for name, text in texts.items():
        try:
            part = read_text(text, name=name)
        except ScenarioError as error:
            found.extend(error.problems)
            continue
        sources.update(part.positions.texts)
        found.extend(_merge(data, spans, part))
    if found:
        raise ScenarioError(found)
    return Document(data, Positions(spans, sources))


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
                expected="plain text, saved as UTF-8",
            )
        )
    root = compose(source)
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
    plainer = Plainer(source)
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
