"""Where two scenarios differ: in numbers that may be mixed, or in the crisis itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from standoff.compile.drawn import parameter_distributions
from standoff.errors import ScenarioError
from standoff.scenario.constants import number
from standoff.scenario.grades import trusts
from standoff.scenario.models import Distribution, Prior, Scenario

ASKED = (
    "id", "title", "summary", "note", "as_of", "judgements", "questions", "sources", "views",
    "links", "grades", "markings",
)  # fmt: skip
"""Parts of a scenario that say nothing of the crisis: what is asked, how it is called, and on which
papers it rests. How far its items are trusted is compared by itself."""
NUMBERS = ("parameters", "correlate", "solve")
"""Parts that are compared number by number."""
PROSE = {
    "label", "because", "source", "text", "name", "title", "note", "desk", "first_known", "ratings",
    "marking",
}  # fmt: skip
"""Fields of a part that are words for a reader."""
TRUST = "reliability"
"""Field of a record item that is compared with what its grades make of it."""

Entry = tuple[Any, ...]


def entries(scenario: Scenario) -> dict[str, Entry]:
    """Everything that has a value or a distribution, by key: parameters (`name`, `name.type`),
    priors (`prior.actor`), `joint`, `precision`. Equal entries mean the same whatever their prose.
    """
    found: dict[str, Entry] = {
        key: _entry(held) for key, held in parameter_distributions(scenario).items()
    }
    for name, actor in scenario.actors.items():
        if actor.types:
            found[f"prior.{name}"] = _prior(actor.prior, tuple(actor.types))
    if scenario.joint is not None:
        found["joint"] = tuple(_number(row.p) for row in scenario.joint)
    found["precision"] = _entry(scenario.solve.precision)
    return found


def _entry(held: Distribution) -> Entry:
    kind = held.kind
    given = getattr(held, kind)
    if isinstance(given, str):
        return (kind, _number(given))
    if isinstance(given, Mapping):
        return (kind, *((key, _number(text)) for key, text in given.items()))
    return (kind, *(_number(text) for text in given))


def _prior(held: Prior | None, types: tuple[str, ...]) -> Entry:
    if held is None:
        return ("even",)
    if held.dirichlet is not None:
        return ("dirichlet", *((t, held.dirichlet.get(t)) for t in types))
    by = held.by_type
    return tuple((t, _entry(by[t])) for t in types if t in by)


def _number(text: str) -> float | str:
    """A number as such, so that `0.30` is `0.3`; an expression as its text."""
    try:
        return float(number(text, {}, ""))
    except (ScenarioError, TypeError):
        return " ".join(text.split())


def first_difference(one: Scenario, other: Scenario) -> tuple[str, str, str] | None:
    """Key path of the first thing, besides values and distributions, in which two scenarios are
    not the same crisis, with what stands there in each; None where they are.
    """
    names = list(entries(one)), list(entries(other))
    for key in (*names[0], *names[1]):
        if key not in names[0] or key not in names[1]:
            here = "there" if key in names[0] else "not there"
            return (
                key if key.startswith("prior.") or key == "joint" else f"parameters.{key}",
                here, "not there" if here == "there" else "there",
            )  # fmt: skip
    for field in type(one).model_fields:
        if field not in ASKED and field not in NUMBERS:
            found = _apart(getattr(one, field), getattr(other, field), field)
            if found is not None:
                return found
    for index, (mine, theirs) in enumerate(zip(trusts(one), trusts(other), strict=True)):
        found = _apart(mine.odds, theirs.odds, f"record.{index}.{TRUST}")
        if found is not None:
            return found
    return _correlations(one, other)


def _apart(one: Any, other: Any, path: str) -> tuple[str, str, str] | None:
    if isinstance(one, BaseModel) and type(one) is type(other):
        fields = [f for f in type(one).model_fields if f not in PROSE | {"prior", TRUST}]
        if path.startswith("joint."):
            fields.remove("p")
        here = {f: getattr(one, f) for f in fields} | (one.__pydantic_extra__ or {})
        there = {f: getattr(other, f) for f in fields} | (other.__pydantic_extra__ or {})
        return _apart(here, there, path)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if list(one) != list(other):
            for key in (*one, *other):
                if key not in one or key not in other:
                    said = ("there", "not there") if key in one else ("not there", "there")
                    return (f"{path}.{key}", *said)
            return path, ", ".join(map(str, one)), ", ".join(map(str, other))
        for key in one:
            found = _apart(one[key], other[key], f"{path}.{key}")
            if found is not None:
                return found
        return None
    if isinstance(one, tuple) and isinstance(other, tuple):
        if len(one) != len(other):
            return path, f"{len(one)} entries", f"{len(other)} entries"
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            found = _apart(a, b, f"{path}.{i}")
            if found is not None:
                return found
        return None
    same = (_number(one) == _number(other)) if _texts(one, other) else one == other
    return None if same else (path, _shown(one), _shown(other))


def _texts(one: Any, other: Any) -> bool:
    return isinstance(one, str) and isinstance(other, str)


def _shown(value: Any) -> str:
    text = " ".join(str(value).split()) if value is not None else "nothing"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _correlations(one: Scenario, other: Scenario) -> tuple[str, str, str] | None:
    """Rank correlations have to be the same, but for those of what the other fixes."""
    left = {key for key, held in parameter_distributions(other).items() if held.fixed}
    mine, theirs = (
        {(min(c.between), max(c.between)): c.rank for c in each.correlate} for each in (one, other)
    )
    for pair in (*mine, *theirs):
        a, b = mine.get(pair), theirs.get(pair)
        if a != b and not (b is None and left & set(pair)):
            return (
                f"correlate ({pair[0]}, {pair[1]})",
                "none" if a is None else f"{a:g}", "none" if b is None else f"{b:g}",
            )  # fmt: skip
    return None
