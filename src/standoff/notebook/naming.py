"""What the steps and ends of a game are called: in its scenario, in its file, or by number."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from standoff.assess.ahead import ending_label, label_of
from standoff.compile.compiled import Compiled
from standoff.game.efg_document import EfgDocument
from standoff.game.game import CHANCE, Game
from standoff.game.loaded import LoadedGame
from standoff.notebook.trees import Words, is_end, payoffs_along
from standoff.solve.solved import distinct


def words_of(loaded: LoadedGame) -> Words:
    """The words of a game from anywhere."""
    if isinstance(loaded.document, Compiled):
        return ScenarioWords(loaded.document)
    if isinstance(loaded.document, EfgDocument):
        return FileWords(loaded, _nodes_of(loaded.game, loaded.document), loaded.document)
    return FileWords(loaded)


class PlainWords:
    """A game that is nothing but arrays: moves and information sets by number, from 1."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.players: Sequence[str] = distinct(game.players)

    def step(self, node: int, edge: int) -> str:
        """By its place at the node."""
        return str(edge - int(self.game.edge_start[node]) + 1)

    def here(self, node: int) -> str:
        """The information set."""
        cell = int(self.game.cell[node])
        return f"set {cell + 1}" if cell >= 0 else ""

    def kind(self, player: int, type_: int) -> str:
        """The type's id."""
        return self.game.types[player][type_]


class ScenarioWords:
    """A scenario's own words."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        held = compiled.scenario.actors
        self.players: Sequence[str] = [held[p].name or p for p in compiled.game.players]

    def step(self, node: int, edge: int) -> str:
        """The move's label, or what the draw at the root gave."""
        act = int(self.compiled.edge_act[edge])
        if act < 0:
            return self.compiled.edge_label[edge] if edge < len(self.compiled.edge_label) else ""
        return label_of(self.compiled.names, self.compiled.acts[act].name)

    def here(self, node: int) -> str:
        """The turn with its round, or the ending."""
        compiled = self.compiled
        if is_end(compiled.game, node):
            row = int(compiled.end_row[node])
            return ending_label(compiled.scenario, compiled.endings[compiled.end_ending[row]])
        level = int(np.searchsorted(compiled.game.level_start, node, side="right")) - 1
        step = compiled.steps[level]
        label = self._turns.get(step.turn, step.turn)
        return f"{label}, round {step.round}" if label else ""

    def kind(self, player: int, type_: int) -> str:
        """The type's label."""
        game = self.compiled.game
        actor = self.compiled.scenario.actors[game.players[player]]
        name = game.types[player][type_]
        return (actor.types[name].label if name in actor.types else "") or name

    @cached_property
    def _turns(self) -> dict[str, str]:
        return {t.id: t.label or t.id.replace("_", " ") for t in self.compiled.scenario.turns}


class FileWords:
    """The words of a game file; where it names no outcome, an end is called by its payoffs."""

    def __init__(
        self,
        loaded: LoadedGame,
        original: Sequence[int] | None = None,
        document: EfgDocument | None = None,
    ) -> None:
        self.loaded, self.original, self.document = loaded, original, document
        self.players: Sequence[str] = distinct(loaded.labels.players)

    def step(self, node: int, edge: int) -> str:
        """The action's name; an outcome of chance has one only in a Gambit file."""
        game = self.loaded.game
        if game.actor[node] != CHANCE:
            return self.loaded.labels.actions[int(game.edge_action[edge])]
        place = edge - int(game.edge_start[node])
        if self.document is not None and self.original is not None:
            entry = self.document.sets[int(self.document.info[self.original[node]])]
            return entry.actions[place] or f"outcome {place + 1}"
        return f"outcome {int(self.loaded.outcome[edge]) + 1}"

    def here(self, node: int) -> str:
        """The information set's name, or what came out."""
        game = self.loaded.game
        if not is_end(game, node):
            cell = int(game.cell[node])
            return self.loaded.labels.sets[int(self.loaded.set_start[cell])] if cell >= 0 else ""
        # Types make a row of payoffs for each of them: too many to read beside an end.
        paid = ""
        if game.n_profiles == 1:
            earned = payoffs_along(game, self.loaded.payload, node)
            paid = ", ".join(f"{x:.6g}" for x in (earned + 0.0).tolist())
        name = ""
        if self.document is not None and self.original is not None:
            row = int(self.document.outcome[self.original[node]])
            name = self.document.outcomes[row].name if row >= 0 else ""
        return f"{name}: {paid}" if name and paid else name or paid

    def kind(self, player: int, type_: int) -> str:
        """The type's id."""
        return self.loaded.game.types[player][type_]


def _nodes_of(game: Game, document: EfgDocument) -> list[int]:
    """Node of the document that each node of the game is: steps keep their order."""
    order = np.lexsort((document.action, document.parent))
    first = np.searchsorted(document.parent[order], np.arange(document.n_nodes + 1))
    original = np.zeros(game.n_nodes, dtype=np.int64)
    edge = game.parent_edge[1:]
    up = game.parent[1:]
    place = edge - game.edge_start[up]
    starts = game.level_start
    for level in range(1, len(starts) - 1):
        rows = np.arange(int(starts[level]), int(starts[level + 1]))
        original[rows] = order[first[original[up[rows - 1]]] + place[rows - 1]]
    found: list[int] = original.tolist()
    return found
