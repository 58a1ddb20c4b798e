"""Draws of everything that the analyst is unsure of.

A variant is one draw of all uncertain parameters, priors and the precision. Points of the unit
cube come from a Latin hypercube by default (`points`); what a point means is the same however it
was made: rank correlations enter by a Gaussian copula [@iman1982], point by point, then each
coordinate becomes the quantile of its own distribution.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from standoff.errors import Problem, ScenarioError
from standoff.scenario.models import Correlation, Scenario
from standoff.variants.points import Method, points

__all__ = ["draw", "draws_at", "parameter_distributions", "reference", "uncertain_columns"]

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
    uncertain = uncertain_columns(like or scenario)
    if cube.ndim != 2 or cube.shape[1] != len(uncertain):
        raise ValueError(f"points must be [n, {len(uncertain)}], not {list(cube.shape)}")
    columns = {key: cube[:, j] for j, key in enumerate(uncertain)}
    _correlate(columns, (like or scenario).correlate)
    return from_columns(scenario, columns, len(cube), seed)


def _correlate(columns: dict[str, Array], wanted: Sequence[Correlation]) -> None:
    """Give columns of the unit cube the rank correlations asked for, in place (Gaussian copula)."""
    asked = [(i, c) for i, c in enumerate(wanted) if all(key in columns for key in c.between)]
    if not asked:
        return
    keys = sorted({key for _, c in asked for key in c.between})
    factor = _factor(_scores_correlation(keys, asked))
    if factor is None:
        raise ScenarioError(_contradiction(keys, asked))
    scores = [np.asarray(special.ndtri(columns[key])) for key in keys]
    # Sum by sum, not as one matrix product, whose rounding may depend on how many points there are.
    for row, key in enumerate(keys):
        mixed = factor[row, 0] * scores[0]
        for other in range(1, row + 1):
            mixed = mixed + factor[row, other] * scores[other]
        columns[key] = np.asarray(special.ndtr(mixed))


def _scores_correlation(keys: Sequence[str], asked: Iterable[tuple[int, Correlation]]) -> Array:
    """[n, n] Pearson's correlations of normal scores that give Spearman's between the ranks
    [@kruskal1958].
    """
    place = {key: j for j, key in enumerate(keys)}
    matrix = np.eye(len(keys))
    seen: dict[tuple[int, int], Correlation] = {}
    for index, c in asked:
        a, b = sorted(place[key] for key in c.between)
        if seen.setdefault((a, b), c).rank != c.rank:
            raise ScenarioError(
                Problem(
                    "correlation",
                    f"{c.between[0]} and {c.between[1]} have two rank correlations",
                    path=f"correlate.{index}",
                    found=f"{seen[a, b].rank:g} and {c.rank:g}",
                    expected="one",
                )
            )
        matrix[a, b] = matrix[b, a] = 2.0 * np.sin(np.pi * c.rank / 6.0)
    return matrix


def _factor(matrix: Array) -> Array | None:
    """The lower Cholesky factor; None where the matrix is not positive definite."""
    try:
        return np.asarray(np.linalg.cholesky(matrix))
    except np.linalg.LinAlgError:
        return None


def _contradiction(keys: Sequence[str], asked: Sequence[tuple[int, Correlation]]) -> Problem:
    """The problem, told with as few parameters as contradict each other by themselves."""
    # Whatever holds between some parameters holds between fewer of them: so one pass that leaves
    # out each in turn, where the rest still can't hold together, ends with a smallest set.
    matrix, kept = _scores_correlation(keys, asked), list(range(len(keys)))
    for j in range(len(keys)):
        fewer = [k for k in kept if k != j]
        if _factor(matrix[np.ix_(fewer, fewer)]) is None:
            kept = fewer
    guilty = {keys[j] for j in kept}
    named = [(i, c) for i, c in asked if set(c.between) <= guilty]
    pairs = "; ".join(f"{a} with {b}: {c.rank:g}" for _, c in named for a, b in [c.between])
    silent = len(guilty) * (len(guilty) - 1) // 2 - len(named)
    return Problem(
        "correlation",
        "these rank correlations contradict each other",
        path=f"correlate.{named[-1][0]}",
        found=pairs + ("; pairs that are not named: 0" if silent else ""),
        expected="correlations that can hold together (a positive definite matrix)",
    )
