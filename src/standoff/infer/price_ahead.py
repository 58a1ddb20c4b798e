"""What is still to come at every node of a part of the tree: one pass up, in whole arrays.

Several quantities share the pass (payoffs of players, states in which play will end), since the
odds of every edge are the same for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE, Payload
from standoff.infer.reach import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Climb:
    """The edges of one level and mover, those of one parent next to each other."""

    child: Int32  # places in `Part.nodes`
    parent: Int32  # each once
    starts: NDArray[np.intp]  # first edge of each parent
    row: Int32  # of the strategy (types follow) or of `Payload.odds`
    types: Int32 | None  # [K] type of the mover in each profile; None of chance


class Climber:
    """A part of the tree (without forced moves), arranged for the pass up."""

    def __init__(self, part: Part) -> None:
        if part.forced is not None:
            raise ValueError("a part with forced moves is not climbed")
        self.part = part
        self.climbs: list[_Climb] = []
        for hop in reversed(part.hops):
            order = np.argsort(hop.parent, kind="stable")
            parent, starts = np.unique(hop.parent[order], return_index=True)
            types = None if hop.player == CHANCE else part.game.profile_type[:, hop.player]
            self.climbs.append(
                _Climb(hop.child[order], parent, starts, hop.row[order], types)
            )  # fmt: skip

    def rise(
        self, payload: Payload, strategy: Float, arriving: Sequence[Float], variants: slice
    ) -> list[Float]:
        """[n, K, v] of each quantity: what is expected from each node on, given the profile, what
        is got on arriving there included. `arriving` [n, K or 1, v or 1] is that.
        """
        size = (len(self.part.nodes), self.part.game.n_profiles,
                len(range(*variants.indices(payload.n_variants))))  # fmt: skip
        found = [np.broadcast_to(a, size).copy() for a in arriving]
        for climb in self.climbs:
            if climb.types is None:
                odds = payload.odds[climb.row, variants][:, None]
            else:
                odds = strategy[climb.row[:, None] + climb.types, variants]
            for value in found:
                value[climb.parent] += np.add.reduceat(odds * value[climb.child], climb.starts)
        return found
