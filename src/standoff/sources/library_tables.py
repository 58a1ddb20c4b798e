"""The tables of a library: one SQLite file, its version, and how a connection to it is opened.

`document` holds one row a document: what it is listed by, and the whole of it as compressed JSON.
`passage` holds what is searched: heading, paragraphs and notes, each with its place;
`passage_words` is SQLite's full-text index over them, kept in step by triggers. `span` says between
which days a document may have been written, `person` who is named where. `holding` says which files
hold a document; `meaning` has the vectors of its passages, once somebody has searched by meaning.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from standoff.errors import StandoffError

__all__ = ["FILE", "LibraryError", "connected", "transaction"]

FILE = "sources.sqlite"
VERSION = 3
APPLICATION = 0x53544F46
"""What marks an SQLite file as a library of Standoff's (`STOF`)."""
PATIENCE = 60.0
"""Seconds that a process waits for another that is writing."""

_TABLES = """
CREATE TABLE document (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    rendering TEXT NOT NULL,
    volume TEXT NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    date TEXT,
    best_date TEXT,
    sender TEXT,
    recipient TEXT,
    sender_folded TEXT NOT NULL,
    recipient_folded TEXT NOT NULL,
    heading TEXT NOT NULL,
    pages TEXT NOT NULL,
    paragraphs INTEGER NOT NULL,
    file TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    digest TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (key, rendering)
);
CREATE INDEX document_file ON document (file);
CREATE INDEX document_volume ON document (volume, ordinal);
CREATE TABLE span (
    document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
    earliest TEXT NOT NULL,
    latest TEXT NOT NULL,
    PRIMARY KEY (document, earliest)
) WITHOUT ROWID;
CREATE TABLE person (
    document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (document, name)
) WITHOUT ROWID;
CREATE TABLE passage (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
    place TEXT NOT NULL,
    page TEXT,
    text TEXT NOT NULL
);
CREATE INDEX passage_document ON passage (document);
CREATE VIRTUAL TABLE passage_words USING fts5 (
    text, content='passage', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER passage_added AFTER INSERT ON passage BEGIN
    INSERT INTO passage_words (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER passage_removed AFTER DELETE ON passage BEGIN
    INSERT INTO passage_words (passage_words, rowid, text) VALUES ('delete', old.id, old.text);
END;
"""


_SINCE_2 = """
CREATE TABLE holding (
    file TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
    PRIMARY KEY (file, document)
) WITHOUT ROWID;
CREATE INDEX holding_document ON holding (document);
INSERT INTO holding (file, document) SELECT file, id FROM document;
CREATE TABLE IF NOT EXISTS meaning (
    document INTEGER PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    model TEXT NOT NULL,
    passages BLOB NOT NULL,
    vectors BLOB NOT NULL
);
"""
_SINCE_3 = """
DROP INDEX IF EXISTS document_heading;
ALTER TABLE document ADD COLUMN content TEXT;
CREATE INDEX document_content ON document (content);
"""
_SINCE = (_TABLES, _SINCE_2, _SINCE_3)
"""What each version added; an older library gets what it lacks when it is opened."""


class LibraryError(StandoffError):
    """The library can't be used: another version, no library at all, damaged, or busy."""


@contextmanager
def connected(path: Path, *, make: bool) -> Iterator[sqlite3.Connection]:
    """A connection for the length of a block; `make` says whether file and tables are made.

    SQLite's own errors become `LibraryError`, with the file's name.
    """
    if make:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(f"{path.parent} can't be made ({error.strerror})") from error
    try:
        with closing(_opened(path, make)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise LibraryError(_words(path, error)) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block or nothing of it; one writer at a time, others wait."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _opened(path: Path, make: bool) -> sqlite3.Connection:
    mode = "rwc" if make else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=PATIENCE, isolation_level=None
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        # What a volume adds stays in memory until it is committed, so that readers wait only then.
        connection.execute("PRAGMA cache_spill = OFF")
        _at_version(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _at_version(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables in an empty file; refuse what is no library, or a later one."""
    if _marks(connection) == (APPLICATION, VERSION):
        return
    with transaction(connection):  # two processes may find the file empty at once
        application, version = _marks(connection)
        if (application, version) == (APPLICATION, VERSION):
            return
        empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if application == APPLICATION and version > VERSION:
            raise LibraryError(
                f"{path} was written by a later Standoff (version {version} of the library, this "
                f"one reads {VERSION}): use that one, or another workspace"
            )
        is_ours = application == APPLICATION and 0 < version < VERSION
        if not is_ours and not (empty and (application, version) == (0, 0)):
            raise LibraryError(f"{path} is an SQLite file, but no library of Standoff's")
        for statement in _statements("".join(_SINCE[version:])):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _marks(connection: sqlite3.Connection) -> tuple[int, int]:
    return (
        int(connection.execute("PRAGMA application_id").fetchone()[0]),
        int(connection.execute("PRAGMA user_version").fetchone()[0]),
    )


def _statements(script: str) -> Iterator[str]:
    """The tables' statements one by one: `executescript` would end the transaction."""
    waiting = ""
    for line in script.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""


def _words(path: Path, error: sqlite3.Error) -> str:
    said = str(error)
    if "locked" in said or "busy" in said:
        return (
            f"{path}: another process has been writing for over {PATIENCE:.0f} seconds; try again"
        )
    if "not a database" in said or "malformed" in said:
        return f"{path} is damaged or no library ({said}): move it away and add the sources again"
    if "full" in said:
        return f"{path}: the disk is full; nothing was changed"
    if "readonly" in said or "unable to open" in said:
        return f"{path} can't be written or opened ({said})"
    return f"{path}: {said}"
