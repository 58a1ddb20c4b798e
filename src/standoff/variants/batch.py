"""A batch: one game, V draws, their numbers and their solution."""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.game.game import Payload
from standoff.progress import Progress
from standoff.scenario.models import Scenario
from standoff.solve.solution import Solution
from standoff.variants.points import Method


@dataclass(frozen=True, eq=False)
class Batch:
    """Everything that inference needs, for V variants of one game."""

    compiled: Compiled
    draws: Draws
    payload: Payload
    solution: Solution

    @property
    def scenario(self) -> Scenario:
        """The scenario that was compiled."""
        return self.compiled.scenario


def solve_batch(
    scenario: Scenario,
    n: int = 200,
    seed: int = 0,
    *,
    method: Method = "lhs",
    draws: Draws | None = None,
    compiled: Compiled | None = None,
    budget: int | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Compile a scenario, draw n variants by a `method` and solve them all; `budget` limits the
    sweeps that one variant may take.
    """
    from standoff.compile import compile_scenario
    from standoff.variants.drawing import draw

    if compiled is None:
        if progress is not None:
            progress.say("compiling the game")
        compiled = compile_scenario(scenario, progress=progress)
    drawn = draw(scenario, n, seed, method) if draws is None else draws
    return solve_draws(compiled, drawn, progress, budget)


_references: WeakKeyDictionary[Compiled, Draws] = WeakKeyDictionary()


def reference_of(compiled: Compiled) -> Draws:
    """The reference draw of a game, the same object each time: what is worked out from it (the
    stakes) is kept for as long.
    """
    from standoff.variants.drawing import reference

    found = _references.get(compiled)
    if found is None:
        found = _references[compiled] = reference(compiled.scenario)
    return found


def solve_draws(
    compiled: Compiled,
    draws: Draws,
    progress: Progress | None = None,
    budget: int | None = None,
) -> Batch:
    """Solve given draws of a compiled scenario."""
    from standoff.compile import payload

    if progress is not None:
        progress.say("putting numbers to the game")
    numbers = payload(compiled, draws, reference=reference_of(compiled))
    return solve_payload(compiled, draws, numbers, progress, budget)


def solve_payload(
    compiled: Compiled,
    draws: Draws,
    numbers: Payload,
    progress: Progress | None = None,
    budget: int | None = None,
) -> Batch:
    """Solve given numbers of a compiled scenario."""
    from standoff.solve import aqre

    if progress is not None:
        progress.say("solving variants")
    solution = aqre(compiled.game, numbers, budget=budget, progress=progress)
    return Batch(compiled, draws, numbers, solution)


def subset(draws: Draws, n: int) -> Draws:
    """The first n of some draws."""
    return some(draws, slice(0, n))


def some(draws: Draws, which: slice | NDArray[np.intp]) -> Draws:
    """Some of the draws."""
    return replace(
        draws,
        values={name: values[which] for name, values in draws.values.items()},
        prior={actor: odds[:, which] for actor, odds in draws.prior.items()},
        joint=None if draws.joint is None else draws.joint[:, which],
        precision=draws.precision[which],
        importance=None if draws.importance is None else draws.importance[which],
    )


def subset_batch(batch: Batch, n: int) -> Batch:
    """The first n variants of a solved batch."""
    return some_batch(batch, slice(0, n))


def some_batch(batch: Batch, which: slice) -> Batch:
    """Some of the variants of a solved batch."""
    solution = batch.solution
    return Batch(
        batch.compiled,
        some(batch.draws, which),
        batch.payload.take(which),
        replace(
            solution,
            strategy=np.ascontiguousarray(solution.strategy[:, which]),
            check=solution.check[which],
            status=solution.status[which],
            sweeps=solution.sweeps[which],
        ),
    )
