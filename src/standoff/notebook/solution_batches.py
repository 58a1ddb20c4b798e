"""A solution of many variants, which holds strategies and checks but not the game."""

from __future__ import annotations

import numpy as np

from standoff.chart.game_tree import flat
from standoff.notebook.markup_parts import box, table
from standoff.shown import Shown
from standoff.solve.solution import Solution
from standoff.words.numbers import count


def markup(shown: Shown) -> str:
    """What was solved, and how well."""
    assert isinstance(shown, Solution)
    return box(_title(shown), table("How it went", ["What", "How much"], _rows(shown)))


def plain(shown: Shown) -> str:
    """The same as text."""
    assert isinstance(shown, Solution)
    return "\n".join([_title(shown), *(f"  {what}: {flat(said)}" for what, said in _rows(shown))])


def _title(found: Solution) -> str:
    return f"{found.concept} of {count(len(found.check))} variants"


def _rows(found: Solution) -> list[tuple[str, str]]:
    solved = found.solved
    rows = [("solved", f"{count(int(solved.sum()))} of {count(len(solved))}")]
    if solved.any():
        rows.append((f"largest check ({found.certificate})", f"{found.check[solved].max():.2g}"))
    if not solved.all():
        rows.append(("largest check of the others", f"{found.check[~solved].max():.2g}"))
    if len(found.sweeps):
        rows.append(("sweeps over the tree, median", f"{np.median(found.sweeps):.0f}"))
    rows.append(("odds of moves, for each variant", count(found.strategy.shape[0])))
    if found.advice:
        rows.append(("advice", found.advice))
    return rows
