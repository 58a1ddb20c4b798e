"""A solution: strategies, how good they are, and how it went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.shown import Shown

SOLVED = 0
"""The solver check holds."""
FAILED = 1
"""The budget of sweeps was spent before the solver check held."""


@dataclass(frozen=True, eq=False)
class Solution(Shown):
    """Strategy profiles for V variants of one game.

    `strategy` has a row for each (cell-action, type of the cell's owner), laid out as
    `Game.row_start` says. `certificate` names the solver check; `check` is its value by variant
    (for ``aqre`` the largest absolute log ratio of the strategy to its logit response).
    """

    concept: str
    strategy: NDArray[np.float64]  # [A, V]
    certificate: str
    check: NDArray[np.float64]  # [V]
    status: NDArray[np.int8]  # [V] SOLVED or FAILED
    sweeps: NDArray[np.int64]  # [V] counted passes over the tree
    advice: str = ""

    @property
    def solved(self) -> NDArray[np.bool_]:
        """[V] variants whose solver check holds."""
        return np.equal(self.status, SOLVED)


@dataclass(frozen=True, eq=False)
class Equilibria:
    """What a solver of one game (one variant) found, before anybody else has checked it.

    Each strategy is a behavior strategy laid out as `Game.row_start` says. With `weights` the
    strategies together are one correlation device; else each stands for itself.
    """

    strategies: tuple[NDArray[np.float64], ...]  # each [A]
    iterations: int
    weights: NDArray[np.float64] | None = None  # [number of strategies] sums to one
    complete: bool = False  # the list is known to hold every equilibrium
    advice: str = ""
