"""Structural switches: choices of the author that are written as parameters.

A fixed parameter of 0 or 1 that stands where only fixed ones may (conditions, effects, endings,
starting values) decides which tree is built. A parameter with `choice: {on: .., off: ..}` is a
switch of payoffs and odds. The first is flipped; of the second each alternative is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from standoff.compile.compiled import Compiled
from standoff.compile.drawn import parameter_distributions
from standoff.scenario.expressions import Expr, Parameter, bind, leaves, parse
from standoff.scenario.models import Distribution, ParameterByType, StartByType, StartDraw

ON_OFF = {"on": "1", "off": "0", "1": "1", "0": "0", "true": "1", "false": "0"}


@dataclass(frozen=True)
class Switch:
    """One parameter set to one of its alternatives."""

    key: str
    """`name`, or `name.type`"""
    value: str
    """`1` or `0`"""
    label: str
    structural: bool
    """Whether the tree depends on it."""


def switches(compiled: Compiled) -> list[Switch]:
    """Every switch with every alternative that is not already taken, in the scenario's order."""
    of_tree = structural(compiled)
    found = []
    for key, entry in parameter_distributions(compiled.scenario).items():
        name = key.partition(".")[0]
        label = entry.label or _label(compiled, name) or key
        if entry.fixed and name in of_tree:
            value = compiled.rules.fixed.get(key)
            if value in (0.0, 1.0):
                found.append(Switch(key, "0" if value else "1", label, True))
        elif entry.choice is not None and set(entry.choice) <= set(ON_OFF):
            found += [
                Switch(key, ON_OFF[k], label, False) for k in entry.choice if not _sure(entry, k)
            ]
    return found


def structural(compiled: Compiled) -> set[str]:
    """Names of the parameters on which the tree depends."""
    return {name for expr in _structure(compiled) for name in _parameters(expr)}


def _sure(entry: Distribution, key: str) -> bool:
    """Whether a choice has only this alternative."""
    return entry.choice is not None and len(entry.choice) == 1 and key in entry.choice


def _label(compiled: Compiled, name: str) -> str:
    held = compiled.scenario.parameters.get(name)
    return held.label if isinstance(held, ParameterByType) else ""


def _parameters(expr: Expr | None) -> set[str]:
    if expr is None:
        return set()
    return {leaf.name for leaf in leaves(expr) if isinstance(leaf, Parameter)}


def _structure(compiled: Compiled) -> Iterator[Expr | None]:
    """Every expression on which the tree depends."""
    rules = compiled.rules
    for turn in rules.turns:
        yield turn.when
        yield from (expr for _, expr, _ in turn.drift)
        for part in turn.parts:
            for act in part.menu:
                yield act.guard
                yield from (expr for _, expr, _ in act.then)
    for end in rules.ends:
        yield end.when
    for name, variable in compiled.scenario.state.items():
        start = variable.start
        texts = (
            list(start.by_type.values())
            if isinstance(start, StartByType)
            else list(start.draw)
            if isinstance(start, StartDraw)
            else [start]
        )
        for text in texts:
            yield bind(parse(text), compiled.names, beside=name)
