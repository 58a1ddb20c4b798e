"""One pass down the tree: from play to reach, in logs, and from reach to the belief state."""

from __future__ import annotations

from standoff.kernels.compiling import inlined, inner
from standoff.kernels.lanes import get, peek, put, same


@inner
def chance_reach(tree, log_odds, log_chance):  # type: ignore[no-untyped-def]
    """Log probability of chance's moves on the way to each inner node, into `log_chance` [I, W]."""
    for i in range(len(tree.actor)):
        node = len(tree.actor) - 1 - i
        above = tree.parent[node]
        if above < 0:
            put(log_chance, node, same(log_chance, 0.0))
            continue
        value = get(log_chance, above)
        row = tree.edge_odds[tree.parent_edge[node]]
        if row >= 0:
            value = value + get(log_odds, row)
        put(log_chance, node, value)


@inner
def downward(tree, play, reach, y):  # type: ignore[no-untyped-def]
    """Log reach of each type's own moves, into `reach` ``[reach_slots, Q, W]``, and the belief
    state that it implies, into `y` ``[Y, W]``, from the log `play` ``[A, W]``.
    """
    P, Q = tree.players, tree.pairs
    count = len(tree.actor)
    for i in range(count):
        # Inner nodes are numbered in the order of the upward pass: parents come last.
        node = count - 1 - i
        above = peek(tree.parent, node)
        here = peek(tree.reach_slot, node) * Q
        if above < 0:
            for q in range(Q):
                put(reach, here + q, same(reach, 0.0))
        else:
            there = peek(tree.reach_slot, above) * Q
            for q in range(Q):
                put(reach, here + q, get(reach, there + q))
            c = peek(tree.node_cell, above)
            if c >= 0:
                p = peek(tree.actor, above)
                T = peek(tree.n_types, p)
                a = peek(tree.parent_edge, node) - peek(tree.edge_first, above)
                own = here + peek(tree.type_start, p)
                row = peek(tree.row_start, c) + a * T
                for t in range(T):
                    at = own + t
                    put(reach, at, get(reach, at) + get(play, row + t))
        c = peek(tree.node_cell, node)
        if c >= 0 and peek(tree.cell_first, c + 1) - peek(tree.cell_first, c) == 1:
            p = peek(tree.actor, node)
            entry = peek(tree.belief, node)
            for j in range(P):
                T = peek(tree.n_types, j)
                if j == p or T == 1:
                    continue
                other = here + peek(tree.type_start, j)
                mean = same(reach, 0.0)
                for t in range(T):
                    mean = mean + get(reach, other + t)
                mean = mean * same(reach, 1.0 / T)
                for t in range(T):
                    put(y, entry + t, get(reach, other + t) - mean)
                entry += T
    if tree.several:
        _beliefs_of_several(tree, reach, y)


@inlined
def _beliefs_of_several(tree, reach, y):  # type: ignore[no-untyped-def]
    """The belief state at cells of several nodes: one constant for each other player and cell."""
    P, Q = tree.players, tree.pairs
    for c in range(len(tree.cell_player)):
        first, last = tree.cell_first[c], tree.cell_first[c + 1]
        if last - first < 2:
            continue
        p = tree.cell_player[c]
        offset = 0
        for j in range(P):
            if j == p:
                continue
            T = tree.n_types[j]
            mean = same(reach, 0.0)
            for m in range(first, last):
                node = tree.cell_inner[m]
                for t in range(T):
                    mean = mean + get(reach, node * Q + tree.type_start[j] + t)
            mean = mean * same(reach, 1.0 / (T * (last - first)))
            for m in range(first, last):
                node = tree.cell_inner[m]
                for t in range(T):
                    value = get(reach, node * Q + tree.type_start[j] + t)
                    put(y, tree.belief[node] + offset + t, value - mean)
            offset += T
