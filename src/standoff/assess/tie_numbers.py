"""Numbers by type and variant, pooled into what is said of a tie."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from standoff.assess.answering import unit
from standoff.assess.commitment_models import AudienceCost, Gain
from standoff.infer.pooling import pool_values
from standoff.infer.tied import Tied, Worth
from standoff.infer.turns import Turn

Float = NDArray[np.float64]

NOTHING = 1e-4
"""A gain below this is none: the solver's own error."""


def from_cost(points: Sequence[AudienceCost], good: Callable[[AudienceCost], bool]) -> float | None:
    """The smallest cost from which all that were tried are good."""
    found = None
    for point in reversed(points):
        if not good(point):
            break
        found = point.cost
    return found


def counted(tied: Tied, worth: Worth) -> NDArray[np.bool_]:
    """[V] variants that say something: solved with the tie and without."""
    found: NDArray[np.bool_] = worth.solved & tied.as_solved.solved
    return found


def lost(tied: Tied, worth: Worth) -> int:
    """Variants that failed the solver check with the tie and not without: they have no weight."""
    return int((tied.as_solved.solved & ~worth.solved).sum())


def mixture(tied: Tied, worth: Worth, than: Worth | None = None) -> Float:
    """[V] what a tie is worth on average over the types, against none or something else."""
    total = tied.mass.sum(axis=0)
    base = tied.as_solved if than is None else than
    gain = np.where(tied.mass > 0, worth.value - base.value, 0.0)
    found: Float = np.full(len(total), np.nan)
    np.divide((gain * tied.mass).sum(axis=0), total, out=found, where=total > 0)
    return found


def mean_gain(tied: Tied, worth: Worth, than: Worth | None = None) -> float:
    """The same, pooled."""
    weight = tied.mass.sum(axis=0) * counted(tied, worth)
    return pool_values(mixture(tied, worth, than), weight).value


def gain_of(values: Float, weight: Float) -> Gain:
    """Numbers by variant as a gain with its range."""
    pooled = pool_values(values, weight)
    low, high = pooled.range90
    total = float(weight.sum())
    better = float(weight[np.nan_to_num(values, nan=0.0) > NOTHING].sum())
    return Gain(
        value=pooled.value, range90=(low, high), better=unit(better / total) if total > 0 else 0.0
    )


def gains_by_type(tied: Tied, gain: Float, good: NDArray[np.bool_]) -> dict[str, float]:
    """Pooled gains [T, V] of the types that the record leaves possible."""
    return {
        kind: pool_values(gain[t], tied.mass[t] * good).value
        for t, kind in enumerate(tied.types)
        if kind in tied.possible
    }


def made_anyway(at: Turn, acts: Sequence[str]) -> float:
    """Odds that one of some moves is made at a turn as solved, once there."""
    made = sum(at.made[at.acts.index(act)].sum() for act in acts)
    return unit(float(made / at.reached.sum()))


def gone_back(tied: Tied, worth: Worth) -> float:
    """Odds of another move than the one promised, once the turn has come."""
    good = counted(tied, worth)
    if worth.come is None or worth.gone is None or not (come := (worth.come * good).sum()) > 0:
        return 0.0
    return unit(float((worth.gone * good).sum() / come))
