"""Mass over how play comes out: outcomes by type profiles by variants.

A `Measure` holds the histories that some evidence leaves, each with its probability times the
likelihood of the record. It is never normalized: dividing two masses gives a conditional
probability, and adding masses over variants pools them (see `pooling`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.game.game import Payload
from standoff.infer.reach import Part, accumulate, blocks, descend

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

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
    _foreseen: dict[Any, Float] = field(init=False, default_factory=dict)  # each [V]
    events: dict[Any, NDArray[Any]] = field(init=False, default_factory=dict)
    """Where events hold, kept by whoever evaluates them (`Inference.held`)."""

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
        return int(self.payload.n_variants)

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

    def forget(self) -> None:
        """Let go of the mass kept between queries."""
        self._kept = None

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
        return np.asarray(self.masses([mask])[0])

    def masses(self, masks: Sequence[NDArray[np.generic]]) -> Float:
        """[m, V] masses of several events (or means of numbers, unnormalized).

        An event that does not depend on types, or on nothing else, needs only the margins, which
        are added up once: most events are of these kinds, and margins are K or Y times smaller.
        Sums are taken in one order, whatever the number of threads: dense products would not be.
        """
        out = np.zeros((len(masks), self.n_variants))
        rest = [i for i, mask in enumerate(masks) if not self._known(mask, out[i])]
        flat = [i for i in rest if masks[i].shape[2] == 1]
        deep = [i for i in rest if masks[i].shape[2] != 1]
        if not rest:
            return out
        Y, K = self.shape
        table = np.zeros((len(flat), Y * K))
        for row, i in enumerate(flat):
            table[row] = np.broadcast_to(masks[i][:, :, 0], (Y, K)).ravel()
        pick = _sparse(table)
        for block, mass in self:
            if flat:
                out[flat, block] = pick @ mass.reshape(Y * K, -1)
            for i in deep:
                out[i, block] = (mass * masks[i][:, :, block].astype(float)).sum(axis=(0, 1))
        return out

    def _known(self, mask: NDArray[np.generic], out: Float) -> bool:
        """Fill `out` [V] where margins or what was foreseen tell the mass of an event."""
        y, k, v = mask.shape
        if v != 1:
            return False
        if y == 1 and k == 1:
            out[:] = self.total() * mask[0, 0, 0]
        elif y == 1:
            out[:] = (mask[0, :, 0].astype(float)[:, None] * self.by_profile).sum(axis=0)
        elif mask.dtype == bool and (held := self._foreseen.get(_key(mask))) is not None:
            out[:] = held
        elif k == 1:
            out[:] = (_sparse(mask[:, :, 0].T) @ self.by_outcome)[0]
        else:
            return False
        return True

    def foresee(self, masks: Sequence[NDArray[np.generic]]) -> None:
        """Work out the masses of events that are going to be asked for, in one pass. Outcomes that
        no event tells apart are added up first.
        """
        new = {_key(m): m for m in masks if m.shape[2] == 1 and m.shape[0] > 1}
        if not new:
            return
        columns = np.concatenate([m[:, :, 0] for m in new.values()], axis=1).astype(bool)
        _, first, group = np.unique(
            np.packbits(columns, axis=1), axis=0, return_index=True, return_inverse=True
        )
        mass = self.by(group.ravel().astype(np.int32), len(first))  # [groups, K, V]
        shape = mass.shape[:2]
        table = np.stack([np.broadcast_to(m[first, :, 0], shape).ravel() for m in new.values()])
        found = _sparse(table) @ mass.reshape(table.shape[1], -1)
        self._foreseen.update(zip(new, found, strict=True))

    @cached_property
    def by_profile(self) -> Float:
        """[K, V] mass by type profile."""
        return np.asarray(self.start.sum(axis=0), dtype=float)

    @cached_property
    def by_outcome(self) -> Float:
        """[Y, V] mass by outcome."""
        out = np.empty((self.shape[0], self.n_variants))
        for block, mass in self:
            out[:, block] = mass.sum(axis=1)
        return out

    @cached_property
    def pooled(self) -> Float:
        """[Y, K, 1] mass added up over variants: enough for a pooled number without its range."""
        out = np.zeros((*self.shape, 1))
        for _, mass in self:
            out[:, :, 0] += mass.sum(axis=2)
        return out

    def pooled_mass(self, mask: NDArray[np.generic]) -> float:
        """Mass of an event added up over variants; `mask` must not depend on the variant."""
        y, k, _ = mask.shape
        axes = tuple(axis for axis, size in ((0, y), (1, k)) if size == 1)
        return float((self.pooled.sum(axis=axes, keepdims=True) * mask).sum())

    def by(self, label: Int32, n: int) -> Float:
        """[n, K, V] mass by label of the outcomes [Y]; outcomes labelled -1 are left out."""
        from scipy.sparse import csr_matrix

        Y, K = self.shape
        use = np.flatnonzero(label >= 0)
        pick = csr_matrix((np.ones(len(use)), (label[use], use)), shape=(n, Y))
        out = np.zeros((n, K, self.n_variants))
        for block, mass in self:
            out[:, :, block] = np.asarray(pick @ mass.reshape(Y, -1)).reshape(n, K, -1)
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


def _sparse(table: NDArray[Any]) -> csr_matrix:
    """A table of numbers or of truths, zeros left out."""
    from scipy.sparse import csr_matrix

    return csr_matrix(np.asarray(table, dtype=float))


def _key(mask: NDArray[np.generic]) -> tuple[tuple[int, ...], bytes]:
    """What tells one mask from another."""
    return mask.shape, hashlib.blake2b(np.packbits(mask.astype(bool)).tobytes()).digest()
