"""Agent quantal response equilibrium (AQRE) of a game, for a batch of variants.

Every type of every player, at every information set, plays the logit of its precision times the
values of its actions in units of its stake (McKelvey & Palfrey 1998), with the rates of the moves
as reference measure.

The equilibrium is a fixed point of beliefs: given what each mover believes about the others'
types, logit backward induction is exact, and the play found implies beliefs again. The iteration
starts from uniform play at precision zero and climbs to the variant's own precision over the first
sweeps. What keeps it from settling is nearly always a few signaling subgames that swing from one
reading of a move to the other; so each cell has a step of its own, which shrinks when its beliefs
turn back and grows when they go on.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.errors import Cancelled
from standoff.game.game import Game, Payload
from standoff.kernels.tree import Tree
from standoff.progress import Progress
from standoff.solve.blocks import WIDTH, each_block, lanes_of, tree_of
from standoff.solve.solution import FAILED, SOLVED, Solution

Float = NDArray[np.float64]
Int = NDArray[np.intp]

BUDGET = 600
"""Sweeps that one variant may take."""
CLIMB = 10
"""Sweeps over which the precision rises to its own height."""
CERTIFICATE = "largest |log strategy - log logit response|"


def aqre(
    game: Game,
    payload: Payload,
    *,
    tolerance: float = 1e-8,
    budget: int | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
    threads: int | None = None,
) -> Solution:
    """Agent quantal response equilibria of all variants.

    A variant is solved when the solver check, the largest ``|log strategy - log logit response|``
    over information sets and actions, is at most `tolerance`. Past a `budget` of sweeps a variant
    is marked FAILED and its last strategy kept; nothing is raised. `progress` is told how many
    variants are done; it or `cancel` may ask to stop (`Cancelled`). The bytes of the result depend
    neither on `threads` nor on which variants stand beside each other.
    """

    def stop() -> bool:
        return (cancel is not None and cancel()) or (progress is not None and progress.cancelled)

    V, A = payload.n_variants, game.n_rows
    strategy = np.empty((A, V))
    check = np.zeros(V)
    status = np.full(V, SOLVED, dtype=np.int8)
    sweeps = np.zeros(V, dtype=np.int64)
    limit = BUDGET if budget is None else budget
    if A:
        tree = tree_of(game)
        finished = 0

        def keep(result: tuple[Int, Float, Float, NDArray[np.int64]]) -> None:
            nonlocal finished
            block, play, gap, count = result
            strategy[:, block] = play
            check[block], sweeps[block] = gap, count
            finished += len(np.unique(block))
            if progress is not None:
                progress.step(finished, V)

        each_block(
            lambda block: _solve_block(tree, payload, block, A, tolerance, limit, stop),
            np.arange(V), threads=threads, done=keep, stop=stop,
        )  # fmt: skip
        status[~(check <= tolerance)] = FAILED
    return Solution(
        "aqre", strategy, CERTIFICATE, check, status, sweeps, _advice(status, payload, limit)
    )


def _solve_block(
    tree: Tree,
    payload: Payload,
    variants: Int,
    rows: int,
    tolerance: float,
    budget: int,
    stop: Callable[[], bool],
) -> tuple[Int, Float, Float, NDArray[np.int64]]:
    """Variants, strategy [A, 8], check [8] and sweeps [8] of one block."""
    from standoff.kernels import sweeps as kernels

    block = lanes_of(payload, variants, tree, rows)
    y = np.zeros(tree.entries * WIDTH)
    image, last = np.zeros_like(y), np.zeros_like(y)
    step = np.ones(len(tree.cell_player) * WIDTH)
    distance, gap = np.zeros(WIDTH), np.full(WIDTH, np.inf)
    best = np.empty((rows, WIDTH))
    count = np.zeros(WIDTH, dtype=np.int64)
    active = np.ones(WIDTH, dtype=bool)
    goal = np.full(WIDTH, tolerance / 8)
    for sweep in range(1, max(budget, 1) + 1):
        if sweep % 16 == 0 and stop():
            raise Cancelled("stopped while solving")
        height = min(1.0, (sweep - 1) / CLIMB)
        kernels.sweep(
            tree, block.precision * height, y, block.numbers, block.work, image, distance
        )
        count[active] = sweep
        near = active & (distance <= goal) if height == 1.0 else np.zeros(WIDTH, dtype=bool)
        if sweep >= budget:
            near = active
        if near.any():
            measured = np.empty(WIDTH)
            spare = np.empty_like(image)
            kernels.check(tree, block.precision, block.numbers, block.work, spare, measured)
            play = np.exp(block.play.reshape(rows, WIDTH))
            best[:, near] = play[:, near]
            gap[near] = measured[near]
            active &= ~(near & (measured <= tolerance))
            goal[near] /= 8
            if not active.any():
                break
        kernels.relax_each(
            tree, active.astype(np.float64), 0.01, 1.0, 1.2, 0.5, y, image, last, step
        )
    return variants, best, gap, count


def _advice(status: NDArray[np.int8], payload: Payload, budget: int) -> str:
    failed = status == FAILED
    if not failed.any():
        return ""
    median = float(np.median(payload.precision[failed]))
    return (
        f"{int(failed.sum())} of {len(status)} variants did not settle within {budget} sweeps "
        f"(median precision {median:.3g}): at a lower precision play has fewer rival readings; "
        "a larger budget of sweeps may also do."
    )


make_callable(__name__)
