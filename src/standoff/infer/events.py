"""Whether an event holds, history by history.

Events are evaluated on rows: the outcomes of play, or the places at which history may stand at some
moment. Every value has the shape [rows, K, V], any of the three 1 where nothing differs along it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.errors import QueryError
from standoff.game.game import END
from standoff.infer.histories import Histories, histories
from standoff.scenario.dates import calendar
from standoff.scenario.expressions import (
    Clock,
    EndingIs,
    Expr,
    Parameter,
    TypeIs,
    Variable,
    evaluate,
)
from standoff.scenario.place import Place
from standoff.scenario.queries import Belief, Moved, Timed, When

Int32 = NDArray[np.int32]
Array = NDArray[Any]

BeliefOf = Callable[[Belief, "Rows"], Array]
"""Somebody's probability [rows, K, V] of an event, as the rows stand."""


@dataclass(eq=False)
class Rows:
    """Histories, or moments in them, at which events are evaluated."""

    compiled: Compiled
    end: Int32  # [n] row of `game.end_nodes`; of one of the ends still ahead, where play goes on
    ending: Int32  # [n] how play has ended, -1 where it has not
    state: Int32  # [n] row of `compiled.states`: the state then
    round: Int32  # [n] the round then
    moment: int | None = None
    """The step that begins then, for beliefs; None for the end of play, which leaves beliefs where
    they are at the anchor."""

    @property
    def histories(self) -> Histories:
        """The pasts."""
        return histories(self.compiled)

    def taken(self, which: NDArray[np.intp]) -> Rows:
        """Some of the rows."""
        return Rows(
            self.compiled, self.end[which], self.ending[which], self.state[which],
            self.round[which], self.moment,
        )  # fmt: skip

    def at_round(self, number: int) -> Rows:
        """The same histories as round `number` ends."""
        compiled = self.compiled
        ended = compiled.end_round[self.end] <= number
        return Rows(
            compiled, self.end, np.where(ended, self.ending, -1).astype(np.int32),
            compiled.round_state[number - 1, self.end],
            np.full(len(self.end), number, dtype=np.int32), step_after(compiled, number),
        )  # fmt: skip


def outcome_rows(compiled: Compiled, outcome: Int32) -> Rows:
    """One row for each of some outcomes, as play ends."""
    end = compiled.outcome_end[outcome]
    nodes = compiled.game.end_nodes[end]
    return Rows(
        compiled, end, compiled.outcome_ending[outcome], compiled.node_state[nodes],
        compiled.end_round[end].astype(np.int32),
    )  # fmt: skip


def standing_rows(compiled: Compiled, nodes: Int32, step: int) -> Rows:
    """One row for each node at which history may stand as `step` begins."""
    game = compiled.game
    down = nodes.copy()
    while True:
        inner = game.actor[down] != END
        if not inner.any():
            break
        down[inner] = game.child[game.edge_start[down[inner]]]
    end = compiled.end_row[down]
    stopped = game.actor[nodes] == END
    number = compiled.steps[step].round if step < len(compiled.steps) else len(compiled.round_state)
    ending = np.where(stopped & (compiled.end_round[end] <= number), compiled.end_ending[end], -1)
    state = state_before(compiled, nodes, end, step)
    rounds = np.full(len(nodes), number, dtype=np.int32)
    return Rows(compiled, end, ending.astype(np.int32), state, rounds, step)


def state_before(compiled: Compiled, nodes: Int32, end: Int32, step: int) -> Int32:
    """[n] state as `step` begins in histories that then stand at `nodes`.

    That of the node where it is of this very step; otherwise the state that the last move left,
    or that the rounds since then have drifted to.
    """
    game, table = compiled.game, histories(compiled)
    state = compiled.node_state[nodes].copy()
    over = step >= len(compiled.steps)
    now = len(compiled.round_state) + 1 if over else compiled.steps[step].round
    skipped = (table.level[nodes] != step) & (game.parent[nodes] >= 0)
    rows = np.flatnonzero(skipped)
    edge = game.parent_edge[nodes[rows]]
    rounds = np.array([s.round for s in compiled.steps], dtype=np.int32)
    last = rounds[table.level[game.parent[nodes[rows]]]]
    drifted = last < now
    before = compiled.round_state[max(now - 2, 0), end[rows]]
    state[rows] = np.where(drifted, before, compiled.edge_state[edge])
    return np.asarray(state, dtype=np.int32)


def step_after(compiled: Compiled, number: int) -> int:
    """The first step that begins once round `number` is over."""
    later = [i for i, s in enumerate(compiled.steps) if s.turn and s.round > number]
    return later[0] if later else len(compiled.steps)


@dataclass(eq=False)
class Evaluator:
    """Evaluates bound events. `anchor` is the step from which time words count."""

    compiled: Compiled
    draws: Draws | None
    anchor: int
    belief: BeliefOf | None = None

    def event(self, event: Expr, rows: Rows) -> Array:
        """[rows, K, V] whether the event holds (or the number, of an expression)."""
        value = np.asarray(evaluate(event, lambda leaf: self._leaf(leaf, rows)))
        return value if value.ndim == 3 else value.reshape(1, 1, 1)

    @property
    def anchor_round(self) -> int:
        """The round of the anchor; one past the last where the clock has run out."""
        steps = self.compiled.steps
        if self.anchor >= len(steps):
            return len(self.compiled.round_state) + 1
        return max(1, steps[self.anchor].round)

    def _leaf(self, leaf: Any, rows: Rows) -> Array:
        if isinstance(leaf, Variable):
            column = self.compiled.state_names.index(leaf.name)
            return np.asarray(self.compiled.states[rows.state, column])[:, None, None]
        if isinstance(leaf, Moved):
            return self._moved(leaf, rows)
        if isinstance(leaf, TypeIs):
            return self.is_type(leaf.actor, leaf.type, rows)
        if isinstance(leaf, EndingIs):
            endings = self.compiled.endings
            wanted = [endings.index(e) for e in leaf.endings if e in endings]
            return np.isin(rows.ending, wanted)[:, None, None]
        if isinstance(leaf, Timed):
            return self._timed(leaf, rows)
        if isinstance(leaf, Clock):
            return self._clock(leaf.word, rows)
        if isinstance(leaf, Parameter):
            return self._parameter(leaf.name, rows)
        if isinstance(leaf, Belief):
            if self.belief is None:
                raise _cannot("a belief can't stand here", leaf)
            return self.belief(leaf, rows)
        raise _cannot(f"{type(leaf).__name__} can't stand in an event", leaf)

    def is_type(self, actor: str, label: str, rows: Rows) -> Array:
        """[rows or 1, K or 1, 1] whether an actor is of a type."""
        game = self.compiled.game
        if actor in game.players:
            player = game.players.index(actor)
            if label in game.types[player]:
                here = game.profile_type[:, player] == game.types[player].index(label)
                return np.asarray(here)[None, :, None]
        column = f"type:{actor}"
        if column in self.compiled.state_names:
            place = list(self.compiled.scenario.actors[actor].types).index(label)
            # A type never changes, so that the end's state tells it whatever the moment.
            state = self.compiled.node_state[self.compiled.game.end_nodes[rows.end]]
            held = self.compiled.states[state, self.compiled.state_names.index(column)]
            return np.asarray(held == place)[:, None, None]
        return np.ones((1, 1, 1), dtype=bool)  # an actor with a single type

    def _moved(self, leaf: Moved, rows: Rows) -> Array:
        compiled = self.compiled
        wanted = np.array([a.name in leaf.acts for a in compiled.acts] + [False])
        done = np.zeros(len(rows.end), dtype=bool)
        turns = {tuple(name.split(".")[:2]) for name in leaf.acts}
        for level, step in enumerate(compiled.steps):
            if (step.actor, step.turn) not in turns or not self._in_time(level, leaf):
                continue
            done |= wanted[rows.histories.act[rows.end, level]]
        return done[:, None, None]

    def _in_time(self, level: int, leaf: Moved) -> bool:
        before = level < self.anchor
        if (leaf.tense == "did" and not before) or (leaf.tense == "will" and before):
            return False
        if leaf.when is None:
            return True
        number = self.compiled.steps[level].round
        first, last = self._span(leaf.when)
        if leaf.when.kind == "by":
            first = 1
        return first <= number <= last

    def _span(self, when: When) -> tuple[int, int]:
        rounds = len(self.compiled.round_state)
        last = when.last.round or rounds
        if when.kind == "at":
            return last, last
        if when.kind == "within":
            return (when.first.round if when.first else None) or 1, last
        start = min(self.anchor_round, rounds)
        return (start if start <= last else 1), last

    def _timed(self, leaf: Timed, rows: Rows) -> Array:
        if leaf.when.kind == "at" and leaf.when.last.end:
            return self.event(leaf.event, replace(rows, moment=len(self.compiled.steps)))
        first, last = self._span(leaf.when)
        values = [self.event(leaf.event, rows.at_round(r)) for r in range(first, last + 1)]
        if leaf.when.kind == "at":
            return values[0]
        result = values[0].astype(bool)
        for value in values[1:]:
            held = value.astype(bool)
            result = result & held if leaf.when.kind == "through" else result | held
        return result

    def _clock(self, word: str, rows: Rows) -> Array:
        clock = calendar(self.compiled.scenario.clock)
        numbers = np.maximum(rows.round, 1)
        if word == "round":
            values = numbers
        elif word == "day":
            values = np.array([r.day for r in clock.rounds])[numbers - 1]
        elif word == "days":
            values = np.array(clock.days)[numbers - 1]
        else:
            values = np.array([clock.days_left(r.number) for r in clock.rounds])[numbers - 1]
        return np.asarray(values)[:, None, None]

    def parameter(self, name: str) -> Array:
        """[V] a parameter that is the same for all types."""
        if self.draws is None or self.compiled.names.parameters[name].by is not None:
            raise QueryError(Place(file="query").problem(
                "wrong-kind", f"the parameter {name} differs by type, and is no number by itself"
            ))  # fmt: skip
        return np.asarray(self.draws.values[name])

    def _parameter(self, name: str, rows: Rows) -> Array:
        info = self.compiled.names.parameters[name]
        if self.draws is None:
            raise QueryError(Place(file="query").problem(
                "wrong-kind", f"the parameter {name} can't stand here"
            ))  # fmt: skip
        if info.by is None:
            return np.asarray(self.draws.values[name])[None, None, :]
        value: Array = np.zeros((1, 1, 1))
        for label in info.distributions:
            own = self.is_type(info.by, label, rows).astype(float)
            value = value + own * np.asarray(self.draws.values[f"{name}.{label}"])[None, None, :]
        return value


def _cannot(message: str, leaf: Any) -> QueryError:
    return QueryError(Place(file="query").problem("wrong-kind", message, leaf.column))
