"""Run folders: refusals, what is put aside, the index, locks."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from standoff.errors import Cancelled, ScenarioError
from standoff.progress import Silent
from standoff.variants.store import Busy, InMemory, open_run, run_id
from standoff.variants.store.folder import Folder, StoreWarning
from standoff.variants.store.index import NAME, Index
from standoff.variants.store.runs import find, remove, runs, unlike
from strategies.runs import CHUNKS, a_manifest, chunk, contents, play

TESTS = str(Path(__file__).resolve().parents[1])


def test_a_folder_and_memory_give_the_same(tmp_path: Path) -> None:
    with open_run(tmp_path, a_manifest()) as folder:
        assert play(folder) == play(InMemory())
        assert folder.names() == [*CHUNKS, "draws"]
        assert not folder.taken
        before = contents(folder.path)
    with open_run(tmp_path, a_manifest()) as again:
        play(again)
        assert again.taken == {"draws", *CHUNKS}
        assert contents(again.path) == before


def test_the_name_says_which_scenario() -> None:
    assert run_id(a_manifest()).startswith("signal-")
    assert run_id(a_manifest()) != run_id(a_manifest(seed=1))
    assert "/" not in run_id(a_manifest(scenario="../x"))


@pytest.mark.parametrize(
    ("changed", "field", "found", "expected"),
    [
        ({"seed": 1}, "manifest.seed", "0", "1"),
        ({"variants": 25}, "manifest.variants", "24", "25"),
        ({"scenario_hash": "1" * 64}, "manifest.scenario_hash", "0" * 64, "1" * 64),
        ({"as_of": None}, "manifest.as_of", "2030-01-12", "nothing"),
        ({"for_": "usa"}, "manifest.for", "nothing", "usa"),
        (
            {"versions": {"standoff": "0.1.0", "numpy": "2.1.0"}},
            "manifest.versions.numpy", "2.0.0", "2.1.0",
        ),
    ],
)  # fmt: skip
def test_another_run_is_refused_with_the_reason(
    tmp_path: Path, changed: dict[str, object], field: str, found: str, expected: str
) -> None:
    Folder(tmp_path / "run", a_manifest()).close()
    before = contents(tmp_path / "run")
    with pytest.raises(ScenarioError) as refused:
        Folder(tmp_path / "run", a_manifest(**changed))
    (problem,) = refused.value.problems
    assert (problem.path, problem.found, problem.expected) == (field, found, expected)
    assert contents(tmp_path / "run") == before
    Folder(tmp_path / "run", a_manifest()).close()  # the refusal left no lock behind


def test_runs_that_can_not_be_taken_over_are_named(tmp_path: Path) -> None:
    open_run(tmp_path, a_manifest()).close()
    open_run(tmp_path, a_manifest(seed=3)).close()
    newer = a_manifest(versions={"standoff": "0.1.0", "numpy": "2.1.0"})
    ((name, why),) = unlike(tmp_path, newer)
    assert name == run_id(a_manifest())
    assert why == [("versions.numpy", "2.0.0", "2.1.0")]
    assert list(unlike(tmp_path, a_manifest(seed=4))) == []


def test_a_truncated_file_is_put_aside_and_worked_out_again(tmp_path: Path) -> None:
    with open_run(tmp_path, a_manifest()) as folder:
        note = play(folder)
        whole = contents(folder.path)
    file = folder.path / "answers/00001.parquet"
    for end in (0, 3, len(file.read_bytes()) // 2, len(file.read_bytes()) - 1):
        os.truncate(file, end)
        with open_run(tmp_path, a_manifest()) as again:
            with pytest.warns(StoreWarning, match="00001.parquet is no use"):
                assert play(again) == note
            assert again.taken == {"draws", CHUNKS[0], CHUNKS[2]}
            assert contents(again.path) == whole
    assert len(list((folder.path / "aside").iterdir())) == 4


def test_a_changed_number_and_a_swapped_table_are_noticed(tmp_path: Path) -> None:
    with open_run(tmp_path, a_manifest()) as folder:
        note = play(folder)
        first, second = (folder.path / f"{name}.parquet" for name in CHUNKS[:2])
        second.write_bytes(first.read_bytes())
        said: list[str] = []
    (tmp_path / NAME).unlink()  # so that only the file itself can tell
    with open_run(tmp_path, a_manifest(), tell=said.append) as again:
        assert play(again) == note
        assert again.taken == {"draws", CHUNKS[0], CHUNKS[2]}
    assert len(said) == 1 and "it is the table answers/00000" in said[0]
    # Written as it should be, but with other numbers: the index knows better.
    with open_run(tmp_path / "other", a_manifest()) as other:
        other.put(CHUNKS[1], chunk(17))
        second.write_bytes((other.path / f"{CHUNKS[1]}.parquet").read_bytes())
    with open_run(tmp_path, a_manifest(), tell=said.append) as again:
        assert play(again) == note
    assert "checksum" in said[1]


def test_a_run_that_is_worked_on_again_is_not_finished(tmp_path: Path) -> None:
    with open_run(tmp_path, a_manifest()) as folder:
        play(folder)
    assert [run.status for run in runs(tmp_path)] == ["finished"]
    os.truncate(folder.path / "draws.parquet", 5)
    with open_run(tmp_path, a_manifest(), tell=lambda said: None) as folder:
        assert folder.get("draws") is None
    (run,) = runs(tmp_path)
    assert (run.status, run.known.done, run.known.expected) == ("stopped", 3, 4)


@pytest.mark.parametrize("name", ["", "../x", "/x", "a//b", "a/../b", ".x", "aside/x", "x/"])
def test_no_table_stands_outside_of_its_folder(tmp_path: Path, name: str) -> None:
    with open_run(tmp_path, a_manifest()) as folder, pytest.raises(ValueError, match="no name"):
        folder.put(name, {"x": np.zeros(1)})


@pytest.mark.parametrize("name", ["form/split:usa.letter.pledge", "a b", "x\\y", "a%2Fb", "é/ü?"])
def test_any_other_name_will_do(tmp_path: Path, name: str) -> None:
    with open_run(tmp_path, a_manifest()) as folder:
        folder.put(name, chunk(0))
        assert folder.names() == [name]
        assert folder.get(name) is not None
    (run,) = runs(tmp_path)
    assert run.table(name).keys() == chunk(0).keys()


@pytest.mark.parametrize("how", ["lost", "garbage", "torn", "empty", "newer"])
def test_the_index_is_made_anew_from_the_folders(tmp_path: Path, how: str) -> None:
    for seed in (0, 1):
        with open_run(tmp_path, a_manifest(seed=seed)) as folder:
            play(folder)
    with open_run(tmp_path, a_manifest(seed=2)) as folder:
        folder.expect(CHUNKS)
        folder.put(CHUNKS[0], chunk(0))
    before = [run.known for run in runs(tmp_path)]
    file = tmp_path / NAME
    if how == "lost":
        file.unlink()
    elif how == "garbage":
        file.write_bytes(b"no database " * 1000)
    elif how == "torn":
        os.truncate(file, file.stat().st_size // 2)
    elif how == "empty":
        file.write_bytes(b"")
    else:
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
    after = [run.known for run in runs(tmp_path)]
    assert after == before
    assert [one.done for one in after if one.finished] == [4, 4]
    with open_run(tmp_path, a_manifest(seed=1)) as folder:
        play(folder)
        assert folder.taken == {"draws", *CHUNKS}


def test_an_index_that_breaks_during_a_run_does_not_stop_it(tmp_path: Path) -> None:
    with open_run(tmp_path, a_manifest()) as folder:
        folder.put(CHUNKS[0], chunk(0))
        folder._index.close()
        (tmp_path / NAME).write_bytes(b"no database " * 1000)
        assert play(folder) == play(InMemory())
    (run,) = runs(tmp_path)
    assert (run.status, run.known.done) == ("finished", 4)


def test_a_second_process_is_refused_or_waits(tmp_path: Path) -> None:
    folder = open_run(tmp_path, a_manifest())
    with pytest.raises(Busy, match=f"process {os.getpid()} on "):
        open_run(tmp_path, a_manifest(), wait=0.0)
    open_run(tmp_path, a_manifest(seed=1)).close()  # another run of the workspace is no matter
    assert [run.status for run in runs(tmp_path)].count("running") == 1
    with pytest.raises(Busy):
        remove(tmp_path, run_id(a_manifest()))
    said: list[str] = []
    timer = threading.Timer(0.8, folder.close)
    timer.start()
    open_run(tmp_path, a_manifest(), tell=said.append).close()
    timer.join()
    assert len(said) == 1 and str(os.getpid()) in said[0]


def test_a_run_that_is_removed_while_another_waits_for_it(tmp_path: Path) -> None:
    folder = open_run(tmp_path, a_manifest())
    said: list[str] = []

    def leave(text: str) -> None:
        said.append(text)
        folder.drop()
        assert not folder.path.exists()
        folder.close()

    with open_run(tmp_path, a_manifest(), tell=leave) as second:
        assert play(second) == play(InMemory())
    assert len(said) == 1
    assert [run.status for run in runs(tmp_path)] == ["finished"]


def test_waiting_can_be_stopped(tmp_path: Path) -> None:
    class Impatient(Silent):
        asked = 0

        @property
        def cancelled(self) -> bool:  # type: ignore[override]
            self.asked += 1
            return self.asked > 3

    with open_run(tmp_path, a_manifest()), pytest.raises(Cancelled):
        open_run(tmp_path, a_manifest(), progress=Impatient())


def started(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": TESTS},
    )


RUN = """
import sys
from pathlib import Path
from strategies.runs import a_manifest, play
from standoff.variants.store import open_run
with open_run(Path(sys.argv[1]), a_manifest(seed=int(sys.argv[2]))) as folder:
    print(play(folder), len(folder.taken))
"""


def test_several_processes_at_once(tmp_path: Path) -> None:
    """Two on one run, one on another: one of each does the work, the other takes it over."""
    at_work = [started(RUN, str(tmp_path), seed) for seed in ("0", "1", "0")]
    said = [process.communicate(timeout=60)[0].decode().split() for process in at_work]
    assert [process.returncode for process in at_work] == [0] * 3
    assert {" ".join(words[:2]) for words in said} == {play(InMemory())}
    assert sorted(words[2] for words in said) == ["0", "0", "4"]
    assert [(run.status, run.known.done) for run in runs(tmp_path)] == [("finished", 4)] * 2


HOLD = """
import sys, time
from pathlib import Path
from strategies.runs import a_manifest
from standoff.variants.store import open_run
folder = open_run(Path(sys.argv[1]), a_manifest())
print("held", flush=True)
time.sleep(60)
"""


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    process = started(HOLD, str(tmp_path))
    assert process.stdout is not None and process.stdout.readline() == b"held\n"
    with pytest.raises(Busy, match=f"process {process.pid} on "):
        open_run(tmp_path, a_manifest(), wait=0.0)
    process.kill()
    process.communicate()
    open_run(tmp_path, a_manifest(), wait=0.0).close()
    assert [run.status for run in runs(tmp_path)] == ["stopped"]


def test_runs_are_found_by_the_beginning_of_their_name_and_removed(tmp_path: Path) -> None:
    assert runs(tmp_path) == [] and not tmp_path.joinpath(NAME).exists()
    for seed in range(3):
        with open_run(tmp_path, a_manifest(seed=seed)) as folder:
            play(folder)
    name = run_id(a_manifest(seed=1))
    assert find(tmp_path, name[:-3]).id == name
    with pytest.raises(ScenarioError, match="several"):
        find(tmp_path, "signal-")
    with pytest.raises(ScenarioError, match=f"did you mean '{name}'"):
        find(tmp_path, name[:-1] + "x")
    assert remove(tmp_path, name).id == name
    assert not (tmp_path / "runs" / name).exists()
    assert len(runs(tmp_path)) == 2
    index = Index(tmp_path)
    assert index.tables(name) == {}
    index.close()


def test_the_manifest_can_be_read(tmp_path: Path) -> None:
    with open_run(tmp_path, a_manifest()) as folder:
        said = json.loads((folder.path / "manifest.json").read_text())
    assert said["scenario"] == "signal" and said["versions"]["numpy"] == "2.0.0"
