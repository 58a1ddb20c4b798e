"""`solve`: one door to all solvers of one game, with a check by separate code.

The concept says what is looked for, the method how. Under ``auto`` the methods that suit the game
are tried in turn until the check holds or the time is spent, and the best that was found is given,
with its check, whatever happened.
"""

from __future__ import annotations

import time as clock
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Cancelled, Problem, ScenarioError, TooLarge, nearest
from standoff.game.loaded import LoadedGame
from standoff.progress import Progress, Silent
from standoff.solve.certificates import Certifier
from standoff.solve.choosing import chosen
from standoff.solve.methods import METHODS
from standoff.solve.sequence_form import ImperfectRecall
from standoff.solve.solution import Equilibria
from standoff.solve.solved import Profile, Solved, Status
from standoff.solve.task import Answer, Task, payoff_range

Float = NDArray[np.float64]

CONCEPTS = tuple(METHODS)
"""What can be looked for."""
CERTIFICATES = {
    "nash": "nash_conv",
    "cce": "coarse_gap",
    "efce": "efce_gap",
    "efcce": "efcce_gap",
    "nfcce": "nfcce_gap",
    "spe": "subgame_gap",
    "aqre": "logit_residual",
    "level_k": "none",
    "cognitive_hierarchy": "none",
}
MEDIATED = ("efce", "efcce", "nfcce")
"""Concepts of which a mediator's best device is sought."""
DEFAULTS = {
    "nash": 1e-6, "cce": 1e-4, "spe": 1e-9, "aqre": 1e-10, **dict.fromkeys(MEDIATED, 1e-6)
}  # fmt: skip
"""Tolerances where none is given; of concepts checked in payoffs, in shares of their range."""


@dataclass(eq=False)
class _Watched:
    """Progress that also asks to stop when the time is spent."""

    inner: Progress
    deadline: float

    def say(self, what: str) -> None:
        self.inner.say(what)

    def step(self, done: int, total: int) -> None:
        self.inner.step(done, total)

    @property
    def late(self) -> bool:
        """Whether the time is spent."""
        return clock.monotonic() >= self.deadline

    @property
    def cancelled(self) -> bool:
        return self.inner.cancelled or self.late


def solve(
    loaded: LoadedGame | str | Path,
    concept: str = "nash",
    *,
    precision: float | None = None,
    tolerance: float | None = None,
    equilibria: str = "one",
    time: float | None = None,
    method: str = "auto",
    seed: int = 0,
    level: int = 2,
    tau: float = 1.5,
    path: bool = False,
    objective: str = "welfare",
    progress: Progress | None = None,
) -> Solved:
    """Solve one game for a concept: one of `CONCEPTS`. The game may be given by what `open_game`
    takes: a file, ``openspiel:NAME``, a scenario.

    `precision` of the logit multiplies payoffs as written in game files, and is in units of stakes
    in scenarios (default: the game's own). `tolerance` is in the unit of the concept's check (see
    `standoff.solve.models.CertificateShown`). ``equilibria="all"`` looks for as many as can be
    found. `time` bounds seconds: past it the best so far is given, as unfinished. `level` and `tau`
    are for bounded reasoning; `path` keeps the branch of AQRE; `objective` is what a mediator wants
    most of (`MEDIATED` concepts): ``welfare``, or a player by its name. Nothing is raised on slow
    convergence; `ScenarioError` where the game is not of the kind that the concept needs.
    """
    began = clock.monotonic()
    _insist("concept", concept, CONCEPTS)
    _insist("equilibria", equilibria, ("one", "all"))
    if isinstance(loaded, str | Path):
        from standoff.solve.opening import open_game

        loaded = open_game(loaded, progress=progress)
    payload = loaded.payload
    if precision is not None:
        _insist_on_precision(concept, precision)
        payload = replace(payload, precision=np.full(1, float(precision)))
    certifier = Certifier(loaded.game, payload)
    goal = _tolerance(concept, tolerance, loaded)
    deadline = np.inf if time is None else began + time
    watched = _Watched(progress or Silent(), deadline)
    task = Task(
        loaded, payload, goal, equilibria == "all", deadline, seed, watched, watched.inner, level,
        tau, path, method != "auto", objective,
    )  # fmt: skip
    best: Solved | None = None
    empty = False
    refusal: Exception | None = None
    for name in chosen(concept, method, task):
        watched.say(f"{concept} by {name}")
        try:
            answer, stopped = _attempt(concept, name, task)
            found = _judged(concept, name, answer, task, certifier)
        except (ValueError, TooLarge) as error:
            if not _is_refusal(error):
                raise
            refusal = error
            continue
        if best is None or found.check < best.check:
            best, empty = found, stopped
        if best.status == "solved" or watched.cancelled:
            break
    if best is None:
        if isinstance(refusal, TooLarge):
            raise refusal
        raise ScenarioError(Problem("wrong-game", str(refusal))) from refusal
    if best.status == "unfinished":
        status: Status = "stopped" if watched.inner.cancelled else "unfinished"
        why = _why(concept, empty, task)
        best = replace(best, status=status, advice=f"{best.advice} {why}".strip())
    return replace(best, seconds=clock.monotonic() - began)


def _is_refusal(error: Exception) -> bool:
    """Whether a solver says that the game is not for it, rather than fails: solvers raise errors of
    their own, or raise plainly in their first call.
    """
    if type(error).__module__.startswith("standoff."):
        return True
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__")).startswith(
        "standoff.solve."
    )


def _attempt(concept: str, name: str, task: Task) -> tuple[Answer, bool]:
    """What a method gives, and whether it was stopped before it had anything."""
    if (np.diff(task.game.action_start) <= 1).all():  # nobody has a choice
        return Answer(Equilibria((np.ones(task.game.n_rows),), 0, complete=True)), False
    try:
        return METHODS[concept][name](task), False
    except Cancelled:
        strategy = uniform(task.loaded)
        return Answer(Equilibria((strategy,), 0)), True


def uniform(loaded: LoadedGame) -> Float:
    """[A] every action of an information set as likely as the others."""
    game = loaded.game
    widths = np.diff(game.action_start)
    return np.repeat(1.0 / widths, np.diff(game.row_start))


def _judged(concept: str, name: str, answer: Answer, task: Task, certifier: Certifier) -> Solved:
    """An answer with its check."""
    found = answer.equilibria
    if answer.plan is not None:
        from standoff.solve.mediating import checked

        profiles, check = checked(task, answer.plan)
    else:
        profiles, check = _checked(concept, answer, task, certifier)
    several = task.every and concept in {"nash", "aqre"}
    if several:  # whatever is none, in spite of its finder, is left out
        good = tuple(p for p in profiles if (p.certificate or 0.0) <= task.tolerance)
        if good:
            profiles, check = good, max(p.certificate or 0.0 for p in good)
    values = profiles[0].values
    if found.weights is not None and answer.plan is None:
        values = found.weights @ np.stack([p.values for p in profiles])
    advice = [found.advice.rstrip(". ") + "."] if found.advice else []
    solved = check <= task.tolerance
    if solved and several:
        advice.append(_how_many(len(profiles), found))
    return Solved(
        task.loaded, concept, name, "solved" if solved else "unfinished", " ".join(advice).strip(),
        CERTIFICATES[concept], check, task.tolerance, _precision(concept, task), found.iterations,
        0.0, values, found.complete, profiles, answer.path, answer.ranges, answer.plan,
    )  # fmt: skip


def _checked(
    concept: str, answer: Answer, task: Task, certifier: Certifier
) -> tuple[tuple[Profile, ...], float]:
    """Profiles with their own checks, and the check of the whole."""
    found = answer.equilibria
    weights = found.weights.tolist() if found.weights is not None else None
    profiles = []
    for i, strategy in enumerate(found.strategies):
        gains, own = None, None
        if concept == "nash":
            gains = certifier.gains(strategy)
            own = float(gains.sum())
        elif concept in {"level_k", "cognitive_hierarchy"}:
            with suppress(ImperfectRecall):
                gains = certifier.gains(strategy)
        elif concept == "aqre":
            own = certifier.logit_residual(strategy)
        elif concept == "spe":
            own = certifier.subgame_gap(strategy)
        profiles.append(
            Profile(
                strategy, certifier.values(strategy), own, gains,
                weights[i] if weights else answer.shares[i] if answer.shares else None,
                answer.labels[i] if answer.labels else "",
            )
        )  # fmt: skip
    if concept == "efce" or concept == "efcce" or concept == "nfcce":
        # No device: one profile, stopped at or without a choice, that everybody knows.
        return tuple(profiles), float(certifier.gains(found.strategies[0]).max())
    if concept == "cce":
        share = found.weights if found.weights is not None else np.ones(1)
        return tuple(profiles), certifier.coarse_gap(found.strategies, share)
    return tuple(profiles), max((p.certificate or 0.0 for p in profiles), default=np.inf)


def _why(concept: str, empty: bool, task: Task) -> str:
    """What to say where the check does not hold."""
    nothing = " before anything was found: uniform play is shown." if empty else "."
    if _late(task):
        return f"The time was spent{nothing} More --time, or a larger --tolerance, would do."
    if task.progress.cancelled:
        return f"Stopped{nothing}"
    if concept == "aqre":
        return "The fixed point was not reached: at a lower --precision it is easier to find."
    return "The check does not hold: a larger --tolerance or another --method may do."


def _how_many(number: int, found: Equilibria) -> str:
    if found.complete:
        return f"{number} found: these are all."
    others = "" if found.advice else f"{number} found; there may be others."
    held = f"What is said of them holds in each of the {number} found." if number > 1 else ""
    return f"{others} {held}".strip()


def _late(task: Task) -> bool:
    return task.left is not None and task.left <= 0.0


def _precision(concept: str, task: Task) -> float | None:
    return None if concept in {"nash", "cce", "spe", *MEDIATED} else task.precision


def _tolerance(concept: str, given: float | None, loaded: LoadedGame) -> float:
    if given is not None:
        if not given >= 0:
            raise ScenarioError(
                Problem("bad-tolerance", "a tolerance is no number from 0", found=str(given))
            )
        return given
    if concept not in DEFAULTS:
        return np.inf
    if concept == "aqre":
        return DEFAULTS[concept]
    return DEFAULTS[concept] * (payoff_range(loaded.payload) or 1.0)


def _insist_on_precision(concept: str, precision: float) -> None:
    sharp = concept in {"level_k", "cognitive_hierarchy"}  # exact responses, for them
    if not (precision >= 0 and (sharp or np.isfinite(precision))):
        raise ScenarioError(
            Problem(
                "bad-precision", f"{concept} can't be solved at this precision",
                found=str(precision), expected="a number from 0" + (" or inf" if sharp else ""),
            )
        )  # fmt: skip


def _insist(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise ScenarioError(
            Problem(
                f"no-{what}", f"there is no {what} {given!r}", expected=", ".join(known),
                nearest=nearest(given, known),
            )
        )  # fmt: skip
