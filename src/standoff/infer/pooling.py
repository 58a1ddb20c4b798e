"""From answers by variant to one number, its range and what it is worth.

A query asks for P(A | B). Under variant v it is ``joint[v] / base[v]``, where ``base[v]`` is the
mass of the record and B, and ``joint[v]`` that of the record, B and A. The masses carry the
likelihood of the record, so that adding them up over variants weights each by how likely it makes
the record: the pooled number is ``sum(joint) / sum(base)``, and exclusive outcomes sum to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]
Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Pooled:
    """One number over V variants; NaN everywhere where no variant can answer.

    All that it keeps are two arrays by variant, so that numbers of chunks of variants can be put
    end to end; what is said of all variants together is worked out when it is asked for.
    """

    per_variant: Float  # [V] NaN where a variant can't answer
    base: Float  # [V] the mass that each answer stands for
    most: float = float("inf")
    """No pooled number is larger: the last bits of rounding may carry a sum past the whole."""
    given: float | None = None
    """The pooled number, where it is not the weighted mean (a ratio, a difference of two)."""

    @cached_property
    def weight(self) -> Float:
        """[V] `base`, 0 where a variant can't answer."""
        return np.where(np.isfinite(self.per_variant), self.base, 0.0)

    @cached_property
    def value(self) -> float:
        """The pooled number."""
        total = self.weight.sum()
        if not total > 0:
            return float("nan")
        if self.given is not None:
            return self.given
        known = np.where(self.weight > 0, self.per_variant, 0.0)
        return min(float((known * self.weight).sum() / total), self.most)

    @property
    def probability(self) -> float:
        """The pooled number, where it is a probability."""
        return self.value

    @property
    def range50(self) -> Range:
        """25th and 75th weighted percentile, widened to hold `value`."""
        return self._ranges[0]

    @property
    def range90(self) -> Range:
        """5th and 95th weighted percentile, widened to hold `value`."""
        return self._ranges[1]

    @cached_property
    def effective(self) -> float:
        """Kish's effective number of variants."""
        return effective(self.weight) if self.weight.sum() > 0 else 0.0

    @cached_property
    def _ranges(self) -> tuple[Range, Range]:
        nan = float("nan")
        if not self.weight.sum() > 0:
            return (nan, nan), (nan, nan)
        at = quantiles(self.per_variant, self.weight, [0.05, 0.25, 0.75, 0.95])
        low90, low50, high50, high90 = (float(b) for b in at)
        return _widened(low50, high50, self.value), _widened(low90, high90, self.value)


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
    return Pooled(np.asarray(values, dtype=float), np.asarray(weights, dtype=float), given=value)


def ratio(joint: ArrayLike, base: ArrayLike) -> Float:
    """``joint / base`` by variant, NaN where the base vanishes."""
    a, b = np.broadcast_arrays(np.asarray(joint, float), np.asarray(base, float))
    out: Float = np.full(a.shape, np.nan)
    np.divide(a, b, out=out, where=b > 0)
    return out


def pool(joint: ArrayLike, base: ArrayLike) -> Pooled:
    """Pool ``P(A | B)`` from the masses of record-and-B-and-A [V] and record-and-B [V]."""
    # The last bits of rounding may carry a sum of parts past the whole.
    return Pooled(np.minimum(ratio(joint, base), 1.0), np.asarray(base, dtype=float), 1.0)


def pool_means(joint: ArrayLike, base: ArrayLike) -> Pooled:
    """Pool ``E(X | B)`` from mass times value [V] and mass [V] of a condition."""
    return Pooled(ratio(joint, base), np.asarray(base, dtype=float))
