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
so that eight lanes never wait long for one. No lane's numbers depend on its neighbors'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.errors import Cancelled
from standoff.game.game import Game, Payload, insist_on_order
from standoff.kernels.tree import Tree
from standoff.progress import Progress
from standoff.solve.blocks import WIDTH, Block, each_block, lanes_of, tree_of
from standoff.solve.solution import FAILED, SOLVED, Solution

Float = NDArray[np.float64]
Int = NDArray[np.intp]

ATTEMPTS = ((0, 4, 1.0), (128, 50, 1.0), (304, 10, 2.0), (704, 100, 2.0))
"""Sweep at which each attempt starts (again from uniform play), sweeps over which the precision
climbs to its own height, and the manner of the steps (see `kernels.sweeps.relax_each`). Where the
quick manner circles, a slower climb or surer steps nearly always settle, and the other way."""
BUDGET = 1200
"""Sweeps that one variant may take, over all attempts."""
STAGES = (24, 40, 64, 128, 304, 704)
"""Sweeps after which the variants that have not settled are put into new blocks; every later
attempt starts at one of them."""
FOLLOWED = 32
"""Variants at most, of those that no attempt settled, that are then finished by following the
branch: a variant by itself costs as much there as a hundred in blocks."""
STEPS = 300
"""Steps along the branch that one of them may take."""
CHECK_EVERY = 8
GOAL = 2
"""The solver check is made once no belief changes by more than the tolerance over this."""
CHUNK = 512
"""Variants in work at a time: what bounds the memory."""
CERTIFICATE = "largest |log strategy - log logit response|"


@dataclass(frozen=True, eq=False)
class _Lanes:
    """Where the iteration of some variants stands: lanes last."""

    y: Float  # [Y, lanes] beliefs
    last: Float  # [Y, lanes] the change last asked for
    step: Float  # [C, lanes]
    goal: Float  # [lanes] change at which the solver check is worth making


@dataclass(frozen=True, eq=False)
class _Result:
    """What one stage made of a block."""

    variants: Int  # [lanes]
    play: Float  # [A, lanes that are done]
    check: Float  # [lanes]
    count: NDArray[np.int64]  # [lanes]
    open: NDArray[np.bool_]  # [lanes] not settled yet
    state: _Lanes | None  # of the open lanes


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
    V, A = payload.n_variants, game.n_rows
    strategy = np.empty((A, V))
    check = np.zeros(V)
    sweeps = np.zeros(V, dtype=np.int64)
    limit = max(BUDGET if budget is None else budget, 1)
    if A:
        tree = tree_of(game)
        finished = 0
        for start in range(0, V, CHUNK):
            waiting = np.arange(start, min(start + CHUNK, V))
            states: dict[int, _Lanes] = {}
            began = 0
            for end in [*(s for s in STAGES if s < limit), limit]:
                left: list[Int] = []

                def keep(found: _Result) -> None:
                    nonlocal finished
                    lanes, first = np.unique(found.variants, return_index=True)
                    still = found.open[first]
                    closed = np.flatnonzero(~found.open)
                    strategy[:, found.variants[closed]] = found.play
                    check[lanes], sweeps[lanes] = found.check[first], found.count[first]
                    left.append(lanes[still])  # noqa: B023
                    if found.state is not None:
                        for variant, lane in zip(lanes[still], first[still], strict=True):
                            states[int(variant)] = _lane(found.state, int(lane))  # noqa: B023
                    finished += int((~still).sum())
                    if progress is not None:
                        progress.step(finished, V)

                def work(variants: Int) -> _Result:
                    block = lanes_of(payload, variants, tree, A)
                    state = _gather(states, variants) if began else None  # noqa: B023
                    return _run(tree, block, state, began, end, limit, tolerance, stop)  # noqa: B023

                each_block(work, waiting, threads=threads, done=keep, stop=stop)
                waiting, began = np.sort(np.concatenate(left)), end
                if not len(waiting):
                    break
    if budget is None:
        _continue(game, payload, tolerance, stop, strategy, check, sweeps)
    status = np.where(check <= tolerance, SOLVED, FAILED).astype(np.int8)
    return Solution(
        "aqre", strategy, CERTIFICATE, check, status, sweeps, _advice(status, payload, limit)
    )


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


def _lane(state: _Lanes, lane: int) -> _Lanes:
    return _Lanes(*(np.array(x[..., lane]) for x in (state.y, state.last, state.step, state.goal)))


def _gather(states: dict[int, _Lanes], variants: Int) -> _Lanes:
    """The kept states of some variants side by side."""
    kept = [states[int(v)] for v in variants]
    return _Lanes(
        np.stack([s.y for s in kept], axis=-1), np.stack([s.last for s in kept], axis=-1),
        np.stack([s.step for s in kept], axis=-1), np.array([float(s.goal) for s in kept]),
    )  # fmt: skip


def _run(
    tree: Tree,
    block: Block,
    state: _Lanes | None,
    began: int,
    end: int,
    budget: int,
    tolerance: float,
    stop: Callable[[], bool],
) -> _Result:
    """Sweeps began + 1 to end of one block."""
    from standoff.kernels import sweeps as kernels

    if state is None:
        shape = (tree.entries, WIDTH)
        steps = np.ones((len(tree.cell_player), WIDTH))
        state = _Lanes(np.zeros(shape), np.zeros(shape), steps, np.full(WIDTH, tolerance / GOAL))
    y, last, step = state.y.reshape(-1), state.last.reshape(-1), state.step.reshape(-1)
    goal = state.goal
    image = np.zeros_like(y)
    distance, gap = np.zeros(WIDTH), np.full(WIDTH, np.inf)
    count = np.full(WIDTH, end, dtype=np.int64)
    active = np.ones(WIDTH, dtype=bool)
    resting = np.zeros(WIDTH, dtype=bool)  # near enough: keeps its beliefs until it is checked
    for sweep in range(began + 1, end + 1):
        if sweep % 16 == 0 and stop():
            raise Cancelled("stopped while solving")
        first, climb, manner = next(a for a in reversed(ATTEMPTS) if a[0] < sweep)
        if sweep == first + 1:
            y[:], last[:], step[:], goal[:] = 0.0, 0.0, 1.0, tolerance / GOAL
        height = min(1.0, (sweep - 1 - first) / climb)
        kernels.sweep(
            tree, False, block.precision * height, y, block.numbers, block.work, image, distance
        )
        if height >= 1.0:
            arrived = active & ~resting & (distance <= goal)
            count[arrived] = sweep
            resting |= arrived
        # A check costs as much as a sweep. It is due at sweeps fixed by number, so that a lane that
        # fails it goes on at the same sweep in whatever company; sooner where all wait for it.
        due = sweep % CHECK_EVERY == 0 or sweep == end
        spent = sweep >= budget
        if spent or ((resting & active).any() and (due or not (active & ~resting).any())):
            measured, own = np.empty(WIDTH), np.empty_like(y)
            kernels.sweep(
                tree, True, block.precision, own, block.numbers, block.work, own, measured
            )
            done = active & (spent | (resting & (measured <= tolerance)))
            gap[done] = measured[done]
            active &= ~done
            if due:
                goal[resting & active] /= 8
                resting &= ~active
        if not active.any():
            break
        mode = np.where(active & ~resting, manner, 0.0)
        kernels.relax_each(tree.cell_entry, mode, y, image, last, step)
    play = np.exp(block.play.reshape(-1, WIDTH)[:, ~active])
    left = _Lanes(state.y, state.last, state.step, goal) if active.any() else None
    return _Result(block.variants, play, gap, count, active, left)


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
