"""What a chunk of variants leaves: its numbers by variant, as named columns.

A result (a frozen dataclass, a mapping or a tuple of such) holds structure, which is the same for
all variants of a scenario, and arrays whose last axis is the variants. The arrays are taken out
under readable names (``belief/ussr/hold/posterior/per_variant``), kept or sent, put end to end, and
put back into the structure. An array that stands in several places is kept once, under the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Columns = dict[str, Array]
"""Name -> array [v], all of one length."""
T = TypeVar("T")


def columns_of(result: object) -> Columns:
    """The arrays of a result by name, each [v]; of an array [a, b, v] one column for each place,
    named ``path/0/1``. Raises ValueError where two would have the same name or lengths differ.
    """
    found: Columns = {}
    seen: dict[int, Array] = {}

    def take(path: str, array: Array) -> Array:
        if id(array) in seen:
            return array
        seen[id(array)] = array
        for name, place in _places(path, array.shape[:-1]):
            if name in found:
                raise ValueError(f"two columns are named {name!r}")
            found[name] = array[place]
        return array

    _walk(result, "", take)
    if len({len(column) for column in found.values()}) > 1:
        raise ValueError("columns must have the same length")
    return found


def rebuilt(template: T, columns: Mapping[str, Array]) -> T:
    """The structure of `template` with the arrays of `columns` in the place of its own."""
    made: dict[int, Array] = {}
    length = len(next(iter(columns.values()), ()))

    def put(path: str, array: Array) -> Array:
        if id(array) not in made:
            lead = array.shape[:-1]
            rows = [columns[name] for name, _ in _places(path, lead)]
            made[id(array)] = (
                np.stack(rows).reshape(*lead, -1)
                if lead and rows
                else rows[0]
                if rows
                else np.empty((*lead, length), dtype=array.dtype)
            )
        return made[id(array)]

    return cast(T, _walk(template, "", put))


def joined(parts: Sequence[Mapping[str, Array]]) -> Columns:
    """Columns put end to end, in the order given. Raises ValueError where names differ."""
    if not parts:
        return {}
    first = parts[0]
    for part in parts[1:]:
        if part.keys() != first.keys():
            odd = sorted(part.keys() ^ first.keys())
            raise ValueError(f"chunks hold different columns: {', '.join(odd[:3])}")
    if len(parts) == 1:
        return dict(first)
    return {name: np.concatenate([part[name] for part in parts]) for name in first}


def _places(path: str, lead: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
    """Name and place of each column of an array with these leading axes."""
    return [("/".join([path, *map(str, place)]), place) for place in np.ndindex(*lead)]


def _walk(value: Any, path: str, each: Callable[[str, Array], Array]) -> Any:
    """The value with every array replaced by what `each` makes of it; the same object where
    nothing in it was replaced.
    """
    if isinstance(value, np.ndarray):
        return each(path, value)
    if is_dataclass(value) and not isinstance(value, type):
        old = {f.name: getattr(value, f.name) for f in fields(value) if f.init}
        changed = {}
        for name, part in old.items():
            new = _walk(part, _under(path, name), each)
            if new is not part:
                changed[name] = new
        return replace(value, **changed) if changed else value
    if isinstance(value, Mapping):
        made = {key: _walk(part, _under(path, key), each) for key, part in value.items()}
        return made if any(made[key] is not value[key] for key in made) else value
    if isinstance(value, tuple | list):
        several = [
            _walk(part, _under(path, name), each)
            for part, name in zip(value, _names(value), strict=True)
        ]
        if all(new is old for new, old in zip(several, value, strict=True)):
            return value
        return tuple(several) if isinstance(value, tuple) else several
    return value


def _under(path: str, key: object) -> str:
    return f"{path}/{key}" if path else str(key)


def _names(parts: Sequence[object]) -> list[str]:
    """What several are called: by their own `column` where they have one, else by their place;
    those of one name by both.
    """
    own = [getattr(part, "column", None) for part in parts]
    names = [name if isinstance(name, str) else str(i) for i, name in enumerate(own)]
    return [f"{name}#{i}" if names.count(name) > 1 else name for i, name in enumerate(names)]
