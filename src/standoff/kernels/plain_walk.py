"""A strategy played through the whole tree, history by history, at one variant.

`climb` gives what each history is worth; `compare` what each action is worth at each information
set, under the beliefs that the strategy implies, and how far the strategy is from the logit of it.
"""

from __future__ import annotations

import numpy as np

from standoff.kernels.compiling import kernel

LEAST = float(np.log(1e-300))
"""Log of the smallest odds that count: a float holds few below."""


@kernel
def climb(  # type: ignore[no-untyped-def]
    actor, cell, edge_start, child, edge_action, payoff_row, row_start, action_start,
    n_types, type_start, profile_type, pay, odds, strategy, values,
):  # fmt: skip
    """Fill `values` ``[N, P, K]``: what is earned on arriving at a node and after it."""
    K, P = profile_type.shape
    for n in range(len(actor) - 1, -1, -1):
        row = payoff_row[n]
        for p in range(P):
            for k in range(K):
                values[n, p, k] = pay[row, type_start[p] + profile_type[k, p]]
        mover = actor[n]
        for e in range(edge_start[n], edge_start[n + 1]):
            after = child[e]
            if mover < 0:
                share = odds[edge_action[e]]
                for p in range(P):
                    for k in range(K):
                        values[n, p, k] += share * values[after, p, k]
            else:
                c = cell[n]
                low = row_start[c] + (edge_action[e] - action_start[c]) * n_types[mover]
                for k in range(K):
                    share = strategy[low + profile_type[k, mover]]
                    for p in range(P):
                        values[n, p, k] += share * values[after, p, k]


@kernel
def descend(  # type: ignore[no-untyped-def]
    parent, parent_edge, actor, cell, edge_action, row_start, action_start, n_types, type_start,
    log_odds, log_strategy, reach,
):  # fmt: skip
    """Fill `reach` ``[N, Q + 1]``: log odds of each pair's own moves to a node; chance last."""
    Q = reach.shape[1] - 1
    for n in range(len(parent)):
        above = parent[n]
        if above < 0:
            reach[n, :] = 0.0
            continue
        for q in range(Q + 1):
            reach[n, q] = reach[above, q]
        action = edge_action[parent_edge[n]]
        mover = actor[above]
        if mover < 0:
            reach[n, Q] += log_odds[action]
        else:
            c = cell[above]
            low = row_start[c] + (action - action_start[c]) * n_types[mover]
            for t in range(n_types[mover]):
                reach[n, type_start[mover] + t] += log_strategy[low + t]


@kernel
def compare(  # type: ignore[no-untyped-def]
    cell_player, cell_start, cell_node, edge_start, child, edge_action, row_start, action_start,
    rate_row, n_types, type_start, profile_type, log_prior, log_rate, scale, strategy,
    log_strategy, reach, values, worth, totals,
):  # fmt: skip
    """The largest log distance from the logit response, and the most that one deviation at one
    information set gains there.

    `scale` ``[Q]`` is precision over stake; `worth` and `totals` are room for the actions of one
    set and the histories of one set.
    """
    K, P = profile_type.shape
    Q = reach.shape[1] - 1
    residual = 0.0
    gain = 0.0
    for c in range(len(cell_player)):
        p = cell_player[c]
        T = n_types[p]
        A = action_start[c + 1] - action_start[c]
        for t in range(T):
            top = -np.inf
            i = 0
            for m in range(cell_start[c], cell_start[c + 1]):
                n = cell_node[m]
                for k in range(K):
                    if profile_type[k, p] == t:
                        weight = log_prior[k] + reach[n, Q]
                        for j in range(P):
                            if j != p:
                                weight += reach[n, type_start[j] + profile_type[k, j]]
                        totals[i] = weight
                        top = max(top, weight)
                        i += 1
            worth[:A] = 0.0
            whole = 0.0
            i = 0
            for m in range(cell_start[c], cell_start[c + 1]):
                n = cell_node[m]
                for k in range(K):
                    if profile_type[k, p] == t:
                        weight = np.exp(totals[i] - top)
                        whole += weight
                        i += 1
                        for e in range(edge_start[n], edge_start[n + 1]):
                            a = edge_action[e] - action_start[c]
                            worth[a] += weight * values[child[e], p, k]
            best, have, high = -np.inf, 0.0, -np.inf
            for a in range(A):
                worth[a] /= whole
                best = max(best, worth[a])
                have += strategy[row_start[c] + a * T + t] * worth[a]
                sharp = scale[type_start[p] + t] * worth[a]
                worth[a] = log_rate[rate_row[action_start[c] + a]] + sharp
                high = max(high, worth[a])
            gain = max(gain, best - have)
            total = 0.0
            for a in range(A):
                total += np.exp(worth[a] - high)
            level = high + np.log(total)
            for a in range(A):
                own = log_strategy[row_start[c] + a * T + t]
                # Odds below the smallest that count are all the same, on both sides.
                residual = max(residual, abs(own - max(worth[a] - level, LEAST)))
    return residual, gain
