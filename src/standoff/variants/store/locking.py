"""One process at a time in a run's folder.

The lock is the operating system's, on a file that is never removed while it is held: it goes when
its process does, however that ends, so that nothing stale has to be cleared away.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from standoff.errors import StandoffError
from standoff.progress import Progress, check

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

POLL = 0.05
_PATIENCE = 0.25
"""Seconds that everybody waits: whoever only looks whether a run is being worked on holds its lock
for a moment."""


class Busy(StandoffError):
    """Another process works there."""


class Lock:
    """A lock that is held until `release`."""

    def __init__(self, file: IO[str]) -> None:
        self._file: IO[str] | None = file

    def release(self) -> None:
        """Let others in."""
        if self._file is not None:
            self._file.close()  # which releases it
            self._file = None


def acquire(
    path: Path,
    *,
    wait: float = 0.0,
    tell: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> Lock:
    """Hold the lock that is the file `path`, whose folder is made where it isn't there.

    Where another process holds it, `tell` is told once which, and after `wait` seconds `Busy` is
    raised; `wait` may be infinite, and `progress` can stop it.
    """
    start = time.monotonic()
    told = False
    while True:
        check(progress)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)  # whoever held it may have removed it
            file = path.open("a+", encoding="utf-8")
        except FileNotFoundError:
            continue
        try:
            taken = _take(file, path)
        except BaseException:
            file.close()
            raise
        if taken:
            file.seek(0)
            file.truncate()
            file.write(json.dumps({"process": os.getpid(), "host": platform.node()}))
            file.flush()
            return Lock(file)
        file.close()
        waited = time.monotonic() - start
        if waited >= max(wait, _PATIENCE):
            raise Busy(
                f"{path.parent}: {holder(path) or 'another process'} is at work there; wait until "
                "it has ended, or end it"
            )
        if waited >= _PATIENCE and not told and tell is not None:
            tell(f"{holder(path) or 'another process'} is at work on this run; waiting for it")
            told = True
        time.sleep(POLL)


def held(path: Path) -> bool:
    """Whether somebody holds a lock."""
    try:
        file = path.open("r+", encoding="utf-8")
    except FileNotFoundError:
        return False
    with file:
        return not _take(file, path)


def holder(path: Path) -> str:
    """Who took a lock last, in words; empty where that can't be said."""
    try:
        said = json.loads(path.read_text("utf-8"))
        return f"process {int(said['process'])} on {said['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _take(file: IO[str], path: Path) -> bool:
    """Lock an open file if nobody has; not if the path has come to mean another file since."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine, there = os.fstat(file.fileno()), path.stat()
    except BlockingIOError:
        return False
    except PermissionError:  # how Windows says it
        return False
    except FileNotFoundError:  # the folder was removed meanwhile
        return False
    return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)
