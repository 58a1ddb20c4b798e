"""A `Game` from a tree in any order, as readers of files find it.

Levels are the longest way down the tree with every information set drawn together to one point, so
that all nodes of a set stand at one level. Where that graph has a cycle (two sets that come in
either order) no such levels exist: nodes then stand at their depth and `cell_level` is -1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE, Game, Payload

Int32 = NDArray[np.int32]
Int = NDArray[np.intp]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Built:
    """A game and where its parts came from."""

    game: Game
    payload: Payload  # V = 1, stake 1, precision 1
    node: Int  # [N] original node of each of the game's nodes
    info: Int  # [C] original information set of each cell
    edge_node: Int  # [E] original node to which each edge leads


def build_game(
    players: tuple[str, ...],
    *,
    parent: Int,
    action: Int,
    actor: NDArray[np.int8],
    info: Int,
    odds: Float,
    payoff: Float,
) -> Built:
    """Arrange a tree as a `Game`.

    Nodes may come in any order: `parent` ``[N]`` (-1 at the root), `action` ``[N]`` the number of
    the edge that leads to the node among its parent's (from 0, without gaps), `actor` ``[N]``
    (player, CHANCE or END), `info` ``[N]`` information set of a decision node (any numbers from 0,
    apart for each player), `odds` ``[N]`` probability with which a chance parent goes there (1
    elsewhere), `payoff` ``[N, P]`` what is earned on arriving. The numbers of one information set
    must have one player and one number of actions; that is the reader's to check.
    """
    parent = np.asarray(parent, dtype=np.intp)
    action = np.asarray(action, dtype=np.intp)
    N, P = len(parent), len(players)
    depth, by_depth = _depths(parent)
    deciding = actor >= 0
    known, cell_of = np.unique(info[deciding], return_inverse=True)
    cell = np.full(N, -1, dtype=np.intp)
    cell[deciding] = cell_of
    level, timed = _levels(parent, depth, by_depth, cell, len(known))

    order = np.lexsort((np.arange(N), level))
    place = np.empty(N, dtype=np.intp)
    place[order] = np.arange(N)
    height = level[order]
    level_start = np.searchsorted(height, np.arange(int(height[-1]) + 2))

    # Cells by level, then by their number.
    at = np.full(len(known), -1)
    at[cell[deciding]] = level[deciding]
    cell_order = np.lexsort((known, at)) if timed else np.arange(len(known))
    cell_place = np.empty(len(known), dtype=np.intp)
    cell_place[cell_order] = np.arange(len(known))
    new_cell = np.full(N, -1, dtype=np.intp)
    new_cell[place[deciding]] = cell_place[cell[deciding]]

    up = np.where(parent[order] >= 0, place[parent[order]], -1)
    below = np.flatnonzero(up >= 0)
    edges = below[np.lexsort((action[order][below], up[below]))]  # child node of each edge
    edge_start = np.concatenate([[0], np.cumsum(np.bincount(up[below], minlength=N))])
    parent_edge = np.full(N, -1)
    parent_edge[edges] = np.arange(len(edges))
    from_node, number = up[edges], action[order][edges]

    new_actor = actor[order]
    cells = len(known)
    cell_player = np.zeros(cells, dtype=np.int8)
    cell_player[new_cell[new_actor >= 0]] = new_actor[new_actor >= 0]
    nodes_of = np.flatnonzero(new_actor >= 0)
    nodes_of = nodes_of[np.argsort(new_cell[nodes_of], kind="stable")]
    cell_start = np.concatenate([[0], np.cumsum(np.bincount(new_cell[nodes_of], minlength=cells))])
    widths = np.diff(edge_start)[nodes_of[cell_start[:-1]]] if cells else np.zeros(0, dtype=int)
    action_start = np.concatenate([[0], np.cumsum(widths)])

    by_chance = new_actor[from_node] == CHANCE
    edge_action = np.empty(len(edges), dtype=np.int32)
    edge_action[by_chance] = np.arange(int(by_chance.sum()))
    own = ~by_chance
    edge_action[own] = action_start[new_cell[from_node[own]]] + number[own]

    kind, of_kind = _alike(payoff)
    table = np.concatenate([np.zeros((1, P)), payoff[of_kind]])
    payoff_row = np.where((payoff == 0).all(axis=1), 0, kind + 1)[order]

    def short(values: NDArray[np.generic]) -> Int32:
        return values.astype(np.int32)

    game = Game(
        players=players, types=(("",),) * P,
        level_start=short(level_start), parent=short(up), parent_edge=short(parent_edge),
        actor=new_actor.astype(np.int8), cell=short(new_cell), edge_start=short(edge_start),
        child=short(edges), edge_action=edge_action, payoff_row=short(payoff_row),
        cell_player=cell_player, cell_level=short(at[cell_order] if timed else np.full(cells, -1)),
        action_start=short(action_start), rate_row=np.zeros(int(action_start[-1]), dtype=np.int32),
        cell_start=short(cell_start), cell_node=short(nodes_of),
    )  # fmt: skip
    payload = Payload(
        payoff=np.ascontiguousarray(table[:, :, None]),
        odds=np.ascontiguousarray(odds[order][edges[by_chance]][:, None], dtype=np.float64),
        log_rate=np.zeros((1, 1)), prior=np.ones((1, 1)), stake=np.ones(P), precision=np.ones(1),
    )  # fmt: skip
    return Built(game, payload, order, known[cell_order], order[edges])


def _alike(rows: Float) -> tuple[Int, Int]:
    """A number for each row, equal where rows are, and the first row of each number.

    Column by column: sorting numbers is several times faster than sorting rows.
    """
    kind = np.zeros(len(rows), dtype=np.intp)
    for column in rows.T:
        values, place = np.unique(column, return_inverse=True)
        kind = np.unique(kind * len(values) + place.reshape(-1), return_inverse=True)[1]
    _, first, kind = np.unique(kind, return_index=True, return_inverse=True)
    return kind.reshape(-1).astype(np.intp), first.astype(np.intp)


def _depths(parent: Int) -> tuple[Int, list[Int]]:
    """Depth of each node, and the nodes of each depth."""
    depth = np.full(len(parent), -1, dtype=np.intp)
    here = np.flatnonzero(parent < 0)
    if len(here) != 1:
        raise ValueError(f"a tree has one root; this has {len(here)}")
    by_parent = np.argsort(parent, kind="stable")
    first = np.searchsorted(parent[by_parent], np.arange(len(parent) + 1))
    found: list[Int] = []
    while len(here):
        depth[here] = len(found)
        found.append(here)
        count = first[here + 1] - first[here]
        start = np.repeat(first[here] - np.cumsum(count) + count, count)
        here = by_parent[start + np.arange(int(count.sum()))]
    if (depth < 0).any():
        raise ValueError("some nodes cannot be reached from the root")
    return depth, found


def _levels(
    parent: Int, depth: Int, by_depth: list[Int], cell: Int, cells: int
) -> tuple[Int, bool]:
    """Level of each node, and whether every cell stands at one."""
    same_depth = np.full(cells, -1)
    inside = np.flatnonzero(cell >= 0)
    same_depth[cell[inside]] = depth[inside]
    if (same_depth[cell[inside]] == depth[inside]).all():
        return depth, True
    if _has_cycle(parent, cell, cells):
        return depth, False
    level = depth.copy()
    while True:
        top = np.zeros(cells, dtype=np.intp)
        np.maximum.at(top, cell[inside], level[inside])
        raised = level.copy()
        raised[inside] = top[cell[inside]]
        for nodes in by_depth[1:]:
            raised[nodes] = np.maximum(raised[nodes], raised[parent[nodes]] + 1)
        if (raised == level).all():
            return _close_ranks(level), True
        level = raised


def _close_ranks(level: Int) -> Int:
    """The same order without levels at which nothing stands."""
    return np.unique(level, return_inverse=True)[1].reshape(-1).astype(np.intp)


def _has_cycle(parent: Int, cell: Int, cells: int) -> bool:
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    point = np.where(cell >= 0, cell, cells + np.arange(len(cell)))
    below = np.flatnonzero(parent >= 0)
    first, last = point[parent[below]], point[below]
    if (first == last).any():
        return True
    size = cells + len(cell)
    graph = coo_matrix((np.ones(len(below)), (first, last)), shape=(size, size))
    count, _ = connected_components(graph, directed=True, connection="strong")
    return bool(count < size)
