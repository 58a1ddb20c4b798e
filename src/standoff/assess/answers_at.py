"""The headline answers at any points of the assumptions, chunk by chunk.

Of every variant only its answers and their weights are kept, so that as many may be asked for as
there is time for. A chunk already in the store is not solved again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from standoff.assess.chain import Chain
from standoff.assess.chunks import Job
from standoff.assess.headlines import headlines
from standoff.errors import Cancelled, StandoffError
from standoff.progress import Progress, check
from standoff.variants.batch import solve_draws
from standoff.variants.chunks import Workers, slices
from standoff.variants.columns import Columns, joined
from standoff.variants.store.in_memory import Store

SOLVED, RECORD = "solved", "record"
"""Columns: whether the solver check holds, and the likelihood of the record."""


@dataclass(frozen=True)
class Answers:
    """What is asked of every chunk: the headline answers with these ids."""

    ids: tuple[str, ...] = ()

    def __call__(self, chain: Chain) -> Columns:
        """Columns ``value/ID`` (NaN where a variant has no answer), ``weight/ID``, `SOLVED` and
        `RECORD`.
        """
        try:
            found, record = headlines(chain), chain.sight.measure().total()
        except Cancelled:
            raise
        except StandoffError:  # none of these was solved, or none allows the record
            found, record = {}, np.zeros(chain.batch.draws.n_variants)
        # Each a copy of its own: arrays that are one object would be kept once, under one name.
        columns: Columns = {SOLVED: np.array(chain.batch.solution.solved), RECORD: np.array(record)}
        for id in self.ids:
            held = found.get(id)
            value, weight = (
                (held.per_variant, held.weight)
                if held is not None
                else (np.full(len(record), np.nan), np.zeros(len(record)))
            )
            columns[f"value/{id}"], columns[f"weight/{id}"] = np.array(value), np.array(weight)
        return columns


@dataclass(frozen=True, eq=False)
class AnswersAt(Job):
    """A job in which a variant may take only so many sweeps."""

    budget: int | None = None

    def chain(self, index: int, progress: Progress | None = None) -> Chain:
        """One chunk, solved."""
        here = slices(self.variants, self.chunk_size)[index]
        compiled = self.compiled(progress)
        return Chain(solve_draws(compiled, self.draws(here), progress, self.budget), self.as_of)


def ids_of(columns: Columns) -> list[str]:
    """The answers that some columns hold."""
    return [name.removeprefix("value/") for name in columns if name.startswith("value/")]


def answered(
    job: Job,
    store: Store,
    name: str,
    what: str,
    *,
    ids: Sequence[str] | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Columns:
    """The columns of all chunks of a job, end to end; kept in the store as ``NAME/00000``.

    Without `ids`, of every headline answer that the first chunk has.
    """
    tables = [f"{name}/{index:05}" for index in range(job.count)]
    store.expect(tables)
    kept = {index: store.get(table) for index, table in enumerate(tables)}
    parts = {index: columns for index, columns in kept.items() if columns is not None}

    def keep(index: int, columns: Columns) -> None:
        store.put(tables[index], columns)
        parts[index] = columns

    if ids is None and 0 in parts:
        ids = ids_of(parts[0])
    elif ids is None:
        check(progress)
        pilot = job.chain(0, _within(progress, what, 0, job))
        ids = list(headlines(pilot))
        keep(0, replace(job, asking=Answers(tuple(ids))).asked(pilot, progress)[1])
    job = replace(job, asking=Answers(tuple(ids)))
    left = [index for index in range(job.count) if index not in parts]
    if workers is not None and left:
        for index, columns in workers.map(job, left, progress):
            keep(index, columns)
    for index in left if workers is None else []:
        check(progress)
        keep(index, job.chunk(index, _within(progress, what, index, job)))
    return joined([parts[index] for index in range(job.count)])


def _within(progress: Progress | None, what: str, index: int, job: Job) -> Progress | None:
    if progress is None:
        return None
    return _Within(progress, what, index * job.chunk_size, job.variants)


@dataclass
class _Within:
    """Progress of one chunk as part of all of them."""

    outer: Progress
    what: str
    before: int
    total: int

    def say(self, what: str) -> None:
        self.outer.say(self.what)

    def step(self, done: int, total: int) -> None:
        self.outer.step(self.before + done, self.total)

    @property
    def cancelled(self) -> bool:
        return self.outer.cancelled
