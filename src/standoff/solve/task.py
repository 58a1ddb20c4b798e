"""What a solver is asked for, and what it gives back to `solve`."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Game, Payload
from standoff.game.loaded import LoadedGame
from standoff.progress import Progress
from standoff.solve.solution import Equilibria
from standoff.solve.solved import PathPoint

if TYPE_CHECKING:
    from standoff.solve.correlated_plan import CorrelatedPlan
    from standoff.solve.sequence_form import SequenceForm

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be solved, and how well."""

    loaded: LoadedGame
    payload: Payload  # with the precision that was asked for
    tolerance: float
    every: bool  # as many equilibria as can be found
    deadline: float  # on the clock of `time.monotonic`
    seed: int
    progress: Progress  # asks to stop once the time is spent, too
    user: Progress  # for solvers that look at the clock themselves, and then give what they have
    level: int = 2
    tau: float = 1.5
    want_path: bool = False
    forced: bool = False  # the method was named
    objective: str = "welfare"  # of a mediator: a player's name, or what both earn together

    @property
    def game(self) -> Game:
        """The game's arrays."""
        return self.loaded.game

    @property
    def precision(self) -> float:
        """Precision of the logit."""
        return float(self.payload.precision[0])

    @property
    def left(self) -> float | None:
        """Seconds left, None without a bound."""
        return None if np.isinf(self.deadline) else max(self.deadline - clock.monotonic(), 0.0)

    @property
    def share(self) -> float | None:
        """Seconds for a method after which another is to be tried."""
        return self.left if self.left is None or self.forced else self.left / 2

    @cached_property
    def size(self) -> int:
        """Histories, types included: what one pass over the game costs."""
        return self.game.histories

    @cached_property
    def reach(self) -> float:
        """The largest difference between payoffs of one player."""
        return payoff_range(self.payload)

    @cached_property
    def two_players(self) -> bool:
        """Whether there are two."""
        return len(self.game.players) == 2

    @cached_property
    def zero_sum(self) -> bool:
        """Whether what one of two players wins the other loses, up to a constant."""
        if not self.two_players:
            return False
        from standoff.solve.constant_sum import constant_total

        return constant_total(self.game, self.payload) is not None

    @cached_property
    def form(self) -> SequenceForm:
        """The sequence form. Raises `ImperfectRecall`."""
        from standoff.solve.sequence_form import sequence_form

        return sequence_form(self.game, self.payload)

    @cached_property
    def perfect_information(self) -> bool:
        """Whether every information set is one history."""
        game = self.game
        return game.n_profiles == 1 and bool((np.diff(game.cell_start) == 1).all())


@dataclass(frozen=True, eq=False)
class Answer:
    """What one algorithm gave."""

    equilibria: Equilibria
    path: tuple[PathPoint, ...] | None = None
    labels: tuple[str, ...] = field(default=())
    shares: tuple[float | None, ...] = field(default=())  # of each level among the players
    ranges: Float | None = None  # [P, 2] least and most of each player over pure equilibria
    plan: CorrelatedPlan | None = None  # a mediator's device, which is no list of profiles


def payoff_range(payload: Payload) -> float:
    """The largest difference between two entries of the payoff table for one (player, type)."""
    table = payload.payoff[:, :, 0]
    return float(np.ptp(table, axis=0).max()) if table.size else 0.0
