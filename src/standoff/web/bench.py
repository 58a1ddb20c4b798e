"""What the server holds: the shelf of crises, the worker, the solves that were asked for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from standoff.errors import Cancelled
from standoff.web.crises import Crises, revision_of
from standoff.web.faults import Refusal
from standoff.web.jobs import Jobs
from standoff.web.worker import Lane, Ticket, Worker

if TYPE_CHECKING:
    from standoff.play.board import Board
    from standoff.play.hall import Hall

MOST_BYTES = 64_000_000
"""Of answers in memory."""


@dataclass
class Bench:
    """Everything that lasts longer than a request."""

    workspace: Path
    crises: Crises
    worker: Worker
    jobs: Jobs
    _answers: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    _size: int = 0
    _slots: dict[str, Ticket] = field(default_factory=dict)
    _hall: Hall | None = None
    _door: Lock = field(default_factory=Lock)

    @classmethod
    def at(cls, workspace: Path) -> Bench:
        """The bench of a workspace."""
        worker = Worker()
        return cls(workspace, Crises(workspace), worker, Jobs(workspace, worker))

    def warm(self) -> None:
        """Start the process that solves, before anybody needs it."""
        if self.worker.process is None:
            self.worker.ask("quick", "ready")

    async def look(self, key: Hashable, task: str, **given: Any) -> Any:
        """What a task of the worker answers; kept in memory under its key."""
        return await self._kept(key, "look", task, "", given)

    async def quick(self, slot: str, **given: Any) -> str:
        """A quick answer. A newer one in the same slot stops it; then it is refused (409)."""
        more = tuple(
            tuple(sorted(v.items())) if isinstance(v, dict) else v
            for k, v in sorted(given.items())
            if k != "files"
        )
        key = ("quick", revision_of(given["files"]), more)
        found: str = await self._kept(key, "quick", "quick", slot, given)
        return found

    @property
    def hall(self) -> Hall:
        """The games that are played: one hall, whichever thread asks first."""
        with self._door:
            if self._hall is None:
                from standoff.play.hall import Hall

                self._hall = Hall(self.workspace, make=self._board)
            return self._hall

    def _board(self, model: str, precision: float | None) -> Board:
        """A crisis solved for play, in the process that solves. Waits, so it is for a thread."""
        asked = self.worker.ask("play", "board", model=model, precision=precision)
        found: Board = asked.future.result()
        return found

    async def close(self) -> None:
        """Let go of everything."""
        await asyncio.to_thread(self.worker.close)

    async def _kept(
        self, key: Hashable, lane: Lane, task: str, slot: str, given: dict[str, Any]
    ) -> Any:
        if slot and slot in self._slots:
            self._slots.pop(slot).cancel()
        if key in self._answers:
            self._answers.move_to_end(key)
            return self._answers[key]
        ticket = self.worker.ask(lane, task, **given)
        if slot:
            self._slots[slot] = ticket
        try:
            found = await asyncio.wrap_future(ticket.future)
        except Cancelled:
            raise Refusal("superseded", "something newer was asked", 409) from None
        except asyncio.CancelledError:  # nobody waits for it any more
            ticket.cancel()
            raise
        finally:
            if self._slots.get(slot) is ticket:
                del self._slots[slot]
        if key not in self._answers:  # two may have asked at once
            self._size += len(found)
        self._answers[key] = found
        while self._size > MOST_BYTES and len(self._answers) > 1:
            _, dropped = self._answers.popitem(last=False)
            self._size -= len(dropped)
        return found
