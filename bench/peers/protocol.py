"""How the bench speaks with a solver in a process of its own: one JSON object a line, each way.

A worker is started once and keeps what it has loaded, so that imports, compiling and loading are
never inside a measurement. This file needs nothing but Python: every peer's environment runs it.
"""

from __future__ import annotations

import json
import math
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

Answer = dict[str, Any]

GROWTH = 0.25
"""Iterations between two checks, as a share of those made before."""


class Clock:
    """Seconds of the wall and of the processor that a block took."""

    def __enter__(self) -> Clock:
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu


class Worker:
    """One solver. A game is loaded once; `fresh` begins a new run on it."""

    name = ""
    methods: tuple[str, ...] = ("cfr+",)
    """Dynamics that this solver offers."""
    usual: tuple[str, ...] = ()
    """Those that are tried where time is short; all, where nothing is said."""

    def versions(self) -> dict[str, str]:
        raise NotImplementedError

    def load(self, game: str) -> None:
        raise NotImplementedError

    def fresh(self, method: str) -> None:
        raise NotImplementedError

    def iterate(self, n: int) -> None:
        raise NotImplementedError

    def nash_conv(self) -> float:
        """Sum of both players' gains from a best reply to the average play, by its own check."""
        raise NotImplementedError

    def reach(self, method: str, targets: Sequence[float], limit: float) -> list[Answer]:
        """Seconds until the exploitability (NashConv over two) is at most each target.

        `limit` is in seconds of the processor.
        """
        self.fresh(method)
        return until(self.iterate, self.nash_conv, targets, limit)


def until(
    iterate: Callable[[int], None],
    nash_conv: Callable[[], float],
    targets: Sequence[float],
    limit: float,
) -> list[Answer]:
    """Iterate and check in turns.

    Checks come after a quarter more iterations, and never take more than half of the time: some
    peers' checks cost as much as many iterations, and a user would space them out too.
    """
    left = sorted(targets, reverse=True)
    found: list[Answer] = []
    wall = time.perf_counter()
    iterating = checking = 0.0
    done, block, exploitability = 0, 1, math.inf

    def so_far() -> Answer:
        return {"cpu": iterating + checking, "checking": checking, "iterations": done,
                "wall": time.perf_counter() - wall, "exploitability": exploitability}  # fmt: skip

    while left and iterating + checking < limit:
        with Clock() as clock:
            iterate(block)
        iterating += clock.cpu
        done += block
        each = max(clock.cpu / block, 1e-9)
        with Clock() as clock:
            exploitability = nash_conv() / 2
        checking += clock.cpu
        while left and exploitability <= left[0]:
            found.append({"target": left.pop(0), "reached": True, **so_far()})
        block = max(math.ceil(GROWTH * done), math.ceil(clock.cpu / each))
        block = max(1, min(block, math.ceil((limit - iterating - checking) / each)))
    return found + [{"target": target, "reached": False, **so_far()} for target in left]


def serve(worker: Worker) -> None:
    """Answer questions until standard input ends.

    Whatever a library prints goes to standard error: the answers have a channel of their own.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = _answer(worker, asked)
        except Exception as error:  # a peer may fail in any way; the bench says how
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _answer(worker: Worker, asked: Answer) -> Answer:
    match asked["do"]:
        case "hello":
            versions = {"python": platform.python_version(), **worker.versions()}
            return {"name": worker.name, "versions": versions, "methods": list(worker.methods),
                    "usual": list(worker.usual or worker.methods)}  # fmt: skip
        case "load":
            with Clock() as clock:
                worker.load(asked["game"])
            return {"wall": clock.wall, "cpu": clock.cpu}
        case "fresh":
            worker.fresh(asked["method"])
            return {}
        case "iterate":
            with Clock() as clock:
                worker.iterate(int(asked["n"]))
            return {"wall": clock.wall, "cpu": clock.cpu}
        case "check":
            with Clock() as clock:
                value = worker.nash_conv()
            return {"wall": clock.wall, "cpu": clock.cpu, "nash_conv": value}
        case "reach":
            return {"reached": worker.reach(asked["method"], asked["targets"], asked["limit"])}
        case "memory":
            return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
        case "more":
            more: Answer = worker.more(asked)  # type: ignore[attr-defined]
            return more
    raise ValueError(f"asked to do {asked['do']!r}")
