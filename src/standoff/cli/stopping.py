"""Ctrl-C as a wish: the first asks the work to end with what it has, the second ends it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from standoff.progress import Progress


class Stoppable:
    """Progress that is passed on, and a wish to stop."""

    def __init__(self, inner: Progress) -> None:
        self._inner = inner
        self._stopped = False

    def say(self, what: str) -> None:
        """A new stage begins."""
        self._inner.say(what)

    def step(self, done: int, total: int) -> None:
        """So much of the stage is done."""
        self._inner.step(done, total)

    @property
    def cancelled(self) -> bool:
        """Whether the user wants it stopped."""
        return self._stopped or self._inner.cancelled

    def stop(self) -> None:
        """Ask for the end; asked twice, end at once."""
        if self._stopped:
            raise KeyboardInterrupt
        self._stopped = True
        self.say("stopping")


@contextmanager
def stoppable(progress: Progress) -> Iterator[Stoppable]:
    """Interrupts ask the block to stop; afterwards they are what they were."""
    wish = Stoppable(progress)

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        wish.stop()

    if threading.current_thread() is not threading.main_thread():
        yield wish
        return
    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield wish
    finally:
        signal.signal(signal.SIGINT, before)
