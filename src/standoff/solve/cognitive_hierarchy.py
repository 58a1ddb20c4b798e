"""The cognitive hierarchy: everybody takes the others to think fewer steps, by varying numbers.

Levels are drawn from a Poisson distribution with mean `tau`, cut off at the highest level; level 0
plays in proportion to the rates, and level k responds to the levels below in the proportions in
which they occur (Camerer, Ho & Chong 2004, key `camerer2004`). In an extensive game what is seen of
a player tells something of its level, and others revise their beliefs about it (Lin & Palfrey 2024,
key `lin2024`): each level responds to the mixture of the others' whole plans, which by Kuhn's
theorem is the same thing. Since level 0 does everything now and then, nothing seen refutes all
levels.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload
from standoff.solve.level_k import LevelProfiles
from standoff.solve.logit_response import Responder

Float = NDArray[np.float64]


def poisson_shares(tau: float, levels: int) -> Float:
    """[levels + 1] shares of the levels 0 to `levels`: Poisson with mean `tau`, cut off there."""
    if not 0 <= tau < math.inf:
        raise ValueError(f"the mean number of steps is a number from 0; this is {tau}")
    log = np.array([(j * math.log(tau) if tau else -math.inf * j) if j else 0.0
                    for j in range(levels + 1)])  # fmt: skip
    log -= np.array([math.lgamma(j + 1) for j in range(levels + 1)])
    weight = np.exp(log - log.max())
    shares: Float = weight / weight.sum()
    return shares


def cognitive_hierarchy(
    game: Game, payload: Payload, *, tau: float, levels: int, precision: float | None = None
) -> LevelProfiles:
    """What a player of unknown level does (the mixture), and the profile of each level.

    Level 0 to `levels`; `precision` as in `level_k`. The mixture is the behavior strategy that is
    realization-equivalent to drawing a level once, for each player apart. Raises `ImperfectRecall`.
    """
    if levels < 0:
        raise ValueError(f"levels are counted from 0; this is {levels}")
    shares = poisson_shares(tau, levels)
    responder = Responder(game, payload, precision)
    players = range(len(game.players))
    profiles = [responder.level_zero()]
    plans = [responder.plans(profiles[0])]
    for k in range(1, levels + 1):
        # The proportions of the levels below do not depend on how likely level k itself is.
        weight = poisson_shares(tau, k - 1)
        beliefs = [[_mean(weight, [plan[p] for plan in plans])] for p in players]
        profiles.append(responder.respond(beliefs))
        plans.append(responder.plans(profiles[-1]))
    mixture = responder.behavior([_mean(shares, [plan[p] for plan in plans]) for p in players])
    return LevelProfiles(
        (mixture,),
        iterations=levels,
        complete=True,
        levels=tuple(profiles),
        shares=tuple(shares.tolist()),
    )


def _mean(weight: Float, plans: list[Float]) -> Float:
    total = np.zeros_like(plans[0])
    for share, plan in zip(weight, plans, strict=True):
        total += share * plan
    return total


make_callable(__name__)
