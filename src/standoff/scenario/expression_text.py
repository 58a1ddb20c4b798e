"""An expression back as text, with no more parentheses than it needs."""

from __future__ import annotations

from functools import singledispatch

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
    Member,
    Name,
    Not,
    Number,
    Parameter,
    TypeIs,
    Unary,
    Variable,
)

__all__ = ["held", "number_text", "to_text", "write"]

# Strength with which a form holds its parts together; an operand that is weaker is put in
# parentheses.
IF, OR, AND, NOT, TIME, RELATION, SUM, PRODUCT, SIGN, POWER, ATOM = range(11)
_STRENGTH = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "//": PRODUCT, "%": PRODUCT}


def to_text(expr: Expr) -> str:
    """`expr` as it could have been written; parsing it gives `expr` again."""
    return write(expr)[0]


def number_text(value: float) -> str:
    """A number as short as it can be without losing anything."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


@singledispatch
def write(node: Expr) -> tuple[str, int]:
    """Text of a node and the strength with which it holds together (queries register theirs)."""
    if isinstance(node, Number):
        return node.text or number_text(node.value), ATOM
    if isinstance(node, Binary):
        return _binary(node)
    if isinstance(node, Unary):
        return f"{node.op}{held(node.operand, SIGN)}", SIGN
    if isinstance(node, Not):
        return _not(node)
    if isinstance(node, Compare):
        words = [held(node.operands[0], SUM)]
        for op, operand in zip(node.ops, node.operands[1:], strict=True):
            words += [op, held(operand, SUM)]
        return " ".join(words), RELATION
    if isinstance(node, Member):
        return f"{held(node.item, SUM)} in {_list(node)}", RELATION
    if isinstance(node, Is):
        return f"{node.subject.text} is {node.value.text}", RELATION
    if isinstance(node, Both):
        return " and ".join(held(p, NOT) for p in node.operands), AND
    if isinstance(node, Either):
        return " or ".join(held(p, AND) for p in node.operands), OR
    if isinstance(node, IfElse):
        then, condition = held(node.then, OR), held(node.condition, OR)
        return f"{then} if {condition} else {held(node.otherwise, IF)}", IF
    if isinstance(node, Call):
        return f"{node.function}({', '.join(to_text(a) for a in node.arguments)})", ATOM
    return _leaf(node)


def held(node: Expr, strength: int) -> str:
    """Text of an operand, in parentheses where it is weaker than `strength`."""
    text, own = write(node)
    return text if own >= strength else f"({text})"


def _list(node: Member) -> str:
    return f"[{', '.join(to_text(m) for m in node.members)}]"


def _binary(node: Binary) -> tuple[str, int]:
    if node.op == "**":  # holds tighter than a sign on its left, looser on its right
        return f"{held(node.left, ATOM)}**{held(node.right, SIGN)}", POWER
    strength = _STRENGTH[node.op]
    space = " " if strength == SUM else ""
    left, right = held(node.left, strength), held(node.right, strength + 1)
    return f"{left}{space}{node.op}{space}{right}", strength


def _not(node: Not) -> tuple[str, int]:
    inner = node.operand
    if isinstance(inner, Member):
        return f"{held(inner.item, SUM)} not in {_list(inner)}", RELATION
    if isinstance(inner, (Is, TypeIs)) or (isinstance(inner, EndingIs) and len(inner.endings) == 1):
        subject, _, value = write(inner)[0].partition(" is ")
        return f"{subject} is not {value}", RELATION
    return f"not {held(inner, NOT)}", NOT


def _leaf(node: Expr) -> tuple[str, int]:
    if isinstance(node, (Variable, Parameter)):
        return node.name, ATOM
    if isinstance(node, Name):
        return node.text, ATOM
    if isinstance(node, Clock):
        return node.word, ATOM
    if isinstance(node, TypeIs):
        return f"{node.actor} is {node.type}", RELATION
    if isinstance(node, EndingIs):
        if len(node.endings) == 1:
            return f"ending is {node.endings[0]}", RELATION
        return f"ending in [{', '.join(node.endings)}]", RELATION
    raise TypeError(type(node).__name__)
