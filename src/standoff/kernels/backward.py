"""One pass up the tree: exact logit backward induction under given beliefs.

At each cell the mover's beliefs over (node, types of the others) come from the belief state; the
values of its actions are exact under the play just chosen below; its own play is the logit of
``precision`` times those values, with the rates as reference measure. Values are kept by profile
of types, since beliefs differ from cell to cell.

With ``fixed`` the play stays as it is and the pass only measures: the largest absolute difference
between the log of the play and the log of its logit response.
"""

from __future__ import annotations

from standoff.kernels.compiling import inlined, inner
from standoff.kernels.lanes import (
    WIDTH, broadcast, exp, fma, greater, load, log, lowest, magnitude, store,
)  # fmt: skip

_FAINT = 1e-250
"""Below this a sum of weights may have lost terms to underflow; it is taken again in logs."""


@inlined
def _weights_of_one(tree, p, at, y, log_prior, prior, w):  # type: ignore[no-untyped-def]
    """Beliefs over profiles at a cell of one node, into ``w[K]``; each own type's sum to one."""
    K = tree.profiles
    for k in range(K):
        store(w, k * WIDTH, load(prior, k * WIDTH))
    entry = at
    first = tree.entry_start[2 * p]
    last = tree.entry_start[2 * p + 1]
    e = first
    while e < last:
        q = tree.entry_pair[e]
        # All types of one player stand together: the largest first, against overflow.
        j = 0
        while tree.type_start[j + 1] <= q:
            j += 1
        T = tree.n_types[j]
        top = load(y, entry * WIDTH)
        for t in range(1, T):
            top = greater(top, load(y, (entry + t) * WIDTH))
        for t in range(T):
            factor = exp(load(y, (entry + t) * WIDTH) - top)
            for s in range(tree.n_same[q + t]):
                k = tree.same[(q + t) * K + s]
                store(w, k * WIDTH, load(w, k * WIDTH) * factor)
        entry += T
        e += T
    for t in range(tree.n_types[p]):
        q = tree.type_start[p] + t
        total = broadcast(0.0)
        for s in range(tree.n_same[q]):
            total = total + load(w, tree.same[q * K + s] * WIDTH)
        if lowest(total) < _FAINT:
            return False
        scale = broadcast(1.0) / total
        for s in range(tree.n_same[q]):
            k = tree.same[q * K + s]
            store(w, k * WIDTH, load(w, k * WIDTH) * scale)
    return True


@inlined
def _weights(tree, c, y, log_prior, log_chance, w):  # type: ignore[no-untyped-def]
    """Beliefs over (node, profile) at any cell, taken in logs, into ``w[nodes, K]``."""
    K = tree.profiles
    p = tree.cell_player[c]
    first = tree.cell_first[c]
    members = tree.cell_first[c + 1] - first
    kind = 2 * p + (1 if members > 1 else 0)
    for m in range(members):
        node = tree.cell_inner[first + m]
        for k in range(K):
            start = load(log_prior, k * WIDTH)
            if members > 1:
                start = start + load(log_chance, node * WIDTH)
            store(w, (m * K + k) * WIDTH, start)
        entry = tree.belief[node]
        for e in range(tree.entry_start[kind], tree.entry_start[kind + 1]):
            q = tree.entry_pair[e]
            value = load(y, entry * WIDTH)
            for s in range(tree.n_same[q]):
                at = (m * K + tree.same[q * K + s]) * WIDTH
                store(w, at, load(w, at) + value)
            entry += 1
    for q in range(tree.type_start[p], tree.type_start[p + 1]):
        top = load(w, tree.same[q * K] * WIDTH)
        for m in range(members):
            for s in range(tree.n_same[q]):
                top = greater(top, load(w, (m * K + tree.same[q * K + s]) * WIDTH))
        total = broadcast(0.0)
        for m in range(members):
            for s in range(tree.n_same[q]):
                at = (m * K + tree.same[q * K + s]) * WIDTH
                value = exp(load(w, at) - top)
                store(w, at, value)
                total = total + value
        scale = broadcast(1.0) / total
        for m in range(members):
            for s in range(tree.n_same[q]):
                at = (m * K + tree.same[q * K + s]) * WIDTH
                store(w, at, load(w, at) * scale)


@inner
def upward(  # type: ignore[no-untyped-def]
    tree, fixed, precision, y, payoff, odds, log_rate, prior, log_prior, log_chance,
    play, values, w, sigma,
):  # fmt: skip
    """One upward pass for a block of eight variants.

    `payoff` ``[R, Q, 8]`` is in units of the stakes; `precision` is a vector. Writes `values`
    ``[I, P, K, 8]`` and, unless `fixed`, the log `play` ``[A, 8]``; `w` and `sigma` are scratch.
    Returns the largest gap between the play found and the play left.
    """
    P, K, Q = tree.players, tree.profiles, tree.pairs
    PK = P * K
    gap = broadcast(0.0)
    for task in range(len(tree.task_node)):
        c = tree.task_cell[task]
        if c < 0:
            node = tree.task_node[task]
            low, high = tree.edge_first[node], tree.edge_first[node + 1]
            for p in range(P):
                for k in range(K):
                    q = tree.profile_pair[p * K + k]
                    total = broadcast(0.0)
                    for e in range(low, high):
                        child, row = tree.edge_child[e], tree.edge_pay[e]
                        value = broadcast(0.0)
                        if child >= 0:
                            value = load(values, (child * PK + p * K + k) * WIDTH)
                        if row > 0:
                            value = value + load(payoff, (row * Q + q) * WIDTH)
                        total = fma(load(odds, tree.edge_odds[e] * WIDTH), value, total)
                    store(values, (node * PK + p * K + k) * WIDTH, total)
            continue

        p = tree.cell_player[c]
        T = tree.n_types[p]
        A = tree.n_actions[c]
        first, last = tree.cell_first[c], tree.cell_first[c + 1]
        single = last - first == 1
        if not (
            single
            and _weights_of_one(tree, p, tree.belief[tree.cell_inner[first]], y, log_prior, prior, w)
        ):
            _weights(tree, c, y, log_prior, log_chance, w)

        for t in range(T):
            q = tree.type_start[p] + t
            top = broadcast(-1e300)
            for a in range(A):
                value = broadcast(0.0)
                for m in range(first, last):
                    e = tree.edge_first[tree.cell_inner[m]] + a
                    child, row = tree.edge_child[e], tree.edge_pay[e]
                    base = (m - first) * K
                    if child >= 0:
                        below = child * PK + p * K
                        for s in range(tree.n_same[q]):
                            k = tree.same[q * K + s]
                            value = fma(
                                load(w, (base + k) * WIDTH),
                                load(values, (below + k) * WIDTH),
                                value,
                            )
                    if row > 0:
                        earned = load(payoff, (row * Q + q) * WIDTH)
                        if single:
                            value = value + earned
                        else:
                            weight = broadcast(0.0)
                            for s in range(tree.n_same[q]):
                                k = tree.same[q * K + s]
                                weight = weight + load(w, (base + k) * WIDTH)
                            value = fma(weight, earned, value)
                rate = load(log_rate, tree.rate_row[tree.action_start[c] + a] * WIDTH)
                logit = fma(precision, value, rate)
                top = greater(top, logit)
                store(sigma, (a * T + t) * WIDTH, logit)
            total = broadcast(0.0)
            for a in range(A):
                total = total + exp(load(sigma, (a * T + t) * WIDTH) - top)
            level = top + log(total)
            for a in range(A):
                at = (tree.row_start[c] + a * T + t) * WIDTH
                chosen = load(sigma, (a * T + t) * WIDTH) - level
                if fixed:
                    gap = greater(gap, magnitude(chosen - load(play, at)))
                    chosen = load(play, at)
                else:
                    store(play, at, chosen)
                store(sigma, (a * T + t) * WIDTH, exp(chosen))

        for m in range(first, last):
            node = tree.cell_inner[m]
            low = tree.edge_first[node]
            for j in range(P):
                for k in range(K):
                    q = tree.profile_pair[j * K + k]
                    t = tree.profile_pair[p * K + k] - tree.type_start[p]
                    total = broadcast(0.0)
                    for a in range(A):
                        child, row = tree.edge_child[low + a], tree.edge_pay[low + a]
                        value = broadcast(0.0)
                        if child >= 0:
                            value = load(values, (child * PK + j * K + k) * WIDTH)
                        if row > 0:
                            value = value + load(payoff, (row * Q + q) * WIDTH)
                        total = fma(load(sigma, (a * T + t) * WIDTH), value, total)
                    store(values, (node * PK + j * K + k) * WIDTH, total)
    return gap
