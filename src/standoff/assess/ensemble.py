"""All variants of a crisis together: what chunks of them found, end to end, and the first chunk.

Headline numbers come from what was measured on all variants. What is about the model's structure,
or needs solutions at hand (labels, warnings, how far the next indicators could move an answer), is
asked of the first chunk, the `pilot`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.assess.chain import Chain, drawn
from standoff.assess.chunks import Job, gathered, within
from standoff.assess.found import Asking, Found, found, turns_to_ask
from standoff.assess.models import TemperingPart
from standoff.assess.tempered import of_both, tempered, tempering_part, too_few
from standoff.assess.weightless import refuse_weightless
from standoff.compile.draws import Draws
from standoff.infer.outlook import turns_ahead
from standoff.progress import Progress
from standoff.scenario.models import Scenario
from standoff.solve.solution import SOLVED
from standoff.variants.columns import Columns

if TYPE_CHECKING:
    from standoff.variants.chunks import Workers
    from standoff.variants.store import Store

Float = NDArray[np.float64]
Whose = Sequence[tuple[str, str | None]]


@dataclass(eq=False)
class Ensemble:
    """The variants of a crisis, seen from a moment of its record."""

    pilot: Chain
    found: Found
    draws: Draws  # of all variants
    tempering: TemperingPart | None = None
    first: Chain | None = None  # where variants were tempered: the first chunk of the prior's draws

    @property
    def of_prior(self) -> Chain:
        """Some variants drawn from the prior, solved."""
        return self.pilot if self.first is None else self.first

    @property
    def n(self) -> int:
        """Variants."""
        return len(self.found.weight)

    @property
    def scenario(self) -> Scenario:
        """The expanded scenario."""
        return self.pilot.scenario

    @property
    def as_of(self) -> dt.datetime | None:
        """The moment from which the record is read."""
        return self.pilot.as_of

    @property
    def solved(self) -> NDArray[np.bool_]:
        """[V] variants whose solver check holds."""
        return np.equal(self.found.solved.status, SOLVED)

    @cached_property
    def drawn(self) -> dict[str, Float]:
        """Everything that differs between variants, by name: what an answer may hang on."""
        return drawn(self.scenario, self.draws)

    def refuse_weightless(self) -> None:
        """Raise `Unfinished` where no variant was solved, and `ScenarioError` where the record
        can't have come about in any.
        """
        if not self.found.weight.sum() > 0:
            refuse_weightless(self.pilot.sight, self.solved, self.pilot.batch.solution.advice)


def of_chain(chain: Chain, whose: Whose = ()) -> Ensemble:
    """The variants of a chain that is already solved."""
    measured = found(chain, Asking(tuple(whose)))
    made = Ensemble(chain, measured, chain.batch.draws)
    made.refuse_weightless()
    return made


def worked(
    job: Job,
    *,
    whose: Whose = (),
    store: Store | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Work all chunks of a job; what the store holds is not worked out again. Where too few of the
    variants explain the record, as many are drawn from the posterior and worked instead.
    """
    asking = Asking(tuple(whose))
    if store is not None and store.get("draws") is None:
        store.put("draws", _table(job))
    pilot, measured = _all(job, asking, "answers", store, workers, progress)
    made = Ensemble(pilot, measured, job.draws())
    made.refuse_weightless()
    if not too_few(measured.weight):
        return made
    moved, how = tempered(
        job, pilot, measured.weight, workers=workers, keeper=store, progress=progress
    )
    if store is not None and store.get("tempered") is None:
        store.put("tempered", _table(moved))
    again, later = _all(moved, asking, "tempered-answers", store, workers, progress)
    both = of_both(measured, later, how.tempered.effective / job.variants)
    return Ensemble(again, both, moved.draws(), tempering_part(measured.weight, how), pilot)


def _all(
    job: Job,
    asking: Asking,
    name: str,
    store: Store | None,
    workers: Workers | None,
    progress: Progress | None,
) -> tuple[Chain, Found]:
    """The first chunk, solved, and what all chunks found."""
    job.compiled(progress)
    pilot = job.chain(0, within(progress, job, 0))
    job = replace(job, asking=_settled(pilot, asking))
    return pilot, gathered(job, pilot, name, store=store, workers=workers, progress=progress)


def _settled(pilot: Chain, asking: Asking) -> Asking:
    """The same with the turns named at which options are worked out, for all chunks alike."""
    actors = dict.fromkeys(actor for actor, _ in asking.whose)
    at = {actor: turns_to_ask(turns_ahead(pilot.sight, actor)) for actor in actors}
    return replace(asking, at=at)


def _table(job: Job) -> Columns:
    """What was drawn, by name; the points of the unit cube are made again from the seed."""
    draws = job.draws()
    columns = drawn(job.scenario, draws)
    return columns if draws.importance is None else columns | {"importance": draws.importance}
