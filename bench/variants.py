"""How fast batches of variants are solved: ``python bench/variants.py [--only lanes warm ...]``.

lanes    one by one, eight doubles at a time, sixteen singles: the same kernels (measure_lanes.py)
warm     a thousand variants of a crisis of about 6,000 histories, to a solver check of 1e-8
threads  two threads beside one, at about 20,000 histories
shipped  `cuba-1962`: putting numbers to the game, and solving
gambit   beside a loop over pygambit's logit, on the largest crisis that it solves in a minute

Run it on an idle machine. What takes turns is compared turn by turn; medians are printed, and kept
in bench/results/variants.json and variants.md. `python bench/speed_page.py` puts them into the
page of the documentation.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import numpy as np
from crisis import crisis
from measure_lanes import measure
from peer_processes import Failed, Process
from variant_tables import GOALS, tables

from solve import processor, say
from standoff.solve import aqre, logit_residual
from standoff.workspace import write_atomically

PARTS = ("lanes", "warm", "threads", "shipped", "gambit")
RESULTS = Path(__file__).parent / "results"
CRISES = ((2_000, 2, 250), (6_000, 1, 1_000), (20_000, 1, 2_500), (300_000, 0, 50_000))
"""Histories aimed at, seed and nodes for `crisis`."""
GAMBIT_SECONDS = 60.0


def lanes(rounds: int) -> list[dict[str, Any]]:
    found = []
    for histories, seed, nodes in CRISES:
        variants = 512 if histories < 100_000 else 32
        game, payload = crisis(seed, nodes=nodes, variants=variants, precision=(2, 6))
        row = {"aim": histories, **measure(game, payload, rounds=rounds, budget=0.1)}
        say(
            f"  {row['histories']:,} histories: {row['one_sweep'] * 1e6:,.0f} us a sweep alone; "
            f"a sweep {row['double_sweep_ratio']:.1f} and {row['single_sweep_ratio']:.1f} times, "
            f"solving {row['double_solve_ratio']:.1f}, {row['whole_solve_ratio']:.1f} with singles "
            f"first, {row['single_solve_ratio']:.1f} to {row['single_check']:.0e}"
        )
        found.append(row)
    return found


def timed(game: Any, payload: Any, threads: int | None = None) -> tuple[dict[str, float], Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    solution = aqre(game, payload, threads=threads)
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}, solution


def warm(rounds: int) -> dict[str, Any]:
    """A thousand variants, by seed the crisis nearest to the size."""
    game, payload = crisis(1, nodes=1_000, variants=1_000, precision=(2, 6))
    timed(game, payload.take(slice(0, 8)))
    runs = [timed(game, payload) for _ in range(rounds)]
    solution = runs[0][1]
    residual = logit_residual(game, payload.take(slice(0, 64)), solution.strategy[:, :64])
    found = {
        "histories": game.histories, "variants": 1_000,
        "wall": min(run["wall"] for run, _ in runs), "cpu": min(run["cpu"] for run, _ in runs),
        "solved": float(solution.solved.mean()), "check": float(solution.check.max()),
        "residual": float(residual.max()), "sweeps": float(np.median(solution.sweeps)),
    }  # fmt: skip
    say(f"  {found['wall']:.2f} s of the wall, {found['cpu']:.2f} s of the processor")
    return found


def threads(rounds: int) -> dict[str, Any]:
    game, payload = crisis(1, nodes=2_500, variants=512, precision=(2, 6))
    timed(game, payload.take(slice(0, 8)))
    ratios, one, two, given = [], [], [], []
    for _ in range(rounds):
        one.append(timed(game, payload, 1)[0]["wall"])
        run = timed(game, payload, 2)[0]
        two.append(run["wall"])
        given.append(run["cpu"] / run["wall"])
        ratios.append(one[-1] / two[-1])
    say(f"  two threads {statistics.median(ratios):.2f} times one")
    return {
        "histories": game.histories, "variants": 512, "ratio": statistics.median(ratios),
        "one": statistics.median(one), "two": statistics.median(two),
        "given": statistics.median(given),
    }  # fmt: skip


def shipped(variants: int) -> dict[str, Any]:
    from standoff.compile import compile_scenario, payload
    from standoff.scenario import load
    from standoff.variants import draw, reference

    scenario = load("cuba-1962")
    begun = time.perf_counter()
    compiled = compile_scenario(scenario)
    compiling = time.perf_counter() - begun
    draws = draw(scenario, variants, 0)
    begun = time.process_time()
    numbers = payload(compiled, draws, reference=reference(scenario))
    putting = time.process_time() - begun
    timed(compiled.game, numbers.take(slice(0, 8)))
    run, solution = timed(compiled.game, numbers)
    quantiles = np.percentile(solution.sweeps, [50, 90, 99])
    found = {
        "histories": compiled.game.histories, "variants": variants, "compile": compiling,
        "payload": putting, **run, "solved": float(solution.solved.mean()),
        "sweeps": quantiles.tolist(), "ten_thousand": run["wall"] * 10_000 / variants,
    }  # fmt: skip
    say(f"  {run['wall']:.1f} s of the wall, {putting:.2f} s for the numbers")
    return found


def gambit(variants: int) -> dict[str, Any]:
    """Seconds a variant: Gambit's on a few, ours on a thousand."""
    from standoff.game.efg_write import to_efg

    game, payload = crisis(6, nodes=70, variants=1_000, precision=(1, 1.0001))
    timed(game, payload.take(slice(0, 8)))
    ours = [timed(game, payload) for _ in range(3)]
    run, solution = min(ours, key=lambda found: found[0]["cpu"])
    found = {"histories": game.histories, "variants": 1_000, **run, "gambit": []}
    process = Process("gambit")
    try:
        with tempfile.TemporaryDirectory() as room:
            for v in range(variants):
                path = Path(room) / "game.efg"
                one = payload.take(slice(v, v + 1))
                path.write_text(to_efg(game, one, in_stakes=True), "utf-8")
                process.ask("load", game=str(path), within=120)
                precision = float(payload.precision[v])
                theirs = process.ask("more", precision=precision, within=GAMBIT_SECONDS)
                found["gambit"].append({"wall": theirs["wall"], "cpu": theirs["cpu"]})
    except Failed as failed:
        found["failed"] = str(failed)
    finally:
        process.close()
    if found["gambit"]:
        seconds = statistics.median(known["cpu"] for known in found["gambit"])
        found["ratio"] = seconds / (run["cpu"] / 1_000)
        found["solved"] = float(solution.solved.mean())
        say(f"  Gambit {seconds:.1f} s a variant: {found['ratio']:,.0f} times")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--variants", type=int, default=2_000, help="of cuba-1962")
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    path = given.results / "variants.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    found["about"] = {
        "processor": processor(), "cores": os.cpu_count(), "system": platform.platform(terse=True),
        "when": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "versions": {name: version(name) for name in ("standoff", "numba", "llvmlite", "numpy")},
        "goals": GOALS,
    }  # fmt: skip
    parts = {
        "lanes": lambda: lanes(given.rounds), "warm": lambda: warm(given.rounds),
        "threads": lambda: threads(given.rounds), "shipped": lambda: shipped(given.variants),
        "gambit": lambda: gambit(3),
    }  # fmt: skip
    for part in given.only:
        say(part)
        found[part] = parts[part]()
        found["about"].setdefault("load", {})[part] = os.getloadavg()[0]
        given.results.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(found, indent=1) + "\n")
        write_atomically(given.results / "variants.md", tables(found))
    print(tables(found))


if __name__ == "__main__":
    main()
