"""What obedience rests on threats: what a player would gain by disobeying if the other, at sets
that obedience never leads to, played something else than the device threatens.

An extensive-form correlated equilibrium, like a Nash equilibrium, may be held up by what nobody
would do once it came to it. The check of `disobedience` is made again with the other's
recommendations at such sets replaced.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.solve.disobedience import Mediated, Obedience
from standoff.solve.sequence_pairs import Lookup, Pairs, summed

Int = NDArray[np.intp]
Float = NDArray[np.float64]

NEVER = 1e-9
"""Sets less likely than this are never reached by obedience."""


def unthreatened(
    check: Obedience, plan: Pairs, strategy: Float, concept: Mediated = "efce"
) -> Float:
    """[2] the most that each player gains by disobeying if the other plays `strategy` [A] at its
    sets that obedience never reaches.
    """
    found = np.zeros(2)
    for p in range(2):
        left = Pairs(plan.first, plan.second, _replaced(check, plan, strategy, 1 - p))
        found[p] = check.of_pairs(left, concept).gain[p]
    return found


def _replaced(check: Obedience, plan: Pairs, strategy: Float, player: int) -> Float:
    """[M] weights of the pairs with `player`'s moves replaced where obedience never leads."""
    never = _reached(check, plan, player) <= NEVER
    own, other = (plan.first, plan.second) if player == 0 else (plan.second, plan.first)
    weight = plan.weight.copy()
    moved = own >= 0
    off = np.zeros(len(own), dtype=bool)
    off[moved] = never[check.set_of[own[moved]]]
    depth = np.zeros(len(own), dtype=np.intp)
    depth[moved] = check.depth[own[moved]]
    above = check.sets[3]
    for d in range(1, int(depth.max(initial=0)) + 1):
        here = np.flatnonzero(off & (depth == d))
        if not len(here):
            continue
        weigh = Lookup(Pairs(plan.first, plan.second, weight), check.game.n_rows)
        led = weigh.at(above[check.set_of[own[here]]], other[here], player)
        weight[here] = led * strategy[own[here]]
    return weight


def _reached(check: Obedience, plan: Pairs, player: int) -> Float:
    """[sets] how likely obedience leads to each information set of a player."""
    game = check.game
    weigh = Lookup(plan, game.n_rows)
    kinds = game.profile_type
    nodes = np.flatnonzero(game.actor == player)
    base = check.base[nodes]
    rows = [base[:, p, None] + kinds[None, :, p] for p in range(2)]
    odds = weigh.at(rows[0].ravel(), rows[1].ravel(), 0).reshape(len(nodes), len(kinds))
    odds = odds * check.chance[nodes, None] * check.prior
    T = int(game.n_types[player])
    first = game.row_start[game.cell[nodes]]
    sets = check.set_of[first[:, None] + np.minimum(kinds[None, :, player], T - 1)]
    return summed(sets.ravel(), odds.ravel(), len(check.sets[0]))
