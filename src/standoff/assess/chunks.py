"""Variants of a crisis, chunk by chunk: drawn, solved, asked, and only the numbers kept."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from standoff.assess.chain import Chain
from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.progress import Progress, check
from standoff.scenario.models import Scenario
from standoff.scenario.positions import positions_of
from standoff.solve.cores import cores
from standoff.variants.batch import solve_draws, some_batch
from standoff.variants.chunks import size_of, slices
from standoff.variants.columns import Columns, columns_of, joined, rebuilt
from standoff.variants.drawing import draws_at, uncertain_columns
from standoff.variants.points import Method, points

if TYPE_CHECKING:
    from standoff.variants.chunks import Workers
    from standoff.variants.store import Store

PART = 256
"""Variants of a chunk asked at a time; with fewer, structure would cost more than numbers."""
AT_ONCE = 2
"""Parts asked side by side; more would take memory, not time."""
_last: dict[str, Compiled] = {}
"""The game compiled last in this process: chunks of one crisis come one after another. A scenario
that was sent from elsewhere is another object each time, but knows no lines of a file."""


@dataclass(frozen=True, eq=False)
class Job:
    """Work on the variants of an expanded scenario that can be pickled and done by chunks.

    `asking` makes of a solved chunk a result whose arrays have the variants as their last axis
    (`assess.found.Asking`, `assess.asking.One`). Variants are drawn as `variants`, `seed` and
    `method` say, or stand at the points `cube` [variants, D] of the unit cube, each with its
    `importance` [variants].
    """

    scenario: Scenario
    asking: Callable[[Chain], Any]
    variants: int
    seed: int = 0
    method: Method = "lhs"
    as_of: dt.datetime | None = None
    cube: np.ndarray | None = None
    importance: np.ndarray | None = None
    size: int | None = None
    """Variants of a chunk; None: what memory allows (`variants.chunks.size_of`)."""

    def chunk(self, index: int, progress: Progress | None = None) -> Columns:
        """The numbers of one chunk. Raises `Cancelled` where `progress` asks to stop."""
        chain = self.chain(index, progress)
        check(progress)
        return self.asked(chain, progress)[1]

    def asked(self, chain: Chain, progress: Progress | None = None) -> tuple[Any, Columns]:
        """The numbers of a solved chunk, and a result in whose structure they fit.

        Parts of the chunk are asked side by side: fixed by index, so that no number depends on
        how many there are at a time.
        """
        parts = slices(chain.batch.draws.n_variants, PART)
        if len(parts) == 1:
            found = self.asking(chain)
            return found, columns_of(found)

        def one(part: slice) -> tuple[Any, Columns]:
            check(progress)
            found = self.asking(Chain(some_batch(chain.batch, part), chain.as_of))
            return found, columns_of(found)

        with ThreadPoolExecutor(min(len(parts), AT_ONCE, cores()), "standoff-asking") as pool:
            made = list(pool.map(one, parts))
        return made[0][0], joined([columns for _, columns in made])

    def chain(self, index: int, progress: Progress | None = None) -> Chain:
        """One chunk, solved."""
        here = slices(self.variants, self.chunk_size)[index]
        compiled = self.compiled(progress)
        return Chain(solve_draws(compiled, self.draws(here), progress), self.as_of)

    def draws(self, here: slice = slice(None)) -> Draws:
        """The draws of some of the variants."""
        drawn = draws_at(self.scenario, self.points[here], self.seed)
        weight = None if self.importance is None else self.importance[here]
        return replace(drawn, method=self.method, importance=weight)

    @cached_property
    def points(self) -> np.ndarray:
        """[variants, D] where the variants stand in the unit cube."""
        if self.cube is not None:
            return self.cube
        return points(self.variants, len(uncertain_columns(self.scenario)), self.seed, self.method)

    @cached_property
    def key(self) -> str:
        """A digest of the scenario."""
        return hashlib.sha256(self.scenario.model_dump_json().encode()).hexdigest()

    @cached_property
    def chunk_size(self) -> int:
        """Variants of a chunk."""
        return self.size or size_of(self.compiled())

    @property
    def count(self) -> int:
        """How many chunks there are."""
        return len(slices(self.variants, self.chunk_size))

    def compiled(self, progress: Progress | None = None) -> Compiled:
        """The game; that of the last scenario is kept."""
        found = _last.get(self.key)
        if found is None or not _same_lines(found.scenario, self.scenario):
            from standoff.compile import compile_scenario

            if progress is not None:
                progress.say("compiling the game")
            found = compile_scenario(self.scenario, progress=progress)
            _last.clear()
            _last[self.key] = found
        return found

    def __getstate__(self) -> dict[str, Any]:
        # What is worked out again is not sent; points and chunks are, so that all have the same.
        names = type(self).__dataclass_fields__
        made = {"cube": self.points, "size": self.chunk_size}
        return {name: self.__dict__[name] for name in names} | made


def _same_lines(one: Scenario, other: Scenario) -> bool:
    """Whether complaints about either would point to the same lines."""
    return one is other or not (positions_of(one).spans or positions_of(other).spans)


def gathered(
    job: Job,
    pilot: Chain,
    name: str = "answers",
    *,
    store: Store | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Any:
    """What a job asks, of all of its variants: chunks that the store holds (as ``NAME/00000``) are
    not worked out again. The first chunk stands solved as `pilot`; it gives the structure.
    """
    tables = [f"{name}/{index:05}" for index in range(job.count)]
    if store is not None:
        store.expect(tables)
    first, columns = job.asked(pilot, progress)
    pilot.forget()
    parts: dict[int, Columns] = {}

    def keep(index: int, columns: Columns) -> None:
        parts[index] = columns
        if store is not None:
            store.put(tables[index], columns)

    for index, table in enumerate(tables):
        kept = store.get(table) if store is not None else None
        if kept is not None:
            parts[index] = kept
    if 0 not in parts:
        keep(0, columns)
    left = [index for index in range(job.count) if index not in parts]
    if workers is not None and left:
        for index, columns in workers.map(job, left, progress):
            keep(index, columns)
    for index in left if workers is None else ():
        check(progress)
        keep(index, job.chunk(index, within(progress, job, index)))
    return rebuilt(first, joined([parts[index] for index in range(job.count)]))


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


def within(progress: Progress | None, job: Job, index: int) -> Progress | None:
    """The progress of all variants, for one chunk of them."""
    if progress is None:
        return None
    return _Within(progress, index * job.chunk_size, job.variants)
