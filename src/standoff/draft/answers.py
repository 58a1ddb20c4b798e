"""A model's answer, read as data: bounded in size and depth, each item judged for itself.

An answer that holds no JSON object with the right lists can be asked for again; a single item that
isn't in the form asked for is dropped with the reason, and the others stand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from standoff.draft.asked import KINDS, LARGEST_ANSWER, MOST_ITEMS, AskedItem

__all__ = ["Misshapen", "Read", "Unusable", "read_answer"]

_STARTS = 20  # places in an answer at which an object is looked for
_DEEPEST = 40


class Unusable(ValueError):
    """The whole answer can't be used; the message says why, in words that a model may be told."""


@dataclass(frozen=True, slots=True)
class Misshapen:
    """An item that isn't in the form asked for."""

    kind: str
    said: str
    """The item as JSON, cut."""
    why: str


@dataclass(frozen=True, slots=True)
class Read:
    """What an answer holds, in its own order."""

    items: tuple[tuple[str, AskedItem], ...]
    misshapen: tuple[Misshapen, ...]


def read_answer(text: str) -> Read:
    """The items of an answer. Raises `Unusable` where there are none to be judged."""
    if len(text) > LARGEST_ANSWER:
        raise Unusable(f"it was longer than {LARGEST_ANSWER} characters")
    if not text.strip():
        raise Unusable("it was empty")
    data = _object(text)
    if not data.keys() & KINDS.keys():
        raise Unusable(f"the object has none of the keys {', '.join(KINDS)}")
    for key in KINDS:
        if not isinstance(data.get(key) or [], list):
            raise Unusable(f"{key} is not a list")
    items: list[tuple[str, AskedItem]] = []
    misshapen: list[Misshapen] = []
    for key, model in KINDS.items():
        given = data.get(key) or []
        for one in given[:MOST_ITEMS]:
            try:
                items.append((key, model.model_validate(one, strict=True)))
            except ValidationError as error:
                misshapen.append(Misshapen(key, _said(one), _why(error)))
        if len(given) > MOST_ITEMS:
            more = f"{len(given) - MOST_ITEMS} more {key}"
            misshapen.append(
                Misshapen(key, more, f"one answer may hold {MOST_ITEMS} items of a kind")
            )
    return Read(tuple(items), tuple(misshapen))


def _object(text: str) -> dict[str, Any]:
    """The first JSON object with one of the keys; models like to wrap theirs in words."""
    decoder = json.JSONDecoder()
    found: dict[str, Any] | None = None
    wrong = "it holds no JSON object"
    at = -1
    for _ in range(_STARTS):
        at = text.find("{", at + 1)
        if at < 0:
            break
        try:
            data, _end = decoder.raw_decode(text, at)
        except RecursionError:
            raise Unusable("its JSON is nested too deeply") from None
        except json.JSONDecodeError as error:
            line, column = error.lineno, error.colno
            wrong = f"it is not JSON: {error.msg} at line {line}, column {column}"
            continue
        except ValueError:  # a number of thousands of digits
            wrong = "it is not JSON: a number in it is too long"
            continue
        if _depth(data) > _DEEPEST:
            raise Unusable("its JSON is nested too deeply")
        if data.keys() & KINDS.keys():
            return dict(data)
        found = found or data
    if found is None:
        raise Unusable(wrong)
    return found


def _depth(data: Any) -> int:
    """How deep lists and objects are nested, up to a little over the limit."""
    level, depth = [data], 0
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, (dict, list))
        ]
    return depth


def _said(one: Any) -> str:
    text = json.dumps(one, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "…"


def _why(error: ValidationError) -> str:
    """The first complaint, short."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    told = first["msg"][:1].lower() + first["msg"][1:]
    return f"{where}: {told}" if where else told
