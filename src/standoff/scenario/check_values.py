"""Static checks of state and payoffs: start values, ranges, objectives and their weights."""

from __future__ import annotations

import math

from standoff.scenario.check_context import CONSTANT, ODDS, PAYOFF, WEIGHT, Context
from standoff.scenario.check_parameters import all_types, finite
from standoff.scenario.models import StartByType, StartDraw, StateVariable

__all__ = ["check_values", "value_fits"]


def check_values(context: Context) -> None:
    """State variables and objectives."""
    for name, variable in context.scenario.state.items():
        _state(context, name, variable)
    _objectives(context)


def _state(context: Context, name: str, model: StateVariable) -> None:
    path = f"state.{name}"
    if model.levels is not None and model.range is not None:
        context.add(
            "one-of", f"{name!r} has levels and a range", path, key=True, expected="one of the two"
        )
        return
    if model.levels is not None:
        if not model.levels:
            context.add("missing-value", "no levels", f"{path}.levels")
        for index, level in enumerate(model.levels):
            if level in model.levels[:index]:
                context.add(
                    "duplicate-id",
                    f"the level {level!r} is written twice",
                    f"{path}.levels.{index}",
                )
    if model.range is not None and model.range[0] > model.range[1]:
        context.add(
            "bad-range",
            "the range is empty",
            f"{path}.range",
            found=f"[{model.range[0]}, {model.range[1]}]",
            expected="[lowest, highest]",
        )
        return
    start = model.start
    if isinstance(start, StartByType):
        if context.known("actor", start.by, context.scenario.actors, f"{path}.start.by"):
            all_types(context, start.by, start.by_type, f"{path}.start")
        for kind, text in start.by_type.items():
            _value(context, name, text, f"{path}.start.{kind}")
    elif isinstance(start, StartDraw):
        for value in start.draw:
            _value(context, name, value, f"{path}.start.draw.{value}")
        context.odds(start.draw, f"{path}.start.draw", WEIGHT, what="odds of the start values")
    else:
        _value(context, name, start, f"{path}.start")


def _value(context: Context, name: str, text: str, path: str) -> None:
    """A start value: fixed, and one that the variable can have."""
    number = context.constant(context.expression(text, path, CONSTANT, beside=name))
    value_fits(context, name, number, text, path)


def value_fits(context: Context, name: str, number: float | None, text: str, path: str) -> None:
    """Whether a constant is one that the state variable can have."""
    if number is None:
        return
    variable = context.names.variables[name]
    if not math.isfinite(number):
        context.add("not-finite", "a value must be finite", path, found=text)
        return
    if variable.kind == "number" or variable.range is None:
        return
    low, high = variable.range
    if number != int(number):
        context.add(
            "out-of-range",
            f"{name!r} takes no fractions",
            path,
            found=text,
            expected=_allowed(context, name),
        )
    elif not low <= number <= high and variable.overflow == "error":
        context.add(
            "out-of-range",
            f"this is no value of {name!r}",
            path,
            found=text,
            expected=_allowed(context, name),
        )


def _allowed(context: Context, name: str) -> str:
    variable = context.names.variables[name]
    if variable.kind == "levels":
        return "one of " + ", ".join(variable.levels)
    if variable.kind == "boolean":
        return "true or false"
    assert variable.range is not None
    return f"a whole number from {variable.range[0]} to {variable.range[1]}"


def _objectives(context: Context) -> None:
    players = context.names.players
    for actor, terms in context.scenario.objectives.items():
        path = f"objectives.{actor}"
        if actor not in players:
            if actor in context.names.actors:
                context.add(
                    "not-a-player",
                    f"{actor!r} follows stated odds and wants nothing",
                    path,
                    expected="a player",
                    key=True,
                )
            else:
                context.unknown("actor", actor, players, path, key=True)
            continue
        for name, term in terms.items():
            here = f"{path}.{name}"
            if term.value is None and term.each_round is None:
                context.add(
                    "missing-key",
                    f"the objective {name!r} is worth nothing",
                    here,
                    expected="`value:` or `each_round:`",
                    key=True,
                )
            if term.value is not None:
                finite(context, term.value, f"{here}.value", PAYOFF)
            if term.each_round is not None:
                finite(context, term.each_round, f"{here}.each_round", ODDS)
            if isinstance(term.weight, dict):
                _weights(context, actor, term.weight, f"{here}.weight")
            else:
                finite(context, term.weight, f"{here}.weight", WEIGHT)
            discount = finite(context, term.discount, f"{here}.discount", WEIGHT)
            if discount is not None and not 0 <= discount <= 1:
                context.add(
                    "out-of-range",
                    "a discount is a factor from 0 to 1",
                    f"{here}.discount",
                    found=term.discount,
                )
    for player in players:
        if player not in context.scenario.objectives:
            context.warn(
                "no-objective",
                f"{player!r} wants nothing: it plays at random",
                f"actors.{player}",
                expected=f"objectives: {{{player}: ...}}",
                key=True,
            )


def _weights(context: Context, actor: str, weights: dict[str, str], path: str) -> None:
    types = context.scenario.actors[actor].types
    for kind, text in weights.items():
        if kind not in types:
            context.unknown("type", kind, types, f"{path}.{kind}", key=True)
        finite(context, text, f"{path}.{kind}", WEIGHT)
    missing = [t for t in types if t not in weights]
    if missing:
        context.add(
            "missing-type",
            f"no weight for {', '.join(missing)}",
            path,
            key=True,
            expected="a weight for each type",
        )
