"""Answers at points of parameter space: solved in chunks, kept, never solved twice."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.assess.chain import Chain, moment_of
from standoff.assess.chunks import Job
from standoff.assess.turned import Columns, Target, read_all
from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.progress import Progress, check
from standoff.scenario.models import Scenario
from standoff.variants.axes import Space
from standoff.variants.batch import solve_draws
from standoff.variants.chunks import size_of, slices
from standoff.variants.columns import joined

if TYPE_CHECKING:
    from standoff.assess.ensemble import Ensemble
    from standoff.variants.chunks import Job as AnyJob
    from standoff.variants.chunks import Workers
    from standoff.variants.store import Store

Float = NDArray[np.float64]
SOLVED, LIKELIHOOD = "solved", "likelihood"
"""Columns that say whether a variant passed the solver check, and how likely it makes the record
(with the importance of its draw).
"""


@dataclass(frozen=True, eq=False)
class Standpoint:
    """A game and the moment from which its record is read."""

    compiled: Compiled
    moment: dt.datetime | None

    @classmethod
    def of(cls, chain: Chain) -> Standpoint:
        """Where a chain is seen from."""
        return cls(chain.batch.compiled, chain.as_of)

    @property
    def scenario(self) -> Scenario:
        """The expanded scenario."""
        return self.compiled.scenario

    @cached_property
    def anchor(self) -> int:
        """The step from which a judgement's time words count."""
        from standoff.infer.evidence import Evidence

        own = moment_of(self.scenario, self.scenario.as_of)
        return Evidence(self.compiled, own).present


@dataclass(frozen=True, eq=False)
class Reading:
    """What is asked of a solved chunk: the columns of some targets (`chunks.Job.asking`)."""

    targets: tuple[Target, ...]

    def __call__(self, chain: Chain) -> Columns:
        """Answers, `SOLVED` and `LIKELIHOOD` by variant."""
        found = read_all(chain.sight, chain.anchor, self.targets)
        found[LIKELIHOOD] = np.asarray(chain.sight.measure().total(), dtype=np.float64)
        return {**found, SOLVED: chain.batch.solution.solved.astype(np.float64)}


@dataclass(frozen=True, eq=False)
class Held:
    """Answers in the draws at hand."""

    draws: Draws
    columns: Columns  # as `Reading` gives them

    @property
    def likelihood(self) -> Float:
        """[V]"""
        return self.columns[LIKELIHOOD]


def held_of(source: Chain | Ensemble, targets: Iterable[Target]) -> Held:
    """What a chain, or all variants of an ensemble, say of some (settled) targets."""
    if isinstance(source, Chain):
        return Held(source.batch.draws, Reading(tuple(targets))(source))
    found, names = source.found, source.pilot.batch.compiled.names
    steps = source.pilot.batch.compiled.steps
    columns: Columns = {}
    for one in targets:
        said = found.judgements.get(one.id) if one.dated else found.questions.get(one.id)
        if one.kind == "options":
            key = f"{one.actor}.{one.type}" if one.type else one.actor
            for each in found.options.get(key, ()):
                here = one.step is not None and steps[one.step]
                if here and (each.turn, each.round) == (here.turn, here.round) and each.open:
                    columns.update(one.of_options(each))
        elif said is not None and said.answer is not None and one.bound(names) is not None:
            columns.update(one.of_answer(said.answer))
    columns[LIKELIHOOD] = found.weight
    columns[SOLVED] = source.solved.astype(np.float64)
    return Held(source.draws, columns)


@dataclass(frozen=True, eq=False)
class Probing:
    """Answers at n points, each of which moves at most two axes: a job in chunks."""

    scenario: Scenario
    reading: Reading
    moment: dt.datetime | None
    which: NDArray[np.intp]  # [n, 2] axes by place, -1 for none
    at: Float  # [n, 2] percentiles
    size: int
    compiled: Compiled | None = None
    """The game where it is at hand; never sent."""

    def chunk(self, index: int, progress: Progress | None = None) -> Columns:
        """The columns of the reading by point, of one chunk."""
        part = slices(len(self.which), self.size)[index]
        which, at = self.which[part], self.at[part]
        space = Space(self.scenario)
        coordinates: dict[int, Float] = {}
        for axis in np.unique(which[which >= 0]).tolist():
            values = np.full(len(which), space.axes[axis].middle)
            for column in (0, 1):
                here = which[:, column] == axis
                values[here] = at[here, column]
            coordinates[axis] = values
        game = self.compiled or Job(self.scenario, self.reading, 1).compiled(progress)
        batch = solve_draws(game, space.draws(coordinates, len(which)), progress)
        return self.reading(Chain(batch, self.moment))

    def __getstate__(self) -> dict[str, object]:
        names = type(self).__dataclass_fields__
        return {name: getattr(self, name) for name in names} | {"compiled": None}


@dataclass(eq=False)
class Probe:
    """Asks for answers at points and remembers them; `store` keeps them beyond this run, `workers`
    solve chunks elsewhere.
    """

    standpoint: Standpoint
    targets: tuple[Target, ...]
    store: Store | None = None
    workers: Workers | None = None
    progress: Progress | None = None
    _asked: dict[tuple[float, ...], None] = field(init=False, default_factory=dict)
    _rows: dict[tuple[float, ...], dict[str, float]] = field(init=False, default_factory=dict)
    _tables: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.space = Space(self.standpoint.scenario)
        self.targets = self._settled()
        text = repr((self.targets, str(self.standpoint.moment)))
        self.name = "tipping/" + hashlib.sha256(text.encode()).hexdigest()[:12]
        while self.store is not None and (kept := self.store.get(self._table())) is not None:
            self._remember(kept)

    def _settled(self) -> tuple[Target, ...]:
        """The targets, with the step of their choice as it is in the reference variant."""
        if all(t.query for t in self.targets):
            return self.targets
        place = self.standpoint
        draws = self.space.draws({}, 1)
        sight = Chain(solve_draws(place.compiled, draws, self.progress), place.moment).sight
        return tuple(t.settled(sight) for t in self.targets)

    def _table(self) -> str:
        return f"{self.name}/{self._tables:03}"

    def _remember(self, table: Columns) -> None:
        """Take over a table of points with their answers."""
        self._tables += 1
        keys = [table[f"point/{i}"] for i in range(4)]
        names = [n for n in table if not n.startswith("point/")]
        for i, key in enumerate(zip(*(k.tolist() for k in keys), strict=True)):
            self._rows[key] = {n: float(table[n][i]) for n in names}

    @property
    def solved(self) -> int:
        """Points that were asked for, whenever they were solved."""
        return len(self._asked)

    @property
    def failed(self) -> int:
        """Of these, those that the solver failed on."""
        return sum(self._rows[key][SOLVED] == 0 for key in self._asked)

    @property
    def kept(self) -> int:
        """Points whose answers are at hand."""
        return len(self._rows)

    def __call__(self, which: NDArray[np.intp], at: Float) -> Columns:
        """Answers [n] by column at points that move axes `which` [n] or [n, 2] (-1: none) to the
        percentiles `at`; NaN where the solver failed.
        """
        pair = np.full((len(which), 2), -1, dtype=np.intp)
        place = np.zeros((len(which), 2))
        pair[:, : which.reshape(len(which), -1).shape[1]] = which.reshape(len(which), -1)
        place[:, : at.reshape(len(at), -1).shape[1]] = at.reshape(len(at), -1)
        place[pair < 0] = 0.0
        keys = [tuple(k) for k in np.concatenate([pair, place], axis=1).tolist()]
        new = [key for key in dict.fromkeys(keys) if key not in self._rows]
        if new:
            points = np.array(new)
            self._solve(points[:, :2].astype(np.intp), points[:, 2:])
        self._asked.update(dict.fromkeys(keys))
        rows = [self._rows[key] for key in keys]
        names = list(dict.fromkeys(n for row in rows for n in row))
        return {n: np.array([row.get(n, np.nan) for row in rows]) for n in names}

    def _solve(self, which: NDArray[np.intp], at: Float) -> None:
        check(self.progress)
        place = self.standpoint
        size = size_of(place.compiled)
        job = Probing(
            place.scenario, Reading(self.targets), place.moment, which, at, size, place.compiled
        )
        if self.progress is not None:
            self.progress.say("looking for tipping points")
        table = end_to_end(job, len(slices(len(which), size)), self.workers, self.progress)
        table.update({f"point/{i}": (which if i < 2 else at)[:, i % 2].astype(float)
                      for i in range(4)})  # fmt: skip
        if self.store is not None:
            self.store.put(self._table(), table)
        self._remember(table)


def end_to_end(
    job: AnyJob, chunks: int, workers: Workers | None, progress: Progress | None
) -> Columns:
    """The columns of all chunks of a job."""
    parts: dict[int, Columns] = {}
    if workers is not None and chunks > 1:
        parts = dict(workers.map(job, list(range(chunks)), progress))
    else:
        for index in range(chunks):
            check(progress)
            if progress is not None:
                progress.step(index, chunks)
            parts[index] = job.chunk(index)
    return joined(_same_columns([parts[index] for index in range(chunks)]))


def _same_columns(parts: list[Columns]) -> list[Columns]:
    """A chunk in which an answer could not be given at all has no column for it: NaN."""
    names = list(dict.fromkeys(n for part in parts for n in part))
    return [
        {n: part.get(n, np.full(len(part[SOLVED]), np.nan)) for n in names} for part in parts
    ]  # fmt: skip


def drawn_and_read(
    job: Job,
    targets: tuple[Target, ...],
    store: Store | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Held:
    """What all variants of a job say of some (settled) targets, chunk by chunk; what is in the
    store is not worked out again.
    """
    text = repr((targets, str(job.as_of), job.variants, job.seed, job.method))
    name = f"tipping/{hashlib.sha256(text.encode()).hexdigest()[:12]}-draws"
    kept = store.get(name) if store is not None else None
    if kept is None:
        if progress is not None:
            progress.say("solving variants")
        asking = replace(job, asking=Reading(targets))
        kept = end_to_end(asking, job.count, workers, progress)
        if store is not None:
            store.put(name, kept)
    return Held(job.draws(), kept)
