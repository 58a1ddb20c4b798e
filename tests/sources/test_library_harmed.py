"""Killed at any moment, written by many at once, on a full disk: the library stays whole."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from standoff.sources.embedding_model import the_model
from standoff.sources.embeddings import embed_all, vectors
from standoff.sources.library import Library
from standoff.sources.library_tables import LibraryError, connected
from standoff.sources.meaning_search import search_meaning
from standoff.sources.searching import search
from strategies.documents import a_document

TESTS = Path(__file__).resolve().parents[1]
START = f"""
import sys, itertools, random
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from standoff.errors import StandoffError
from standoff.sources.embedding_model import the_model
from standoff.sources.embeddings import embed_all
from standoff.sources.library import Library
from standoff.sources.meaning_search import search_meaning
from standoff.sources.searching import search
from strategies.documents import HARBOR, a_document
library = Library(Path(sys.argv[1]))

def volume(name, turn):
    of = replace(HARBOR, id=name)
    words = [f"The fleet of turn {{turn}} has left the harbor of {{name}}."] * 12
    return [a_document(str(n), words, volume=of) for n in range(20)]
"""
WRITING = """
the_model()
print("ready", flush=True)
for turn in itertools.count():
    for name in ("north", "south"):
        library.keep(volume(name, turn), Path(f"{name}.xml"))
    if turn % 2:
        embed_all(library, the_model())
    if turn % 3 == 2:
        library.remove("south")
"""
ROLES = {
    "add": """
for turn in range(10):
    library.keep(volume("north", turn), Path("north.xml"))
""",
    "add another": """
for turn in range(10):
    library.keep(volume("south", turn), Path("south.xml"))
    library.keep(volume("east", turn), Path("east.xml"))
""",
    "remove": """
for turn in range(25):
    try:
        library.remove("east" if turn % 2 else "south#d3")
    except StandoffError as error:
        assert "no document of this name" in str(error), error
""",
    "search": """
for turn in range(40):
    found = search(library, "fleet harbor")
    assert found.total % 12 == 0, found.total
    assert len(found.passages) == min(10, found.total)
""",
    "mean": """
for turn in range(15):
    found = search_meaning(library, "ships go out to sea")
    assert all(one.snippet for one in found.passages)
""",
}


def started(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START + code, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def sound(library: Library) -> None:
    """SQLite's checks, and those of ours that no check of SQLite's knows."""
    with closing(sqlite3.connect(library.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO passage_words (passage_words) VALUES ('integrity-check')")
        kept = dict(connection.execute("SELECT document, passages FROM meaning"))
        for document, passages in kept.items():
            ids = connection.execute("SELECT id FROM passage WHERE document = ?", [document])
            assert np.frombuffer(passages, "<i8").tolist() == sorted(row[0] for row in ids)
        homeless = "SELECT count(*) FROM document WHERE id NOT IN (SELECT document FROM holding)"
        assert connection.execute(homeless).fetchone() == (0,)
    with connected(library.path, make=False) as connection:
        ids, found = vectors(connection, the_model(), "1", ())
        assert len(ids) == len(found) == len(set(ids.tolist()))
        texts = dict(connection.execute("SELECT id, text FROM passage").fetchall())
        for place in range(0, len(ids), 97):
            assert the_model().embed([texts[ids[place]]]).tobytes() == found[place].tobytes()


def whole(library: Library) -> None:
    """Every volume is of one turn and has all of its documents."""
    turns: dict[str, set[str]] = {}
    count: dict[str, int] = {}
    for document in library.read():
        turns.setdefault(document.volume.id, set()).add(document.text)
        count[document.volume.id] = count.get(document.volume.id, 0) + 1
    assert all(len(texts) == 1 for texts in turns.values())
    assert set(count.values()) <= {20}


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """Real processes that add, embed and remove without end; eight are killed, some mid-write."""
    library, chance = Library(tmp_path), random.Random(1962)
    for _ in range(8):
        process = started(WRITING, tmp_path)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.5))
        process.send_signal(signal.SIGKILL)
        _, said = process.communicate()
        assert process.returncode == -signal.SIGKILL, said
        if library.path.exists():
            whole(library)
            sound(library)
    assert embed_all(library, the_model()) >= 0
    # Twelve paragraphs and a heading each.
    assert search_meaning(library, "ships").total == 13 * len(library.documents()) > 0


def test_many_at_once(tmp_path: Path) -> None:
    """Two that add, one that removes, two that search, by words and by meaning."""
    library = Library(tmp_path)
    library.keep([a_document("1", ["Some fleet in the harbor."] * 12)], Path("first.xml"))
    waiting = 'the_model()\nprint("ready", flush=True)\nsys.stdin.readline()\n'
    processes = {role: started(waiting + code, tmp_path) for role, code in ROLES.items()}
    for process in processes.values():
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in processes.values():
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for role, process in processes.items():
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, f"{role}: {said}"
    sound(library)
    assert len([one for one in library.documents() if one.volume == "north"]) == 20


FULL = """
import resource
limit = library.path.stat().st_size + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    library.keep(volume("south", 1), Path("south.xml"))
except StandoffError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("left", [0, 8_000, 20_000])
def test_on_a_full_disk(tmp_path: Path, left: int) -> None:
    """Writing stops where a file may grow no more: it is said, and what was there stays."""
    library = Library(tmp_path)
    before = [a_document(str(n), ["First words."] * 200) for n in range(20)]
    library.keep(before, Path("north.xml"))
    process = started(FULL, tmp_path, left)
    out, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert out.startswith("LibraryError") and str(library.path) in out
    assert list(library.read()) == before and search(library, "fleet harbor turn").total == 0
    sound(library)


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "space").write_text("a file where the folder should be")
    with pytest.raises(LibraryError, match="space"):
        Library(tmp_path / "space").keep([a_document()], Path("a.xml"))
