"""A query or event back as text (registers the nodes of queries with `expression_text`)."""

from __future__ import annotations

from standoff.scenario.expression_text import AND, ATOM, RELATION, TIME, held, to_text, write
from standoff.scenario.expression_tree import Expr
from standoff.scenario.query_tree import (
    Belief,
    Dependence,
    Did,
    Distribution,
    Do,
    Dotted,
    Expectation,
    Likelihood,
    Mark,
    Moved,
    NextMoves,
    Payoff,
    Price,
    Probability,
    Query,
    Timed,
    TurnOf,
    TypeOf,
    View,
    When,
)

__all__ = ["query_text", "when_text"]


def query_text(query: Query) -> str:
    """`query` as it could have been written; parsing it gives `query` again."""
    body = to_text(query.body)
    return f"as {_view(query.view)}: {body}" if query.view else body


def when_text(when: When) -> str:
    """`at round 5`, `by 1962-10-28`, `within rounds 4 to 5`."""
    if when.first is None:
        return f"{when.kind} {_mark(when.last)}"
    if when.first.date is not None:
        return f"within {when.first.date} to {when.last.date}"
    return f"within rounds {when.first.round} to {when.last.round}"


def _mark(mark: Mark) -> str:
    if mark.end:
        return "end"
    return mark.date or f"round {mark.round}"


def _view(view: View) -> str:
    return view.actor if view.type is None else f"{view.actor}.{view.type}"


@write.register
def _(node: Dotted) -> tuple[str, int]:
    return node.text, ATOM


@write.register
def _(node: Did) -> tuple[str, int]:
    acts = node.acts[0] if len(node.acts) == 1 else f"[{', '.join(node.acts)}]"
    return f"{node.subject} {node.tense} {'tactic ' * node.tactic}{acts}", RELATION


@write.register
def _(node: Moved) -> tuple[str, int]:
    words = f"{node.actor} {node.tense} {node.words}" if node.actor else node.words
    if node.when is not None:
        return f"{words} {when_text(node.when)}", TIME
    return words, RELATION if node.actor else ATOM


@write.register
def _(node: Timed) -> tuple[str, int]:
    # `not x through ...` can be read in two ways and is refused: weak, so that `not` adds
    # parentheses.
    strength = AND if node.when.kind == "through" else TIME
    return f"{held(node.event, RELATION)} {when_text(node.when)}", strength


@write.register
def _(node: Belief) -> tuple[str, int]:
    return f"belief({_view(node.view)}, {to_text(node.event)})", ATOM


@write.register
def _(node: Do) -> tuple[str, int]:
    return f"do({node.actor} {node.words})", ATOM


@write.register
def _(node: Payoff) -> tuple[str, int]:
    return f"{node.actor}.{node.objective}" if node.objective else node.actor, ATOM


@write.register
def _(node: Probability) -> tuple[str, int]:
    return _asked("P", node.event, node), ATOM


@write.register
def _(node: Expectation) -> tuple[str, int]:
    return _asked("E", node.of, node), ATOM


def _asked(letter: str, what: Expr, node: Probability | Expectation) -> str:
    return f"{'prior ' * node.prior}{letter}({to_text(what)}{_given(node)})"


def _given(node: Probability | Expectation | Distribution | Price) -> str:
    parts = [to_text(d) for d in node.forced]
    if node.given is not None:
        parts.append(held(node.given, AND) if parts else to_text(node.given))
    return f" | {' and '.join(parts)}" if parts else ""


@write.register
def _(node: Likelihood) -> tuple[str, int]:
    return f"LR({node.item}; {to_text(node.event)})", ATOM


@write.register
def _(node: Dependence) -> tuple[str, int]:
    other = f", {to_text(node.other)}" if node.other is not None else ""
    return f"D({_conduct(node.of)}; {to_text(node.event)}{other})", ATOM


@write.register
def _(node: Price) -> tuple[str, int]:
    return f"price({_view(node.view)}, {node.what}{_given(node)})", ATOM


@write.register
def _(node: Distribution) -> tuple[str, int]:
    return f"{'prior ' * node.prior}{_conduct(node.of)}{_given(node)}", ATOM


def _conduct(of: NextMoves | TurnOf | TypeOf) -> str:
    if isinstance(of, TurnOf):
        return f"{of.actor} {of.turn}"
    return f"{'next moves' if isinstance(of, NextMoves) else 'type'} of {of.actor}"
