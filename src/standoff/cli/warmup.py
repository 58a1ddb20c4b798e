"""`standoff warmup`: compile the kernels once, so that the first question is quick too."""

from __future__ import annotations

import typer

CARDS = """EFG 2 R "a card game" { "one" "two" }
c "" 1 "" { "red" 1/2 "black" 1/2 } 0
p "" 1 1 "" { "raise" "fold" } 0
p "" 2 1 "" { "meet" "pass" } 0
t "" 1 "" { 2 -2 }
t "" 2 "" { 1 -1 }
t "" 2
p "" 1 2 "" { "raise" "fold" } 0
p "" 2 1 0
t "" 3 "" { -2 2 }
t "" 2
t "" 4 "" { -1 1 }
"""
"""A game small enough to be solved at once by everything (Myerson 1991)."""
WAYS = (
    ("nash", "regret"),
    ("nash", "lcp"),
    ("cce", "device"),
    ("aqre", "branch"),
    ("aqre", "fixed-point"),
    ("level_k", "auto"),
)


def command() -> None:
    """Compile the solvers' kernels into the user's cache."""
    from standoff.assess import assess
    from standoff.cli.progress import shown
    from standoff.game.efg_read import load_efg
    from standoff.solve.solving import solve

    with shown() as progress:
        assess("signal", variants=16, form=False, progress=progress)
        game = load_efg(CARDS)
        for concept, method in WAYS:
            solve(game, concept, method=method, tolerance=0.1, progress=progress)
    typer.echo("kernels compiled and cached")
