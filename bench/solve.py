"""How fast games are solved, beside the peers: ``python bench/solve.py``.

Every solver runs in a process of its own (`bench/peers/`), with one thread, in alternating turns
on the same games; ratios are taken within a turn, and medians of them printed. Peers whose
environment is not built are left out, and named. See bench/README.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from aqre_peers import aqre_beside_gambit
from kernel_compile import kernels
from measure_rates import limit, load_all, rates
from measure_reach import reach
from peer_processes import Process, started
from solve_games import AQRE, PRECISIONS, TARGETS, ZERO_SUM
from speed_tables import tables

PARTS = ("rates", "limits", "reach", "aqre", "kernels", "ten-million")
PEERS = ("openspiel", "liteefg", "noregret", "gambit")
RESULTS = Path(__file__).parent / "results"


def processor() -> str:
    """What the system calls the processor."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def say(text: str) -> None:
    """Progress goes to standard error, tables to standard output."""
    print(text, file=sys.stderr, flush=True)


def zero_sum(given: argparse.Namespace, found: dict[str, Any], parts: set[str]) -> None:
    """The parts that need the peers of zero-sum games."""
    solvers = ["standoff", *(p for p in PEERS[:3] if p not in given.skip_peer)]
    if not parts & {"rates", "reach"}:
        solvers = ["standoff"]
    running, missing = started(solvers, say)
    _note(found, running, missing)
    try:
        for game in ZERO_SUM:
            if given.games and game.key not in given.games:
                continue
            loading, failed = load_all(game, running, say)
            loaded = {k: process for k, process in running.items() if k in loading}
            size = loaded["standoff"].ask("more", what="size") if "standoff" in loaded else {}
            if "rates" in parts:
                found.setdefault("rates", {})[game.key] = {
                    "size": size, "loading": loading, "failed_loading": failed,
                    **rates(game, loaded, rounds=given.rounds, slice_=given.slice,
                            clock=given.clock, say=say),
                }  # fmt: skip
            if "limits" in parts and "standoff" in loaded:
                found.setdefault("limits", {})[game.key] = limit(
                    loaded["standoff"], cores=(1, 2), slice_=given.slice, say=say
                )
            if "reach" in parts:
                limits = {"standoff": given.own_limit, "peers": given.limit}
                reading = loaded["standoff"].ask("more", what="files") if size else {}
                found.setdefault("reach", {})[game.key] = {
                    "loading": loading, "limits": limits, "reading": reading,
                    "solvers": reach(loaded, targets=given.targets, limits=limits, every=given.full,
                                     say=say),
                }  # fmt: skip
    finally:
        for process in running.values():
            process.close()


def _note(found: dict[str, Any], running: dict[str, Process], missing: dict[str, str]) -> None:
    """Keep who took part in which version, and who did not and why."""
    about = found["about"]
    about["missing"] |= missing
    for solver, process in running.items():
        about["versions"][solver] = process.hello["versions"]
        about["missing"].pop(solver, None)


def beside_gambit(given: argparse.Namespace, found: dict[str, Any]) -> None:
    """AQRE, with Gambit where it is installed."""
    gambit = "gambit" not in given.skip_peer
    if gambit:
        running, missing = started(["gambit"], say)
        _note(found, running, missing)
        gambit = bool(running)
        for process in running.values():
            process.close()
    own = Process("standoff")
    found["about"]["versions"]["standoff"] = own.ask("hello", within=300)["versions"]
    own.close()
    games = [g for g in AQRE if not given.games or g.key in given.games]
    found["aqre"] = aqre_beside_gambit(
        games, PRECISIONS, gambit=gambit, seconds=given.gambit_limit, clock=given.clock, say=say
    )


def parsed(words: list[str] | None = None) -> argparse.Namespace:
    """The command line; `--quick` and `--full` fill in what is not given."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--only", nargs="*", choices=PARTS, default=None, help="parts")
    parser.add_argument("--games", nargs="*", help="keys of bench/solve_games.py")
    parser.add_argument("--skip-peer", nargs="*", choices=PEERS, default=[])
    parser.add_argument("--quick", action="store_true", help="Kuhn only, seconds: does it run?")
    parser.add_argument("--full", action="store_true", help="long limits and ten million: an hour")
    parser.add_argument("--clock", choices=("cpu", "wall"), default="cpu")
    parser.add_argument("--rounds", type=int, help="alternating turns")
    parser.add_argument("--slice", type=float, help="seconds of a turn")
    parser.add_argument("--limit", type=float, help="seconds for a peer's method to a target")
    parser.add_argument("--own-limit", type=float, default=60.0, help="the same for Standoff")
    parser.add_argument("--gambit-limit", type=float, help="seconds for Gambit")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the output")
    given = parser.parse_args(words)
    quick, full = (2, 0.02, 0.5, 2.0), (11, 1.0, 120.0, 60.0)
    usual = quick if given.quick else full if given.full else (7, 0.3, 6.0, 30.0)
    for name, value in zip(("rounds", "slice", "limit", "gambit_limit"), usual, strict=True):
        if getattr(given, name) is None:
            setattr(given, name, value)
    if given.quick:
        given.games = given.games or ["kuhn"]
        given.own_limit = min(given.own_limit, 5.0)
    given.targets = TARGETS[:1] if given.quick else TARGETS
    if given.only is None:
        given.only = PARTS if given.full else PARTS[:-2] if given.quick else PARTS[:-1]
    return given


def kept(results: Path) -> dict[str, Any]:
    """What an earlier run measured: a run of some parts leaves the others as they are."""
    path = results / "solve.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def main(words: list[str] | None = None) -> dict[str, Any]:
    """Measure, print the tables, keep them and the figures."""
    given = parsed(words)
    parts = set(given.only)
    found = kept(given.results)
    about = found.get("about", {})
    found["about"] = {
        "processor": processor(), "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "when": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC", "seed": 0,
        "clock": given.clock, **{k: about.get(k, {}) for k in ("versions", "missing", "parts")},
        "settings": {k: v for k, v in vars(given).items() if k != "results"},
    }  # fmt: skip
    if parts & {"rates", "limits", "reach"}:
        zero_sum(given, found, parts)
    if "aqre" in parts:
        beside_gambit(given, found)
    if "kernels" in parts:
        say("Compiling kernels")
        found["kernels"] = kernels()
    if "ten-million" in parts:
        from ten_million import measured

        say("Ten million histories")
        found["ten_million"] = measured()
    for part in parts:
        found["about"]["parts"][part] = found["about"]["when"]
    given.results.mkdir(parents=True, exist_ok=True)
    (given.results / "solve.json").write_text(json.dumps(found, indent=1) + "\n")
    text = tables(found)
    (given.results / "solve.md").write_text(text)
    print(text)
    return found


if __name__ == "__main__":
    main()
