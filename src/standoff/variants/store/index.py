"""The workspace's index of runs and tables, in SQLite.

It makes listing quick and holds each file's checksum. Nothing in it is needed: whatever is lost
with it is read again from the run folders. It is apart from "same bytes".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TypeVar

from standoff.variants.store.durably import Watch, make_folder, no_room, unwatched
from standoff.variants.store.locking import Busy, acquire

NAME = "index.sqlite"
_VERSION = 1
_PATIENCE = 30.0
"""Seconds that one writer waits for another; each writes for milliseconds."""
_TABLES = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, scenario TEXT NOT NULL, command TEXT NOT NULL, variants INTEGER NOT NULL,
    seed INTEGER NOT NULL, as_of TEXT, expected INTEGER, finished INTEGER NOT NULL DEFAULT 0,
    kept TEXT
) STRICT;
CREATE TABLE tables (
    run TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
"""
T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """A run as the index knows it."""

    id: str
    scenario: str
    command: str
    variants: int
    seed: int
    as_of: str | None
    expected: int | None = None  # tables; None where nobody has said
    finished: bool = False
    kept: str | None = None  # the note that came of it
    done: int = 0  # tables
    bytes: int = 0


class Index:
    """An index file; made where there is none, made anew where it is broken."""

    def __init__(self, folder: Path, watch: Watch = unwatched) -> None:
        self.path = folder / NAME
        self._watch = watch
        self._lock = RLock()
        make_folder(folder, watch)
        self._connection: sqlite3.Connection | None = None
        self._use(lambda connection: None)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def enter(self, entry: Entry) -> None:
        """Know a run; what is already known of its tables stays."""
        row = (entry.id, entry.scenario, entry.command, entry.variants, entry.seed, entry.as_of,
               entry.expected, entry.finished, entry.kept)  # fmt: skip
        self._write(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "expected = excluded.expected, finished = excluded.finished, kept = excluded.kept",
            row,
        )

    def drop(self, run: str) -> None:
        """Forget a run."""
        self._write("DELETE FROM tables WHERE run = ?", (run,))
        self._write("DELETE FROM runs WHERE id = ?", (run,))

    def note(self, run: str, table: str, sha256: str, size: int) -> None:
        """Know a table's file."""
        self._write("INSERT OR REPLACE INTO tables VALUES (?, ?, ?, ?)", (run, table, sha256, size))

    def lose(self, run: str, table: str) -> None:
        """Forget a table's file."""
        self._write("DELETE FROM tables WHERE run = ? AND name = ?", (run, table))

    def checksum(self, run: str, table: str) -> str | None:
        """SHA-256 of a table's file, as it was written."""
        row = self._use(
            lambda connection: connection.execute(
                "SELECT sha256 FROM tables WHERE run = ? AND name = ?", (run, table)
            ).fetchone()
        )
        return str(row[0]) if row else None

    def checksums(self, run: str) -> dict[str, str]:
        """SHA-256 of the file of each table of a run."""
        rows = self._use(
            lambda connection: connection.execute(
                "SELECT name, sha256 FROM tables WHERE run = ?", (run,)
            ).fetchall()
        )
        return {str(name): str(checksum) for name, checksum in rows}

    def tables(self, run: str) -> dict[str, int]:
        """Bytes of each table of a run."""
        rows = self._use(
            lambda connection: connection.execute(
                "SELECT name, bytes FROM tables WHERE run = ? ORDER BY name", (run,)
            ).fetchall()
        )
        return {str(name): int(size) for name, size in rows}

    def runs(self) -> list[Entry]:
        """Every run that is known, by name."""
        rows = self._use(
            lambda connection: connection.execute(
                "SELECT runs.*, count(tables.name), coalesce(sum(tables.bytes), 0) FROM runs "
                "LEFT JOIN tables ON tables.run = runs.id GROUP BY runs.id ORDER BY runs.id"
            ).fetchall()
        )
        return [
            Entry(
                id=id, scenario=scenario, command=command, variants=variants, seed=seed,
                as_of=as_of, expected=expected, finished=bool(finished), kept=kept, done=done,
                bytes=size,
            )
            for id, scenario, command, variants, seed, as_of, expected, finished, kept, done, size
            in rows
        ]  # fmt: skip

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute(statement, values)
                self._watch("commit", self.path)

        self._use(work)

    def _use(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                with self._said():
                    return work(self._opened())
            except sqlite3.DatabaseError:
                self._renew()
                with self._said():
                    return work(self._opened())

    @contextmanager
    def _said(self) -> Iterator[None]:
        """A full disk and a file that stays locked in words; what is broken passes through."""
        try:
            yield
        except sqlite3.OperationalError as error:
            code = (error.sqlite_errorcode or 0) & 0xFF
            if code == sqlite3.SQLITE_BUSY:
                raise Busy(f"{self.path}: other runs of this workspace keep it locked") from error
            if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
                raise no_room(self.path, str(error)) from error
            if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
                raise PermissionError(13, f"can't be written ({error})", str(self.path)) from error
            raise

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = sqlite3.connect(self.path, timeout=_PATIENCE, check_same_thread=False)
            try:
                if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                    self._make(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _make(self, connection: sqlite3.Connection) -> None:
        """Make the tables, in one transaction: another process may be about to do the same."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                for statement in filter(str.strip, _TABLES.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {_VERSION}")
            self._watch("commit", self.path)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise

    def _renew(self) -> None:
        """Put a broken index aside, unless another process has done so meanwhile."""
        self.close()
        lock = acquire(self.path.with_name(".index.lock"), wait=_PATIENCE)
        try:
            if not _sound(self.path):
                for left in self.path.parent.glob(f"{NAME}-*"):
                    left.unlink(missing_ok=True)
                self.path.replace(self.path.with_name(f"broken-{NAME}"))
        except FileNotFoundError:
            pass
        finally:
            lock.release()


def _sound(path: Path) -> bool:
    """Whether a file is an index of this version that can be read to its end."""
    try:
        connection = sqlite3.connect(path, timeout=_PATIENCE)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            checked = connection.execute("PRAGMA quick_check").fetchone()[0]
            return bool(version == _VERSION and checked == "ok")
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        return False
