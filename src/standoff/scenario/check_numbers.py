"""Static checks of numbers: parameters, priors, start values, stakes, weights, precision."""

from __future__ import annotations

import math
from collections.abc import Collection

from standoff.scenario.check_context import CONSTANT, ODDS, PAYOFF, WEIGHT, Context
from standoff.scenario.models import (
    Actor,
    Distribution,
    ParameterByType,
    Prior,
    Stake,
    StartByType,
    StartDraw,
    StateVariable,
)

__all__ = ["check_numbers", "distribution"]

_KINDS = ("value", "uniform", "triangular", "pert", "normal", "lognormal", "beta", "choice")


def check_numbers(context: Context) -> None:
    """Everything that is a number or a distribution."""
    _parameters(context)
    _correlations(context)
    _priors(context)
    _joint(context)
    for name, variable in context.scenario.state.items():
        _state(context, name, variable)
    _objectives(context)
    _views(context)
    precision = context.scenario.solve.precision
    support = distribution(context, precision, "solve.precision", WEIGHT)
    if support is not None and support[0] < 0:
        context.add("out-of-range", "precision can't be negative", "solve.precision",
                    found=f"{support[0]:g}", expected="at least 0")  # fmt: skip


# --- distributions


def distribution(
    context: Context, model: Distribution, path: str, allow: Collection[str] = CONSTANT
) -> tuple[float, float] | None:
    """Check one distribution; returns (lowest, highest) where they are known."""
    given = [k for k in _KINDS if getattr(model, k) is not None]
    if len(given) != 1:
        context.add(
            "one-of",
            "a number has no value and no distribution" if not given
            else f"a number has {' and '.join(given)} at once",
            path, expected="exactly one of " + ", ".join(_KINDS), key=True,
        )  # fmt: skip
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
        context.add("bad-distribution", f"these numbers make no {kind} distribution", path,
                    found=found, expected=fault)  # fmt: skip
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
            context.distribution(entry, place)
        used = context.used - before
        context.used = before | {n for n in used if n != name}
        late = sorted(n for n in used if n in context.names.parameters and n not in earlier)
        if late:
            context.add("parameter-order", "a parameter can only rest on those listed before it",
                        path, found=", ".join(late), key=True)  # fmt: skip
        earlier.add(name)


def _by_type(context: Context, model: ParameterByType, path: str) -> None:
    actors = context.scenario.actors
    if not context.known("actor", model.by, actors, f"{path}.by"):
        return
    _all_types(context, model.by, model.by_type, path)


def _all_types(context: Context, actor: str, given: Collection[str], path: str) -> None:
    types = context.scenario.actors[actor].types
    if not types:
        context.add("unknown-type", f"{actor!r} has no types", f"{path}.by", found=repr(actor),
                    expected="an actor with types")  # fmt: skip
        return
    for kind in given:
        if kind not in types:
            context.unknown("type", kind, types, f"{path}.{kind}", key=True)
    missing = [t for t in types if t not in given]
    if missing:
        context.add("missing-type", f"no entry for {', '.join(missing)}", path,
                    expected="an entry for each type of " + actor, key=True)  # fmt: skip


def _correlations(context: Context) -> None:
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
                context.add("fixed-parameter", f"{key!r} is fixed: it varies with nothing", path,
                            expected="a parameter with a distribution")  # fmt: skip
            keys.append(key)
        if keys[0] == keys[1]:
            context.add("correlate-itself", "a parameter can't be correlated with itself",
                        f"correlate.{index}.between", found=keys[0])  # fmt: skip


# --- priors


def _priors(context: Context) -> None:
    for name, actor in context.scenario.actors.items():
        path = f"actors.{name}"
        if actor.prior is not None:
            _prior(context, actor, actor.prior, f"{path}.prior")
        for kind, model in actor.types.items():
            here = f"{path}.types.{kind}"
            if model.stake is None and actor.kind == "player":
                context.warn("no-stake", f"the type {kind!r} has no stake", here, key=True,
                             expected="stake: {from: ENDING, to: ENDING}, the unit of precision")  # fmt: skip
            elif isinstance(model.stake, Stake):
                for end, ending in (("from", model.stake.from_), ("to", model.stake.to)):
                    context.known("ending", ending, context.names.endings, f"{here}.stake.{end}")
                if model.stake.from_ == model.stake.to:
                    context.add("bad-stake", "a stake lies between two endings", f"{here}.stake",
                                found=f"{model.stake.to} twice")  # fmt: skip
            elif model.stake is not None:
                number = context.constant(context.expression(model.stake, f"{here}.stake", WEIGHT))
                if number is not None and not (math.isfinite(number) and number > 0):
                    context.add("out-of-range", "a stake is above 0", f"{here}.stake",
                                found=model.stake)  # fmt: skip


def _prior(context: Context, actor: Actor, prior: Prior, path: str) -> None:
    if not actor.types:
        context.add("prior-without-types", "odds of types, and no types", path, key=True,
                    expected="`types:` beside it")  # fmt: skip
        return
    given: Collection[str] = prior.dirichlet if prior.dirichlet is not None else prior.by_type
    inner = f"{path}.dirichlet" if prior.dirichlet is not None else path
    if prior.dirichlet is not None and prior.by_type:
        context.add("one-of", "a prior is either odds or `dirichlet:`", path, key=True)
        return
    for kind in given:
        if kind not in actor.types:
            context.unknown("type", kind, actor.types, f"{inner}.{kind}", key=True)
    missing = [t for t in actor.types if t not in given]
    if missing:
        context.add("missing-type", f"no odds for {', '.join(missing)}", inner, key=True,
                    expected="odds for each type (one may be `rest`)")  # fmt: skip
        return
    if prior.dirichlet is not None:
        for kind, weight in prior.dirichlet.items():
            if not (math.isfinite(weight) and weight > 0):
                context.add("out-of-range", "weights are above 0", f"{inner}.{kind}",
                            found=f"{weight:g}")  # fmt: skip
        return
    plain = {k: d.value for k, d in prior.by_type.items() if d.value is not None}
    if len(plain) == len(prior.by_type):
        places = {
            k: f"{path}.{k}.value" if f"{path}.{k}.value" in context.positions.spans
            else f"{path}.{k}" for k in plain
        }  # fmt: skip
        context.odds(plain, path, WEIGHT, what="odds of the types", paths=places)
        return
    _uncertain_prior(context, prior, path)


def _uncertain_prior(context: Context, prior: Prior, path: str) -> None:
    rests = [k for k, d in prior.by_type.items() if d.value is not None and d.value.strip() == "rest"]
    supports = [
        context.distribution(d, f"{path}.{k}", WEIGHT)
        for k, d in prior.by_type.items()
        if k not in rests
    ]
    for extra in rests[1:]:
        context.add("two-rests", "only one of them can be `rest`", f"{path}.{extra}")
    if not rests:
        context.add("odds-sum", "odds that vary can't sum to one by themselves", path, key=True,
                    expected="one of the types as `rest`, or `dirichlet:`")  # fmt: skip
        return
    known = [s for s in supports if s is not None]
    low, high = sum(s[0] for s in known), sum(s[1] for s in known)
    if any(s[0] < 0 or s[1] > 1 for s in known):
        context.add("odds-range", "odds of the types are numbers from 0 to 1", path, key=True)
    elif low > 1:
        context.add("odds-sum", "the odds of the types leave less than nothing for `rest`", path,
                    found=f"at least {low:g} without it", expected="at most 1", key=True)  # fmt: skip
    elif high > 1 and len(known) == len(supports):
        context.warn("odds-sum", "in some variants nothing is left for `rest`", path, key=True,
                     found=f"up to {high:g} without it", expected="at most 1")  # fmt: skip


def _joint(context: Context) -> None:
    rows = context.scenario.joint
    if rows is None:
        return
    actors = list(dict.fromkeys(a for row in rows for a in row.types))
    for index, row in enumerate(rows):
        path = f"joint.{index}"
        for actor, kind in row.types.items():
            if context.known("actor", actor, context.scenario.actors, f"{path}.{actor}"):
                types = context.scenario.actors[actor].types
                context.known("type", kind, types, f"{path}.{actor}")
        missing = [a for a in actors if a not in row.types]
        if missing:
            context.add("missing-actor", f"this row says nothing of {', '.join(missing)}", path,
                        expected="a type for each actor of the table")  # fmt: skip
    seen: dict[tuple[str, ...], int] = {}
    for index, row in enumerate(rows):
        combination = tuple(row.types.get(a, "") for a in actors)
        if combination in seen:
            context.add("duplicate-id", "this combination of types has a row already",
                        f"joint.{index}", found=", ".join(combination))  # fmt: skip
        seen[combination] = index
    for actor in actors:
        model = context.scenario.actors.get(actor)
        if model is not None and model.prior is not None:
            context.add("one-of", f"{actor!r} has odds of its own and a place in `joint`",
                        f"actors.{actor}.prior", key=True, expected="one of the two")  # fmt: skip
    entries = {str(i): row.p for i, row in enumerate(rows)}
    places = {str(i): f"joint.{i}.p" for i in range(len(rows))}
    context.odds(entries, "joint", WEIGHT, what="odds of the rows", paths=places)


# --- state


def _state(context: Context, name: str, model: StateVariable) -> None:
    path = f"state.{name}"
    if model.levels is not None and model.range is not None:
        context.add("one-of", f"{name!r} has levels and a range", path, key=True,
                    expected="one of the two")  # fmt: skip
        return
    if model.levels is not None:
        if not model.levels:
            context.add("missing-value", "no levels", f"{path}.levels")
        for index, level in enumerate(model.levels):
            if level in model.levels[:index]:
                context.add("duplicate-id", f"the level {level!r} is written twice",
                            f"{path}.levels.{index}")  # fmt: skip
    if model.range is not None and model.range[0] > model.range[1]:
        context.add("bad-range", "the range is empty", f"{path}.range",
                    found=f"[{model.range[0]}, {model.range[1]}]", expected="[lowest, highest]")  # fmt: skip
        return
    start = model.start
    if isinstance(start, StartByType):
        if context.known("actor", start.by, context.scenario.actors, f"{path}.start.by"):
            _all_types(context, start.by, start.by_type, f"{path}.start")
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


def value_fits(
    context: Context, name: str, number: float | None, text: str, path: str
) -> None:
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
        context.add("out-of-range", f"{name!r} takes no fractions", path, found=text,
                    expected=_allowed(context, name))  # fmt: skip
    elif not low <= number <= high and variable.overflow == "error":
        context.add("out-of-range", f"this is no value of {name!r}", path, found=text,
                    expected=_allowed(context, name))  # fmt: skip


def _allowed(context: Context, name: str) -> str:
    variable = context.names.variables[name]
    if variable.kind == "levels":
        return "one of " + ", ".join(variable.levels)
    if variable.kind == "boolean":
        return "true or false"
    assert variable.range is not None
    return f"a whole number from {variable.range[0]} to {variable.range[1]}"


# --- payoffs


def _objectives(context: Context) -> None:
    players = context.names.players
    for actor, terms in context.scenario.objectives.items():
        path = f"objectives.{actor}"
        if actor not in players:
            if actor in context.names.actors:
                context.add("not-a-player", f"{actor!r} follows stated odds and wants nothing",
                            path, expected="a player", key=True)  # fmt: skip
            else:
                context.unknown("actor", actor, players, path, key=True)
            continue
        for name, term in terms.items():
            here = f"{path}.{name}"
            if term.value is None and term.each_round is None:
                context.add("missing-key", f"the objective {name!r} is worth nothing", here,
                            expected="`value:` or `each_round:`", key=True)  # fmt: skip
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
                context.add("out-of-range", "a discount is a factor from 0 to 1",
                            f"{here}.discount", found=term.discount)  # fmt: skip
    for player in players:
        if player not in context.scenario.objectives:
            context.warn("no-objective", f"{player!r} wants nothing: it plays at random",
                         f"actors.{player}", expected=f"objectives: {{{player}: ...}}", key=True)  # fmt: skip


def _weights(context: Context, actor: str, weights: dict[str, str], path: str) -> None:
    types = context.scenario.actors[actor].types
    for kind, text in weights.items():
        if kind not in types:
            context.unknown("type", kind, types, f"{path}.{kind}", key=True)
        finite(context, text, f"{path}.{kind}", WEIGHT)
    missing = [t for t in types if t not in weights]
    if missing:
        context.add("missing-type", f"no weight for {', '.join(missing)}", path, key=True,
                    expected="a weight for each type")  # fmt: skip


def finite(context: Context, text: str, path: str, allow: Collection[str]) -> float | None:
    """An expression; its value where that is constant. A constant that is not finite is a fault."""
    number = context.constant(context.expression(text, path, allow))
    if number is not None and not math.isfinite(number):
        context.add("not-finite", "a number must be finite", path, found=text)
        return None
    return number


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
