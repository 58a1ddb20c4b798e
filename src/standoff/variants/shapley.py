"""Shares of a difference: what each of several changes contributes when all are made.

Each change is credited with what it adds to those made before it, averaged over the orders in which
they may be made [@shapley1953; @owen2014]. Over all orders where there are few changes; else over
random orders, each taken forwards and backwards [@mitchell2022]: a pair of these is exact wherever
changes act in twos at most. The shares add up to the whole difference in either case.

A set of changes is a number whose bit i says whether change i is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
MOST = 20
"""Changes that can be taken in every order: there are 2^n sets of them."""


@dataclass(frozen=True, eq=False)
class Shares:
    """What each change contributes, and how sure that is."""

    share: Float  # [n, ...] they add up to the difference
    error: Float  # [n, ...] standard error over orders; 0 where all were taken, NaN of one pair


@dataclass(frozen=True)
class Plan:
    """Which sets of changes have to be tried; `orders` is None where all orders count."""

    n: int
    orders: tuple[tuple[int, ...], ...] | None = None  # each followed by its reverse

    @cached_property
    def sets(self) -> tuple[int, ...]:
        """The sets to be tried, each once: none of the changes first, all of them last, and each
        but a few of the others beside a set that differs in one change.
        """
        whole = (1 << self.n) - 1
        if self.orders is None:
            inner = (k ^ (k >> 1) for k in range(1 << self.n))
        else:
            inner = (m for order in self.orders for m in prefixes(order))
        return tuple(dict.fromkeys([0, *(m for m in inner if m != whole), whole]))

    def shares(self, values: Float) -> Shares:
        """The shares, from the value [sets, ...] of each of `sets`, in that order."""
        at = {m: i for i, m in enumerate(self.sets)}
        if self.orders is None:
            share = _over_all_orders(self.n, values, at)
            return Shares(share, np.zeros_like(share))
        each = np.stack([_along(order, values, at) for order in self.orders])
        pairs = (each[0::2] + each[1::2]) / 2
        share = pairs.mean(axis=0)
        if len(pairs) < 2:
            return Shares(share, np.full_like(share, np.nan))
        return Shares(share, pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)))


def every_order(n: int) -> Plan:
    """All orders of n changes: 2^n sets. Raises ValueError where these are too many."""
    if n > MOST:
        raise ValueError(f"{n} changes have too many orders; the most is {MOST}")
    return Plan(n)


def some_orders(n: int, pairs: int, seed: int) -> Plan:
    """So many random orders of n changes, each with its reverse: 2 pairs (n - 1) sets at most,
    besides none and all of the changes. No order comes twice; of a few changes there are fewer.
    """
    if n < 2:
        return every_order(n)
    rng = np.random.default_rng([seed, 0x5A4B])
    found: dict[tuple[int, ...], None] = {}
    for _ in range(64 * pairs):
        if len(found) >= 2 * pairs:
            break
        order = tuple(rng.permutation(n).tolist())
        if order not in found:
            found[order] = found[order[::-1]] = None
    return Plan(n, tuple(found))


def prefixes(order: Sequence[int]) -> list[int]:
    """The sets that an order comes by, from none to all."""
    made = [0]
    for change in order:
        made.append(made[-1] | 1 << change)
    return made


def _along(order: Sequence[int], values: Float, at: dict[int, int]) -> Float:
    """[n, ...] what each change adds to those before it."""
    way = values[[at[m] for m in prefixes(order)]]
    added = np.empty((len(order), *values.shape[1:]))
    added[list(order)] = np.diff(way, axis=0)
    return added


def _over_all_orders(n: int, values: Float, at: dict[int, int]) -> Float:
    """[n, ...] the mean over all orders, by the number of changes made before."""
    sets = np.arange(1 << n)
    size = np.array([m.bit_count() for m in sets.tolist()])
    held = values[[at[m] for m in sets.tolist()]]
    share = np.zeros((n, *values.shape[1:]))
    for change in range(n):
        without = sets[(sets >> change & 1) == 0]
        weight = np.array([1.0 / (n * comb(n - 1, s)) for s in size[without].tolist()])
        added = held[without | 1 << change] - held[without]
        share[change] = np.tensordot(weight, added, axes=1)
    return share
