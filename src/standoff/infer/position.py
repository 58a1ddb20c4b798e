"""What lies ahead of the present as a game of its own, at one variant: types and what has happened
unseen are drawn at its root, and past a horizon everybody plays as solved.

Each player starts from what it knows at the present: its information sets are those of the whole
game, and under perfect recall its own earlier moves are the same throughout each. That the record
is what the desk knows is the one thing added: histories that it rules out are out for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.building import build_game
from standoff.game.game import CHANCE, END, Game, Payload

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Position:
    """A game from the present on, and where its parts stand in the whole game.

    Its own dimensions are written small (n nodes, a rows), those of the whole game in capitals.
    """

    game: Game  # no types: they are drawn at the root
    payload: Payload  # V = 1; payoffs in stakes of each type, from the present on
    node: Int  # [n] node of the whole game; -1 at the root
    profile: Int  # [n] type profile; -1 at the root
    row: Int  # [a] row of the whole game's strategies
    sound: Int  # [a] what has been told up to here, the same to every type and whatever it knows
    horizon: int  # step past which all play as solved
    total: float  # mass of the record in the variant
    played: Float  # [a] the solution here

    @cached_property
    def ends(self) -> Int:
        """[z] nodes at which this game stops: ends, and what stands past the horizon."""
        return self.game.end_nodes.astype(np.intp)

    @cached_property
    def chance(self) -> Float:
        """[n] odds with which chance plays its part in reaching a node."""
        from standoff.game.game import chance_reach

        return chance_reach(self.game, self.payload.odds[:, 0])


def position(
    inference: Inference, variant: int, horizon: int | None = None, *, start: bool = False
) -> Position:
    """The game ahead of the present (of the start of play where `start`) at one variant, up to the
    turns before step `horizon` (all where there is none).
    """
    compiled = inference.compiled
    game, payload = compiled.game, inference.payload
    strategy = inference.solution.strategy[:, variant]
    seen = inference.prior if start else inference
    step = 0 if start else inference.present
    sources, mass = seen.standing(step)
    mass = mass[:, :, variant]
    last = len(compiled.steps) if horizon is None else horizon
    level = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))

    keep = np.zeros(game.n_nodes, dtype=bool)
    keep[sources] = True
    for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        above = game.parent[low:high]
        keep[low:high] |= keep[above] & (level[above] < last)
    nodes = np.flatnonzero(keep)
    source = np.zeros(game.n_nodes, dtype=bool)
    source[sources] = True
    K = game.n_profiles

    # A history and a profile of types each are one node here, where they have any odds.
    live = np.zeros((game.n_nodes, K), dtype=bool)
    live[sources] = mass > 0
    for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        here = np.arange(low, high)[keep[low:high] & ~source[low:high]]
        live[here] = live[game.parent[here]]
        drawn = here[game.actor[game.parent[here]] == CHANCE]
        live[drawn] &= (payload.odds[game.edge_action[game.parent_edge[drawn]], variant] > 0)[
            :, None
        ]
    whole, profile = np.nonzero(live[nodes])
    whole = nodes[whole]
    number = np.full((game.n_nodes, K), -1, dtype=np.intp)
    number[whole, profile] = np.arange(1, len(whole) + 1)

    begins = source[whole]
    up = game.parent[whole]
    stops = (game.actor[whole] == END) | (level[whole] >= last)
    actor = np.where(stops, END, game.actor[whole]).astype(np.int8)
    owner = np.where(actor >= 0, actor, 0)
    kind = game.profile_type[profile, owner]
    info = np.where(actor >= 0, game.cell[whole] * K + kind, -1)

    parent = np.where(begins, 0, number[np.maximum(up, 0), profile])
    edge = game.parent_edge[whole]
    start_of = np.zeros(game.n_nodes, dtype=np.int32)
    start_of[:] = game.edge_start[:-1]
    action = np.where(begins, 0, edge - start_of[np.maximum(up, 0)])
    action[begins] = np.arange(int(begins.sum()))
    by_chance = ~begins & (game.actor[np.maximum(up, 0)] == CHANCE)
    # Outcomes without odds are left out: those of one draw are counted anew.
    action[by_chance] = _counted_anew(parent[by_chance], action[by_chance])
    odds = np.ones(len(whole))
    odds[by_chance] = payload.odds[game.edge_action[edge[by_chance]], variant]
    at = np.searchsorted(sources, whole[begins])
    total = float(mass[mass > 0].sum())
    odds[begins] = mass[at, profile[begins]] / total

    payoff = np.zeros((len(whole), len(game.players)))
    after = ahead(game, payload, strategy, variant)
    for p in range(len(game.players)):
        pair = game.type_start[p] + game.profile_type[profile, p]
        earned = payload.payoff[game.payoff_row[whole], pair, variant]
        payoff[:, p] = np.where(begins, 0.0, earned)
        late = stops & (game.actor[whole] != END)
        payoff[late, p] += after[whole[late], p, profile[late]]
        payoff[:, p] /= payload.stake[pair]

    built = build_game(
        game.players,
        parent=np.concatenate([[-1], parent]), action=np.concatenate([[0], action]),
        actor=np.concatenate([[CHANCE], actor]).astype(np.int8),
        info=np.concatenate([[-1], info]), odds=np.concatenate([[1.0], odds]),
        payoff=np.concatenate([np.zeros((1, len(game.players))), payoff]),
    )  # fmt: skip
    place = built.node - 1
    node = np.where(place >= 0, whole[place], -1)
    profile = np.where(place >= 0, profile[place], -1)
    row, act = _rows(game, K, built.game, built.info, compiled.edge_act)
    return Position(
        built.game, built.payload, node, profile, row, _sounds(built.game, built.payload, act),
        last, total, strategy[row].copy(),
    )  # fmt: skip


def _counted_anew(parent: Int, action: Int) -> Int:
    """Numbers from 0 without gaps for the edges of each parent, in order."""
    order = np.lexsort((action, parent))
    first = np.concatenate([[True], np.diff(parent[order]) != 0]) if len(order) else np.zeros(0)
    begin = np.flatnonzero(first)
    count = np.arange(len(order)) - np.repeat(begin, np.diff(np.append(begin, len(order))))
    found = np.empty(len(order), dtype=np.intp)
    found[order] = count
    return found


def _rows(game: Game, K: int, small: Game, info: Int, edge_act: Int32) -> tuple[Int, Int]:
    """[a] row of the whole game's strategies for each row of the game ahead, and its act."""
    cell, kind = np.divmod(info, K)
    widths = np.diff(small.action_start)
    at = np.repeat(np.arange(len(widths)), widths)
    number = np.arange(int(widths.sum())) - np.repeat(small.action_start[:-1], widths)
    T = game.n_types[game.cell_player[cell]]
    row = game.row_start[cell[at]] + number * T[at] + kind[at]
    edge = game.edge_start[game.cell_node[game.cell_start[cell[at]]]] + number
    return np.asarray(row, dtype=np.intp), np.asarray(edge_act[edge], dtype=np.intp)


def _sounds(small: Game, payload: Payload, act: Int) -> Int:
    """[a] a number for what a player has been told up to and with each row: equal where the moves
    were the same.
    """
    from standoff.solve.sequence_form import sequence_form

    found = np.full(len(act), -1, dtype=np.intp)
    for plex in sequence_form(small, payload).plexes:
        row = plex.row[1:]
        above = plex.row[plex.parent[plex.set_of[1:]]]
        for _ in range(len(plex.stage_start)):
            before = np.where(above >= 0, found[above], -1)
            key = (before + 1) * (int(act.max(initial=0)) + 2) + act[row]
            found[row] = np.unique(key, return_inverse=True)[1].reshape(-1)
    return found


def ahead(
    game: Game, payload: Payload, strategy: Float, variant: int, at_ends: Float | None = None
) -> Float:
    """What is expected after each node if all play `strategy` [A], not counting what is earned on
    arriving there: [N, P, K] payoffs by player; or [N, m, K] of `at_ends` [N, m], which stands at
    the ends themselves.
    """
    N, P, K = game.n_nodes, len(game.players), game.n_profiles
    kinds = game.profile_type
    if at_ends is None:
        pair = game.type_start[:-1][:, None] + kinds.T  # [P, K]
        earned = payload.payoff[:, :, variant][game.payoff_row][:, pair]  # [N, P, K]
        value = np.zeros((N, P, K))
    else:
        earned = np.zeros((N, 1, 1))
        value = np.zeros((N, at_ends.shape[1], K))
        value[game.end_nodes] = at_ends[game.end_nodes][:, :, None]
    for low, high in zip(game.level_start[-2::-1], game.level_start[:0:-1], strict=True):
        nodes = np.arange(low, high)
        nodes = nodes[game.actor[nodes] != END]
        if not len(nodes):
            continue
        count = game.edge_start[nodes + 1] - game.edge_start[nodes]
        begin = np.cumsum(count) - count
        edge = np.repeat(game.edge_start[nodes] - begin, count) + np.arange(int(count.sum()))
        child, mover = game.child[edge], np.repeat(game.actor[nodes], count)
        odds = np.empty((len(edge), K))
        chance = mover == CHANCE
        odds[chance] = payload.odds[game.edge_action[edge[chance]], variant][:, None]
        own = np.flatnonzero(~chance)
        cell = np.repeat(game.cell[nodes], count)[own]
        who = mover[own]
        number = game.edge_action[edge[own]] - game.action_start[cell]
        first = game.row_start[cell] + number * game.n_types[who]
        odds[own] = strategy[first[:, None] + kinds.T[who]]
        value[nodes] = np.add.reduceat((value[child] + earned[child]) * odds[:, None], begin)
    return value
