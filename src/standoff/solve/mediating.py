"""A mediator's best device for one game, checked by separate code (`disobedience`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError, nearest
from standoff.game.game import Game
from standoff.solve.correlated_plan import Concept, CorrelatedPlan
from standoff.solve.disobedience import Disobedience, Obedience
from standoff.solve.sequence_form import behavior
from standoff.solve.sequence_pairs import Pairs
from standoff.solve.solution import Equilibria
from standoff.solve.solved import Profile, distinct
from standoff.solve.task import Answer, Task

Float = NDArray[np.float64]
ALONE = "odds of each recommendation"
"""Label of a profile that says what each side is told, not what both are told together."""


def mediating(task: Task, concept: Concept) -> Answer:
    """The device that both players obey and that makes the task's objective best. Raises
    `ScenarioError` for an objective that is no player's.
    """
    from standoff.solve.optimal_correlation import optimal_correlated

    plan = optimal_correlated(
        task.game, task.payload, concept=concept, objective=_objective(task), progress=task.progress
    )
    found = Equilibria((plan.recommended,), plan.iterations, advice=plan.status)
    if plan.components is not None:
        weights = np.array([one.weight for one in plan.components])
        found = Equilibria(
            strategies_of(plan, task.game), plan.iterations, weights, advice=plan.status
        )
    return Answer(found, plan=plan)


def _objective(task: Task) -> str:
    """In the words of the solver."""
    names = distinct(task.loaded.labels.players)
    if task.objective == "welfare":
        return "sum"
    if task.objective not in names:
        raise ScenarioError(
            Problem(
                "no-objective", f"there is no player {task.objective!r} to favor",
                expected=", ".join(["welfare", *names]),
                nearest=nearest(task.objective, ["welfare", *names]),
            )
        )  # fmt: skip
    return f"player:{names.index(task.objective)}"


def strategies_of(plan: CorrelatedPlan, game: Game) -> tuple[Float, ...]:
    """Behavior strategies [A] of the components of a device that is a list."""
    return tuple(behavior(plan.form, list(one.plans), game) for one in plan.components or ())


def pairs_of(plan: CorrelatedPlan) -> Pairs:
    """The plan over pairs of rows of a behavior strategy, whatever the sequences' numbers."""
    rows = [plan.form.plexes[p].row[plan.pairs[:, p]] for p in range(2)]
    return Pairs(rows[0], rows[1], plan.weight)


def disobeyed(plan: CorrelatedPlan, obedience: Obedience) -> Disobedience:
    """What disobeying a device gains: of the list itself where it is one."""
    if plan.components is None:
        return obedience.of_pairs(pairs_of(plan), plan.concept)
    weights = np.array([one.weight for one in plan.components])
    return obedience.of_profiles(strategies_of(plan, obedience.game), weights, plan.concept)


def checked(task: Task, plan: CorrelatedPlan) -> tuple[tuple[Profile, ...], float]:
    """The profiles to show, with what players gain by disobeying, and the check of the whole:
    infinite where the plan is no device's, at least the payoffs that a flaw of the plan is worth.
    """
    found = disobeyed(plan, Obedience(task.game, task.payload))
    check = max(found.gap, found.slack * task.reach) if plan.device else float("inf")
    alone = Profile(plan.recommended, found.values, None, found.gain, None, ALONE)
    if plan.components is None:
        return (alone,), check
    strategies = strategies_of(plan, task.game)
    from standoff.solve.certificates import Certifier

    certifier = Certifier(task.game, task.payload)
    drawn = [
        Profile(strategy, certifier.values(strategy), None, None, one.weight)
        for one, strategy in zip(plan.components, strategies, strict=True)
    ]
    return (alone, *drawn), check
