"""A zero-sum scenario of ten million histories: compiled, solved, checked, in one process.

``python bench/ten_million.py [--rounds 6]``. Two governments turn a crisis up in turns or leave;
every move is public, how strong each is only itself knows (four and three types), and whoever
has not left when the clock runs out compares strengths at the stakes reached. What one wins the
other loses, so that types count for both sides' payoffs and stand in the tree. Printed are times,
iterations, NashConv by separate code as a share of the payoff range, and the peak of memory.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ROUNDS = 6
SHARE = 0.01
"""NashConv to be reached, as a share of the payoff range."""
STRENGTH = {
    "ann": {"slight": 0, "fair": 2, "firm": 4, "iron": 6},
    "bob": {"weak": 1, "even": 3, "hard": 5},
}


def scenario(rounds: int) -> Any:
    """The crisis as a scenario: 9 ways on and two ways out a round, twelve pairs of types."""
    from standoff.scenario.models import Scenario

    def strength(who: str) -> str:
        return " + ".join(f"{v} * ({who} is {t})" for t, v in STRENGTH[who].items())

    def turn(who: str, rise: str, leap: str) -> dict[str, Any]:
        return {
            "id": f"of_{who}", "actor": who, "moves": {
                rise: {"then": {"heat": "heat + 1"}}, leap: {"then": {"heat": "heat + 3"}},
                f"hold_{who}": {}, f"leave_{who}": {"ends": f"{who}_out"},
            },
        }  # fmt: skip

    worth = (
        "(1 + heat) * ((ending is bob_out) - (ending is ann_out)"
        " + (ending is time) * ((mine > theirs) - (mine < theirs)) * (1 + 0.1 * mine))"
    )
    return Scenario.model_validate({
        "standoff": 1, "id": "ten-million", "title": "Ten million histories",
        "actors": {
            who: {"types": {t: {"stake": 1} for t in known}} for who, known in STRENGTH.items()
        },
        "clock": {"rounds": rounds, "start": "1962-10-22"},
        "state": {"heat": {"range": [0, 6 * rounds], "start": 0}},
        "defines": {"mine": strength("ann"), "theirs": strength("bob")},
        "turns": [turn("ann", "press", "push"), turn("bob", "match", "raise")],
        "ends": {"ann_out": {}, "bob_out": {}},
        "objectives": {"ann": {"win": {"value": worth}}, "bob": {"win": {"value": f"-({worth})"}}},
    })  # fmt: skip


def one(rounds: int) -> dict[str, Any]:
    """The measurement, in this process."""
    from standoff.solve.certificates import Certifier
    from standoff.solve.opening import game_of_scenario
    from standoff.solve.regret import regret

    small = game_of_scenario(scenario(1))  # imports and kernels are measured elsewhere
    regret(small.game, small.payload, tolerance=1e-2, outcome=small.outcome)

    spent: dict[str, dict[str, float]] = {}
    with _timed(spent, "compile"):
        loaded = game_of_scenario(scenario(rounds), limit=20_000_000)
    game, payload = loaded.game, loaded.payload
    table = payload.payoff[:, : len(game.types[0]), 0]
    extent = float(table.max() - table.min())
    with _timed(spent, "solve"):
        solved = regret(game, payload, tolerance=SHARE * extent * 0.9, outcome=loaded.outcome)
    solving_peak = _peak()
    with _timed(spent, "check"):
        gap = Certifier(game, payload).nash_conv(solved.strategies[0])
    return {
        "histories": game.histories, "nodes": game.n_nodes,
        "information_sets": game.information_sets, "payoff_range": extent, "seconds": spent,
        "iterations": solved.iterations, "nash_conv": gap, "share": gap / extent,
        "reached": gap < SHARE * extent, "peak_before_check": solving_peak, "peak": _peak(),
    }  # fmt: skip


@contextmanager
def _timed(spent: dict[str, dict[str, float]], key: str) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    spent[key] = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def _peak() -> int:
    """The most bytes that this process has held in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measured(rounds: int = ROUNDS) -> dict[str, Any]:
    """The same in a process of its own, so that the memory is nobody else's."""
    done = subprocess.run(
        [sys.executable, __file__, "--rounds", str(rounds), "--json"],
        capture_output=True, text=True, env=dict(os.environ),
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true", help="one line for a program")
    given = parser.parse_args()
    found = one(given.rounds)
    if given.json:
        print(json.dumps(found))
        return
    for key, value in found.items():
        shown = f"{value:,.4g}" if isinstance(value, float) else f"{value}"
        print(f"{key.replace('_', ' ')}: {shown}")


if __name__ == "__main__":
    main()
