"""Nash equilibria of games of any kind by regret minimization, where it happens to lead there.

Outside two-player zero-sum games nothing promises that learning ends at a Nash equilibrium: it
promises coarse correlated ones. On many games of three and more players it does so all the same
(on three-player Kuhn poker: Risk & Szafron 2010), and whether it has is a matter of looking. So the
play of each moment and its averages over ever longer windows are tried, and the best is given.
"""

from __future__ import annotations

import time as clock

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload
from standoff.progress import Progress
from standoff.solve.regret_dynamics import METHODS
from standoff.solve.regret_scalar import SequenceWalk
from standoff.solve.sequence_form import SequenceForm, sequence_form
from standoff.solve.solution import Equilibria

Float = NDArray[np.float64]

DYNAMICS = ("pdcfr+", "dcfr+")
"""Run one after the other in each window: where one circles the other may settle."""
FIRST = 64
"""Iterations of the first window; each is then twice as long."""
LOOKS = 16
"""Looks at the play within a window."""
BUDGET = 200_000
"""Iterations of each of the dynamics where no number is given."""


def learned_play(
    game: Game,
    payload: Payload,
    *,
    tolerance: float = 1e-6,
    iterations: int | None = None,
    time: float | None = None,
    form: SequenceForm | None = None,
    progress: Progress | None = None,
) -> Equilibria:
    """The profile nearest to a Nash equilibrium that regret minimization comes by.

    Stops when NashConv is at most `tolerance` (payoff units), when `iterations` of each of the
    dynamics or `time` (seconds) are spent, or when `progress` asks to stop. Raises
    `ImperfectRecall`.
    """
    if not len(game.cell_player):
        return Equilibria((np.empty(0),), 0)
    form = form or sequence_form(game, payload)
    deadline = np.inf if time is None else clock.monotonic() + time
    budget = BUDGET if iterations is None else iterations
    walks = [SequenceWalk(form) for _ in DYNAMICS]
    best, least = walks[0].plans.copy(), np.inf

    def try_(walk: SequenceWalk, plans: Float) -> None:
        nonlocal best, least
        gap = walk.nash_conv(plans)
        if gap < least:
            best, least = plans.copy(), gap

    stop = False
    window = FIRST
    try_(walks[0], walks[0].plans)
    while not stop and least > tolerance and walks[-1].iterations < budget:
        for name, walk in zip(DYNAMICS, walks, strict=True):
            how = METHODS[name]
            walk.restart()
            for _ in range(LOOKS):
                walk.run(max(1, window // LOOKS), how.kind, how.exponents)
                try_(walk, walk.plans)
                late = clock.monotonic() >= deadline
                stop = late or (progress is not None and progress.cancelled)
                if stop or least <= tolerance:
                    break
            try_(walk, walk.average())
            if stop or least <= tolerance:
                break
        window *= 2
        if progress is not None:
            progress.step(min(walks[-1].iterations, budget), budget)
    done = sum(walk.iterations for walk in walks)
    advice = ""
    if least > tolerance:
        advice = (
            f"Regret minimization came no nearer than a NashConv of {least:.3g} in {done} "
            "iterations; it promises a coarse correlated equilibrium (cce), not a Nash one."
        )
    return Equilibria((walks[0].strategy_of(best, game.n_rows),), done, advice=advice)


make_callable(__name__)
