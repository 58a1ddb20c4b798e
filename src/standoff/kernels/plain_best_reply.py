"""What each player could gain, by adding up what its own sequences of moves earn.

One variant, one pass over the nodes at which something is earned and one over the information
sets. It needs no order in time between sets of different players.
"""

from __future__ import annotations

from standoff.kernels.compiling import kernel


@kernel
def follow(order, row_start, n_actions, n_types, above, strategy, plan):  # type: ignore[no-untyped-def]  # fmt: skip
    """Fill `plan` with the product of a player's own odds down to each of its rows.

    `order` holds cells, those above first; row ``above[c] + t`` leads to cell c for type t; the
    rows past the strategy's own stand for having done nothing.
    """
    rows = len(strategy)
    for q in range(rows, len(plan)):
        plan[q] = 1.0
    for i in range(len(order)):
        c = order[i]
        T = n_types[c]
        for a in range(n_actions[c]):
            low = row_start[c] + a * T
            for t in range(T):
                plan[low + t] = plan[above[c] + t] * strategy[low + t]


@kernel
def credit_pairs(base, mass, pay_row, pay, plan, credit):  # type: ignore[no-untyped-def]
    """`credit_profiles` for two players with one type each."""
    for m in range(len(mass)):
        first, second = base[m, 0], base[m, 1]
        row = pay_row[m]
        credit[first] += mass[m] * plan[second] * pay[row, 0]
        credit[second] += mass[m] * plan[first] * pay[row, 1]


@kernel
def credit_profiles(base, mass, pay_row, pay, prior, profile_type, type_start, plan, credit):  # type: ignore[no-untyped-def]  # fmt: skip
    """Add to ``credit[row]`` what its owner earns where that row is the last thing it did.

    Counted with the odds of chance, the prior and everybody else's plan, not its own. `base`
    ``[M, P]`` is the row of a player's first type, `mass` ``[M]`` chance's odds of the node.
    """
    K, P = profile_type.shape
    for m in range(len(mass)):
        row = pay_row[m]
        for k in range(K):
            weight = mass[m] * prior[k]
            if weight == 0.0:
                continue
            for p in range(P):
                product = weight
                for j in range(P):
                    if j != p:
                        product *= plan[base[m, j] + profile_type[k, j]]
                t = profile_type[k, p]
                credit[base[m, p] + t] += product * pay[row, type_start[p] + t]


@kernel
def best(order, row_start, n_actions, n_types, above, credit):  # type: ignore[no-untyped-def]
    """Carry the best of each cell's actions up to the row that leads to it, in `credit`.

    At the end the rows past the strategy's own hold what the best reply earns, by (player, type).
    """
    for i in range(len(order) - 1, -1, -1):
        c = order[i]
        T = n_types[c]
        for t in range(T):
            top = credit[row_start[c] + t]
            for a in range(1, n_actions[c]):
                top = max(top, credit[row_start[c] + a * T + t])
            credit[above[c] + t] += top
