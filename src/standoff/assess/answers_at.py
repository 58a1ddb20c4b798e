"""The headline answers at any points of the assumptions, chunk by chunk.

Of every variant only its answers and their weights are kept, so that as many may be asked for as
there is time for. A chunk already in the store is not solved again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from standoff.assess.chain import Chain
from standoff.assess.headlines import headlines
from standoff.compile.compiled import Compiled
from standoff.errors import Cancelled, StandoffError
from standoff.progress import Progress, check
from standoff.scenario.models import Scenario
from standoff.variants.batch import solve_draws
from standoff.variants.chunks import Workers, size_of, slices
from standoff.variants.columns import Columns, joined
from standoff.variants.drawing import draws_at
from standoff.variants.store.in_memory import Store

Float = NDArray[np.float64]

SOLVED, RECORD = "solved", "record"
"""Columns: whether the solver check holds, and the likelihood of the record."""
_compiled: dict[str, Compiled] = {}


@dataclass(frozen=True, eq=False)
class AnswersAt:
    """Work that can be sent elsewhere: the answers `ids` at the points `cube` [V, D].

    A point has a coordinate for each of the scenario's uncertain columns; `budget` limits the
    sweeps that a variant may take. A chunk's columns are ``value/ID``, ``weight/ID``, `SOLVED` and
    `RECORD`; without `ids` the chunk holds every headline answer.
    """

    scenario: Scenario
    as_of: dt.datetime | None
    cube: Float
    size: int
    ids: tuple[str, ...] | None = None
    seed: int = 0
    budget: int | None = None

    def chunk(self, index: int, progress: Progress | None = None) -> Columns:
        """The answers of one chunk, NaN where a variant has none. Raises `Cancelled`."""
        here = slices(len(self.cube), self.size)[index]
        draws = draws_at(self.scenario, self.cube[here], self.seed)
        batch = solve_draws(compiled_once(self.scenario), draws, progress, self.budget)
        n = draws.n_variants
        nothing, none = np.full(n, np.nan), np.zeros(n)
        try:
            chain = Chain(batch, self.as_of)
            found, record = headlines(chain), chain.inference.measure().total()
        except Cancelled:
            raise
        except StandoffError:
            if self.ids is None:
                raise
            found, record = {}, none  # none of these was solved, or none allows the record
        columns: Columns = {SOLVED: batch.solution.solved, RECORD: record}
        for id in found if self.ids is None else self.ids:
            held = found.get(id)
            columns[f"value/{id}"] = nothing if held is None else np.asarray(held.per_variant)
            columns[f"weight/{id}"] = none if held is None else np.asarray(held.weight)
        return columns


def compiled_once(scenario: Scenario, progress: Progress | None = None) -> Compiled:
    """The compiled game; that of the last scenario is kept for the next chunk."""
    from standoff.compile import compile_scenario

    key = hashlib.sha256(scenario.model_dump_json().encode("utf-8", "surrogatepass")).hexdigest()
    if key not in _compiled:
        found = compile_scenario(scenario, progress=progress)
        _compiled.clear()
        _compiled[key] = found
    return _compiled[key]


def ids_of(columns: Columns) -> list[str]:
    """The answers that some columns hold."""
    return [name.removeprefix("value/") for name in columns if name.startswith("value/")]


def answered(
    job: AnswersAt,
    store: Store,
    name: str,
    what: str,
    *,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Columns:
    """The columns of all chunks of a job, end to end; kept in the store as ``NAME/00000``."""
    places = slices(len(job.cube), job.size)
    tables = [f"{name}/{index:05}" for index in range(len(places))]
    store.expect(tables)
    parts: dict[int, Columns] = {}
    for index, table in enumerate(tables):
        kept = store.get(table)
        if kept is not None:
            parts[index] = kept
    if job.ids is None and 0 not in parts:
        parts[0] = _worked(job, 0, store, tables[0], what, len(job.cube), progress)
    if job.ids is None:
        job = replace(job, ids=tuple(ids_of(parts[0])))
    left = [index for index in range(len(places)) if index not in parts]
    if workers is not None and left:
        for index, columns in workers.map(job, left, progress):
            store.put(tables[index], columns)
            parts[index] = columns
    for index in left if workers is None else []:
        parts[index] = _worked(job, index, store, tables[index], what, len(job.cube), progress)
    return joined([parts[index] for index in range(len(places))])


def _worked(
    job: AnswersAt,
    index: int,
    store: Store,
    table: str,
    what: str,
    total: int,
    progress: Progress | None,
) -> Columns:
    check(progress)
    within = None if progress is None else _Within(progress, what, index * job.size, total)
    columns = job.chunk(index, within)
    store.put(table, columns)
    return columns


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


def job_of(
    scenario: Scenario,
    as_of: dt.datetime | None,
    cube: Float,
    *,
    ids: Sequence[str] | None = None,
    seed: int = 0,
    budget: int | None = None,
    progress: Progress | None = None,
) -> AnswersAt:
    """The work for some points, in chunks as large as the game allows."""
    size = size_of(compiled_once(scenario, progress), cube.shape[1])
    return AnswersAt(scenario, as_of, cube, size, None if ids is None else tuple(ids), seed, budget)
