"""Whether players share out a fixed total."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE, Game, Payload, chance_reach

Float = NDArray[np.float64]


def constant_total(
    game: Game, payload: Payload, variant: int = 0, *, tolerance: float = 1e-9
) -> float | None:
    """What all players together get on average, None where their choices change it.

    Chance and types may change it: the players then still share what nature gave. Ways that have
    no probability don't count. `tolerance` is relative to the largest payoff.
    """
    pair = game.profile_type + game.type_start[:-1]  # [K, P]
    rows = payload.payoff[:, :, variant][:, pair].sum(axis=2)  # [R, K]
    room = tolerance * float(np.abs(payload.payoff[:, :, variant]).max(initial=0.0))
    prior = payload.prior[:, variant]
    likely = prior > 0
    rows = rows[:, likely]
    if np.abs(rows).max(initial=0.0) <= room:
        return 0.0
    reach = chance_reach(game, payload.odds[:, variant])
    total = rows[game.payoff_row]  # [N, k], what comes after added from the ends upward
    widths = np.diff(game.edge_start)
    for level in range(len(game.level_start) - 2, -1, -1):
        low, high = game.level_start[level], game.level_start[level + 1]
        inner = low + np.flatnonzero(widths[low:high])
        if not len(inner):
            continue
        first = game.edge_start[inner]
        edges = slice(int(first[0]), int(game.edge_start[high]))
        starts = first - first[0]
        below = total[game.child[edges]]
        choice = (game.actor[inner] != CHANCE) & (reach[inner] > 0)
        spread = np.maximum.reduceat(below, starts) - np.minimum.reduceat(below, starts)
        if spread[choice].max(initial=0.0) > room:
            return None
        drawn = np.repeat(game.actor[inner] == CHANCE, widths[inner])
        share = np.repeat(1.0 / widths[inner], widths[inner])
        share[drawn] = payload.odds[game.edge_action[edges][drawn], variant]
        total[inner] += np.add.reduceat(below * share[:, None], starts)
    return float(total[0] @ prior[likely])
