"""The process that solves, from inside: questions come down a pipe, answers go up it."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
import traceback
from multiprocessing.connection import Connection
from typing import Any

from standoff.errors import Cancelled, StandoffError

LANES = ("solve", "quick", "look", "play")
OFTEN = 0.1
"""Seconds between two words on how much is done."""


class Broken(StandoffError):
    """A fault of Standoff in the process that solves; its traceback went to standard error."""

    exit_code = 70


class Telling:
    """Progress that goes up the pipe."""

    def __init__(self, office: Office, number: int) -> None:
        self._office, self._number = office, number
        self._what = ""
        self._last = 0.0
        self.cancelled = False

    def say(self, what: str) -> None:
        """A new stage begins."""
        self._what = what
        self._last = 0.0
        self._office.send("said", self._number, what, 0, 0)

    def step(self, done: int, total: int) -> None:
        """So much of the stage is done."""
        now = time.monotonic()
        if now - self._last >= OFTEN:
            self._last = now
            self._office.send("said", self._number, self._what, done, total)


class Office:
    """The lanes of the process and what is on its way in them."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._sending = threading.Lock()
        self._on_way: dict[int, Telling] = {}
        self._lanes: dict[str, queue.SimpleQueue[tuple[int, str, dict[str, Any]]]] = {
            lane: queue.SimpleQueue() for lane in LANES
        }
        for lane in LANES:
            threading.Thread(target=self._work, args=(lane,), daemon=True).start()

    def run(self) -> None:
        """Take what comes until the server is gone."""
        while True:
            try:
                message = self._pipe.recv()
            except (EOFError, OSError):
                os._exit(0)  # whatever is being solved, nobody waits for it any more
            if message[0] == "ask":
                _, number, lane, task, given = message
                self._on_way[number] = Telling(self, number)
                self._lanes[lane].put((number, task, given))
            elif message[0] == "cancel" and message[1] in self._on_way:
                self._on_way[message[1]].cancelled = True

    def send(self, *message: Any) -> None:
        """Say something to the server."""
        with self._sending:
            try:
                self._pipe.send(message)
            except OSError:
                os._exit(0)

    def _work(self, lane: str) -> None:
        while True:
            number, task, given = self._lanes[lane].get()
            progress = self._on_way[number]
            try:
                if progress.cancelled:
                    raise Cancelled("stopped")
                from standoff.web import tasks

                found = tasks.TASKS[task](progress=progress, **given)
                if progress.cancelled:
                    raise Cancelled("stopped")
            except StandoffError as error:
                self.send("failed", number, error)
            except BaseException as error:
                traceback.print_exc()
                sys.stderr.flush()
                self.send("failed", number, Broken(f"{type(error).__name__}: {error}"))
            else:
                self.send("done", number, found)
            del self._on_way[number]


def main(pipe: Connection) -> None:
    """Entry point of the process."""
    # Ctrl-C is the server's to act upon: it closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Office(pipe).run()
