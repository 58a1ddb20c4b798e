"""Mass over how play comes out: outcomes by type profiles by variants.

A `Measure` holds the histories that some evidence leaves, each with its probability times the
likelihood of the record. It is never normalized: dividing two masses gives a conditional
probability, and adding masses over variants pools them (see `pooling`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.game.game import Payload
from standoff.infer.reach import Part, accumulate, blocks, descend

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]

KEEP_BYTES = 1 << 30
"""Masses up to this size are kept between queries; larger ones are made anew for each."""


@dataclass(eq=False)
class Measure:
    """Outcomes below a frontier, with their mass.

    `mask` arguments have the shape [Y, K, V], any of the three possibly 1.
    """

    compiled: Compiled
    payload: Payload
    strategy: Float  # [A, V]
    part: Part
    start: Float  # [sources, K, V] mass at the part's sources
    outcome: Int32 = field(init=False)  # [Y] rows of the compiled scenario's outcomes
    end: Int32 = field(init=False)  # [Y] row of `game.end_nodes`
    _rows: Int32 = field(init=False)  # [Y] place of that end in the part
    _kept: list[tuple[slice, Float]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        game = self.compiled.game
        place = self.part.place[game.end_nodes]
        inside = place[self.compiled.outcome_end] >= 0
        self.outcome = np.flatnonzero(inside).astype(np.int32)
        self.end = self.compiled.outcome_end[self.outcome].astype(np.int32)
        self._rows = place[self.end]

    @property
    def n_variants(self) -> int:
        """V."""
        return self.payload.n_variants

    @property
    def shape(self) -> tuple[int, int]:
        """Y and K."""
        return len(self.outcome), self.compiled.game.n_profiles

    def __iter__(self) -> Iterator[tuple[slice, Float]]:
        """Blocks of variants with their mass [Y, K, v]."""
        if self._kept is not None:
            yield from self._kept
            return
        size = len(self.outcome) * self.compiled.game.n_profiles * self.n_variants * 8
        keep: list[tuple[slice, Float]] | None = [] if size <= KEEP_BYTES else None
        for block in blocks(self.part, self.n_variants):
            mass = self._block(block)
            if keep is not None:
                keep.append((block, mass))
            yield block, mass
        self._kept = keep

    def _block(self, block: slice) -> Float:
        reach = descend(self.part, self.payload, self.strategy, self.start[:, :, block], block)
        mass = reach[self._rows]
        row = self.compiled.outcome_odds[self.outcome]
        drawn = row >= 0
        if drawn.any():
            mass[drawn] *= self.payload.odds[row[drawn], block][:, None, :]
        return mass

    def total(self) -> Float:
        """[V] mass of everything."""
        return np.asarray(self.start.sum(axis=(0, 1)), dtype=float)

    def mass(self, mask: NDArray[np.generic]) -> Float:
        """[V] mass of an event."""
        return self.masses([mask])[0]

    def masses(self, masks: Sequence[NDArray[np.generic]]) -> Float:
        """[m, V] masses of several events (or means of numbers, unnormalized)."""
        out = np.zeros((len(masks), self.n_variants))
        flat = [i for i, m in enumerate(masks) if m.shape[2] == 1]
        deep = [i for i, m in enumerate(masks) if m.shape[2] != 1]
        Y, K = self.shape
        table = np.zeros((len(flat), Y * K))
        for row, i in enumerate(flat):
            table[row] = np.broadcast_to(masks[i][:, :, 0], (Y, K)).ravel()
        for block, mass in self:
            if flat:
                out[flat, block] = table @ mass.reshape(Y * K, -1)
            for i in deep:
                out[i, block] = np.einsum("ykv,ykv->v", mass, masks[i][:, :, block])
        return out

    def by(self, label: Int32, n: int) -> Float:
        """[n, K, V] mass by label of the outcomes [Y]; outcomes labelled -1 are left out."""
        from scipy.sparse import csr_matrix

        Y, K = self.shape
        use = np.flatnonzero(label >= 0)
        pick = csr_matrix((np.ones(len(use)), (label[use], use)), shape=(n, Y))
        out = np.zeros((n, K, self.n_variants))
        for block, mass in self:
            out[:, :, block] = (pick @ mass.reshape(Y, -1)).reshape(n, K, -1)
        return out

    def earned(self, table: Float, start: Float, block: slice) -> Float:
        """[Y, v] what a payoff table [R, V] pays on the way to each outcome; `start` [sources, V]
        is what had been earned on the way to each source, it included.
        """
        total = accumulate(self.part, table[:, block], start[:, block])
        return total[self._rows]


def earned_at(compiled: Compiled, nodes: Int32, table: Float) -> Float:
    """[n, V] what a payoff table [R, V] pays on the way to some nodes, them included."""
    game = compiled.game
    total = np.zeros((len(nodes), table.shape[1]))
    at = nodes.copy()
    rows = np.arange(len(nodes))
    while len(rows):
        total[rows] += table[game.payoff_row[at]]
        at = game.parent[at]
        rows, at = rows[at >= 0], at[at >= 0]
    return total
