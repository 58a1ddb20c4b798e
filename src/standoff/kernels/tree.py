"""The tables that the sweeps walk: a game's structure, arranged for one pass up and one down.

Inner nodes (those at which somebody or chance moves) are numbered in the order in which the upward
pass finishes them, so that a parent finds its children's values still in the cache. A *task* is
one step of the pass: a chance node, or a whole cell.

The *belief state* of the fixed-point iteration is one number for each (decision node, type of
another player): the log of that type's reach, as the mover at the node believes it. A constant
added to one player's entries in a cell changes nothing, so that they are kept with mean zero there;
a player with one type is left out at cells of one node, where nothing is uncertain about it.

The *bank* holds vectors of values by (player, profile): first those of the nodes in work, then the
payoff table. So an edge leads to ``P * K`` numbers in a row, whether play goes on there or not.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Int32 = NDArray[np.int32]


class Tree(NamedTuple):
    """Index tables; I inner nodes, M tasks, Y entries of the belief state, other letters as in
    `standoff.game.game`.
    """

    players: int
    profiles: int
    pairs: int
    widest: int  # most weights (nodes times profiles) that a cell needs
    most: int  # most actions of a cell
    several: bool  # whether any cell has more than one node

    # Types.
    n_types: Int32  # [P]
    type_start: Int32  # [P + 1]
    profile_pair: Int32  # [P * K] pair of player p in profile k at p * K + k
    same: Int32  # [Q * K] profiles in which pair q occurs, first at q * K
    n_same: Int32  # [Q]

    # Tasks in the order of the upward pass.
    task_cell: Int32  # [M] cell, or -1 for a chance node
    task_node: Int32  # [M] inner node of a chance task; first inner node of a cell

    # Cells.
    cell_player: Int32  # [C]
    cell_first: Int32  # [C + 1] into cell_inner
    cell_inner: Int32  # inner nodes of each cell
    n_actions: Int32  # [C]
    action_start: Int32  # [C]
    row_start: Int32  # [C]
    rate_row: Int32  # [B]
    held: Int32  # [A] 1 for a row of play that stays as it is, else 0

    # Inner nodes.
    actor: Int32  # [I]
    node_cell: Int32  # [I] cell, or -1
    edge_first: Int32  # [I + 1]
    parent: Int32  # [I] inner node above, -1 at the root
    parent_edge: Int32  # [I] place of the edge from there
    belief: Int32  # [I] first entry of the belief state
    reach_slots: int  # reaches of nodes that are kept at one time
    reach_slot: Int32  # [I] place of the node's reach during the downward pass
    slots: int  # values of nodes that are needed at one time
    node_base: Int32  # [I] place in the bank of the node's own values
    node_earns: Int32  # [I] place in the bank of what is earned on arriving

    # Edges of inner nodes, in order of actions.
    edge_child: Int32  # [E] inner node, or -1 where play stops
    edge_base: Int32  # [E] place in the bank of the values to which the edge leads
    edge_pay: Int32  # [E] payoff row earned on arriving
    edge_odds: Int32  # [E] odds row of a chance edge, else -1

    # Which types stand in the belief state: by class, 2 * player + (cell has several nodes).
    entry_start: Int32  # [2 * P + 1]
    entry_pair: Int32
    cell_entry: Int32  # [C + 1] entries of cell c are cell_entry[c]:cell_entry[c + 1]
    entries: int  # Y


def keeping_reach(tree: Tree) -> Tree:
    """The same tables, with a place for the reach of every node."""
    count = len(tree.actor)
    return tree._replace(reach_slots=count, reach_slot=np.arange(count, dtype=np.int32))


def _order(parent: Int32, height_of_node: Int32, cell: Int32, n_cells: int) -> Int32:
    """Inner nodes in an order in which whole cells come after everything below them.

    Depth first where every cell has one node, so that values are used soon after they are made;
    level by level otherwise.
    """
    n = len(parent)
    if n_cells and np.bincount(cell[cell >= 0], minlength=n_cells).max(initial=0) > 1:
        place = np.where(cell >= 0, cell, n_cells + np.arange(n))
        return np.lexsort((np.arange(n), place, -height_of_node)).astype(np.int32)
    # Post-order: sizes of subtrees from the bottom, then places from the top. A node is finished
    # after its own subtree; among brothers the earlier comes first.
    size = np.ones(n, dtype=np.int64)
    levels = _levels(parent, height_of_node)
    for nodes in reversed(levels):
        np.add.at(size, parent[nodes], size[nodes])
    before = _elder_sum(parent, size)
    start = np.zeros(n, dtype=np.int64)
    for nodes in levels:
        start[nodes] = start[parent[nodes]] + before[nodes]
    order = np.empty(n, dtype=np.int32)
    order[start + size - 1] = np.arange(n, dtype=np.int32)
    return order


def _levels(parent: Int32, level: NDArray[np.integer[Any]]) -> list[NDArray[np.intp]]:
    """Nodes below the root, level by level from the top. Brothers may stand at different levels
    (a step is skipped in some histories), and the first levels may be empty.
    """
    below = parent >= 0
    return [
        np.flatnonzero((level == depth) & below) for depth in range(int(level.max(initial=0)) + 1)
    ]


def _elder_sum(parent: Int32, size: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each node, the sum of `size` over its brothers with a smaller number."""
    nodes = np.flatnonzero(parent >= 0)
    nodes = nodes[np.argsort(parent[nodes], kind="stable")]
    found = np.zeros(len(parent), dtype=np.int64)
    if len(nodes):
        above = parent[nodes]
        before = np.cumsum(size[nodes]) - size[nodes]
        first = np.concatenate([[True], above[1:] != above[:-1]])
        found[nodes] = before - np.maximum.accumulate(np.where(first, before, 0))
    return found


def _slots(parent: Int32, level: NDArray[np.integer[Any]], several: bool) -> Int32:
    """Where each node's values stand during the upward pass.

    In post-order a node's values are read once, by its parent, and the pass is a stack: a child
    stands above its parent and its elder brothers. The stack stays in the nearest cache.
    """
    n = len(parent)
    slot = np.zeros(n, dtype=np.int32)
    if several:
        return np.arange(n, dtype=np.int32)
    elder = _elder_sum(parent, np.ones(n, dtype=np.int64))
    for nodes in _levels(parent, level):
        slot[nodes] = slot[parent[nodes]] + 1 + elder[nodes]
    return slot


def build(
    *,
    n_types: Int32,
    profile_type: Int32,
    level_start: Int32,
    parent: Int32,
    parent_edge: Int32,
    actor: NDArray[np.int8],
    cell: Int32,
    edge_start: Int32,
    child: Int32,
    edge_action: Int32,
    payoff_row: Int32,
    cell_player: NDArray[np.int8],
    action_start: Int32,
    row_start: Int32,
    rate_row: Int32,
    held: NDArray[np.bool_] | None = None,
) -> Tree:
    """Arrange a game's arrays (named as in `standoff.game.game`) for the sweeps; `held` [A] marks
    rows of play that are given rather than chosen (all actions of a type at a cell, or none).
    """
    P, K, C = len(n_types), len(profile_type), len(cell_player)
    type_start = np.concatenate([[0], np.cumsum(n_types)]).astype(np.int32)
    Q = int(type_start[-1])
    profile_pair = (profile_type + type_start[:-1]).T.astype(np.int32)  # [P, K]
    same = np.zeros((Q, K), dtype=np.int32)
    n_same = np.zeros(Q, dtype=np.int32)
    for p in range(P):
        for q in range(type_start[p], type_start[p + 1]):
            which = np.flatnonzero(profile_pair[p] == q)
            same[q, : len(which)] = which
            n_same[q] = len(which)

    N = len(parent)
    level = np.repeat(np.arange(len(level_start) - 1), np.diff(level_start))
    inner_nodes = np.flatnonzero(actor >= -1).astype(np.int32)
    rank = np.full(N + 1, -1, dtype=np.int32)  # the last entry stands for "no node"
    rank[inner_nodes] = np.arange(len(inner_nodes), dtype=np.int32)
    above = rank[parent[inner_nodes]]
    order = _order(above, level[inner_nodes].astype(np.int32), cell[inner_nodes], C)
    inner_nodes = inner_nodes[order]
    rank[inner_nodes] = np.arange(len(inner_nodes), dtype=np.int32)
    count = len(inner_nodes)

    # Edges, in order of action within each node.
    width = np.diff(edge_start)[inner_nodes]
    first = np.concatenate([[0], np.cumsum(width)]).astype(np.int32)
    owner = np.repeat(np.arange(count), width)
    edges = np.arange(first[-1]) - first[owner] + edge_start[inner_nodes][owner]
    edges = edges[np.lexsort((edge_action[edges], owner))]
    chance = (actor[inner_nodes] == -1)[owner]
    place = np.empty(len(child), dtype=np.int32)
    place[edges] = np.arange(len(edges), dtype=np.int32)

    # Cells: nodes in ascending rank.
    node_cell = cell[inner_nodes].astype(np.int32)
    deciding = np.flatnonzero(node_cell >= 0)
    cell_inner = deciding[np.argsort(node_cell[deciding], kind="stable")].astype(np.int32)
    members = np.bincount(node_cell[deciding], minlength=C)
    cell_first = np.concatenate([[0], np.cumsum(members)]).astype(np.int32)
    several = members > 1

    starts_task = np.ones(count, dtype=bool)
    last_of_cell = np.full(C, -1)
    last_of_cell[node_cell[deciding]] = deciding  # ascending: the last one stays
    starts_task[deciding] = last_of_cell[node_cell[deciding]] == deciding
    task_node = np.flatnonzero(starts_task).astype(np.int32)

    entry_pair: list[int] = []
    entry_start = [0]
    for p in range(P):
        for many in (False, True):
            for j in range(P):
                if j != p and (many or n_types[j] > 1):
                    entry_pair.extend(range(type_start[j], type_start[j + 1]))
            entry_start.append(len(entry_pair))
    kind = np.zeros(count, dtype=np.int64)
    kind[deciding] = 2 * cell_player[node_cell[deciding]] + several[node_cell[deciding]]
    length = np.zeros(count, dtype=np.int64)
    length[deciding] = np.diff(entry_start)[kind[deciding]]
    # Entries of one cell stand together, whatever the order of its nodes in the pass.
    belief = np.zeros(count, dtype=np.int64)
    belief[cell_inner] = np.cumsum(length[cell_inner]) - length[cell_inner]

    per_cell = np.bincount(node_cell[deciding], weights=length[deciding], minlength=C)
    cell_entry = np.concatenate([[0], np.cumsum(per_cell)]).astype(np.int32)

    slot = _slots(rank[parent[inner_nodes]], level[inner_nodes], bool(several.any()))
    slots = int(slot.max(initial=0)) + 1
    # On the way down a node's reach is read by its children only, and its subtree comes next: one
    # place for each level will do.
    depth = np.arange(count) if several.any() else level[inner_nodes]
    below = rank[child[edges]]
    place_of_values = np.where(below >= 0, slot[below], slots + payoff_row[child[edges]])

    parent_edges = parent_edge[inner_nodes]
    return Tree(
        players=P,
        profiles=K,
        pairs=Q,
        widest=int(members.max(initial=1)) * K,
        most=int(np.diff(action_start).max(initial=1)),
        several=bool(several.any()),
        n_types=np.ascontiguousarray(n_types, dtype=np.int32),
        type_start=type_start,
        profile_pair=np.ascontiguousarray(profile_pair.ravel()),
        same=np.ascontiguousarray(same.ravel()),
        n_same=n_same,
        task_cell=node_cell[task_node],
        task_node=task_node,
        cell_player=cell_player.astype(np.int32),
        cell_first=cell_first,
        cell_inner=cell_inner,
        n_actions=np.diff(action_start).astype(np.int32),
        action_start=action_start[:-1].astype(np.int32),
        row_start=row_start[:-1].astype(np.int32),
        rate_row=rate_row.astype(np.int32),
        held=(np.zeros(int(row_start[-1])) if held is None else held).astype(np.int32),
        actor=actor[inner_nodes].astype(np.int32),
        node_cell=node_cell,
        edge_first=first,
        parent=rank[parent[inner_nodes]],
        parent_edge=np.where(parent_edges >= 0, place[parent_edges], -1).astype(np.int32),
        belief=belief.astype(np.int32),
        reach_slots=int(depth.max(initial=0)) + 1,
        reach_slot=depth.astype(np.int32),
        slots=slots,
        node_base=(slot * P * K).astype(np.int32),
        node_earns=((slots + payoff_row[inner_nodes]) * P * K).astype(np.int32),
        edge_child=below,
        edge_base=(place_of_values * P * K).astype(np.int32),
        edge_pay=payoff_row[child[edges]].astype(np.int32),
        edge_odds=np.where(chance, edge_action[edges], -1).astype(np.int32),
        entry_start=np.array(entry_start, dtype=np.int32),
        entry_pair=np.array(entry_pair or [0], dtype=np.int32),
        cell_entry=cell_entry,
        entries=int(length.sum()),
    )
