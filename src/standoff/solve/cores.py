"""How many threads work at a time; no result depends on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_most: ContextVar[int | None] = ContextVar("most", default=None)


def cores() -> int:
    """Threads that work started here may take: what `at_most` allows, else the cores on which this
    process may run (a batch system gives it fewer than the machine has).
    """
    most = _most.get()
    if most is not None:
        return most
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


@contextmanager
def at_most(n: int) -> Iterator[None]:
    """Work started in the block by this thread takes at most n threads: what shares the machine
    with other workers leaves them theirs.
    """
    before = _most.set(n)
    try:
        yield
    finally:
        _most.reset(before)
