"""The solvers of one game, by concept and by name.

Each entry of `METHODS` calls one solver with what it understands of a `Task`. Solvers are imported
when they are called: each brings libraries of its own.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from standoff.errors import Cancelled
from standoff.solve.solution import Equilibria
from standoff.solve.solved import PathPoint
from standoff.solve.task import Answer, Task

if TYPE_CHECKING:
    from standoff.solve.correlated_plan import Concept
    from standoff.solve.level_k import LevelProfiles

Runner = Callable[[Task], Answer]


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


def _learning(task: Task) -> Answer:
    from standoff.solve.learned_play import learned_play

    return Answer(
        learned_play(
            task.game, task.payload, tolerance=task.tolerance * (1 - 1e-6), time=task.share,
            form=task.form, progress=task.user,
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
                tolerance=1e-8, keep=False, outcome=task.loaded.outcome, progress=task.progress,
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
    return Answer(replace(best, iterations=sweeps, advice=""))  # its own is about precision


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


def _optimal(concept: Concept) -> Runner:
    def run(task: Task) -> Answer:
        from standoff.solve.mediating import mediating

        return mediating(task, concept)

    return run


def _backward(task: Task) -> Answer:
    from standoff.solve.backward_induction import backward_induction

    found = backward_induction(task.game, task.payload, limit=64 if task.every else 1)
    return Answer(found, ranges=np.stack([found.low, found.high], axis=1))


def _aqre_branch(task: Task) -> Answer:
    from standoff.solve.aqre_path import aqre_path

    found, branch = aqre_path(
        task.game, task.payload, precision=task.precision, tolerance=task.tolerance,
        keep=task.want_path, outcome=task.loaded.outcome, progress=task.progress,
        cancel=lambda: task.progress.cancelled,
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


def _aqre_branches(task: Task) -> Answer:
    from standoff.solve.aqre_branches import aqre_branches

    # Half of the time: where that is not enough, the first equilibrium is still to be found.
    until = np.inf if task.share is None else clock.monotonic() + task.share
    found = aqre_branches(
        task.game, task.payload, precision=task.precision, seed=task.seed,
        tolerance=task.tolerance, outcome=task.loaded.outcome, progress=task.user,
        cancel=lambda: task.user.cancelled or clock.monotonic() > until,
    )  # fmt: skip
    sentence = f"{found.sentence}; there may be others"
    path = _aqre_branch(task).path if task.want_path else None
    return Answer(replace(found.equilibria, advice=found.equilibria.advice or sentence), path)


def _aqre_batch(task: Task) -> Answer:
    from standoff.solve.aqre import aqre

    found = aqre(task.game, task.payload, tolerance=task.tolerance, progress=task.progress)
    strategy = np.ascontiguousarray(found.strategy[:, 0])
    advice = found.advice or "Iteration from uniform play may leave the branch that starts there."
    return Answer(Equilibria((strategy,), int(found.sweeps[0]), advice=advice))


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
REGRET = ("cfr+", "dcfr", "pcfr+", "dcfr+", "pdcfr+")

METHODS: dict[str, dict[str, Runner]] = {
    "nash": {
        "lp": _lp,
        "lcp": _lcp,
        "backward-induction": _backward,
        "normal-form": _normal_form("auto"),
        **{name: _normal_form(name) for name in _NORMAL},
        "learning": _learning,
        "logit": _logit_limit,
        "regret": _regret("auto"),
        **{name: _regret(name) for name in REGRET},
    },
    "cce": {
        "device": _device("auto"),
        "regret": _regret("auto"),
        **{name: _device(name) for name in REGRET},
    },
    "efce": {"optimal": _optimal("efce")},
    "efcce": {"optimal": _optimal("efcce")},
    "nfcce": {"optimal": _optimal("nfcce")},
    "spe": {"backward-induction": _backward},
    "aqre": {"branch": _aqre_branch, "fixed-point": _aqre_batch, "branches": _aqre_branches},
    "level_k": {"level-k": _level_k},
    "cognitive_hierarchy": {"cognitive-hierarchy": _cognitive_hierarchy},
}
"""concept -> method -> the solver."""
