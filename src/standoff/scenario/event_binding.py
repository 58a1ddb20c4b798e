"""What the names of an event stand for: endings, moves, tactics, points of view and moments.

Builds on `binding.Binder`: a name that means nothing in an expression may be an ending or a move
here. A time goes where it belongs: to the move itself, or around a state or ending as `Timed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from standoff.errors import ScenarioError, nearest
from standoff.scenario.binding import Binder
from standoff.scenario.expression_tree import (
    Both,
    Compare,
    Either,
    EndingIs,
    Expr,
    IfElse,
    Member,
    Name,
    Not,
    Number,
    TypeIs,
    Variable,
    walk,
)
from standoff.scenario.names import ActInfo
from standoff.scenario.query_tree import (
    Belief,
    Did,
    Do,
    Dotted,
    Mark,
    Moved,
    Timed,
    Value,
    View,
    When,
)

__all__ = ["EventBinder"]


class EventBinder(Binder):
    """A `Binder` for events. `in_event` is set below `P(`, a condition and their kin."""

    in_event = False
    timed = False

    def visit(self, node: Expr, beside: str | None) -> Expr:
        """Bind a node of an event."""
        if isinstance(node, Value):
            return self.value(node)
        if isinstance(node, Dotted):
            return self.dotted(node)
        if isinstance(node, Did):
            return self.did(node)
        if isinstance(node, Timed):
            return self.at_time(node)
        if isinstance(node, Belief):
            return Belief(self.view(node.view), self.event(node.event), column=node.column)
        if isinstance(node, Do):
            return self.complain(
                "not-allowed-here",
                "`do(...)` stands in a condition, beside `and` alone",
                node,
                expected="`P(... | do(actor move))`",
            )
        return super().visit(node, beside)

    def value(self, node: Value) -> Expr:
        """A value where an event is wanted."""
        return self.complain(
            "not-allowed-here",
            "a value can't stand inside an event",
            node,
            expected="an event (`belief(actor, ...)` is somebody's probability inside one)",
        )

    def event(self, node: Expr) -> Expr:
        """Bind what stands in the place of an event: something that holds or doesn't."""
        outer, self.in_event = self.in_event, True
        timed, self.timed = self.timed, False
        before = len(self.problems)
        try:
            event = self.visit(node, None)
        finally:
            self.in_event, self.timed = outer, timed
        if len(self.problems) == before and not self.logical(event):
            return self.complain(
                "wrong-kind",
                "a number is no event",
                node,
                expected="a comparison with it, or `E(...)` of it",
            )
        return event

    def logical(self, node: Expr) -> bool:
        """Whether a bound node holds or doesn't, rather than being a number."""
        if isinstance(node, Variable):
            return self.names.variables[node.name].kind == "boolean"
        if isinstance(node, Number):
            return node.text in ("true", "false")
        if isinstance(node, Timed):
            return self.logical(node.event)
        if isinstance(node, IfElse):
            return self.logical(node.then) and self.logical(node.otherwise)
        return isinstance(node, (Compare, Member, Both, Either, Not, TypeIs, EndingIs, Moved))

    def view(self, view: View) -> View:
        """A point of view: a player, and one of its types where one is named."""
        here = Name(view.actor, column=view.column)
        if self.actor(view.actor, here):
            types = self.names.types(view.actor)
            if self.names.actors[view.actor].kind == "nature":
                message = f"{view.actor!r} has no point of view: it follows odds"
                self.complain("wrong-kind", message, here, len(view.actor), expected="a player")
            elif view.type is not None and view.type not in types:
                there = Name(view.type, column=view.column + len(view.actor) + 1)
                self.unknown_word(f"type of {view.actor!r}", view.type, there, types)
        if self.problems and not self.in_event:
            raise ScenarioError(self.problems)
        return view

    def actor(self, name: str, node: Expr) -> bool:
        """Whether there is such an actor; a complaint where not."""
        if name in self.names.actors:
            return True
        self.unknown_word("actor", name, node, self.names.actors)
        return False

    # Events ----------------------------------------------------------------------------------

    def did(self, node: Did) -> Expr:
        """`actor did move`, `actor will tactic x`."""
        if not self.actor(node.subject, Name(node.subject, column=node.column)):
            return Number(0.0, column=node.column)
        found: dict[str, None] = {}
        for text, column in zip(node.acts, node.columns, strict=True):
            if node.tactic:
                acts = self.names.acts_with(text, node.subject)
                if not acts:
                    here = Name(text, column=column)
                    known = [t for t in self.names.tactics if self.names.acts_with(t, node.subject)]
                    self.unknown_word(f"tactic of {node.subject!r}", text, here, known)
                found.update(dict.fromkeys(a.name for a in acts))
            else:
                found.update(dict.fromkeys(self.acts(text, node.subject, node, column)))
        listed = node.acts[0] if len(node.acts) == 1 else f"[{', '.join(node.acts)}]"
        words = f"tactic {listed}" if node.tactic else listed
        order = tuple(name for name in self.names.acts if name in found)
        return Moved(node.subject, node.tense, order, None, words, column=node.column)

    def acts(self, text: str, actor: str, node: Expr, column: int) -> tuple[str, ...]:
        """Full names of an actor's acts called `move` or `turn.move`."""
        here = Name(text, column=column)
        if not self.actor(actor, Name(actor, column=node.column)):
            return ()
        found = self.names.acts_named(text, actor)
        if not found or ("." in text and text.count(".") > 1 and not text.startswith(f"{actor}.")):
            own = self.names.acts_of(actor)
            known = [a.move for a in own] + [f"{a.turn}.{a.move}" for a in own]
            self.unknown_word(f"move of {actor!r}", text, here, dict.fromkeys(known))
        return tuple(a.name for a in found)

    def dotted(self, node: Dotted) -> Expr:
        """`turn.move`, `actor.turn.move`: made by anybody, at any time."""
        found = self.names.acts_named(node.text)
        if found:
            return self.ever(node.text, found, node)
        actor, _, objective = node.text.partition(".")
        if objective in self.names.objectives.get(actor, ()):
            message = "an objective is no event"
            expected = f"`E({node.text})`"
            return self.complain(
                "wrong-kind", message, node, len(node.text), found=node.text, expected=expected
            )
        if actor in self.names.actors and objective in self.names.types(actor):
            message, expected = "no such move", f"`{actor} is {objective}`"
            return self.complain(
                "unknown-name", message, node, len(node.text), found=node.text, expected=expected
            )
        known: Iterable[str] = [f"{a.turn}.{a.move}" for a in self.names.acts.values()]
        if node.text.count(".") == 2:
            known = self.names.acts
        return self.unknown_word("move", node.text, node, known)

    def ever(self, text: str, found: tuple[ActInfo, ...], node: Expr) -> Moved:
        """A move by its name alone."""
        acts = tuple(a.name for a in found)
        return Moved(None, "ever", acts, None, text, column=node.column)

    def unknown(self, node: Name, beside: str | None, levels: tuple[str, ...]) -> Expr:
        """A name that is no value: an ending or a move, or what may have been meant."""
        names, text = self.names, node.text
        inside_define = bool(self.open)
        acts = () if inside_define else names.acts_named(text)
        is_ending = text in names.endings and not inside_define
        if is_ending and acts:
            return self.complain(
                "name-is-two-things",
                f"{text!r} is an ending and a move",
                node,
                len(text),
                expected=f"`ending is {text}` or `{acts[0].actor} ever {text}`",
            )
        if is_ending:
            return EndingIs((text,), column=node.column)
        if acts:
            return self.ever(text, acts, node)
        owners = [a.name for a in names.actors.values() if text in a.types]
        if owners and text not in names.levels:
            return self.complain(
                "unknown-name",
                "a type stands beside its actor",
                node,
                len(text),
                found=f"`{text}`",
                expected=f"`{owners[0]} is {text}`",
            )
        if inside_define or text in names.levels or text in names.actors or text == "ending":
            return super().unknown(node, beside, levels)
        known = [*names.expression_names(), *names.endings, *(a.move for a in names.acts.values())]
        return self.unknown_word("name", text, node, known)

    def unknown_word(self, what: str, text: str, node: Expr, known: Iterable[str]) -> Expr:
        """Complain of a word that names nothing."""
        listed = list(known)
        expected = ", ".join(listed) if 0 < len(listed) <= 12 else ""
        return self.complain(
            "unknown-name",
            f"no such {what}",
            node,
            len(text),
            found=f"`{text}`",
            expected=expected,
            near=nearest(text, listed),
        )

    # Time ------------------------------------------------------------------------------------

    def at_time(self, node: Timed) -> Expr:
        """An event with a time: moves keep it themselves, a state or ending is under `Timed`."""
        if self.timed:
            return self.complain("wrong-kind", "one time at most", node, expected="no second time")
        when = self.when(node.when, node)
        self.timed = True
        try:
            event = self.visit(node.event, None)
        finally:
            self.timed = False
        return self.placed(event, when, node)

    def placed(self, event: Expr, when: When, node: Expr) -> Expr:
        """`event` at `when`, the time put where it belongs."""
        column = node.column
        if isinstance(event, Moved):
            if when.kind == "through" or when.last.end:
                return self.complain(
                    "wrong-kind",
                    "a move is made in one moment",
                    node,
                    found=f"`{when.kind}`",
                    expected="`at round`, `by` or `within`",
                )
            return replace(event, when=when)
        if isinstance(event, Not) and isinstance(event.operand, Moved):
            return Not(self.placed(event.operand, when, node), column=column)
        if (
            isinstance(event, Not)
            and isinstance(event.operand, EndingIs)
            and when.kind in ("by", "within")
        ):
            return Not(Timed(event.operand, when, column=column), column=column)
        if isinstance(event, Either) and all(isinstance(p, Moved) for p in event.operands):
            parts = tuple(self.placed(p, when, p) for p in event.operands)
            return Either(parts, column=column)
        for inner in walk(event):
            if isinstance(inner, (Moved, TypeIs)) and not _inside_belief(event, inner):
                what = "a move" if isinstance(inner, Moved) else "a type"
                return self.complain(
                    "wrong-kind",
                    f"{what} can't stand under a time with other things",
                    inner,
                    expected="the time beside each part that has one",
                )
        return Timed(event, when, column=column)

    def when(self, when: When, node: Expr) -> When:
        """The same with the round of each mark."""
        first = None if when.first is None else self.mark(when.first)
        last = self.mark(when.last)
        if first is not None and (first.round or 0) > (last.round or 0):
            self.complain(
                "bad-date", "the first comes after the last", Number(0.0, column=first.column)
            )
        return When(when.kind, last, first)

    def mark(self, mark: Mark) -> Mark:
        """The same with its round."""
        calendar, here = self.names.calendar, Number(0.0, column=mark.column)
        number: int | None = len(calendar) if mark.end else mark.round
        if mark.date is not None:
            try:
                number = calendar.round_of(mark.date)
            except ScenarioError as error:
                problem: Any = error.problems[0]
                self.complain(
                    problem.code,
                    problem.message,
                    here,
                    len(mark.date),
                    found=problem.found,
                    expected=problem.expected,
                )
                number = 1
        if number is None or not 1 <= number <= len(calendar):
            first, last = calendar.rounds[0].first, calendar.rounds[-1].last
            self.complain(
                "outside-the-clock",
                "outside the clock",
                here,
                len(mark.date or str(mark.round)),
                found=mark.date or f"round {mark.round}",
                expected=f"{first} to {last}, rounds 1 to {len(calendar)}",
            )
            number = 1
        return replace(mark, round=number)


def _inside_belief(event: Expr, leaf: Expr) -> bool:
    """Whether `leaf` stands inside somebody's belief, which has a time as a whole."""
    todo = [event]
    while todo:
        node = todo.pop()
        if node is leaf:
            return False
        if not isinstance(node, Belief):
            todo.extend(node.parts)
    return True
