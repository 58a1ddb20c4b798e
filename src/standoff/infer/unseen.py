"""What an actor would know had it not seen what came between one choice and its next.

Its information sets at the next choice are put together where they differ only in what it saw
since: same set before, same move made there, same step, same open moves at the same rates. Later it
sees everything again, so that it still never forgets what it knew or did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.game.game import Game, Payload

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Blinded:
    """A game in which some information sets are one, and the way back to the game as it is."""

    game: Game
    row: Int  # [A] row of its behavior strategies that each row of the game's own has become

    def told(self, strategy: Float) -> Float:
        """A strategy [A, V] of the game as it is, from one of this game."""
        return strategy[self.row]

    def untold(self, strategy: Float) -> Float:
        """[A', V] from a strategy of the game as it is: of sets that have become one, one's."""
        out: Float = np.zeros((self.game.n_rows, strategy.shape[1]))
        out[self.row] = strategy
        return out


def merged_cells(compiled: Compiled, payload: Payload, last: Int32, nodes: Int32) -> Int:
    """[C] the first of the cells with which each cell becomes one; most stay themselves.

    `nodes` are those of an actor's next choice after some cells, `last` [N] the cell-action that
    was its last before each node.
    """
    game = compiled.game
    cells, first = np.unique(game.cell[nodes], return_index=True)
    menu = _menu(compiled, payload, cells)
    key = np.stack([last[nodes[first]], game.cell_level[cells], menu], axis=1)
    return _joined(len(game.cell_player), cells, key)


def merged_but_for(
    compiled: Compiled, payload: Payload, last: Int32, nodes: Int32, level: Int32, step: int
) -> Int:
    """The same with only one step's doings unseen: sets become one where histories in them differ
    in what was done at that step and in nothing else since the choice before.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    game = compiled.game
    whole = merged_cells(compiled, payload, last, nodes)
    owner = np.repeat(np.arange(len(game.cell_player)), np.diff(game.action_start))
    since = game.cell_level[owner[last[nodes]]]
    done = np.full((len(nodes), len(game.level_start)), -2, dtype=np.int64)
    at = nodes.copy()
    while True:
        up = game.parent[at]
        go = (up >= 0) & (level[np.maximum(up, 0)] > since)
        if not go.any():
            break
        done[go, level[up[go]]] = compiled.edge_act[game.parent_edge[at[go]]]
        at = np.where(go, up, at)
    done[:, step] = -2
    key = np.concatenate([whole[game.cell[nodes]][:, None], at[:, None], done], axis=1)
    _, same = np.unique(key, axis=0, return_inverse=True)
    cells, place = np.unique(game.cell[nodes], return_inverse=True)
    n = len(cells)
    links = coo_matrix(
        (np.ones(len(nodes)), (place, n + same.ravel())), shape=(n + same.max() + 1,) * 2
    )
    _, part = connected_components(links, directed=False)
    return _joined(len(game.cell_player), cells, part[:n, None])


def blinded(game: Game, into: Int) -> Blinded:
    """The game in which cell c is part of cell ``into[c]``."""
    left, place = np.unique(into, return_inverse=True)
    width = np.diff(game.action_start)
    action_start = np.concatenate([[0], np.cumsum(width[left])]).astype(np.int32)
    owner = np.repeat(np.arange(len(width)), width)
    local = np.arange(len(owner)) - game.action_start[owner]
    action = (action_start[place[owner]] + local).astype(np.int32)
    played = game.actor >= 0
    cell = np.full_like(game.cell, -1)
    cell[played] = place[game.cell[played]]
    from_node = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
    edge_action = np.where(
        played[from_node],
        action[np.where(played[from_node], game.edge_action, 0)],
        game.edge_action,
    ).astype(np.int32)
    home = cell[game.cell_node]
    order = np.lexsort((game.cell_node, home))
    count = np.bincount(home, minlength=len(left))
    rate_row = np.zeros(action_start[-1], dtype=np.int32)
    rate_row[action[::-1]] = game.rate_row[::-1]
    made = replace(
        game,
        cell=cell,
        edge_action=edge_action,
        cell_player=game.cell_player[left],
        cell_level=game.cell_level[left],
        action_start=action_start,
        rate_row=rate_row,
        cell_start=np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
        cell_node=game.cell_node[order],
    )
    kinds = game.n_types[game.cell_player]
    rows = np.repeat(np.arange(len(width)), np.diff(game.row_start))
    within = np.arange(game.n_rows) - game.row_start[rows]
    assert (kinds[left[place]] == kinds).all()
    return Blinded(made, made.row_start[place[rows]] + within)


def _menu(compiled: Compiled, payload: Payload, cells: Int32) -> Int:
    """[cells] a number for each menu: its moves in order, with their rates."""
    game = compiled.game
    widest = int(np.diff(game.action_start)[cells].max(initial=0))
    _, rate = np.unique(payload.log_rate, axis=0, return_inverse=True)
    key = np.full((len(cells), 2 * widest), -1, dtype=np.int64)
    node = game.cell_node[game.cell_start[cells]]
    for place in range(widest):
        has = np.diff(game.edge_start)[node] > place
        edge = game.edge_start[node[has]] + place
        action = game.edge_action[edge] - game.action_start[cells[has]]
        key[np.flatnonzero(has), 2 * action] = compiled.edge_act[edge]
        key[np.flatnonzero(has), 2 * action + 1] = rate.ravel()[
            game.rate_row[game.edge_action[edge]]
        ]
    _, found = np.unique(key, axis=0, return_inverse=True)
    return np.asarray(found.ravel(), dtype=np.intp)


def _joined(total: int, cells: NDArray[np.integer], key: NDArray[np.integer]) -> Int:
    """[total] each cell, or the first of `cells` with the same key."""
    into = np.arange(total, dtype=np.intp)
    _, first, label = np.unique(key, axis=0, return_index=True, return_inverse=True)
    into[cells] = cells[first[label.ravel()]]
    return into
