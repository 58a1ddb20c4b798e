"""Ties that matter to others than the mover, in games of perfect information.

A *torn* node is one whose pure subgame-perfect equilibria may differ in payoffs. Each node has a
table of *entries*: the payoffs to which equilibria of its subgame lead, and how many lead there.
That of a node that is not torn has one entry. Entries stand in rows of `value`, `size` and `count`,
those of node n from ``first[n]``, ``length[n]`` of them.

A *way* is what happens at a node: at a decision (action, entry of the node that it leads to), the
others leading to anything no better; at a chance node an entry of every node below, as one number.
"""

from __future__ import annotations

import numpy as np

from standoff.kernels.compiling import inner, kernel

MOST = 4096
"""Entries of one table, at most."""


@inner
def _no_better(value, size, row, other, p, tolerance):  # type: ignore[no-untyped-def]
    """Whether row `other` is no better for player `p` than `row`."""
    return value[other, p] <= value[row, p] + tolerance * (size[other, p] + size[row, p])


@inner
def _combinations(tree, node, length, most):  # type: ignore[no-untyped-def]
    """Ways at a node: at a decision, those to be looked at; and whether there are more."""
    edge_start, edges, child, actor = tree[0], tree[1], tree[2], tree[3]
    deciding = actor[node] >= 0
    total = 0 if deciding else 1
    for e in range(edge_start[node], edge_start[node + 1]):
        here = length[child[edges[e]]]
        if deciding:
            total += here
        elif total > most // here:
            return most, True
        else:
            total *= here
    return total, False


@inner
def _look(tree, node, way, tables, tolerance, out):  # type: ignore[no-untyped-def]
    """Payoffs and sizes of one way, into ``out[0]`` and ``out[1]``, its action, the entry after it
    (at a chance node 0 and the way itself), and how many equilibria go this way, 0 for none.
    """
    edge_start, edges, child, actor, earned, odds = tree
    first, length, value, size, count = tables
    P = earned.shape[1]
    for j in range(P):
        out[0, j], out[1, j] = earned[node, j], abs(earned[node, j])
    number = 1.0
    if actor[node] >= 0:
        p = actor[node]
        e, place = edge_start[node], way
        while place >= length[child[edges[e]]]:
            place -= length[child[edges[e]]]
            e += 1
        row = first[child[edges[e]]] + place
        number = count[row]
        for f in range(edge_start[node], edge_start[node + 1]):
            if f == e:
                continue
            below = child[edges[f]]
            kept = 0.0
            for other in range(first[below], first[below] + length[below]):
                if _no_better(value, size, row, other, p, tolerance):
                    kept += count[other]
            if kept == 0.0:
                return 0, 0, 0.0
            number *= kept
        for j in range(P):
            out[0, j] += value[row, j]
            out[1, j] += size[row, j]
        return e - edge_start[node], place, number
    rest = way
    for e in range(edge_start[node + 1] - 1, edge_start[node] - 1, -1):
        below = child[edges[e]]
        row = first[below] + rest % length[below]
        rest //= length[below]
        number *= count[row]
        for j in range(P):
            out[0, j] += odds[edges[e]] * value[row, j]
            out[1, j] += odds[edges[e]] * size[row, j]
    return 0, way, number


@inner
def _entry(out, value, size, start, entries, tolerance):  # type: ignore[no-untyped-def]
    """The entry that a way leads to, -1 if it is none of those from row `start`."""
    for i in range(entries):
        same = True
        for j in range(out.shape[1]):
            near = 2.0 * tolerance * (out[1, j] + size[start + i, j])
            if abs(out[0, j] - value[start + i, j]) > near:
                same = False
                break
        if same:
            return i
    return -1


@inner
def _grown(value, size, count, used):  # type: ignore[no-untyped-def]
    """The same rows with more room behind them."""
    room = 2 * len(value) + MOST
    P = value.shape[1]
    more, more_size, more_count = np.empty((room, P)), np.empty((room, P)), np.empty(room)
    for i in range(used):
        more_count[i] = count[i]
        for j in range(P):
            more[i, j], more_size[i, j] = value[i, j], size[i, j]
    return more, more_size, more_count


@kernel
def tabulate(tree, torn, tables, most, tolerance):  # type: ignore[no-untyped-def]
    """Tables of the torn nodes, whose numbers ascend. Those of other nodes are given: `tables` are
    `first` and `length` ``[N]``, which are filled in place, and `value`, `size`, `count`, which are
    returned, longer; then how many rows there are, and whether anything was left out (a table
    holds `MOST` entries, a chance node has `most` ways).
    """
    first, length, value, size, count = tables
    used, cut = len(value), False
    P = value.shape[1]
    out = np.empty((2, P))
    for k in range(len(torn) - 1, -1, -1):
        node = torn[k]
        if used + MOST > len(value):
            value, size, count = _grown(value, size, count, used)
        ways, more = _combinations(tree, node, length, most)
        cut = cut or more
        entries = 0
        for way in range(ways):
            known = (first, length, value, size, count)
            _, _, number = _look(tree, node, way, known, tolerance, out)
            if number == 0.0:
                continue
            i = _entry(out, value, size, used, entries, tolerance)
            if i < 0:
                if entries == MOST:
                    cut = True
                    continue
                i = entries
                entries += 1
                count[used + i] = 0.0
                for j in range(P):
                    value[used + i, j], size[used + i, j] = out[0, j], out[1, j]
            count[used + i] += number
        first[node], length[node] = used, entries
        used += entries
    return value, size, count, used, cut


@inner
def _option(  # type: ignore[no-untyped-def]
    tree, node, after, wanted, tables, most, tolerance, out, taken
):  # fmt: skip
    """The first option at a node, or the one that follows `taken`, into `taken`: the entry led to,
    the action, the entry after it, and the number of the way. Options come by entry, then by way.
    Says whether there is one.
    """
    first, length, value, size, _ = tables
    entry, row, p = wanted[node, 0], wanted[node, 1], wanted[node, 2]
    ways, _ = _combinations(tree, node, length, most)
    for i in range(taken[0] if after else 0, length[node]):
        if entry >= 0 and i != entry:
            continue
        if entry < 0 and row >= 0:
            if not _no_better(value, size, row, first[node] + i, p, tolerance):
                continue
        for way in range(taken[3] + 1 if after and i == taken[0] else 0, ways):
            action, place, number = _look(tree, node, way, tables, tolerance, out)
            if number == 0.0:
                continue
            if _entry(out, value, size, first[node], length[node], tolerance) == i:
                taken[0], taken[1], taken[2], taken[3] = i, action, place, way
                return True
    return False


@inner
def _carry(tree, node, option, wanted, tables):  # type: ignore[no-untyped-def]
    """Say what an option at a node wants of the nodes below: `wanted` ``[N, 3]`` is the entry; or
    -1 and the row than which it must be no better, and for whom; or -1 and -1.
    """
    edge_start, edges, child, actor = tree[0], tree[1], tree[2], tree[3]
    first, length = tables[0], tables[1]
    low, high = edge_start[node], edge_start[node + 1]
    if actor[node] < 0:
        rest = option[2]
        for e in range(high - 1, low - 1, -1):
            below = child[edges[e]]
            wanted[below, 0] = rest % length[below]
            rest //= length[below]
        return
    chosen = child[edges[low + option[1]]]
    for e in range(low, high):
        below = child[edges[e]]
        wanted[below, 0], wanted[below, 1] = -1, first[chosen] + option[2]
        wanted[below, 2] = actor[node]
    wanted[chosen, 0] = option[2]


@kernel
def walk(tree, torn, again, wanted, taken, tables, most, tolerance):  # type: ignore[no-untyped-def]
    """The first equilibrium, or the one that follows, into `taken` ``[torn, 4]``; says whether
    there is one.

    From the root down each torn node takes its first option. `again`: the last node that has
    another option takes that first, and those after it start afresh.
    """
    out = np.empty((2, tables[2].shape[1]))
    k = len(torn) - 1 if again else 0
    back = again
    while k < len(torn):
        if _option(tree, torn[k], back, wanted, tables, most, tolerance, out, taken[k]):
            _carry(tree, torn[k], taken[k], wanted, tables)
            back = False
            k += 1
        else:
            # Only on the way back: no first option is a dead end.
            k -= 1
            if k < 0 or not back:
                return False
    return True
