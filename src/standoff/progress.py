"""Progress of long work, and stopping it. Whatever runs for over a second takes a `Progress`."""

from __future__ import annotations

from typing import Protocol

from standoff.errors import Cancelled


class Progress(Protocol):
    """Told what is being done; asked whether to go on."""

    def say(self, what: str) -> None:
        """A new stage begins."""

    def step(self, done: int, total: int) -> None:
        """So much of the stage is done."""

    @property
    def cancelled(self) -> bool:
        """Whether the user wants it stopped."""


class Silent:
    """Progress that nobody watches."""

    cancelled = False

    def say(self, what: str) -> None:
        """Nothing."""

    def step(self, done: int, total: int) -> None:
        """Nothing."""


def check(progress: Progress | None) -> None:
    """Raise `Cancelled` if the user has asked to stop."""
    if progress is not None and progress.cancelled:
        raise Cancelled("stopped")
