"""AQRE of a game in which some of the play is given.

Some rows of the behavior strategy are held at numbers of their own in every variant: a disguise
that the others expect, a tie that a player has laid on its own hands, what was played before today.
Whoever is free plays the logit of its values against all of it (`solve.aqre`); whoever is held
plays as held, whatever that costs it. Beliefs follow from the play, held or not: what the types of
a player would all do says nothing of its type, even where nobody would ever do it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Game, Payload, insist_on_order
from standoff.progress import Progress
from standoff.solve.aqre import BUDGET, advice, settled
from standoff.solve.blocks import FLOOR, tree_of
from standoff.solve.solution import FAILED, SOLVED, Solution

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]

CERTIFICATE = "largest |log strategy - log logit response| of the play that is free"
OFF = 1e-6
"""How far the odds of a held set may be from adding up to one."""


def aqre_held(
    game: Game,
    payload: Payload,
    held: Bool,
    strategy: Float,
    *,
    tolerance: float = 1e-8,
    budget: int | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
    threads: int | None = None,
) -> Solution:
    """Agent quantal response equilibria of all variants, given the play in some rows.

    `held` [A] marks the rows that are given, all of an information set or none; there the result
    equals `strategy` [A, V], whose other rows are not read. The solver check is over the rows that
    are free. Variants that the sweeps do not settle are marked FAILED: unlike `aqre` this does not
    go on to follow the branch one by one. A move held at odds of zero counts as 1e-300 in logs, so
    that beliefs after it are defined. Raises ValueError where a set is held in part, where its
    odds do not add up to one, or where information sets have no common order in time.
    """

    def stop() -> bool:
        return (cancel is not None and cancel()) or (progress is not None and progress.cancelled)

    insist_on_order(game)
    rows = np.flatnonzero(held)
    _refuse(game, held, strategy)
    limit = max(BUDGET if budget is None else budget, 1)
    given = np.log(np.maximum(strategy[rows], FLOOR))
    play, check, sweeps = settled(
        tree_of(game, held), payload, game.n_rows, limit, tolerance, stop, progress, threads,
        given,
    )  # fmt: skip
    play[rows] = strategy[rows]
    status = np.where(check <= tolerance, SOLVED, FAILED).astype(np.int8)
    return Solution(
        "aqre",
        play,
        CERTIFICATE,
        check,
        status,
        sweeps,
        advice(status, payload.precision, limit),
    )


def set_of_row(game: Game) -> NDArray[np.intp]:
    """[A] the information set of each row: sets are numbered cell by cell, type by type."""
    kinds = game.n_types[game.cell_player].astype(np.intp)
    first = np.cumsum(kinds) - kinds
    cell = np.repeat(np.arange(len(kinds)), np.diff(game.row_start))
    own = (np.arange(game.n_rows) - game.row_start[cell]) % kinds[cell]
    found: NDArray[np.intp] = first[cell] + own
    return found


def _refuse(game: Game, held: Bool, strategy: Float) -> None:
    if held.shape != (game.n_rows,):
        raise ValueError(f"held has a mark for each of {game.n_rows} rows, not {held.shape}")
    home = set_of_row(game)
    count = game.information_sets
    marked = np.bincount(home[held], minlength=count)
    partly = (marked > 0) & (marked < np.bincount(home, minlength=count))
    if partly.any():
        raise ValueError("an information set is held wholly or not at all")
    rows = np.flatnonzero(held)
    if not len(rows):
        return
    order = rows[np.argsort(home[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(home[order], prepend=-1))
    total = np.add.reduceat(strategy[order], starts, axis=0)
    if not ((np.abs(total - 1.0) <= OFF).all() and (strategy[rows] >= 0.0).all()):
        raise ValueError("the odds of a set that is held are not negative and add up to one")
