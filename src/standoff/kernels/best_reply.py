"""What a type could gain by playing its best against the others' play as it is."""

from __future__ import annotations

from standoff.kernels.compiling import inlined, kernel
from standoff.kernels.forward import chance_reach, downward
from standoff.kernels.lanes import (
    WIDTH,
    broadcast,
    exp,
    fma,
    greater,
    load,
    store,
    where_less,
)  # fmt: skip


@inlined
def _mass(tree, node, p, q, prior, log_chance, reach, w):  # type: ignore[no-untyped-def]
    """Weight of each profile of pair `q` at a node but for its owner's own moves, into ``w[K]``."""
    K, Q = tree.profiles, tree.pairs
    chance = exp(load(log_chance, node * WIDTH))
    for s in range(tree.n_same[q]):
        k = tree.same[q * K + s]
        value = load(prior, k * WIDTH) * chance
        for j in range(tree.players):
            if j != p:
                other = tree.profile_pair[j * K + k]
                value = value * exp(load(reach, (node * Q + other) * WIDTH))
        store(w, k * WIDTH, value)


@inlined
def _edge_mass(tree, node, a, q, odds, play, w):  # type: ignore[no-untyped-def]
    """The same beyond an edge, summed over profiles; the owner's own moves count as certain."""
    K = tree.profiles
    mover = tree.actor[node]
    owner = -2 if mover < 0 else mover
    own = owner >= 0 and tree.type_start[owner] <= q and q < tree.type_start[owner + 1]
    total = broadcast(0.0)
    for s in range(tree.n_same[q]):
        k = tree.same[q * K + s]
        value = load(w, k * WIDTH)
        if mover >= 0 and not own:
            t = tree.profile_pair[mover * K + k] - tree.type_start[mover]
            c = tree.node_cell[node]
            row = tree.row_start[c] + a * tree.n_types[mover] + t
            value = value * exp(load(play, row * WIDTH))
        total = total + value
    if mover < 0:
        total = total * load(odds, tree.edge_odds[tree.edge_first[node] + a] * WIDTH)
    return total


@inlined
def _earned(tree, p, q, row, bank):  # type: ignore[no-untyped-def]
    """Row of the payoff table for pair `q`: the same in all its profiles, so read in the first."""
    PK = tree.players * tree.profiles
    at = (tree.slots + row) * PK + p * tree.profiles + tree.same[q * tree.profiles]
    return load(bank, at * WIDTH)


@kernel
def best_reply(  # type: ignore[no-untyped-def]
    tree, numbers, log_odds, log_chance, play, reach, image, best, as_is, totals, w, gain,
):  # fmt: skip
    """Gain of every pair from its best reply, into `gain` ``[Q, 8]``, in units of the bank.

    `play` ``[A, 8]`` is the log of the strategy. `reach` ``[I, Q, 8]``, `image` ``[Y, 8]``,
    `log_chance`, `best` and `as_is` ``[I, 8]``, `totals` ``[actions, 8]`` and `w` ``[K, 8]`` are
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
                        high_value = broadcast(0.0)
                        value = broadcast(0.0)
                        for e in range(low, tree.edge_first[node + 1]):
                            child, row = tree.edge_child[e], tree.edge_pay[e]
                            if row > 0:
                                mass = _edge_mass(tree, node, e - low, q, odds, play, w)
                                earned = mass * _earned(tree, p, q, row, bank)
                                high_value = high_value + earned
                                value = value + earned
                            if child >= 0:
                                high_value = high_value + load(best, child * WIDTH)
                                value = value + load(as_is, child * WIDTH)
                        store(best, node * WIDTH, high_value)
                        store(as_is, node * WIDTH, value)
                    continue
                # The owner's own cell: one action for all its nodes.
                t = q - tree.type_start[p]
                T, A = tree.n_types[p], tree.n_actions[c]
                first, last = tree.cell_first[c], tree.cell_first[c + 1]
                for a in range(A):
                    store(totals, a * WIDTH, broadcast(0.0))
                for m in range(first, last):
                    node = tree.cell_inner[m]
                    _mass(tree, node, p, q, prior, log_chance, reach, w)
                    low = tree.edge_first[node]
                    value = broadcast(0.0)
                    for a in range(A):
                        child, row = tree.edge_child[low + a], tree.edge_pay[low + a]
                        share = exp(load(play, (tree.row_start[c] + a * T + t) * WIDTH))
                        total = load(totals, a * WIDTH)
                        if row > 0:
                            mass = _edge_mass(tree, node, a, q, odds, play, w)
                            earned = mass * _earned(tree, p, q, row, bank)
                            total = total + earned
                            value = fma(share, earned, value)
                        if child >= 0:
                            total = total + load(best, child * WIDTH)
                            value = fma(share, load(as_is, child * WIDTH), value)
                        store(totals, a * WIDTH, total)
                    store(as_is, node * WIDTH, value)
                top = load(totals, 0)
                chosen = broadcast(0.0)
                for a in range(1, A):
                    total = load(totals, a * WIDTH)
                    chosen = where_less(top, total, broadcast(float(a)), chosen)
                    top = greater(top, total)
                if last - first == 1:
                    store(best, tree.cell_inner[first] * WIDTH, top)
                    continue
                for m in range(first, last):
                    node = tree.cell_inner[m]
                    _mass(tree, node, p, q, prior, log_chance, reach, w)
                    low = tree.edge_first[node]
                    value = broadcast(0.0)
                    for a in range(A):
                        child, row = tree.edge_child[low + a], tree.edge_pay[low + a]
                        total = broadcast(0.0)
                        if row > 0:
                            mass = _edge_mass(tree, node, a, q, odds, play, w)
                            total = mass * _earned(tree, p, q, row, bank)
                        if child >= 0:
                            total = total + load(best, child * WIDTH)
                        below = where_less(chosen, broadcast(a + 0.5), total, value)
                        value = where_less(broadcast(a - 0.5), chosen, below, value)
                    store(best, node * WIDTH, value)
            share = broadcast(1e-300)
            for s in range(tree.n_same[q]):
                share = share + load(prior, tree.same[q * K + s] * WIDTH)
            more = load(best, root * WIDTH) - load(as_is, root * WIDTH)
            store(gain, q * WIDTH, more / share)
