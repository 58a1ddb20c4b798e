"""The iteration of AQRE, a variant at a time and in lanes: one piece of code, compiled three times.

A one-dimensional array is a column of one variant (`standoff.kernels.lanes`), so the kernels of the
batch, given such arrays, are the solver that takes variants one by one: the same tables, the same
steps, the processor's own exponential. Each way lays out its numbers and writes down the strategies
that it finds within its time: `aqre` is taken whole, on one thread. They take turns, the ratio is
taken in each turn, and its median is given.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from standoff.game.game import Game, Payload
from standoff.kernels import sweeps as kernels
from standoff.kernels.tree import Tree
from standoff.solve import aqre, stages
from standoff.solve.blocks import FLOOR, Block, lanes_of, rows, tree_of
from standoff.solve.solution import Solution

WAYS = {"one": 1, "double": 8, "single": 16}
"""Lanes of each way of solving."""
TOLERANCE = 1e-8
SWEEPS = 1200


@dataclass(eq=False)
class Lanes:
    """Some variants of a game, with room of one kind to solve them in."""

    tree: Tree
    block: Block
    width: int

    def array(self, n: int) -> Any:
        return np.zeros(n) if self.width == 1 else rows(n, self.width)

    def parts(self) -> tuple[Any, Any, Any]:
        """Numbers, work and precision."""
        block = self.block
        if self.width > 1:
            return block.numbers, block.work, block.precision
        column = [np.ascontiguousarray(x[:, 0]) for x in (*block.numbers, *block.work)]
        count = len(block.numbers)
        return tuple(column[:count]), tuple(column[count:]), block.precision[0, :1].copy()

    def prepare(self) -> None:
        self.numbers, self.work, self.precision = self.parts()
        Y = self.tree.entries
        self.y, self.image, self.own, self.last = (self.array(Y) for _ in range(4))
        self.step = self.array(len(self.tree.cell_player))
        self.rows = (self.precision, *(self.array(1) for _ in range(3)))

    def alone(self, payload: Payload, variant: int, strategy: np.ndarray) -> tuple[float, float]:
        """Seconds until one variant is laid out, solved and its strategy written to its column, and
        its solver check.
        """
        begun = time.process_time()
        tree = self.tree
        paid = (payload.payoff[:, :, variant] / payload.stake)[:, tree.profile_pair]
        bank = np.zeros((tree.slots + len(paid)) * paid.shape[1])
        bank[tree.slots * paid.shape[1] :] = paid.ravel()
        odds, prior = payload.odds[:, variant].copy(), payload.prior[:, variant].copy()
        log_chance = np.zeros(len(self.numbers[5]))
        if tree.several:
            kernels.prepare(tree, np.log(np.maximum(odds, FLOOR)), log_chance)
        self.numbers = (
            bank, odds, payload.log_rate[:, variant].copy(), prior,
            np.log(np.maximum(prior, FLOOR)), log_chance,
        )  # fmt: skip
        self.work = tuple(np.zeros_like(room) for room in self.work)
        self.precision = payload.precision[[variant]]
        self.y, self.image, self.own, self.last = (self.array(tree.entries) for _ in range(4))
        self.step = self.array(len(tree.cell_player))
        self.rows = (self.precision, *(self.array(1) for _ in range(3)))
        _, gap = self.solve(TOLERANCE)
        strategy[:, variant] = np.exp(self.work[0])
        return time.process_time() - begun, float(gap[0])

    def sweeps(self, number: int) -> float:
        """Seconds for so many sweeps, with their steps."""
        self.y[:], self.last[:], self.step[:] = 0.0, 0.0, 1.0
        self.rows[3][:] = 1.0
        begun = time.process_time()
        for _ in range(number):
            kernels.sweep(
                self.tree, False, self.precision, self.y, self.numbers, self.work, self.image,
                self.rows[2],
            )  # fmt: skip
            kernels.relax_each(
                self.tree.cell_entry, self.rows[3], self.y, self.image, self.last, self.step
            )
        return time.process_time() - begun

    def solve(self, tolerance: float, *, checked: bool = True) -> tuple[float, np.ndarray]:
        """Seconds until all are solved, and each one's solver check."""
        standing = np.zeros(self.width, dtype=np.int8)
        goal, gap = np.full(self.width, tolerance / 2), np.full(self.width, np.inf)
        count = np.zeros(self.width, dtype=np.int64)
        begun = time.process_time()
        kernels.iterate(
            self.tree, stages.ATTEMPTS, 0, SWEEPS, SWEEPS, tolerance, checked, self.numbers,
            self.work, self.rows, self.y, self.image, self.own, self.last, self.step, standing,
            goal, gap, count,
        )  # fmt: skip
        return time.process_time() - begun, gap


def lanes(game: Game, payload: Payload, variants: list[int], width: int) -> Lanes:
    tree = tree_of(game)
    some = np.resize(np.array(variants), max(width, 8))
    made = Lanes(tree, lanes_of(payload, some, tree, game.n_rows), width)
    made.prepare()
    return made


def check(single: Lanes, doubles: list[Lanes]) -> tuple[float, float]:
    """Seconds to check in double precision what single precision found, and the largest check."""
    begun = time.process_time()
    worst = 0.0
    for i, double in enumerate(doubles):
        half = slice(8 * i, 8 * i + 8)
        double.work[0][:] = single.work[0][:, half]
        kernels.sweep(
            double.tree, True, double.precision, double.own, double.numbers, double.work,
            double.own, double.rows[2],
        )  # fmt: skip
        worst = max(worst, float(double.rows[2].max()))
    return time.process_time() - begun, worst


def whole(game: Game, payload: Payload, single: int) -> Solution:
    """`aqre` with so many sweeps in single precision first."""
    usual = stages.SINGLE, stages.LARGE
    stages.SINGLE, stages.LARGE = single, 0 if single else 1 << 60
    try:
        return aqre(game, payload, threads=1)
    finally:
        stages.SINGLE, stages.LARGE = usual


def measure(game: Game, payload: Payload, *, rounds: int, budget: float) -> dict[str, Any]:
    """Rates and ratios of one game; its payload has a multiple of sixteen variants, and `budget` is
    about the seconds for which one way sweeps in one round.
    """
    V = payload.n_variants
    ones = [lanes(game, payload, [v], 1) for v in range(V)]
    doubles = [lanes(game, payload, list(range(v, v + 8)), 8) for v in range(0, V, 8)]
    singles = [lanes(game, payload, list(range(v, v + 16)), 16) for v in range(0, V, 16)]
    for known in (ones[0], doubles[0], singles[0]):
        known.sweeps(1)  # compiles
        known.solve(TOLERANCE, checked=known is not singles[0])
    number = int(np.clip(budget / ones[0].sweeps(1), 2, 400))
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> float:
        found.setdefault(name, []).append(value)
        return value

    worst, rough, apart = 0.0, 0.0, 0.0
    by_itself = np.empty((game.n_rows, V))
    ones[0].alone(payload, 0, by_itself)
    for _ in range(rounds):
        one = note("one_sweep", ones[0].sweeps(number) / number)
        note("double_sweep_ratio", one / (doubles[0].sweeps(number) / 8 / number))
        note("single_sweep_ratio", one / (singles[0].sweeps(number) / 16 / number))
        each = [ones[0].alone(payload, v, by_itself) for v in range(V)]
        seconds = note("one_solve", sum(took for took, _ in each) / V)
        for name, single in (("double", 0), ("whole", stages.SINGLE)):
            begun = time.process_time()
            solution = whole(game, payload, single)
            note(f"{name}_solve_ratio", seconds / ((time.process_time() - begun) / V))
            worst = max(worst, float(solution.check.max()))
            # The same equilibria, or the times say nothing.
            apart = max(apart, float(np.abs(solution.strategy - by_itself).max()))
        worst = max(worst, *(gap for _, gap in each))
        # What single precision reaches, to what a variant by itself needs to reach as much.
        took = 0.0
        for i, known in enumerate(singles):
            took += known.solve(stages.NEAR, checked=False)[0]
            more, reached = check(known, doubles[2 * i : 2 * i + 2])
            took, rough = took + more, max(rough, reached)
        loose = sum(known.solve(rough)[0] for known in ones)
        note("single_solve_ratio", loose / took)
    return {
        "histories": game.histories, "nodes": game.n_nodes, "variants": V, "check": worst,
        "single_check": rough, "apart": apart,
        **{name: statistics.median(values) for name, values in found.items()},
    }  # fmt: skip
