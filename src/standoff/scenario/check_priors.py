"""Static checks of what actors are: types, their odds, their stakes, the joint table."""

from __future__ import annotations

import math
from collections.abc import Collection

from standoff.scenario.check_context import WEIGHT, Context
from standoff.scenario.check_parameters import distribution
from standoff.scenario.models import Actor, Prior, Stake

__all__ = ["check_priors"]


def check_priors(context: Context) -> None:
    """Types and their odds."""
    _priors(context)
    _joint(context)


def _priors(context: Context) -> None:
    for name, actor in context.scenario.actors.items():
        path = f"actors.{name}"
        if actor.prior is not None:
            _prior(context, actor, actor.prior, f"{path}.prior")
        if actor.stake is not None:
            if actor.types:
                context.add(
                    "one-of",
                    f"{name!r} has types: each has a stake of its own",
                    f"{path}.stake",
                    key=True,
                    expected="`stake:` in each type",
                )
            _stake(context, actor.stake, f"{path}.stake")
        for kind, model in actor.types.items():
            here = f"{path}.types.{kind}"
            if model.stake is None and actor.kind == "player":
                context.warn(
                    "no-stake",
                    f"the type {kind!r} has no stake",
                    here,
                    key=True,
                    expected="stake: {from: ENDING, to: ENDING}, the unit of precision",
                )
            elif model.stake is not None:
                _stake(context, model.stake, f"{here}.stake", name)


def _stake(context: Context, stake: Stake | str, path: str, owner: str = "") -> None:
    if isinstance(stake, Stake):
        for end, ending in (("from", stake.from_), ("to", stake.to)):
            context.known("ending", ending, context.names.endings, f"{path}.{end}")
        if stake.from_ == stake.to:
            context.add(
                "bad-stake", "a stake lies between two endings", path, found=f"{stake.to} twice"
            )
        return
    expr = context.expression(stake, path, WEIGHT)
    context.one_number(expr, path, owner)
    number = context.constant(expr)
    if number is not None and not (math.isfinite(number) and number > 0):
        context.add("out-of-range", "a stake is above 0", path, found=stake)


def _prior(context: Context, actor: Actor, prior: Prior, path: str) -> None:
    if not actor.types:
        context.add(
            "prior-without-types",
            "odds of types, and no types",
            path,
            key=True,
            expected="`types:` beside it",
        )
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
        context.add(
            "missing-type",
            f"no odds for {', '.join(missing)}",
            inner,
            key=True,
            expected="odds for each type (one may be `rest`)",
        )
        return
    if prior.dirichlet is not None:
        for kind, weight in prior.dirichlet.items():
            if not (math.isfinite(weight) and weight > 0):
                context.add(
                    "out-of-range", "weights are above 0", f"{inner}.{kind}", found=f"{weight:g}"
                )
        return
    plain = {k: d.value for k, d in prior.by_type.items() if d.value is not None}
    if len(plain) == len(prior.by_type):
        places = {
            k: f"{path}.{k}.value"
            if f"{path}.{k}.value" in context.positions.spans
            else f"{path}.{k}"
            for k in plain
        }
        context.odds(plain, path, WEIGHT, what="odds of the types", paths=places, single=True)
        for kind, text in plain.items():
            if text.strip() in ("0", "0.0"):
                context.warn("unreachable", f"the type {kind!r} is impossible", places[kind])
        return
    _uncertain_prior(context, prior, path)


def _uncertain_prior(context: Context, prior: Prior, path: str) -> None:
    rests = [
        k for k, d in prior.by_type.items() if d.value is not None and d.value.strip() == "rest"
    ]
    supports = [
        distribution(context, d, f"{path}.{k}", WEIGHT)
        for k, d in prior.by_type.items()
        if k not in rests
    ]
    for extra in rests[1:]:
        context.add("two-rests", "only one of them can be `rest`", f"{path}.{extra}")
    if not rests:
        context.add(
            "odds-sum",
            "odds that vary can't sum to one by themselves",
            path,
            key=True,
            expected="one of the types as `rest`, or `dirichlet:`",
        )
        return
    known = [s for s in supports if s is not None]
    low, high = sum(s[0] for s in known), sum(s[1] for s in known)
    if any(s[0] < 0 or s[1] > 1 for s in known):
        context.add("odds-range", "odds of the types are numbers from 0 to 1", path, key=True)
    elif low > 1:
        context.add(
            "odds-sum",
            "the odds of the types leave less than nothing for `rest`",
            path,
            found=f"at least {low:g} without it",
            expected="at most 1",
            key=True,
        )
    elif high > 1 and len(known) == len(supports):
        context.warn(
            "odds-sum",
            "in some variants nothing is left for `rest`",
            path,
            key=True,
            found=f"up to {high:g} without it",
            expected="at most 1",
        )


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
            context.add(
                "missing-actor",
                f"this row says nothing of {', '.join(missing)}",
                path,
                expected="a type for each actor of the table",
            )
    seen: dict[tuple[str, ...], int] = {}
    for index, row in enumerate(rows):
        combination = tuple(row.types.get(a, "") for a in actors)
        if combination in seen:
            context.add(
                "duplicate-id",
                "this combination of types has a row already",
                f"joint.{index}",
                found=", ".join(combination),
            )
        seen[combination] = index
    for actor in actors:
        model = context.scenario.actors.get(actor)
        if model is not None and model.prior is not None:
            context.add(
                "one-of",
                f"{actor!r} has odds of its own and a place in `joint`",
                f"actors.{actor}.prior",
                key=True,
                expected="one of the two",
            )
    entries = {str(i): row.p for i, row in enumerate(rows)}
    places = {str(i): f"joint.{i}.p" for i in range(len(rows))}
    context.odds(entries, "joint", WEIGHT, what="odds of the rows", paths=places, single=True)
