"""Static checks of parameters: distributions, correlations, views, precision."""

from __future__ import annotations

import math
from collections.abc import Collection

from standoff.errors import ScenarioError
from standoff.scenario.check_context import CONSTANT, WEIGHT, Context
from standoff.scenario.correlations import correlated
from standoff.scenario.models import Distribution, ParameterByType

__all__ = ["all_types", "check_parameters", "distribution", "finite"]

_KINDS = ("value", "uniform", "triangular", "pert", "normal", "lognormal", "beta", "choice")


def check_parameters(context: Context) -> None:
    """Everything that is a number of the analyst's."""
    _parameters(context)
    _correlations(context)
    _views(context)
    _precision(context)


def distribution(
    context: Context, model: Distribution, path: str, allow: Collection[str] = CONSTANT
) -> tuple[float, float] | None:
    """Check one distribution; returns (lowest, highest) where they are known."""
    given = [k for k in _KINDS if getattr(model, k) is not None]
    if len(given) != 1:
        context.add(
            "one-of",
            "a number has no value and no distribution"
            if not given
            else f"a number has {' and '.join(given)} at once",
            path,
            expected="exactly one of " + ", ".join(_KINDS),
            key=True,
        )
        return None
    kind = given[0]
    if kind == "choice":
        return _choice(context, model, path)
    if kind == "value":
        # A bare number stands at the path itself, a written-out one under `value`.
        inner = f"{path}.value"
        here = inner if inner in context.positions.spans else path
        text = model.value or ""
        number = context.constant(context.expression(text, here, allow))
        if number is None:
            return None
        if not math.isfinite(number):
            context.add("not-finite", "a number must be finite", here, found=text)
            return None
        return number, number
    numbers = [
        context.constant(context.expression(text, f"{path}.{kind}.{i}", CONSTANT))
        for i, text in enumerate(getattr(model, kind))
    ]
    values = [n for n in numbers if n is not None]
    if len(values) != len(numbers):
        return None
    return _support(context, kind, values, f"{path}.{kind}")


def _support(
    context: Context, kind: str, values: list[float], path: str
) -> tuple[float, float] | None:
    fault = ""
    if not all(map(math.isfinite, values)):
        fault = "finite numbers"
    elif kind == "uniform" and not values[0] < values[1]:
        fault = "[low, high] with low < high (a fixed number is written `value:`)"
    elif kind in ("triangular", "pert") and not (
        values[0] <= values[1] <= values[2] and values[0] < values[2]
    ):
        fault = "[low, mode, high] with low <= mode <= high and low < high"
    elif kind == "normal" and not values[1] > 0:
        fault = "[mean, standard deviation] with a standard deviation above 0"
    elif kind == "lognormal" and not (values[0] > 0 and values[1] > 0):
        fault = "[median, standard deviation of the logarithm], both above 0"
    elif kind == "beta" and not (values[0] > 0 and values[1] > 0):
        fault = "[a, b], both above 0"
    if fault:
        found = "[" + ", ".join(f"{v:g}" for v in values) + "]"
        context.add(
            "bad-distribution",
            f"these numbers make no {kind} distribution",
            path,
            found=found,
            expected=fault,
        )
        return None
    if kind in ("uniform", "triangular", "pert"):
        return values[0], values[-1]
    return {"normal": (-math.inf, math.inf), "lognormal": (0.0, math.inf)}.get(kind, (0.0, 1.0))


def _choice(context: Context, model: Distribution, path: str) -> tuple[float, float] | None:
    values = []
    for key in model.choice or {}:
        word = {"on": "1", "off": "0"}.get(key, key)
        number = context.constant(context.expression(word, f"{path}.choice.{key}", CONSTANT))
        if number is not None:
            values.append(number)
    context.odds(model.choice or {}, f"{path}.choice", CONSTANT, what="odds of the values")
    if not values:
        return None
    return min(values), max(values)


def _parameters(context: Context) -> None:
    earlier: set[str] = set()
    for name, model in context.scenario.parameters.items():
        path = f"parameters.{name}"
        if isinstance(model, ParameterByType):
            _by_type(context, model, path)
            entries = {f"{path}.{t}": d for t, d in model.by_type.items()}
        else:
            entries = {path: model}
        before = set(context.used)
        for place, entry in entries.items():
            distribution(context, entry, place)
        used = context.used - before
        context.used = before | {n for n in used if n != name}
        late = sorted(n for n in used if n in context.names.parameters and n not in earlier)
        if late:
            context.add(
                "parameter-order",
                "a parameter can only rest on those listed before it",
                path,
                found=", ".join(late),
                key=True,
            )
        earlier.add(name)


def _by_type(context: Context, model: ParameterByType, path: str) -> None:
    actors = context.scenario.actors
    if not context.known("actor", model.by, actors, f"{path}.by"):
        return
    all_types(context, model.by, model.by_type, path)


def all_types(context: Context, actor: str, given: Collection[str], path: str) -> None:
    """Whether there is an entry for each type of an actor, and for nothing else."""
    types = context.scenario.actors[actor].types
    if not types:
        context.add(
            "unknown-type",
            f"{actor!r} has no types",
            f"{path}.by",
            found=repr(actor),
            expected="an actor with types",
        )
        return
    for kind in given:
        if kind not in types:
            context.unknown("type", kind, types, f"{path}.{kind}", key=True)
    missing = [t for t in types if t not in given]
    if missing:
        context.add(
            "missing-type",
            f"no entry for {', '.join(missing)}",
            path,
            expected="an entry for each type of " + actor,
            key=True,
        )


def _correlations(context: Context) -> None:
    before = len(context.problems)
    for index, each in enumerate(context.scenario.correlate):
        keys = []
        for place, key in enumerate(each.between):
            path = f"correlate.{index}.between.{place}"
            base, _, kind = key.partition(".")
            info = context.names.parameters.get(base)
            known = [k for p in context.names.parameters.values() for k in p.keys]
            if info is None or key not in info.keys:
                context.unknown("parameter", key, known, path)
            elif info.distributions[kind].fixed:
                context.add(
                    "fixed-parameter",
                    f"{key!r} is fixed: it varies with nothing",
                    path,
                    expected="a parameter with a distribution",
                )
            keys.append(key)
        if keys[0] == keys[1]:
            context.add(
                "correlate-itself",
                "a parameter can't be correlated with itself",
                f"correlate.{index}.between",
                found=keys[0],
            )
    if len(context.problems) == before:
        try:
            correlated(list(enumerate(context.scenario.correlate)))
        except ScenarioError as error:
            for p in error.problems:
                context.add(p.code, p.message, p.path, found=p.found, expected=p.expected)


def _views(context: Context) -> None:
    known = [k for p in context.names.parameters.values() for k in p.keys]
    known += [n for n in context.names.parameters if n not in known]
    for name, view in context.scenario.views.items():
        for key, text in view.set.items():
            path = f"views.{name}.set.{key}"
            if key not in known:
                context.unknown("parameter", key, known, path, key=True)
            word = {"on": "1", "off": "0", "true": "1", "false": "0"}.get(text.lower(), text)
            finite(context, word, path, CONSTANT)


def _precision(context: Context) -> None:
    support = distribution(context, context.scenario.solve.precision, "solve.precision", WEIGHT)
    if support is not None and support[0] < 0:
        context.add(
            "out-of-range",
            "precision can't be negative",
            "solve.precision",
            found=f"{support[0]:g}",
            expected="at least 0",
        )


def finite(context: Context, text: str, path: str, allow: Collection[str]) -> float | None:
    """An expression; its value where that is constant. A constant that is not finite is a fault."""
    number = context.constant(context.expression(text, path, allow))
    if number is not None and not math.isfinite(number):
        context.add("not-finite", "a number must be finite", path, found=text)
        return None
    return number
