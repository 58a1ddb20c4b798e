"""The game that is left to solve when everything before a step is held.

Where the past is given, histories that no information set ahead can be confused with the ones that
count need not be worked on: what leads away from them is cut off. The beliefs of whoever is free
stay exact, since every history that one of its information sets holds is kept, with all that led to
it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import END, Game, Payload

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Remaining:
    """The part of a game that counts from a step on."""

    game: Game
    row: Int  # [a] row of the whole game's strategies, ascending
    payoff: Int  # [r] payoff row of the whole game; the first is row 0
    held: Bool  # [a] rows of play before the step

    def numbers(self, payload: Payload) -> Payload:
        """The payload with its payoff rows alone."""
        return replace(payload, payoff=payload.payoff[self.payoff])


def remaining(game: Game, step: int, nodes: NDArray[np.integer]) -> Remaining:
    """What counts from `step` on where history stands at one of `nodes`, or where somebody may
    think that it does.
    """
    keep = _kept(game, step, nodes)
    level = _level(game)
    above = np.maximum(game.parent, 0)
    # Whatever else could have been done on the way ends there: its worth moves nobody any more.
    cut = ~keep & (game.parent >= 0) & keep[above]
    actor = np.where(cut, END, game.actor).astype(np.int8)
    left = keep | cut
    ends = actor == END
    last = len(game.level_start) - 2
    height = np.where(ends, last, level)
    order = np.lexsort((np.arange(game.n_nodes), height))
    order = order[left[order]]
    place = np.full(game.n_nodes + 1, -1, dtype=np.int32)  # the last entry: no node
    place[order] = np.arange(len(order), dtype=np.int32)

    width = np.where(ends, 0, np.diff(game.edge_start))[order]
    edge_start = np.concatenate([[0], np.cumsum(width)]).astype(np.int32)
    owner = np.repeat(np.arange(len(order)), width)
    edges = game.edge_start[order][owner] + np.arange(len(owner)) - edge_start[owner]
    edge_place = np.full(len(game.child) + 1, -1, dtype=np.int32)
    edge_place[edges] = np.arange(len(edges), dtype=np.int32)

    played = actor[order] >= 0
    cells, cell_of = np.unique(game.cell[order][played], return_inverse=True)
    cell = np.full(len(order), -1, dtype=np.int32)
    cell[played] = cell_of
    menu = np.diff(game.action_start)
    action_start = np.concatenate([[0], np.cumsum(menu[cells])]).astype(np.int32)
    new_cell = np.full(len(menu), -1, dtype=np.int64)
    new_cell[cells] = np.arange(len(cells))
    home = np.repeat(np.arange(len(menu)), menu)
    action = (
        action_start[np.maximum(new_cell[home], 0)] + np.arange(len(home)) - game.action_start[home]
    )
    made = game.edge_action[edges]
    drawn = ~played[owner]
    edge_action = np.where(drawn, made, action[np.where(drawn, 0, made)])
    payoff, payoff_row = np.unique(
        np.append(np.where(cut, 0, game.payoff_row)[order], 0), return_inverse=True
    )
    count = np.bincount(cell_of, minlength=len(cells))
    small = replace(
        game,
        level_start=np.searchsorted(height[order], np.arange(last + 2)).astype(np.int32),
        parent=place[game.parent[order]],
        parent_edge=edge_place[game.parent_edge[order]],
        actor=actor[order],
        cell=cell,
        edge_start=edge_start,
        child=place[game.child[edges]],
        edge_action=edge_action.astype(np.int32),
        payoff_row=payoff_row[:-1].astype(np.int32),
        cell_player=game.cell_player[cells],
        cell_level=game.cell_level[cells],
        action_start=action_start,
        rate_row=game.rate_row[np.isin(home, cells)],
        cell_start=np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
        cell_node=np.flatnonzero(played)[np.argsort(cell_of, kind="stable")].astype(np.int32),
    )
    own = np.repeat(np.arange(len(menu)), np.diff(game.row_start))
    row = np.flatnonzero(np.isin(own, cells))
    return Remaining(small, row, payoff, game.cell_level[own[row]] < step)


def _kept(game: Game, step: int, nodes: NDArray[np.integer]) -> Bool:
    """[N] nodes that stay as they are."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    level = _level(game)
    root = np.arange(game.n_nodes)
    for start, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        here = slice(int(start), int(stop))
        up = game.parent[here]
        root[here] = np.where(level[up] >= step, root[up], root[here])
    free = np.flatnonzero((game.actor >= 0) & (level >= step))
    n, cells = game.n_nodes, len(game.cell_player)
    links = coo_matrix(
        (np.ones(len(free)), (root[free], n + game.cell[free])), shape=(n + cells, n + cells)
    )
    _, part = connected_components(links, directed=False)
    keep: Bool = np.isin(part[root], part[root[nodes]]) & (level >= step)
    at = np.unique(game.parent[keep])
    while len(at := at[at >= 0]):
        at = at[~keep[at]]
        keep[at] = True
        at = np.unique(game.parent[at])
    return keep


def _level(game: Game) -> Int:
    return np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))
