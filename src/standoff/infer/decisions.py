"""Items that express one decision count once.

A move stands in the history itself and enters through the game; it can't count twice. A report of
the same decision would: where the group holds a certain move, its reports and doubtful versions add
nothing; otherwise only the most telling of its items counts (the one whose odds differ most between
the cases that it tells apart, parameters at their central values). Moves at steps of their own
always count, since each is conditional on what came before it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from standoff.compile.compiled import Compiled
from standoff.infer.record import Placed
from standoff.scenario.expressions import Parameter, bind, evaluate, parse
from standoff.scenario.models import Distribution


def counted(compiled: Compiled, items: Sequence[Placed]) -> frozenset[int]:
    """Indices (in the record) of the items whose own factor counts."""
    groups: dict[str, list[Placed]] = {}
    out = set()
    for one in items:
        if one.item.same_decision:
            groups.setdefault(one.item.same_decision, []).append(one)
        else:
            out.add(one.index)
    for group in groups.values():
        best = max(group, key=lambda one: (telling(compiled, one), -one.index))
        out.add(best.index)
        steps = set(best.steps) if best.kind == "move" else set()
        for one in group:
            if one.kind == "move" and (one.sure == 1 or not steps & set(one.steps)):
                # A certain move is what happened; two moves of a decision are two steps of play.
                out.add(one.index)
    return frozenset(out)


def telling(compiled: Compiled, one: Placed) -> float:
    """How far an item can tell cases apart: the largest log ratio of its odds."""
    q = central(compiled, one.trust.odds) if one.sure is None else one.sure
    if one.kind == "move":
        act = compiled.acts[one.acts[0]]
        menu = sum(a.actor == act.actor and a.turn == act.turn for a in compiled.acts)
        return math.inf if q >= 1 else math.log1p(q * menu / (1 - q))
    if one.kind == "report":
        odds = [central(compiled, text) for text in report_odds(one)]
        if q < 1 and odds:  # as far as it is wrong, it would have come as often in any case
            odds = [q * p + (1 - q) * sum(odds) / len(odds) for p in odds]
        low, high = min(odds, default=1.0), max(odds, default=1.0)
        return math.inf if low <= 0 else math.log(high / low)
    return 0.0


def report_odds(one: Placed) -> tuple[str, ...]:
    """The odds of a report, case by case, `else` last."""
    return tuple((row.else_ if row.p is None else row.p) or "0" for row in one.item.odds or ())


def central(compiled: Compiled, text: str) -> float:
    """An expression over parameters with each at a central value."""
    tree = bind(parse(text), compiled.names)
    return float(evaluate(tree, lambda leaf: _central(compiled, leaf)))


def _central(compiled: Compiled, leaf: object) -> float:
    if not isinstance(leaf, Parameter):
        return math.nan
    distributions = compiled.names.parameters[leaf.name].distributions.values()
    return float(np.mean([_middle(d) for d in distributions]))


def _middle(d: Distribution) -> float:
    """The mode, median or mean of a distribution, whichever it is written with."""
    if d.choice is not None:
        pairs = [({"on": 1.0, "off": 0.0}.get(k) if k in ("on", "off") else float(k), float(p))
                 for k, p in d.choice.items() if p != "rest"]  # fmt: skip
        total = sum(p for _, p in pairs)
        return sum((x or 0.0) * p for x, p in pairs) / total if total else 0.0
    if d.value is not None:
        return float(d.value)
    if d.beta is not None:
        a, b = (float(x) for x in d.beta)
        return a / (a + b)
    for three in (d.triangular, d.pert):
        if three is not None:
            return float(three[1])
    if d.uniform is not None:
        return (float(d.uniform[0]) + float(d.uniform[1])) / 2
    two = d.normal or d.lognormal
    return float(two[0]) if two else 0.0
