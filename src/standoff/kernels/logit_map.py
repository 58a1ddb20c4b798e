"""The logit response as a map of log odds, and its derivative.

The unknown ``x`` is one number for each action but the first of every information set with a
choice: the log of its odds against the first. Nothing binds these numbers, and a move that is made
once in ``e**1000`` is one as good as any other. The map goes from play to reach and beliefs (down
the tree), and from beliefs to the exact logit response (up the tree); all in logs. Its fixed points
are the equilibria. The derivative in a direction goes the same way.

Where the cells of a game have no common order in time, no single pass finds the exact response to
beliefs. There, and for the certificate, the play is answered as it is: each information set plays
the logit of its values under all play given. The fixed points are the same.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from standoff.kernels.compiling import inlined, kernel


class Field(NamedTuple):
    """What the map needs. Letters as in `standoff.kernels.tree`; places of values are numbers of
    inner nodes, then of rows of payoffs. Set s of the S sets with a choice has unknowns
    ``set_first[s] : set_first[s + 1]``.
    """

    players: int
    profiles: int
    exact: bool  # answer beliefs by exact backward induction, else the play as it is
    weighted: bool  # payoffs are multiplied by chance's odds of (node, profile)

    type_start: Any  # [P + 1]
    n_types: Any  # [P]
    type_of: Any  # [P * K] type of player p in profile k at p * K + k
    order: Any  # [I + cells with a choice] a node to value, or -1 - c: a cell that chooses
    cell_player: Any  # [C]
    cell_first: Any  # [C + 1]
    cell_inner: Any
    cell_weight: Any  # [C + 1] beliefs of cell c are cell_weight[c] : cell_weight[c + 1]
    n_actions: Any  # [C]
    action_start: Any  # [C]
    row_start: Any  # [C]
    node_cell: Any  # [I]
    parent: Any  # [I]
    parent_row: Any  # [I] first row of the move that leads here, -1 where chance moves
    edge_first: Any  # [I + 1]
    edge_to: Any  # [E] place of the values to which an edge leads
    earns: Any  # [I] place of what is earned on arriving
    set_first: Any  # [S + 1]
    set_row: Any  # [S] row of the set's first action
    set_stride: Any  # [S] rows from one action to the next

    rate: Any  # [B] log rates
    chance: Any  # [E] odds of chance edges (one where payoffs are weighted)
    log_weight: Any  # [I * K] log of chance's odds of (node, profile)
    inverse: Any  # [I * K] one over them, where payoffs are weighted

    play: Any  # [A] log of the play given
    odds: Any  # [A] the play itself
    reach: Any  # [I * Q] log
    belief: Any  # by cell, node and profile
    factor: Any  # the same, over chance's odds where payoffs are weighted
    bank: Any  # [(I + R) * P * K] values
    value: Any  # [A] of actions
    answer: Any  # [A] log of the response
    chosen: Any  # [A] the response itself
    d_play: Any  # the derivatives of these
    d_reach: Any
    d_bank: Any  # [I * P * K]
    d_answer: Any
    d_belief: Any  # [most members * K]
    top: Any  # [most types]
    total: Any  # [most types]
    wide: Any  # [K]
    d_wide: Any  # [K]


@inlined
def _reach(Q, parent, parent_row, node_cell, cell_player, n_types, type_start, play, reach):  # type: ignore[no-untyped-def]
    """Log reach of each type's own moves at every node, from the log of the play. Linear, so that
    the same code gives derivatives.
    """
    for i in range(len(parent)):
        node = len(parent) - 1 - i  # parents have higher numbers
        above = parent[node]
        here = node * Q
        if above < 0:
            for q in range(Q):
                reach[here + q] = 0.0
            continue
        there = above * Q
        for q in range(Q):
            reach[here + q] = reach[there + q]
        row = parent_row[node]
        if row >= 0:
            p = cell_player[node_cell[above]]
            own = here + type_start[p]
            for t in range(n_types[p]):
                reach[own + t] += play[row + t]


@kernel
def respond(f, x, precision, out):  # type: ignore[no-untyped-def]
    """``out[:n] = x - map(x)``; returns its largest absolute entry. Leaves in the field what
    `d_respond` needs.
    """
    P, K, weighted, order = f.players, f.profiles, f.weighted, f.order
    type_start, n_types, type_of, Q = f.type_start, f.n_types, f.type_of, f.type_start[f.players]
    cell_player, cell_first, cell_inner = f.cell_player, f.cell_first, f.cell_inner
    n_actions, action_start, row_start = f.n_actions, f.action_start, f.row_start
    node_cell, edge_first, edge_to, earns = f.node_cell, f.edge_first, f.edge_to, f.earns
    set_first, set_row, set_stride = f.set_first, f.set_row, f.set_stride
    rate, chance, log_weight, inverse = f.rate, f.chance, f.log_weight, f.inverse
    play, odds, answer, chosen, value = f.play, f.odds, f.answer, f.chosen, f.value
    reach, belief, factor, bank = f.reach, f.belief, f.factor, f.bank
    top, total, cell_weight, wide = f.top, f.total, f.cell_weight, f.wide
    shares = chosen if f.exact else odds

    for s in range(len(set_row)):
        low, high = set_first[s], set_first[s + 1]
        peak = 0.0
        for i in range(low, high):
            peak = max(peak, x[i])
        mass = math.exp(-peak)
        for i in range(low, high):
            mass += math.exp(x[i] - peak)
        level = peak + math.log(mass)
        at = set_row[s]
        play[at] = -level
        odds[at] = math.exp(-level)
        for i in range(low, high):
            at += set_stride[s]
            play[at] = x[i] - level
            odds[at] = math.exp(x[i] - level)
    _reach(Q, f.parent, f.parent_row, node_cell, cell_player, n_types, type_start, play, reach)
    for turn in range(len(order)):
        node = order[turn]
        if node >= 0:
            PK = P * K
            to, earned = node * PK, earns[node] * PK
            for i in range(PK):
                bank[to + i] = bank[earned + i]
            c = node_cell[node]
            low = edge_first[node]
            if c < 0:
                for e in range(low, edge_first[node + 1]):
                    share, below = chance[e], edge_to[e] * PK
                    for i in range(PK):
                        bank[to + i] += share * bank[below + i]
                continue
            p = cell_player[c]
            T, row = n_types[p], row_start[c]
            for a in range(n_actions[c]):
                below = edge_to[low + a] * PK
                for k in range(K):
                    wide[k] = shares[row + a * T + type_of[p * K + k]]
                for j in range(P):
                    into, out_of = to + j * K, below + j * K
                    for k in range(K):
                        bank[into + k] += wide[k] * bank[out_of + k]
            continue
        c = -1 - node
        first, last = cell_first[c], cell_first[c + 1]
        p = cell_player[c]
        T, A, row = n_types[p], n_actions[c], row_start[c]
        # What each type believes about (node, profile).
        for t in range(T):
            top[t] = -math.inf
            total[t] = 0.0
        at = cell_weight[c]
        for m in range(first, last):
            node = cell_inner[m]
            for k in range(K):
                weight = log_weight[node * K + k]
                for j in range(P):
                    if j != p:
                        weight += reach[node * Q + type_start[j] + type_of[j * K + k]]
                belief[at + k] = weight
                t = type_of[p * K + k]
                top[t] = max(top[t], weight)
            at += K
        at = cell_weight[c]
        for _ in range(first, last):
            for k in range(K):
                t = type_of[p * K + k]
                # A type that chance excludes here believes nothing.
                weight = math.exp(belief[at + k] - top[t]) if top[t] > -math.inf else 0.0
                belief[at + k] = weight
                total[t] += weight
            at += K
        at = cell_weight[c]
        for m in range(first, last):
            node = cell_inner[m]
            for k in range(K):
                mass = total[type_of[p * K + k]]
                weight = belief[at + k] / mass if mass > 0.0 else 0.0
                belief[at + k] = weight
                factor[at + k] = weight * inverse[node * K + k] if weighted else weight
            at += K
        # Values of actions, and the logit of them.
        for i in range(A * T):
            value[row + i] = 0.0
        at = cell_weight[c]
        for m in range(first, last):
            low = edge_first[cell_inner[m]]
            for a in range(A):
                below = (edge_to[low + a] * P + p) * K
                for k in range(K):
                    i = row + a * T + type_of[p * K + k]
                    value[i] += factor[at + k] * bank[below + k]
            at += K
        for t in range(T):
            peak = -math.inf
            for a in range(A):
                i = row + a * T + t
                answer[i] = rate[action_start[c] + a] + precision * value[i]
                peak = max(peak, answer[i])
            mass = 0.0
            for a in range(A):
                mass += math.exp(answer[row + a * T + t] - peak)
            level = peak + math.log(mass)
            for a in range(A):
                i = row + a * T + t
                answer[i] -= level
                chosen[i] = math.exp(answer[i])

    worst = 0.0
    for s in range(len(set_row)):
        at = set_row[s]
        base = answer[at]
        for i in range(set_first[s], set_first[s + 1]):
            at += set_stride[s]
            gap = x[i] - (answer[at] - base)
            out[i] = gap
            if not abs(gap) <= worst:  # what is no number is the worst
                worst = abs(gap)
    return worst


@kernel
def d_respond(f, v, precision, d_precision, out):  # type: ignore[no-untyped-def]
    """``out[:n]`` = derivative of ``x - map(x)`` in direction ``v[:n]`` and `d_precision`, at the
    place of the last `respond`.
    """
    P, K, order = f.players, f.profiles, f.order
    type_start, n_types, type_of, Q = f.type_start, f.n_types, f.type_of, f.type_start[f.players]
    cell_player, cell_first, cell_inner = f.cell_player, f.cell_first, f.cell_inner
    n_actions, row_start = f.n_actions, f.row_start
    node_cell, edge_first, edge_to = f.node_cell, f.edge_first, f.edge_to
    set_first, set_row, set_stride = f.set_first, f.set_row, f.set_stride
    chance, odds, chosen, value = f.chance, f.odds, f.chosen, f.value
    belief, factor, bank = f.belief, f.factor, f.bank
    d_play, d_reach, d_bank = f.d_play, f.d_reach, f.d_bank
    d_answer, d_belief = f.d_answer, f.d_belief
    total, cell_weight, wide, d_wide = f.total, f.cell_weight, f.wide, f.d_wide
    inner_nodes = len(node_cell)
    shares = chosen if f.exact else odds
    d_logs = d_answer if f.exact else d_play

    for s in range(len(set_row)):
        at, mean = set_row[s], 0.0
        for i in range(set_first[s], set_first[s + 1]):
            at += set_stride[s]
            mean += odds[at] * v[i]
        at = set_row[s]
        d_play[at] = -mean
        for i in range(set_first[s], set_first[s + 1]):
            at += set_stride[s]
            d_play[at] = v[i] - mean
    _reach(Q, f.parent, f.parent_row, node_cell, cell_player, n_types, type_start, d_play, d_reach)
    for turn in range(len(order)):
        node = order[turn]
        if node >= 0:
            PK = P * K
            to = node * PK
            for i in range(PK):
                d_bank[to + i] = 0.0
            c = node_cell[node]
            low = edge_first[node]
            if c < 0:
                for e in range(low, edge_first[node + 1]):
                    share, place = chance[e], edge_to[e]
                    if place < inner_nodes:
                        for i in range(PK):
                            d_bank[to + i] += share * d_bank[place * PK + i]
                continue
            p = cell_player[c]
            T, row = n_types[p], row_start[c]
            for a in range(n_actions[c]):
                place = edge_to[low + a]
                below = place * PK
                for k in range(K):
                    at = row + a * T + type_of[p * K + k]
                    wide[k] = shares[at]
                    d_wide[k] = shares[at] * d_logs[at]
                for j in range(P):
                    into, out_of = to + j * K, below + j * K
                    for k in range(K):
                        d_bank[into + k] += d_wide[k] * bank[out_of + k]
                    if place < inner_nodes:
                        for k in range(K):
                            d_bank[into + k] += wide[k] * d_bank[out_of + k]
            continue
        c = -1 - node
        first, last = cell_first[c], cell_first[c + 1]
        p = cell_player[c]
        T, A, row = n_types[p], n_actions[c], row_start[c]
        start = cell_weight[c]
        for t in range(T):
            total[t] = 0.0
        at = 0
        for m in range(first, last):
            node = cell_inner[m]
            for k in range(K):
                d = 0.0
                for j in range(P):
                    if j != p:
                        d += d_reach[node * Q + type_start[j] + type_of[j * K + k]]
                d_belief[at + k] = d
                total[type_of[p * K + k]] += belief[start + at + k] * d
            at += K
        for i in range(A * T):
            d_answer[row + i] = 0.0
        at = 0
        for m in range(first, last):
            low = edge_first[cell_inner[m]]
            for a in range(A):
                place = edge_to[low + a]
                below = (place * P + p) * K
                for k in range(K):
                    t = type_of[p * K + k]
                    d = (d_belief[at + k] - total[t]) * bank[below + k]
                    if place < inner_nodes:
                        d += d_bank[below + k]
                    d_answer[row + a * T + t] += factor[start + at + k] * d
            at += K
        for t in range(T):
            mean = 0.0
            for a in range(A):
                i = row + a * T + t
                d_answer[i] = precision * d_answer[i] + d_precision * value[i]
                mean += chosen[i] * d_answer[i]
            for a in range(A):
                d_answer[row + a * T + t] -= mean

    for s in range(len(set_row)):
        at = set_row[s]
        base = d_answer[at]
        for i in range(set_first[s], set_first[s + 1]):
            at += set_stride[s]
            out[i] = v[i] - (d_answer[at] - base)
