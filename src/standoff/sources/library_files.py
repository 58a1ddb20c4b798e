"""Which files hold a document, and where a document went whose file is gone.

A document may stand in several files (a volume, and a file of its own): it is removed when the last
of them holds it no more. A file that was moved, or renamed, is known by what it holds: where a
document comes from a file that is gone and its very words stand in one that is read now, it is that
document.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Set
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from standoff.sources.document import Document, Rendering

__all__ = ["Twin", "held_by", "hold", "holders_of", "is_gone", "let_go", "twin_in"]


class Twin(NamedTuple):
    """A document of the library that another one is, under another name."""

    id: int
    key: str
    file: str


def is_gone(file: str) -> bool:
    """Whether a file from which documents were read is not there any longer.

    Of a name that is no text only a likeness was kept, so that it can't be looked for.
    """
    return "�" not in file and not Path(file).exists()


def twin_in(connection: sqlite3.Connection, document: Document) -> Twin | None:
    """The document of a file that is gone which differs from this one in its name alone."""
    alike = connection.execute(
        "SELECT id, key, file, body FROM document WHERE heading = ? AND paragraphs = ? "
        "AND rendering = ? AND NOT (volume = ? AND key != ?) ORDER BY id",
        (
            document.heading, len(document.paragraphs), document.rendering,
            document.volume.id, document.key,
        ),
    )  # fmt: skip
    wanted = _unnamed(document)
    for number, key, file, body in alike:
        if is_gone(file) and _unnamed(Document.from_json(zlib.decompress(body))) == wanted:
            return Twin(number, key, file)
    return None


def _unnamed(document: Document) -> Document:
    """Without what a file's name decides where the file itself names neither volume nor id."""
    volume = document.volume
    named_by_file = not volume.title
    return replace(
        document,
        volume=replace(volume, id="") if named_by_file else volume,
        id="" if named_by_file else document.id,
        address="",
    )


def held_by(connection: sqlite3.Connection, file: str) -> list[tuple[int, str, Rendering]]:
    """(number, key, rendering) of the documents that a file held when it was last read."""
    return connection.execute(
        "SELECT document.id, key, rendering FROM holding "
        "JOIN document ON document.id = holding.document WHERE holding.file = ? ORDER BY ordinal",
        (file,),
    ).fetchall()


def holders_of(connection: sqlite3.Connection, document: int) -> set[str]:
    """Files that hold a document."""
    rows = connection.execute("SELECT file FROM holding WHERE document = ?", (document,))
    return {file for (file,) in rows}


def hold(connection: sqlite3.Connection, document: int, file: str, others: Set[str]) -> None:
    """Note that a file holds a document; of the other files, those that are gone don't any more."""
    left = {other for other in others if other != file and is_gone(other)}
    connection.executemany(
        "INSERT OR IGNORE INTO holding (file, document) VALUES (?, ?)",
        [(one, document) for one in sorted({file, *others} - left)],
    )
    connection.executemany(
        "DELETE FROM holding WHERE file = ? AND document = ?",
        [(one, document) for one in sorted(left)],
    )


def let_go(connection: sqlite3.Connection, document: int, file: str) -> bool:
    """Note that a file holds a document no more; whether none does now."""
    connection.execute("DELETE FROM holding WHERE file = ? AND document = ?", (file, document))
    others = sorted(holders_of(connection, document))
    if others:
        connection.execute(
            "UPDATE document SET file = ? WHERE id = ? AND file = ?", (others[0], document, file)
        )
    return not others
