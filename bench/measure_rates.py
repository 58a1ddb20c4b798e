"""Iterations a second of CFR+, Standoff and peers in turns; and how far that is from the limit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from peer_processes import Failed, Process
from solve_games import Bench

SAME = 64
"""Iterations after which all solvers' NashConv are compared: they solve the same game."""


def load_all(
    game: Bench, running: dict[str, Process], say: Callable[[str], None]
) -> tuple[dict[str, float], dict[str, str]]:
    """Seconds of loading by solver, and why some could not."""
    loading, failed = {}, {}
    for solver, process in running.items():
        try:
            loading[solver] = process.ask("load", game=game.openspiel, within=300)["cpu"]
        except Failed as error:
            failed[solver] = str(error)
    say(f"{game.title}: loaded in " + ", ".join(f"{k} {v:.2f} s" for k, v in loading.items()))
    return loading, failed


def rates(
    game: Bench,
    running: dict[str, Process],
    *,
    rounds: int,
    slice_: float,
    clock: str,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Iterations a second by solver and round, ratios to each peer, and a check of sameness."""
    counts, conv, failed = {}, {}, {}
    for solver, process in list(running.items()):
        try:
            process.ask("fresh", method="cfr+", within=300)
            process.ask("iterate", n=SAME, within=600)
            conv[solver] = process.ask("check", within=600)["nash_conv"]
            counts[solver] = _enough(process, slice_, clock)
        except Failed as error:
            failed[solver] = str(error)
    by_round: dict[str, list[float]] = {solver: [] for solver in counts}
    for _ in range(rounds):
        for solver, n in counts.items():
            took = running[solver].ask("iterate", n=n, within=600)
            by_round[solver].append(n / took[clock])
    own = by_round.get("standoff", [])
    ratios = {
        solver: [ours / theirs for ours, theirs in zip(own, found, strict=True)]
        for solver, found in by_round.items()
        if solver != "standoff" and own
    }
    found: dict[str, Any] = {
        "rates": by_round,
        "rate": {solver: median(values) for solver, values in by_round.items()},
        "ratio": {solver: median(values) for solver, values in ratios.items()},
        "nash_conv": conv,
        "failed": failed,
    }
    say("  " + ", ".join(f"{k} {v:,.0f}/s" for k, v in found["rate"].items()))
    return found


def _enough(process: Process, slice_: float, clock: str) -> int:
    """How many iterations fill a slice of time."""
    n = 1
    while True:
        took = max(float(process.ask("iterate", n=n, within=600)[clock]), 1e-9)
        if took >= slice_ / 2:
            return max(1, round(n * slice_ / took))
        n = max(n + 1, math.ceil(n * min(slice_ / took, 16)))


def limit(
    standoff: Process, *, cores: Sequence[int], slice_: float, say: Callable[[str], None]
) -> dict[str, Any]:
    """Bytes an iteration moves over what the memory gives at that size, by number of cores.

    On two cores two runs go side by side, as they do in the race of `auto`.
    """
    from bandwidth import bandwidth

    found: dict[str, Any] = {"by_cores": {}}
    for threads in cores:
        standoff.ask("more", what="threads", threads=threads)
        standoff.ask("fresh", method="cfr+")
        standoff.ask("iterate", n=2, within=600)
        moved = standoff.ask("more", what="moved")["bytes"]
        n = _enough(standoff, slice_, "cpu")
        best = 0.0
        for _ in range(5):
            took = standoff.ask("iterate", n=n)
            # Each thread makes n iterations. Seconds of the processor, shared out among the
            # threads: what else runs here counts for less.
            best = max(best, threads * n / (took["cpu"] / threads))
        memory = bandwidth(moved * threads, threads)
        found["by_cores"][str(threads)] = {
            "rate": best, "bandwidth": memory, "share": best * moved / memory,
        }  # fmt: skip
        found["bytes"] = moved
    standoff.ask("more", what="threads", threads=1)
    say(
        f"  {found['bytes'] / 1024:,.0f} KiB an iteration; share of the limit: "
        + ", ".join(f"{v['share']:.0%} on {k}" for k, v in found["by_cores"].items())
    )
    return found
