"""What a round of waiting is worth to an actor, type by type, and what makes it so.

At a choice between waiting and acting, the worth of waiting is what the actor can expect if it is
made to wait, less what it can expect if it is made to do the best of its other moves; all else goes
on as solved (`do`), histories keep the weight that the record gives them, and the best other move
is what the actor's type thinks best at its information set. It is the sum of three parts:

accrues   flows of the rounds that end before its next choice after waiting, less those of acting
          over the same rounds
learned   the worth less the worth in the same game with what comes before its next choice hidden
          from it, there alone (`unseen`)
risked    the rest: what may happen meanwhile, by nature and by the others, and what of it stays

The game with less to see is solved again from the present on (what was played before is held):
the others know that the actor can't see. `alone` is the learned part with everybody else's play as
it was, so that only the actor's next choice is made on less.

To one who decides alone what is learned is the value of information (Howard 1966, key
`howard1966`), never less than zero where it decides well; between adversaries it may be, since they
answer what they know it sees (Kamien, Tauman & Zamir 1990, key `kamien1990`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.pooling import Pooled, pool, pool_means, pool_values, ratio
from standoff.infer.views import types_of
from standoff.infer.waiting_choice import Weighing, weighing
from standoff.infer.waiting_path import Marked, WaitingPath, waiting_path
from standoff.infer.waiting_sums import Sums

if TYPE_CHECKING:
    from standoff.infer.inference import Inference
    from standoff.progress import Progress

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Worth:
    """What waiting is worth to one type at one choice: sums over histories, so that variants add
    up; divide by `weight`. In stakes.
    """

    type: str  # "" where the actor has one
    weight: Float  # [V] mass of coming here, having waited so far
    came: Float  # [V] mass of the record and the type
    whole: Float  # [V]
    against_mean: Float  # [V] against the mean of the other moves as played
    played: Float  # [V] mass of waiting here, as solved
    accrues: Float  # [V]
    by_objective: dict[str, Float]  # the same by objective
    learned: Float | None  # [V] None where it was not solved again
    learned_by_waiting: Float | None  # [V] the part of it that is learned if it waits
    alone: Float  # [V]
    alone_by_step: dict[int, Float]  # the same with one step's doings hidden
    best: dict[str, Float]  # other move -> [V] mass of its being the best of them
    expects: Float  # [V] what it can expect if it waits, from here on
    events: dict[str, Event]  # what may happen meanwhile

    def pooled(self, of: Float) -> Pooled:
        """One of these numbers with its range."""
        return pool_means(of, self.weight)

    @property
    def risked(self) -> Float | None:
        """[V] what is left of the whole."""
        return None if self.learned is None else self.whole - self.accrues - self.learned

    @property
    def reached(self) -> Pooled:
        """Odds of coming to this choice if it has waited so far."""
        return pool(self.weight, self.came)

    @property
    def odds(self) -> Pooled:
        """Odds with which the type waits here."""
        return pool(self.played, self.weight)

    def change(self, event: Event) -> Pooled:
        """What an event's being possible does to the worth: what the actor can expect if it waits,
        less the same where the event does not happen.
        """
        left = self.weight - event.mass
        sure = left <= 1e-9 * self.weight  # less is what rounding leaves
        without = ratio(self.expects - event.value, np.where(sure, 0.0, left))
        return pool_values(ratio(self.expects, self.weight) - without, self.weight)

    @property
    def pays(self) -> float:
        """Weighted share of variants in which waiting is worth more than any other move."""
        total = self.weight.sum()
        return float((self.weight * (self.whole > 0)).sum() / total) if total > 0 else float("nan")


@dataclass(frozen=True, eq=False)
class Event:
    """Something that others or nature may do before the actor's next choice, if it waits."""

    mass: Float  # [V] of its happening
    value: Float  # [V] mass times what the actor can then expect


@dataclass(frozen=True, eq=False)
class WaitingAt:
    """One choice between waiting and acting."""

    actor: str
    turn: str
    round: int
    step: int
    acts: tuple[str, ...]  # what waiting is
    marked: Marked
    until: int | None  # first step at which it may choose again after waiting, if ever
    rounds: tuple[int, ...]  # that end before it
    hidden: int  # information sets that became one
    failed: int  # variants solved as they are, but not with less to see
    worth: tuple[Worth, ...]  # by type


@dataclass(frozen=True, eq=False)
class Waiting:
    """An actor's waiting from now on."""

    actor: str
    types: tuple[str, ...]
    at: tuple[WaitingAt, ...]  # in order of play
    without: tuple[int, ...]  # steps at which it must choose and no move waits
    path: WaitingPath = field(repr=False)


def waiting(
    inference: Inference,
    actor: str,
    *,
    named: Sequence[str] = (),
    turn: str | None = None,
    solve_again: int | None = 1,
    by_step: bool = False,
    first_only: bool = False,
    progress: Progress | None = None,
) -> Waiting | None:
    """What waiting is worth to an actor at each choice from now on, given that it has waited up to
    there; None where it never can.

    `named` are waiting moves of turns in which the scenario marks none. With `turn` only the
    choices in that turn. The game is solved again for the first `solve_again` choices (None: for
    all). `by_step` also hides the steps between one choice and the next one at a time. `first_only`
    leaves it at the first of these choices.
    """
    path = waiting_path(inference, actor, named)
    if path is None:
        return None
    compiled = inference.compiled
    steps = [s for s in path.steps if turn is None or compiled.steps[s].turn == turn]
    if first_only:
        steps = steps[:1]
    again = steps if solve_again is None else steps[:solve_again]
    choices = [weighing(path, step, by_step=by_step) for step in steps]
    sums = Sums(path, choices)
    blind: dict[int, Float] = {}
    failed: dict[int, NDArray[np.bool_]] = {}
    for step, choice in zip(steps, choices, strict=True):
        if step not in again:
            continue
        if progress is not None:
            label = compiled.scenario.actors[actor].name
            progress.say(f"solving again, with less for {label} to see")
        blind[step], failed[step] = _blind(inference, choice, progress)
    found = sums.run(blind, progress)
    out = []
    for step, choice, made in zip(steps, choices, found, strict=True):
        lost = failed.get(step, np.zeros(inference.n_variants, dtype=bool))
        where = compiled.steps[step]
        out.append(WaitingAt(
            actor, where.turn, where.round, step, choice.acts, path.marked[where.turn],
            choice.until, choice.rounds, choice.hidden, int(lost.sum()),
            tuple(
                _worth(kind, place, made, choice, lost)
                for place, kind in enumerate(types_of(compiled, actor) or ("",))
            ),
        ))  # fmt: skip
    return Waiting(
        actor, types_of(compiled, actor) or ("",), tuple(out),
        tuple(s for s in path.without if turn is None or compiled.steps[s].turn == turn), path,
    )  # fmt: skip


def _blind(
    inference: Inference, choice: Weighing, progress: Progress | None
) -> tuple[Float, NDArray[np.bool_]]:
    """[A, V] play if the actor did not see what comes before its next choice, in the rows of the
    game as it is, and [V] where it could not be solved; what was played before today is held.
    """
    from standoff.game.remaining import remainder
    from standoff.infer.unseen import blinded
    from standoff.solve.held import aqre_held

    play, solved = inference.solution.strategy, inference.solution.solved
    if not choice.hidden:
        return play, np.zeros(len(solved), dtype=bool)
    less = blinded(inference.compiled.game, choice.into)
    nodes, _ = inference.standing(inference.present)
    left = remainder(less.game, nodes)
    told = less.untold(play)
    found = aqre_held(
        left.game, left.payload(inference.payload), left.before, told[left.rows], progress=progress
    )
    return less.told(left.lifted(told, found.strategy)), solved & ~found.solved


def _worth(
    kind: str, t: int, made: dict[str, Float], choice: Weighing, lost: NDArray[np.bool_]
) -> Worth:
    """The numbers of one type; variants that were `lost` have no weight."""
    kept = ~lost

    def of(name: str) -> Float:
        return made[name][..., t, :] * kept

    again = "learned" in made
    return Worth(
        kind,
        of("weight"),
        made["came"][t] * kept,
        of("whole"),
        of("against_mean"),
        of("played"),
        of("accrues"),
        {name: of(f"accrues.{name}") for name in choice.objectives},
        of("learned") if again else None,
        of("learned_by_waiting") if again else None,
        of("alone"),
        {step: of(f"alone.{step}") for step in choice.into_by_step},
        {act: of(f"best.{act}") for act in choice.other_acts},
        of("expects"),
        {
            act: Event(of(f"odds.{act}"), of(f"value.{act}"))
            for act in choice.event_acts
        },
    )  # fmt: skip
