"""How fast a scenario becomes a game, and in how much memory: ``python bench/compile.py``.

Three shapes: a plain public game, the same with a player's types in the tree and moves that
others don't see (every information set is real work), and with types as axes. Each is measured in
a process of its own, best of three, the estimate before unrolling included.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from standoff.compile import compile_scenario, estimate
from standoff.scenario.models import Scenario


def scenario(shape: str, rounds: int) -> Scenario:
    """Two players and nature, some state, `rounds` rounds."""
    typed = {"types": {"x": {}, "y": {}, "z": {}}}
    actors = {"ann": typed if shape != "public" else {}, "bob": {}, "fate": {"kind": "nature"}}
    hide = {"seen_by": "ann"} if shape == "hidden" else {}
    guard = {"when": "not ann is z"} if shape == "hidden" else {}
    return Scenario.model_validate({
        "standoff": 1, "id": "bench", "title": "bench", "actors": actors,
        "clock": {"rounds": rounds, "start": "1962-10-22"},
        "parameters": {"p": {"uniform": ["0.1", "0.3"]}},
        "state": {
            "tension": {"range": [0, 5], "start": 0, "overflow": "clip"},
            "open": {"start": "false"},
            "line": {"levels": ["none", "soft", "hard"], "start": "none"},
        },
        "turns": [
            {"id": "act", "actor": "ann", "moves": {
                "up": {"then": {"tension": "tension + 1"}, **hide}, "wait": {**hide},
                "talk": {"then": {"open": "true"}, **guard},
            }},
            {"id": "hold", "actor": "bob", "when": "tension > 0 or open", "moves": {
                "harden": {"then": {"line": "hard"}}, "soften": {"then": {"line": "soft"}},
                "yield": {"when": "open", "then": {"tension": "tension - 1"}},
            }},
            {"id": "luck", "actor": "fate", "when": "line == hard", "outcomes": {
                "clash": {"odds": "p", "ends": "war"}, "calm": {"odds": "rest"},
            }},
        ],
        "ends": {"war": {}},
        "objectives": {
            "ann": {"gain": {"value": "tension - 3 * (ending is war)"},
                    "time": {"each_round": "open", "weight": 0.1}},
            "bob": {"peace": {"value": "-tension - 5 * (ending is war)"}},
        },
    })  # fmt: skip


def one(shape: str, rounds: int) -> dict[str, float]:
    """One measurement, in this process."""
    made = scenario(shape, rounds)
    compile_scenario(scenario(shape, 2))  # imports and parsing are not what is measured
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    best, counting, first = float("inf"), float("inf"), 0
    for turn in range(3):
        start = time.process_time()
        estimate(made)
        counting = min(counting, time.process_time() - start)
        start = time.process_time()
        compiled = compile_scenario(made)
        best = min(best, time.process_time() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        first = first if turn else peak
    game = compiled.game
    arrays = [v for o in (game, compiled) for v in vars(o).values() if hasattr(v, "nbytes")]
    return {
        "nodes": game.n_nodes, "histories": game.histories,
        "information sets": game.information_sets, "seconds": round(best, 3),
        "counting": round(counting, 4),
        "million nodes/s": round(game.n_nodes / best / 1e6, 2),
        "million histories/s": round(game.histories / best / 1e6, 2),
        "bytes kept a node": round(sum(a.nbytes for a in arrays) / game.n_nodes, 1),
        "bytes at most a node": round((first - before) * 1024 / game.n_nodes, 1),
    }  # fmt: skip


def main() -> None:
    """Print a line for each shape and size."""
    if len(sys.argv) == 3:
        print(json.dumps(one(sys.argv[1], int(sys.argv[2]))))
        return
    for shape in ("public", "hidden", "axes"):
        for rounds in (4, 5, 6):
            done = subprocess.run(
                [sys.executable, str(Path(__file__)), shape, str(rounds)],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            print(shape, rounds, done.stdout.strip(), flush=True)


if __name__ == "__main__":
    main()
