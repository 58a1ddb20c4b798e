"""Points in the unit cube from which draws are made: Latin hypercube, Sobol, plain Monte Carlo."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Method = Literal["lhs", "sobol", "random"]
METHODS: tuple[Method, ...] = get_args(Method)
TINY = 2.0**-40
"""Distance that points keep from the faces of the cube: quantiles there may be infinite."""


def latin_hypercube(n: int, dimensions: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """[n, dimensions] one point in each of n equal slices of every axis [@mckay1979].

    What `scipy.stats.qmc.LatinHypercube` does, without the import of `scipy.stats`, which takes
    longer than a small assessment.
    """
    slices = rng.permuted(np.tile(np.arange(n, dtype=np.float64), (dimensions, 1)), axis=1).T
    return np.asarray((slices + rng.random((n, dimensions))) / n)


def sobol(n: int, dimensions: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """[n, dimensions] the first n points of a scrambled Sobol sequence [@owen1998], by SciPy."""
    from scipy.stats import qmc  # slow to import, so only here

    if not dimensions:
        return np.empty((n, 0))
    engine = qmc.Sobol(dimensions, scramble=True, rng=rng)
    # A Sobol sequence is balanced at powers of two only: draw up to the next and keep n.
    return np.asarray(engine.random_base2(max(int(n - 1).bit_length(), 0))[:n], dtype=np.float64)


def points(n: int, dimensions: int, seed: int, method: Method = "lhs") -> NDArray[np.float64]:
    """[n, dimensions] points strictly inside the unit cube; same seed, same points."""
    rng = np.random.default_rng(seed)
    if method == "lhs":
        found = latin_hypercube(n, dimensions, rng)
    elif method == "sobol":
        found = sobol(n, dimensions, rng)
    elif method == "random":
        found = rng.random((n, dimensions))
    else:
        raise ValueError(f"no such way of drawing: {method!r}; there are {', '.join(METHODS)}")
    return np.clip(found, TINY, 1.0 - TINY)
