"""Expressions of the scenario language: read, bound to a scenario's names, evaluated, printed.

    tree = bind(parse("tension + 1 if usa is firm else 0"), names)
    evaluate(tree, lambda leaf: ...)  # on whole arrays

The parts: `expression.lark` and `syntax` (reading), `expression_tree` (nodes), `binding` (names),
`evaluation` (values), `expression_text` (printing).
"""

from __future__ import annotations

from functools import lru_cache

from standoff.errors import ScenarioError
from standoff.scenario.binding import (
    EVERYTHING,
    FIXED,
    bind,
    is_uncertain,
    parameters_in,
    types_in,
    variables_in,
)
from standoff.scenario.evaluation import Lookup, Value, evaluate
from standoff.scenario.expression_text import to_text
from standoff.scenario.expression_tree import (
    Binary,
    Both,
    Call,
    Clock,
    Compare,
    Either,
    EndingIs,
    Expr,
    IfElse,
    Is,
    Leaf,
    Member,
    Name,
    Not,
    Number,
    Parameter,
    TypeIs,
    Unary,
    Variable,
    leaves,
    walk,
)
from standoff.scenario.place import Place, Where, as_place
from standoff.scenario.syntax import CLOCK_WORDS, FUNCTIONS, MAX_DEPTH, MAX_LENGTH, RESERVED, read

__all__ = [
    "CLOCK_WORDS",
    "EVERYTHING",
    "FIXED",
    "FUNCTIONS",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "RESERVED",
    "Binary",
    "Both",
    "Call",
    "Clock",
    "Compare",
    "Either",
    "EndingIs",
    "Expr",
    "IfElse",
    "Is",
    "Leaf",
    "Lookup",
    "Member",
    "Name",
    "Not",
    "Number",
    "Parameter",
    "Place",
    "TypeIs",
    "Unary",
    "Value",
    "Variable",
    "Where",
    "bind",
    "evaluate",
    "is_uncertain",
    "leaves",
    "names_in",
    "parameters_in",
    "parse",
    "to_text",
    "types_in",
    "variables_in",
    "walk",
]  # fmt: skip


def parse(text: str, where: Where = None) -> Expr:
    """The tree of an expression, not bound yet. Raises `ScenarioError` with the column in the text
    at `where` (a `Place` from `names.place(path)`, or a bare key path).
    """
    try:
        return _parsed(text)
    except ScenarioError:  # again with the place, which is no part of the cache's key
        tree: Expr = read(text, as_place(where))
        return tree


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Expr:
    tree: Expr = read(text, Place())
    return tree


def names_in(expr: Expr) -> tuple[str, ...]:
    """Names in an expression that is not bound yet, in order of first appearance."""
    found = [n for n in walk(expr) if isinstance(n, (Name, Is))]
    texts = [t for n in found for t in ([n.text] if isinstance(n, Name) else [n.subject.text])]
    return tuple(dict.fromkeys(texts))
