"""Reading expressions and queries with Lark: one LALR parser each, built once, and its errors.

Trees are built while the text is reduced (no recursion), and length, nesting and size are bounded,
so no text can exhaust the stack or the memory.
"""
# ruff: noqa: D102  (a builder's methods are named after the rules of the grammar)

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from standoff.errors import ScenarioError, nearest
from standoff.scenario.expression_tree import (
    Binary,
    Both,
    Call,
    Compare,
    Either,
    Expr,
    IfElse,
    Is,
    Member,
    Name,
    Not,
    Number,
    Unary,
)
from standoff.scenario.place import Place

if TYPE_CHECKING:
    from lark import Lark

__all__ = [
    "CLOCK_WORDS", "FUNCTIONS", "MAX_DEPTH", "MAX_LENGTH", "MAX_SIZE", "RESERVED", "Builder",
    "Misplaced", "TooDeep", "checked", "read",
]  # fmt: skip

MAX_LENGTH = 2000
"""Characters of one expression or query."""
MAX_DEPTH = 100
"""Levels of nesting (each further term of a sum is one)."""
MAX_SIZE = 20_000
"""Nodes of one expression once its defines are written out."""

FUNCTIONS: dict[str, tuple[int, int]] = {
    "min": (2, 50),
    "max": (2, 50),
    "abs": (1, 1),
    "clip": (3, 3),
    "exp": (1, 1),
    "log": (1, 1),
    "sqrt": (1, 1),
    "rint": (1, 1),
}
"""Functions with the least and greatest number of their arguments."""
QUERY_FUNCTIONS = ("P", "E", "LR", "D", "belief", "price", "do")
CLOCK_WORDS = ("round", "day", "days_left", "days")
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "true", "false"})
RESERVED = KEYWORDS | {*CLOCK_WORDS, "ending"} | FUNCTIONS.keys()
"""Words that a parameter, define, state variable, actor, level or ending can't be called."""

_BRACKET = re.compile(r"[()\[\]]")
_EXPECTED = {
    "NAME": "a name", "NUMBER": "a number", "TRUTH": "", "FUNCTION": "", "PLUS": "an operator",
    "MINUS": "an operator", "TIMES": "an operator", "POWER": "an operator",
    "COMPARE": "a comparison", "_AND": "`and`", "_OR": "`or`", "_IF": "`if`", "_ELSE": "`else`",
    "_NOT": "", "_IN": "`in`", "_IS": "`is`", "LPAR": "`(`", "RPAR": "`)`", "LSQB": "`[`",
    "RSQB": "`]`", "COMMA": "`,`", "$END": "the end", "DATE": "a date", "INTEGER": "a whole number",
    "_ROUND": "`round`", "_ROUNDS": "`rounds`", "_END": "`end`", "_TO": "`to`", "_OF": "`of`",
    "_BAR": "`|`", "_AT": "a time (`at`, `by`, ...)", "_BY": "a time (`at`, `by`, ...)",
    "_THROUGH": "a time (`at`, `by`, ...)", "_WITHIN": "a time (`at`, `by`, ...)", "TENSE": "",
    "_BETWEEN": "", "DOTTED": "a name", "ITEM": "a record item or a move", "SEMICOLON": "`;`",
    "COLON": "`:`", "_TACTIC": "`tactic`",
}  # fmt: skip
_HINTS = {
    "given": "`|`, as in P(war | struck)",
    "=": "`==` (one `=` is not a comparison)",
    "&": "`and`",
    "|": "`or` (`|` stands only inside P(... | ...) and its kin)",
    "!": "`not`",
    "^": "`**`",
    ".": "no dot: names have no parts here",
    "'": "no quotes: levels and types are plain names",
    '"': "no quotes: levels and types are plain names",
}


class TooDeep(Exception):
    """Raised while a tree is built; `column` is where."""

    def __init__(self, column: int, what: str) -> None:
        self.column = column
        self.what = what


class Misplaced(Exception):
    """A word that only the builder can tell is out of place."""

    def __init__(self, column: int, text: str, expected: str) -> None:
        self.column = column
        self.text = text
        self.expected = expected


def checked(node: Expr) -> Expr:
    """`node`, unless it is nested too deeply or too large."""
    if node.depth > MAX_DEPTH:
        raise TooDeep(node.column, f"nested more than {MAX_DEPTH} deep")
    if node.size > MAX_SIZE:
        raise TooDeep(node.column, f"more than {MAX_SIZE} parts once its defines are written out")
    return node


def _column(token: Any) -> int:
    return int(token.start_pos) + 1


class Builder:
    """Callbacks that the parser calls with what each rule matched, innermost first."""

    def expression(self, c: list[Any]) -> Expr:
        node: Expr = c[0]
        return node

    def number(self, c: list[Any]) -> Expr:
        value = float(c[0])
        if value == float("inf"):
            raise Misplaced(_column(c[0]), str(c[0]), "a number below 1.8e308")
        return Number(value, column=_column(c[0]))

    def truth(self, c: list[Any]) -> Expr:
        return Number(float(c[0] == "true"), str(c[0]), column=_column(c[0]))

    def name(self, c: list[Any]) -> Name:
        if str(c[0]) in KEYWORDS:
            raise Misplaced(_column(c[0]), str(c[0]), "a name")
        return Name(str(c[0]), column=_column(c[0]))

    def group(self, c: list[Any]) -> Expr:
        node: Expr = c[0]
        return node

    def members(self, c: list[Any]) -> tuple[Expr, ...]:
        return tuple(c)

    def call(self, c: list[Any]) -> Expr:
        name, arguments = str(c[0]), tuple(c[1:])
        least, most = FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            number = f"{least}" if least == most else f"{least} to {most}"
            raise Misplaced(
                _column(c[0]),
                f"{name} with {len(arguments)} argument{'s' * (len(arguments) != 1)}",
                f"{number} argument{'s' * (most != 1)}",
            )
        return checked(Call(name, arguments, column=_column(c[0])))

    def unary(self, c: list[Any]) -> Expr:
        return checked(Unary(str(c[0]), c[1], column=_column(c[0])))

    def binary(self, c: list[Any]) -> Expr:
        return checked(Binary(str(c[1]), c[0], c[2], column=c[0].column))

    def compare(self, c: list[Any]) -> Expr:
        ops = tuple(str(op) for op in c[1::2])
        return checked(Compare(tuple(c[::2]), ops, column=c[0].column))

    def member(self, c: list[Any]) -> Expr:
        return checked(Member(c[0], c[1], column=c[0].column))

    def not_member(self, c: list[Any]) -> Expr:
        return checked(Not(self.member(c), column=c[0].column))

    def is_name(self, c: list[Any]) -> Expr:
        return Is(c[0], c[1], column=c[0].column)

    def is_not_name(self, c: list[Any]) -> Expr:
        return Not(self.is_name(c), column=c[0].column)

    def negation(self, c: list[Any]) -> Expr:
        return checked(Not(c[0], column=c[0].column))

    def both(self, c: list[Any]) -> Expr:
        only: Expr = c[0]
        return only if len(c) == 1 else checked(Both(tuple(c), column=only.column))

    def either(self, c: list[Any]) -> Expr:
        only: Expr = c[0]
        return only if len(c) == 1 else checked(Either(tuple(c), column=only.column))

    def if_else(self, c: list[Any]) -> Expr:
        return checked(IfElse(c[0], c[1], c[2], column=c[0].column))


@cache
def _parser(grammar: str, start: str, builder: Callable[[], Builder]) -> Lark:
    from lark import Lark, Transformer

    made = builder()
    rules = {
        name: staticmethod(getattr(made, name)) for name in dir(made) if not name.startswith("_")
    }
    # Lark reads the callbacks off a Transformer; called while reducing, so without recursion.
    callbacks = type("Callbacks", (Transformer,), rules)()
    text = (files("standoff.scenario") / "expression.lark").read_text("utf-8")
    if grammar != "expression":
        text += (files("standoff.scenario") / f"{grammar}.lark").read_text("utf-8")
    return Lark(text, parser="lalr", start=start, transformer=callbacks, regex=False)


def read(
    text: str,
    place: Place,
    *,
    grammar: str = "expression",
    start: str = "expression",
    builder: Callable[[], Builder] = Builder,
) -> Any:
    """What `builder` makes of `text`; `ScenarioError` at the column where it can't be read."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

    _measure(text, place)
    try:
        return _parser(grammar, start, builder).parse(text)
    except UnexpectedCharacters as error:
        column = int(error.pos_in_stream or 0) + 1
        raise _syntax(
            text, place, column, text[column - 1], set(error.allowed or ()), grammar
        ) from None
    except UnexpectedToken as error:
        token = error.token
        allowed = set(error.accepts or error.expected)
        if token.type == "$END":
            raise _syntax(text, place, len(text.rstrip()) + 1, "", allowed, grammar) from None
        raise _syntax(text, place, _column(token), str(token), allowed, grammar) from None
    except VisitError as error:  # lark wraps what callbacks raise on some paths
        raise _built(error.orig_exc, place) from None
    except (TooDeep, Misplaced) as error:
        raise _built(error, place) from None


def _measure(text: str, place: Place) -> None:
    if not text.strip():
        raise place.fail(
            "expression-syntax", "nothing stands here", found="nothing", expected="an expression"
        )
    if len(text) > MAX_LENGTH:
        raise place.fail(
            "expression-too-long",
            "too long",
            MAX_LENGTH,
            found=f"{len(text)} characters",
            expected=f"at most {MAX_LENGTH}; `defines:` can hold its parts",
        )
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "([" else -1
        if depth > MAX_DEPTH:
            raise _built(TooDeep(bracket.start() + 1, f"nested more than {MAX_DEPTH} deep"), place)


def _built(error: Exception, place: Place) -> ScenarioError:
    if isinstance(error, TooDeep):
        return place.fail(
            "expression-too-deep",
            f"the expression is {error.what}",
            error.column,
            expected="something simpler; `defines:` can hold its parts",
        )
    if isinstance(error, Misplaced):
        return place.fail(
            "expression-syntax",
            "can't read this",
            error.column,
            len(error.text.split()[0]),
            found=error.text if " " in error.text else f"`{error.text}`",
            expected=error.expected,
        )
    raise error


def _syntax(
    text: str, place: Place, column: int, found: str, allowed: set[str], grammar: str
) -> ScenarioError:
    width = max(1, len(found))
    before = re.search(r"([A-Za-z_][A-Za-z0-9_]*)\s*$", text[: column - 1])
    if found == "(" and before and before[1] not in KEYWORDS:
        known = [*FUNCTIONS, *(QUERY_FUNCTIONS if grammar == "query" else ())]
        near = "rint" if before[1] == "round" else nearest(before[1], known)
        if before[1].upper() in known:
            near = before[1].upper()
        return place.fail(
            "unknown-name",
            "no such function",
            before.start() + 1,
            len(before[1]),
            found=f"`{before[1]}`",
            expected="one of " + ", ".join(known),
            nearest=near,
        )
    expected = _HINTS.get(found, "")
    if found == "|" and "_BAR" in allowed:
        expected = ""
    if grammar == "query" and before and before[1] == "prior":
        expected = "`P(...)`, `E(...)`, `next moves of ...` or `type of ...` after `prior`"
    if not expected:
        words = sorted({_EXPECTED.get(t, t.strip("_").lower()) for t in allowed} - {""})
        if "NUMBER" in allowed and "_IN" not in allowed:
            words = ["a value"]  # a place for an operand: the single tokens say less
        expected = (
            " or ".join(words) if len(words) < 3 else ", ".join(words[:-1]) + f" or {words[-1]}"
        )
    return place.fail(
        "expression-syntax",
        "can't read this",
        column,
        width,
        found=f"`{found}`" if found else "the end",
        expected=expected,
    )
