"""What is left of a game from some of its nodes on: a smaller game with the same play.

Kept are the nodes from which play may go on, everything below them, every node that somebody there
can't tell from one of these, and the way from the root to each; what else hangs on that way is cut
off and ends there, and so does what can no longer be reached. Whoever moves before must be held as
it played, and moves that lead nowhere at odds of zero: there are only stumps to see.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import END, Game, Payload

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Remainder:
    """The smaller game, and where its parts stand in the whole one."""

    game: Game
    nodes: Int32  # [n] nodes of the whole game
    rows: Int32  # [a] rows of its strategies
    before: Bool  # [a] rows of the smaller game that are played before its start
    pay_rows: Int32  # [r] rows of its payoff table; the first is row 0

    def payload(self, payload: Payload) -> Payload:
        """The numbers of the smaller game."""
        return replace(payload, payoff=np.ascontiguousarray(payload.payoff[self.pay_rows]))

    def lifted(self, strategy: Float, play: Float) -> Float:
        """`strategy` [A, V] of the whole game with the smaller one's `play` [a, V] in its place."""
        whole: Float = strategy.copy()
        whole[self.rows] = play
        return whole


def remainder(game: Game, start: Int32, gone: Bool | None = None) -> Remainder:
    """What is left from the nodes `start` on; `gone` [N] marks nodes to which no move leads any
    more (what lies below them is gone with them).
    """
    live = _closed(game, start, np.zeros(game.n_nodes, dtype=bool) if gone is None else gone)
    keep = live | _above(game, live)
    cut = np.zeros(game.n_nodes, dtype=bool)
    inside = game.parent >= 0
    cut[inside] = keep[game.parent[inside]] & ~keep[inside]
    nodes = np.flatnonzero(keep | cut).astype(np.int32)
    place = np.full(game.n_nodes, -1, dtype=np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)

    count = np.where(keep, np.diff(game.edge_start), 0)[nodes]
    edge_start = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    edges = np.repeat(game.edge_start[nodes] - edge_start[:-1], count) + np.arange(edge_start[-1])
    edge_place = np.full(len(game.child), -1, dtype=np.int32)
    edge_place[edges] = np.arange(len(edges), dtype=np.int32)

    chosen = keep & (game.cell >= 0)
    cells = np.unique(game.cell[chosen])
    cell_place = np.full(len(game.cell_player) + 1, -1, dtype=np.int32)
    cell_place[cells] = np.arange(len(cells), dtype=np.int32)
    actions, action_start = _ranges(game.action_start, cells)
    rows, _ = _ranges(game.row_start, cells)
    owner = np.repeat(nodes, count)
    decides = game.cell[owner] >= 0
    edge_action = game.edge_action[edges].copy()
    new_cell = cell_place[game.cell[owner[decides]]]
    edge_action[decides] += action_start[new_cell] - game.action_start[cells[new_cell]]

    at = game.cell_node[chosen[game.cell_node]]
    cell_start = np.concatenate([[0], np.cumsum(np.bincount(
        cell_place[game.cell[at]], minlength=len(cells)
    ))])  # fmt: skip
    pay_rows, payoff_row = np.unique(
        np.append(game.payoff_row[nodes], 0), return_inverse=True
    )  # row 0 stays the first
    parent, edge = game.parent[nodes], game.parent_edge[nodes]
    small = Game(
        players=game.players,
        types=game.types,
        level_start=np.searchsorted(nodes, game.level_start).astype(np.int32),
        parent=np.where(parent >= 0, place[parent], -1).astype(np.int32),
        parent_edge=np.where(edge >= 0, edge_place[edge], -1).astype(np.int32),
        actor=np.where(cut[nodes], END, game.actor[nodes]).astype(np.int8),
        cell=np.where(cut[nodes], -1, cell_place[game.cell[nodes]]).astype(np.int32),
        edge_start=edge_start,
        child=place[game.child[edges]],
        edge_action=edge_action.astype(np.int32),
        payoff_row=payoff_row.ravel()[:-1].astype(np.int32),
        cell_player=game.cell_player[cells],
        cell_level=game.cell_level[cells],
        action_start=action_start,
        rate_row=game.rate_row[actions],
        cell_start=cell_start.astype(np.int32),
        cell_node=place[at],
    )
    live_cells = np.zeros(len(cells), dtype=bool)
    live_cells[cell_place[game.cell[live & (game.cell >= 0)]]] = True
    before = np.repeat(~live_cells, np.diff(small.row_start))
    return Remainder(small, nodes, rows.astype(np.int32), before, pay_rows.astype(np.int32))


def _closed(game: Game, start: Int32, gone: Bool) -> Bool:
    """[N] the nodes from `start` on, and those that somebody there can't tell from them, and all
    that follows, but for what is gone.
    """
    gone = gone.copy()
    for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        gone[low:high] |= gone[game.parent[low:high]]
    live = np.zeros(game.n_nodes, dtype=bool)
    live[start] = True
    while True:
        for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
            live[low:high] |= live[game.parent[low:high]] & ~gone[low:high]
        cells = np.zeros(len(game.cell_player) + 1, dtype=bool)
        cells[game.cell[live & (game.cell >= 0)]] = True
        more = cells[game.cell] & (game.cell >= 0) & ~live & ~gone
        if not more.any():
            return live
        live |= more


def _above(game: Game, live: Bool) -> Bool:
    """[N] nodes on the way to a live one."""
    way = np.zeros(game.n_nodes, dtype=bool)
    at = np.unique(game.parent[live])
    while len(at := at[at >= 0]):
        at = at[~way[at]]
        way[at] = True
        at = np.unique(game.parent[at])
    return way


def _ranges(start: Int32, which: NDArray[Any]) -> tuple[NDArray[np.intp], Int32]:
    """The integers of some of the ranges ``start[i] : start[i + 1]``, and where each begins among
    them.
    """
    count = np.diff(start)[which]
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    found = np.repeat(start[which] - first[:-1], count) + np.arange(first[-1])
    return found, first
