"""All games of a workspace: started by code, joined by seat, gone on with after a restart.

A seat is held by a secret token. Whoever holds a player's token sees what that player sees and may
choose its moves; the facilitator's sees all, lets nature and the model go on, injects events and
takes back. Games are independent: each has its own lock.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from standoff.play.log import KeptGame, Log, Told
from standoff.play.play_models import Review, SeatView
from standoff.play.session import Event, PlayError, Seats, Session
from standoff.play.views import FACILITATOR, view

if TYPE_CHECKING:
    from standoff.play.board import Board
    from standoff.progress import Progress
    from standoff.scenario.models import Scenario

Maker = Callable[[str, float | None], "Board"]
"""Makes the board of a scenario as JSON, at a precision."""

__all__ = ["Hall", "Maker", "Place", "Table", "solved"]

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for one another
BOARDS = 8
"""Boards kept ready; another is solved again when it is needed."""


@dataclass(frozen=True)
class Place:
    """A seat taken: its token is told once."""

    code: str
    seat: str
    token: str


@dataclass(eq=False)
class Table:
    """A game that is going on; any thread may ask it."""

    code: str
    session: Session
    log: Log
    lock: Lock = field(default_factory=Lock)
    waiting: Counter[str] = field(default_factory=Counter)
    """Seat -> how many questions for news it has open; of the server's one thread alone."""
    changes: int = 0
    """How often something happened: who waits looks again when this has grown."""

    def view(self, seat: str) -> SeatView:
        """What a seat sees."""
        with self.lock:
            return view(self.session, seat)

    def choose(self, seat: str, act: str, since: str = "") -> SeatView:
        """A player's move. Where `since` is given, only if the seat still sees what had that mark:
        a move that is sent twice is made once, though it may be open again in the next round.
        """
        return self._do(seat, lambda: self.session.choose(seat, act), since)

    def step(self) -> SeatView:
        """Nature or the model goes on."""
        return self._do(FACILITATOR, self.session.step)

    def inject(self, act: str, since: str = "") -> SeatView:
        """The facilitator decides what nature or the model does; `since` as in `choose`."""
        return self._do(FACILITATOR, lambda: self.session.inject(act), since)

    def undo(self) -> SeatView:
        """Back to before the last choice."""

        def back() -> None:
            self.session.undo()

        return self._do(FACILITATOR, back)

    def review(self, seat: str) -> Review:
        """The game looked back upon: for players once it is over."""
        from standoff.play.reviewing import review

        with self.lock:
            if seat != FACILITATOR and not self.session.over:
                raise PlayError("the review is for when the game is over")
            return review(self.session)

    def _do(self, seat: str, change: Callable[[], object], since: str = "") -> SeatView:
        with self.lock:
            session = self.session
            if since and mark(view(session, seat)) != since:
                raise PlayError("something has happened since: look again, then choose")
            before = list(session.events)
            node = session.node
            try:
                change()
                same = next(
                    (
                        i
                        for i, (a, b) in enumerate(zip(before, session.events, strict=False))
                        if a != b
                    ),
                    min(len(before), len(session.events)),
                )
                told = [_told(session, e) for e in session.events[same:]]
                self.log.update(self.code, same, told, session.ending)
            except BaseException:
                # What isn't kept hasn't happened.
                session.events, session.node = before, node
                raise
            self.changes += 1
            return view(session, seat)


def mark(found: SeatView) -> str:
    """A name for what a seat sees. It depends on the view alone: it stays the same while others do
    what the seat can't see.
    """
    return sha256(found.model_dump_json().encode()).hexdigest()[:16]


class Hall:
    """The games of a workspace."""

    def __init__(self, workspace: Path, boards: int = BOARDS, make: Maker | None = None) -> None:
        """`make` solves a crisis elsewhere than in this process."""
        self.log = Log(workspace)
        self._make = make
        self._boards: OrderedDict[str, Board] = OrderedDict()
        self._room = boards
        self._tables: dict[str, Table] = {}
        self._lock = Lock()
        self._solving = Lock()

    def start(
        self,
        scenario: Scenario,
        seats: Seats,
        *,
        precision: float | None = None,
        progress: Progress | None = None,
    ) -> Table:
        """A new game. The scenario is kept with it, so that it can go on as it was."""
        board = self._board(scenario.model_dump_json(), precision, progress, scenario)
        session = Session(board, seats)
        with self._lock:
            known = {game.code for game in self.log.games()}
            code = _code()
            while code in known:
                code = _code()
            started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            kept = KeptGame(
                code, scenario.id, scenario.model_dump_json(), seats, precision, started, "", 0
            )
            self.log.start(kept, [_told(session, e) for e in session.events])
            if session.ending:
                self.log.update(code, len(session.events), [], session.ending)
            table = self._tables[code] = Table(code, session, self.log)
        return table

    def table(self, code: str, progress: Progress | None = None) -> Table:
        """A game by its code, picked up from the log where it isn't going on."""
        code = code.strip().lower()
        with self._lock:
            if code in self._tables:
                return self._tables[code]
        kept = self.log.game(code)
        board = self._board(kept.model, kept.precision, progress)
        events = [told.event for told in self.log.events(code)]
        made = Session(board, kept.seats, events)
        with self._lock:
            return self._tables.setdefault(code, Table(code, made, self.log))

    def join(self, code: str, seat: str) -> Place:
        """Take a free seat of a game."""
        table = self.table(code)
        if seat not in (known := _seats(table)):
            raise PlayError(f"there is no seat {seat!r}; seats are {', '.join(known)}")
        token = secrets.token_urlsafe(24)
        if not self.log.sit(table.code, seat, _digest(token)):
            raise PlayError(f"the seat {seat!r} is taken")
        return Place(table.code, seat, token)

    def seats(self, code: str) -> dict[str, bool]:
        """Seat -> whether it is taken."""
        table = self.table(code)
        taken = self.log.taken(table.code)
        return {seat: seat in taken for seat in _seats(table)}

    def remove(self, code: str) -> None:
        """Forget a game."""
        self.log.remove(code)
        with self._lock:
            self._tables.pop(code, None)

    def seat_of(self, code: str, token: str) -> str:
        """Whose seat a token holds. `PlayError` where it holds none."""
        digest = _digest(token)
        for seat, held in self.log.taken(code.strip().lower()).items():
            if compare_digest(digest, held):
                return seat
        raise PlayError("this link doesn't hold a seat in the game")

    def _board(
        self,
        model: str,
        precision: float | None,
        progress: Progress | None,
        scenario: Scenario | None = None,
    ) -> Board:
        """A board, solved once for all games on it."""
        key = sha256(f"{precision!r}\n{model}".encode()).hexdigest()
        with self._solving:
            found = self._boards.get(key)
            if found is None:
                if self._make is not None:
                    found = self._make(model, precision)
                else:
                    found = solved(model, precision, progress, scenario)
                self._boards[key] = found
            self._boards.move_to_end(key)
            while len(self._boards) > self._room:
                self._boards.popitem(last=False)
            return found


def _seats(table: Table) -> tuple[str, ...]:
    seats = table.session.seats
    return (*seats.people, FACILITATOR) if seats.facilitator else seats.people


def solved(
    model: str,
    precision: float | None,
    progress: Progress | None = None,
    scenario: Scenario | None = None,
) -> Board:
    """The board of a scenario kept as JSON; `scenario` is the same, where it is at hand."""
    from standoff.play.board import board

    given = _rebuilt(model) if scenario is None else scenario
    return board(given, precision=precision, progress=progress)


def _rebuilt(model: str) -> Scenario:
    from standoff.scenario.loading import finish
    from standoff.scenario.models import Scenario as Model

    return finish(Model.model_validate_json(model))


def _told(session: Session, event: Event) -> Told:
    board = session.board
    step = board.compiled.steps[int(board.level[board.owner[event.edge]])]
    return Told(event, step.round, board.compiled.acts[board.compiled.edge_act[event.edge]].name)


def _code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(6))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
