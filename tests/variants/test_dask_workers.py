"""Chunks on Dask workers: the same bytes as here, whatever happens to a worker."""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from standoff.assess import assess
from standoff.assess.answers_at import Answers
from standoff.assess.chain import moment_of, opened
from standoff.assess.chunks import Job as Variants
from standoff.errors import Cancelled, Problem, ScenarioError, StandoffError, TooLarge
from standoff.progress import Silent
from standoff.solve.cores import at_most, cores
from standoff.variants import dask_workers
from standoff.variants.chunks import Job, Workers
from standoff.variants.columns import Columns
from standoff.variants.dask_workers import Cluster, LocalWorkers, refuse_unlike
from standoff.variants.store import InMemory
from standoff.variants.store.manifest import versions
from standoff.variants.workers import Here, workers_of
from strategies.small_jobs import Squares

SOON = 30.0
"""Seconds in which what is bounded has ended, on a machine that has other things to do."""


@pytest.fixture(scope="module")
def two() -> Iterator[LocalWorkers]:
    with LocalWorkers(2) as workers:
        yield workers


def gathered(workers: Workers, job: Job, n: int) -> dict[int, Columns]:
    return dict(workers.map(job, list(range(n))))


def as_bytes(found: dict[int, Columns]) -> dict[int, dict[str, tuple[str, bytes]]]:
    return {
        index: {name: (column.dtype.str, column.tobytes()) for name, column in columns.items()}
        for index, columns in sorted(found.items())
    }


def squares_of(found: dict[int, Columns]) -> list[float]:
    return list(np.concatenate([found[index]["squares"] for index in sorted(found)]))


def of_signal(variants: int = 64) -> Variants:
    scenario = opened("signal")
    ids = ("neighbor.seize", "intent")
    moment = moment_of(scenario, scenario.as_of)
    return Variants(scenario, Answers(ids), variants, as_of=moment, size=8)


class Watched(Silent):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.steps: list[tuple[int, int]] = []

    def say(self, what: str) -> None:
        self.said.append(what)

    def step(self, done: int, total: int) -> None:
        self.steps.append((done, total))


def test_two_workers_give_the_bytes_of_this_process(two: LocalWorkers) -> None:
    job = of_signal()
    here = as_bytes(gathered(Here(), job, job.count))
    assert len(here) == 8 and all("value/intent" in columns for columns in here.values())
    assert as_bytes(gathered(two, job, job.count)) == here


def test_an_assessment_is_the_same(two: LocalWorkers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standoff.variants.chunks.MOST", 16)
    here, there = InMemory(), InMemory()
    first = assess("signal", variants=48, form=False, store=here)
    again = assess("signal", variants=48, form=False, store=there, workers=two)
    assert first == again
    assert here.names() == there.names() and "answers/00002" in here.names()
    for name in here.names():
        mine, theirs = here.get(name), there.get(name)
        assert mine is not None and theirs is not None
        assert as_bytes({0: mine}) == as_bytes({0: theirs})


def test_both_workers_work_and_it_is_told(two: LocalWorkers) -> None:
    progress = Watched()
    found = dict(two.map(Squares(seconds=0.02), list(range(30)), progress))
    assert squares_of(found) == list(np.arange(150.0) ** 2)
    processes = {int(columns["process"][0]) for columns in found.values()}
    assert len(processes) == 2 and os.getpid() not in processes
    assert progress.steps == [(done, 30) for done in range(31)]
    assert progress.said[-1] == "solving variants on workers"


def test_no_chunk_is_no_worker() -> None:
    workers = LocalWorkers(2)
    assert list(workers.map(Squares(), [])) == []
    assert workers._client is None
    workers.close()


def test_only_this_machine_can_reach_them(two: LocalWorkers) -> None:
    gathered(two, Squares(), 2)
    me = psutil.Process()
    listening = [
        connection.laddr.ip
        for process in [me, *me.children(recursive=True)]
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 3 and set(listening) == {"127.0.0.1"}


def test_workers_take_the_compiled_kernels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, two: LocalWorkers
) -> None:
    gathered(two, Squares(), 1)
    assert set(two._client.run(os.getenv, "NUMBA_CACHE_DIR").values()) == {
        os.environ.get("NUMBA_CACHE_DIR")
    }
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    with LocalWorkers(1) as workers:
        gathered(workers, Squares(), 1)
        assert list(workers._client.run(os.getenv, "NUMBA_CACHE_DIR").values()) == [str(tmp_path)]


def test_a_killed_worker_costs_its_chunk(tmp_path: Path, two: LocalWorkers) -> None:
    once = tmp_path / "killed"
    job = Squares(seconds=0.02, kills=7, once=once)
    found = gathered(two, job, 20)
    assert squares_of(found) == list(np.arange(100.0) ** 2)
    killed = int(once.read_text())
    assert killed != os.getpid() and not psutil.pid_exists(killed)


def test_killed_while_it_solves(two: LocalWorkers) -> None:
    """Whichever worker has done a chunk first is killed; the bytes are those of this process."""
    job = of_signal(96)
    here = as_bytes(gathered(Here(), job, job.count))
    processes = list(two._client.run(os.getpid).values()) if two._client else []
    found: dict[int, Columns] = {}
    for index, columns in two.map(job, list(range(job.count))):
        found[index] = columns
        if processes:
            os.kill(processes.pop(), signal.SIGKILL)
    assert as_bytes(found) == here


def test_all_killed_with_the_job_in_their_memory(two: LocalWorkers) -> None:
    """What holds the job is made again too."""
    gathered(two, Squares(), 2)
    processes = list(two._client.run(os.getpid).values())
    found: dict[int, Columns] = {}
    for index, columns in two.map(Squares(seconds=0.05), list(range(16))):
        if not found:
            for process in processes:
                os.kill(process, signal.SIGKILL)
        found[index] = columns
    assert squares_of(found) == list(np.arange(80.0) ** 2)


def test_a_chunk_that_kills_whoever_works_it() -> None:
    from dask import config

    with (
        config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalWorkers(1) as workers,
        pytest.raises(StandoffError, match="more memory than they have"),
    ):
        gathered(workers, Squares(kills=0), 1)


def test_a_stumble_is_tried_again(tmp_path: Path, two: LocalWorkers) -> None:
    found = gathered(two, Squares(stumbles=tmp_path), 4)
    assert squares_of(found) == list(np.arange(20.0) ** 2)
    assert len(list(tmp_path.iterdir())) == 4


def test_a_complaint_arrives_whole_and_is_not_tried_again(two: LocalWorkers) -> None:
    with pytest.raises(ScenarioError) as raised:
        gathered(two, Squares(fails=3), 8)
    assert [problem.message for problem in raised.value.problems] == ["an odd chunk", "indeed"]
    assert raised.value.problems[0].found == "3"
    assert squares_of(gathered(two, Squares(), 3)) == list(np.arange(15.0) ** 2)


@pytest.mark.parametrize(
    "error",
    [ScenarioError([Problem("a", "one"), Problem("b", "two")]), TooLarge("much", ["less", "few"])],
)
def test_errors_can_be_sent(error: StandoffError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is type(error) and str(again) == str(error)
    assert vars(again) == vars(error)


def test_stopped_by_the_user(two: LocalWorkers) -> None:
    class Stops(Watched):
        @property
        def cancelled(self) -> bool:  # type: ignore[override]
            return len(self.steps) > 3

    started, found = time.monotonic(), []
    with pytest.raises(Cancelled):
        for index, _ in two.map(Squares(seconds=0.05), list(range(1000)), Stops()):
            found.append(index)
    assert 0 < len(found) < 20 and time.monotonic() - started < SOON
    # What was handed out is taken back: the workers are free for the next job.
    assert squares_of(gathered(two, Squares(), 2)) == list(np.arange(10.0) ** 2)
    assert {state.status for state in two._client.futures.values()} <= {"cancelled"}


def test_whoever_reads_may_stop(two: LocalWorkers) -> None:
    for _ in two.map(Squares(seconds=0.02), list(range(500))):
        break
    started = time.monotonic()
    assert len(gathered(two, Squares(), 4)) == 4
    assert time.monotonic() - started < SOON


def test_few_chunks_are_handed_out(two: LocalWorkers) -> None:
    """However many there are, the scheduler knows those that keep the workers busy."""
    most = 0
    for done, _ in enumerate(two.map(Squares(), list(range(60)))):
        if done % 10 == 0:
            most = max(most, len(two._client.futures))
    assert 0 < most <= 2 * dask_workers.AHEAD + 2


def test_a_cluster_that_others_run(two: LocalWorkers, tmp_path: Path) -> None:
    gathered(two, Squares(), 1)
    address = two._cluster.scheduler_address
    with workers_of(address) as workers:
        assert workers is not None
        assert squares_of(gathered(workers, Squares(), 6)) == list(np.arange(30.0) ** 2)
    file = tmp_path / "scheduler.json"
    file.write_text(json.dumps({"address": address}))
    with workers_of(str(file)) as workers:
        assert workers is not None and len(gathered(workers, Squares(), 2)) == 2
    assert len(gathered(two, Squares(), 2)) == 2  # left running


def test_workers_of_several_threads() -> None:
    from distributed import LocalCluster

    job = of_signal()
    here = as_bytes(gathered(Here(), job, job.count))
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=3, host="127.0.0.1", dashboard_address=None
        ) as threads,
        Cluster(threads.scheduler_address) as workers,
    ):
        assert as_bytes(gathered(workers, job, job.count)) == here


def test_workers_end_with_a_command_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(
        "import time\n"
        "from standoff.variants.dask_workers import LocalWorkers\n"
        "from strategies.small_jobs import Squares\n"
        "if __name__ == '__main__':\n"
        "    with LocalWorkers(2) as workers:\n"
        "        for index, _ in workers.map(Squares(seconds=0.05), list(range(10_000))):\n"
        "            print(index, flush=True)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline()
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    assert len(children) >= 2
    assert psutil.wait_procs(children, timeout=SOON)[1] == []


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    "address",
    [
        "tcp://127.0.0.1:{port}", "127.0.0.1:{port}", "no-such-host.invalid:8786", "nonsense", "",
        "tcp://", "carrier-pigeon://loft", "not-there.json", "tls://127.0.0.1:{port}",
    ],
)  # fmt: skip
def test_nobody_answers(address: str) -> None:
    started, address = time.monotonic(), address.format(port=closed_port())
    with pytest.raises(ScenarioError) as raised:
        Cluster(address, timeout=0.5)
    (problem,) = raised.value.problems
    assert problem.code == "no-cluster" and problem.found == address and "tcp://" in str(problem)
    assert time.monotonic() - started < SOON


def test_somebody_else_answers() -> None:
    """A server that speaks no Dask, or says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        started = time.monotonic()
        with pytest.raises(ScenarioError, match="no Dask scheduler"):
            Cluster(f"tcp://127.0.0.1:{server.getsockname()[1]}", timeout=1)
        assert time.monotonic() - started < SOON


def test_nothing_half_made_is_left() -> None:
    """A client that failed to connect, collected while Dask starts another loop, would wait for a
    lock that its own thread holds.
    """
    from distributed import Client

    gc.collect()
    before = {id(one) for one in gc.get_objects() if type(one) is Client}
    with pytest.raises(ScenarioError, match="no Dask scheduler"):
        Cluster(f"tcp://127.0.0.1:{closed_port()}", timeout=0.5)
    after = [one for one in gc.get_objects() if type(one) is Client and id(one) not in before]
    assert not after


def test_a_cluster_without_workers() -> None:
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None) as empty,
        Cluster(empty.scheduler_address, patience=0.5) as workers,
        pytest.raises(StandoffError, match="no workers"),
    ):
        gathered(workers, Squares(), 1)


def test_a_scheduler_that_goes() -> None:
    from distributed import LocalCluster

    started = time.monotonic()
    cluster = LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    )
    with (
        cluster,
        Cluster(cluster.scheduler_address, patience=2, timeout=1) as workers,
        pytest.raises(StandoffError, match="is kept"),
    ):
        for _ in workers.map(Squares(seconds=0.05), list(range(1000))):
            cluster.close()
    assert time.monotonic() - started < 2 * SOON


def test_unlike_workers_are_refused() -> None:
    mine = versions()
    refuse_unlike({"tcp://a:1": dict(mine)}, mine)
    with pytest.raises(ScenarioError) as raised:
        refuse_unlike(
            {
                "tcp://a:1": dict(mine),
                "tcp://b:2": {**mine, "numpy": "1.26.4"},
                "tcp://c:3": ModuleNotFoundError("No module named 'standoff'"),
            },
            mine,
        )
    other, none = raised.value.problems
    assert "tcp://b:2" in other.message and "numpy" in other.message
    assert (other.found, other.expected) == ("1.26.4", mine["numpy"])
    assert "tcp://c:3" in none.message and "standoff" in none.expected


def test_refused_before_work_starts(two: LocalWorkers, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered(two, Squares(), 1)
    unlike = versions() | {"numba": "0.1"}
    monkeypatch.setattr("standoff.variants.store.manifest.versions", lambda: unlike)
    with Cluster(two._cluster.scheduler_address) as workers:
        monkeypatch.setattr(workers, "_taken", None)
        with pytest.raises(ScenarioError, match="another numba"):
            gathered(workers, Squares(), 1)


def test_a_worker_that_comes_later_is_looked_at_too(
    two: LocalWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Cluster(_address(two)) as workers:
        monkeypatch.setattr(workers, "_ready", lambda *_: None)
        unlike = versions() | {"python": "2.7.18"}
        monkeypatch.setattr("standoff.variants.store.manifest.versions", lambda: unlike)
        with pytest.raises(ScenarioError, match="another python"):
            gathered(workers, Squares(), 1)


def _address(workers: LocalWorkers) -> str:
    gathered(workers, Squares(), 1)
    return str(workers._cluster.scheduler_address)


def test_a_worker_takes_one_thread(two: LocalWorkers) -> None:
    assert cores() >= 1
    with at_most(1):
        assert cores() == 1
        with at_most(3):
            assert cores() == 3
        assert cores() == 1


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(StandoffError, match=r"pip install 'standoff\[dask\]'"):
        LocalWorkers(2)
    with pytest.raises(StandoffError, match=r"pip install 'standoff\[dask\]'"):
        Cluster("tcp://127.0.0.1:8786")


def test_dask_is_loaded_when_it_is_needed() -> None:
    code = (
        "import sys, standoff.variants.workers, standoff.variants.dask_workers;"
        "print([name for name in ('dask', 'distributed') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nobody_is_asked_for() -> None:
    with workers_of() as workers:
        assert workers is None


def test_interrupted_and_gone_on_with(tmp_path: Path) -> None:
    """Ctrl-C reaches every process of the terminal; what is kept is whole, nobody is left."""
    command = [
        sys.executable, "-c", "from standoff.cli.main import run; run()", "assess", "signal",
        "--variants", "1536", "--no-form", "--workers", "2", "-o",
    ]  # fmt: skip
    process = subprocess.Popen([*command, "a.json"], cwd=tmp_path, start_new_session=True)
    until = time.monotonic() + 4 * SOON
    while not list(tmp_path.glob(".standoff/runs/*/answers/00001.parquet")):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.01)
    children = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(4 * SOON) in (0, 130)  # 0: it was done already
    assert psutil.wait_procs(children, timeout=SOON)[1] == []
    subprocess.run([*command, "a.json"], cwd=tmp_path, check=True)
    here = [word for word in command if word not in ("--workers", "2")]
    subprocess.run([*here, "b.json", "--workspace", "other"], cwd=tmp_path, check=True)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    tables = sorted(tmp_path.glob(".standoff/runs/*/answers/*.parquet"))
    assert len(tables) == 3
    for table in tables:
        (other,) = tmp_path.glob(f"other/runs/*/answers/{table.name}")
        assert table.read_bytes() == other.read_bytes()
