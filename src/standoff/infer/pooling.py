"""From answers by variant to one number, its range and what it is worth.

A query asks for P(A | B). Under variant v it is ``joint[v] / base[v]``, where ``base[v]`` is the
mass of the record and B, and ``joint[v]`` that of the record, B and A. The masses carry the
likelihood of the record, so that adding them up over variants weights each by how likely it makes
the record: the pooled number is ``sum(joint) / sum(base)``, and exclusive outcomes sum to one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]
Range = tuple[float, float]


@dataclass(frozen=True)
class Pooled:
    """One number over V variants; NaN everywhere where no variant can answer."""

    value: float
    range50: Range  # 25th and 75th weighted percentile, widened to hold `value`
    range90: Range  # 5th and 95th
    effective: float  # Kish's effective number of variants
    per_variant: Float = field(default_factory=lambda: np.zeros(0), repr=False)  # [V]
    weight: Float = field(default_factory=lambda: np.zeros(0), repr=False)  # [V]

    @property
    def probability(self) -> float:
        """The pooled number, where it is a probability."""
        return self.value


def effective(weights: ArrayLike) -> float:
    """Kish's effective sample size of some weights; 0 where all vanish."""
    w = np.asarray(weights, dtype=float)
    w = w[np.isfinite(w) & (w > 0)]
    if not len(w):
        return 0.0
    w = w / w.max()  # likelihoods of long records underflow when squared
    return float(w.sum() ** 2 / (w * w).sum())


def quantiles(values: ArrayLike, weights: ArrayLike, at: ArrayLike) -> Float:
    """Weighted quantiles [len(at)] of `values`; each value stands in the middle of its weight."""
    x = np.asarray(values, dtype=float)
    w = np.asarray(weights, dtype=float)
    q = np.atleast_1d(np.asarray(at, dtype=float))
    use = np.isfinite(x) & np.isfinite(w) & (w > 0)
    if not use.any():
        return np.full(len(q), np.nan)
    x, w = x[use], w[use]
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order] / w.max()
    middle = (np.cumsum(w) - w / 2) / w.sum()
    return np.asarray(np.interp(q, middle, x), dtype=float)


def _widened(low: float, high: float, value: float) -> Range:
    return (min(low, value), max(high, value))


def pool_values(values: ArrayLike, weights: ArrayLike, value: float | None = None) -> Pooled:
    """Pool answers [V] under weights [V]; `value` replaces the weighted mean where the pooled
    number is made otherwise (a ratio, a difference of two pooled numbers).
    """
    x = np.asarray(values, dtype=float)
    w = np.where(np.isfinite(x), np.asarray(weights, dtype=float), 0.0)
    total = w.sum()
    if total <= 0:
        nan = float("nan")
        return Pooled(nan, (nan, nan), (nan, nan), 0.0, x, w)
    mean = float((np.where(w > 0, x, 0.0) * w).sum() / total) if value is None else value
    low90, low50, high50, high90 = (float(b) for b in quantiles(x, w, [0.05, 0.25, 0.75, 0.95]))
    middle, wide = _widened(low50, high50, mean), _widened(low90, high90, mean)
    return Pooled(mean, middle, wide, effective(w), x, w)


def ratio(joint: ArrayLike, base: ArrayLike) -> Float:
    """``joint / base`` by variant, NaN where the base vanishes."""
    a, b = np.broadcast_arrays(np.asarray(joint, float), np.asarray(base, float))
    out: Float = np.full(a.shape, np.nan)
    np.divide(a, b, out=out, where=b > 0)
    return out


def pool(joint: ArrayLike, base: ArrayLike) -> Pooled:
    """Pool ``P(A | B)`` from the masses of record-and-B-and-A [V] and record-and-B [V]."""
    # The last bits of rounding may carry a sum of parts past the whole.
    odds = np.minimum(ratio(joint, base), 1.0)
    pooled = pool_values(odds, base)
    return pool_values(odds, base, 1.0) if pooled.value > 1.0 else pooled
