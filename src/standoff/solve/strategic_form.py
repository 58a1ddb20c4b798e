"""The reduced normal form of an extensive game: one pure strategy for each pure realization plan.

Strategies that differ only where they themselves never lead are one strategy (Kuhn 1953). There may
be exponentially many: `StrategicForm.of` counts before it writes any down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.errors import TooLarge
from standoff.solve.sequence_form import SequenceForm, Treeplex

Float = NDArray[np.float64]

CELLS = 2_000_000
"""Combinations of pure strategies that are written down."""


@dataclass(frozen=True, eq=False)
class StrategicForm:
    """Pure strategies as realization plans, and the payoffs of their combinations."""

    plans: tuple[Float, ...]  # of each player [S, M_p], columns of zeros and ones
    payoff: tuple[Float, ...]  # of each player [M_1, ..., M_P]

    @classmethod
    def of(cls, form: SequenceForm, limit: int = CELLS) -> StrategicForm:
        """The normal form of a sequence form. Raises `TooLarge` past `limit` combinations."""
        counts = [count_strategies(plex) for plex in form.plexes]
        if math.prod(counts) > limit:
            each = " by ".join(f"{c:.6g}" for c in counts)
            raise TooLarge(f"the reduced normal form is a table of {each}, more than {limit:,}")
        room = max(
            p.n_sequences * max(p.n_sequences, c) for p, c in zip(form.plexes, counts, strict=True)
        )
        if room > 32 * limit:
            raise TooLarge(f"the pure strategies of one player would take {room:,.0f} numbers")
        plans = tuple(pure_plans(plex) for plex in form.plexes)
        return cls(plans, _tensors(form, plans))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Pure strategies of each player."""
        return tuple(plan.shape[1] for plan in self.plans)

    def mixed_plans(self, mixtures: Sequence[Float]) -> list[Float]:
        """The realization plan of each player under mixed strategies ``[M_p]``."""
        return [plan @ mix for plan, mix in zip(self.plans, mixtures, strict=True)]

    def values(self, mixtures: Sequence[Float], player: int) -> Float:
        """[M_p] what each pure strategy of a player earns against the others' mixed strategies."""
        worth = np.moveaxis(self.payoff[player], player, 0)
        for mix in [m for p, m in enumerate(mixtures) if p != player][::-1]:
            worth = worth @ mix
        return worth

    def gain(self, mixtures: Sequence[Float]) -> float:
        """The players' gains from their best replies, added up."""
        total = 0.0
        for p, mix in enumerate(mixtures):
            worth = self.values(mixtures, p)
            total += float(worth.max() - worth @ mix)
        return total


def count_strategies(plex: Treeplex) -> float:
    """Pure strategies of the reduced normal form, as a float (they may be very many)."""
    ways = np.ones(plex.n_sequences)
    with np.errstate(over="ignore"):
        for i in range(plex.n_sets - 1, -1, -1):
            ways[plex.parent[i]] *= ways[plex.first[i] : plex.first[i + 1]].sum()
    return float(ways[0])


def pure_plans(plex: Treeplex) -> Float:
    """[S, M] the pure realization plans."""
    S = plex.n_sequences
    # What may follow a sequence: rows of which each is one way to go on, itself included.
    follow = [np.eye(1, S, s) for s in range(S)]
    for i in range(plex.n_sets - 1, -1, -1):
        ways = np.concatenate(follow[plex.first[i] : plex.first[i + 1]])
        before = follow[plex.parent[i]]
        both = before[:, None, :] + ways[None, :, :]
        follow[plex.parent[i]] = both.reshape(-1, S)
    # In order of the choices made, the first set's first.
    rows = follow[0]
    order = np.lexsort(-rows.T[::-1])
    return np.ascontiguousarray(rows[order].T)


def _tensors(form: SequenceForm, plans: tuple[Float, ...]) -> tuple[Float, ...]:
    """Payoffs of all combinations, added up over combinations of sequences."""
    sizes = tuple(plan.shape[1] for plan in plans)
    found = [np.zeros(sizes) for _ in plans]
    others = int(np.prod(sizes[1:]))
    chunk = max(1, 4_000_000 // max(others, 1))
    for low in range(0, len(form.payoff), chunk):
        here = form.sequence[low : low + chunk]
        wide = np.ones((len(here), 1))
        for p in range(1, len(plans)):
            wide = (wide[:, :, None] * plans[p][here[:, p]][:, None, :]).reshape(len(here), -1)
        own = plans[0][here[:, 0]]
        for p, tensor in enumerate(found):
            pay = form.payoff[low : low + chunk, p]
            tensor += (own.T @ (pay[:, None] * wide)).reshape(sizes)
    return tuple(found)
