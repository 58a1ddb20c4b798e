"""Fewer variants in the place of many: some are chosen by what they weigh, and weighted so that
they give the very totals of all of them where those are known.

What is known of all variants under two sets of assumptions has to be told of some under a mixture
of the two. Choosing in proportion to weight (systematically, so that the same variants come out
each time) and calibrating to known totals [@deville1992] keep both ends where they are and leave
little error between.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Places = NDArray[np.intp]
EXACT = 1e-9
"""Share of a total by which calibrated weights may miss it."""


def chosen(weight: Float, n: int) -> tuple[Places, Float]:
    """At most n places of those that weigh anything, by a comb over their weights [V], and what
    each stands for: how many times its own weight.
    """
    some = np.flatnonzero(weight > 0)
    if len(some) <= n:
        return some, np.ones(len(some))
    odds = _inclusion(weight[some], n)
    edge = np.concatenate([[0.0], np.cumsum(odds)])
    teeth = np.floor(edge + (0.5 + 1e-9))  # they stand at a half, one and a half, ...
    taken = np.flatnonzero(np.diff(teeth) > 0)
    return some[taken], 1.0 / odds[taken]


def _inclusion(weight: Float, n: int) -> Float:
    """[V] odds of being chosen that sum to n: in proportion to weight, 1 where that is more."""
    sure = np.zeros(len(weight), dtype=bool)
    while True:
        left = n - sure.sum()
        odds = np.where(sure, 1.0, weight * (left / weight[~sure].sum()))
        more = ~sure & (odds >= 1.0)
        if not more.any():
            return odds
        sure |= more


def calibrated(base: Float, held: Float, total: Float) -> Float | None:
    """[n] weights near `base` [n] under which columns `held` [n, q] sum to `total` [q]; None where
    no weights do. A member's weight moves the less the less it holds of anything.
    """
    x, goal = _scaled(held, total)
    if (np.abs(held[:, total == 0]).sum(axis=0) > 0).any():
        return None
    size = np.abs(x).sum(axis=1)
    given = size > 0
    way = np.zeros_like(x)
    way[given] = x[given] * (base[given] / size[given])[:, None]
    # Twice: what the first solution misses by rounding is solved for again.
    weight = base.astype(np.float64)
    for _ in range(2):
        step, *_ = np.linalg.lstsq(way.T @ x, goal - x.T @ weight, rcond=1e-12)
        weight = weight + way @ step
    missed = np.abs(x.T @ weight - goal).max(initial=0.0)
    return weight if missed <= EXACT else None


def standard_error(values: Float, base: Float, weight: Float, held: Float, total: Float) -> Float:
    """[...] standard error of the sums over the chosen of `weight` [n] times `values` [..., n], as
    estimates of sums over all, where `weight` is `base` calibrated to `total` by `held`.

    What the columns explain has no error, being known; of the rest each counts with the share of
    what it stands for that was not looked at. Residuals by the same regression as the calibration.
    """
    x, _ = _scaled(held, total)
    size = np.abs(x).sum(axis=1)
    q = np.divide(base, size, out=np.zeros(len(size)), where=size > 0)
    flat = values.reshape(-1, len(base))
    slope, *_ = np.linalg.lstsq((x.T * q) @ x, (x.T * q) @ flat.T, rcond=1e-12)
    residual = (flat - (x @ slope).T) * weight
    left = max(len(base) - x.shape[1], 1)
    spread = (residual**2 * (1.0 - 1.0 / base)).sum(axis=1) * len(base) / left
    return np.asarray(np.sqrt(np.maximum(spread, 0.0))).reshape(values.shape[:-1])


def _scaled(held: Float, total: Float) -> tuple[Float, Float]:
    """Columns and totals in units of the totals, those that vanish left out."""
    scale = np.abs(total)
    use = scale > 0
    return held[:, use] / scale[use], total[use] / scale[use]
