"""Games kept in one SQLite file of the workspace: what each was, every event, who may sit where.

An event is written before anybody is told of it, so that a game goes on after a kill where it
stood. Of a seat's token only its digest is kept.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from standoff.play.session import Event, PlayError, Seats

FILE = "play.sqlite"
APPLICATION = 0x53544F50
"""What marks an SQLite file as one of games (`STOP`)."""
VERSION = 1

_TABLES = """
CREATE TABLE game (
    code TEXT PRIMARY KEY,
    scenario TEXT NOT NULL,
    model TEXT NOT NULL,
    seats TEXT NOT NULL,
    precision REAL,
    started TEXT NOT NULL,
    ending TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE event (
    code TEXT NOT NULL REFERENCES game ON DELETE CASCADE,
    number INTEGER NOT NULL,
    edge INTEGER NOT NULL,
    who TEXT NOT NULL,
    round INTEGER NOT NULL,
    act TEXT NOT NULL,
    PRIMARY KEY (code, number)
) WITHOUT ROWID;
CREATE TABLE seat (
    code TEXT NOT NULL REFERENCES game ON DELETE CASCADE,
    seat TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (code, seat)
) WITHOUT ROWID;
"""

__all__ = ["FILE", "KeptGame", "Log", "Told"]


@dataclass(frozen=True)
class KeptGame:
    """A game as kept: `model` is the scenario as JSON."""

    code: str
    scenario: str
    model: str
    seats: Seats
    precision: float | None
    started: str
    ending: str
    moves: int


@dataclass(frozen=True)
class Told:
    """An event with what a reader of the log wants to know of it."""

    event: Event
    round: int
    act: str


class Log:
    """The games of a workspace; nothing is made before the first is started."""

    def __init__(self, workspace: Path) -> None:
        self.path = workspace / FILE

    def start(self, kept: KeptGame, events: Sequence[Told]) -> None:
        """Keep a new game with what happened in it so far."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO game (code, scenario, model, seats, precision, started) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (
                    kept.code,
                    kept.scenario,
                    kept.model,
                    json.dumps(asdict(kept.seats)),
                    kept.precision,
                    kept.started,
                ),
            )
            _put(db, kept.code, 0, events)

    def update(self, code: str, kept: int, events: Sequence[Told], ending: str) -> None:
        """From event number `kept` on, these events; how play ended, or nothing."""
        with self._writing() as db:
            db.execute("DELETE FROM event WHERE code = ? AND number >= ?", (code, kept))
            _put(db, code, kept, events)
            db.execute("UPDATE game SET ending = ? WHERE code = ?", (ending, code))

    def sit(self, code: str, seat: str, digest: str) -> bool:
        """Give a seat to whoever holds the token of that digest; False where it is taken."""
        with self._writing() as db:
            done = db.execute(
                "INSERT OR IGNORE INTO seat (code, seat, digest) VALUES (?, ?, ?)",
                (code, seat, digest),
            )
            return done.rowcount == 1

    def free(self, code: str, seat: str) -> None:
        """Let somebody else have a seat."""
        with self._writing() as db:
            db.execute("DELETE FROM seat WHERE code = ? AND seat = ?", (code, seat))

    def taken(self, code: str) -> dict[str, str]:
        """Seat -> digest of its token."""
        with self._reading() as db:
            if db is None:
                return {}
            return dict(db.execute("SELECT seat, digest FROM seat WHERE code = ?", (code,)))

    def games(self) -> list[KeptGame]:
        """All games, the latest first."""
        with self._reading() as db:
            if db is None:
                return []
            rows = db.execute(f"{_SELECT} ORDER BY started DESC, code").fetchall()
        return [_kept(row) for row in rows]

    def game(self, code: str) -> KeptGame:
        """One game. `PlayError` where there is none of that code."""
        with self._reading() as db:
            row = (
                None if db is None else db.execute(f"{_SELECT} WHERE code = ?", (code,)).fetchone()
            )
        if row is None:
            raise PlayError(f"there is no game with the code {code!r}")
        return _kept(row)

    def has(self, code: str) -> bool:
        """Whether there is a game of that code."""
        with self._reading() as db:
            return db is not None and bool(
                db.execute("SELECT 1 FROM game WHERE code = ?", (code,)).fetchone()
            )

    def events(self, code: str) -> list[Told]:
        """What happened in a game, in order."""
        with self._reading() as db:
            if db is None:
                return []
            rows = db.execute(
                "SELECT edge, who, round, act FROM event WHERE code = ? ORDER BY number", (code,)
            ).fetchall()
        return [Told(Event(edge, who), round_, act) for edge, who, round_, act in rows]

    def remove(self, code: str) -> None:
        """Forget a game."""
        with self._writing() as db:
            db.execute("DELETE FROM game WHERE code = ?", (code,))

    def as_csv(self, code: str) -> str:
        """A game as a table: number, round, actor, turn, move, who chose it."""
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\r\n")
        table.writerow(["number", "round", "actor", "turn", "move", "chosen_by"])
        for number, told in enumerate(self.events(code), start=1):
            actor, turn, move = [*told.act.split("."), "", ""][:3]
            table.writerow([number, told.round, actor, turn, move, told.event.who])
        return out.getvalue()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if not self.path.exists():
            yield None
            return
        with closing(self._opened()) as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._opened()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=30.0, isolation_level=None)
        try:
            db.execute("PRAGMA foreign_keys = ON")
            marks = (
                db.execute("PRAGMA application_id").fetchone()[0],
                db.execute("PRAGMA user_version").fetchone()[0],
            )
            if marks != (APPLICATION, VERSION):
                self._make(db)
        except sqlite3.DatabaseError as error:
            db.close()
            raise PlayError(f"{self.path} can't be used ({error}): move it away") from error
        except BaseException:
            db.close()
            raise
        return db

    def _make(self, db: sqlite3.Connection) -> None:
        db.execute("BEGIN IMMEDIATE")  # two processes may find the file empty at once
        try:
            marks = db.execute("PRAGMA application_id").fetchone()[0]
            known = db.execute("PRAGMA user_version").fetchone()[0]
            held = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if (marks, known) == (APPLICATION, VERSION):
                return
            if marks == APPLICATION:
                raise PlayError(f"{self.path} is of version {known}, this is {VERSION}")
            if held:
                raise PlayError(f"{self.path} is no file of games: move it away")
            for statement in _TABLES.split(";\n"):
                if statement.strip():
                    db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            db.execute(f"PRAGMA user_version = {VERSION}")
        finally:
            if db.in_transaction:
                db.execute("COMMIT")


_SELECT = (
    "SELECT code, scenario, model, seats, precision, started, ending, "
    "(SELECT count(*) FROM event WHERE event.code = game.code) FROM game"
)


def _kept(row: tuple[str, str, str, str, float | None, str, str, int]) -> KeptGame:
    code, scenario, model, seats, precision, started, ending, moves = row
    said = json.loads(seats)
    made = Seats(**{**said, "people": tuple(said["people"])})
    return KeptGame(code, scenario, model, made, precision, started, ending, moves)


def _put(db: sqlite3.Connection, code: str, first: int, events: Sequence[Told]) -> None:
    db.executemany(
        "INSERT INTO event (code, number, edge, who, round, act) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (code, first + i, told.event.edge, told.event.who, told.round, told.act)
            for i, told in enumerate(events)
        ),
    )
