"""Rank correlations between parameters: whether they can hold together, and what makes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError
from standoff.scenario.models import Correlation

Array = NDArray[np.float64]
Asked = Sequence[tuple[int, Correlation]]
"""Correlations with their places in the scenario."""


def correlated(asked: Asked) -> tuple[list[str], Array]:
    """Parameters, and the lower triangular matrix [n, n] that gives their independent normal scores
    the rank correlations asked for; pairs that are not named have none. Raises `ScenarioError`
    where correlations contradict each other, naming those that do.
    """
    keys = sorted({key for _, c in asked for key in c.between})
    matrix = _of_scores(keys, asked)
    factor = _factor(matrix)
    if factor is None:
        raise ScenarioError(_contradiction(keys, matrix, asked))
    return keys, factor


def _of_scores(keys: Sequence[str], asked: Asked) -> Array:
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


def _contradiction(keys: Sequence[str], matrix: Array, asked: Asked) -> Problem:
    """The problem, told with as few parameters as contradict each other by themselves."""
    # Whatever holds between some parameters holds between fewer of them: so one pass that leaves
    # out each in turn, where the rest still can't hold together, ends with a smallest set.
    kept = list(range(len(keys)))
    for j in range(len(keys)):
        fewer = [k for k in kept if k != j]
        if _factor(matrix[np.ix_(fewer, fewer)]) is None:
            kept = fewer
    guilty = {keys[j] for j in kept}
    named = [(i, c) for i, c in asked if set(c.between) <= guilty]
    pairs = "; ".join(f"{a} with {b}: {c.rank:g}" for _, c in named for a, b in [c.between])
    silent = len(guilty) * (len(guilty) - 1) // 2 > len({frozenset(c.between) for _, c in named})
    return Problem(
        "correlation",
        "these rank correlations contradict each other",
        path=f"correlate.{named[-1][0]}",
        found=pairs + ("; pairs that are not named: 0" if silent else ""),
        expected="correlations that can hold together (a positive definite matrix)",
    )
