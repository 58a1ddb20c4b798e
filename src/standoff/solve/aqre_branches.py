"""Equilibria at one precision beside the first on the principal branch.

The principal branch is followed on, past the precision asked for and back, where it folds: each
crossing is an equilibrium. Then many random starts: damped iterations of the logit response,
Newton's method from where they lead, and the branch of whatever is new followed both ways. What
comes of it is all that was found, never all that there is: whoever prints it says "holds in each of
the k found by s starts".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.errors import Cancelled
from standoff.game.game import Game, Payload
from standoff.progress import Progress
from standoff.solve.aqre_path import POLISH, aqre_path
from standoff.solve.following import Follower
from standoff.solve.logit_problem import LogitProblem, public_tree
from standoff.solve.solution import Equilibria

Float = NDArray[np.float64]
Int32 = NDArray[np.int32]

STARTS = 32
"""Random starts where no number is given."""
STEPS = 400
"""Steps along each way of a branch."""
BEYOND = 2.0
"""A branch is given up past this multiple of the precision asked for."""
SAME = 1e-6
"""Largest difference of probabilities between two sights of one equilibrium."""
DAMPED = (0, 4, 24, 80)
"""Damped iterations before Newton's method: starts take turns."""


@dataclass(frozen=True, eq=False)
class Branches:
    """Equilibria found at one precision; the first is that of the principal branch."""

    equilibria: Equilibria
    starts: int  # random starts made
    led: NDArray[np.int64]  # [k] starts that led to each
    principal: int  # the first so many are crossings of the principal branch, in its order

    @property
    def sentence(self) -> str:
        """What may be said of them."""
        k = len(self.equilibria.strategies)
        return f"{k} found by {self.starts} starts and along their branches"


def aqre_branches(
    game: Game,
    payload: Payload,
    *,
    precision: float | None = None,
    starts: int = STARTS,
    seed: int = 0,
    tolerance: float = 1e-10,
    variant: int = 0,
    outcome: Int32 | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Branches:
    """Equilibria at `precision` (the payload's own where not given): those that the principal
    branch crosses, then those that `starts` random starts lead to, and their branches.

    All have a certificate of at most `tolerance`. The same `seed` gives the same list.
    `outcome` as in `aqre_path`.
    """

    def check() -> None:
        if (cancel is not None and cancel()) or (progress is not None and progress.cancelled):
            raise Cancelled("stopped while looking for other equilibria")

    goal = float(payload.precision[variant] if precision is None else precision)
    first, path = aqre_path(
        game, payload, precision=goal, tolerance=tolerance, variant=variant, keep=False,
        outcome=outcome, progress=progress, cancel=cancel,
    )  # fmt: skip
    problem = LogitProblem(game, payload, variant, public_tree(game, payload, outcome))
    n = problem.n
    if not n or goal == 0.0 or not path.arrived:
        return Branches(first, 0, np.zeros(1, dtype=np.int64), 1)
    follower = Follower(*problem.fields(), n, accepted=tolerance)
    found: list[Float] = []  # log odds
    plays: list[Float] = []
    led: list[int] = []

    def note(x: Float) -> int:
        """Its number in the list; new ones are put behind the others if they hold."""
        play = np.exp(problem.log_strategies(x[None])[0])
        for i, other in enumerate(plays):
            if float(np.abs(play - other).max()) <= SAME:
                return i
        here = np.append(x, goal)
        if not follower.distance(here, 1.0) <= tolerance:
            if not follower.distance(here, 1.0, POLISH) <= tolerance:
                return -1
            x = follower.polished
            play = np.exp(problem.log_strategies(x[None])[0])
        found.append(x)
        plays.append(play)
        led.append(0)
        return len(found) - 1

    def follow(x: Float, toward: float) -> None:
        """Note every crossing of the branch through x, on one of its ways."""
        if not follower.stand(x, goal, toward):
            return
        for _ in range(STEPS):
            check()
            before = follower.z[-1]
            code = follower.step(goal)
            if code < 0 or not 0.0 < follower.precision < BEYOND * goal:
                return
            if code and before != follower.z[-1]:
                at = len(found)
                number = note(follower.z[:n].copy())
                if number >= 0 and number < at and number in walked:
                    return  # round a loop, or along what is known
                walked.add(number)

    walked: set[int] = set()
    follower_start = follower.begin(problem.start, goal, problem.unit)
    if follower_start:
        for _ in range(STEPS * 10):
            check()
            if follower.step(goal) != 0:
                break
        x = follower.z[:n].copy()
        walked.add(note(x))
        follow(x, BEYOND * goal)
    principal = len(found)
    rng = np.random.default_rng(seed)
    # Log odds as far apart as the payoffs allow at this precision, and as near as at none.
    widest = 2e-3 / problem.unit * goal
    for number in range(starts):
        check()
        if progress is not None:
            progress.step(number, starts)
        spread = widest * rng.random() ** 2
        start = problem.start + rng.normal(0.0, 1.0, n) * spread
        step = float(rng.choice([1.0, 0.5, 0.2]))
        reached = follower.settle(start, goal, DAMPED[number % len(DAMPED)], step)
        if reached is None:
            continue
        known = len(found)
        which = note(reached)
        if which < 0:
            continue
        led[which] += 1
        if which == known:
            walked.add(which)
            follow(reached, BEYOND * goal)
            follow(reached, 0.0)
    strategies = tuple(plays) if plays else first.strategies
    advice = "" if plays else "no equilibrium passed its certificate"
    equilibria = Equilibria(strategies, first.iterations + follower.sweeps, advice=advice)
    return Branches(equilibria, starts, np.array(led or [0], dtype=np.int64), principal)


make_callable(__name__)
