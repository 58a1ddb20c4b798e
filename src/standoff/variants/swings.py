"""Swings: how far an answer goes from where an assumption is low to where it is high.

Worked out on the draws at hand: the mean answer over the variants with the lowest fifth of the
assumption's values and over those with the highest fifth, each variant with its weight. What goes
with the assumption (by correlation, or through the record) swings with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

FIFTH = 0.2


@dataclass(frozen=True, eq=False)
class Swings:
    """Of P assumptions: where each is low and high, and the mean answer there."""

    low_value: Float  # [P] weighted 10th percentile of the assumption
    high_value: Float  # [P] 90th
    at_low: Float  # [P] mean answer over its lowest fifth
    at_high: Float  # [P] and its highest

    @property
    def swing(self) -> Float:
        """[P] signed: above 0 where the answer rises with the assumption."""
        return self.at_high - self.at_low


def swings(x: Float, y: Float, weights: Float) -> Swings | None:
    """The swing of the answers `y` [V] along each row of `x` [P, V]; `weights` [V].

    Variants without weight or answer are left out; None where none is left. Equal values (of a
    choice between few) share a fifth that ends among them.
    """
    use = np.isfinite(y) & (weights > 0)
    if not use.any():
        return None
    x, y, w = x[:, use], y[use], weights[use] / weights[use].sum()
    order = np.argsort(x, axis=1, kind="stable")
    along = np.take_along_axis(x, order, axis=1)
    heavy = w[order]
    reached = np.cumsum(heavy, axis=1)
    new = np.concatenate([np.ones((len(x), 1), bool), along[:, 1:] > along[:, :-1]], axis=1)
    # Weight before and after the run of equal values in which each variant stands.
    begins = np.maximum.accumulate(np.where(new, reached - heavy, 0.0), axis=1)
    last = np.concatenate([new[:, 1:], np.ones((len(x), 1), bool)], axis=1)
    backward = np.where(last, reached, np.inf)[:, ::-1]
    ends = np.minimum.accumulate(backward, axis=1)[:, ::-1]
    run = np.maximum(ends - begins, 1e-300)
    lowest = heavy * np.clip(FIFTH - begins, 0.0, run) / run
    highest = heavy * np.clip(ends - (1.0 - FIFTH), 0.0, run) / run
    here = y[order]
    middle = reached - heavy / 2
    values = np.stack([
        np.interp([0.1, 0.9], middle[p], along[p]) for p in range(len(x))
    ]) if len(x) else np.zeros((0, 2))  # fmt: skip
    return Swings(
        values[:, 0],
        values[:, 1],
        (lowest * here).sum(axis=1) / lowest.sum(axis=1),
        (highest * here).sum(axis=1) / highest.sum(axis=1),
    )
