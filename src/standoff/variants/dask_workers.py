"""Chunks of variants on Dask workers: the same bytes, whatever happens to the workers.

The job is sent once and copied from worker to worker; a task is its name and an index, so that a
lost worker costs the chunks that it was working on and no more. Only as many chunks are handed out
as keep the workers busy: the scheduler knows a few hundred tasks, however many chunks there are.
A worker whose versions differ from this process's would give other bytes, and is refused.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError, StandoffError
from standoff.progress import Progress, check
from standoff.solve.cores import at_most
from standoff.variants.chunks import Job
from standoff.variants.columns import Columns

AHEAD = 2
"""Chunks handed out for each thread of the workers: one in work, one that waits for its turn."""
RETRIES = 2
"""How often a chunk is tried again where it failed for no fault of the scenario."""
POLL = 0.005
"""Seconds between two looks at what is done, and at whether the user wants it stopped."""
GONE = "the scheduler is gone, or has dropped the work; what is done is kept"
Packed = tuple[list[str], list[tuple[list[str], NDArray[Any]]]]
"""The columns' names in order; for each kind of number the names and [k, v] the columns."""
ADDRESS = "tcp://HOST:PORT, tls://HOST:PORT, or the JSON file that the scheduler wrote"


class _OnDask:
    """Hands chunks to the workers of a Dask cluster."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._client: Any = None
        self._known: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the workers go."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.close(timeout=5)

    def map(
        self, job: Job, indices: list[int], progress: Progress | None = None
    ) -> Iterator[tuple[int, Columns]]:
        """The columns of each chunk with its index, in the order in which they are done.

        Raises what the chunk raised; `ScenarioError` where a worker would give other bytes;
        `StandoffError` where the scheduler or all workers are gone for good.
        """
        if not indices:
            return
        if progress is not None:
            progress.say("waiting for workers")
        client = self._connected()
        self._ready(client, progress)
        if progress is not None:
            progress.say("solving variants on workers")
            progress.step(0, len(indices))
        expected = _versions()
        name = f"standoff-{uuid.uuid4().hex}"
        # A task that gives the job, not scattered data: lost with its last copy, it is made again.
        sent = client.submit(_same, job, key=f"{name}-job", retries=RETRIES)
        done = _distributed().as_completed(loop=client.loop, with_results=True, raise_errors=False)
        left = deque(indices)
        pending: dict[Any, tuple[int, str]] = {}
        crew = _Crew(client, self._patience, self._mend)
        try:
            while left or pending:
                while left and (place := crew.idlest()) is not None:
                    index = left.popleft()
                    # Left to itself, the scheduler would work all short chunks where the job is.
                    future = client.submit(
                        _chunk, sent, index, expected, key=f"{name}-{index}", retries=RETRIES,
                        workers=[place], allow_other_workers=True,
                    )  # fmt: skip
                    pending[future] = index, place
                    crew.busy[place] += 1
                    done.add(future)
                check(progress)
                if not done.has_ready():
                    crew.look()
                    time.sleep(POLL)
                for future, result in done.next_batch(block=False):
                    index, place = pending.pop(future)
                    crew.busy[place] -= 1
                    columns = self._taken(future, result, index)
                    future.release()
                    if progress is not None:
                        progress.step(len(indices) - len(left) - len(pending), len(indices))
                    yield index, columns
        finally:
            # Also where whoever reads has stopped, or was interrupted.
            with suppress(Exception):
                client.cancel([*pending, sent], force=True)

    def _connected(self) -> Any:
        raise NotImplementedError

    def _mend(self, there: int) -> None:
        """So many workers are there: see to it that there are enough."""

    def _ready(self, client: Any, progress: Progress | None) -> None:
        """Wait for a worker; refuse those that would give other bytes."""
        until = time.monotonic() + self._patience
        while not (there := frozenset(_threads(client))):
            check(progress)
            if time.monotonic() > until:
                raise StandoffError(
                    f"the cluster has no workers (waited {self._patience:.0f} seconds)"
                )
            time.sleep(0.1)
        if there <= self._known:
            return
        refuse_unlike(client.run(_versions, on_error="return"), _versions())
        self._known = there

    def _taken(self, future: Any, result: Any, index: int) -> Columns:
        """What a finished task gave."""
        from distributed import KilledWorker

        if future.status == "error":
            error = result[1]
            if isinstance(error, KilledWorker):
                raise StandoffError(
                    f"chunk {index} ended several workers one after another, the last at "
                    f"{error.last_worker.address}: it may want more memory than they have"
                ) from error
            raise error
        if isinstance(result, BaseException):
            raise StandoffError(GONE) from result
        packed, error = result
        if error is not None:
            raise error
        return _unpacked(packed)


class Cluster(_OnDask):
    """The workers of a Dask cluster that somebody else runs.

    `address` is the scheduler's, or the file that it wrote (`dask scheduler --scheduler-file`).
    It is connected to at once and left running; `patience` is how many seconds may pass without an
    answer, or without any worker.
    """

    def __init__(self, address: str, *, patience: float = 60.0, timeout: float = 10.0) -> None:
        super().__init__(patience)
        self._address = address
        distributed = _distributed()
        try:
            # A client that fails while it connects stays half made: collected at a bad moment it
            # takes a lock that Dask holds already, for good. So it is made where somebody answers.
            where = _scheduler(address)
            _within(timeout + 5, lambda: asyncio.run(_answers(where, timeout)))
            self._client = _within(
                timeout + 5,
                lambda: distributed.Client(
                    where, timeout=timeout, set_as_default=False, name="standoff"
                ),
            )
        except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
            raise ScenarioError(
                Problem(
                    "no-cluster",
                    "no Dask scheduler answers there",
                    found=address,
                    expected=ADDRESS,
                )
            ) from error

    def _connected(self) -> Any:
        if self._client is None:
            raise ValueError("the workers were let go")
        return self._client


class LocalWorkers(_OnDask):
    """`n` processes on this machine, each with one thread, started when there is work for them.

    They listen on 127.0.0.1 only, and end with the block, or with this process.
    """

    def __init__(self, n: int, *, patience: float = 60.0) -> None:
        super().__init__(patience)
        _distributed()
        self._n = n
        self._cluster: Any = None

    def close(self) -> None:
        """End the processes."""
        super().close()
        cluster, self._cluster = self._cluster, None
        if cluster is not None:
            with suppress(Exception):
                cluster.close(timeout=5)

    def _connected(self) -> Any:
        if self._client is not None:
            return self._client
        distributed = _distributed()
        # The kernels that this process has compiled are taken, not compiled anew.
        kept = {name: os.environ[name] for name in ("NUMBA_CACHE_DIR",) if name in os.environ}
        try:
            self._cluster = distributed.LocalCluster(
                n_workers=self._n,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address=None,
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
                # The size of a chunk bounds its memory; Dask's own limit would pause workers.
                memory_limit=None,
                silence_logs=logging.CRITICAL,
                env=kept,
            )
            self._client = distributed.Client(self._cluster, set_as_default=False, name="standoff")
        except (OSError, TimeoutError, RuntimeError) as error:
            raise StandoffError(f"workers can't be started on this machine: {error}") from error
        return self._client

    def _mend(self, there: int) -> None:
        # A process that ends is started anew by Dask, but one that takes long over it is given up.
        if there < self._n:
            self._cluster.scale(self._n)


class _Crew:
    """Who works, and with how many chunks each is busy."""

    def __init__(self, client: Any, patience: float, mend: Callable[[int], None]) -> None:
        self._client, self._patience, self._mend = client, patience, mend
        self._seen = self._looked = time.monotonic()
        self._threads = _threads(client)
        self.busy: Counter[str] = Counter()

    def idlest(self) -> str | None:
        """The worker that should have the next chunk; None where all have enough to do."""
        self.look()
        free = {
            place: self.busy[place] / threads
            for place, threads in self._threads.items()
            if self.busy[place] < AHEAD * threads
        }
        return min(free, key=free.__getitem__, default=None)

    def look(self) -> None:
        """Count again who is there, at most once a second. Raises `StandoffError` where there has
        been nobody for too long.
        """
        now = time.monotonic()
        if now < self._looked + 1:
            return
        self._looked = now
        self._threads = _threads(self._client)
        self._mend(len(self._threads))
        if self._threads:
            self._seen = now
        elif now > self._seen + self._patience:
            raise StandoffError(
                f"there has been no worker for {self._patience:.0f} seconds; what is done is kept"
            )


def refuse_unlike(found: Mapping[str, Any], expected: Mapping[str, str]) -> None:
    """Raise `ScenarioError` where a worker (address -> versions, or what asking for them raised)
    has other versions than this process or another kind of processor: its bytes might differ.
    """
    problems = []
    for address, theirs in sorted(found.items()):
        if isinstance(theirs, BaseException):
            problems.append(
                Problem(
                    "unlike-worker",
                    f"worker {address} can't run Standoff",
                    found=f"{type(theirs).__name__}: {theirs}",
                    expected=f"standoff {expected['standoff']}",
                )
            )
            continue
        problems += [
            Problem(
                "unlike-worker",
                f"worker {address} has another {name} than this process, and might give other "
                "numbers",
                found=str(theirs.get(name, "nothing")),
                expected=version,
            )
            for name, version in expected.items()
            if theirs.get(name) != version
        ]
    if problems:
        raise ScenarioError(problems)


def _versions() -> dict[str, str]:
    """What bytes depend on besides the question, in this process."""
    from standoff.variants.store.manifest import versions

    return versions()


def _threads(client: Any) -> dict[str, int]:
    """Address -> threads of each worker."""
    try:
        return dict(client.nthreads())
    except Exception as error:  # whatever Dask raises where its connection is lost
        raise StandoffError(GONE) from error


def _same(job: Job) -> Job:
    """The task that holds the job on the workers."""
    return job


def _chunk(
    job: Job, index: int, expected: Mapping[str, str]
) -> tuple[Packed | None, StandoffError | None]:
    """One chunk, in a worker's thread; what is wrong with the scenario is no reason to try again.

    Versions are compared here too, since workers may come while the work is under way.
    """
    from distributed import get_worker

    try:
        refuse_unlike({get_worker().address: _versions()}, expected)
        with at_most(1):
            return _packed(job.chunk(index)), None
    except StandoffError as error:
        return None, error


def _packed(columns: Columns) -> Packed:
    """Columns of a kind as rows of one array: hundreds of arrays take longer to send than one."""
    kinds: dict[str, list[str]] = {}
    for name, column in columns.items():
        kinds.setdefault(column.dtype.str, []).append(name)
    groups = [(names, np.stack([columns[name] for name in names])) for names in kinds.values()]
    return list(columns), groups


def _unpacked(packed: Packed) -> Columns:
    """The columns, in the order in which they were."""
    order, groups = packed
    found = {name: row for names, rows in groups for name, row in zip(names, rows, strict=True)}
    return {name: found[name] for name in order}


def _scheduler(address: str) -> str:
    """The address itself, or the one in the file that a scheduler wrote. Raises `OSError` or
    `ValueError` where there is none.
    """
    if Path(address).suffix != ".json":
        return address
    found = json.loads(Path(address).read_text(encoding="utf-8"))
    if not (isinstance(found, dict) and isinstance(found.get("address"), str)):
        raise ValueError("the file names no address")
    return str(found["address"])


async def _answers(address: str, timeout: float) -> None:
    """Shake hands with a scheduler. Raises `OSError` or `TimeoutError` where nobody does."""
    distributed = _distributed()
    how = distributed.Security().get_connection_args("client")
    comm = await asyncio.wait_for(
        distributed.comm.connect(address, timeout=timeout, **how), timeout
    )
    comm.abort()


def _within(seconds: float, call: Callable[[], Any]) -> Any:
    """What a call gives. Raises `TimeoutError` where it takes longer: Dask waits without end for a
    server that takes connections and says nothing.
    """
    given: Future[Any] = Future()

    def run() -> None:
        try:
            given.set_result(call())
        except BaseException as error:
            given.set_exception(error)

    Thread(target=run, daemon=True, name="standoff-connecting").start()
    return given.result(seconds)


def _distributed() -> Any:
    try:
        import distributed
    except ModuleNotFoundError as error:
        raise StandoffError("workers need Dask: pip install 'standoff[dask]'") from error
    return distributed
