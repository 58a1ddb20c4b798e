"""Quantile functions of the language's distributions, on whole arrays.

Written on `scipy.special`, since importing `scipy.stats` costs more than drawing everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]


def uniform(u: Array, low: float, high: float) -> Array:
    """Quantiles of the uniform distribution on [low, high]."""
    return low + (high - low) * u


def triangular(u: Array, low: float, mode: float, high: float) -> Array:
    """Quantiles of the triangular distribution."""
    if high == low:
        return np.full_like(u, low)
    cut = (mode - low) / (high - low)
    left = low + np.sqrt(np.maximum(u * (high - low) * (mode - low), 0.0))
    right = high - np.sqrt(np.maximum((1.0 - u) * (high - low) * (high - mode), 0.0))
    return np.where(u < cut, left, right)


def pert(u: Array, low: float, mode: float, high: float) -> Array:
    """Quantiles of the PERT distribution: a beta with mean (low + 4 mode + high)/6."""
    if high == low:
        return np.full_like(u, low)
    a = 1.0 + 4.0 * (mode - low) / (high - low)
    b = 1.0 + 4.0 * (high - mode) / (high - low)
    return low + (high - low) * np.asarray(special.betaincinv(a, b, u))


def normal(u: Array, mean: float, deviation: float) -> Array:
    """Quantiles of the normal distribution."""
    return mean + deviation * np.asarray(special.ndtri(u))


def lognormal(u: Array, median: float, deviation: float) -> Array:
    """Quantiles of the lognormal distribution (median, deviation of the logarithm)."""
    return median * np.exp(deviation * np.asarray(special.ndtri(u)))


def beta(u: Array, a: float, b: float) -> Array:
    """Quantiles of the beta distribution."""
    return np.asarray(special.betaincinv(a, b, u))


def gamma(u: Array, shape: float) -> Array:
    """Quantiles of the gamma distribution of scale 1 (for Dirichlet draws)."""
    return np.asarray(special.gammaincinv(shape, u))


def discrete(u: Array, values: Sequence[float], odds: Sequence[float]) -> Array:
    """Quantiles of a discrete distribution; `odds` sum to one."""
    edges = np.cumsum(odds)
    places = np.minimum(np.searchsorted(edges, u, side="right"), len(values) - 1)
    return np.asarray(values, dtype=np.float64)[places]


CONTINUOUS: dict[str, Callable[..., Array]] = {
    "uniform": uniform,
    "triangular": triangular,
    "pert": pert,
    "normal": normal,
    "lognormal": lognormal,
    "beta": beta,
}
"""Quantile function by the key of the language."""
