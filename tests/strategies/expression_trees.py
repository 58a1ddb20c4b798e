"""Random expression trees over a few names, and what each should come to, worked out slowly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st

from standoff.scenario.expression_tree import (
    Binary,
    Both,
    Call,
    Compare,
    Either,
    Expr,
    IfElse,
    Member,
    Name,
    Not,
    Number,
    Unary,
)

ALPHABET = ("alpha", "beta", "gamma")
ARITY = {"min": 2, "max": 3, "abs": 1, "clip": 3, "exp": 1, "log": 1, "sqrt": 1, "rint": 1}


def _leaf() -> st.SearchStrategy[Expr]:
    numbers = st.one_of(
        st.integers(0, 9).map(float), st.floats(0, 1e6, allow_subnormal=False).map(float)
    )
    return st.one_of(numbers.map(Number), st.sampled_from(ALPHABET).map(Name))


def _grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), inner, inner),
        st.builds(Unary, st.sampled_from("+-"), inner),
        st.builds(Not, inner),
        several.flatmap(
            lambda parts: st.lists(
                st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
                min_size=len(parts) - 1,
                max_size=len(parts) - 1,
            ).map(lambda ops: Compare(parts, tuple(ops)))
        ),
        st.builds(Member, inner, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        several.map(Both),
        several.map(Either),
        st.builds(IfElse, inner, inner, inner),
        st.sampled_from(sorted(ARITY)).flatmap(
            lambda f: st.tuples(*[inner] * ARITY[f]).map(lambda a: Call(f, a))
        ),
    )


def expression_trees() -> st.SearchStrategy[Expr]:
    """Trees as the parser makes them: `and` and `or` flat, numbers not negative."""
    return st.recursive(_leaf(), _grow, max_leaves=12)


def slow_value(node: Expr, names: Mapping[str, float]) -> Any:
    """The value of a tree for one assignment, one node at a time on scalars."""

    def of(part: Expr) -> np.float64:
        return np.float64(slow_value(part, names))

    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return names[node.text]
    if isinstance(node, Unary):
        return -of(node.operand) if node.op == "-" else of(node.operand)
    if isinstance(node, Not):
        return of(node.operand) == 0
    if isinstance(node, Both):
        return all(of(p) != 0 for p in node.operands)
    if isinstance(node, Either):
        return any(of(p) != 0 for p in node.operands)
    if isinstance(node, IfElse):
        return of(node.then) if of(node.condition) != 0 else of(node.otherwise)
    if isinstance(node, Member):
        return any(of(node.item) == of(m) for m in node.members)
    if isinstance(node, Compare):
        return all(
            _compared(op, of(a), of(b))
            for op, a, b in zip(node.ops, node.operands, node.operands[1:], strict=False)
        )
    if isinstance(node, Binary):
        return _combined(node.op, of(node.left), of(node.right))
    assert isinstance(node, Call)
    return _called(node.function, [of(a) for a in node.arguments])


def _compared(op: str, a: np.float64, b: np.float64) -> bool:
    if op in ("==", "!="):
        return bool(a == b) == (op == "==")
    if math.isnan(a) or math.isnan(b):
        return False
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op])


def _combined(op: str, a: np.float64, b: np.float64) -> np.float64:
    # NumPy scalars, since plain floats raise where arrays say inf or nan.
    match op:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b
        case "//":
            return a // b
        case "%":
            return a % b
        case _:
            return a**b


def _called(function: str, arguments: list[np.float64]) -> np.float64:
    if any(math.isnan(a) for a in arguments):
        return np.float64("nan")
    match function:
        case "min":
            return min(arguments)
        case "max":
            return max(arguments)
        case "clip":
            value, low, high = arguments
            return min(max(value, low), high)
        case "abs":
            return abs(arguments[0])
        case "rint":
            return (
                np.float64(arguments[0])
                if math.isinf(arguments[0])
                else np.float64(round(float(arguments[0])))
            )
        case "sqrt":
            return np.sqrt(arguments[0])
        case "log":
            return np.log(arguments[0])
        case _:
            return np.exp(arguments[0])
