"""Several variants at a time: the numbers of a block, laid out for the kernels.

Blocks are fixed by the index of their variants; the last one is filled up by repeating its last
variant. Each lane is computed without regard to the others, so that neither the number of workers
nor the company in a block changes a byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Cancelled
from standoff.game.game import Game, Payload
from standoff.kernels.tree import Tree, build
from standoff.solve.cores import cores

Float = NDArray[np.float64]
Int = NDArray[np.intp]
T = TypeVar("T")

WIDTH = 8
"""Variants of a block (the kernels' `lanes.WIDTH`, repeated so that this module needs no numba)."""
SINGLE_WIDTH = 16
"""Variants of a block in single precision."""
FLOOR = 1e-300
"""Odds and priors of zero count as this in logs, so that beliefs are defined everywhere."""
LINE = 64
"""Bytes of a line of the cache: a row that begins elsewhere takes two of them."""


def rows(n: int, width: int = WIDTH) -> NDArray[Any]:
    """[n, width] zeros, each row of eight doubles or sixteen singles in one line of the cache."""
    kind = np.float64 if width == WIDTH else np.float32
    size = 8 if width == WIDTH else 4
    room = np.zeros(n * width + LINE // size, dtype=kind)
    start = -(room.__array_interface__["data"][0] // size) % (LINE // size)
    return room[start : start + n * width].reshape(n, width)


def tree_of(game: Game, held: NDArray[np.bool_] | None = None) -> Tree:
    """The tables that the kernels walk; `held` [A] marks play that is given."""
    return build(
        n_types=game.n_types, profile_type=game.profile_type, level_start=game.level_start,
        parent=game.parent, parent_edge=game.parent_edge, actor=game.actor, cell=game.cell,
        edge_start=game.edge_start, child=game.child, edge_action=game.edge_action,
        payoff_row=game.payoff_row, cell_player=game.cell_player, action_start=game.action_start,
        row_start=game.row_start, rate_row=game.rate_row, held=held,
    )  # fmt: skip


def blocks_of(variants: Int, width: int = WIDTH) -> Iterator[Int]:
    """The variants, so many at a time, the last block filled up."""
    for start in range(0, len(variants), width):
        block = variants[start : start + width]
        yield np.pad(block, (0, width - len(block)), mode="edge")


@dataclass(frozen=True, eq=False)
class Block:
    """The numbers of W variants and the room in which to solve them, in rows of W lanes."""

    variants: Int  # [W]
    precision: NDArray[Any]  # [1, W]
    numbers: tuple[NDArray[Any], ...]
    work: tuple[NDArray[Any], ...]

    @property
    def play(self) -> NDArray[Any]:
        """[A, W] log of the strategy."""
        return self.work[0]


def lanes_of(
    payload: Payload, variants: Int, tree: Tree, n_rows: int, given: Float | None = None
) -> Block:
    """Gather the numbers of eight variants, or of sixteen in single precision; payoffs in units of
    the stakes. `given` ``[held rows, V]`` is the log of the play that is held.
    """
    from standoff.kernels import sweeps

    W = len(variants)

    def taken(values: NDArray[Any]) -> NDArray[Any]:
        found = rows(len(values), W)
        found[:] = values
        return found

    bank = rows((tree.slots + len(payload.payoff)) * tree.players * tree.profiles, W)
    sweeps.lay_out(
        np.ascontiguousarray(payload.payoff),
        1.0 / payload.stake,
        variants,
        tree.profile_pair,
        tree.slots,
        bank,
    )
    odds, prior = payload.odds[:, variants], payload.prior[:, variants]
    log_chance = rows(len(tree.actor) if tree.several else 1, W)
    if tree.several:
        sweeps.prepare(tree, taken(np.log(np.maximum(odds, FLOOR))), log_chance)
    numbers = (
        bank, taken(odds), taken(payload.log_rate[:, variants]), taken(prior),
        taken(np.log(np.maximum(prior, FLOOR))), log_chance,
    )  # fmt: skip
    work = (
        rows(n_rows, W),
        rows(tree.reach_slots * tree.pairs, W),
        rows(tree.widest + tree.profiles, W),
        rows(tree.most * (int(tree.n_types.max()) + 1), W),
    )
    if given is not None:
        work[0][np.flatnonzero(tree.held)] = given[:, variants]
    return Block(variants, taken(payload.precision[variants][None]), numbers, work)


def each_block(
    task: Callable[[Int], T],
    variants: Int,
    *,
    threads: int | None = None,
    width: int = WIDTH,
    done: Callable[[T], None],
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Run `task` on every block and hand each result to `done`, in this thread."""
    blocks = list(blocks_of(variants, width))
    workers = min(threads or cores(), len(blocks))
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
