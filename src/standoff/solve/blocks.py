"""Eight variants at a time: the numbers of a block, laid out for the kernels.

Blocks are fixed by the index of their variants; the last one is filled up by repeating its last
variant. Each lane is computed without regard to the others, so that neither the number of workers
nor the company in a block changes a byte.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Cancelled
from standoff.game.game import Game, Payload
from standoff.kernels.tree import Tree, build

Float = NDArray[np.float64]
Int = NDArray[np.intp]
T = TypeVar("T")

WIDTH = 8
"""Variants of a block (the kernels' `lanes.WIDTH`, repeated so that this module needs no numba)."""
FLOOR = 1e-300
"""Odds and priors of zero count as this in logs, so that beliefs are defined everywhere."""


def tree_of(game: Game) -> Tree:
    """The tables that the kernels walk."""
    return build(
        n_types=game.n_types, profile_type=game.profile_type, level_start=game.level_start,
        parent=game.parent, parent_edge=game.parent_edge, actor=game.actor, cell=game.cell,
        edge_start=game.edge_start, child=game.child, edge_action=game.edge_action,
        payoff_row=game.payoff_row, cell_player=game.cell_player, action_start=game.action_start,
        row_start=game.row_start, rate_row=game.rate_row,
    )  # fmt: skip


def blocks_of(variants: Int) -> Iterator[Int]:
    """The variants, eight at a time, the last block filled up."""
    for start in range(0, len(variants), WIDTH):
        block = variants[start : start + WIDTH]
        yield np.pad(block, (0, WIDTH - len(block)), mode="edge")


@dataclass(frozen=True, eq=False)
class Block:
    """The numbers of eight variants and the room in which to solve them; flat, lanes innermost."""

    variants: Int  # [8]
    precision: Float  # [8]
    numbers: tuple[Float, Float, Float, Float, Float, Float]
    work: tuple[Float, Float, Float, Float]

    @property
    def play(self) -> Float:
        """[A * 8] log of the strategy."""
        return self.work[0]


def lanes_of(payload: Payload, variants: Int, tree: Tree, rows: int) -> Block:
    """Gather the numbers of eight variants; payoffs in units of the stakes."""
    from standoff.kernels import sweeps

    payoff = payload.payoff[:, :, variants]
    payoff /= payload.stake[None, :, None]
    wide = tree.players * tree.profiles
    bank = np.empty((tree.slots + len(payoff), wide, WIDTH))
    np.take(payoff, tree.profile_pair, axis=1, out=bank[tree.slots :])
    odds = np.ascontiguousarray(payload.odds[:, variants]).ravel()
    prior = np.ascontiguousarray(payload.prior[:, variants]).ravel()
    inner = len(tree.actor)
    log_chance = np.zeros(inner * WIDTH if tree.several else WIDTH)
    if tree.several:
        sweeps.prepare(tree, np.log(np.maximum(odds, FLOOR)), log_chance)
    numbers = (
        bank.reshape(-1), odds, np.ascontiguousarray(payload.log_rate[:, variants]).ravel(),
        prior, np.log(np.maximum(prior, FLOOR)), log_chance,
    )  # fmt: skip
    work = (
        np.zeros(rows * WIDTH),
        np.zeros(tree.reach_slots * tree.pairs * WIDTH),
        np.zeros(tree.widest * WIDTH),
        np.zeros(tree.most * (int(tree.n_types.max()) + 1) * WIDTH),
    )
    return Block(variants, np.ascontiguousarray(payload.precision[variants]), numbers, work)


def each_block(
    task: Callable[[Int], T],
    variants: Int,
    *,
    threads: int | None = None,
    done: Callable[[T], None],
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Run `task` on every block and hand each result to `done`, in this thread."""
    blocks = list(blocks_of(variants))
    workers = min(threads or os.cpu_count() or 1, len(blocks))
    if workers <= 1:
        for block in blocks:
            if stop():
                raise Cancelled("stopped while solving")
            done(task(block))
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="standoff")
    pending: set[Future[T]] = {pool.submit(task, block) for block in blocks}
    try:
        while pending:
            finished, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in finished:
                done(future.result())
            if stop():
                raise Cancelled("stopped while solving")
    except BaseException:
        # Whoever stops is not kept waiting for blocks under way, which may still be compiling.
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
