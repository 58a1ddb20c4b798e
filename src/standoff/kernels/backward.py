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
def _mix(tree, p, node, count, sigma, bank):  # type: ignore[no-untyped-def]
    """Values of a node of player p under the odds ``sigma[actions, T]``, into the bank."""
    P, K, PK = tree.players, tree.profiles, tree.players * tree.profiles
    T = peek(tree.n_types, p)
    first = peek(tree.type_start, p)
    to, earns = peek(tree.node_base, node), peek(tree.node_earns, node)
    low = peek(tree.edge_first, node)
    if count == 2:
        one, two = peek(tree.edge_base, low), peek(tree.edge_base, low + 1)
        for t in range(T):
            a, b = load(sigma, t * WIDTH), load(sigma, (T + t) * WIDTH)
            for s in range(peek(tree.n_same, first + t)):
                k = peek(tree.same, (first + t) * K + s)
                while k < PK:
                    value = load(bank, (earns + k) * WIDTH)
                    value = fma(a, load(bank, (one + k) * WIDTH), value)
                    value = fma(b, load(bank, (two + k) * WIDTH), value)
                    store(bank, (to + k) * WIDTH, value)
                    k += K
        return
    if count == 3:
        one, two = peek(tree.edge_base, low), peek(tree.edge_base, low + 1)
        three = peek(tree.edge_base, low + 2)
        for t in range(T):
            a, b = load(sigma, t * WIDTH), load(sigma, (T + t) * WIDTH)
            c = load(sigma, (2 * T + t) * WIDTH)
            for s in range(peek(tree.n_same, first + t)):
                k = peek(tree.same, (first + t) * K + s)
                while k < PK:
                    value = load(bank, (earns + k) * WIDTH)
                    value = fma(a, load(bank, (one + k) * WIDTH), value)
                    value = fma(b, load(bank, (two + k) * WIDTH), value)
                    value = fma(c, load(bank, (three + k) * WIDTH), value)
                    store(bank, (to + k) * WIDTH, value)
                    k += K
        return
    for t in range(T):
        for s in range(peek(tree.n_same, first + t)):
            start = peek(tree.same, (first + t) * K + s)
            for j in range(P):
                k = start + j * K
                value = load(bank, (earns + k) * WIDTH)
                for i in range(count):
                    share = load(sigma, (i * T + t) * WIDTH)
                    below = peek(tree.edge_base, low + i)
                    value = fma(share, load(bank, (below + k) * WIDTH), value)
                store(bank, (to + k) * WIDTH, value)


@inlined
def _average(tree, node, odds, bank):  # type: ignore[no-untyped-def]
    """Values of a chance node, into the bank."""
    to, earns = peek(tree.node_base, node), peek(tree.node_earns, node)
    for i in range(tree.players * tree.profiles):
        value = load(bank, (earns + i) * WIDTH)
        for e in range(peek(tree.edge_first, node), peek(tree.edge_first, node + 1)):
            share = load(odds, peek(tree.edge_odds, e) * WIDTH)
            value = fma(share, load(bank, (peek(tree.edge_base, e) + i) * WIDTH), value)
        store(bank, (to + i) * WIDTH, value)


@inner
def upward(  # type: ignore[no-untyped-def]
    tree, fixed, precision, y, bank, odds, log_rate, prior, log_prior, log_chance, play, w, sigma,
):  # fmt: skip
    """One upward pass for a block of eight variants.

    `bank` ``[slots + R, P, K, 8]`` holds the payoff table, in units of the stakes, behind the room
    for values (what is earned on arriving at a node is part of its value); `precision` is a vector.
    Unless `fixed`, the log `play` ``[A, 8]`` is written; `w` and `sigma` are scratch. Returns the
    largest gap between the play found and the play left.
    """
    K = tree.profiles
    gap = broadcast(0.0)
    zero, one = broadcast(0.0), broadcast(1.0)
    for task in range(len(tree.task_node)):
        c = peek(tree.task_cell, task)
        if c < 0:
            _average(tree, peek(tree.task_node, task), odds, bank)
            continue

        p = peek(tree.cell_player, c)
        T = peek(tree.n_types, p)
        A = peek(tree.n_actions, c)
        row = peek(tree.row_start, c)
        first, last = peek(tree.cell_first, c), peek(tree.cell_first, c + 1)
        if A > 1:
            start = peek(tree.belief, peek(tree.cell_inner, first))
            if last - first > 1 or not _weights_of_one(tree, p, start, y, prior, w):
                _weights(tree, c, y, log_prior, log_chance, w)
        for t in range(T):
            if A == 1:
                store(sigma, t * WIDTH, one)
                if not fixed:
                    store(play, (row + t) * WIDTH, zero)
                continue
            q = peek(tree.type_start, p) + t
            top = broadcast(-1e300)
            for a in range(A):
                value = zero
                for m in range(first, last):
                    e = peek(tree.edge_first, peek(tree.cell_inner, m)) + a
                    below = peek(tree.edge_base, e) + p * K
                    base = (m - first) * K
                    for s in range(peek(tree.n_same, q)):
                        k = peek(tree.same, q * K + s)
                        weight = load(w, (base + k) * WIDTH)
                        value = fma(weight, load(bank, (below + k) * WIDTH), value)
                rate = load(log_rate, peek(tree.rate_row, peek(tree.action_start, c) + a) * WIDTH)
                logit = fma(precision, value, rate)
                top = greater(top, logit)
                store(sigma, (a * T + t) * WIDTH, logit)
            total = zero
            for a in range(A):
                logit = load(sigma, (a * T + t) * WIDTH) - top
                odds_of = exp(logit)
                total = total + odds_of
                store(sigma, (a * T + t) * WIDTH, odds_of)
                if fixed:
                    store(sigma, (A * T + a) * WIDTH, logit)
                else:
                    store(play, (row + a * T + t) * WIDTH, logit)
            level = log(total)
            scale = one / total
            for a in range(A):
                at = (row + a * T + t) * WIDTH
                if fixed:
                    kept = load(play, at)
                    found = load(sigma, (A * T + a) * WIDTH) - level
                    gap = greater(gap, magnitude(found - kept))
                    store(sigma, (a * T + t) * WIDTH, exp(kept))
                else:
                    store(play, at, load(play, at) - level)
                    store(sigma, (a * T + t) * WIDTH, load(sigma, (a * T + t) * WIDTH) * scale)
        for m in range(first, last):
            _mix(tree, p, peek(tree.cell_inner, m), A, sigma, bank)
    return gap
