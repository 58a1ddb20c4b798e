"""When variants are drawn from the posterior instead of weighted, and how that is told.

Numbers about the present are then taken from the variants drawn from the posterior, numbers about
the time before the record from those drawn from the prior; of numbers about moments in between,
each from whichever is worth more for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from standoff.assess.models import TemperingPart, TemperingStep
from standoff.infer.pooling import Pooled, effective
from standoff.variants.columns import joined
from standoff.variants.posterior import BUDGET, Posterior, posterior

if TYPE_CHECKING:
    from standoff.assess.chain import Chain
    from standoff.assess.chunks import Job
    from standoff.assess.found import Found, Said
    from standoff.infer.diagnosticity import ItemEvidence
    from standoff.progress import Progress
    from standoff.variants.chunks import Workers
    from standoff.variants.columns import Columns
    from standoff.variants.tempering import Keeper

Float = NDArray[np.float64]
T = TypeVar("T")

ENOUGH = 0.10
"""Share of the variants that must be effective, or they are tempered."""


def too_few(likelihood: Float) -> bool:
    """Whether draws from the prior are worth too little under the likelihood [V] of the record, and
    some can explain it at all.
    """
    worth = effective(likelihood)
    return 0.0 < worth < ENOUGH * len(likelihood)


@dataclass(frozen=True, eq=False)
class Weighed:
    """How likely the record is, by variant."""

    likelihood: Float  # [V]


def weigh(chain: Chain) -> Weighed:
    """The likelihood of the record alone: all that tempering asks of a solved chunk."""
    sight = chain.sight
    return Weighed(np.asarray(sight.standing(sight.present)[1].sum(axis=(0, 1))))


def tempered(
    job: Job,
    pilot: Chain,
    likelihood: Float,
    *,
    workers: Workers | None = None,
    budget: int | None = None,
    keeper: Keeper | None = None,
    progress: Progress | None = None,
) -> tuple[Job, Posterior]:
    """The same job at points drawn from the posterior, given a solved chunk of it and the
    likelihood [V] of the record in all its variants. What tempering solves, `workers` solve, if
    there are any: it is the same chunks either way.
    """
    most = BUDGET * job.variants if budget is None else budget
    sweeps = None if progress is None else _Counting(progress)
    chunks = None if progress is None else _Silently(progress)

    def solve(points: Float) -> Float:
        these = replace(job, asking=weigh, variants=len(points), cube=points, importance=None)
        parts = list(range(these.count))
        done: dict[int, Columns] = {}
        for index, columns in (
            ((i, these.chunk(i, chunks)) for i in parts)
            if workers is None
            else workers.map(these, parts, chunks)
        ):
            done[index] = columns
            if sweeps is not None:
                sweeps.step(sweeps.done + len(columns["likelihood"]), most)
        return np.asarray(joined([done[index] for index in parts])["likelihood"])

    found = posterior(
        pilot.batch.compiled,
        pilot.sight.evidence,
        job.points,
        likelihood,
        solve=solve,
        seed=job.seed,
        target=ENOUGH,
        budget=most,
        keeper=keeper,
        progress=sweeps,
    )
    again = replace(job, cube=found.tempered.points, importance=found.tempered.importance)
    return again, found


@dataclass
class _Counting:
    """Progress of tempering: variants solved over all sweeps."""

    progress: Progress
    done: int = 0

    def say(self, what: str) -> None:
        self.progress.say(what)

    def step(self, done: int, total: int) -> None:
        self.done = done
        self.progress.step(done, total)

    @property
    def cancelled(self) -> bool:
        return self.progress.cancelled


@dataclass
class _Silently:
    """Progress of one chunk of a sweep: it may be stopped, and is not told of."""

    progress: Progress

    def say(self, what: str) -> None:
        """Nothing."""

    def step(self, done: int, total: int) -> None:
        """Nothing."""

    @property
    def cancelled(self) -> bool:
        return self.progress.cancelled


def tempering_part(likelihood: Float, found: Posterior, budget: int | None = None) -> TemperingPart:
    """How tempering went, from the likelihood [V] in the prior's draws and what came of them."""
    done = found.tempered
    return TemperingPart(
        before=effective(likelihood),
        effective=done.effective,
        steps=[
            TemperingStep(
                temperature=step.temperature,
                effective=step.effective,
                acceptance=list(step.acceptance),
            )
            for step in done.steps
        ],
        solved=done.solved,
        budget=BUDGET * len(likelihood) if budget is None else budget,
        temperature=done.temperature,
        met=done.met,
    )


def of_both(first: Found, then: Found, share: float = 1.0) -> Found:
    """What was found with draws from the prior (`first`) and from the posterior (`then`): what is
    said of the time before the record from the former; of a moment in between from those that are
    worth more there, where `share` of the latter are no copies of each other.
    """

    def worthier(one: T, other: T, worth: Callable[[T], float]) -> T:
        return other if share * worth(other) > worth(one) else one

    return replace(
        then,
        belief={
            actor: {
                kind: replace(held, prior=first.belief[actor][kind].prior)
                for kind, held in kinds.items()
            }
            for actor, kinds in then.belief.items()
        },
        over_time=tuple(
            worthier(one, other, lambda moment: moment.effective)
            for one, other in zip(first.over_time, then.over_time, strict=True)
        ),
        evidence=tuple(
            worthier(one, other, _worth_of_item)
            for one, other in zip(first.evidence, then.evidence, strict=True)
        ),
        judgements=_with_priors(first.judgements, then.judgements),
        questions=_with_priors(first.questions, then.questions),
        before=worthier(first.before, then.before, _worth_of_answers),
        # Other play than was solved is likeliest elsewhere; both means are over the prior.
        uniform=first.uniform,
    )


def _with_priors(first: Mapping[str, Said], then: Mapping[str, Said]) -> dict[str, Said]:
    return {id: replace(said, prior=first[id].prior) for id, said in then.items()}


def _worth_of_item(item: ItemEvidence) -> float:
    """Effective number of the variants as they stood before an item; that of all its ratios."""
    for ratios in item.ratios.values():
        for ratio in ratios.values():
            return effective(ratio.parts[0].before + ratio.parts[0].before_not)
    return 0.0


def _worth_of_answers(answers: Mapping[str, Pooled]) -> float:
    return next((held.effective for held in answers.values()), 0.0)
