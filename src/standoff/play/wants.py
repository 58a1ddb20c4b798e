"""What a player wants, in words: its objectives, and how the endings compare for its type.

Both follow from the crisis and the player's own type alone, so that they say nothing of the game
that is going on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from standoff.infer.views import type_at
from standoff.play.play_models import WantedEnding
from standoff.play.seeing import Seeing

if TYPE_CHECKING:
    from standoff.play.board import Board

__all__ = ["endings_for", "objectives_of"]


def objectives_of(board: Board, player: str, kind: str) -> list[str]:
    """A player's objectives in words, without those that have no weight for its type."""
    found = []
    for name, one in board.scenario.objectives.get(player, {}).items():
        weight = one.weight.get(kind, "1") if isinstance(one.weight, dict) else one.weight
        if weight.strip() not in ("0", "0.0"):
            found.append(one.label or name.replace("_", " "))
    return found


def endings_for(board: Board, player: int, kind: int) -> list[WantedEnding]:
    """The endings from the best to the worst for a type, by what play that leads there earns it on
    average in equilibrium; the best is 1, the worst 0.
    """
    held = board.tastes.get((player, kind))
    if held is None:
        held = board.tastes[player, kind] = _endings(board, player, kind)
    return held


def _endings(board: Board, player: int, kind: int) -> list[WantedEnding]:
    game, compiled = board.game, board.compiled
    earned = board.pay(player).copy()  # [N, K]: on the way to each node
    for first, last in zip(game.level_start[:-1], game.level_start[1:], strict=True):
        edges = slice(int(game.edge_start[first]), int(game.edge_start[last]))
        earned[game.child[edges]] += earned[board.owner[edges]]
    ends = np.asarray(game.end_nodes)
    own = type_at(compiled, board.players[player], ends.astype(np.int32)) == kind
    mass = board.reach[ends] * own
    which = compiled.end_ending[compiled.end_row[ends]]
    mean = {}
    for ending in np.unique(which):
        at = which == ending
        if (total := mass[at].sum()) > 0:
            mean[int(ending)] = float((mass[at] * earned[ends[at]]).sum() / total)
    low, high = min(mean.values(), default=0.0), max(mean.values(), default=0.0)
    seeing = Seeing(board)
    return [
        WantedEnding(
            text=seeing.label_of_ending(compiled.endings[ending]),
            worth=(mean[ending] - low) / (high - low) if high > low else 1.0,
        )
        for ending in sorted(mean, key=lambda e: -mean[e])
    ]
