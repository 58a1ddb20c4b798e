"""Odds that are zero in every variant: known before any number is drawn.

A value is carried with a mask of where it is known. An operation's result is known where its
operands are, and also where what is known decides it: a product with a zero, the branch that an
`if` takes, `and` with something false.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.compile.rules import Rules
from standoff.compile.scene import Scene
from standoff.scenario.expressions import (
    Binary,
    Both,
    Either,
    Expr,
    IfElse,
    Leaf,
    Number,
    Parameter,
    evaluate,
    is_uncertain,
)

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


def known_zero(rules: Rules, expr: Expr, scene: Scene) -> tuple[Bool, Float]:
    """[rows] where `expr` is zero whatever the uncertain parameters are; and [rows] its value where
    that is known, nan elsewhere.
    """
    if not is_uncertain(expr, rules.names):
        value = scene.value(expr)
        return value == 0, np.array(value)
    with np.errstate(all="ignore"):
        value, known = _Known(rules, scene).of(expr)
    value = np.broadcast_to(np.where(known, value, np.nan), len(scene))
    return value == 0, np.array(value)


@dataclass(frozen=True)
class _Held(Leaf):
    """A part of a node whose value is already worked out."""

    place: int = 0


class _Known:
    def __init__(self, rules: Rules, scene: Scene) -> None:
        self._rules = rules
        self._scene = scene

    def of(self, node: Expr) -> tuple[NDArray[Any], NDArray[Any]]:
        """Value and where it is known; the value elsewhere is arbitrary."""
        if isinstance(node, Parameter) and not self._rules.names.parameters[node.name].fixed:
            return np.array(1.0), np.array(False)
        if isinstance(node, (Leaf, Number)):
            return self._scene.value(node), np.array(True)
        if isinstance(node, IfElse):
            chosen, sure = self.of(node.condition)
            then, then_known = self.of(node.then)
            other, other_known = self.of(node.otherwise)
            holds = chosen != 0
            return np.where(holds, then, other), sure & np.where(holds, then_known, other_known)
        parts = [self.of(p) for p in node.parts]
        value = self._combined(node, [v for v, _ in parts])
        known = np.array(True)
        for _, part in parts:
            known = known & part
        if isinstance(node, Both) or (isinstance(node, Binary) and node.op == "*"):
            decided = [k & (v == 0) for v, k in parts]
        elif isinstance(node, Either):
            decided = [k & (v != 0) for v, k in parts]
        else:
            return value, known
        settled = np.array(False)
        for each in decided:
            settled = settled | each
        return np.where(settled, float(isinstance(node, Either)), value), known | settled

    @staticmethod
    def _combined(node: Expr, values: list[NDArray[Any]]) -> NDArray[Any]:
        """The node over its parts' values, each put in as a leaf."""
        slots = iter([_Held(i) for i in range(len(values))])
        changes: dict[str, Any] = {}
        for each in fields(node):
            held = getattr(node, each.name)
            if isinstance(held, Expr):
                changes[each.name] = next(slots)
            elif isinstance(held, tuple) and held and isinstance(held[0], Expr):
                changes[each.name] = tuple(next(slots) for _ in held)
        shell = replace(node, **changes)
        return np.asarray(evaluate(shell, lambda leaf: values[leaf.place]), dtype=np.float64)
