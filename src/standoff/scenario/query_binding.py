"""What a query asks for, with its names resolved: values, comparisons, distributions.

Events and conditions inside them are `event_binding`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from standoff.errors import QueryError, ScenarioError
from standoff.scenario.binding import EVERYTHING
from standoff.scenario.event_binding import EventBinder
from standoff.scenario.expression_tree import (
    Both,
    Compare,
    Either,
    Expr,
    Leaf,
    Name,
    Not,
    Number,
    Parameter,
    walk,
)
from standoff.scenario.names import Names
from standoff.scenario.place import Place, Where, as_place
from standoff.scenario.query_tree import (
    Dependence,
    Distribution,
    Do,
    Dotted,
    Expectation,
    Likelihood,
    NextMoves,
    Payoff,
    Price,
    Probability,
    Query,
    QueryKind,
    TurnOf,
    TypeOf,
    Value,
)

__all__ = ["bind_event", "bind_query"]


def bind_query(query: Query, names: Names, *, where: Where = None) -> Query:
    """`query` with its names resolved and its `kind` told. Raises `QueryError` with every problem
    that was found, each at its column.
    """
    binder = QueryBinder(names, EVERYTHING, _place(where, query.text))
    try:
        view = None if query.view is None else binder.view(query.view)
        kind = _kind(query.body)
        body = query.body
        if kind == "probability" and not isinstance(body, Probability):
            body = Probability(body, column=body.column)
        body = binder.bound(body)
        binder.answerable(body)
        return Query(body, view, query.text, kind)
    except ScenarioError as error:
        raise QueryError(error.problems) from None


def bind_event(event: Expr, names: Names, *, where: Where = None) -> Expr:
    """An event (from `parse_event`) with its names resolved. Raises `QueryError`."""
    binder = QueryBinder(names, EVERYTHING, _place(where))
    try:
        return binder.bound_event(event)
    except ScenarioError as error:
        raise QueryError(error.problems) from None


def _place(where: Where, text: str = "") -> Place:
    return Place(file="query", text=text) if where is None else as_place(where)


Conduct = TypeVar("Conduct", bound=NextMoves | TurnOf | TypeOf)


class QueryBinder(EventBinder):
    """A `Binder` for queries."""

    def bound_event(self, node: Expr) -> Expr:
        """A bound event, or `ScenarioError`."""
        event = self.event(node)
        if self.problems:
            raise ScenarioError(dict.fromkeys(self.problems))
        return self.bound(event)

    def answerable(self, body: Expr) -> None:
        """Refuse a comparison or sum in which something stands that is no value."""
        todo = [body]
        while todo:
            node = todo.pop()
            if isinstance(node, (Value, Number, Parameter)):
                continue
            if isinstance(node, (Both, Either, Not)):
                for part in node.parts:
                    if not isinstance(part, (Compare, Both, Either, Not)):
                        self.complain(
                            "wrong-kind", "a value neither holds nor not", part,
                            expected="a comparison with it",
                        )  # fmt: skip
            if isinstance(node, Leaf):
                self.complain(
                    "wrong-kind", "an event is no number", node, expected="`P(...)` of it"
                )
            todo.extend(node.parts)
        if self.problems:
            raise ScenarioError(dict.fromkeys(self.problems))

    # Values ----------------------------------------------------------------------------------

    def value(self, node: Value) -> Expr:
        """`P(...)` and the other numbers that the model gives."""
        if self.in_event:
            return super().value(node)
        column = node.column
        if isinstance(node, Probability):
            given, forced = self.condition(node.given)
            event = self.event(node.event)
            return Probability(event, given, forced, node.prior, column=column)
        if isinstance(node, Expectation):
            given, forced = self.condition(node.given)
            of = self.payoff(node.of)
            return Expectation(of, given, forced, node.prior, column=column)
        if isinstance(node, Likelihood):
            return self.likelihood(node)
        if isinstance(node, Dependence):
            other = None if node.other is None else self.event(node.other)
            return Dependence(self.conduct(node.of), self.event(node.event), other, column=column)
        if isinstance(node, Distribution):
            given, forced = self.condition(node.given)
            return Distribution(self.conduct(node.of), given, forced, node.prior, column=column)
        assert isinstance(node, Price)
        return self.price(node)

    def price(self, node: Price) -> Expr:
        """`price(actor, proposal)`, `price(actor.type, turn.move | event)`."""
        view = self.view(node.view)
        given, forced = self.condition(node.given)
        acts = self.counter(node)
        return Price(view, node.what, given, forced, acts, at=node.at, column=node.column)

    def counter(self, node: Price) -> tuple[str, ...]:
        """The moves that a price is asked of: those by which an actor makes a proposal or accepts
        it, or those named.
        """
        actor, names = node.view.actor, self.names
        here = Name(node.what, column=node.at)
        proposal = names.scenario.proposals.get(node.what)
        own = names.acts_of(actor)
        if proposal is None:
            found = names.acts_named(node.what, actor)
            if not found:
                known = {name: None for name, p in names.scenario.proposals.items()
                         if actor in (p.by, *p.to)}  # fmt: skip
                known.update({a.move: None for a in own})
                known.update({f"{a.turn}.{a.move}": None for a in own})
                self.unknown_word(f"proposal or move of {actor!r}", node.what, here, known)
            return tuple(a.name for a in found)
        # Its proposer may also put it in another's place.
        roles = ("propose", "counter") if actor == proposal.by else ("accept",)
        meant = {f"{role}_{node.what}" for role in roles}
        acts = tuple(a.name for a in own if a.move in meant)
        if not acts:
            able = [a for a in (proposal.by, *proposal.to) if a != actor and a in names.players]
            self.complain(
                "wrong-kind",
                f"{actor!r} neither makes nor answers the proposal {node.what!r}",
                here,
                len(node.what),
                found=f"`{node.what}`",
                expected=" or ".join(f"`price({a}, {node.what})`" for a in able)
                or "a turn that `answers` it",
            )
        return acts

    def condition(self, node: Expr | None) -> tuple[Expr | None, tuple[Do, ...]]:
        """A condition without its `do` parts, and those."""
        if node is None:
            return None, ()
        parts = list(_conjuncts(node))
        forced = tuple(self.do(p) for p in parts if isinstance(p, Do))
        rest = [p for p in parts if not isinstance(p, Do)]
        if not forced:
            return self.event(node), ()
        if not rest:
            return None, forced
        whole = rest[0] if len(rest) == 1 else Both(tuple(rest), column=rest[0].column)
        return self.event(whole), forced

    def do(self, node: Do) -> Do:
        """`do(actor move)`."""
        acts = self.acts(node.words, node.actor, node, node.column + len(node.actor) + 1)
        if node.actor in self.names.actors and self.names.actors[node.actor].kind == "nature":
            self.complain(
                "wrong-kind",
                f"{node.actor!r} follows odds and makes no choices",
                node,
                len(node.actor),
                expected="a player",
            )
        return Do(node.actor, acts, node.words, column=node.column)

    def payoff(self, node: Expr) -> Expr:
        """What stands in `E(...)`: a payoff, an objective's part, or an expression."""
        names = self.names
        if isinstance(node, Name) and self.is_actor(node.text):
            if names.actors[node.text].kind == "nature":
                return self.complain(
                    "wrong-kind",
                    f"{node.text!r} follows odds and has no payoff",
                    node,
                    len(node.text),
                    expected="a player",
                )
            return Payoff(node.text, column=node.column)
        if isinstance(node, Dotted) and node.text.split(".")[0] in names.objectives:
            actor, _, objective = node.text.partition(".")
            if objective in names.objectives[actor]:
                return Payoff(actor, objective, column=node.column)
            if not names.acts_named(node.text):
                shifted = replace(node, column=node.column + len(actor) + 1)
                known = names.objectives[actor]
                return self.unknown_word(f"objective of {actor!r}", objective, shifted, known)
        if isinstance(node, Name) and node.text not in names.expression_names():
            owned = [
                f"{a}.{node.text}" for a, each in names.objectives.items() if node.text in each
            ]
            if owned:
                return self.complain(
                    "unknown-name",
                    "an objective stands beside its actor",
                    node,
                    len(node.text),
                    found=f"`{node.text}`",
                    expected=" or ".join(f"`{each}`" for each in owned),
                    near=owned[0],
                )
        return self.quantity(node)

    def quantity(self, node: Expr) -> Expr:
        """An expression over one history: a number, or an event as 0 and 1."""
        outer, self.in_event = self.in_event, True
        try:
            return self.visit(node, None)
        finally:
            self.in_event = outer

    def likelihood(self, node: Likelihood) -> Expr:
        """`LR(item; event)`: the item a record item's id, or moves."""
        event = self.event(node.event)
        if node.item in self.names.record:
            return Likelihood(node.item, event, column=node.column)
        actor, _, rest = node.item.partition(" ")
        found = self.names.acts_named(rest, actor) if rest else self.names.acts_named(actor)
        if not found:
            known = [*self.names.record, *self.names.acts]
            return self.unknown_word("record item or move", node.item, node, known)
        acts = tuple(a.name for a in found)
        return Likelihood(node.item, event, acts, column=node.column)

    def conduct(self, of: Conduct) -> Conduct:
        """Whose conduct, or type."""
        here = Name(of.actor, column=of.column)
        if not self.actor(of.actor, here):
            return of
        if isinstance(of, TurnOf):
            turns = dict.fromkeys(a.turn for a in self.names.acts_of(of.actor))
            if of.turn not in turns:
                there = Name(of.turn, column=of.column + len(of.actor) + 1)
                self.unknown_word(f"turn of {of.actor!r}", of.turn, there, turns)
        if isinstance(of, TypeOf) and not self.names.types(of.actor):
            with_types = [a for a in self.names.actors if self.names.types(a)]
            expected = "one of " + ", ".join(with_types)
            message = f"{of.actor!r} has no types"
            self.complain("wrong-kind", message, here, len(of.actor), expected=expected)
        return of


def _kind(body: Expr) -> QueryKind:
    """What sort of answer a query has."""
    if isinstance(body, Distribution):
        return "distribution"
    if isinstance(body, Likelihood):
        return "ratio"
    if isinstance(body, Probability):
        return "probability"
    if not any(isinstance(n, Value) for n in walk(body)):
        return "probability"  # a bare event
    if isinstance(body, (Compare, Both, Either, Not)):
        return "comparison"
    return "ratio" if getattr(body, "op", "") == "/" else "value"


def _conjuncts(node: Expr) -> Iterable[Expr]:
    if isinstance(node, Both):
        for part in node.operands:
            yield from _conjuncts(part)
    else:
        yield node
