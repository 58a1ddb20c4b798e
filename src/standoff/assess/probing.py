"""Answers at points of parameter space: solved in chunks, kept, never solved twice."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.assess.chain import Chain
from standoff.assess.turned import Columns, Target, read_all
from standoff.compile.compiled import Compiled
from standoff.progress import Progress, check
from standoff.variants.axes import Space
from standoff.variants.batch import solve_draws
from standoff.variants.chunks import size_of, slices
from standoff.variants.columns import joined

if TYPE_CHECKING:
    from standoff.variants.store.in_memory import Store

Float = NDArray[np.float64]
SOLVED = "solved"
"""The column that says whether a variant passed the solver check."""


@dataclass(frozen=True, eq=False)
class Probing:
    """Answers at n points, each of which moves at most two axes: a job in chunks."""

    compiled: Compiled
    moment: dt.datetime | None
    anchor: int
    targets: tuple[Target, ...]
    which: NDArray[np.intp]  # [n, 2] axes by place, -1 for none
    at: Float  # [n, 2] percentiles
    size: int

    def chunk(self, index: int, progress: Progress | None = None) -> Columns:
        """Answers and `SOLVED` by point, of one chunk."""
        part = slices(len(self.which), self.size)[index]
        which, at = self.which[part], self.at[part]
        space = Space(self.compiled.scenario)
        coordinates: dict[int, Float] = {}
        for axis in np.unique(which[which >= 0]).tolist():
            values = np.full(len(which), space.axes[axis].middle)
            for column in (0, 1):
                here = which[:, column] == axis
                values[here] = at[here, column]
            coordinates[axis] = values
        batch = solve_draws(self.compiled, space.draws(coordinates, len(which)), progress)
        chain = Chain(batch, self.moment)
        found = read_all(chain.at(self.moment), self.anchor, self.targets)
        return {**found, SOLVED: batch.solution.solved.astype(np.float64)}


@dataclass(eq=False)
class Probe:
    """Asks for answers at points and remembers them; `store` keeps them beyond this run."""

    chain: Chain
    targets: tuple[Target, ...]
    store: Store | None = None
    progress: Progress | None = None
    solved: int = 0
    failed: int = 0
    _rows: dict[tuple[float, ...], dict[str, float]] = field(init=False, default_factory=dict)
    _tables: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.space = Space(self.chain.scenario)
        text = repr((self.targets, str(self.chain.as_of)))
        self.name = "tipping/" + hashlib.sha256(text.encode()).hexdigest()[:12]
        while self.store is not None and (kept := self.store.get(self._table())) is not None:
            self._remember(kept)

    def _table(self) -> str:
        return f"{self.name}/{self._tables:03}"

    def _remember(self, table: Columns) -> None:
        """Take over a table of points with their answers."""
        self._tables += 1
        keys = [table[f"point/{i}"] for i in range(4)]
        names = [n for n in table if not n.startswith("point/")]
        for i, key in enumerate(zip(*(k.tolist() for k in keys), strict=True)):
            self._rows[key] = {n: float(table[n][i]) for n in names}
        self.solved += len(keys[0])
        self.failed += int((table[SOLVED] == 0).sum())

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
        new = [i for i, key in enumerate(dict.fromkeys(keys)) if key not in self._rows]
        if new:
            first = list(dict.fromkeys(keys))
            points = np.array([first[i] for i in new])
            self._solve(points[:, :2].astype(np.intp), points[:, 2:])
        rows = [self._rows[key] for key in keys]
        names = list(dict.fromkeys(n for row in rows for n in row))
        return {n: np.array([row.get(n, np.nan) for row in rows]) for n in names}

    def _solve(self, which: NDArray[np.intp], at: Float) -> None:
        check(self.progress)
        chain = self.chain
        compiled = chain.batch.compiled
        size = size_of(compiled)
        job = Probing(compiled, chain.as_of, chain.anchor, self.targets, which, at, size)
        parts = []
        for index in range(len(slices(len(which), size))):
            check(self.progress)
            if self.progress is not None:
                self.progress.say("looking for tipping points")
                self.progress.step(self.solved + index * size, self.solved + len(which))
            parts.append(job.chunk(index))
        table = joined(_same_columns(parts))
        table.update({f"point/{i}": (which if i < 2 else at)[:, i % 2].astype(float)
                      for i in range(4)})  # fmt: skip
        if self.store is not None:
            self.store.put(self._table(), table)
        self._remember(table)


def _same_columns(parts: list[Columns]) -> list[Columns]:
    """A chunk in which an answer could not be given at all has no column for it: NaN."""
    names = list(dict.fromkeys(n for part in parts for n in part))
    return [
        {n: part.get(n, np.full(len(part[SOLVED]), np.nan)) for n in names} for part in parts
    ]  # fmt: skip
