"""One stage of the fixed-point iteration on some variants: in single precision first, then double.

Far from rest the errors of single precision do not count, and its vectors hold twice as many
variants: a sweep costs half as much. What it leads to is only where the iteration in double
precision starts from; that alone decides, and every solver check is made in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Cancelled
from standoff.game.game import Payload
from standoff.kernels.tree import Tree
from standoff.solve.blocks import SINGLE_WIDTH, WIDTH, Block, lanes_of, rows

Float = NDArray[np.float64]
Int = NDArray[np.intp]

ATTEMPTS = np.array([(0, 4, 1.0), (128, 50, 1.0), (304, 10, 2.0), (704, 100, 2.0)])
"""Sweep after which each attempt starts (again from uniform play), sweeps over which the precision
climbs to its own height, and the manner of the steps (see `kernels.sweeps.relax_each`). Where the
quick manner circles, a slower climb or surer steps nearly always settle, and the other way."""
SINGLE = 16
"""Sweeps in single precision at most."""
LARGE = 5_000
"""Rows of a behavior strategy from which single precision is used at all: below, what it saves is
less than the seconds that compiling its kernels takes."""
NEAR = 1e-4
"""A variant leaves single precision sooner once no belief changes by more than half of this."""
PORTION = 16
"""Sweeps between two looks at whether to stop."""
RESTING, DONE = 1, 2
"""How a lane stands (`kernels.sweeps`, repeated so that this module needs no numba)."""


@dataclass(frozen=True, eq=False)
class State:
    """Where the iteration of some variants stands: a column for each."""

    y: NDArray[Any]  # [Y, W] beliefs
    last: NDArray[Any]  # [Y, W] the change last asked for
    step: NDArray[Any]  # [C, W]
    goal: Float  # [W] change at which the solver check is worth making

    def lane(self, i: int) -> tuple[Float, ...]:
        """One variant's column of each."""
        return tuple(x[..., i].copy() for x in (self.y, self.last, self.step, self.goal))


@dataclass(frozen=True, eq=False)
class Result:
    """What a stage made of a block."""

    variants: Int  # [8]
    play: Float  # [A, lanes that are done]; empty where the stage writes to a strategy
    check: Float  # [8]
    count: NDArray[np.int64]  # [8]
    open: NDArray[np.bool_]  # [8] not settled yet
    state: State


@dataclass(frozen=True, eq=False)
class Stage:
    """Sweeps began + 1 to end."""

    tree: Tree
    payload: Payload
    n_rows: int
    began: int
    end: int
    budget: int
    tolerance: float
    stop: Callable[[], bool]
    strategy: Float | None = None  # [A, V] to which all play is written
    given: Float | None = None  # [held rows, V] log of the play that is held

    def begin(self, variants: Int) -> list[Result]:
        """The first stage of sixteen variants: of large games in single precision all at once, then
        in double eight and eight.
        """
        halves = slice(0, WIDTH), slice(WIDTH, None)
        if self.n_rows < LARGE:
            return [
                self._run(variants[half], self._fresh(WIDTH), 0, 0)
                for half in (halves if variants[WIDTH] != variants[WIDTH - 1] else halves[:1])
            ]
        single = min(SINGLE, self.end - 1)
        start = self._fresh(SINGLE_WIDTH)
        block = lanes_of(self.payload, variants, self.tree, self.n_rows, self.given)
        _, _, settled = self._iterate(block, start, 0, single, NEAR, checked=False)
        results: list[Result] = []
        for half in halves:
            some = variants[half]
            if results and some[0] == some[-1] == results[0].variants[-1]:
                break  # nothing but what filled the block up
            state = self._fresh(WIDTH)
            known = np.isfinite(start.y[:, half]).all(axis=0) & np.isfinite(
                start.last[:, half]
            ).all(axis=0)
            for to, of in ((state.y, start.y), (state.last, start.last), (state.step, start.step)):
                to[:, known] = of[:, half][:, known]
            results.append(self._run(some, state, single, settled[half] - single))
        return results

    def go_on(self, variants: Int, states: Sequence[tuple[Float, ...]]) -> list[Result]:
        """A later stage of eight variants, from where each stands."""
        state = self._fresh(WIDTH)
        for i, kept in enumerate(states):
            for to, of in zip((state.y, state.last, state.step, state.goal), kept, strict=True):
                to[..., i] = of
        return [self._run(variants, state, self.began, 0)]

    def _fresh(self, width: int) -> State:
        step = rows(len(self.tree.cell_player), width)
        step[:] = 1.0
        goal = np.full(width, self.tolerance / 2)
        return State(rows(self.tree.entries, width), rows(self.tree.entries, width), step, goal)

    def _run(self, variants: Int, state: State, began: int, saved: Any) -> Result:
        from standoff.kernels import sweeps

        block = lanes_of(self.payload, variants, self.tree, self.n_rows, self.given)
        standing, gap, count = self._iterate(block, state, began, self.end, self.tolerance)
        done = standing == DONE
        if self.strategy is None:
            play = np.exp(block.play[:, done])
        else:
            # Also what is not settled yet: it will be written over.
            play = np.empty((self.n_rows, 0))
            first = np.flatnonzero(np.diff(variants, prepend=-1))  # not what filled the block up
            sweeps.pick_up(block.play, first, variants[first], rows(1), self.strategy)
        return Result(variants, play, gap, count + saved, ~done, state)

    def _iterate(
        self, block: Block, state: State, began: int, end: int, tolerance: float, *,
        checked: bool = True,
    ) -> tuple[NDArray[np.int8], Float, NDArray[np.int64]]:  # fmt: skip
        """How each lane stands, its solver check and the number of its last sweep."""
        from standoff.kernels.sweeps import iterate

        W = len(block.variants)
        standing = np.zeros(W, dtype=np.int8)
        gap, count = np.full(W, np.inf), np.full(W, end, dtype=np.int64)
        image, own = rows(self.tree.entries, W), rows(self.tree.entries, W)
        lines = block.precision, rows(1, W), rows(1, W), rows(1, W)
        while began < end:
            if began % PORTION == 0 and self.stop():
                raise Cancelled("stopped while solving")
            until = min(end, (began // PORTION + 1) * PORTION)
            iterate(
                self.tree, ATTEMPTS, began, until, self.budget, tolerance, checked, block.numbers,
                block.work, lines, state.y, image, own, state.last, state.step, standing,
                state.goal, gap, count,
            )  # fmt: skip
            if (standing >= (DONE if checked else RESTING)).all():
                break
            began = until
        return standing, gap, count
