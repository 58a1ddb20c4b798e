"""The branch of a solved game as a picture: the moves whose odds change most along it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError
from standoff.solve.solved import Solved

SAME = 0.01
"""Lines that are nowhere further apart would hide each other."""


def branch_svg(found: Solved) -> str:
    """An SVG of the branch. Raises `ScenarioError` where none was kept."""
    from standoff.chart import svg
    from standoff.chart.branch import MOST, MoveAlong, branch_lines

    points = [p for p in found.path or () if p.strategy is not None]
    if not points:
        raise ScenarioError(
            Problem("no-path", "there is no branch to draw", expected="--concept aqre --path")
        )
    play = np.stack([p.strategy for p in points if p.strategy is not None])  # [S, A]
    precision = [p.precision for p in points]
    moves = [
        MoveAlong(label, precision, play[:, row].tolist())
        for row, label in _most_changed(found, play, MOST)
    ]
    title = found.loaded.labels.title or found.loaded.source
    return svg(
        branch_lines(
            moves,
            title=f"{title}: play as it gets sharper",
            description="Probability of the moves that change most along the branch of agent "
            f"quantal response equilibria from uniform play to precision {precision[-1]:g}.",
        )
    )


def _most_changed(found: Solved, play: NDArray[np.float64], most: int) -> list[tuple[int, str]]:
    """Rows of the strategy that change most, one of each information set and of each curve, with
    their names.
    """
    loaded, game = found.loaded, found.loaded.game
    span = np.ptp(play, axis=0)
    cell = np.repeat(np.arange(len(game.cell_player)), np.diff(game.row_start))
    width = game.n_types[game.cell_player][cell]
    place = np.arange(len(span)) - game.row_start[cell]
    chosen: dict[int, int] = {}  # information set -> row
    for row in np.argsort(-span, kind="stable").tolist():
        own = int(loaded.set_start[cell[row]] + place[row] % width[row])
        hidden = any(np.abs(play[:, row] - play[:, r]).max() < SAME for r in chosen.values())
        if not hidden:
            chosen.setdefault(own, row)
        if len(chosen) == most:
            break
    names = []
    for own, row in chosen.items():
        c = cell[row]
        action = loaded.labels.actions[int(game.action_start[c] + place[row] // width[row])]
        player = found.players[int(game.cell_player[c])]
        names.append((row, f"{player}, {loaded.labels.sets[own]}: {action}"))
    return names
