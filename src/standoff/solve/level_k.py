"""Level-k play: everybody thinks that the others think one step less.

Level 0 plays in proportion to the rates (uniformly where they are equal); level k responds to
level k-1 (Nagel 1995, key `nagel1995`; Stahl & Wilson 1995, key `stahl1995`, whose players respond
with logit errors). In an extensive game a player plans with its own later choices and not with
those of a lower level of itself. Where what it sees refutes that another is of level k-1, it takes
the other to be of the highest lower level that could have brought about what it sees (Schipper &
Zhou 2024, key `schipper2024`); with logit errors nothing is ever refuted, so that this is for exact
responses only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload
from standoff.solve.logit_response import Responder
from standoff.solve.solution import Equilibria

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LevelProfiles(Equilibria):
    """The profile that is predicted (in `strategies`), and those of the levels behind it."""

    levels: tuple[Float, ...] = ()
    """Profiles [A] in which everybody is of level 0, 1, ..."""
    shares: tuple[float, ...] = ()
    """Share of each level among the players."""


def level_k(
    game: Game, payload: Payload, *, k: int, precision: float | None = None
) -> LevelProfiles:
    """The profile in which everybody is of level `k`, and those of the levels below.

    `precision` (default: the payload's) is that of the logit response in units of the stakes; at
    ``inf`` responses are exact, and tied actions are played in proportion to their rates. The
    result is defined by its recursion: there is no equilibrium to certify. Raises
    `ImperfectRecall`.
    """
    if k < 0:
        raise ValueError(f"levels are counted from 0; this is {k}")
    responder = Responder(game, payload, precision)
    levels = [responder.level_zero()]
    plans = [responder.plans(levels[0])]
    for _ in range(k):
        # Level k-1 first, each lower level in case the one above it is refuted.
        beliefs = [[lower[p] for lower in reversed(plans)] for p in range(len(game.players))]
        levels.append(responder.respond(beliefs))
        plans.append(responder.plans(levels[-1]))
    return LevelProfiles(
        (levels[-1],),
        iterations=k,
        complete=True,
        levels=tuple(levels),
        shares=(0.0,) * k + (1.0,),
    )


make_callable(__name__)
