"""The ways of keeping regrets and averaging plans that the walks know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Dynamics:
    """How regrets are kept and plans averaged (see `standoff.kernels.regret_vector`)."""

    kind: int  # of the update: 0 positive, 1 signed, 2 positive with prediction
    keep: float  # exponent that discounts positive regrets; from `NONE` on not at all
    forget: float  # the same for negative regrets
    averaging: float  # the plan of iteration t counts t to this power

    @property
    def exponents(self) -> Float:
        """[3] for the kernels."""
        return np.array([self.keep, self.forget, self.averaging])


NONE = 64.0
METHODS = {
    "cfr+": Dynamics(0, NONE, 0.0, 1.0),
    "dcfr": Dynamics(1, 1.5, 0.0, 2.0),
    "pcfr+": Dynamics(2, NONE, 0.0, 2.0),
    "dcfr+": Dynamics(0, 1.5, 0.0, 4.0),
    "pdcfr+": Dynamics(2, 2.3, 0.0, 5.0),
}
