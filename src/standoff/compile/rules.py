"""A scenario's turns with every expression bound: what the compiler plays, round by round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from standoff.compile.columns import Columns, columns_of
from standoff.compile.compiled import Act
from standoff.compile.sights import Eyes, eyes_of
from standoff.scenario.dates import Calendar, calendar, rounds_of
from standoff.scenario.expressions import (
    EVERYTHING,
    FIXED,
    Expr,
    Number,
    Parameter,
    TypeIs,
    bind,
    leaves,
    parse,
)
from standoff.scenario.models import Move, Objective, Scenario, StartByType, StartDraw, Turn

if TYPE_CHECKING:
    from standoff.scenario.names import Names

REST = "rest"
ODDS = EVERYTHING - {"ending"}


@dataclass(frozen=True)
class ActRule:
    """One move or outcome."""

    row: int  # of `Compiled.acts`
    id: str
    path: str
    model: Move
    guard: Expr | None
    then: tuple[tuple[int, Expr, str], ...]  # column, new value, key path
    ends: int  # ending, or -1
    odds: Expr | None  # None for a player's move and for `rest`
    rest: bool
    rate: Expr | None  # None where it is 1 everywhere
    waits: bool


@dataclass(frozen=True)
class PartRule:
    """One actor's menu in a turn."""

    actor: str
    player: int  # -1 for nature
    menu: tuple[ActRule, ...]
    path: str


@dataclass(frozen=True)
class TurnRule:
    """One turn. A drift has no parts."""

    id: str
    path: str
    model: Turn
    rounds: frozenset[int]
    when: Expr | None
    parts: tuple[PartRule, ...]
    drift: tuple[tuple[int, Expr, str], ...]


@dataclass(frozen=True)
class EndRule:
    """An ending that comes about by a condition."""

    ending: int
    when: Expr
    path: str


@dataclass(frozen=True)
class TermRule:
    """One objective of one player."""

    player: int
    name: str
    path: str
    model: Objective
    value: Expr | None
    each_round: Expr | None
    weight: tuple[Expr, ...]  # one, or one for each type of the player
    discount: Expr
    per_day: bool
    to_horizon: bool


class Rules:
    """Everything that the compiler reads of an expanded scenario."""

    def __init__(self, scenario: Scenario, names: Names) -> None:
        self.scenario = scenario
        self.names = names
        self.calendar: Calendar = calendar(scenario.clock)
        self.players = names.players
        self.eyes: Eyes = eyes_of(scenario)
        self.endings = names.endings
        self._variables = {name: i for i, name in enumerate(names.variables)}
        self.acts: list[Act] = []
        self.turns = tuple(self._turn(i, t) for i, t in enumerate(scenario.turns))
        self.ends = tuple(self._ends())
        self.lotteries = dict(self._lotteries())
        self.terms = tuple(self._terms())
        self.draws = dict(self._draws())
        self.in_tree = self._in_tree()
        self.columns: Columns = columns_of(names, self.in_tree)

    @property
    def rounds(self) -> int:
        """Number of rounds."""
        return len(self.calendar)

    def bound(
        self, text: str, path: str, *, beside: str | None = None, allow: Iterable[str] = EVERYTHING
    ) -> Expr:
        """The expression `text` that stands at `path`."""
        where = self.names.place(path)
        return bind(
            parse(text, where), self.names, beside=beside, allow=frozenset(allow), where=where
        )

    def _turn(self, index: int, turn: Turn) -> TurnRule:
        path = f"turns.{index}"
        when = None if turn.when is None else self.bound(turn.when, f"{path}.when", allow=FIXED)
        parts: list[PartRule] = []
        if turn.together is not None:
            for place, part in enumerate(turn.together):
                where = f"{path}.together.{place}"
                parts.append(self._part(turn, part.actor, part.moves, where, "moves"))
        elif turn.actor is not None:
            key = "moves" if turn.moves is not None else "outcomes"
            parts.append(self._part(turn, turn.actor, getattr(turn, key) or {}, path, key))
        drift = self._effects(turn.then or {}, path) if not parts else ()
        rounds = frozenset(rounds_of(turn.rounds, self.rounds, f"{path}.rounds"))
        return TurnRule(turn.id, path, turn, rounds, when, tuple(parts), drift)

    def _part(self, turn: Turn, actor: str, menu: dict[str, Move], path: str, key: str) -> PartRule:
        player = self.players.index(actor) if actor in self.players else -1
        rules = tuple(
            self._act(turn, actor, player, name, move, f"{path}.{key}.{name}")
            for name, move in menu.items()
        )
        return PartRule(actor, player, rules, path)

    def _act(
        self, turn: Turn, actor: str, player: int, name: str, move: Move, path: str
    ) -> ActRule:
        act = Act(
            actor, turn.id, name, path, tuple(move.tactic), move.quiet,
            self.eyes.trace(name, move, actor),
        )  # fmt: skip
        self.acts.append(act)
        guard = None if move.when is None else self.bound(move.when, f"{path}.when", allow=FIXED)
        odds: Expr | None = None
        rest = False
        if player < 0:
            rest = move.odds is not None and move.odds.strip() == REST
            if not rest:
                # Nature's only outcome needs no odds written beside it.
                odds = self.bound(move.odds or "1", f"{path}.odds", allow=ODDS)
        rate: Expr | None = self.bound(move.rate, f"{path}.rate", allow=ODDS)
        if isinstance(rate, Number) and rate.value == 1:
            rate = None
        ends = -1 if move.ends is None else self.endings.index(move.ends)
        return ActRule(
            len(self.acts) - 1, name, path, move, guard, self._effects(move.then, path), ends,
            odds, rest, rate, move.waits,
        )  # fmt: skip

    def _effects(self, then: dict[str, str], path: str) -> tuple[tuple[int, Expr, str], ...]:
        return tuple(
            (
                self._variables[name],
                self.bound(text, f"{path}.then.{name}", beside=name, allow=FIXED),
                f"{path}.then.{name}",
            )
            for name, text in then.items()
        )

    def _ends(self) -> Iterator[EndRule]:
        for name, ending in self.scenario.ends.items():
            if ending.when is not None:
                path = f"ends.{name}.when"
                yield EndRule(
                    self.endings.index(name), self.bound(ending.when, path, allow=FIXED), path
                )

    def _lotteries(self) -> Iterator[tuple[int, tuple[tuple[int, Expr | None, str], ...]]]:
        """Ending -> (outcome, odds or None for `rest`, key path) in order"""
        for name, ending in self.scenario.ends.items():
            if ending.lottery:
                outcomes = []
                for outcome, text in ending.lottery.items():
                    path = f"ends.{name}.lottery.{outcome}"
                    odds = None if text.strip() == REST else self.bound(text, path, allow=ODDS)
                    outcomes.append((self.endings.index(outcome), odds, path))
                yield self.endings.index(name), tuple(outcomes)

    def _terms(self) -> Iterator[TermRule]:
        constant = EVERYTHING - {"ending", "state", "clock"}
        for actor, objectives in self.scenario.objectives.items():
            if actor not in self.players:
                continue
            for name, term in objectives.items():
                path = f"objectives.{actor}.{name}"
                value = term.value and self.bound(term.value, f"{path}.value")
                each = term.each_round and self.bound(
                    term.each_round, f"{path}.each_round", allow=ODDS
                )
                if isinstance(term.weight, dict):
                    weight = tuple(
                        self.bound(term.weight.get(t, "1"), f"{path}.weight.{t}", allow=constant)
                        for t in self.names.types(actor)
                    )
                else:
                    weight = (self.bound(term.weight, f"{path}.weight", allow=constant),)
                discount = self.bound(term.discount, f"{path}.discount", allow=constant)
                yield TermRule(
                    self.players.index(actor), name, path, term, value or None, each or None,
                    weight, discount, term.per == "day", term.to == "horizon",
                )  # fmt: skip

    def _draws(self) -> Iterator[tuple[str, tuple[tuple[float, Expr | None, str], ...]]]:
        """State variable -> (value, odds or None for `rest`, key path) of a start that is drawn"""
        for name, variable in self.scenario.state.items():
            if isinstance(variable.start, StartDraw):
                options = []
                for text, odds in variable.start.draw.items():
                    path = f"state.{name}.start.draw.{text}"
                    rest = odds.strip() == REST
                    expr = None if rest else self.bound(odds, path, allow=ODDS)
                    options.append((self.start_value(name, text, path), expr, path))
                yield name, tuple(options)

    def start_value(self, variable: str, text: str, path: str) -> float:
        """The number that a start value stands for."""
        from standoff.compile.scene import Scene

        expr = self.bound(text, path, beside=variable, allow=FIXED - {"state", "type"})
        return float(Scene.constants(self).value(expr).reshape(-1)[0])

    @cached_property
    def fixed(self) -> dict[str, float]:
        """Values of the parameters that are the same in every variant, by `Draws` key."""
        from standoff.scenario.constants import number

        found: dict[str, float] = {}
        for info in self.names.parameters.values():
            for kind, distribution in info.distributions.items():
                if distribution.value is None:
                    continue
                key = f"{info.name}.{kind}" if info.by else info.name
                path = f"parameters.{info.name}" + (f".{kind}" if info.by else "")
                known = {k: np.array(v) for k, v in found.items()}
                found[key] = float(np.asarray(number(distribution.value, known, path)))
        return found

    def owners(self, expr: Expr | None) -> set[str]:
        """Actors on whose types an expression depends."""
        if expr is None:
            return set()
        found = {leaf.actor for leaf in leaves(expr) if isinstance(leaf, TypeIs)}
        for leaf in leaves(expr):
            if isinstance(leaf, Parameter):
                by = self.names.parameters[leaf.name].by
                if by is not None:
                    found.add(by)
        return found

    def _in_tree(self) -> tuple[str, ...]:
        """Actors whose types stand in the tree, in order: types that enter something other than
        their owner's payoffs and the prior, or that a joint table ties to such types.
        """
        found: set[str] = set()
        for turn in self.turns:
            found |= self.owners(turn.when)
            for _, expr, _ in turn.drift:
                found |= self.owners(expr)
            for act in (a for part in turn.parts for a in part.menu):
                for each in (act.guard, act.odds, act.rate, *(e for _, e, _ in act.then)):
                    found |= self.owners(each)
        for end in self.ends:
            found |= self.owners(end.when)
        for outcomes in (*self.lotteries.values(), *self.draws.values()):
            for _, odds, _ in outcomes:
                found |= self.owners(odds)
        for term in self.terms:
            inside: set[str] = set()
            for each in (term.value, term.each_round, term.discount, *term.weight):
                inside |= self.owners(each)
            found |= inside - {self.players[term.player]}
        for variable in self.scenario.state.values():
            if isinstance(variable.start, StartByType):
                found.add(variable.start.by)
        typed = [a for a, actor in self.scenario.actors.items() if actor.types]
        found |= set(typed) - set(self.players)
        if self.scenario.joint:
            tied = {a for row in self.scenario.joint for a in row.types}
            if tied & found:
                found |= tied
        return tuple(a for a in typed if a in found)
