"""Draws of everything that the analyst is unsure of.

A variant is one draw of all uncertain parameters, priors and the precision. The points come from
a Latin hypercube by default; rank correlations enter by a Gaussian copula.
"""

from __future__ import annotations

from collections.abc import Sequence

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
from standoff.errors import Problem, ScenarioError
from standoff.scenario.models import Correlation, Scenario
from standoff.variants.points import Method, points

__all__ = ["draw", "parameter_distributions", "reference", "uncertain_columns"]

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
    uncertain = uncertain_columns(like or scenario)
    cube = points(n, len(uncertain), seed, method)
    columns = {key: cube[:, j] for j, key in enumerate(uncertain)}
    _correlate(columns, (like or scenario).correlate)
    return from_columns(scenario, columns, n, seed)


def _correlate(columns: dict[str, Array], wanted: Sequence[Correlation]) -> None:
    """Give columns of the unit cube the rank correlations asked for, in place (Gaussian copula)."""
    if not wanted:
        return
    keys = sorted({key for c in wanted for key in c.between if key in columns})
    place = {key: j for j, key in enumerate(keys)}
    matrix = np.eye(len(keys))
    for c in wanted:
        a, b = c.between
        if a in place and b in place:
            # Pearson's correlation of the normal scores that gives Spearman's between the ranks.
            r = 2.0 * np.sin(np.pi * c.rank / 6.0)
            matrix[place[a], place[b]] = matrix[place[b], place[a]] = r
    try:
        factor = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise ScenarioError(
            Problem(
                "correlation",
                "these rank correlations contradict each other",
                path="correlate",
                expected="a positive definite matrix",
            )
        ) from None
    scores = np.stack([np.asarray(special.ndtri(columns[key])) for key in keys])
    columns.update(zip(keys, np.asarray(special.ndtr(factor @ scores)), strict=True))
