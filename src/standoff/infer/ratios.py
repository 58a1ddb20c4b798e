"""Likelihood ratios over variants, kept as the four masses that they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standoff.infer.pooling import Pooled, pool_values, ratio

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sides:
    """Masses before and after an item, where an event holds and where it doesn't."""

    after: Float  # [V]
    before: Float  # [V]
    after_not: Float  # [V]
    before_not: Float  # [V]

    @cached_property
    def per_variant(self) -> Float:
        """[V] the ratio; NaN where a side is impossible."""
        return ratio(ratio(self.after, self.before), ratio(self.after_not, self.before_not))

    @property
    def value(self) -> float:
        """The ratio of the two pooled odds of the item."""
        top = _over(self.after.sum(), self.before.sum())
        return _over(top, _over(self.after_not.sum(), self.before_not.sum()))


@dataclass(frozen=True, eq=False)
class Ratio:
    """The likelihood ratio of one item, or of several that express one decision: their product,
    each given the earlier ones.
    """

    parts: tuple[Sides, ...]

    @classmethod
    def of(cls, after: Float, before: Float, after_not: Float, before_not: Float) -> Ratio:
        """Of one item, from its masses [V]."""
        return cls((Sides(after, before, after_not, before_not),))

    @cached_property
    def pooled(self) -> Pooled:
        """The pooled ratio and its range."""
        value = float(np.prod([part.value for part in self.parts]))
        last = self.parts[-1]
        each = np.prod([part.per_variant for part in self.parts], axis=0)
        base = np.where(np.isfinite(last.per_variant), last.before + last.before_not, 0.0)
        return pool_values(each, base, value)

    @property
    def per_variant(self) -> Float:
        """[V]"""
        return self.pooled.per_variant

    @property
    def weight(self) -> Float:
        """[V]"""
        return self.pooled.weight

    @property
    def value(self) -> float:
        """The pooled ratio."""
        return self.pooled.value


def _over(a: float, b: float) -> float:
    return float(a / b) if b > 0 else float("nan")
