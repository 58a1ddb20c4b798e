"""First-order and total Sobol indices from the answers of a Saltelli design, by SALib.

The first-order index of a group of assumptions is the share of the answer's variance that would go
on average if the group became known; the total index the share that would stay if all else became
known: what the group does by itself and together with others [@sobol2001, @saltelli2010].
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.variants.saltelli import Groups

Float = NDArray[np.float64]

RESAMPLES = 200
"""Bootstrap resamples behind an interval."""
HOLES = 0.02
"""Share of the design that may be missing (variants that failed the solver check). More is refused:
each hole is filled with the mean, and that many would hide what the assumptions do."""
NOTHING = 1e-6
"""An index as small as this is what rounding and the solver's tolerance leave."""


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """Indices of G groups; errors are half the width of the 95 per cent bootstrap interval."""

    first: Float  # [G]
    first_error: Float  # [G]
    total: Float  # [G]
    total_error: Float  # [G]
    mean: float  # of the answer over the assumptions as written
    deviation: float
    filled: int  # answers that were missing and count as the mean

    @property
    def first_noise(self) -> NDArray[np.bool_]:
        """[G] whose interval holds 0."""
        return np.asarray(self.first - self.first_error <= NOTHING)

    @property
    def total_noise(self) -> NDArray[np.bool_]:
        """[G] whose interval holds 0."""
        return np.asarray(self.total - self.total_error <= NOTHING)


def sobol_indices(groups: Groups, y: Float, seed: int) -> SobolIndices | None:
    """Indices from answers [n (G + 2)] in the order of the design; NaN where one is missing.

    None where more than `HOLES` are missing or all are the same. Same arguments, same bytes.
    """
    from SALib.analyze import sobol

    missing = ~np.isfinite(y)
    if missing.mean() > HOLES:
        return None
    mean = float(y[~missing].mean())
    filled = np.where(missing, mean, y)
    deviation = float(filled.std())
    if deviation < 1e-9:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = sobol.analyze(
            groups.problem(),
            filled,
            calc_second_order=False,
            num_resamples=RESAMPLES,
            # Without a seed, or with 0, SALib draws from a state that the whole process shares.
            seed=int(np.random.default_rng([seed, 0xB007]).integers(1, 2**31)),
        )
    first, first_error, total, total_error = (
        np.asarray(found[key], dtype=np.float64) for key in ("S1", "S1_conf", "ST", "ST_conf")
    )
    return SobolIndices(first, first_error, total, total_error, mean, deviation, int(missing.sum()))
