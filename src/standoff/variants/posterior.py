"""Variants drawn from the posterior: tempering on the record of a scenario.

Draws from the prior, weighted by the likelihood of the record, are wasted where only few of them
make it likely. Here their points of the unit cube are tempered (`tempering`) with the likelihood
of the record; the particles found are turned to draws again, with the importance that makes masses
sum to what they would under the prior.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.infer.evidence import Evidence
from standoff.infer.inference import Inference
from standoff.progress import Progress, check
from standoff.variants.batch import Batch, solve_draws
from standoff.variants.chunks import size_of, slices
from standoff.variants.drawing import draws_at, uncertain_columns
from standoff.variants.tempering import Keeper, Tempered, temper

Float = NDArray[np.float64]

BUDGET = 20
"""Variants that tempering may solve for each that was asked for."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Draws from the posterior (or as far towards it as the budget reached)."""

    draws: Draws  # with their importance
    tempered: Tempered


def likelihood(batch: Batch, evidence: Evidence) -> Float:
    """[V] probability of the record in each variant, times its importance where it has one; 0 where
    the solver failed.
    """
    inference = Inference(batch.compiled, batch.payload, batch.draws, batch.solution, evidence)
    _, mass = inference.standing(evidence.present)
    return np.asarray(mass.sum(axis=(0, 1)))


def likelihood_at(
    compiled: Compiled, evidence: Evidence, cube: Float, progress: Progress | None = None
) -> Float:
    """[n] probability of the record at points [n, D] of the unit cube: solved in chunks, so that
    the memory is bounded. 0 where the record is impossible or the solver failed.
    """
    found = np.empty(len(cube))
    for part in slices(len(cube), size_of(compiled, cube.shape[1])):
        check(progress)
        draws = draws_at(compiled.scenario, cube[part])
        found[part] = likelihood(solve_draws(compiled, draws), evidence)
    return found


def posterior(
    compiled: Compiled,
    evidence: Evidence,
    cube: Float,
    found: Float,
    *,
    solve: Callable[[Float], Float] | None = None,
    seed: int = 0,
    target: float = 0.1,
    budget: int | None = None,
    keeper: Keeper | None = None,
    progress: Progress | None = None,
) -> Posterior:
    """Draw as many variants from the posterior as there are points.

    `cube` [V, D] are points that stand for the prior (`points.points`), `found` [V] the likelihood
    of the record there, 0 where it is impossible or the solver failed; `solve` gives it at other
    points [n, D] (by default `likelihood_at`, here). At most `budget` more variants are solved
    (`BUDGET` for each point). Where a `keeper` holds what a stopped run had done, that is not done
    again. Same arguments, same bytes. Raises ValueError where the record is impossible everywhere.
    """
    if cube.shape[1] != len(uncertain_columns(compiled.scenario)):
        raise ValueError("points must have a column for everything that is uncertain")
    if solve is None:
        solve = partial(likelihood_at, compiled, evidence, progress=progress)
    if progress is not None:
        progress.say("looking for variants that explain the record")

    def logs(values: Float) -> Float:
        with np.errstate(divide="ignore"):
            return np.log(np.asarray(values, dtype=np.float64))

    tempered = temper(
        lambda points: logs(solve(points)),
        cube,
        logs(found),
        target=target,
        budget=BUDGET * len(cube) if budget is None else budget,
        seed=seed,
        keeper=keeper,
        progress=progress,
    )
    draws = draws_at(compiled.scenario, tempered.points, seed)
    return Posterior(replace(draws, importance=tempered.importance), tempered)
