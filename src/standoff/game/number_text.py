"""Floats as the game files write numbers: short, and the same when read again."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

__all__ = ["number_text", "odds_text", "payoff_texts"]

Float = NDArray[np.float64]

_DENOMINATOR = 10_000


def rational(value: float) -> Fraction:
    """The simplest fraction that is this float, or the float exactly where none is simple."""
    near = Fraction(value).limit_denominator(_DENOMINATOR)
    return near if float(near) == value else Fraction(value)


def number_text(value: float) -> str:
    """A number whose nearest float is `value`: whole, a simple fraction or a decimal."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    if len(text) <= 8:
        return text
    near = Fraction(value).limit_denominator(_DENOMINATOR)
    return str(near) if float(near) == value else text


def payoff_texts(payoff: Float) -> list[tuple[str, ...]]:
    """A tuple of numbers for each row of `payoff` ``[n, P]``."""
    values, place = np.unique(payoff, return_inverse=True)
    texts = np.array([number_text(value) for value in values.tolist()], dtype=object)
    return [tuple(row) for row in texts[place.reshape(payoff.shape)].tolist()]


def odds_text(odds: Float) -> tuple[str, ...]:
    """Exact rationals that sum to one; the largest takes up what rounding has left over."""
    shares = [rational(value) for value in odds.tolist()]
    if sum(shares) != 1:
        shares = [Fraction(value) for value in odds.tolist()]
        largest = max(range(len(shares)), key=shares.__getitem__)
        shares[largest] += 1 - sum(shares)
    return tuple(map(str, shares))
