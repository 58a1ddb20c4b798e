"""Plain data to the models: unknown keys, wrong types and missing keys, in plain words.

Pydantic would find the same faults, but reports a union as every branch that failed. This walk
reads the models' own annotations, picks the branch that the author most likely meant, and converts
text to the numbers and booleans that the models ask for. Pydantic still has the last word.
"""

from __future__ import annotations

import math
import operator
import re
import typing
from collections.abc import Mapping
from typing import Any, Literal

import annotated_types as at
from pydantic import BaseModel, ValidationError

from standoff.errors import Problem, nearest
from standoff.scenario.annotations import (
    Option,
    extra_of,
    has_short_form,
    keys_of,
    kind_of,
    options,
    words_for,
)  # fmt: skip
from standoff.scenario.model_base import as_list, expression_text, moment_text
from standoff.scenario.models import Scenario
from standoff.scenario.positions import Positions

__all__ = ["shaped"]

_TRUE, _FALSE = {"true", "yes", "on"}, {"false", "no", "off"}
_MISSING = object()


def shaped(data: Any, positions: Positions) -> tuple[Scenario | None, list[Problem]]:
    """The scenario, or None and every fault of shape."""
    walk = _Walk(positions)
    clean = walk.model(Scenario, data, "")
    if walk.problems:
        return None, walk.problems
    try:
        return Scenario.model_validate(clean), []
    except ValidationError as error:
        return None, [_plain(e, clean, positions) for e in error.errors(include_url=False)]


class _Walk:
    def __init__(self, positions: Positions) -> None:
        self.positions = positions
        self.problems: list[Problem] = []

    def model(self, model: type[BaseModel], data: Mapping[str, Any], path: str) -> dict[str, Any]:
        """A mapping as `model` wants it."""
        keys, extra = keys_of(model), extra_of(model)
        out: dict[str, Any] = {}
        for name, value in data.items():
            inner = f"{path}.{name}" if path else name
            key = keys.get(name)
            if key is not None:
                if value is None:  # an empty value: as if the key were not there
                    continue
                out[name] = self.value(key.options, value, inner)
            elif extra is not None:
                out[name] = self._entry(extra, value, inner)
            else:
                self._unknown(model, name, inner, data)
        for name, key in keys.items():
            if key.required and name not in out:
                self._missing(name, path, [k for k in data if k not in keys])
        return out

    def value(self, choices: tuple[Option, ...], data: Any, path: str) -> Any:
        """A value as one of `choices` wants it; the data itself where a fault was noted."""
        if isinstance(data, dict):
            return self._mapping(choices, data, path)
        if isinstance(data, list):
            return self._list(choices, data, path)
        return self._text(choices, data, path)

    def _entry(self, choices: tuple[Option, ...], value: Any, path: str) -> Any:
        """An entry under a key of the author's own. An empty one is a thing without keys."""
        if value is None:
            if any(o.model is not None and not has_short_form(o.model) for o in choices):
                return self.value(choices, {}, path)
            self._add("missing-value", "there is nothing here", path, expected=words_for(choices))
            return None
        return self.value(choices, value, path)

    def _mapping(self, choices: tuple[Option, ...], data: dict[str, Any], path: str) -> Any:
        models = [o.model for o in choices if o.model is not None]
        maps = [o for o in choices if o.origin is dict]
        if models:
            best = max(models, key=lambda m: _likeness(m, data))
            if not maps or _likeness(best, data) > 0:
                return self.model(best, data, path)
        if maps:
            key_type, value_type = typing.get_args(maps[0].type)
            names, inner = options(key_type), options(value_type)
            out = {}
            for name, value in data.items():
                place = f"{path}.{name}" if path else name
                self._text(names, name, place, key=True)
                out[name] = self._entry(inner, value, place)
            return out
        self._wrong(choices, data, path)
        return data

    def _list(self, choices: tuple[Option, ...], data: list[Any], path: str) -> Any:
        lists = [o for o in choices if o.origin is tuple]
        if not lists:
            self._wrong(choices, data, path)
            return data
        inner = typing.get_args(lists[0].type)
        if inner[-1] is Ellipsis:
            item = options(inner[0], lists[0].metadata if as_list not in lists[0].before else ())
            return [self.value(item, v, f"{path}.{i}") for i, v in enumerate(data)]
        if len(data) != len(inner):
            self._wrong(choices, data, path, found=f"a list of {len(data)}")
            return data
        return [
            self.value(options(kind), v, f"{path}.{i}")
            for i, (kind, v) in enumerate(zip(inner, data, strict=True))
        ]

    def _text(self, choices: tuple[Option, ...], data: Any, path: str, key: bool = False) -> Any:
        faults: list[Problem] = []
        for option in sorted(choices, key=_rank):
            got = self._scalar(option, data, path, faults)
            if got is not _MISSING:
                return got
        if faults:
            first = faults[0]
            where = self.positions.key(path) if key else self.positions.at(path)
            self.problems.append(
                Problem(
                    first.code,
                    first.message,
                    where,
                    path,
                    first.found,
                    first.expected,
                    first.nearest,
                )
            )
        else:
            self._wrong(choices, data, path)
        return data

    def _scalar(self, option: Option, data: Any, path: str, faults: list[Problem]) -> Any:
        """The scalar as `option` wants it, or `_MISSING`."""
        if not isinstance(data, (str, int, float)):
            if moment_text in option.before and hasattr(data, "isoformat"):
                return data
            return _MISSING
        if option.model is not None:
            return data if has_short_form(option.model) else _MISSING
        if option.origin is tuple:
            if as_list not in option.before:
                return _MISSING
            inner = typing.get_args(option.type)[0]
            return [self._text(options(inner), data, path)]
        if option.origin is Literal:
            return _literal(option, data, faults)
        if option.type is bool:
            return _boolean(data, faults)
        if option.type in (int, float):
            return _number(option, data, faults)
        if option.type is str:
            return _string(option, data, faults)
        return _MISSING

    # --- faults

    def _add(
        self,
        code: str,
        message: str,
        path: str,
        found: str = "",
        expected: str = "",
        near: str = "",
    ) -> None:
        place = self.positions.at(path)
        self.problems.append(Problem(code, message, place, path, found, expected, near))

    def _unknown(
        self, model: type[BaseModel], name: str, path: str, data: Mapping[str, Any]
    ) -> None:
        free = [k for k in keys_of(model) if k not in data]
        near = nearest(name, free) or nearest(name.lower(), free) or nearest(name, keys_of(model))
        home = path.rpartition(".")[0]
        words = f"there is no key {name!r} in {home}" if home else f"there is no key {name!r}"
        shown = sorted(free)
        expected = "one of " + ", ".join(shown) if not near and 0 < len(shown) <= 24 else ""
        self.problems.append(
            Problem(
                "unknown-key", words, self.positions.key(path), path, repr(name), expected, near
            )
        )

    def _missing(self, name: str, path: str, strange: list[str]) -> None:
        meant = nearest(name, strange)
        if any(p.nearest == name and p.path.rpartition(".")[0] == path for p in self.problems):
            return  # it is there, misspelt, and has been told
        if meant:  # among the author's own keys, such as the types of an actor
            inner = f"{path}.{meant}" if path else meant
            place = self.positions.key(inner)
            words = f"{name!r} is missing"
            self.problems.append(
                Problem("missing-key", words, place, inner, repr(meant), f"{name}:", name)
            )
            return
        home = f"in {path}" if path else "in the scenario"
        # the head of the mapping, not the whole of it, is what an editor should underline
        place = self.positions.key(path)
        self.problems.append(
            Problem("missing-key", f"{name!r} is missing {home}", place, path, expected=f"{name}:")
        )

    def _wrong(self, choices: tuple[Option, ...], data: Any, path: str, found: str = "") -> None:
        name = path.rpartition(".")[2]
        shown = found or kind_of(data)
        wants_text = any(o.type in (str, int, float) for o in choices)
        swallowed = wants_text and isinstance(data, (dict, list)) and not found
        expected = words_for(choices)
        if swallowed and self.positions.flow(path):
            self._add(
                "quote-it",
                f"YAML took the brackets of {name!r} for its own",
                path,
                shown,
                f"{expected}; if this is an expression, quote it",
            )
            return
        self._add("wrong-type", f"{name!r} has the wrong shape", path, shown, expected)


def _rank(option: Option) -> int:
    """Numbers and named values before free text, so that `0.7` is a number where it may be one."""
    if option.origin is Literal or option.type in (bool, int, float):
        return 0
    return 1 if option.type is str else 2


def _likeness(model: type[BaseModel], data: Mapping[str, Any]) -> int:
    """How much a mapping looks like `model`: known keys less unknown and missing ones."""
    keys = keys_of(model)
    known = sum(k in keys for k in data)
    strange = 0 if extra_of(model) is not None else len(data) - known
    missing = sum(k.required and k.name not in data for k in keys.values())
    return known - strange - 2 * missing


def _literal(option: Option, data: Any, faults: list[Problem]) -> Any:
    allowed = typing.get_args(option.type)
    for value in allowed:
        if str(value) == str(data):
            return value
    words = [str(a) for a in allowed]
    faults.append(
        Problem(
            "wrong-value",
            "this value is not one of those allowed",
            found=repr(str(data)[:60]),
            expected=" or ".join(words) if len(words) < 3 else "one of " + ", ".join(words),
            nearest=nearest(str(data), words),
        )
    )
    return _MISSING


def _boolean(data: Any, faults: list[Problem]) -> Any:
    word = str(data).lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    faults.append(
        Problem(
            "wrong-type",
            "this is neither true nor false",
            found=repr(str(data)[:60]),
            expected="true or false",
        )
    )
    return _MISSING


def _number(option: Option, data: Any, faults: list[Problem]) -> Any:
    whole = option.type is int
    text = str(data).strip().replace("_", "x")
    try:
        value = int(text) if whole and len(text) < 20 else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or (whole and not isinstance(value, int)):
        faults.append(
            Problem(
                "wrong-type",
                "this is not a number",
                found=repr(str(data)[:60]),
                expected=words_for((option,)),
            )
        )
        return _MISSING
    for kind, name, fits in (
        (at.Ge, "ge", operator.ge),
        (at.Gt, "gt", operator.gt),
        (at.Le, "le", operator.le),
        (at.Lt, "lt", operator.lt),
    ):
        bound = option.limit(kind, name)
        if bound is not None and not fits(value, bound):
            faults.append(
                Problem(
                    "out-of-range",
                    "this number is out of its range",
                    found=str(data)[:40],
                    expected=words_for((option,)),
                )
            )
            return _MISSING
    return value


def _string(option: Option, data: Any, faults: list[Problem]) -> Any:
    if isinstance(data, (bool, int, float)):
        data = expression_text(data)
    limit = option.limit(at.MaxLen, "max_length")
    if limit is not None and len(data) > limit:
        faults.append(
            Problem(
                "too-long",
                "this text is too long",
                found=f"{len(data)} characters",
                expected=f"at most {limit}",
            )
        )
        return _MISSING
    if option.pattern and not re.search(option.pattern, data):
        hyphen = "_-" if "_-" in option.pattern else "_"
        faults.append(
            Problem(
                "bad-name",
                "this can't be a name",
                found=repr(data[:60]),
                expected=f"a letter, then letters, digits and {' or '.join(hyphen)}",
            )
        )
        return _MISSING
    return data


def _plain(error: Any, data: Any, positions: Positions) -> Problem:
    """A fault that only Pydantic saw (a validator of a model), without its jargon."""
    parts: list[str] = []
    here = data
    for step in error["loc"]:
        listed = isinstance(here, (list, tuple)) and isinstance(step, int) and step < len(here)
        if not listed and not (isinstance(here, dict) and step in here):
            continue  # the name of a branch of a union
        here = here[step]
        parts.append(str(step))
    path = ".".join(parts)
    message = re.sub(r"^(Value|Assertion) error, ", "", str(error["msg"]))
    return Problem(
        "wrong-value",
        message[:1].lower() + message[1:],
        positions.at(path),
        path,
        found=kind_of(here) if parts else "",
    )
