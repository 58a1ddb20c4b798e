"""Which dynamics: iterations and seconds to exploitability 1e-3, 1e-4 and 1e-6.

    python bench/regret.py [--limit SECONDS]

What `regret`'s ``auto`` runs side by side was chosen by this table. Times are one core's.
"""

from __future__ import annotations

import argparse
import time

from standoff.game.openspiel import load_openspiel
from standoff.solve.regret import RegretMinimizer
from standoff.solve.regret_dynamics import METHODS

GAMES = {
    "Leduc": "leduc_poker",
    "Liar's Dice 4": "liars_dice(dice_sides=4)",
    "Goofspiel 5": "goofspiel(num_cards=5,imp_info=True,points_order=descending)",
    "Liar's Dice 6": "liars_dice",
}
TARGETS = (1e-3, 1e-4, 1e-6)


def reached(minimizer: RegretMinimizer, limit: float) -> list[str]:
    """For each target the iterations and seconds that it took, or what was left of the gap."""
    found: list[str] = []
    spent = 0.0
    while len(found) < len(TARGETS):
        began = time.thread_time()
        minimizer.run(max(16, minimizer.iterations // 8))
        exploitability = minimizer.gap() / 2
        spent += time.thread_time() - began
        while len(found) < len(TARGETS) and exploitability <= TARGETS[len(found)]:
            found.append(f"{minimizer.iterations:,} ({spent:.3g} s)")
        if spent > limit:
            found += [f"({exploitability:.1e} left)"] * (len(TARGETS) - len(found))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=15.0, help="seconds for each entry")
    arguments = parser.parse_args()
    print("| game | dynamics | " + " | ".join(f"{t:.0e}" for t in TARGETS) + " |")
    print("|---|---|" + "---|" * len(TARGETS))
    for label, name in GAMES.items():
        loaded = load_openspiel(name)
        for method in METHODS:
            minimizer = RegretMinimizer(
                loaded.game, loaded.payload, method=method, outcome=loaded.outcome
            )
            cells = reached(minimizer, arguments.limit)
            print(f"| {label} | {method} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
