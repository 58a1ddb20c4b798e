"""What a type could gain by playing its best against the others' play as it is."""

from __future__ import annotations

from standoff.kernels.compiling import inlined, kernel
from standoff.kernels.exponential import exp
from standoff.kernels.forward import chance_reach, downward
from standoff.kernels.lanes import (
    fma,
    get,
    greater,
    put,
    same,
    where_less,
)  # fmt: skip


@inlined
def _mass(tree, node, p, q, prior, log_chance, reach, w):  # type: ignore[no-untyped-def]
    """Weight of each profile of pair `q` at a node but for its owner's own moves, into ``w[K]``."""
    K, Q = tree.profiles, tree.pairs
    chance = exp(get(log_chance, node))
    for s in range(tree.n_same[q]):
        k = tree.same[q * K + s]
        value = get(prior, k) * chance
        for j in range(tree.players):
            if j != p:
                other = tree.profile_pair[j * K + k]
                value = value * exp(get(reach, node * Q + other))
        put(w, k, value)


@inlined
def _edge_mass(tree, node, a, q, odds, play, w):  # type: ignore[no-untyped-def]
    """The same beyond an edge, summed over profiles; the owner's own moves count as certain."""
    K = tree.profiles
    mover = tree.actor[node]
    owner = -2 if mover < 0 else mover
    own = owner >= 0 and tree.type_start[owner] <= q and q < tree.type_start[owner + 1]
    total = same(play, 0.0)
    for s in range(tree.n_same[q]):
        k = tree.same[q * K + s]
        value = get(w, k)
        if mover >= 0 and not own:
            t = tree.profile_pair[mover * K + k] - tree.type_start[mover]
            c = tree.node_cell[node]
            row = tree.row_start[c] + a * tree.n_types[mover] + t
            value = value * exp(get(play, row))
        total = total + value
    if mover < 0:
        total = total * get(odds, tree.edge_odds[tree.edge_first[node] + a])
    return total


@inlined
def _earned(tree, p, q, row, bank):  # type: ignore[no-untyped-def]
    """Row of the payoff table for pair `q`: the same in all its profiles, so read in the first."""
    PK = tree.players * tree.profiles
    at = (tree.slots + row) * PK + p * tree.profiles + tree.same[q * tree.profiles]
    return get(bank, at)


@kernel
def best_reply(  # type: ignore[no-untyped-def]
    tree, numbers, log_odds, log_chance, play, reach, image, best, as_is, totals, w, gain,
):  # fmt: skip
    """Gain of every pair from its best reply, into `gain` ``[Q, W]``, in units of the bank.

    `play` ``[A, W]`` is the log of the strategy. `reach` ``[I, Q, W]``, `image` ``[Y, W]``,
    `log_chance`, `best` and `as_is` ``[I, W]``, `totals` ``[actions, W]`` and `w` ``[K, W]`` are
    scratch. Exact under perfect recall.
    """
    bank, odds, _, prior, _, _ = numbers
    K = tree.profiles
    chance_reach(tree, log_odds, log_chance)
    downward(tree, play, reach, image)
    root = len(tree.actor) - 1
    for p in range(tree.players):
        for q in range(tree.type_start[p], tree.type_start[p + 1]):
            for task in range(len(tree.task_node)):
                c = tree.task_cell[task]
                if c < 0 or tree.cell_player[c] != p:
                    first, last = task, task + 1  # one node, or every node of another's cell
                    if c >= 0:
                        first, last = tree.cell_first[c], tree.cell_first[c + 1]
                    for m in range(first, last):
                        node = tree.cell_inner[m] if c >= 0 else tree.task_node[task]
                        _mass(tree, node, p, q, prior, log_chance, reach, w)
                        low = tree.edge_first[node]
                        high_value = same(bank, 0.0)
                        value = same(bank, 0.0)
                        for e in range(low, tree.edge_first[node + 1]):
                            child, row = tree.edge_child[e], tree.edge_pay[e]
                            if row > 0:
                                mass = _edge_mass(tree, node, e - low, q, odds, play, w)
                                earned = mass * _earned(tree, p, q, row, bank)
                                high_value = high_value + earned
                                value = value + earned
                            if child >= 0:
                                high_value = high_value + get(best, child)
                                value = value + get(as_is, child)
                        put(best, node, high_value)
                        put(as_is, node, value)
                    continue
                # The owner's own cell: one action for all its nodes.
                t = q - tree.type_start[p]
                T, A = tree.n_types[p], tree.n_actions[c]
                first, last = tree.cell_first[c], tree.cell_first[c + 1]
                for a in range(A):
                    put(totals, a, same(bank, 0.0))
                for m in range(first, last):
                    node = tree.cell_inner[m]
                    _mass(tree, node, p, q, prior, log_chance, reach, w)
                    low = tree.edge_first[node]
                    value = same(bank, 0.0)
                    for a in range(A):
                        child, row = tree.edge_child[low + a], tree.edge_pay[low + a]
                        share = exp(get(play, tree.row_start[c] + a * T + t))
                        total = get(totals, a)
                        if row > 0:
                            mass = _edge_mass(tree, node, a, q, odds, play, w)
                            earned = mass * _earned(tree, p, q, row, bank)
                            total = total + earned
                            value = fma(share, earned, value)
                        if child >= 0:
                            total = total + get(best, child)
                            value = fma(share, get(as_is, child), value)
                        put(totals, a, total)
                    put(as_is, node, value)
                top = get(totals, 0)
                chosen = same(bank, 0.0)
                for a in range(1, A):
                    total = get(totals, a)
                    chosen = where_less(top, total, same(bank, float(a)), chosen)
                    top = greater(top, total)
                if last - first == 1:
                    put(best, tree.cell_inner[first], top)
                    continue
                for m in range(first, last):
                    node = tree.cell_inner[m]
                    _mass(tree, node, p, q, prior, log_chance, reach, w)
                    low = tree.edge_first[node]
                    value = same(bank, 0.0)
                    for a in range(A):
                        child, row = tree.edge_child[low + a], tree.edge_pay[low + a]
                        total = same(bank, 0.0)
                        if row > 0:
                            mass = _edge_mass(tree, node, a, q, odds, play, w)
                            total = mass * _earned(tree, p, q, row, bank)
                        if child >= 0:
                            total = total + get(best, child)
                        below = where_less(chosen, same(bank, a + 0.5), total, value)
                        value = where_less(same(bank, a - 0.5), chosen, below, value)
                    put(best, node, value)
            share = same(bank, 1e-300)
            for s in range(tree.n_same[q]):
                share = share + get(prior, tree.same[q * K + s])
            more = get(best, root) - get(as_is, root)
            put(gain, q, more / share)
