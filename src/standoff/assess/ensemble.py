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
from standoff.assess.chunks import Job
from standoff.assess.found import Asking, Found, found, turns_to_ask
from standoff.assess.models import TemperingPart
from standoff.assess.tempered import of_both, tempered, tempering_part, too_few
from standoff.assess.weightless import refuse_weightless
from standoff.compile.draws import Draws
from standoff.infer.outlook import turns_ahead
from standoff.progress import Progress, check
from standoff.scenario.models import Scenario
from standoff.solve.solution import SOLVED
from standoff.variants.columns import Columns, joined, rebuilt

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
    tables = [f"{name}/{index:05}" for index in range(job.count)]
    if store is not None:
        store.expect(tables)
    pilot = job.chain(0, _within(progress, job, 0))
    asking = _settled(pilot, asking)
    job = replace(job, asking=asking)
    first, columns = job.asked(pilot, progress)
    pilot.forget()
    parts: dict[int, Columns] = {}
    for index, table in enumerate(tables):
        kept = store.get(table) if store is not None else None
        if kept is None and index == 0:
            kept = columns
            if store is not None:
                store.put(table, kept)
        if kept is not None:
            parts[index] = kept
    left = [index for index in range(job.count) if index not in parts]
    if workers is not None and left:
        for index, columns in workers.map(job, left, progress):
            _keep(store, tables[index], columns)
            parts[index] = columns
    for index in left if workers is None else ():
        check(progress)
        parts[index] = job.chunk(index, _within(progress, job, index))
        _keep(store, tables[index], parts[index])
    return pilot, rebuilt(first, joined([parts[index] for index in range(job.count)]))


def _settled(pilot: Chain, asking: Asking) -> Asking:
    """The same with the turns named at which options are worked out, for all chunks alike."""
    actors = dict.fromkeys(actor for actor, _ in asking.whose)
    at = {actor: turns_to_ask(turns_ahead(pilot.sight, actor)) for actor in actors}
    return replace(asking, at=at)


def _keep(store: Store | None, table: str, columns: Columns) -> None:
    if store is not None:
        store.put(table, columns)


def _table(job: Job) -> Columns:
    """What was drawn, by name; the points of the unit cube are made again from the seed."""
    draws = job.draws()
    columns = drawn(job.scenario, draws)
    return columns if draws.importance is None else columns | {"importance": draws.importance}


@dataclass(eq=False)
class _Within:
    """Progress of one chunk as part of all variants."""

    progress: Progress
    done: int
    total: int

    def say(self, what: str) -> None:
        self.progress.say(what)

    def step(self, done: int, total: int) -> None:
        self.progress.step(self.done + done, self.total)

    @property
    def cancelled(self) -> bool:
        return self.progress.cancelled


def _within(progress: Progress | None, job: Job, index: int) -> Progress | None:
    if progress is None:
        return None
    return _Within(progress, index * job.chunk_size, job.variants)
