"""What was measured, as Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from measure_reach import best
from peer_processes import TITLES
from solve_games import TARGETS, ZERO_SUM

PEERS = ("openspiel", "liteefg", "noregret")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, the first column to the left, numbers to the right."""
    lines = [list(head), ["---", *["---:"] * (len(head) - 1)], *map(list, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def count(value: float | None) -> str:
    """A rate or a ratio to three figures."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def seconds(value: float | None) -> str:
    """Seconds to two figures, small ones in thousandths."""
    if value is None:
        return "-"
    if value < 0.1:
        return f"{value * 1e3:.2g} ms"
    return f"{value:.2g} s" if value < 10 else f"{value:.0f} s"


def tables(found: dict[str, Any]) -> str:
    """All parts that were measured."""
    parts = [_about(found)]
    for key, make in (
        ("rates", _rates), ("limits", _limits), ("reach", _reach), ("aqre", _aqre),
        ("kernels", _kernels), ("ten_million", _ten_million),
    ):  # fmt: skip
        if found.get(key):
            parts.append(make(found))
    return "\n\n".join(parts) + "\n"


def _about(found: dict[str, Any]) -> str:
    about = found["about"]
    versions = "; ".join(
        f"{TITLES[solver]}: " + ", ".join(f"{k} {v}" for k, v in known.items())
        for solver, known in about["versions"].items()
    )
    lines = [
        f"{about['processor']}, {about['cores']} cores, {about['system']}; {about['when']}; "
        f"seed {about['seed']}; clock: {about['clock']}.",
        f"Versions. {versions}.",
    ]
    if about["missing"]:
        gone = "; ".join(f"{TITLES[k]} ({why})" for k, why in about["missing"].items())
        lines.append(f"Not measured: {gone}.")
    return "\n\n".join(lines)


def _rates(found: dict[str, Any]) -> str:
    rows = []
    for game in ZERO_SUM:
        known = found["rates"].get(game.key)
        if known is None:
            continue
        row = [f"{game.title} ({known['size']['histories']:,})"]
        row.append(count(known["rate"].get("standoff")))
        for peer in PEERS:
            ratio, rate = known["ratio"].get(peer), known["rate"].get(peer)
            goal = game.goals[peer]
            row.append(
                f"{count(rate)} · {count(ratio)}× ({goal:g})" if ratio is not None else count(rate)
            )
        rows.append(row)
    heads = [f"{TITLES[peer]} · ratio (goal)" for peer in PEERS]
    return "### Iterations a second, CFR+, one thread\n\n" + table(
        ["game (histories)", "Standoff", *heads], rows
    )


def _limits(found: dict[str, Any]) -> str:
    rows = []
    for game in ZERO_SUM:
        known = found["limits"].get(game.key)
        if known is None:
            continue
        row = [game.title, f"{known['bytes'] / 1024:,.0f}"]
        for by in known["by_cores"].values():
            row += [count(by["rate"]), f"{by['bandwidth'] / 1e9:.0f}", f"{by['share']:.0%}"]
        rows.append(row)
    cores = list(next(iter(found["limits"].values()))["by_cores"])
    heads = [h for n in cores for h in (f"iterations/s, {n}", f"GB/s, {n}", f"share, {n}")]
    return (
        "### How far from what the memory gives, by number of cores\n\n"
        + table(["game", "KiB an iteration", *heads], rows)
    )  # fmt: skip


def _reach(found: dict[str, Any]) -> str:
    clock = found["about"]["clock"]
    rows = []
    for game in ZERO_SUM:
        known = found["reach"].get(game.key)
        if known is None:
            continue
        solvers = [s for s in ("standoff", *PEERS) if s in known["solvers"]]
        loaded = dict(known["loading"])
        for rows_ in known["solvers"].get("standoff", {}).values():
            if isinstance(rows_, list):
                loaded["standoff"] += rows_[0]["preparing"][clock]
        loading = ", ".join(f"{TITLES[s]} {seconds(loaded[s])}" for s in solvers if s in loaded)
        tried = {row["target"] for by in known["solvers"].values() for rows_ in by.values()
                 if isinstance(rows_, list) for row in rows_}  # fmt: skip
        for target in (t for t in TARGETS if t in tried):
            row = [f"{game.title}, {target:g}"]
            ours = best(known["solvers"], "standoff", target, clock)
            row.append(f"{seconds(ours[clock])} ({seconds(ours['wall'])})" if ours else "-")
            for peer in PEERS:
                theirs = best(known["solvers"], peer, target, clock)
                if theirs is None:
                    limit = known["limits"]["peers"]
                    least = f" · > {count(limit / ours[clock])}×" if ours else ""
                    row.append(f"> {limit:g} s{least}" if peer in solvers else "-")
                elif ours is None:
                    row.append(f"{seconds(theirs[clock])}, {theirs['method']}")
                else:
                    times = theirs[clock] / ours[clock]
                    row.append(f"{seconds(theirs[clock])}, {theirs['method']} · {count(times)}×")
            rows.append(row)
        reading = "; ".join(
            f".{suffix} read in {seconds(by[clock])}"
            for suffix, by in known.get("reading", {}).items()
        )
        said = f"*loading: {loading}" + (f"; {reading}*" if reading else "*")
        rows.append([said, *[""] * (1 + len(PEERS))])
    heads = [f"{TITLES[peer]} · ratio" for peer in PEERS]
    return (
        "### Time to an exploitability, checks included\n\n"
        "Each solver with the best of its dynamics; ours in seconds of the processor, over both "
        "threads, and of the wall in brackets.\n\n"
        + table(["game, exploitability", "Standoff", *heads], rows)
    )  # fmt: skip


def _aqre(found: dict[str, Any]) -> str:
    clock = found["about"]["clock"]
    rows = []
    for known in found["aqre"]:
        ours, theirs = known["standoff"], known.get("gambit", {})
        row = [f"{known['title']} ({known['histories']:,}), {known['precision']:g}"]
        if "failed" in ours:
            row += [ours["failed"], "-"]
        else:
            row += [seconds(ours[clock]), f"{ours['check']:.0e}"]
        if clock in theirs:
            row += [seconds(theirs[clock]), f"{count(theirs['ratio'])}×"]
            row.append(f"{theirs['difference']:.0e}")
        else:
            row += [theirs.get("failed", "-"), "", ""]
        rows.append(row)
    return "### AQRE beside Gambit\n\n" + table(
        ["game (histories), precision", "Standoff", "residual", "Gambit", "ratio", "difference"],
        rows,
    )


def _kernels(found: dict[str, Any]) -> str:
    clock = found["about"]["clock"]
    rows = []
    for known in found["kernels"]:
        cells = [
            seconds(known[state][clock]) if clock in known.get(state, {}) else "failed"
            for state in ("cold", "warm")
        ]
        importing = known.get("warm", {}).get("importing", {}).get(clock)
        rows.append([f"{known['solve']} of {known['game']}", *cells, seconds(importing)])
    return "### Until the kernels of a first solve are there\n\n" + table(
        ["solve", "empty cache", "kept cache", "importing numba and SciPy"], rows
    )


def _ten_million(found: dict[str, Any]) -> str:
    known = found["ten_million"]
    rows = [
        ["histories", f"{known['histories']:,}"],
        *([f"{key}, wall", seconds(by["wall"])] for key, by in known["seconds"].items()),
        *([f"{key}, processor", seconds(by["cpu"])] for key, by in known["seconds"].items()),
        ["iterations", f"{known['iterations']:,}"],
        ["NashConv over the payoff range", f"{known['share']:.2%}"],
        ["peak memory", f"{known['peak'] / 2**30:.1f} GiB"],
    ]
    return "### A zero-sum scenario of ten million histories\n\n" + table(["", "measured"], rows)
