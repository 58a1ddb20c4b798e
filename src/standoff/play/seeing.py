"""What somebody at the table has seen so far: moves, signals, values; never more.

The lines follow the compiler's rules of sight (`standoff.compile.sights`) along one history: two
histories that a player can't tell apart have the same lines. Moves made together show when all of
them are made, moves that are seen late when the next round begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from standoff.compile.columns import TYPE
from standoff.game.game import END

if TYPE_CHECKING:
    from standoff.compile.compiled import Step
    from standoff.compile.rules import ActRule, TurnRule
    from standoff.compile.sights import Sight
    from standoff.play.board import Board

Kind = Literal["move", "signal", "turn", "change", "draw", "ending"]

__all__ = ["EVERYTHING", "Line", "Seeing"]

EVERYTHING = "*"
"""The viewer who sees all that happens, as the facilitator does."""


@dataclass(frozen=True)
class Line:
    """One thing seen: in which round, of whom, and in words."""

    round: int
    kind: Kind
    actor: str
    turn: str
    text: str
    act: str = ""  # `actor.turn.move` where the move itself is seen


@dataclass
class _Path:
    """What is on its way to being seen."""

    lines: list[Line] = field(default_factory=list)
    made: list[int] = field(default_factory=list)  # acts of a turn that is not over
    late: list[int] = field(default_factory=list)  # acts that show when the next round begins
    values: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Seeing:
    """Sights on a board."""

    board: Board

    @cached_property
    def _acts(self) -> dict[int, tuple[TurnRule, ActRule]]:
        rules = self.board.compiled.rules
        return {a.row: (t, a) for t in rules.turns for part in t.parts for a in part.menu}

    def path(self, node: int) -> list[int]:
        """Edges from the root to a node."""
        game, found = self.board.game, []
        while game.parent[node] >= 0:
            found.append(int(game.parent_edge[node]))
            node = int(game.parent[node])
        return found[::-1]

    def lines(self, viewer: str, node: int) -> tuple[list[Line], dict[str, str]]:
        """What a player (or `EVERYTHING`) has seen on the way to a node, oldest first, and the
        values that it knows now.
        """
        compiled, game = self.board.compiled, self.board.game
        steps = compiled.steps
        track = _Path(values=self._visible(viewer, 0))
        begun = False
        for edge in self.path(node):
            parent, child = int(self.board.owner[edge]), int(game.child[edge])
            act = int(compiled.edge_act[edge])
            if act < 0:  # a draw at the root: known to nobody as such
                if viewer == EVERYTHING:
                    words = compiled.edge_label[edge]
                    track.lines.append(Line(0, "draw", "", "", words))
                continue
            if not begun:
                track.values, begun = self._visible(viewer, parent), True
            track.made.append(act)
            here, there = steps[int(self.board.level[parent])], self._step(child)
            if there is not None and (there.round, there.turn) == (here.round, here.turn):
                continue
            after = compiled.edge_state[edge]
            self._moves(track, viewer, here.round)
            self._changes(track, viewer, here.round, int(after))
            if there is not None and there.round > here.round:
                self._late(track, viewer, there.round)
            self._changes(track, viewer, here.round, int(compiled.node_state[child]))
        if not begun:
            track.values = self._visible(viewer, node)
        for act in track.made:  # made together with moves still to come: one's own is known
            turn, rule = self._acts[act]
            actor = compiled.acts[act].actor
            if viewer in (actor, EVERYTHING):
                number = steps[int(self.board.level[node])].round
                track.lines.append(self._said(viewer, turn, rule, actor, number))
        if game.actor[node] == END:
            row = int(compiled.end_row[node])
            ending = compiled.endings[compiled.end_ending[row]]
            label = self.label_of_ending(ending)
            track.lines.append(Line(int(compiled.end_round[row]), "ending", "", "", label, ending))
        return track.lines, {name: self._text(name, v) for name, v in track.values.items()}

    def label_of_ending(self, ending: str) -> str:
        """An ending in words."""
        from standoff.assess.ahead import ending_label

        return ending_label(self.board.scenario, ending)

    def label_of_act(self, act: str) -> str:
        """A move in words."""
        from standoff.assess.ahead import label_of

        return label_of(self.board.compiled.names, act)

    def label_of_variable(self, name: str) -> str:
        """A state variable in words."""
        known = self.board.scenario.state.get(name)
        return (known.label if known is not None else "") or name.replace("_", " ")

    def _step(self, node: int) -> Step | None:
        level = int(self.board.level[node])
        steps = self.board.compiled.steps
        if self.board.game.actor[node] == END or level >= len(steps):
            return None
        return steps[level]

    def _visible(self, viewer: str, node: int) -> dict[str, float]:
        return self._values(viewer, int(self.board.compiled.node_state[node]))

    def _values(self, viewer: str, state: int) -> dict[str, float]:
        compiled = self.board.compiled
        eyes = compiled.rules.eyes
        found = {}
        for place, name in enumerate(compiled.state_names):
            variable = compiled.scenario.state.get(name)
            if name.startswith(TYPE) or variable is None:
                continue
            if viewer == EVERYTHING or eyes.variable(variable, viewer):
                found[name] = float(compiled.states[state, place])
        return found

    def _text(self, name: str, value: float) -> str:
        for column in self.board.compiled.rules.columns.all:
            if column.name == name:
                return column.text(value)
        return f"{value:g}"

    def _changes(self, track: _Path, viewer: str, round_: int, state: int) -> None:
        values = self._values(viewer, state)
        for name, value in values.items():
            if track.values.get(name) != value:
                words = f"{self.label_of_variable(name)}: {self._text(name, value)}"
                track.lines.append(Line(round_, "change", "", "", words))
        track.values = values

    def _moves(self, track: _Path, viewer: str, round_: int) -> None:
        compiled = self.board.compiled
        for act in track.made:
            turn, rule = self._acts[act]
            actor = compiled.acts[act].actor
            sight = self._sight(viewer, turn, rule, actor)
            if viewer == EVERYTHING or sight.now is not None:
                track.lines.append(self._said(viewer, turn, rule, actor, round_))
            if viewer != EVERYTHING and sight.later:
                track.late.append(act)
        track.made = []

    def _late(self, track: _Path, viewer: str, round_: int) -> None:
        compiled = self.board.compiled
        for act in track.late:
            turn, _ = self._acts[act]
            actor = compiled.acts[act].actor
            name = compiled.acts[act].name
            words = f"{self.label_of_act(name)} (in the round before)"
            track.lines.append(Line(round_, "move", actor, turn.id, words, name))
        track.late = []

    def _sight(self, viewer: str, turn: TurnRule, rule: ActRule, actor: str) -> Sight:
        eyes = self.board.compiled.rules.eyes
        whose = actor if viewer == EVERYTHING else viewer
        return eyes.move(rule.id, rule.model, actor, turn.model.turn_seen, whose)

    def _said(self, viewer: str, turn: TurnRule, rule: ActRule, actor: str, number: int) -> Line:
        name = f"{actor}.{turn.id}.{rule.id}"
        if viewer in (EVERYTHING, actor):
            return Line(number, "move", actor, turn.id, self.label_of_act(name), name)
        sight = self._sight(viewer, turn, rule, actor)
        label = turn.model.label or turn.id.replace("_", " ")
        if sight.now == "":
            return Line(number, "turn", actor, turn.id, f"{label}: nothing to be seen of it")
        alike = self._alike(viewer, turn, actor, sight.now or "")
        if len(alike) == 1:
            return Line(number, "move", actor, turn.id, self.label_of_act(name), name)
        return Line(number, "signal", actor, turn.id, f"{label}: {_plain(sight.now or '')}")

    def _alike(self, viewer: str, turn: TurnRule, actor: str, text: str) -> Sequence[str]:
        """Moves of a turn that show alike to a viewer."""
        parts = [part for part in turn.parts if part.actor == actor]
        return [
            a.id for part in parts for a in part.menu
            if self._sight(viewer, turn, a, actor).now == text
        ]  # fmt: skip


def _plain(signal: str) -> str:
    return signal.replace("_", " ")
