"""The value of a bound expression, on whole arrays.

Logical results are boolean arrays; wherever they meet arithmetic they are 0 and 1. A division by
zero, a logarithm of nothing or an overflow gives `inf` or `nan` in silence: whoever asked knows the
place to complain of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from standoff.scenario.expression_tree import (
    Binary,
    Both,
    Call,
    Compare,
    Either,
    Expr,
    IfElse,
    Leaf,
    Member,
    Not,
    Number,
    Unary,
)

__all__ = ["Lookup", "Value", "evaluate"]

Value: TypeAlias = NDArray[np.float64] | NDArray[np.bool_]
Lookup: TypeAlias = Callable[[Any], ArrayLike]
"""Leaf -> scalar or array; the answers for the leaves of one expression must broadcast."""

_BINARY: dict[str, Any] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.true_divide,
    "//": np.floor_divide,
    "%": np.mod,
    "**": np.power,
}
_COMPARE: dict[str, Any] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
_UNARY: dict[str, Any] = {
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "rint": np.rint,
}


def evaluate(expr: Expr, lookup: Lookup) -> Value:
    """Value of `expr`, an array of the shape to which the leaves broadcast (0-d for constants).

    `lookup` is asked once for each distinct leaf. The result is boolean for logical expressions
    and float64 for the others.
    """
    with np.errstate(all="ignore"):
        return _Evaluation(lookup).value(expr)


class _Evaluation:
    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.known: dict[Leaf, Value] = {}

    def value(self, node: Expr) -> Value:
        if isinstance(node, Number):
            return np.asarray(node.value)
        if isinstance(node, Leaf):
            return self.leaf(node)
        if isinstance(node, Binary):
            return np.asarray(_BINARY[node.op](self.number(node.left), self.number(node.right)))
        if isinstance(node, Unary):
            operand = self.number(node.operand)
            if node.op == "-":
                operand = np.negative(operand)
            return operand
        if isinstance(node, Compare):
            return self.compare(node)
        if isinstance(node, Both):
            return self.fold(np.logical_and, [self.truth(p) for p in node.operands])
        if isinstance(node, Either):
            return self.fold(np.logical_or, [self.truth(p) for p in node.operands])
        if isinstance(node, Not):
            return np.asarray(np.logical_not(self.truth(node.operand)))
        if isinstance(node, Member):
            item = self.number(node.item)
            return self.fold(np.logical_or, [item == self.number(m) for m in node.members])
        if isinstance(node, IfElse):
            return self.if_else(node)
        if isinstance(node, Call):
            return self.call(node)
        raise TypeError(f"{type(node).__name__} has no value: bind the expression first")

    def leaf(self, node: Leaf) -> Value:
        found = self.known.get(node)
        if found is None:
            raw = np.asarray(self.lookup(node))
            found = raw if raw.dtype == np.bool_ else raw.astype(np.float64, copy=False)
            self.known[node] = found
        return found

    def number(self, node: Expr) -> NDArray[np.float64]:
        return self.value(node).astype(np.float64, copy=False)

    def truth(self, node: Expr) -> NDArray[np.bool_]:
        value = self.value(node)
        return value if value.dtype == np.bool_ else np.asarray(value != 0)  # type: ignore[return-value]

    @staticmethod
    def fold(function: Any, values: list[Any]) -> Value:
        result = values[0]
        for value in values[1:]:
            result = function(result, value)
        return np.asarray(result)

    def compare(self, node: Compare) -> Value:
        operands = [self.number(p) for p in node.operands]
        pairs = zip(node.ops, operands[:-1], operands[1:], strict=True)
        return self.fold(np.logical_and, [_COMPARE[op](a, b) for op, a, b in pairs])

    def if_else(self, node: IfElse) -> Value:
        then, otherwise = self.value(node.then), self.value(node.otherwise)
        return np.where(self.truth(node.condition), then, otherwise)

    def call(self, node: Call) -> Value:
        values = [self.number(p) for p in node.arguments]
        if node.function == "min":
            return self.fold(np.minimum, values)
        if node.function == "max":
            return self.fold(np.maximum, values)
        if node.function == "clip":
            return np.asarray(np.minimum(np.maximum(values[0], values[1]), values[2]))
        return np.asarray(_UNARY[node.function](values[0]))
