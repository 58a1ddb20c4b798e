"""The sequence form of a game at one variant (von Stengel 1996).

A player's *sequence* is what it has done on the way to a node; sequence 0 is the empty one. A mixed
strategy becomes a *realization plan*, one number for each sequence, and payoffs are linear in each
player's plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Treeplex:
    """One player's information sets and sequences; parents before children."""

    cell: Int32  # [I] cell of each information set
    type: Int32  # [I] type of its owner
    parent: Int32  # [I] sequence that leads to the set
    first: Int32  # [I + 1] sequences of set i are first[i]:first[i + 1]; first[0] = 1
    row: Int32  # [S] row of the behavior strategy of each sequence, -1 for the empty one

    @property
    def n_sets(self) -> int:
        """I."""
        return len(self.parent)

    @property
    def n_sequences(self) -> int:
        """S, the empty one included."""
        return len(self.row)


@dataclass(frozen=True, eq=False)
class SequenceForm:
    """Treeplexes, and payoffs summed over the nodes that share a sequence of every player.

    Expected payoff of player p under plans r is ``sum(payoff[:, p] * prod_j r_j[sequence[:, j]])``:
    chance and priors are in the payoffs.
    """

    plexes: tuple[Treeplex, ...]  # P
    sequence: Int32  # [L, P] sequence of each player
    payoff: Float  # [L, P]
