"""Queries: what a question, a judgement's claim or a report's condition asks of the model.

    query = bind_query(parse_query("P(war | usa did line.board)"), names)

The nodes are in `query_tree`, their meaning for names in `query_binding`, printing in `query_text`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from standoff.errors import Problem, QueryError, ScenarioError
from standoff.scenario.expression_tree import Compare, Expr, Not, walk
from standoff.scenario.place import Place, Where, as_place
from standoff.scenario.query_binding import bind_event, bind_query
from standoff.scenario.query_text import query_text, when_text
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
    QueryKind,
    Timed,
    TurnOf,
    TypeOf,
    Value,
    View,
    When,
)
from standoff.scenario.syntax import KEYWORDS, Builder, Misplaced, checked, read

__all__ = [
    "Belief", "Dependence", "Distribution", "Do", "Expectation", "Likelihood", "Mark", "Moved",
    "NextMoves", "Payoff", "Price", "Probability", "Query", "QueryKind", "Timed", "TurnOf",
    "TypeOf", "Value", "View", "When", "bind_event", "bind_query", "parse_event", "parse_query",
    "query_text", "when_text",
]  # fmt: skip


def parse_query(text: str, where: Where = None) -> Query:
    """The tree of a query, not bound yet. Raises `QueryError` with the column."""
    place = Place(file="query", text=text) if where is None else as_place(where)
    try:
        return _parsed(text)
    except ScenarioError:
        try:
            return _read(text, place)
        except ScenarioError as error:
            raise QueryError(error.problems) from None


def parse_event(text: str, where: Where = None) -> Expr:
    """The tree of an event (a report's `when:`, an absence), not bound yet."""
    query = parse_query(text, where)
    place = Place(file="query", text=text) if where is None else as_place(where)
    if query.view is not None or any(isinstance(n, Value) for n in walk(query.body)):
        column = query.view.column if query.view else query.body.column
        problem: Problem = place.problem(
            "wrong-kind", "an event is wanted here", column, found="a question", expected="an event"
        )
        raise QueryError(problem)
    return query.body


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Query:
    return _read(text, Place())


def _read(text: str, place: Place) -> Query:
    view, body = read(text, place, grammar="query", start="query", builder=QueryBuilder)
    return Query(body, view, text)


def _at(token: Any) -> int:
    return int(token.start_pos) + 1


def _view(token: Any) -> View:
    actor, _, kind = str(token).partition(".")
    return View(actor, kind or None, column=_at(token))


class QueryBuilder(Builder):
    """Callbacks for the rules of query.lark."""

    def query(self, c: list[Any]) -> tuple[View | None, Expr]:
        return c[0], c[1]

    def view(self, c: list[Any]) -> View:
        return _view(c[0])

    # Time ---------------------------------------------------------------------------------

    def mark_round(self, c: list[Any]) -> Mark:
        return Mark(int(c[0]), column=_at(c[0]))

    def mark_date(self, c: list[Any]) -> Mark:
        return Mark(date=str(c[0]), column=_at(c[0]))

    def mark_end(self, c: list[Any]) -> Mark:
        return Mark(end=True, column=_at(c[0]))

    def at(self, c: list[Any]) -> When:
        return When("at", c[0])

    def by(self, c: list[Any]) -> When:
        return When("by", c[0])

    def through(self, c: list[Any]) -> When:
        return When("through", c[0])

    def within_rounds(self, c: list[Any]) -> When:
        return When("within", self.mark_round(c[1:]), self.mark_round(c))

    def within_dates(self, c: list[Any]) -> When:
        return When("within", self.mark_date(c[1:]), self.mark_date(c))

    def timed(self, c: list[Any]) -> Expr:
        inner, when = c
        if isinstance(inner, Not) and isinstance(inner.operand, Did):
            # `usa did not strike by round 5`: in plain speech the denial is of the whole.
            return Not(self.timed([inner.operand, when]), column=inner.column)
        return checked(Timed(inner, when, column=inner.column))

    def negation(self, c: list[Any]) -> Expr:
        inner = c[0]
        if isinstance(inner, Timed) and inner.when.kind == "through" and not inner.closed:
            raise Misplaced(
                inner.column,
                "`not ... through`, which can be read in two ways",
                "`(not ...) through` or `not (... through ...)`",
            )
        return super().negation(c)

    def group(self, c: list[Any]) -> Expr:
        inner: Expr = c[0]
        return replace(inner, closed=True) if isinstance(inner, Timed) else inner

    # Events -------------------------------------------------------------------------------

    def between(self, c: list[Any]) -> Expr:
        value, low, high = c
        return checked(Compare((low, value, high), ("<=", "<="), column=value.column))

    def act(self, c: list[Any]) -> Any:
        if str(c[0]) in KEYWORDS:
            raise Misplaced(_at(c[0]), str(c[0]), "a move")
        return c[0]

    def acts(self, c: list[Any]) -> tuple[bool, list[Any]]:
        return False, list(c)

    def tactics(self, c: list[Any]) -> tuple[bool, list[Any]]:
        return True, list(c)

    def did(self, c: list[Any]) -> Expr:
        subject, tense, (tactic, acts) = c
        texts, columns = tuple(str(a) for a in acts), tuple(_at(a) for a in acts)
        return Did(subject.text, tense.value, texts, tactic, columns, column=subject.column)

    def did_not(self, c: list[Any]) -> Expr:
        return Not(self.did(c), column=c[0].column)

    def dotted(self, c: list[Any]) -> Expr:
        return Dotted(str(c[0]), column=_at(c[0]))

    def belief(self, c: list[Any]) -> Expr:
        return checked(Belief(_view(c[0]), c[1], column=_at(c[0])))

    def do(self, c: list[Any]) -> Expr:
        actor, *move = c
        if move:
            return Do(str(actor), (), str(move[0]), column=_at(actor))
        head, _, words = str(actor).partition(".")
        return Do(head, (), words, column=_at(actor))

    # Values -------------------------------------------------------------------------------

    def probability(self, c: list[Any]) -> Expr:
        prior, event, given = c
        column = event.column if prior is None else _at(prior)
        return checked(Probability(event, given, prior=prior is not None, column=column))

    def expectation(self, c: list[Any]) -> Expr:
        prior, what, given = c
        column = what.column if prior is None else _at(prior)
        return checked(Expectation(what, given, prior=prior is not None, column=column))

    def likelihood(self, c: list[Any]) -> Expr:
        first, second, event = c
        item = str(first) if second is None else f"{first} {second}"
        return checked(Likelihood(item, event, column=_at(first)))

    def subject_next(self, c: list[Any]) -> NextMoves:
        return NextMoves(str(c[0]), column=_at(c[0]))

    def subject_turn(self, c: list[Any]) -> TurnOf:
        return TurnOf(str(c[0]), str(c[1]), column=_at(c[0]))

    def subject_dotted(self, c: list[Any]) -> TurnOf:
        actor, _, turn = str(c[0]).partition(".")
        return TurnOf(actor, turn, column=_at(c[0]))

    def dependence(self, c: list[Any]) -> Expr:
        return checked(Dependence(c[0], c[1], c[2], column=c[0].column))

    def price(self, c: list[Any]) -> Expr:
        view, what, given = c
        return checked(Price(_view(view), str(what), given, at=_at(what), column=_at(view)))

    def next_moves(self, c: list[Any]) -> Expr:
        prior, actor, given = c
        of = NextMoves(str(actor), column=_at(actor))
        return checked(Distribution(of, given, prior=prior is not None, column=of.column))

    def type_of(self, c: list[Any]) -> Expr:
        prior, actor, given = c
        of = TypeOf(str(actor), column=_at(actor))
        return checked(Distribution(of, given, prior=prior is not None, column=of.column))
