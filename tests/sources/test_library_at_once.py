"""A killed add leaves the library as it was; processes that add at once don't hurt each other."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from standoff.sources import library_tables
from standoff.sources.library import Library
from standoff.sources.library_tables import LibraryError
from standoff.sources.searching import search
from strategies.documents import a_document

TESTS = Path(__file__).resolve().parents[1]
FILE = Path("harbor01v02.xml")
START = f"""
import sys, time
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from standoff.sources import library as module
from standoff.sources.library import Library
from strategies.documents import HARBOR, a_document
library = Library(Path(sys.argv[1]))
"""
# A second version of the volume of which the process says when it has written half.
KILLED = """
inserted = 0
put = module._put
def slowly(*arguments):
    global inserted
    inserted += 1
    if inserted == 20:
        print("half", flush=True)
        time.sleep(60)
    return put(*arguments)
module._put = slowly
library.keep([a_document(str(n), ["Killed words."] * 9) for n in range(40)],
             Path("harbor01v02.xml"))
"""
ADDING = """
name = sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for turn in range(12):
    volume = replace(HARBOR, id=f"{name}{turn}")
    library.keep([a_document(str(n), [f"Fleet {name}."] * 5, volume=volume) for n in range(8)],
                 Path(f"{name}{turn}.xml"))
    library.keep([a_document("1", [f"Shared, by {name} in turn {turn}."])], Path("shared.xml"))
    assert len(library.documents()) >= 8 * (turn + 1)
"""


def started(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START + code, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def sound(library: Library) -> None:
    with closing(sqlite3.connect(library.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")


@pytest.mark.parametrize("spilled", [False, True])
def test_a_killed_add_leaves_the_library_as_it_was(tmp_path: Path, spilled: bool) -> None:
    """Killed with half of it written in memory, and with half of it written to the file."""
    library = Library(tmp_path)
    before = [a_document(str(n), ["First words."]) for n in range(30)]
    library.keep(before, FILE)
    spill = """
module_connected = module.connected
from contextlib import contextmanager
@contextmanager
def connected(path, *, make):
    with module_connected(path, make=make) as connection:
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute("PRAGMA cache_size = 1")
        yield connection
module.connected = connected
"""
    process = started((spill if spilled else "") + KILLED, tmp_path)
    assert process.stdout is not None and process.stdout.readline() == "half\n"
    journal = Path(f"{library.path}-journal")
    if spilled:
        assert journal.exists(), "the file itself is being changed"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert list(library.read()) == before
    assert search(library, "killed").total == 0 and search(library, "first").total == 30
    sound(library)
    report = library.keep([*before, a_document("31")], FILE)
    assert (report.count("same"), report.count("added"), report.count("changed")) == (30, 1, 0)


def test_two_processes_at_once(tmp_path: Path) -> None:
    """Both make the library, both add: nothing is lost, and what both write is one of the two."""
    processes = [started(ADDING, tmp_path, name) for name in ("left", "right")]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    library = Library(tmp_path)
    assert len(library.documents()) == 2 * 12 * 8 + 1
    assert search(library, "left").total == 12 * 8 * 5 + (
        "left" in library.get("harbor01v02#d1").text
    )
    assert library.get("harbor01v02#d1").text.endswith("in turn 11.")
    sound(library)


def test_who_writes_too_long_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(tmp_path)
    library.keep([a_document()], FILE)
    monkeypatch.setattr(library_tables, "PATIENCE", 0.05)
    with closing(sqlite3.connect(library.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(library.documents()) == 1, "reading goes on"
        with pytest.raises(LibraryError, match="another process has been writing"):
            library.keep([a_document("2")], FILE)
    assert library.keep([a_document("2")], FILE).count("added") == 1
