"""Points in the unit cube from which draws are made: Latin hypercube, Sobol, plain Monte Carlo."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Method = Literal["lhs", "sobol", "random"]


def latin_hypercube(n: int, dimensions: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """[n, dimensions] one point in each of n equal slices of every axis [@mckay1979]."""
    slices = rng.permuted(np.tile(np.arange(n, dtype=np.float64), (dimensions, 1)), axis=1).T
    return np.asarray((slices + rng.random((n, dimensions))) / n)


def points(n: int, dimensions: int, seed: int, method: Method = "lhs") -> NDArray[np.float64]:
    """[n, dimensions] points strictly inside the unit cube; same seed, same points."""
    if method == "sobol":
        from scipy.stats import qmc  # slow to import, so only here

        sobol = qmc.Sobol(max(dimensions, 1), scramble=True, rng=np.random.default_rng(seed))
        # A Sobol sequence is balanced at powers of two only: draw up to the next and keep n.
        found = sobol.random_base2(max(int(n - 1).bit_length(), 0))[:n, :dimensions]
    elif method == "lhs":
        found = latin_hypercube(n, dimensions, np.random.default_rng(seed))
    else:
        found = np.random.default_rng(seed).random((n, dimensions))
    tiny = 2.0**-40
    return np.clip(found, tiny, 1.0 - tiny)
