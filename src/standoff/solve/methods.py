"""Which algorithm solves which concept, and in what order they are tried.

Each entry of `METHODS` calls one solver with what it understands of a `Task`. Solvers are imported
when they are called: each brings libraries of its own.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Cancelled, Problem, ScenarioError
from standoff.game.game import CHANCE, Game, Payload
from standoff.game.loaded import LoadedGame
from standoff.progress import Progress
from standoff.solve.solution import Equilibria
from standoff.solve.solved import PathPoint

if TYPE_CHECKING:
    from standoff.solve.level_k import LevelProfiles
    from standoff.solve.sequence_form import SequenceForm

Float = NDArray[np.float64]


SMALL, MEDIUM, LARGE = 4_000, 60_000, 600_000
"""Histories up to which linear programming is preferred: always, where the tolerance is not
coarse, and where nothing but an exact answer will do."""
COARSE, EXACT = 3e-5, 1e-8
"""Shares of the range of payoffs: tolerances above and below which are coarse and exact."""


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be solved, and how well."""

    loaded: LoadedGame
    payload: Payload  # with the precision that was asked for
    tolerance: float
    every: bool  # as many equilibria as can be found
    deadline: float  # on the clock of `time.monotonic`
    seed: int
    progress: Progress  # asks to stop once the time is spent, too
    user: Progress  # for solvers that look at the clock themselves, and then give what they have
    level: int = 2
    tau: float = 1.5
    want_path: bool = False
    forced: bool = False  # the method was named

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

    @property
    def share(self) -> float | None:
        """Seconds for a method after which another is to be tried."""
        return self.left if self.left is None or self.forced else self.left / 2

    @cached_property
    def size(self) -> int:
        """Histories, types included: what one pass over the game costs."""
        return self.game.histories

    @cached_property
    def reach(self) -> float:
        """The largest difference between payoffs of one player."""
        return payoff_range(self.payload)

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
    shares: tuple[float | None, ...] = field(default=())  # of each level among the players
    ranges: Float | None = None  # [P, 2] least and most of each player over pure equilibria


Runner = Callable[[Task], Answer]


def payoff_range(payload: Payload) -> float:
    """The largest difference between two entries of the payoff table for one (player, type)."""
    table = payload.payoff[:, :, 0]
    return float(np.ptp(table, axis=0).max()) if table.size else 0.0


def _regret(method: str) -> Runner:
    def run(task: Task) -> Answer:
        from standoff.solve.regret import regret

        return Answer(
            regret(
                task.game,
                task.payload,
                # Its own reckoning and the check differ in the last digits.
                tolerance=task.tolerance * (1 - 1e-6),
                method=method,
                time=task.left,
                outcome=task.loaded.outcome,
                progress=task.user,
            )
        )

    return run


def _coarse(method: str) -> Runner:
    def run(task: Task) -> Answer:
        from standoff.solve.coarse_correlated import coarse_correlated

        return Answer(
            coarse_correlated(
                task.game, task.payload, tolerance=task.tolerance, method=method, time=task.left,
                form=task.form, progress=task.progress,
            )
        )  # fmt: skip

    return run


def _learning(task: Task) -> Answer:
    from standoff.solve.learned_play import learned_play

    # What it leads to is not sure: half of the time is kept for what comes after it.
    left = None if task.left is None else task.left / 2
    return Answer(
        learned_play(
            task.game, task.payload, tolerance=task.tolerance, time=left, form=task.form,
            progress=task.progress,
        )
    )  # fmt: skip


def _lp(task: Task) -> Answer:
    from standoff.solve.sequence_lp import sequence_lp

    return Answer(sequence_lp(task.game, task.payload, form=task.form, time=task.share))


def _lcp(task: Task) -> Answer:
    from standoff.solve.sequence_lcp import sequence_lcp

    return Answer(
        sequence_lcp(
            task.game, task.payload, form=task.form, every=task.every, seed=task.seed,
            time=task.share, progress=task.user,
        )
    )  # fmt: skip


def _normal_form(method: str) -> Runner:
    def run(task: Task) -> Answer:
        from standoff.solve.normal_form import normal_form

        return Answer(
            normal_form(
                task.game, task.payload, form=task.form, method=method, every=task.every,
                seed=task.seed, time=task.share, progress=task.user,
            )
        )  # fmt: skip

    return run


def _logit_limit(task: Task) -> Answer:
    """Equilibria of ever sharper play on the principal branch lead to a Nash equilibrium
    (McKelvey & Palfrey 1998): as far along it as the tolerance asks for.
    """
    from standoff.solve.aqre_path import aqre_path
    from standoff.solve.certificates import Certifier

    certifier = Certifier(task.game, task.payload)
    best, best_gain, sweeps = None, np.inf, 0
    for power in range(1, 9):
        try:
            found, branch = aqre_path(
                task.game, task.payload, precision=10.0**power / (task.reach or 1.0),
                tolerance=1e-8, keep=False, progress=task.progress,
                cancel=lambda: task.progress.cancelled,
            )  # fmt: skip
        except Cancelled:
            break
        sweeps += found.iterations
        gain = certifier.nash_conv(found.strategies[0])
        if gain < best_gain:
            best, best_gain = found, gain
        if gain <= task.tolerance or not branch.arrived or task.progress.cancelled:
            break
    if best is None:
        raise Cancelled("stopped before anything was found")
    return Answer(replace(best, iterations=sweeps))


def _device(method: str) -> Runner:
    def run(task: Task) -> Answer:
        from standoff.solve.coarse_correlated import coarse_correlated

        return Answer(
            coarse_correlated(
                task.game, task.payload, tolerance=task.tolerance * (1 - 1e-6), method=method,
                time=task.left, form=task.form, progress=task.user,
            )
        )  # fmt: skip

    return run


def _dynamics(task: Task) -> Answer:
    """Regret minimization of all players often settles on one profile, though nothing says that it
    must: the best of those that its device holds.
    """
    from standoff.solve.certificates import Certifier
    from standoff.solve.coarse_correlated import coarse_correlated

    found = coarse_correlated(
        task.game, task.payload, tolerance=task.tolerance / len(task.game.players), form=task.form,
        time=task.share, progress=task.user,
    )  # fmt: skip
    certifier = Certifier(task.game, task.payload)
    best = min(found.strategies, key=certifier.nash_conv)
    return Answer(Equilibria((best,), found.iterations))


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

    found = aqre(task.game, task.payload, tolerance=task.tolerance, progress=task.progress)
    strategy = np.ascontiguousarray(found.strategy[:, 0])
    return Answer(Equilibria((strategy,), int(found.sweeps[0]), advice=found.advice))


def _level_k(task: Task) -> Answer:
    from standoff.solve.level_k import level_k

    return _by_level(level_k(task.game, task.payload, k=task.level, precision=task.precision))


def _cognitive_hierarchy(task: Task) -> Answer:
    from standoff.solve.cognitive_hierarchy import cognitive_hierarchy

    return _by_level(
        cognitive_hierarchy(
            task.game, task.payload, tau=task.tau, levels=task.level, precision=task.precision
        )
    )


def _by_level(found: LevelProfiles) -> Answer:
    """The prediction, then what each level does."""
    names = ("prediction", *(f"level {k}" for k in range(len(found.levels))))
    everything = replace(found, strategies=(*found.strategies, *found.levels))
    return Answer(everything, labels=names, shares=(None, *found.shares))


_NORMAL = ("extreme", "pure", "lemke-howson", "support", "mclennan-tourky", "supports")
_REGRET = ("cfr+", "dcfr", "pcfr+", "dcfr+", "pdcfr+")

METHODS: dict[str, dict[str, Runner]] = {
    "nash": {
        "lp": _lp,
        "lcp": _lcp,
        "backward-induction": _backward,
        "normal-form": _normal_form("auto"),
        **{name: _normal_form(name) for name in _NORMAL},
        "dynamics": _dynamics,
        "logit": _logit_limit,
        "regret": _regret("auto"),
        "learning": _learning,
        **{name: _regret(name) for name in _REGRET},
    },
    "cce": {
        "device": _device("auto"),
        "regret": _coarse("auto"),
        **{name: _device(name) for name in _REGRET},
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
    if concept == "cce":
        return ("regret",) if task.zero_sum else ("device",)
    if concept == "aqre":
        return ("branch", "fixed-point") if task.size <= LARGE else ("fixed-point", "branch")
    _refuse(concept, next(iter(known)), task)
    return (next(iter(known)),)


def _for_nash(task: Task) -> Sequence[str]:
    if task.zero_sum:
        quicker = ("lp", "regret") if _lp_is_quicker(task) else ("regret",)
        return ("normal-form", "lcp", *quicker) if task.every else quicker
    if task.every and task.perfect_information:
        return ("normal-form", "backward-induction")
    if task.perfect_information:
        return ("backward-induction",)
    if not task.two_players:
        return ("normal-form", "dynamics", "logit")
    if task.every:
        return ("normal-form", "lcp", "dynamics", "logit")
    if task.size > SMALL:
        return ("dynamics", "lcp", "logit")
    return ("lcp", "normal-form", "dynamics", "logit")


def _lp_is_quicker(task: Task) -> bool:
    """Whether the linear program is expected before regret minimization. Measured: Leduc poker
    0.12 s against 0.03, 0.08 and 0.5 to a NashConv of 1e-3, 1e-4 and 1e-6; liar's dice of 51,000
    histories 0.29 s against 0.05, 0.17 and 0.9; beyond, the program grows faster.
    """
    share = task.tolerance / (task.reach or 1.0)
    if task.left is not None and task.left < 1.0 + 5e-5 * task.size:
        return False
    if task.size <= SMALL:
        return True
    return share <= COARSE and task.size <= (MEDIUM if share > EXACT else LARGE)


def _refuse(concept: str, method: str, task: Task) -> None:
    """Raise where the game is of the wrong kind."""
    why = ""
    if method == "lp" and not task.zero_sum:
        why = "linear programming finds equilibria of zero-sum games of two players"
    elif method == "lcp" and not task.two_players:
        why = "the linear complementarity problem is one of two players"
    elif method == "backward-induction" and not task.perfect_information:
        why = "backward induction needs perfect information: one history in each information set"
    elif (
        method == "regret" or (concept, method in _REGRET) == ("nash", True)
    ) and not task.zero_sum:
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
