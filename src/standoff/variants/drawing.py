"""Draws of everything that the analyst is unsure of.

A variant is one draw of all uncertain parameters, priors and the precision. Points of the unit
cube come from a Latin hypercube by default (`points`); what a point means is the same however it
was made: rank correlations enter by a Gaussian copula, point by point, then each
coordinate becomes the quantile of its own distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from standoff.compile.drawn import (
    from_columns,
    parameter_distributions,
    reference,
    uncertain_columns,
)
from standoff.compile.draws import Draws
from standoff.scenario.correlations import correlated
from standoff.scenario.models import Correlation, Scenario
from standoff.variants.points import Method, points

__all__ = [
    "columns_at", "draw", "draws_at", "parameter_distributions", "reference", "uncertain_columns",
]  # fmt: skip

Array = NDArray[np.float64]


def draw(
    scenario: Scenario,
    n: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    *,
    like: Scenario | None = None,
) -> Draws:
    """Draw a scenario's parameters, priors and precision n times.

    Same scenario, n, seed and method: the same bytes. `like` is a scenario of which this one fixes
    some parameters: everything that both leave open is drawn as it is there. Raises
    `ScenarioError` where a prior can't sum to one or a distribution's numbers make no sense.
    """
    cube = points(n, len(uncertain_columns(like or scenario)), seed, method)
    return replace(draws_at(scenario, cube, seed, like=like), method=method)


def draws_at(
    scenario: Scenario, cube: Array, seed: int = 0, *, like: Scenario | None = None
) -> Draws:
    """The draws at points [n, D] strictly inside the unit cube, a column for each key of
    `uncertain_columns` (of `like`, where given). Each row is turned to numbers by itself: the same
    point means the same draw in any company. Independent uniform points give draws from the prior.
    """
    return from_columns(scenario, columns_at(like or scenario, cube), len(cube), seed)


def columns_at(scenario: Scenario, cube: Array) -> dict[str, Array]:
    """The columns [n] of points [n, D] by key of `uncertain_columns`, correlated as the scenario
    says.
    """
    uncertain = uncertain_columns(scenario)
    if cube.ndim != 2 or cube.shape[1] != len(uncertain):
        raise ValueError(f"points must be [n, {len(uncertain)}], not {list(cube.shape)}")
    columns = {key: cube[:, j] for j, key in enumerate(uncertain)}
    _correlate(columns, scenario.correlate)
    return columns


def _correlate(columns: dict[str, Array], wanted: Sequence[Correlation]) -> None:
    """Give columns of the unit cube the rank correlations asked for, in place (Gaussian copula)."""
    asked = [(i, c) for i, c in enumerate(wanted) if all(key in columns for key in c.between)]
    if not asked:
        return
    keys, factor = correlated(asked)
    scores = [np.asarray(special.ndtri(columns[key])) for key in keys]
    # Sum by sum, not as one matrix product, whose rounding may depend on how many points there are.
    for row, key in enumerate(keys):
        mixed = factor[row, 0] * scores[0]
        for other in range(1, row + 1):
            mixed = mixed + factor[row, other] * scores[other]
        columns[key] = np.asarray(special.ndtr(mixed))
