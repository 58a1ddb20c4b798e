"""The pair of plans that is worth most at prices of pairs of sequences.

With one player's plan held, the other's best plan is found stage by stage. Replies in turn end at a
pair of which neither is worth changing alone; the best of all pairs takes an integer program over
the polytope of correlation plans in which one player's own plan is whole: the other's then follows
from it, and the plan is a product (Zhang, Farina, Celli and Sandholm 2022).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from standoff.solve.correlation_plans import CorrelationPlans
from standoff.solve.sequence_form import Treeplex

Int = NDArray[np.intp]
Float = NDArray[np.float64]

TURNS = 30
"""Replies in turn at most, from each start."""
SPECK = 1e-9
"""Weight of a pure plan that counts as none."""
NODES = 300
"""Nodes of its tree that the integer program may look at."""


class Pricing:
    """The pair of plans that is worth most (costs least) at prices of pairs of sequences."""

    def __init__(self, plans: CorrelationPlans) -> None:
        self.plans = plans

    def worth(self, price: Float, pair: tuple[Float, Float]) -> float:
        """What a pair of plans costs."""
        return float(price @ self.plans.product(*pair))

    def replies(self, price: Float, start: tuple[Float, Float]) -> tuple[Float, Float]:
        """Best pure replies in turn until nothing is gained."""
        pair, cost = start, np.inf
        for _ in range(TURNS):
            for player in range(2):
                gradient = self.gradient(price, player, pair[1 - player])
                plan = self.pure(player, -gradient)
                pair = (plan, pair[1]) if player == 0 else (pair[0], plan)
            now = self.worth(price, pair)
            if now >= cost - 1e-12:
                break
            cost = now
        return pair

    def gradient(self, price: Float, player: int, other: Float) -> Float:
        """[S] what each sequence of a player costs against a plan of the other."""
        own, theirs = self.plans.pairs[:, player], self.plans.pairs[:, 1 - player]
        size = self.plans.form.plexes[player].n_sequences
        return np.bincount(own, price * other[theirs], size).astype(np.float64)

    def pure(self, player: int, gradient: Float) -> Float:
        """[S] the pure plan that earns most; the first of equals."""
        plex = self.plans.form.plexes[player]
        worth = gradient.copy()
        chosen = np.zeros(plex.n_sets, dtype=np.intp)
        for low, high in reversed(_stages(plex)):
            chosen[low:high], best = _largest(plex, worth, low, high)
            np.add.at(worth, plex.parent[low:high], best)
        return _choosing(plex, chosen)

    def taken_apart(self, player: int, plan: Float, most: int) -> list[Float]:
        """Pure plans [S] that a realization plan is made of, at most so many, the likeliest move
        first; their weights are not kept.
        """
        plex = self.plans.form.plexes[player]
        left, found = plan.copy(), list[Float]()
        while len(found) < most:
            likeliest = [_largest(plex, left, low, high)[0] for low, high in _stages(plex)]
            pure = _choosing(plex, np.concatenate([np.zeros(0, np.intp), *likeliest]))
            found.append(pure)
            weight = float(left[pure > 0].min())
            if weight <= SPECK:
                break
            left = np.maximum(left - weight * pure, 0.0)
        return found

    def whole(self, price: Float, player: int) -> tuple[tuple[Float, Float] | None, float]:
        """A best pair by integer programming, a player's own plan being whole, and the least that
        any pair can cost as far as it was proved (-inf where nothing was).
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        plans = self.plans
        sizes = [plex.n_sequences for plex in plans.form.plexes]
        own = np.flatnonzero(plans.pairs[:, 1 - player] == 0)
        integral = np.zeros(plans.n_pairs, dtype=np.intp)
        integral[own] = 1
        low = np.zeros(plans.n_pairs)
        low[0] = 1.0
        matrix = plans.polytope().tocsc()
        zero = np.zeros(matrix.shape[0])
        scale = float(np.abs(price).max()) or 1.0
        result = milp(
            price / scale, integrality=integral, bounds=Bounds(low, np.ones(plans.n_pairs)),
            constraints=LinearConstraint(matrix, zero, zero),
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )  # fmt: skip
        known = getattr(result, "mip_dual_bound", None)
        proved = -np.inf if known is None else float(known) * scale
        if result.x is None:
            return None, proved
        held = np.round(result.x[own])
        plan = np.zeros(sizes[player])
        plan[plans.pairs[own, player]] = held
        reply = self.pure(1 - player, -self.gradient(price, 1 - player, plan))
        pair = (plan, reply) if player == 0 else (reply, plan)
        return pair, proved


def _stages(plex: Treeplex) -> list[tuple[int, int]]:
    """First and last set of each stage, from the first on."""
    return list(pairwise(plex.stage_start.tolist()))


def _largest(plex: Treeplex, values: Float, low: int, high: int) -> tuple[Int, Float]:
    """The first of the largest sequences of each set of a stage, and its value."""
    first = plex.first[low : high + 1]
    here = values[first[0] : first[-1]]
    best = np.maximum.reduceat(here, first[:-1] - first[0])
    at = np.flatnonzero(here == np.repeat(best, np.diff(first)))
    _, where = np.unique(plex.set_of[first[0] + at], return_index=True)
    return first[0] + at[where], best


def _choosing(plex: Treeplex, chosen: Int) -> Float:
    """[S] the plan that takes these sequences [I] at its sets."""
    plan = np.zeros(plex.n_sequences)
    plan[0] = 1.0
    for low, high in _stages(plex):
        plan[chosen[low:high]] = plan[plex.parent[low:high]]
    return plan
