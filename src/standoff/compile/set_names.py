"""What a scenario's information sets and actions are called where an answer lists them all.

An information set is called after its turn, the type of its owner where it has several, and
everything that its owner has seen, step by step: ``2 answer | 1 call_up: advance, forward=true``.
A name is made only when it is asked for: a scenario may have too many to write out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from standoff.compile.columns import TYPE
from standoff.compile.compiled import Compiled
from standoff.compile.sights import Sight
from standoff.scenario.models import StartByType, StartDraw

Int32 = NDArray[np.int32]


class _Lazy(Sequence[str]):
    """Names worked out one at a time."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self._name(i) for i in range(*place.indices(self._count))]
        return self._name(range(self._count)[place])

    def _name(self, place: int) -> str:
        raise NotImplementedError


class ActionNames(_Lazy):
    """[B] the move that each cell-action is."""

    def __init__(self, compiled: Compiled) -> None:
        game = compiled.game
        super().__init__(int(game.action_start[-1]))
        self._acts = compiled.acts
        self._act = np.zeros(len(self), dtype=np.int32)
        chosen = np.repeat(game.actor >= 0, np.diff(game.edge_start))
        self._act[game.edge_action[chosen]] = compiled.edge_act[chosen]

    def _name(self, place: int) -> str:
        return str(self._acts[self._act[place]].move)


class SetNames(_Lazy):
    """[I] the information sets, by cell, then by type of the cell's owner; all different among
    those of one player.
    """

    def __init__(self, compiled: Compiled) -> None:
        game = compiled.game
        super().__init__(game.information_sets)
        self._compiled = compiled
        self._start = np.concatenate([[0], np.cumsum(game.n_types[game.cell_player])])
        self._told: dict[int, _Told] = {}

    def _name(self, place: int) -> str:
        cell = int(np.searchsorted(self._start, place, side="right")) - 1
        game, player = self._compiled.game, int(self._compiled.game.cell_player[cell])
        if player not in self._told:
            self._told[player] = _Told(self._compiled, player)
        step = self._compiled.steps[game.cell_level[cell]]
        kind = game.types[player][place - int(self._start[cell])]
        told = self._told[player]
        parts = [f"{step.round} {step.turn}{told.again[cell]}", kind, told.story(cell)]
        return " | ".join(part for part in parts if part)


class _Told:
    """What one player has been told on the way to each of its cells."""

    def __init__(self, compiled: Compiled, player: int) -> None:
        self._compiled = compiled
        self._viewer = compiled.viewers.index(compiled.game.players[player])
        self._cells = np.flatnonzero(compiled.game.cell_player == player)
        seen = compiled.node_seen[self._viewer]
        # The first node at which a sight stands has a parent at which it does not yet.
        self._seen, self._first = np.unique(seen, return_index=True)
        self._texts: list[tuple[int, str]] = [(-1, "")]  # (what came before, what was added)
        self._number: dict[tuple[int, str], int] = {}
        self._of: dict[int, int] = {}  # number seen -> place in _texts

    def story(self, cell: int) -> str:
        """All that was seen, from the start."""
        parts: list[str] = []
        at = self._at(self._seen_at(cell))
        while at > 0:
            at, text = self._texts[at]
            parts.append(text)
        return "; ".join(reversed(parts))

    @cached_property
    def again(self) -> dict[int, str]:
        """By cell: "" or, where what was seen reads the same at one step, a number to tell apart
        (two values of a variable may read alike).
        """
        count: dict[tuple[int, int], int] = {}
        marks = {}
        for cell in self._cells.tolist():
            key = int(self._compiled.game.cell_level[cell]), self._at(self._seen_at(cell))
            count[key] = count.get(key, 0) + 1
            marks[cell] = f" ({count[key]})" if count[key] > 1 else ""
        return marks

    def _seen_at(self, cell: int) -> int:
        game = self._compiled.game
        return int(self._compiled.node_seen[self._viewer, game.cell_node[game.cell_start[cell]]])

    def _at(self, seen: int) -> int:
        """Place in `_texts` of a number seen; earlier sights are worked out first."""
        waiting = [seen]
        while waiting:
            seen = waiting[-1]
            if seen in self._of:
                waiting.pop()
                continue
            node = int(self._first[np.searchsorted(self._seen, seen)])
            parent = int(self._compiled.game.parent[node])
            if parent < 0:
                before = 0
            else:
                earlier = int(self._compiled.node_seen[self._viewer, parent])
                if earlier not in self._of:
                    waiting.append(earlier)
                    continue
                before = self._of[earlier]
            text = self._added(node) if parent >= 0 else ""
            if not text:
                self._of[seen] = before
            else:
                key = before, text
                if key not in self._number:
                    self._number[key] = len(self._texts)
                    self._texts.append(key)
                self._of[seen] = self._number[key]
            waiting.pop()
        return self._of[seen]

    def _added(self, node: int) -> str:
        """What was seen between a node's parent and the node."""
        compiled, game = self._compiled, self._compiled.game
        level = self._level(node)
        parent, edge = int(game.parent[node]), int(game.parent_edge[node])
        step = compiled.steps[self._level(parent)]
        begun = parent
        parts: list[str] = []
        if step.turn:
            edges = [edge]
            for _ in range(step.part):
                edges.append(int(game.parent_edge[begun]))
                begun = int(game.parent[begun])
            for each in reversed(edges):
                sight = self._sights[int(compiled.edge_act[each])]
                if sight.now is not None:
                    parts.append(sight.now or "?")
            before, after = compiled.node_state[begun], compiled.edge_state[edge]
            parts += self._changes(int(before), int(after), self._visible)
        else:
            state = compiled.states[compiled.edge_state[edge]]
            columns = compiled.rules.columns.all
            parts += [
                f"{'type' if columns[c].name.startswith(TYPE) else columns[c].name}"
                f"={columns[c].text(state[c])}"
                for c in self._drawn
            ]
        parts += self._changes(
            int(compiled.edge_state[edge]), int(compiled.node_state[node]), self._visible
        )
        if level < len(compiled.steps) and compiled.steps[level].round > step.round:
            parts += self._learned(node, step.round)
        if not parts:
            return ""
        where = f"{step.round} {step.turn}: " if step.turn else ""
        return where + ", ".join(parts)

    def _learned(self, node: int, number: int) -> list[str]:
        """Moves of a round that are seen as the next one begins."""
        compiled, game = self._compiled, self._compiled.game
        found = []
        while game.parent[node] >= 0:
            act = int(compiled.edge_act[game.parent_edge[node]])
            node = int(game.parent[node])
            if compiled.steps[self._level(node)].round < number:
                break
            if act >= 0 and self._sights[act].later:
                found.append(f"learned {compiled.acts[act].turn}.{compiled.acts[act].move}")
        return found[::-1]

    def _level(self, node: int) -> int:
        return int(np.searchsorted(self._compiled.game.level_start, node, side="right")) - 1

    def _changes(self, before: int, after: int, among: Sequence[int]) -> list[str]:
        if before == after:
            return []
        columns, states = self._compiled.rules.columns.all, self._compiled.states
        return [
            f"{columns[c].name}={columns[c].text(states[after, c])}"
            for c in among
            if states[before, c] != states[after, c]
        ]

    @cached_property
    def _sights(self) -> dict[int, Sight]:
        """What this player gets of each act."""
        rules = self._compiled.rules
        viewer = self._compiled.viewers[self._viewer]
        return {
            act.row: rules.eyes.move(act.id, act.model, part.actor, turn.model.turn_seen, viewer)
            for turn in rules.turns
            for part in turn.parts
            for act in part.menu
        }

    @cached_property
    def _visible(self) -> list[int]:
        """Columns of state variables whose changes this player sees."""
        rules = self._compiled.rules
        viewer = self._compiled.viewers[self._viewer]
        state = rules.scenario.state.values()
        return [place for place, v in enumerate(state) if rules.eyes.variable(v, viewer)]

    @cached_property
    def _drawn(self) -> list[int]:
        """Columns that this player sees before the first step: its type and starts drawn."""
        rules = self._compiled.rules
        state = list(rules.scenario.state.values())
        found = [c for c in self._visible if isinstance(state[c].start, (StartByType, StartDraw))]
        own = TYPE + self._compiled.viewers[self._viewer]
        if own in rules.columns.names:
            found.append(rules.columns.names.index(own))
        return found
