"""Words for levels, sides of a curve and stakes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from standoff.scenario.models import Scenario
from standoff.scenario.names import Names

if TYPE_CHECKING:
    from standoff.infer.price_table import Curve

MINUS = "\N{MINUS SIGN}"


def level_words(names: Names, variable: str, level: float) -> str:
    """A level as a reader sees it: its name, yes or no, or the number."""
    info = names.variables[variable]
    if info.levels:
        return info.levels[int(level)].replace("_", " ")
    if info.kind == "boolean":
        return "yes" if level else "no"
    return f"{level:g}".replace("-", MINUS)


def side_words(names: Names, curve: Curve) -> tuple[str, str]:
    """The two sides that a contrast compares; empty where there is none."""
    if curve.sides is None:
        return "", ""
    found = []
    for side, word in zip(curve.sides, ("below", "above"), strict=True):
        chosen = [x for x, used in zip(curve.levels, side, strict=True) if used]
        outside = curve.start is not None and all(
            (x < curve.start if word == "below" else x > curve.start) for x in chosen
        )
        if outside and names.variables[curve.variable].kind in ("integer", "number"):
            start = level_words(names, curve.variable, curve.start or 0.0)
            found.append(f"{word} {start}")
        else:
            found.append(" or ".join(level_words(names, curve.variable, x) for x in chosen))
    return found[0], found[1]


def stake_words(scenario: Scenario, known: Mapping[str, str], actor: str, kind: str) -> str:
    """What one stake of an actor's type is, in words."""
    model = scenario.actors[actor]
    if not kind and len(model.types) == 1:
        (kind,) = model.types
    own = model.types[kind].stake if kind in model.types else None
    stake = model.stake if own is None else own
    if stake is None:
        return "the spread of its payoff under uniform play"
    if isinstance(stake, str):
        return "one unit of payoff" if stake.strip() == "1" else f"{stake} units of payoff"
    first, second = (known.get(end, end) for end in (stake.from_, stake.to))
    return f"the difference between “{first}” and “{second}”"
