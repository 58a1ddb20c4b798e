"""A scenario as YAML text that loads as the same scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from pydantic import BaseModel

from standoff.scenario.annotations import keys_of
from standoff.scenario.models import Distribution, Resolved, Scenario

__all__ = ["entry_of", "flow_of", "item_of", "plain", "to_yaml", "yaml_of"]

_WIDTH = 96
# Text that every YAML reader takes for text, in flow as in block, whatever stands beside it. What
# looks like a number is left bare: the reader takes every scalar as text.
_BARE = re.compile(r"(?:[A-Za-z0-9_./(+]|-(?=[A-Za-z0-9(_.]))[A-Za-z0-9_./<>=+()* ;%^!'-]*")
_NULLS = {"", "~", "null"}


def to_yaml(scenario: Scenario) -> str:
    """YAML of the scenario, keys in the order of the models, defaults left out.

    `load` gives back an equal scenario (of the expanded one: what `use:` and `proposals` made stays
    written out).
    """
    lines: list[str] = []
    data = plain(scenario)
    for key, value in data.items():
        if lines and isinstance(value, (dict, list)):
            lines.append("")
        _block(lines, "", key, value)
    return "\n".join(lines) + "\n"


def yaml_of(data: Mapping[str, Any]) -> str:
    """YAML of plain data (dicts, lists and text), quoted where any reader might misread it.

    What the words are does not matter: they are read back as the same words, never as keys, tags
    or comments.
    """
    lines: list[str] = []
    for key, value in data.items():
        _block(lines, "", key, value)
    return "".join(f"{line}\n" for line in lines)


def plain(value: Any) -> Any:
    """A model as dicts, lists and text, as an author would have written it."""
    if isinstance(value, BaseModel):
        if isinstance(value, Distribution) and value.model_fields_set <= {"value"}:
            return value.value
        if isinstance(value, Resolved) and value.model_fields_set <= {"value"}:
            return value.value
        out: dict[str, Any] = {}
        for name, key in keys_of(type(value)).items():
            inner = getattr(value, key.field)
            default = type(value).model_fields[key.field].get_default(call_default_factory=True)
            if inner is None or (not key.required and inner == default):
                continue
            out[name] = plain(inner)
        for name, inner in (value.model_extra or {}).items():
            out[name] = plain(inner)
        return out
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return value


def _block(lines: list[str], indent: str, key: str, value: Any) -> None:
    """Append `key: value`, on one line where it fits."""
    head = f"{indent}{_scalar(key)}:"
    flow = _flow(value)
    if isinstance(value, str) and len(head) + len(value) > _WIDTH and _foldable(value):
        lines.append(f"{head} >" if value.endswith("\n") else f"{head} >-")
        lines.extend(
            wrap(
                value,
                _WIDTH,
                initial_indent=indent + "  ",
                subsequent_indent=indent + "  ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    elif _one_line(value, len(head) + 1 + len(flow)):
        lines.append(f"{head} {flow}")
    elif isinstance(value, dict):
        lines.append(head)
        for name, inner in value.items():
            _block(lines, indent + "  ", name, inner)
    else:
        lines.append(head)
        for item in value:
            _item(lines, indent + "  ", item)


def _foldable(text: str) -> bool:
    """Whether folding and unfolding gives the same text: words with single spaces between them."""
    bare = text.removesuffix("\n")
    return bare.isprintable() and " ".join(bare.split(" ")) == " ".join(bare.split())


def _item(lines: list[str], indent: str, value: Any) -> None:
    flow = _flow(value)
    if (
        not isinstance(value, dict)
        or not value
        or (_small(value) and len(indent) + 2 + len(flow) <= _WIDTH)
    ):
        lines.append(f"{indent}- {flow}")
        return
    inner: list[str] = []
    for name, each in value.items():
        _block(inner, indent + "  ", name, each)
    inner[0] = f"{indent}- {inner[0][len(indent) + 2 :]}"
    lines.extend(inner)


def _one_line(value: Any, length: int) -> bool:
    return not isinstance(value, (dict, list)) or not value or (_small(value) and length <= _WIDTH)


def _small(value: Any) -> bool:
    """Whether a collection reads well on one line: nothing in it is nested twice."""
    items = value.values() if isinstance(value, dict) else value
    return all(
        not isinstance(v, dict)
        and not (isinstance(v, list) and any(isinstance(i, (dict, list)) for i in v))
        for v in items
    )


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(v) for v in value) + "]"
    return _scalar(str(value))


def _scalar(text: str) -> str:
    """Bare where that is safe everywhere, else in double quotes with JSON's escapes."""
    if (
        _BARE.fullmatch(text)
        and text == text.strip()
        and text.lower() not in _NULLS
        and text != "<<"
    ):
        return text
    out = []
    for char in text:
        if char in '"\\':
            out.append("\\" + char)
        elif char == "\n":
            out.append("\\n")
        elif char.isprintable() and char != "\ufeff":
            out.append(char)
        else:
            out.append(f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}")
    return '"' + "".join(out) + '"'


def flow_of(value: Any) -> str:
    """Plain data (dicts, lists and text) on one line, as it can stand anywhere in YAML."""
    return _flow(value)


def entry_of(key: str, value: Any, indent: str) -> list[str]:
    """The lines of `key: value` in a block mapping whose keys stand after `indent`."""
    lines: list[str] = []
    _block(lines, indent, key, value)
    return lines


def item_of(value: Any, indent: str) -> list[str]:
    """The lines of an item of a block list whose dashes stand after `indent`."""
    lines: list[str] = []
    _item(lines, indent, value)
    return lines
