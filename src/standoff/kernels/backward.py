"""One pass up the tree: exact logit backward induction under given beliefs.

At each cell the mover's beliefs over (node, types of the others) come from the belief state; the
values of its actions are exact under the play just chosen below; its own play is the logit of
``precision`` times those values, with the rates as reference measure. Values are kept by profile
of types, since beliefs differ from cell to cell.

With ``fixed`` the play stays as it is and the pass only measures: the largest absolute difference
between the log of the play and the log of its logit response. Rows that the tree says are held
keep their play in either pass, and are not measured.
"""

from __future__ import annotations

from standoff.kernels.compiling import inlined, inner
from standoff.kernels.exponential import exp, log
from standoff.kernels.lanes import (
    faint,
    fma,
    get,
    greater,
    lowest,
    magnitude,
    peek,
    put,
    same,
    where_less,
)  # fmt: skip


@inlined
def _weights_of_one(tree, p, at, y, prior, log_prior, w):  # type: ignore[no-untyped-def]
    """Beliefs over profiles at a cell of one node, into ``w[K]``; each own type's sum to one."""
    K = tree.profiles
    for k in range(K):
        put(w, k, get(prior, k))
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
        top = get(y, entry)
        for t in range(1, T):
            top = greater(top, get(y, entry + t))
        for t in range(T):
            factor = exp(get(y, entry + t) - top)
            for s in range(peek(tree.n_same, q + t)):
                k = peek(tree.same, (q + t) * K + s)
                put(w, k, get(w, k) * factor)
        entry += T
        e += T
    # Below this a sum of weights may have lost terms to underflow.
    low = faint(y)
    for t in range(peek(tree.n_types, p)):
        q = peek(tree.type_start, p) + t
        total = same(y, 0.0)
        for s in range(peek(tree.n_same, q)):
            total = total + get(w, peek(tree.same, q * K + s))
        scale = same(y, 1.0) / greater(total, low)
        for s in range(peek(tree.n_same, q)):
            k = peek(tree.same, q * K + s)
            put(w, k, get(w, k) * scale)
        if lowest(total - low) < 0.0:
            _again_in_logs(tree, p, q, at, y, log_prior, total, w)


@inlined
def _again_in_logs(tree, p, q, at, y, log_prior, total, w):  # type: ignore[no-untyped-def]
    """The beliefs of pair q once more, in the lanes in which the `total` of its weights was faint:
    only there, so that no lane depends on its neighbors.
    """
    K = tree.profiles
    spare = tree.widest
    top = same(y, 0.0)
    for s in range(peek(tree.n_same, q)):
        k = peek(tree.same, q * K + s)
        value = get(log_prior, k)
        entry = at
        for e in range(peek(tree.entry_start, 2 * p), peek(tree.entry_start, 2 * p + 1)):
            pair = peek(tree.entry_pair, e)
            for i in range(peek(tree.n_same, pair)):
                if peek(tree.same, pair * K + i) == k:
                    value = value + get(y, entry)
            entry += 1
        put(w, spare + s, value)
        top = value if s == 0 else greater(top, value)
    whole = same(y, 0.0)
    for s in range(peek(tree.n_same, q)):
        value = exp(get(w, spare + s) - top)
        put(w, spare + s, value)
        whole = whole + value
    scale = same(y, 1.0) / whole
    for s in range(peek(tree.n_same, q)):
        k = peek(tree.same, q * K + s)
        put(w, k, where_less(total, faint(y), get(w, spare + s) * scale, get(w, k)))


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
            start = get(log_prior, k)
            if members > 1:
                start = start + get(log_chance, node)
            put(w, m * K + k, start)
        entry = peek(tree.belief, node)
        for e in range(peek(tree.entry_start, kind), peek(tree.entry_start, kind + 1)):
            q = peek(tree.entry_pair, e)
            value = get(y, entry)
            for s in range(peek(tree.n_same, q)):
                at = m * K + peek(tree.same, q * K + s)
                put(w, at, get(w, at) + value)
            entry += 1
    for q in range(peek(tree.type_start, p), peek(tree.type_start, p + 1)):
        top = get(w, peek(tree.same, q * K))
        for m in range(members):
            for s in range(peek(tree.n_same, q)):
                top = greater(top, get(w, m * K + peek(tree.same, q * K + s)))
        total = same(y, 0.0)
        for m in range(members):
            for s in range(peek(tree.n_same, q)):
                at = m * K + peek(tree.same, q * K + s)
                value = exp(get(w, at) - top)
                put(w, at, value)
                total = total + value
        scale = same(y, 1.0) / total
        for m in range(members):
            for s in range(peek(tree.n_same, q)):
                at = m * K + peek(tree.same, q * K + s)
                put(w, at, get(w, at) * scale)


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
            a, b = get(sigma, t), get(sigma, T + t)
            for s in range(peek(tree.n_same, first + t)):
                k = peek(tree.same, (first + t) * K + s)
                while k < PK:
                    value = get(bank, earns + k)
                    value = fma(a, get(bank, one + k), value)
                    value = fma(b, get(bank, two + k), value)
                    put(bank, to + k, value)
                    k += K
        return
    if count == 3:
        one, two = peek(tree.edge_base, low), peek(tree.edge_base, low + 1)
        three = peek(tree.edge_base, low + 2)
        for t in range(T):
            a, b = get(sigma, t), get(sigma, T + t)
            c = get(sigma, 2 * T + t)
            for s in range(peek(tree.n_same, first + t)):
                k = peek(tree.same, (first + t) * K + s)
                while k < PK:
                    value = get(bank, earns + k)
                    value = fma(a, get(bank, one + k), value)
                    value = fma(b, get(bank, two + k), value)
                    value = fma(c, get(bank, three + k), value)
                    put(bank, to + k, value)
                    k += K
        return
    for t in range(T):
        for s in range(peek(tree.n_same, first + t)):
            start = peek(tree.same, (first + t) * K + s)
            for j in range(P):
                k = start + j * K
                value = get(bank, earns + k)
                for i in range(count):
                    share = get(sigma, i * T + t)
                    below = peek(tree.edge_base, low + i)
                    value = fma(share, get(bank, below + k), value)
                put(bank, to + k, value)


@inlined
def _average(tree, node, odds, bank):  # type: ignore[no-untyped-def]
    """Values of a chance node, into the bank."""
    to, earns = peek(tree.node_base, node), peek(tree.node_earns, node)
    for i in range(tree.players * tree.profiles):
        value = get(bank, earns + i)
        for e in range(peek(tree.edge_first, node), peek(tree.edge_first, node + 1)):
            share = get(odds, peek(tree.edge_odds, e))
            value = fma(share, get(bank, peek(tree.edge_base, e) + i), value)
        put(bank, to + i, value)


@inner
def upward(  # type: ignore[no-untyped-def]
    tree, fixed, precision, y, bank, odds, log_rate, prior, log_prior, log_chance, play, w, sigma,
):  # fmt: skip
    """One upward pass for a block of variants.

    `bank` ``[slots + R, P, K, W]`` holds the payoff table, in units of the stakes, behind the room
    for values (what is earned on arriving at a node is part of its value); `precision` is a vector.
    Unless `fixed`, the log `play` ``[A, W]`` is written; `w` and `sigma` are scratch. Returns the
    largest gap between the play found and the play left.
    """
    K = tree.profiles
    gap = same(y, 0.0)
    zero, one = same(y, 0.0), same(y, 1.0)
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
            if last - first > 1:
                _weights(tree, c, y, log_prior, log_chance, w)
            else:
                _weights_of_one(tree, p, start, y, prior, log_prior, w)
        for t in range(T):
            if A == 1:
                put(sigma, t, one)
                if not fixed:
                    put(play, row + t, zero)
                continue
            if peek(tree.held, row + t) > 0:
                for a in range(A):
                    put(sigma, a * T + t, exp(get(play, row + a * T + t)))
                continue
            q = peek(tree.type_start, p) + t
            top = zero
            for a in range(A):
                value = zero
                for m in range(first, last):
                    e = peek(tree.edge_first, peek(tree.cell_inner, m)) + a
                    below = peek(tree.edge_base, e) + p * K
                    base = (m - first) * K
                    for s in range(peek(tree.n_same, q)):
                        k = peek(tree.same, q * K + s)
                        weight = get(w, base + k)
                        value = fma(weight, get(bank, below + k), value)
                rate = get(log_rate, peek(tree.rate_row, peek(tree.action_start, c) + a))
                logit = fma(precision, value, rate)
                top = logit if a == 0 else greater(top, logit)
                put(sigma, a * T + t, logit)
            total = zero
            for a in range(A):
                logit = get(sigma, a * T + t) - top
                odds_of = exp(logit)
                total = total + odds_of
                put(sigma, a * T + t, odds_of)
                if fixed:
                    put(sigma, A * T + a, logit)
                else:
                    put(play, row + a * T + t, logit)
            level = log(total)
            scale = one / total
            for a in range(A):
                at = row + a * T + t
                if fixed:
                    kept = get(play, at)
                    found = get(sigma, A * T + a) - level
                    gap = greater(gap, magnitude(found - kept))
                    put(sigma, a * T + t, exp(kept))
                else:
                    put(play, at, get(play, at) - level)
                    put(sigma, a * T + t, get(sigma, a * T + t) * scale)
        for m in range(first, last):
            _mix(tree, p, peek(tree.cell_inner, m), A, sigma, bank)
    return gap
