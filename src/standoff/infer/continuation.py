"""What is still to come: expected sums from every node of a part to where it stops.

The twin of `reach`: one pass from the last level up, one array operation a level and mover, over
type profiles K and a block of variants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE, Payload
from standoff.infer.reach import Part

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ascent:
    """A part of the tree, arranged for passes from its last level up."""

    part: Part

    @cached_property
    def _sums(self) -> tuple[tuple[Int32, csr_matrix], ...]:
        """For each hop its parents and the matrix that adds up their children."""
        from scipy.sparse import csr_matrix

        found = []
        for hop in self.part.hops:
            parents, label = np.unique(hop.parent, return_inverse=True)
            shape = (len(parents), len(label))
            entries = (np.ones(len(label)), (label, np.arange(len(label))))
            found.append((parents.astype(np.int32), csr_matrix(entries, shape=shape)))
        return tuple(found)

    def to_come(self, payload: Payload, strategy: Float, gains: Sequence[Float]) -> list[Float]:
        """For each of some gains [n, K, V] of arriving at nodes: what a node can expect to gain
        below it, [n, K, V], itself left out. Moves have the odds of `strategy` [A, V] and
        `payload.odds`, or those that the part forces.
        """
        game = self.part.game
        totals = [np.zeros_like(gain) for gain in gains]
        K, V = game.n_profiles, payload.n_variants
        for hop, (parents, sums) in zip(self.part.hops[::-1], self._sums[::-1], strict=True):
            if hop.player == CHANCE:
                odds = np.broadcast_to(payload.odds[hop.row][:, None], (len(hop.row), K, V))
            else:
                kind = game.profile_type[:, hop.player]
                odds = strategy[hop.row[:, None] + kind[None, :]]
            if self.part.forced is not None:
                forced = self.part.forced[hop.child]
                known = np.isfinite(forced)
                if known.any():
                    odds = odds.copy()
                    odds[known] = forced[known][:, None, None]
            for gain, total in zip(gains, totals, strict=True):
                each = odds * (gain[hop.child] + total[hop.child])
                total[parents] += np.asarray(sums @ each.reshape(len(each), -1)).reshape(
                    len(parents), K, V
                )
        return totals


def gain_of(part: Part, table: Float, kind: NDArray[np.integer]) -> Float:
    """[n, K, V] what a payoff table [R, T, V] pays a player on arriving at the nodes of a part, its
    type (as kept as an axis) in each profile being `kind` [K].
    """
    rows = part.game.payoff_row[part.nodes]
    found: Float = table[rows[:, None], kind[None, :]]
    return found
