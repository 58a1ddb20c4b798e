"""What the fuzzers of this folder share: a file from bytes, what must hold of what is read of it.

A reader gives documents that hold together or raises `SourceError`; everything else is a fault, and
so is taking over 20 seconds or 2 GB (libFuzzer's own limits, which `main` sets).
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

FOLDER = Path(__file__).resolve().parent

with atheris.instrument_imports(include=["standoff.sources", "standoff.errors"]):
    from standoff.errors import SourceError
    from standoff.sources.document import Document
    from standoff.sources.reading import read


def holds_together(document: Document) -> None:
    """Offsets lie in the text and in order, names are unique, and JSON loses nothing."""
    size, last = len(document.text), 0
    for passage in document.passages:
        assert last <= passage.start < passage.end <= size, passage
        last = passage.end
        for sentence in passage.sentences:
            assert passage.start <= sentence.start < sentence.end <= passage.end, sentence
    assert len({p.locator for p in document.passages}) == len(document.passages)
    for points in (document.pages, document.notes, document.references):
        assert all(p.at is None or 0 <= p.at <= size for p in points), points
    for letter in document.enclosed:
        assert 0 <= letter.start < letter.end <= size, letter
    assert sum(n.is_source for n in document.notes) <= 1
    try:
        plain = document.to_json()
    except ValueError:  # halves of surrogate pairs: the library refuses them in words
        return
    assert Document.from_json(plain) == document


def reader(ending: str) -> Callable[[bytes], None]:
    """Reads bytes as a file with that ending."""
    place = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(tempfile.gettempdir())
    path = place / f"standoff-fuzz-{os.getpid()}{ending}"

    def one(data: bytes) -> None:
        path.write_bytes(data)
        try:
            with contextlib.suppress(SourceError):
                for document in read(path):
                    holds_together(document)
        finally:
            path.unlink(missing_ok=True)

    return one


def main(one: Callable[[bytes], None], name: str) -> None:
    """Fuzz until stopped; libFuzzer's options may follow on the command line (-max_total_time=60).

    What it finds new is kept in `build/fuzz/NAME`, which is not part of the project, beside the
    seeds of `fuzz/corpus/NAME`.
    """
    found = FOLDER.parent / "build" / "fuzz" / name
    found.mkdir(parents=True, exist_ok=True)
    options = [
        "-timeout=20", "-rss_limit_mb=2048", "-max_len=20000", "-print_final_stats=1",
        f"-artifact_prefix={found.parent}/{name}-",
    ]  # fmt: skip
    words = FOLDER / "dictionaries" / f"{name}.txt"
    options += [f"-dict={words}"] if words.exists() else []
    folders = [str(found), str(FOLDER / "corpus" / name)]
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:], *folders], one)
    atheris.Fuzz()
