"""A mediator's device for two players, as a correlation plan over pairs of sequences.

The mediator draws a plan for each player and recommends a move at each information set that is
reached, to its owner alone. What matters of the device is the weight of each *relevant* pair of
sequences (von Stengel and Forges 2008): the probability that both players, obeying, would play
their parts of the pair. Pairs whose information sets cannot both be on one path matter to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standoff.solve.sequence_form import SequenceForm

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]

Concept = Literal["efce", "efcce", "nfcce"]
"""When a player may turn the mediator down: ``efce`` at any set, after hearing the recommended
move; ``efcce`` at any set, before hearing it; ``nfcce`` once, before anything happens."""


@dataclass(frozen=True, eq=False)
class Component:
    """One draw of a device: each player's realization plan, drawn by itself."""

    weight: float
    plans: tuple[Float, Float]  # [S_0], [S_1]; that of at least one player is pure


@dataclass(frozen=True, eq=False)
class CorrelatedPlan:
    """The best device found for an objective, with what is claimed of it; nothing is checked here.

    Where `components` are given the device is their mixture and `weight` is the sum of their
    products. Where the polytope is `exact` every plan in it is a device's, and none are listed.
    Where neither holds (`device` is False) the plan is a relaxation's: only `bound` means anything.

    Numbers by node are in the histories of the game: reaching node n with type profile k.
    """

    concept: Concept
    sense: Literal["max", "min"]
    form: SequenceForm  # of the game; payoffs carry chance and the prior
    pairs: Int32  # [M, 2] sequence of player 0, sequence of player 1; sorted, empty pair first
    weight: Float  # [M] weight of each relevant pair; 1 at the empty pair

    device: bool  # the plan is one that some mediator can carry out
    exact: bool  # every plan of the polytope is a mediator's
    value: float  # the objective under the plan
    bound: float  # no device does better than this (above for "max", below for "min")
    status: str  # in words, a sentence
    components: tuple[Component, ...] | None

    payoffs: Float  # [P] expected, in the payoffs' own units
    mass: Float  # [N, K] probability of each history when all obey
    recommended: Float  # [A] odds of each recommendation given that the set is reached, see below
    """Rows as `Game.row_start`. At sets that obeying never reaches: the odds in the owner's own
    plan, and uniform where that does not come there either."""
    gains: tuple[Float, Float]  # each [I_p]: claimed largest gain from disobeying at each set
    """Not divided by the set's reach: what it adds to the player's expected payoff. For ``efce``
    the sum over the moves recommended there; for ``nfcce`` all stands at the first set."""

    sequences: tuple[int, int]  # S_0, S_1
    rows: int  # of the program
    columns: int
    entries: int
    iterations: int  # simplex or interior-point steps
    rounds: int  # programs solved with more columns; 0 where none was needed
    """`seconds` are not kept: results are the same on any machine."""

    @property
    def gap(self) -> float:
        """How far `value` stays from `bound`; 0 where the device is the best there is."""
        return abs(self.bound - self.value)
