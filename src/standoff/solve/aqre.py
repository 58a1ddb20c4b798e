"""Agent quantal response equilibrium (AQRE) of a game, for a batch of variants.

Every type of every player, at every information set, plays the logit of its precision times the
values of its actions in units of its stake (McKelvey & Palfrey 1998), with the rates of the moves
as reference measure.

The equilibrium is a fixed point of beliefs: given what each mover believes about the others'
types, logit backward induction is exact, and the play found implies beliefs again. The iteration
starts from uniform play at precision zero and climbs to the variant's own precision over the first
sweeps. What keeps it from settling is nearly always a few signaling subgames that swing from one
reading of a move to the other; so each cell has a step of its own (`kernels.sweeps.relax_each`).

Variants that have not settled when a stage ends are put together in new blocks for the next one,
so that eight lanes never wait long for one. No lane's numbers depend on its neighbors', so that
blocks may be made up in whatever way is quickest. How a block is worked on stands in `stages`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload, insist_on_order
from standoff.kernels.tree import Tree
from standoff.progress import Progress
from standoff.solve.blocks import SINGLE_WIDTH, WIDTH, each_block, tree_of
from standoff.solve.solution import FAILED, SOLVED, Solution
from standoff.solve.stages import Result, Stage

Float = NDArray[np.float64]
Int = NDArray[np.intp]

BUDGET = 1200
"""Sweeps that one variant may take, over all attempts."""
STAGES = (24, 32, 40, 48, 64, 96, 128, 304, 704)
"""Sweeps after which the variants that have not settled are put into new blocks; every later
attempt starts at one of them."""
FOLLOWED = 32
"""Variants at most, of those that no attempt settled, that are then finished by following the
branch: a variant by itself costs as much there as a hundred in blocks."""
STEPS = 300
"""Steps along the branch that one of them may take."""
MEMORY = 2**28
"""Bytes that the states of unsettled variants may take: more variants are worked on in turns."""
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
    over information sets and actions, is at most `tolerance`. Variants that the sweeps leave open
    are finished by continuation along the branch (`aqre_path`), a counted number of them by a
    counted number of steps; not so where a `budget` of sweeps is given. What is left then is marked
    FAILED and its last strategy kept; nothing is raised. `progress` is told how many
    variants are done; it or `cancel` may ask to stop (`Cancelled`). The bytes of the result depend
    neither on `threads` nor on which variants stand beside each other. Raises ValueError
    where information sets have no common order in time (`aqre_path` solves such games).
    """

    def stop() -> bool:
        return (cancel is not None and cancel()) or (progress is not None and progress.cancelled)

    insist_on_order(game)
    limit = max(BUDGET if budget is None else budget, 1)
    strategy, check, sweeps = settled(
        tree_of(game), payload, game.n_rows, limit, tolerance, stop, progress, threads
    )
    if budget is None:
        _continue(game, payload, tolerance, stop, strategy, check, sweeps)
    status = np.where(check <= tolerance, SOLVED, FAILED).astype(np.int8)
    return Solution(
        "aqre",
        strategy,
        CERTIFICATE,
        check,
        status,
        sweeps,
        advice(status, payload.precision, limit),
    )


def settled(
    tree: Tree,
    payload: Payload,
    n_rows: int,
    limit: int,
    tolerance: float,
    stop: Callable[[], bool],
    progress: Progress | None = None,
    threads: int | None = None,
    given: Float | None = None,
) -> tuple[Float, Float, NDArray[np.int64]]:
    """Strategy [A, V], solver check [V] and sweeps [V] of the iteration in blocks, `limit` sweeps
    for each variant at most; `given` ``[held rows, V]`` is the log of the play that the tree holds.
    """
    V, A = payload.n_variants, n_rows
    strategy = np.empty((A, V))
    check = np.zeros(V)
    sweeps = np.zeros(V, dtype=np.int64)
    if A:
        numbers = replace(payload, payoff=np.ascontiguousarray(payload.payoff))
        kept = 8 * (2 * tree.entries + len(tree.cell_player) + 1)
        finished = 0
        for first in range(0, V, at_once := max(64, MEMORY // kept)):
            waiting = np.arange(first, min(first + at_once, V))
            states: dict[int, tuple[Float, ...]] = {}
            began = 0
            for end in [*(s for s in STAGES if s < limit), limit]:
                left: list[Int] = []

                def keep(results: list[Result]) -> None:
                    nonlocal finished
                    for found in results:
                        lanes, place = np.unique(found.variants, return_index=True)
                        still = found.open[place]
                        check[lanes], sweeps[lanes] = found.check[place], found.count[place]
                        left.append(lanes[still])  # noqa: B023
                        for variant, lane in zip(lanes[still], place[still], strict=True):
                            states[int(variant)] = found.state.lane(int(lane))  # noqa: B023
                        finished += int((~still).sum())
                    if progress is not None:
                        progress.step(finished, V)

                stage = Stage(tree, numbers, A, began, end, limit, tolerance, stop, strategy, given)

                def work(variants: Int) -> list[Result]:
                    before = [states[int(v)] for v in variants] if began else None  # noqa: B023
                    return stage.go_on(variants, before) if before else stage.begin(variants)  # noqa: B023

                each_block(
                    work, waiting, threads=threads, width=WIDTH if began else SINGLE_WIDTH,
                    done=keep, stop=stop,
                )  # fmt: skip
                still = np.concatenate(left)
                waiting, began = waiting[np.isin(waiting, still)], end
                if not len(waiting):
                    break
    return strategy, check, sweeps


def _continue(
    game: Game,
    payload: Payload,
    tolerance: float,
    stop: Callable[[], bool],
    strategy: Float,
    check: Float,
    sweeps: NDArray[np.int64],
) -> None:
    """Follow the branch, one by one, for the variants that the sweeps did not settle."""
    left = np.flatnonzero(check > tolerance)[:FOLLOWED]
    if not len(left):
        return
    from standoff.solve.aqre_path import aqre_path
    from standoff.solve.logit_residual import logit_residual
    from standoff.solve.sequence_form import ImperfectRecall

    for v in left.tolist():
        try:
            found, path = aqre_path(
                game, payload, variant=v, tolerance=tolerance / 10, steps=STEPS, keep=False,
                cancel=stop,
            )  # fmt: skip
        except ImperfectRecall:
            return
        sweeps[v] += path.sweeps
        gap = logit_residual(game, payload.take(slice(v, v + 1)), found.strategies[0][:, None])[0]
        if gap <= tolerance:
            strategy[:, v], check[v] = found.strategies[0], gap


def advice(status: NDArray[np.int8], precision: Float, budget: int = BUDGET) -> str:
    """What to do about variants [V] that failed at their `precision` [V]; empty where none did."""
    failed = status == FAILED
    if not failed.any():
        return ""
    median = float(np.median(precision[failed]))
    return (
        f"{int(failed.sum())} of {len(status)} variants did not settle within {budget} sweeps "
        f"(median precision {median:.3g}): at a lower precision play has fewer rival readings; "
        "a larger budget of sweeps may also do."
    )


make_callable(__name__)
