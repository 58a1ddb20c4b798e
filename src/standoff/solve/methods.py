"""Which algorithm solves which concept, and in what order they are tried.

Each entry of `METHODS` calls one solver with what it understands of a `Task`. Solvers are imported
when they are called: each brings libraries of its own.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError
from standoff.game.game import CHANCE, Game, Payload
from standoff.game.loaded import LoadedGame
from standoff.progress import Progress
from standoff.solve.sequence_form import SequenceForm
from standoff.solve.solution import Equilibria
from standoff.solve.solved import PathPoint

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be solved, and how well."""

    loaded: LoadedGame
    payload: Payload  # with the precision that was asked for
    tolerance: float
    every: bool  # as many equilibria as can be found
    deadline: float  # on the clock of `time.monotonic`
    seed: int
    progress: Progress
    level: int = 2
    tau: float = 1.5
    want_path: bool = False

    @property
    def game(self) -> Game:
        """The game's arrays."""
        return self.loaded.game

    @property
    def precision(self) -> float:
        """Precision of the logit."""
        return float(self.payload.precision[0])

    @property
    def left(self) -> float | None:
        """Seconds left, None without a bound."""
        return None if np.isinf(self.deadline) else max(self.deadline - clock.monotonic(), 0.0)

    @cached_property
    def size(self) -> int:
        """Histories, types included: what one pass over the game costs."""
        return self.game.histories

    @cached_property
    def two_players(self) -> bool:
        """Whether there are two."""
        return len(self.game.players) == 2

    @cached_property
    def zero_sum(self) -> bool:
        """Whether what one of two players wins the other loses, up to a constant."""
        if not self.two_players:
            return False
        from standoff.solve.constant_sum import constant_total

        return constant_total(self.game, self.payload) is not None

    @cached_property
    def form(self) -> SequenceForm:
        """The sequence form. Raises `ImperfectRecall`."""
        from standoff.solve.sequence_form import sequence_form

        return sequence_form(self.game, self.payload)

    @cached_property
    def perfect_information(self) -> bool:
        """Whether every information set is one history."""
        game = self.game
        return game.n_profiles == 1 and bool((np.diff(game.cell_start) == 1).all())


@dataclass(frozen=True, eq=False)
class Answer:
    """What one algorithm gave."""

    equilibria: Equilibria
    path: tuple[PathPoint, ...] | None = None
    labels: tuple[str, ...] = field(default=())
    ranges: Float | None = None  # [P, 2] least and most of each player over pure equilibria


Runner = Callable[[Task], Answer]


def _regret(method: str) -> Runner:
    def run(task: Task) -> Answer:
        from standoff.solve.regret import regret

        return Answer(
            regret(
                task.game, task.payload, tolerance=task.tolerance, method=method, time=task.left,
                outcome=task.loaded.outcome,
                progress=task.progress,
            )
        )  # fmt: skip

    return run


def _lp(task: Task) -> Answer:
    from standoff.solve.sequence_lp import sequence_lp

    return Answer(sequence_lp(task.game, task.payload, form=task.form, time=task.left))


def _lcp(task: Task) -> Answer:
    from standoff.solve.sequence_lcp import sequence_lcp

    return Answer(sequence_lcp(task.game, task.payload))


def _backward(task: Task) -> Answer:
    from standoff.solve.backward_induction import backward_induction

    found = backward_induction(task.game, task.payload, limit=64 if task.every else 1)
    return Answer(found, ranges=np.stack([found.low, found.high], axis=1))


def _aqre_branch(task: Task) -> Answer:
    from standoff.solve.aqre_path import aqre_path

    found, branch = aqre_path(
        task.game, task.payload, precision=task.precision, tolerance=task.tolerance,
        keep=task.want_path, progress=task.progress, cancel=lambda: task.progress.cancelled,
    )  # fmt: skip
    if not task.want_path:
        return Answer(found)
    kept = len(branch.strategy) == len(branch.precision)
    points = tuple(
        PathPoint(
            float(branch.precision[i]), float(branch.arclength[i]), float(branch.residual[i]),
            bool(branch.fold[i]), branch.strategy[i] if kept else None,
        )
        for i in range(len(branch.precision))
    )  # fmt: skip
    return Answer(found, points)


def _aqre_batch(task: Task) -> Answer:
    from standoff.solve.aqre import aqre

    found = aqre(
        task.game, task.payload, tolerance=min(task.tolerance, 1e-8), progress=task.progress
    )
    strategy = np.ascontiguousarray(found.strategy[:, 0])
    return Answer(Equilibria((strategy,), int(found.sweeps[0]), advice=found.advice))


def _level_k(task: Task) -> Answer:
    from standoff.solve.level_k import level_k

    return Answer(level_k(task.game, task.payload, k=task.level, precision=task.precision))


def _cognitive_hierarchy(task: Task) -> Answer:
    from standoff.solve.cognitive_hierarchy import cognitive_hierarchy

    return Answer(
        cognitive_hierarchy(task.game, task.payload, tau=task.tau, levels=max(task.level, 1))
    )


METHODS: dict[str, dict[str, Runner]] = {
    "nash": {
        "lp": _lp,
        "lcp": _lcp,
        "backward-induction": _backward,
        "cfr+": _regret("cfr+"),
        "dcfr": _regret("dcfr"),
        "pcfr+": _regret("pcfr+"),
        "regret": _regret("auto"),
    },
    "cce": {
        "cfr+": _regret("cfr+"),
        "dcfr": _regret("dcfr"),
        "pcfr+": _regret("pcfr+"),
        "regret": _regret("auto"),
    },
    "spe": {"backward-induction": _backward},
    "aqre": {"branch": _aqre_branch, "fixed-point": _aqre_batch},
    "level_k": {"level-k": _level_k},
    "cognitive_hierarchy": {"cognitive-hierarchy": _cognitive_hierarchy},
}
"""concept -> method -> the solver."""


def chosen(concept: str, method: str, task: Task) -> Sequence[str]:
    """Methods to try, in order. Raises `ScenarioError` where the game is not of the kind that the
    concept or the method is for.
    """
    known = METHODS[concept]
    if method != "auto":
        if method not in known:
            from standoff.errors import nearest

            raise ScenarioError(
                Problem(
                    "no-method", f"{concept} is not found by {method!r}",
                    expected=", ".join(["auto", *known]), nearest=nearest(method, known),
                )
            )  # fmt: skip
        _refuse(concept, method, task)
        return (method,)
    if concept == "nash":
        return _for_nash(task)
    _refuse(concept, next(iter(known)), task)
    return (next(iter(known)),)


def _for_nash(task: Task) -> Sequence[str]:
    if task.zero_sum:
        return ("lp", "regret")
    return ("lcp",)


def _refuse(concept: str, method: str, task: Task) -> None:
    """Raise where the game is of the wrong kind."""
    why = ""
    if method == "lp" and not task.zero_sum:
        why = "linear programming finds equilibria of zero-sum games of two players"
    elif method == "lcp" and not task.two_players:
        why = "the linear complementarity problem is one of two players"
    elif method == "backward-induction" and not task.perfect_information:
        why = "backward induction needs perfect information: one history in each information set"
    elif concept == "nash" and method in {"regret", "cfr+", "dcfr", "pcfr+"} and not task.zero_sum:
        why = (
            "regret minimization leads to an equilibrium in zero-sum games of two players only: "
            "elsewhere it finds coarse correlated equilibria (--concept cce)"
        )
    if why:
        raise ScenarioError(Problem("wrong-game", why, found=_kind(task)))


def _kind(task: Task) -> str:
    number = len(task.game.players)
    players = f"{number} player{'' if number == 1 else 's'}"
    if not task.two_players:
        return f"a game of {players}"
    sums = "zero-sum" if task.zero_sum else "general-sum"
    chance = "chance, " if (task.game.actor == CHANCE).any() else ""
    return f"a {sums} game of {players}, {chance}{task.game.information_sets} information sets"
