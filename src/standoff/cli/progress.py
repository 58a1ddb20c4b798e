"""Progress on the terminal: a spinner with stages on standard error, nothing where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from standoff.progress import Progress, Silent


class _OnTerminal:
    """Stages and counts in a Rich status line."""

    cancelled = False

    def __init__(self) -> None:
        from rich.console import Console

        self._status = Console(stderr=True).status("starting")
        self._what = "starting"

    def say(self, what: str) -> None:
        self._what = what
        self._status.update(what)

    def step(self, done: int, total: int) -> None:
        self._status.update(f"{self._what} {done} of {total}")

    def start(self) -> None:
        self._status.start()

    def stop(self) -> None:
        self._status.stop()


@contextmanager
def shown() -> Iterator[Progress]:
    """Progress for the length of a block; silent where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    terminal = _OnTerminal()
    terminal.start()
    try:
        yield terminal
    finally:
        terminal.stop()
