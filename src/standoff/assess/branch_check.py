"""Whether the play that was found is that of the branch which starts from uniform play.

Batches are solved by iteration, which is quick and may leave that branch where moves are made at
the same time: of two sides that want each other to give way, the one listed first then wins. So in
a few variants the branch is followed step by step (`solve.aqre_path`), and what it leads to
compared.
"""

from __future__ import annotations

import numpy as np

from standoff.progress import Progress, check
from standoff.solve.aqre_path import aqre_path
from standoff.solve.sequence_form import ImperfectRecall
from standoff.variants.batch import Batch

FEW, LARGE = 3, 20_000
"""Variants in which the branch is followed; one, in games of more histories than this."""
MOST = 500_000
"""Histories past which none is."""
STEPS = 300
"""Steps along the branch before it is given up."""
APART = 1e-3
"""Odds that differ by more are other play."""


def followed(batch: Batch, progress: Progress | None = None) -> tuple[int, int]:
    """In how many solved variants the branch was followed to its end, and in how many of them it
    leads to other play: those of the highest, the middle and the lowest precision.
    """
    game, solution = batch.compiled.game, batch.solution
    solved = np.flatnonzero(solution.solved)
    if not len(solved) or not game.n_rows or game.histories > MOST:
        return 0, 0
    sharpest = solved[np.argsort(-batch.payload.precision[solved], kind="stable")]
    places = [0, len(sharpest) // 2, len(sharpest) - 1] if game.histories <= LARGE else [0]
    done = other = 0
    for v in dict.fromkeys(int(sharpest[place]) for place in places[:FEW]):
        check(progress)
        try:
            found, path = aqre_path(game, batch.payload, variant=v, steps=STEPS, keep=False)
        except ImperfectRecall:
            return 0, 0
        if path.arrived:
            done += 1
            apart = np.abs(found.strategies[0] - solution.strategy[:, v])
            other += bool(apart.max(initial=0.0) > APART)
    return done, other
