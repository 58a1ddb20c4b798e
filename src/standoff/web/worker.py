"""The process that solves, seen from the server.

Solving happens in one process of its own, so that the server answers while it runs, and goes on
answering if it dies: then what it was asked fails, and the next question starts another. Work is
queued in lanes, one thread each, so that a slider doesn't wait for a long solve.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Literal

from standoff.errors import StandoffError
from standoff.web.worker_process import LANES, main

Lane = Literal["solve", "quick", "look", "play"]


class WorkerLost(StandoffError):
    """The process that solved is gone: out of memory, or killed."""

    exit_code = 70


@dataclass
class Ticket:
    """One thing that was asked of the process."""

    number: int
    worker: Worker
    future: Future[Any] = field(default_factory=Future)
    tell: Callable[[str, int, int], None] | None = None
    """Told the stage, and how much of it is done."""

    def cancel(self) -> None:
        """Ask for it to be stopped; the future then fails with `Cancelled`."""
        self.worker.cancel(self)


class Worker:
    """Starts the process when something is asked, and starts another when it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._open: dict[int, Ticket] = {}
        self._closed = False

    def ask(
        self,
        lane: Lane,
        task: str,
        *,
        tell: Callable[[str, int, int], None] | None = None,
        **given: Any,
    ) -> Ticket:
        """Have a function of `tasks` called with some arguments; returns at once."""
        if lane not in LANES:
            raise ValueError(f"no lane {lane!r}")
        with self._lock:
            if self._closed:
                raise WorkerLost("the server is stopping")
            ticket = Ticket(next(self._numbers), self, tell=tell)
            # A request that goes away must not cancel the future under the hand of the reader.
            ticket.future.set_running_or_notify_cancel()
            self._open[ticket.number] = ticket
            try:
                self._started().send(("ask", ticket.number, lane, task, given))
            except OSError:
                # It died between two questions; nobody has read its end yet.
                self._pipe = None
                self._started().send(("ask", ticket.number, lane, task, given))
        return ticket

    def cancel(self, ticket: Ticket) -> None:
        """Ask for something to be stopped."""
        with self._lock:
            if ticket.number in self._open and self._pipe is not None:
                with contextlib.suppress(OSError):  # it is gone, and its end will be told
                    self._pipe.send(("cancel", ticket.number))

    def close(self) -> None:
        """Stop the process."""
        with self._lock:
            self._closed = True
            process, self._process, self._pipe = self._process, None, None
        if process is not None:
            process.kill()
            process.join(5)

    @property
    def process(self) -> int | None:
        """Its id, where it runs."""
        with self._lock:
            return self._process.pid if self._process is not None else None

    def _started(self) -> Connection:
        if self._pipe is None:
            # Spawned, not forked: a fork would copy the server's threads' locks as they stand.
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(
                target=main, args=(theirs,), name="standoff-solving", daemon=True
            )
            self._process.start()
            theirs.close()
            args = (self._pipe, self._process)
            threading.Thread(target=self._read, args=args, daemon=True).start()
        return self._pipe

    def _read(self, pipe: Connection, process: BaseProcess) -> None:
        """Hand on what the process says until it ends."""
        while True:
            try:
                message = pipe.recv()
            except (EOFError, OSError):
                break
            self._take(*message)
        process.join()
        with self._lock:
            if self._pipe is pipe or self._pipe is None:
                self._pipe = self._process = None
            lost, self._open = list(self._open.values()), {}
        words = "the process that solves has stopped (out of memory?); ask again"
        for ticket in lost:
            ticket.future.set_exception(WorkerLost(words))

    def _take(self, kind: str, number: int, *said: Any) -> None:
        with self._lock:
            if kind in ("done", "failed"):
                ticket = self._open.pop(number, None)
            else:
                ticket = self._open.get(number)
        if ticket is None:
            return
        if kind == "done":
            ticket.future.set_result(said[0])
        elif kind == "failed":
            ticket.future.set_exception(said[0])
        elif ticket.tell is not None:
            ticket.tell(*said)
