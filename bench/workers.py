"""What workers cost and bring: ``python bench/workers.py [--chunks 200] [--variants 8192]``.

Printed are seconds until two local workers are there; milliseconds a chunk that does nothing, with
small and with real columns, beside the same in this process; and an assessment's variants of
``signal`` worked here with one thread, here with all cores, and by two workers.
"""

from __future__ import annotations

import argparse
import json
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np

from standoff.progress import Progress
from standoff.variants.chunks import Job, Workers
from standoff.variants.columns import Columns
from standoff.variants.dask_workers import LocalWorkers
from standoff.variants.workers import Here


@dataclass(frozen=True)
class Nothing:
    """Columns of a given shape, without work."""

    columns: int
    variants: int

    def chunk(self, index: int, progress: Progress | None = None) -> Columns:
        """The chunk."""
        return {f"answer/{i}/per_variant": np.full(self.variants, float(index)) for i in
                range(self.columns)}  # fmt: skip


def spent(workers: Workers, job: Job, chunks: int) -> float:
    """Seconds until all chunks are here."""
    start = time.perf_counter()
    for _ in workers.map(job, list(range(chunks))):
        pass
    return time.perf_counter() - start


def of_three(measure: Callable[[], float]) -> float:
    """The median of three measurements, after one that counts for nothing."""
    measure()
    return median(measure() for _ in range(3))


def main() -> None:
    """Measure and print as JSON."""
    from standoff.assess.chain import moment_of, opened
    from standoff.assess.chunks import Job as Variants
    from standoff.assess.found import Asking
    from standoff.solve.cores import at_most

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=200)
    parser.add_argument("--variants", type=int, default=8192)
    given = parser.parse_args()
    scenario = opened("signal")
    moment = moment_of(scenario, scenario.as_of)
    job = Variants(scenario, Asking((("neighbor", None),)), given.variants, as_of=moment, size=512)
    real = job.chunk(0)
    found: dict[str, object] = {
        "chunks": given.chunks,
        "columns": len(real),
        "bytes of a chunk": sum(column.nbytes for column in real.values()),
        "bytes of the job": len(pickle.dumps(job)),
    }
    here, nothing, shaped = Here(), Nothing(1, 8), Nothing(len(real), 512)
    with LocalWorkers(2) as two:
        start = time.perf_counter()
        spent(two, nothing, 2)
        found["seconds until two workers are there"] = time.perf_counter() - start
        for name, empty in (("nothing", nothing), ("real columns", shaped)):
            for who, workers in (("here", here), ("two workers", two)):
                took = of_three(lambda w=workers, j=empty: spent(w, j, given.chunks))  # type: ignore[misc]
                found[f"ms a chunk, {name}, {who}"] = 1e3 * took / given.chunks

        def alone() -> float:
            with at_most(1):
                return spent(here, job, job.count)

        found["seconds, one thread here"] = of_three(alone)
        found["seconds, all cores here"] = of_three(lambda: spent(here, job, job.count))
        found["seconds, two workers"] = of_three(lambda: spent(two, job, job.count))
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
