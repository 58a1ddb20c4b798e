"""A run is stopped before every single step that reaches the disk, and goes on to the same bytes.

Steps are writes, waits for the disk, renames, removals and commits. At each the work is ended twice
over: by an exception, as Ctrl-C or a full disk does, and by leaving at once, as kill -9 does.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from standoff.variants.store import NoRoom, open_run
from standoff.variants.store.durably import PARTIAL, unwatched, write
from standoff.variants.store.index import NAME, Index
from standoff.variants.store.runs import runs
from strategies.runs import CHUNKS, a_manifest, contents, play


class Stopped(BaseException):
    """What nothing but the test catches."""


class At:
    """Does something at the k-th step; counts them."""

    def __init__(self, k: int, act: Callable[[str, Path], None]) -> None:
        self.k, self.act = k, act
        self.steps: list[str] = []

    def __call__(self, step: str, path: Path) -> None:
        if len(self.steps) == self.k:
            self.act(step, path)
        self.steps.append(step)


def stop(step: str, path: Path) -> None:
    raise Stopped


def vanish(step: str, path: Path) -> None:
    """End as kill -9 does; a write is left half done."""
    if step == "write":
        (path.parent / f".{path.name}{PARTIAL}").write_bytes(b"PAR1 half of it")
    os._exit(9)


def full(step: str, path: Path) -> None:
    if step in {"write", "sync"}:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def played(workspace: Path, watch: Callable[[str, Path], None] = unwatched) -> str:
    workspace.mkdir(exist_ok=True)
    with open_run(workspace, a_manifest(), watch=watch) as folder:
        return play(folder)


def whole(workspace: Path) -> dict[str, bytes]:
    (run,) = runs(workspace)
    assert (run.status, run.known.done, run.known.expected) == ("finished", 4, 4)
    return contents(run.path)


@cache
def uninterrupted(workspace: Path) -> tuple[str, dict[str, bytes], list[str]]:
    watch = At(-1, stop)
    note = played(workspace, watch)
    return note, whole(workspace), watch.steps


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, bytes], list[str]]:
    return uninterrupted(tmp_path_factory.mktemp("whole"))


Expected = tuple[str, dict[str, bytes], list[str]]


def test_every_kind_of_step_is_watched(expected: Expected) -> None:
    steps = expected[2]
    assert set(steps) == {"write", "sync", "rename", "sync-folder", "commit"}
    # manifest, plan, four tables, finished
    assert [steps.count(s) for s in ("write", "sync", "rename")] == [7, 7, 7]
    assert steps.count("commit") >= 7


def test_stopped_by_an_exception_at_every_step(tmp_path: Path, expected: Expected) -> None:
    note, files, steps = expected
    for k, step in enumerate(steps):
        workspace = tmp_path / str(k)
        with pytest.raises(Stopped):
            played(workspace, At(k, stop))
        assert played(workspace) == note, (k, step)
        assert whole(workspace) == files, (k, step)


def ended(child: int, seconds: float = 60.0) -> int:
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError("the child hangs")


def in_a_child(work: Callable[[], object]) -> int:
    """Exit code of work done in a forked process."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(70)
        os._exit(0)
    return ended(child)


def test_vanishing_at_every_step(tmp_path: Path, expected: Expected) -> None:
    note, files, steps = expected
    for k, step in enumerate(steps):
        workspace = tmp_path / str(k)
        watch = At(k, vanish)
        assert in_a_child(lambda: played(workspace, watch)) == 9, (k, step)  # noqa: B023
        assert played(workspace) == note, (k, step)
        assert whole(workspace) == files, (k, step)
        assert not list(workspace.rglob(f"*{PARTIAL}")), (k, step)


def test_vanishing_again_and_again(tmp_path: Path, expected: Expected) -> None:
    """Every attempt gets a few steps further than what it takes over."""
    note, files, _ = expected
    codes = []
    while 0 not in codes and len(codes) < 100:
        watch = At(9, vanish)
        codes.append(in_a_child(lambda: played(tmp_path, watch)))  # noqa: B023
    assert set(codes) == {0, 9} and len(codes) > 2
    assert played(tmp_path) == note
    assert whole(tmp_path) == files


def test_vanishing_while_a_bad_table_is_put_aside(tmp_path: Path, expected: Expected) -> None:
    note, files, _ = expected

    def spoilt(workspace: Path) -> None:
        played(workspace)
        (run,) = runs(workspace)
        os.truncate(run.path / f"{CHUNKS[1]}.parquet", 100)

    spoilt(tmp_path / "count")
    watch = At(-1, stop)
    with pytest.warns(UserWarning, match="no use"):
        played(tmp_path / "count", watch)
    assert "remove" in watch.steps
    for k in range(len(watch.steps)):
        spoilt(tmp_path / str(k))
        at = At(k, vanish)
        assert in_a_child(lambda: played(tmp_path / str(k), at)) == 9  # noqa: B023
        assert played_quietly(tmp_path / str(k)) == note
        assert whole(tmp_path / str(k)) == files


def played_quietly(workspace: Path) -> str:
    with open_run(workspace, a_manifest(), tell=lambda said: None) as folder:
        return play(folder)


def test_a_full_disk_at_every_step(tmp_path: Path, expected: Expected) -> None:
    note, files, steps = expected
    for k, step in enumerate(steps):
        if step not in {"write", "sync"}:
            continue
        workspace = tmp_path / str(k)
        with pytest.raises(NoRoom, match="free some space and start the same command again"):
            played(workspace, At(k, full))
        assert not list(workspace.rglob(f"*{PARTIAL}")), "room is given back"
        assert played(workspace) == note
        assert whole(workspace) == files


def test_a_full_disk_keeps_what_stood_there(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    write(file, b"old")
    (tmp_path / f".plan.json{PARTIAL}").symlink_to("/dev/full")  # on which every write fails
    with pytest.raises(
        NoRoom, match=r"plan\.json: no room to write it \(No space left on device\)"
    ):
        write(file, b"new")
    assert file.read_bytes() == b"old"
    write(file, b"new")
    assert file.read_bytes() == b"new"


def test_a_quota_on_files(tmp_path: Path, expected: Expected) -> None:
    """The system's own limit on the size of a file, in a process of its own: no pretense."""
    note, files, _ = expected
    largest = max(len(data) for data in files.values())
    (tmp_path / NAME).touch()  # SQLite writes whole pages: only tables are to be too large

    def work() -> None:
        Index(tmp_path).close()
        size = (tmp_path / NAME).stat().st_size
        played(tmp_path, lambda step, path: limited(step, path, size))

    def limited(step: str, path: Path, size: int) -> None:
        allowed = size * 2 if path.suffix != ".parquet" or step == "commit" else largest // 2
        resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, resource.RLIM_INFINITY))

    def told() -> None:
        try:
            work()
        except NoRoom as error:
            os._exit(2 if "File too large" in str(error) and error.exit_code == 2 else 71)

    assert in_a_child(told) == 2
    (run,) = runs(tmp_path)
    assert run.status == "stopped" and not list(tmp_path.rglob(f"*{PARTIAL}"))
    assert played(tmp_path) == note
    assert whole(tmp_path) == files


def test_the_index_of_a_full_disk(tmp_path: Path) -> None:
    """SQLite's own way of saying so is told in the same words."""
    played(tmp_path / "whole")
    with open_run(tmp_path, a_manifest()) as folder:
        connection = folder._index._opened()
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(NoRoom, match="index"):
            for i in range(10_000):
                folder._index.note("x" * 500, f"answers/{i}", "0" * 64, 1)
    assert played(tmp_path) == played(tmp_path / "whole")
