"""What the models' annotations ask for, taken apart: branches, limits, keys, and plain words."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

import annotated_types as at
from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from standoff.scenario.model_base import expression_text, moment_text

__all__ = [
    "Key", "Option", "extra_of", "has_short_form", "keys_of", "kind_of", "options", "words_for",
]  # fmt: skip


@dataclass(frozen=True)
class Option:
    """One branch of an annotation, unions and `Annotated` taken apart."""

    type: Any
    metadata: tuple[Any, ...] = ()

    @property
    def origin(self) -> Any:
        """`tuple`, `dict`, `Literal`, or the type itself."""
        return typing.get_origin(self.type) or self.type

    @property
    def model(self) -> type[BaseModel] | None:
        """The model, where it is one."""
        is_model = isinstance(self.type, type) and issubclass(self.type, BaseModel)
        return self.type if is_model else None

    @property
    def before(self) -> set[Any]:
        """Functions that see the value first."""
        return {m.func for m in self.metadata if isinstance(m, BeforeValidator)}

    def limit(self, kind: type, name: str) -> Any:
        """The bound of `kind` (`at.Ge`, ...) among the metadata, or None."""
        return next((getattr(m, name) for m in self.metadata if isinstance(m, kind)), None)

    @property
    def pattern(self) -> str | None:
        """The regular expression that text must match."""
        found = next((m.pattern for m in self.metadata if getattr(m, "pattern", None)), None)
        return typing.cast("str | None", found)


@dataclass(frozen=True)
class Key:
    """A key of a model as the author writes it."""

    name: str
    field: str
    options: tuple[Option, ...]
    required: bool


def options(annotation: Any, metadata: tuple[Any, ...] = ()) -> tuple[Option, ...]:
    """The branches of an annotation, None left out."""
    if typing.get_origin(annotation) is Annotated:
        inner, *extra = typing.get_args(annotation)
        return options(inner, (*metadata, *_flat(extra)))
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return tuple(o for each in typing.get_args(annotation) for o in options(each, metadata))
    return () if annotation is type(None) else (Option(annotation, metadata),)


def _flat(metadata: list[Any]) -> Iterator[Any]:
    for each in metadata:
        if isinstance(each, FieldInfo):
            yield from each.metadata
        else:
            yield each


@lru_cache(maxsize=128)
def keys_of(model: type[BaseModel]) -> Mapping[str, Key]:
    """The keys of a model by the name that the author writes."""
    hints = typing.get_type_hints(model, include_extras=True)
    out = {}
    for name, info in model.model_fields.items():
        found = options(hints[name], tuple(info.metadata))
        key = info.alias or name
        out[key] = Key(key, name, found, info.is_required())
    return out


@lru_cache(maxsize=128)
def extra_of(model: type[BaseModel]) -> tuple[Option, ...] | None:
    """What keys of the author's own hold, in a model that has them (types of an actor)."""
    if model.model_config.get("extra") != "allow":
        return None
    hint = typing.get_type_hints(model, include_extras=True)["__pydantic_extra__"]
    return options(typing.get_args(hint)[1])


@lru_cache(maxsize=128)
def has_short_form(model: type[BaseModel]) -> bool:
    """Whether a bare value may stand for the whole mapping."""
    return bool(model.__pydantic_decorators__.model_validators)


def kind_of(data: Any) -> str:
    """What was found, in plain words."""
    if isinstance(data, dict):
        return "a mapping"
    if isinstance(data, list):
        return "a list"
    text = str(data)
    return repr(text if len(text) <= 40 else text[:37] + "...")


def words_for(choices: tuple[Option, ...]) -> str:
    """What may stand there, in plain words."""
    seen = dict.fromkeys(_word(o) for o in choices)
    return " or ".join(w for w in seen if w)


def _word(option: Option) -> str:
    if option.model is not None:
        keys = list(keys_of(option.model).values())
        shown = [k.name for k in keys if k.required] or [k.name for k in keys[:3]]
        return f"a mapping ({', '.join(shown)}{', ...' if len(shown) < len(keys) else ''})"
    if option.origin is dict:
        return "a mapping"
    if option.origin is tuple:
        inner = typing.get_args(option.type)
        if inner[-1] is Ellipsis:
            return "a list"
        return f"a list of {len(inner)}"
    if option.origin is Literal:
        return " or ".join(str(a) for a in typing.get_args(option.type))
    if option.type is bool:
        return "true or false"
    if option.type in (int, float):
        bounds = [
            f"{word} {bound}"
            for kind, name, word in (
                (at.Ge, "ge", "at least"),
                (at.Gt, "gt", "above"),
                (at.Le, "le", "at most"),
                (at.Lt, "lt", "below"),
            )
            if (bound := option.limit(kind, name)) is not None
        ]
        kind_word = "a whole number" if option.type is int else "a number"
        return " ".join([kind_word, " and ".join(bounds)]).strip()
    if option.type is str and expression_text in option.before:
        return "a number or an expression"
    if option.type is str and moment_text in option.before:
        return "a date"
    return "text"
