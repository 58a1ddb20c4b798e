"""A crisis ready to be played: its game, one variant's numbers, how the model plays them.

Everything is worked out once for a board and shared by all games on it: the equilibrium (AQRE at a
precision), how likely each history is under it, what each side can still expect, and a best
response for each player. The variant is the reference: every uncertain number at its median.

All arrays are over nodes N and type profiles K (see `standoff.game.game`); V is 1 and dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE
from standoff.infer.views import type_at, types_of

if TYPE_CHECKING:
    from standoff.compile.compiled import Compiled
    from standoff.game.game import Game
    from standoff.play.play_models import WantedEnding
    from standoff.progress import Progress
    from standoff.scenario.models import Scenario
    from standoff.variants.batch import Batch

Int = NDArray[np.intp]
Float = NDArray[np.float64]

__all__ = ["Board", "board"]


@dataclass(frozen=True, eq=False)
class Board:
    """A solved crisis (one variant) on which games are played."""

    batch: Batch

    @property
    def compiled(self) -> Compiled:
        """The compiled scenario."""
        return self.batch.compiled

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.batch.scenario

    @property
    def game(self) -> Game:
        """The extensive form."""
        return self.batch.compiled.game

    @property
    def players(self) -> tuple[str, ...]:
        """Who can have a seat, in order."""
        return self.game.players

    @cached_property
    def strategy(self) -> Float:
        """[A] the equilibrium: odds of each action by cell and type."""
        found: Float = self.batch.solution.strategy[:, 0]
        return found

    @cached_property
    def prior(self) -> Float:
        """[K] odds of type profiles (of types that are kept as axes)."""
        found: Float = self.batch.payload.prior[:, 0]
        return found

    @cached_property
    def level(self) -> Int:
        """[N] level of each node."""
        start = self.game.level_start
        return np.repeat(np.arange(len(start) - 1), np.diff(start))

    @cached_property
    def owner(self) -> Int:
        """[E] node at which each edge starts."""
        return np.asarray(self.game.parent[self.game.child], dtype=np.intp)

    def edges(self, node: int) -> range:
        """The edges of a node."""
        return range(int(self.game.edge_start[node]), int(self.game.edge_start[node + 1]))

    def rows(self, edges: Int) -> Int:
        """[e, K] rows of a strategy behind some edges of players."""
        game = self.game
        cell = game.cell[self.owner[edges]]
        player = game.cell_player[cell]
        action = game.edge_action[edges] - game.action_start[cell]
        first = game.row_start[cell] + action * game.n_types[player]
        return np.asarray(first[:, None] + game.profile_type[:, player].T, dtype=np.intp)

    def odds_of(self, strategy: Float) -> Float:
        """[E, K] odds of every edge where players play `strategy` [A]."""
        game = self.game
        chance = game.actor[self.owner] == CHANCE
        found = np.empty((len(game.child), game.n_profiles))
        at = np.flatnonzero(chance)
        found[at] = self.batch.payload.odds[game.edge_action[at], :1]
        at = np.flatnonzero(~chance)
        found[at] = strategy[self.rows(at)]
        return found

    @cached_property
    def odds(self) -> Float:
        """[E, K] odds of every edge in equilibrium."""
        return self.odds_of(self.strategy)

    @cached_property
    def reach(self) -> Float:
        """[N, K] how likely each history is in equilibrium, the prior of its types included."""
        return self._down(self.odds)

    def _down(self, odds: Float) -> Float:
        game = self.game
        found = np.zeros((game.n_nodes, game.n_profiles))
        found[0] = self.prior
        for first, last in zip(game.level_start[:-1], game.level_start[1:], strict=True):
            edges = slice(int(game.edge_start[first]), int(game.edge_start[last]))
            found[game.child[edges]] = found[self.owner[edges]] * odds[edges]
        return found

    def pay(self, player: int) -> Float:
        """[N, K] what a player earns on arriving at each node, in units of its type's stake."""
        game, payload = self.game, self.batch.payload
        pair = game.type_start[player] + game.profile_type[:, player]
        table = payload.payoff[:, :, 0] / payload.stake[None, :]
        found: Float = table[game.payoff_row[:, None], pair[None, :]]
        return found

    @cached_property
    def ahead(self) -> Float:
        """[P, N, K] what each player can still expect below a node in equilibrium, in stakes."""
        return np.stack([self._up(self.pay(p), self.odds) for p in range(len(self.players))])

    def _up(self, pay: Float, odds: Float) -> Float:
        game = self.game
        found = np.zeros_like(pay)
        for first, last in zip(game.level_start[-2::-1], game.level_start[:0:-1], strict=True):
            edges = slice(int(game.edge_start[first]), int(game.edge_start[last]))
            child = game.child[edges]
            np.add.at(found, self.owner[edges], odds[edges] * (pay[child] + found[child]))
        return found

    def response(self, player: int) -> Float:
        """[A] the equilibrium with one player's play replaced by its best response to the others.

        Exact under perfect recall: from the last level up, each information set takes the action
        that is worth most at the odds with which chance and the others lead there.
        """
        if player not in self._responses:
            self._responses[player] = self._respond(player)
        return self._responses[player]

    @cached_property
    def _responses(self) -> dict[int, Float]:
        return {}

    def _respond(self, player: int) -> Float:
        game = self.game
        mine = game.actor[self.owner] == player
        odds = np.where(mine[:, None], 1.0, self.odds)
        there = self._down(odds)  # its own moves left out
        pay, found = self.pay(player), self.strategy.copy()
        ahead = np.zeros_like(pay)
        odds = self.odds.copy()
        for first, last in zip(game.level_start[-2::-1], game.level_start[:0:-1], strict=True):
            every = np.arange(game.edge_start[first], game.edge_start[last])
            child = game.child[every]
            own = mine[every]
            edges = every[own]
            if len(edges):
                worth = pay[child[own]] + ahead[child[own]]
                rows = self.rows(edges)
                total = np.zeros(game.n_rows)
                np.add.at(total, rows, there[self.owner[edges]] * worth)
                cells = np.unique(game.cell[self.owner[edges]])
                for cell in cells:
                    block = slice(int(game.row_start[cell]), int(game.row_start[cell + 1]))
                    width = int(game.n_types[player])
                    values = total[block].reshape(-1, width)
                    best = np.zeros_like(values)
                    best[values.argmax(axis=0), np.arange(width)] = 1.0
                    found[block] = best.ravel()
                odds[edges] = found[rows]
            np.add.at(ahead, self.owner[every], odds[every] * (pay[child] + ahead[child]))
        return found

    @cached_property
    def tastes(self) -> dict[tuple[int, int], list[WantedEnding]]:
        """(Player, type) -> its endings from best to worst, as far as somebody asked."""
        return {}

    @cached_property
    def recorded(self) -> dict[int, tuple[str, ...]]:
        """Level -> moves one of which the scenario's record says was made there."""
        from standoff.infer.record import place

        found: dict[int, tuple[str, ...]] = {}
        for one in place(self.compiled)[0]:
            if one.kind == "move" and len(one.steps) == 1:
                names = tuple(self.compiled.acts[a].name for a in one.acts)
                held = found.get(one.steps[0])
                if held is None or len(names) < len(held):  # an item that narrows another down
                    found[one.steps[0]] = names
        return found

    # -- what somebody at a place can think

    def standing(self, level: int) -> Int:
        """Nodes at which history can stand when a level begins: there, or past it."""
        game = self.game
        above = np.where(game.parent >= 0, self.level[game.parent], -1)
        return np.flatnonzero((above < level) & (self.level >= level))

    def alike(self, viewer: int, node: int) -> Int:
        """Nodes that a viewer can't tell from `node` at the same moment, itself among them."""
        seen = self.compiled.node_seen[viewer]
        level = int(self.level[node])
        if self.game.actor[node] == viewer and self.game.cell[node] >= 0:
            cell = self.game.cell[node]
            first, last = self.game.cell_start[cell], self.game.cell_start[cell + 1]
            return np.asarray(self.game.cell_node[first:last], dtype=np.intp)
        there = self.standing(level)
        found: Int = there[seen[there] == seen[node]]
        return found

    def kind(self, player: int, node: int, profile: int) -> int:
        """Place of a player's type at a history, 0 where it has but one."""
        nodes = np.array([node], dtype=np.int32)
        return int(type_at(self.compiled, self.players[player], nodes)[0, profile])

    def belief(self, player: int, node: int, profile: int) -> dict[str, dict[str, float]]:
        """Actor -> type -> odds, as a player that reasons as the model does believes it at a
        history: from its own type and what it has seen. Empty where the model rules out what it
        saw.
        """
        nodes = self.alike(player, node)
        mass = self.reach[nodes].copy()
        own = type_at(self.compiled, self.players[player], nodes.astype(np.int32))
        mass[own != self.kind(player, node, profile)] = 0.0
        total = mass.sum()
        found: dict[str, dict[str, float]] = {}
        if not total > 0:
            return found
        for actor in self.scenario.actors:
            types = types_of(self.compiled, actor)
            if not types or actor == self.players[player]:
                continue
            at = type_at(self.compiled, actor, nodes.astype(np.int32))
            found[actor] = {t: float(mass[at == i].sum() / total) for i, t in enumerate(types)}
        return found

    def worth(self, node: int, profile: int) -> dict[int, float]:
        """Edge -> what the mover can expect from taking it, in stakes, as it can judge at its
        information set; others and its own later moves as in equilibrium.
        """
        game = self.game
        player = int(game.actor[node])
        nodes = self.alike(player, node)
        own = game.profile_type[:, player] == game.profile_type[profile, player]
        mass = self.reach[nodes] * own[None, :]
        if not mass.sum() > 0:  # nothing that the model thinks possible leads here: all alike
            mass = np.broadcast_to((self.prior * own)[None, :], mass.shape)
        mass = mass / mass.sum()
        pay = self.pay(player)
        found = {}
        for place, edge in enumerate(self.edges(node)):
            child = game.child[game.edge_start[nodes] + place]
            found[edge] = float((mass * (pay[child] + self.ahead[player, child])).sum())
        return found


def board(
    scenario: Scenario, *, precision: float | None = None, progress: Progress | None = None
) -> Board:
    """Compile and solve a crisis for play; `precision` instead of the scenario's median one.

    Raises `Unfinished` where the reference variant can't be solved.
    """
    from standoff.compile import compile_scenario
    from standoff.errors import Unfinished
    from standoff.variants.batch import reference_of, solve_draws

    if progress is not None:
        progress.say("compiling the game")
    compiled = compile_scenario(scenario, progress=progress)
    draws = reference_of(compiled)
    if precision is not None:
        draws = replace(draws, precision=np.full_like(draws.precision, precision))
    batch = solve_draws(compiled, draws, progress)
    if not batch.solution.solved[0]:
        raise Unfinished("this game can't be solved at that precision, so the model can't play it")
    return Board(batch)
