"""Odds of types, and the precision of play, set by hand: `prior.ACTOR.TYPE` and `precision`.

The actor's other types keep their odds among each other, and share what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standoff.errors import Problem, ScenarioError, nearest
from standoff.scenario.models import Actor, Distribution, Prior, Scenario

PRECISION = "precision"
LARGEST_PRECISION = 1000.0
REST = "rest"
BY_HAND = "set by hand"


def apart(
    scenario: Scenario, settings: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, dict[str, float]], float | None]:
    """Settings by what they are: parameters as they came, odds by actor and type, the precision.

    Raises `ScenarioError` for an actor or type that isn't there, and for numbers that can't be.
    """
    parameters: dict[str, str] = {}
    priors: dict[str, dict[str, float]] = {}
    precision: float | None = None
    for key, value in settings.items():
        first, _, rest = key.partition(".")
        if key == PRECISION and key not in scenario.parameters:
            precision = _number(key, value, LARGEST_PRECISION)
        elif first == "prior" and rest and first not in scenario.parameters:
            actor, _, kind = rest.partition(".")
            held = scenario.actors.get(actor)
            if held is None or kind not in held.types:
                known = [f"prior.{a}.{t}" for a, b in scenario.actors.items() for t in b.types]
                raise _wrong("unknown-prior", f"there is no {key!r} to set", key,
                             "prior.ACTOR.TYPE", nearest(key, known))  # fmt: skip
            priors.setdefault(actor, {})[kind] = _number(key, value, 1.0)
        else:
            parameters[key] = value
    return parameters, priors, precision


def with_priors(
    scenario: Scenario, priors: Mapping[str, Mapping[str, float]], precision: float | None
) -> Scenario:
    """The scenario with these odds of types and this precision written into it."""
    update: dict[str, Any] = {}
    if priors:
        joint = {name for row in scenario.joint or () for name in row.types}
        actors = dict(scenario.actors)
        for name, wanted in priors.items():
            if name in joint:
                raise _wrong("joint-prior", f"the odds of {name}'s types stand in a joint table",
                             f"prior.{name}", "the table changed in the scenario")  # fmt: skip
            held = actors[name]
            actors[name] = held.model_copy(update={"prior": _moved(name, held, dict(wanted))})
        update["actors"] = actors
    if precision is not None:
        fixed = Distribution(value=f"{precision!r}", because=BY_HAND)
        update["solve"] = scenario.solve.model_copy(update={"precision": fixed})
    return scenario.model_copy(update=update) if update else scenario


def _moved(name: str, actor: Actor, wanted: dict[str, float]) -> Prior:
    left = 1.0 - sum(wanted.values())
    others = [t for t in actor.types if t not in wanted]
    if left < -1e-9 or (not others and abs(left) > 1e-9):
        raise _wrong("odds-sum", f"the odds of {name}'s types must sum to 1",
                     f"{1.0 - left:g}", "less than 1" if others else "1")  # fmt: skip
    entries = {t: Distribution(value=f"{p!r}", because=BY_HAND) for t, p in wanted.items()}
    if len(others) == 1:
        entries[others[0]] = Distribution(value=REST)
    elif others:
        entries |= _shared(name, actor, list(wanted), others, left)
    prior = actor.prior or Prior()
    words = {"because": prior.because, "source": prior.source}
    ordered = {t: entries[t] for t in actor.types}
    return Prior.model_validate(words).model_copy(update=ordered)


def _shared(
    name: str, actor: Actor, set_: list[str], others: list[str], left: float
) -> dict[str, Distribution]:
    """What the others get: their own odds, scaled to what is left."""
    prior = actor.prior
    if prior is None:
        return {t: Distribution(value=f"{left / len(others)!r}") for t in others}
    held = prior.by_type
    if prior.dirichlet is not None or not all(d.fixed for d in held.values()):
        raise _wrong(
            "uncertain-prior",
            f"the odds of {name}'s other types are uncertain by themselves, and can't be scaled",
            f"prior.{name}.{set_[0]}",
            "their odds written with parameters, as cuba-1962 does",
        )
    text = {t: _text(held, t, list(actor.types)) for t in actor.types}
    total = " + ".join(f"({text[t]})" for t in others)
    out = {t: Distribution(value=f"{left!r}*({text[t]})/({total})") for t in others}
    out[others[-1]] = Distribution(value=REST)  # so that rounding can't make them miss one
    return out


def _text(held: Mapping[str, Distribution], kind: str, kinds: list[str]) -> str:
    """A type's odds as an expression, `rest` written out; 0 where the prior leaves it out."""
    entry = held.get(kind)
    if entry is None or entry.value is None:
        return "0"
    if entry.value.strip() != REST:
        return entry.value
    given = [f"({_text(held, t, kinds)})" for t in kinds if t != kind and t in held]
    return " - ".join(["1", *given])


def _number(key: str, value: str, most: float) -> float:
    """A number strictly between 0 and `most`."""
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not 0.0 < number < most:
        raise _wrong("bad-setting", f"{key} can't be set to that", value,
                     f"a number between 0 and {most:g}")  # fmt: skip
    return number


def _wrong(code: str, message: str, found: str, expected: str, near: str = "") -> ScenarioError:
    return ScenarioError(Problem(code, message, found=found, expected=expected, nearest=near))
