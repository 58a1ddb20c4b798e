"""The syntax tree of expressions: frozen nodes, each with its column in the text.

As parsed, a tree has `Name` and `Is` leaves; `standoff.scenario.binding.bind` puts `Variable`,
`Parameter`, `Clock`, `TypeIs`, `EndingIs` and `Number` (levels) in their place. Columns count from
1 and take no part in equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

__all__ = [
    "Binary", "Both", "Call", "Clock", "Compare", "Either", "EndingIs", "Expr", "IfElse", "Is",
    "Leaf", "Member", "Name", "Not", "Number", "Parameter", "TypeIs", "Unary", "Variable", "leaves",
    "walk",
]  # fmt: skip


@dataclass(frozen=True)
class Expr:
    """A node. `depth` and `size` (nodes below, itself included; a shared part counts each time)
    are kept because both are limited.
    """

    column: int = field(default=1, compare=False, repr=False, kw_only=True)
    depth: int = field(init=False, compare=False, repr=False, default=1)
    size: int = field(init=False, compare=False, repr=False, default=1)

    def __post_init__(self) -> None:
        parts = self.parts
        if parts:
            object.__setattr__(self, "depth", 1 + max(p.depth for p in parts))
            object.__setattr__(self, "size", 1 + sum(p.size for p in parts))

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The nodes right below."""
        return ()


@dataclass(frozen=True)
class Leaf(Expr):
    """A node that takes its value from outside: `evaluate` asks its `lookup` for it."""

    kind: ClassVar[str] = "leaf"


@dataclass(frozen=True)
class Number(Expr):
    """A number; `text` is what stood there where that is a word (`true`, a level)."""

    value: float
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Name(Leaf):
    """A name whose meaning is not known yet."""

    text: str
    kind: ClassVar[str] = "name"


@dataclass(frozen=True)
class Is(Expr):
    """`subject is value`, not bound yet."""

    subject: Name
    value: Name


@dataclass(frozen=True)
class Unary(Expr):
    """`-x` or `+x`."""

    op: str
    operand: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.operand,)


@dataclass(frozen=True)
class Not(Expr):
    """`not x`."""

    operand: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.operand,)


@dataclass(frozen=True)
class Binary(Expr):
    """`left op right` with op one of ``+ - * / // % **``."""

    op: str
    left: Expr
    right: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.left, self.right)


@dataclass(frozen=True)
class Compare(Expr):
    """`a < b <= c`: operands, and the operators between them."""

    operands: tuple[Expr, ...]
    ops: tuple[str, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return self.operands


@dataclass(frozen=True)
class Member(Expr):
    """`item in [members]`."""

    item: Expr
    members: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.item, *self.members)


@dataclass(frozen=True)
class Both(Expr):
    """`a and b and ...`"""

    operands: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return self.operands


@dataclass(frozen=True)
class Either(Expr):
    """`a or b or ...`"""

    operands: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return self.operands


@dataclass(frozen=True)
class IfElse(Expr):
    """`then if condition else otherwise`"""

    then: Expr
    condition: Expr
    otherwise: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return (self.then, self.condition, self.otherwise)


@dataclass(frozen=True)
class Call(Expr):
    """`function(arguments)`, the function one of `standoff.scenario.syntax.FUNCTIONS`."""

    function: str
    arguments: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:  # noqa: D102
        return self.arguments


@dataclass(frozen=True)
class Variable(Leaf):
    """A state variable: booleans as 0/1, levels by place from 0, the others as they are."""

    name: str
    kind: ClassVar[str] = "state"


@dataclass(frozen=True)
class Parameter(Leaf):
    """A parameter (`names.parameters[name].by` says whose types index it, if any's)."""

    name: str
    kind: ClassVar[str] = "parameter"


@dataclass(frozen=True)
class Clock(Leaf):
    """`round` (from 1), `day` (days from the start to the round's first), `days_left` (from there
    to the end of the clock) or `days` (in the round).
    """

    word: str
    kind: ClassVar[str] = "clock"


@dataclass(frozen=True)
class TypeIs(Leaf):
    """Whether an actor is of a type."""

    actor: str
    type: str
    kind: ClassVar[str] = "type"


@dataclass(frozen=True)
class EndingIs(Leaf):
    """Whether play ended with one of these."""

    endings: tuple[str, ...]
    kind: ClassVar[str] = "ending"


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node, itself first, in the order of the text. A shared part comes each time."""
    todo = [expr]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(node.parts))


def leaves(expr: Expr) -> tuple[Leaf, ...]:
    """The distinct leaves of a bound expression, in order of first appearance."""
    return tuple(dict.fromkeys(n for n in walk(expr) if isinstance(n, Leaf)))
