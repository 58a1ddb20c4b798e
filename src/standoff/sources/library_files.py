"""Which files hold a document, and where a document went whose file is gone.

A document may stand in several files (a volume, and a file of its own): it is removed when the last
of them holds it no more. A file that was moved, or renamed, is known by what it holds: where a
document comes from a file that is gone and its very words stand in one that is read now, it is that
document.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Set
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from standoff.sources.document import Document, Rendering

__all__ = ["Twin", "content_of", "held_by", "hold", "holders_of", "is_gone", "let_go", "twin_in"]


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
        "SELECT id, key, file FROM document WHERE content = ? ORDER BY id", (content_of(document),)
    )
    return next((Twin(*row) for row in alike if is_gone(row[2])), None)


def content_of(document: Document) -> str:
    """SHA-256 of a document without what its file's name decides.

    That is the name of the volume and the document's own, where the file has no title of a volume.
    """
    volume = document.volume
    if not volume.title:
        document = replace(document, volume=replace(volume, id=""), id="")
    return sha256(replace(document, address="").to_json()).hexdigest()


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
