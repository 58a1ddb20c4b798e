"""What the names of an expression stand for: `bind` puts leaves in the place of names.

Levels stand beside their own variable: in a comparison or list with it, in the branches of an `if`
whose value meets it, and (with `beside`) anywhere that the value of an assignment comes from.
Defines are written out, each bound once.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from standoff.errors import ScenarioError, nearest
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
)
from standoff.scenario.names import Names
from standoff.scenario.place import Place, Where, as_place
from standoff.scenario.syntax import CLOCK_WORDS, FUNCTIONS, MAX_DEPTH, MAX_SIZE, read

__all__ = [
    "EVERYTHING", "FIXED", "Binder", "bind", "is_uncertain", "parameters_in", "types_in",
    "variables_in",
]  # fmt: skip

EVERYTHING = frozenset({"state", "parameter", "fixed", "type", "ending", "clock"})
"""What may stand in an expression; `fixed` alone allows only parameters with a fixed value."""
FIXED = EVERYTHING - {"parameter", "ending"}
"""What may stand in guards, effects and conditions of endings: all variants share one tree."""

_WHAT = {
    "state": "a state variable",
    "parameter": "a parameter",
    "type": "a type",
    "ending": "an ending",
    "clock": "the clock",
}


def bind(
    expr: Expr,
    names: Names,
    *,
    beside: str | None = None,
    allow: Collection[str] = EVERYTHING,
    where: Where = None,
) -> Expr:
    """`expr` with leaves in the place of names, defines written out.

    `beside` is the state variable to which the value is assigned: its levels may stand alone.
    `allow` says which kinds of leaves may stand here. Raises `ScenarioError` with every problem
    that was found, each at its column of the text at `where`.
    """
    return Binder(names, allow, as_place(where)).bound(expr, beside)


def parameters_in(expr: Expr) -> tuple[str, ...]:
    """Names of the parameters in a bound expression."""
    return tuple(n.name for n in leaves(expr) if isinstance(n, Parameter))


def variables_in(expr: Expr) -> tuple[str, ...]:
    """Names of the state variables in a bound expression."""
    return tuple(n.name for n in leaves(expr) if isinstance(n, Variable))


def types_in(expr: Expr) -> tuple[tuple[str, str], ...]:
    """(actor, type) pairs in a bound expression."""
    return tuple((n.actor, n.type) for n in leaves(expr) if isinstance(n, TypeIs))


def is_uncertain(expr: Expr, names: Names) -> bool:
    """Whether the value of a bound expression may differ between variants."""
    return any(not names.parameters[p].fixed for p in parameters_in(expr))


class Binder:
    """One binding: collects problems, so that all of them are told at once."""

    def __init__(self, names: Names, allow: Collection[str], place: Place) -> None:
        self.names = names
        self.allow = allow
        self.place = place
        self.problems: list[Any] = []
        self.defines: dict[tuple[str, str | None], Expr] = {}
        self.open: list[str] = []
        self.below = 0  # levels of the defines that are being written out

    def bound(self, expr: Expr, beside: str | None = None) -> Expr:
        """The bound tree, or `ScenarioError`."""
        result = self.visit(expr, beside)
        if self.problems:
            raise ScenarioError(dict.fromkeys(self.problems))
        if result.depth > MAX_DEPTH or result.size > MAX_SIZE:
            raise self.place.fail(
                "expression-too-deep",
                "the expression is too large once its defines are written out",
                expr.column,
                found=f"{result.size} parts, {result.depth} deep",
                expected=f"at most {MAX_SIZE} parts, {MAX_DEPTH} deep",
            )
        return result

    def complain(
        self,
        code: str,
        message: str,
        node: Expr,
        width: int = 1,
        *,
        found: str = "",
        expected: str = "",
        near: str = "",
    ) -> Expr:
        """Note a problem at a node; the number that stands in for it."""
        self.problems.append(
            self.place.problem(
                code, message, node.column, width, found=found, expected=expected, nearest=near
            )
        )
        return Number(0.0, column=node.column)

    # Each node ------------------------------------------------------------------------------

    def visit(self, node: Expr, beside: str | None) -> Expr:
        """Bind a node whose value stands beside the variable `beside`."""
        if isinstance(node, Number):
            return node
        if isinstance(node, Name):
            return self.name(node, beside)
        if isinstance(node, Is):
            return self.is_(node)
        if isinstance(node, Leaf):
            return node  # already bound
        if isinstance(node, Compare):
            variable = self.levelled(node.operands)
            operands = tuple(self.visit(p, variable) for p in node.operands)
            return Compare(operands, node.ops, column=node.column)
        if isinstance(node, Member):
            return self.member(node)
        if isinstance(node, IfElse):
            return IfElse(
                self.visit(node.then, beside),
                self.visit(node.condition, None),
                self.visit(node.otherwise, beside),
                column=node.column,
            )
        if isinstance(node, Call):
            keeps = beside if node.function in ("min", "max", "clip") else None
            arguments = tuple(self.visit(a, keeps) for a in node.arguments)
            return Call(node.function, arguments, column=node.column)
        if isinstance(node, Binary):
            left, right = self.visit(node.left, None), self.visit(node.right, None)
            return Binary(node.op, left, right, column=node.column)
        if isinstance(node, Unary):
            return Unary(node.op, self.visit(node.operand, None), column=node.column)
        if isinstance(node, Not):
            return Not(self.visit(node.operand, None), column=node.column)
        if isinstance(node, (Both, Either)):
            parts = tuple(self.visit(p, None) for p in node.operands)
            return type(node)(parts, column=node.column)
        return self.other(node)

    def other(self, node: Expr) -> Expr:
        """A node that only queries have."""
        raise TypeError(type(node).__name__)

    def levelled(self, operands: tuple[Expr, ...]) -> str | None:
        """The one variable with levels among the operands (branches and arguments included)."""
        for operand in operands:
            if isinstance(operand, Name) and self.variable_levels(operand.text):
                return operand.text
            if isinstance(operand, IfElse):
                found = self.levelled((operand.then, operand.otherwise))
                if found:
                    return found
            if isinstance(operand, Call) and operand.function in ("min", "max", "clip"):
                found = self.levelled(operand.arguments)
                if found:
                    return found
        return None

    def variable_levels(self, name: str) -> tuple[str, ...]:
        """Levels of a state variable; none for anything else."""
        variable = self.names.variables.get(name)
        return variable.levels if variable else ()

    def member(self, node: Member) -> Expr:
        """`item in [...]`: of an actor its types, of `ending` endings, else numbers and levels."""
        if isinstance(node.item, Name):
            subject = node.item.text
            if subject == "ending":
                return self.ending(node, node.members)
            if self.is_actor(subject):
                parts = tuple(self.type_is(node.item, m) for m in node.members)
                return parts[0] if len(parts) == 1 else Either(parts, column=node.column)
        variable = self.levelled((node.item, *node.members))
        members = tuple(self.visit(m, variable) for m in node.members)
        return Member(self.visit(node.item, variable), members, column=node.column)

    def is_actor(self, name: str) -> bool:
        """Whether a name before `is` or `in` means an actor (an audience may share its name with
        a state variable, and has no types).
        """
        return name in self.names.actors and name not in self.names.variables

    def is_(self, node: Is) -> Expr:
        """`subject is value`."""
        subject, value = node.subject.text, node.value
        if subject == "ending":
            return self.ending(node, (value,))
        if subject in self.names.variables:  # `quarantine is lenient`: the same as ==
            place = self.variable_levels(subject)
            if not place and value.text not in self.names.parameters:
                return self.complain(
                    "wrong-kind",
                    f"{subject!r} has no levels",
                    value,
                    len(value.text),
                    found=f"`{value.text}`",
                    expected="`==` and a number",
                )
            operands = (self.visit(node.subject, None), self.visit(value, subject))
            return Compare(operands, ("==",), column=node.column)
        if self.is_actor(subject):
            return self.type_is(node.subject, value)
        candidates = ["ending", *self.names.actors, *self.names.variables]
        return self.complain(
            "unknown-name",
            "no such actor or state variable",
            node.subject,
            len(subject),
            found=f"`{subject}`",
            expected="an actor with types, a state variable with levels, or `ending`",
            near=nearest(subject, candidates),
        )

    def type_is(self, subject: Name, value: Expr) -> Expr:
        """`actor is type`."""
        types = self.names.actors[subject.text].types
        if not isinstance(value, Name):
            return self.complain("wrong-kind", "a type is a name", value, expected="a type")
        if value.text not in types:
            known = ", ".join(types) or f"nothing: {subject.text!r} has no types"
            return self.complain(
                "unknown-name",
                f"no such type of {subject.text!r}",
                value,
                len(value.text),
                found=f"`{value.text}`",
                expected=known,
                near=nearest(value.text, types),
            )
        return self.allowed(TypeIs(subject.text, value.text, column=subject.column))

    def ending(self, node: Expr, values: tuple[Expr, ...]) -> Expr:
        """`ending is x`, `ending in [...]`."""
        found: list[str] = []
        for value in values:
            if isinstance(value, Name) and value.text in self.names.endings:
                found.append(value.text)
                continue
            text = value.text if isinstance(value, Name) else "an expression"
            self.complain(
                "unknown-name",
                "no such ending",
                value,
                len(text) if isinstance(value, Name) else 1,
                found=f"`{text}`",
                expected=", ".join(self.names.endings),
                near=nearest(text, self.names.endings),
            )
        return self.allowed(EndingIs(tuple(dict.fromkeys(found)), column=node.column))

    # Names ----------------------------------------------------------------------------------

    def name(self, node: Name, beside: str | None) -> Expr:
        """A name that stands as a value."""
        names, text = self.names, node.text
        levels = self.variable_levels(beside) if beside else ()
        if text in levels:
            return Number(float(levels.index(text)), text, column=node.column)
        if text in names.variables:
            return self.allowed(Variable(text, column=node.column))
        if text in names.parameters:
            return self.allowed(Parameter(text, column=node.column))
        if text in names.defines:
            return self.define(node, beside)
        if text in CLOCK_WORDS:
            return self.allowed(Clock(text, column=node.column))
        return self.unknown(node, beside, levels)

    def unknown(self, node: Name, beside: str | None, levels: tuple[str, ...]) -> Expr:
        """Complain of a name that means nothing here, with what may have been meant."""
        names, text = self.names, node.text
        expected, near = "", ""
        if text == "ending" or text in names.endings:
            expected = f"`ending is {text if text != 'ending' else names.endings[0]}`"
        elif levels and text in names.levels:
            expected = f"a level of {beside!r}: {', '.join(levels)}"
        elif text in names.levels:
            owner = names.levels[text][0]
            expected = f"`{owner} == {text}` (a level stands beside its own variable)"
        elif self.is_actor(text):
            types = names.actors[text].types
            expected = f"`{text} is {types[0]}`" if types else "a value: an actor is none"
        elif text in FUNCTIONS:
            expected = f"`{text}(`"
        else:
            near = nearest(text, [*levels, *names.expression_names()])
            expected = "a parameter, a define or a state variable"
            if levels:
                expected += f", or a level of {beside!r}: {', '.join(levels)}"
        return self.complain(
            "unknown-name",
            "this name has no meaning here" if not near else "no such name",
            node,
            len(text),
            found=f"`{text}`",
            expected=expected,
            near=near,
        )

    def define(self, node: Name, beside: str | None) -> Expr:
        """The tree of a define, bound once for each variable that it stands beside."""
        text = node.text
        if text in self.open:
            chain = " -> ".join([*self.open[self.open.index(text) :], text])
            return self.complain("define-cycle", f"a define needs itself: {chain}", node, len(text))
        key = (text, beside)
        if key not in self.defines:
            outer, before = self.place, len(self.problems)
            self.place = self.names.place(f"defines.{text}")
            self.open.append(text)
            try:
                result = self.written_out(read(self.names.defines[text], self.place), beside)
            except ScenarioError as error:
                self.problems.extend(error.problems)
                result = Number(0.0)
            finally:
                self.open.pop()
                self.place = outer
            self.defines[key] = result
            self.misplaced(node, result, before)
        return self.defines[key]

    def written_out(self, tree: Expr, beside: str | None) -> Expr:
        """Bind the tree of a define, unless it leads too deep: defines that stand in each other
        add up on the stack, whatever comes of them.
        """
        self.below += tree.depth + 2
        try:
            if self.below <= 2 * MAX_DEPTH:
                result = self.visit(tree, beside)
                if result.depth <= MAX_DEPTH and result.size <= MAX_SIZE:
                    return result
            return self.complain(
                "expression-too-deep", "the define is too large once written out", tree
            )
        finally:
            self.below -= tree.depth + 2

    def misplaced(self, node: Name, result: Expr, before: int) -> None:
        """Say at the use of a define what in it may not stand here."""
        mended = []
        for problem in self.problems[before:]:
            if problem.code in ("not-allowed-here", "uncertain-parameter"):
                message = f"{problem.message} (through the define {node.text!r})"
                mended.append(
                    self.place.problem(
                        problem.code,
                        message,
                        node.column,
                        len(node.text),
                        found=problem.found,
                        expected=problem.expected,
                    )
                )
            else:
                mended.append(problem)
        self.problems[before:] = mended

    def allowed(self, leaf: Leaf) -> Expr:
        """`leaf`, with a complaint where such a leaf may not stand."""
        if leaf.kind in self.allow:
            return leaf
        if isinstance(leaf, Parameter) and "fixed" in self.allow:
            if self.names.parameters[leaf.name].fixed:
                return leaf
            self.complain(
                "uncertain-parameter",
                "an uncertain parameter can't stand here: all variants share one tree",
                leaf,
                len(leaf.name),
                found=f"`{leaf.name}`",
                expected="a fixed parameter, or a hidden state variable that nature draws",
            )
            return leaf
        shown = _show(leaf)
        kinds = [words for kind, words in _ALLOWED.items() if kind in self.allow]
        if {"fixed", "parameter"} <= set(self.allow):
            kinds = kinds[1:]
        self.complain(
            "not-allowed-here",
            f"{_WHAT[leaf.kind]} can't stand here",
            leaf,
            len(shown) - 2,
            found=shown,
            expected=", ".join(["numbers", *kinds]),
        )
        return leaf


_ALLOWED = {  # the fixed ones first: they go without saying where all may stand
    "fixed": "fixed parameters",
    "parameter": "parameters",
    "state": "state variables",
    "type": "types",
    "ending": "endings",
    "clock": "the clock",
}


def _show(leaf: Leaf) -> str:
    from standoff.scenario.expression_text import to_text

    return f"`{to_text(leaf)}`"
