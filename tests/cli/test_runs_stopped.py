"""Real processes: killed, interrupted, on a full disk, two at once. Each time the same command goes
on, and what it leaves is what an uninterrupted run leaves, to the byte.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from standoff.variants.store.runs import runs
from strategies.runs import contents

ENTRY = (
    "from standoff.variants import chunks; chunks.MOST = 32; "
    # Somebody may be editing the code while the tests run, which makes another run of it.
    "from standoff.variants.store import manifest; manifest._code = lambda: 64 * '0'; "
    "from standoff.cli.main import run; run()"
)
COMMAND = [sys.executable, "-c", ENTRY, "assess", "signal", "--variants", "256", "-o", "note.md"]
HOME = ".standoff"


def started(cwd: Path) -> subprocess.Popen[str]:
    cwd.mkdir(exist_ok=True)
    # Started from a shell's background, as CI may be, Python would find SIGINT ignored.
    return subprocess.Popen(
        COMMAND, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
        start_new_session=True,
    )  # fmt: skip


def finished(process: subprocess.Popen[str], code: int = 0) -> str:
    """What a process says on standard error once it has ended as it should."""
    try:
        _, said = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == code, said
    return said


def left(cwd: Path) -> dict[str, bytes]:
    """The run's files, the note, and the assessment that is kept."""
    (run,) = runs(cwd / HOME)
    assert run.status == "finished" and run.known.done == run.known.expected
    found = contents(run.path)
    for file in sorted((cwd / HOME / "notes").rglob("*")):
        if file.is_file():
            found[file.relative_to(cwd).as_posix()] = file.read_bytes()
    return {**found, "note.md": (cwd / "note.md").read_bytes()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    cwd = tmp_path_factory.mktemp("whole")
    said = finished(started(cwd))
    assert said == "wrote note.md\n"
    return left(cwd)


def tables(cwd: Path) -> int:
    return len(list((cwd / HOME / "runs").rglob("*.parquet")))


def at_tables(process: subprocess.Popen[str], cwd: Path, number: int) -> None:
    """Wait until a process has got as far as this."""
    start = time.monotonic()
    while tables(cwd) < number:
        assert process.poll() is None and time.monotonic() - start < 90
        time.sleep(0.001)


def test_killed_three_times(tmp_path: Path, whole: dict[str, bytes]) -> None:
    there = 0
    for number in (1, 4, 7):
        process = started(tmp_path)
        at_tables(process, tmp_path, number)
        process.send_signal(signal.SIGKILL)
        said = finished(process, -signal.SIGKILL)
        assert ("taken over" in said) == bool(there)
        there = tables(tmp_path)
        (run,) = runs(tmp_path / HOME)
        assert run.status == "stopped" and there >= number
        assert not (tmp_path / "note.md").exists()
    said = finished(started(tmp_path))
    assert f"{there} of " in said and "taken over" in said
    assert left(tmp_path) == whole


def test_interrupted(tmp_path: Path, whole: dict[str, bytes]) -> None:
    for number, tables_there in ((signal.SIGINT, 3), (signal.SIGTERM, 6)):
        process = started(tmp_path)
        at_tables(process, tmp_path, tables_there)
        process.send_signal(number)
        said = finished(process, 130)
        assert "stopped" in said and "tables are kept; the same command goes on" in said
        assert "Traceback" not in said and not (tmp_path / "note.md").exists()
        assert [run.status for run in runs(tmp_path / HOME)] == ["stopped"]
    assert "taken over" in finished(started(tmp_path))
    assert left(tmp_path) == whole


def test_two_at_once(tmp_path: Path, whole: dict[str, bytes]) -> None:
    first = started(tmp_path)
    at_tables(first, tmp_path, 1)
    first.send_signal(signal.SIGSTOP)  # so that it can't end before the other has begun
    second = started(tmp_path)
    assert second.stderr is not None
    assert f"process {first.pid} on" in second.stderr.readline()
    first.send_signal(signal.SIGCONT)
    assert finished(first) == "wrote note.md\n"
    assert "taken over" in finished(second)
    assert left(tmp_path) == whole


FULL = """
set -u
disk=$1; shift
{mount}
mkdir -p "$disk/.standoff"
ln -s "$disk/.standoff" .standoff
{fill}
"$@" 2> first.txt; echo $? > first.code
cp -r "$disk/.standoff" first
{free}
"$@" 2> second.txt; echo $? > second.code
rm .standoff; cp -r "$disk/.standoff" .standoff
"""
TMPFS = {
    "mount": 'mount -t tmpfs -o size=4m none "$disk"',
    "fill": 'dd if=/dev/zero of="$disk/ballast" bs=1k count=3980 2> /dev/null',
    "free": 'rm "$disk/ballast"',
}
QUOTA = {"mount": ":", "fill": "ulimit -S -f 60", "free": "ulimit -S -f unlimited"}
"""Where an ordinary user may not mount: no file may grow beyond 30 kB (of blocks of 512 bytes)."""


def may_mount(disk: Path) -> bool:
    said = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(disk)], capture_output=True
    )
    return said.returncode == 0


def test_a_full_disk(tmp_path: Path, whole: dict[str, bytes]) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounts = shutil.which("unshare") is not None and may_mount(disk)
    script = FULL.format(**(TMPFS if mounts else QUOTA))
    subprocess.run(
        [*(["unshare", "-rm"] if mounts else []), "sh", "-c", script, "sh", str(disk), *COMMAND],
        cwd=tmp_path, check=True, timeout=120, env={**os.environ, "COLUMNS": "300"},
    )  # fmt: skip
    said = (tmp_path / "first.txt").read_text()
    assert (tmp_path / "first.code").read_text() == "2\n", said
    assert ".standoff" in said and "Traceback" not in said and "free some space" in said
    assert list((tmp_path / "first").rglob("manifest.json"))
    assert not list((tmp_path / "first").rglob("*.partial"))
    assert (tmp_path / "second.code").read_text() == "0\n", (tmp_path / "second.txt").read_text()
    assert left(tmp_path) == whole
