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
    WIDTH,
    broadcast,
    exp,
    fma,
    greater,
    load,
    log,
    lowest,
    magnitude,
    peek,
    store,
)  # fmt: skip

_FAINT = 1e-250
"""Below this a sum of weights may have lost terms to underflow; it is taken again in logs."""


@inlined
def _weights_of_one(tree, p, at, y, prior, w):  # type: ignore[no-untyped-def]
    """Beliefs over profiles at a cell of one node, into ``w[K]``; each own type's sum to one."""
    K = tree.profiles
    for k in range(K):
        store(w, k * WIDTH, load(prior, k * WIDTH))
    entry = at
    first = peek(tree.entry_start, 2 * p)
    last = peek(tree.entry_start, 2 * p + 1)
    e = first
    while e < last:
        q = peek(tree.entry_pair, e)
        # All types of one player stand together: the largest first, against overflow.
        j = 0
        while peek(tree.type_start, j + 1) <= q:
            j += 1
        T = peek(tree.n_types, j)
        top = load(y, entry * WIDTH)
        for t in range(1, T):
            top = greater(top, load(y, (entry + t) * WIDTH))
        for t in range(T):
            factor = exp(load(y, (entry + t) * WIDTH) - top)
            for s in range(peek(tree.n_same, q + t)):
                k = peek(tree.same, (q + t) * K + s)
                store(w, k * WIDTH, load(w, k * WIDTH) * factor)
        entry += T
        e += T
    for t in range(peek(tree.n_types, p)):
        q = peek(tree.type_start, p) + t
        total = broadcast(0.0)
        for s in range(peek(tree.n_same, q)):
            total = total + load(w, peek(tree.same, q * K + s) * WIDTH)
        if lowest(total) < _FAINT:
            return False
        scale = broadcast(1.0) / total
        for s in range(peek(tree.n_same, q)):
            k = peek(tree.same, q * K + s)
            store(w, k * WIDTH, load(w, k * WIDTH) * scale)
    return True


@inlined
def _weights(tree, c, y, log_prior, log_chance, w):  # type: ignore[no-untyped-def]
    """Beliefs over (node, profile) at any cell, taken in logs, into ``w[nodes, K]``."""
    K = tree.profiles
    p = peek(tree.cell_player, c)
    first = peek(tree.cell_first, c)
    members = peek(tree.cell_first, c + 1) - first
    kind = 2 * p + (1 if members > 1 else 0)
    for m in range(members):
        node = peek(tree.cell_inner, first + m)
        for k in range(K):
            start = load(log_prior, k * WIDTH)
            if members > 1:
                start = start + load(log_chance, node * WIDTH)
            store(w, (m * K + k) * WIDTH, start)
        entry = peek(tree.belief, node)
        for e in range(peek(tree.entry_start, kind), peek(tree.entry_start, kind + 1)):
            q = peek(tree.entry_pair, e)
            value = load(y, entry * WIDTH)
            for s in range(peek(tree.n_same, q)):
                at = (m * K + peek(tree.same, q * K + s)) * WIDTH
                store(w, at, load(w, at) + value)
            entry += 1
    for q in range(peek(tree.type_start, p), peek(tree.type_start, p + 1)):
        top = load(w, peek(tree.same, q * K) * WIDTH)
        for m in range(members):
            for s in range(peek(tree.n_same, q)):
                top = greater(top, load(w, (m * K + peek(tree.same, q * K + s)) * WIDTH))
        total = broadcast(0.0)
        for m in range(members):
            for s in range(peek(tree.n_same, q)):
                at = (m * K + peek(tree.same, q * K + s)) * WIDTH
                value = exp(load(w, at) - top)
                store(w, at, value)
                total = total + value
        scale = broadcast(1.0) / total
        for m in range(members):
            for s in range(peek(tree.n_same, q)):
                at = (m * K + peek(tree.same, q * K + s)) * WIDTH
                store(w, at, load(w, at) * scale)


@inlined
def _add_share(tree, p, node, e, share, at_share, payoff, values):  # type: ignore[no-untyped-def]
    """Add what edge `e` brings, times the odds of the mover p's types (of chance where p is -1),
    which stand in `share` from `at_share` on, to the values of `node`.
    """
    P, K, Q = tree.players, tree.profiles, tree.pairs
    child = peek(tree.edge_slot, e)
    row = peek(tree.edge_pay, e)
    slot = peek(tree.slot, node)
    for j in range(P):
        to = (slot * P + j) * K
        below = (child * P + j) * K
        first, last = 0, 1
        if p >= 0:
            first, last = peek(tree.type_start, p), peek(tree.type_start, p + 1)
        for own in range(first, last):
            weight = load(share, (at_share + own - first) * WIDTH)
            count = K
            if p >= 0:
                count = peek(tree.n_same, own)
            for s in range(count):
                k = s
                if p >= 0:
                    k = peek(tree.same, own * K + s)
                at = (to + k) * WIDTH
                if child >= 0:
                    store(
                        values, at, fma(weight, load(values, (below + k) * WIDTH), load(values, at))
                    )
                else:
                    q = peek(tree.profile_pair, j * K + k)
                    store(
                        values, at,
                        fma(weight, load(payoff, (row * Q + q) * WIDTH), load(values, at)),
                    )  # fmt: skip


@inlined
def _earn(tree, node, payoff, values):  # type: ignore[no-untyped-def]
    """Start the values of `node` with what is earned on arriving there."""
    P, K, Q = tree.players, tree.profiles, tree.pairs
    row = peek(tree.node_pay, node)
    slot = peek(tree.slot, node)
    for j in range(P):
        for k in range(K):
            q = peek(tree.profile_pair, j * K + k)
            store(values, ((slot * P + j) * K + k) * WIDTH, load(payoff, (row * Q + q) * WIDTH))


@inner
def upward(  # type: ignore[no-untyped-def]
    tree, fixed, precision, y, payoff, odds, log_rate, prior, log_prior, log_chance,
    play, values, w, sigma,
):  # fmt: skip
    """One upward pass for a block of eight variants.

    `payoff` ``[R, Q, 8]`` is in units of the stakes; `precision` is a vector. Writes `values`
    ``[slots, P, K, 8]`` (what is earned on arriving at the node included) and, unless `fixed`, the
    log `play` ``[A, 8]``; `w` and `sigma` are scratch. Returns the largest gap between the play
    found and the play left.
    """
    P, K, Q = tree.players, tree.profiles, tree.pairs
    gap = broadcast(0.0)
    for task in range(len(tree.task_node)):
        c = peek(tree.task_cell, task)
        if c < 0:
            node = peek(tree.task_node, task)
            _earn(tree, node, payoff, values)
            for e in range(peek(tree.edge_first, node), peek(tree.edge_first, node + 1)):
                store(sigma, 0, load(odds, peek(tree.edge_odds, e) * WIDTH))
                _add_share(tree, -1, node, e, sigma, 0, payoff, values)
            continue

        p = peek(tree.cell_player, c)
        T = peek(tree.n_types, p)
        A = peek(tree.n_actions, c)
        first, last = peek(tree.cell_first, c), peek(tree.cell_first, c + 1)
        single = last - first == 1
        if not (
            single
            and _weights_of_one(
                tree, p, peek(tree.belief, peek(tree.cell_inner, first)), y, prior, w
            )
        ):
            _weights(tree, c, y, log_prior, log_chance, w)

        for t in range(T):
            q = peek(tree.type_start, p) + t
            top = broadcast(-1e300)
            for a in range(A):
                value = broadcast(0.0)
                for m in range(first, last):
                    e = peek(tree.edge_first, peek(tree.cell_inner, m)) + a
                    child = peek(tree.edge_slot, e)
                    base = (m - first) * K
                    if child >= 0:
                        below = (child * P + p) * K
                        for s in range(peek(tree.n_same, q)):
                            k = peek(tree.same, q * K + s)
                            value = fma(
                                load(w, (base + k) * WIDTH),
                                load(values, (below + k) * WIDTH),
                                value,
                            )
                    else:
                        earned = load(payoff, (peek(tree.edge_pay, e) * Q + q) * WIDTH)
                        if single:
                            value = earned
                        else:
                            weight = broadcast(0.0)
                            for s in range(peek(tree.n_same, q)):
                                k = peek(tree.same, q * K + s)
                                weight = weight + load(w, (base + k) * WIDTH)
                            value = fma(weight, earned, value)
                rate = load(log_rate, peek(tree.rate_row, peek(tree.action_start, c) + a) * WIDTH)
                logit = fma(precision, value, rate)
                top = greater(top, logit)
                store(sigma, (a * T + t) * WIDTH, logit)
            total = broadcast(0.0)
            row = peek(tree.row_start, c)
            for a in range(A):
                logit = load(sigma, (a * T + t) * WIDTH) - top
                odds_of = exp(logit)
                total = total + odds_of
                store(sigma, (a * T + t) * WIDTH, odds_of)
                at = (row + a * T + t) * WIDTH
                if fixed:
                    store(sigma, (A * T + a) * WIDTH, logit)
                else:
                    store(play, at, logit)
            level = log(total)
            scale = broadcast(1.0) / total
            for a in range(A):
                at = (row + a * T + t) * WIDTH
                if fixed:
                    kept = load(play, at)
                    gap = greater(gap, magnitude(load(sigma, (A * T + a) * WIDTH) - level - kept))
                    store(sigma, (a * T + t) * WIDTH, exp(kept))
                else:
                    store(play, at, load(play, at) - level)
                    store(sigma, (a * T + t) * WIDTH, load(sigma, (a * T + t) * WIDTH) * scale)

        for m in range(first, last):
            node = peek(tree.cell_inner, m)
            _earn(tree, node, payoff, values)
            low = peek(tree.edge_first, node)
            for a in range(A):
                _add_share(tree, p, node, low + a, sigma, a * T, payoff, values)
    return gap
