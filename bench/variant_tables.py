"""What `bench/variants.py` measured, as Markdown tables."""

from __future__ import annotations

from typing import Any

from speed_tables import count, seconds, table

GOALS = {
    "double": {"small": 4.0, "large": 1.8},
    "single": {"small": 7.0, "large": 3.0},
    "warm": 1.0,
    "threads": 1.7,
    "ten_thousand": 240.0,
    "gambit": 1000.0,
}
"""What the project means to reach; ratios of large games are those of 300,000 histories."""


def tables(found: dict[str, Any]) -> str:
    """All parts that were measured."""
    about = found["about"]
    parts = [
        f"{about['processor']}, {about['cores']} cores, {about['system']}; {about['when']}; "
        + ", ".join(f"{name} {known}" for name, known in about["versions"].items())
        + ".",
    ]
    busy = max(about.get("load", {}).values(), default=0.0)
    if busy > about["cores"] + 0.5:
        parts.append(
            f"Other programs ran beside it (a load of {busy:.1f}, {about['cores']} cores): seconds "
            "of the wall, and two threads beside one, say little."
        )
    if found.get("lanes"):
        parts.append(_lanes(found["lanes"]))
    rows = _runs(found)
    if rows:
        parts.append("### Whole batches\n\n" + table(["", "measured", "goal"], rows))
    return "\n\n".join(parts) + "\n"


def _lanes(found: list[dict[str, Any]]) -> str:
    rows = []
    for known in found:
        large = "large" if known["aim"] >= 100_000 else "small"
        double, single = GOALS["double"][large], GOALS["single"][large]
        rows.append([
            f"{known['histories']:,}",
            f"{known['one_sweep'] * 1e6:,.0f} µs",
            f"{known['double_sweep_ratio']:.1f}×",
            f"{known['single_sweep_ratio']:.1f}×",
            f"{known['double_solve_ratio']:.1f}× ({double:g})",
            f"{known['whole_solve_ratio']:.1f}×",
            f"{known['single_solve_ratio']:.1f}× ({single:g})",
            f"{known['single_check']:.0e}",
        ])  # fmt: skip
    head = [
        "histories", "a sweep of one", "8 doubles, a sweep", "16 singles, a sweep",
        "doubles to 1e-8 (goal)", "singles first, to 1e-8",
        "singles, checked in double (goal)", "to",
    ]  # fmt: skip
    return "### Variants in lanes beside one by one, per core\n\n" + table(head, rows)


def _runs(found: dict[str, Any]) -> list[list[str]]:
    rows = []
    if known := found.get("warm"):
        rows.append([
            f"{known['variants']:,} variants of {known['histories']:,} histories to 1e-8, "
            f"{known['solved']:.1%} solved",
            f"{seconds(known['wall'])} ({seconds(known['cpu'])} of processor)",
            f"{GOALS['warm']:g} s",
        ])  # fmt: skip
    if known := found.get("threads"):
        rows.append([
            f"two threads beside one, {known['histories']:,} histories; they were given "
            f"{known['given']:.2f} cores",
            f"{known['ratio']:.2f}×", f"{GOALS['threads']:g}×",
        ])  # fmt: skip
    if known := found.get("shipped"):
        rows.append([
            f"{known['variants']:,} variants of `cuba-1962` ({known['histories']:,} histories) "
            f"solved, {known['solved']:.1%} of them",
            f"{seconds(known['wall'])} ({seconds(known['cpu'])} of processor)", "",
        ])  # fmt: skip
        rows.append([
            "that makes for ten thousand",
            f"{seconds(known['ten_thousand'])} "
            f"({seconds(known['cpu'] * 10_000 / known['variants'])} of processor)",
            f"{GOALS['ten_thousand']:g} s with everything asked",
        ])  # fmt: skip
        rows.append(["putting numbers to them", seconds(known["payload"]), ""])
    if known := found.get("gambit"):
        if known.get("ratio"):
            theirs = sorted(one["cpu"] for one in known["gambit"])[len(known["gambit"]) // 2]
            rows.append([
                f"a variant of {known['histories']:,} histories, Gambit {seconds(theirs)}, here "
                f"{seconds(known['cpu'] / known['variants'])}",
                f"{count(known['ratio'])}×", f"{count(GOALS['gambit'])}×",
            ])  # fmt: skip
        else:
            rows.append(["Gambit", known.get("failed", "not measured"), ""])
    return rows
