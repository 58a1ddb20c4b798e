"""AQRE beside Gambit's `logit_solve_lambda`: ``python bench/aqre_peers.py [--limit S]``.

Gambit runs in a process of its own that is ended after the limit. It traces the branch of
equilibria from uniform play, so that a precision at which it ran out of time rules out the higher
ones: these are not tried. Both read the same numbers (`to_efg`, payoffs in units of stakes).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from peer_processes import Failed, Process
from solve_games import AQRE, PRECISIONS, Bench

RUNS = 5


def aqre_beside_gambit(
    games: Sequence[Bench],
    precisions: Sequence[float],
    *,
    gambit: bool,
    seconds: float,
    clock: str,
    say: Callable[[str], None],
) -> list[dict[str, Any]]:
    """A row for each game and precision."""
    rows = []
    standoff = Process("standoff")
    standoff.hello = standoff.ask("hello", within=300)
    try:
        for game in games:
            standoff.ask("load", game=game.openspiel, within=300)
            size = standoff.ask("more", what="size")
            standoff.ask("more", what="aqre", precision=0.5, runs=1, within=600)  # loads kernels
            with tempfile.TemporaryDirectory() as room:
                path = Path(room) / "game.efg"
                standoff.ask("more", what="efg", path=str(path))
                hopeless = ""
                for precision in precisions:
                    row = {"game": game.key, "title": game.title, "precision": precision, **size}
                    row["standoff"] = _ours(standoff, precision)
                    if gambit:
                        theirs = (
                            {"failed": hopeless} if hopeless else _theirs(path, precision, seconds)
                        )
                        if "failed" in theirs and not hopeless:
                            hopeless = f"not tried: {theirs['failed']} at precision {precision:g}"
                        row["gambit"] = _compared(row["standoff"], theirs, clock)
                    row["standoff"].pop("play", None)
                    rows.append(row)
                    say(_line(row, clock))
    finally:
        standoff.close()
    return rows


def _ours(standoff: Process, precision: float) -> dict[str, Any]:
    try:
        found = standoff.ask("more", what="aqre", precision=precision, runs=RUNS, within=600)
    except Failed as failed:
        return {"failed": str(failed)}
    return found


def _theirs(path: Path, precision: float, seconds: float) -> dict[str, Any]:
    process = Process("gambit")
    try:
        process.ask("load", game=str(path), within=120)
        return process.ask("more", precision=precision, within=seconds)
    except Failed as failed:
        return {"failed": str(failed)}
    finally:
        process.close()


def _compared(ours: dict[str, Any], theirs: dict[str, Any], clock: str) -> dict[str, Any]:
    """Gambit's row: how many times as long it took, and the largest difference in a probability."""
    play = theirs.pop("play", None)
    if play is None or "play" not in ours:
        return theirs
    differences = [
        abs(a - b)
        for label, odds in ours["play"].items()
        for a, b in zip(odds, play[label], strict=True)
    ]
    return {**theirs, "ratio": theirs[clock] / ours[clock], "difference": max(differences)}


def _line(row: dict[str, Any], clock: str) -> str:
    ours, theirs = row["standoff"], row.get("gambit", {})
    said = f"  {row['title']} ({row['histories']:,} histories) at {row['precision']:g}: "
    said += (
        f"{ours[clock] * 1e3:.2f} ms, check {ours['check']:.0e}, {ours['method']}"
        if "failed" not in ours
        else ours["failed"]
    )
    if "failed" in theirs:
        said += f"; Gambit {theirs['failed']}"
    elif theirs:
        said += f"; Gambit {theirs[clock]:.2f} s: {theirs['ratio']:,.0f} times"
        said += f", differs by {theirs['difference']:.0e}"
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for Gambit")
    parser.add_argument("--no-gambit", action="store_true")
    parser.add_argument("--only", nargs="*", help="keys of games", default=None)
    given = parser.parse_args()
    games = [g for g in AQRE if given.only is None or g.key in given.only]
    aqre_beside_gambit(
        games, PRECISIONS, gambit=not given.no_gambit, seconds=given.limit, clock="cpu", say=print
    )


if __name__ == "__main__":
    main()
