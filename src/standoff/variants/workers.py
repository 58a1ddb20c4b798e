"""Who works the chunks: this process, processes on this machine, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from standoff.progress import Progress, check
from standoff.variants.chunks import Job, Workers
from standoff.variants.columns import Columns

__all__ = ["Here", "Workers", "workers_of"]


class Here:
    """The process in which it stands: one chunk after another, each on all cores."""

    def map(
        self, job: Job, indices: list[int], progress: Progress | None = None
    ) -> Iterator[tuple[int, Columns]]:
        """The columns of each chunk, in the order given."""
        for done, index in enumerate(indices):
            check(progress)
            yield index, job.chunk(index)
            if progress is not None:
                progress.step(done + 1, len(indices))


@contextmanager
def workers_of(address: str | None = None, n: int | None = None) -> Iterator[Workers | None]:
    """For the length of a block: the workers of the Dask cluster at `address` (a URL, or the file
    that its scheduler wrote), or `n` processes on this machine, or None where neither is given.

    Raises `ScenarioError` where no cluster answers at the address, `StandoffError` where Dask is
    not installed.
    """
    if address is None and n is None:
        yield None
        return
    from standoff.variants.dask_workers import Cluster, LocalWorkers

    with Cluster(address) if address is not None else LocalWorkers(n or 1) as workers:
        yield workers
