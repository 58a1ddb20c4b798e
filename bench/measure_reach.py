"""Time to an exploitability: every solver with each of its dynamics, its own checks included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from peer_processes import Failed, Process


def reach(
    running: dict[str, Process],
    *,
    targets: Sequence[float],
    limits: dict[str, float],
    every: bool,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """What each solver and method took, by target; `limits` in seconds of the processor.

    With `every` all dynamics that a solver offers are tried, else those that have a chance.
    """
    found: dict[str, Any] = {}
    for solver, process in running.items():
        found[solver] = {}
        offered = process.hello["methods" if every else "usual"]
        for method in ["auto"] if solver == "standoff" else offered:
            seconds = limits["standoff" if solver == "standoff" else "peers"]
            try:
                answer = process.ask(
                    "reach", method=method, targets=list(targets), limit=seconds,
                    within=20 * seconds * len(targets) + 60,
                )  # fmt: skip
            except Failed as failed:
                found[solver][method] = {"failed": str(failed)}
                say(f"  {solver} {method}: {failed}")
                continue
            found[solver][method] = answer["reached"]
            said = ", ".join(
                f"{r['target']:g} in {r['cpu']:.3g} s" if r["reached"] else f"{r['target']:g} not"
                for r in answer["reached"]
            )
            say(f"  {solver} {method}: {said}")
    return found


def best(found: dict[str, Any], solver: str, target: float, clock: str) -> dict[str, Any] | None:
    """The quickest method of a solver for a target, or None where none reached it."""
    reached = [
        {**row, "method": method}
        for method, rows in found.get(solver, {}).items()
        if isinstance(rows, list)
        for row in rows
        if row["target"] == target and row["reached"]
    ]
    return min(reached, key=lambda row: float(row[clock])) if reached else None
