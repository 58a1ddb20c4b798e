"""Mass carried down one level of a part of the tree, variants innermost."""

from __future__ import annotations

import math

from standoff.kernels.compiling import kernel


@kernel
def mass_down(child, parent, row, types, odds, begin, forced, mass):  # type: ignore[no-untyped-def]
    """Fill ``mass[child]`` ``[n, K, v]`` with ``mass[parent]`` times the odds of the move between.

    Edge i has the odds ``odds[row[i] + types[k]]`` ``[V]`` in profile k, of which those from
    `begin` on are meant; where ``forced`` ``[n]`` (or empty) is a number, that in their place.
    """
    K, V = mass.shape[1], mass.shape[2]
    for i in range(len(child)):
        sure = forced[child[i]] if len(forced) else math.nan
        for k in range(K):
            down, up = mass[child[i], k], mass[parent[i], k]
            if not math.isnan(sure):
                for v in range(V):
                    down[v] = up[v] * sure
            else:
                factor = odds[row[i] + types[k]]
                for v in range(V):
                    down[v] = up[v] * factor[begin + v]
