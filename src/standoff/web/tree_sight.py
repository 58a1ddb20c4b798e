"""What somebody at a seat can tell of the moves in a tree, and where these are written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.web.tree_models import Place

Bool = NDArray[np.bool_]


def told(compiled: Compiled, viewer: str | None) -> Bool:
    """[N] whether an actor can tell by which act a node was reached.

    It can't where it saw nothing happen, nor where what it saw may as well have been another act:
    then nodes that look alike to it were reached by different ones. The root counts as told.
    """
    game = compiled.game
    if viewer is None:  # the analyst, who sees the whole game
        return np.ones(game.n_nodes, dtype=np.bool_)
    seen = compiled.node_seen[compiled.viewers.index(viewer)]
    act = _acts(compiled)
    rooted = game.parent >= 0
    news = ~rooted | (seen != seen[np.maximum(game.parent, 0)])
    first = np.full(int(seen.max()) + 1, np.iinfo(np.int32).max, dtype=np.int32)
    last = np.full(int(seen.max()) + 1, -1, dtype=np.int32)
    np.minimum.at(first, seen[news], act[news])
    np.maximum.at(last, seen[news], act[news])
    return np.asarray(~rooted | (news & (first[seen] == last[seen])))


def _acts(compiled: Compiled) -> NDArray[np.int32]:
    """[N] act that led to each node: numbers of acts, then of draws at the root; -1 for none."""
    edge = compiled.game.parent_edge
    inside = np.maximum(edge, 0)
    act = np.where(edge >= 0, compiled.edge_act[inside], -1)
    draw = (act < 0) & (edge >= 0) & (edge < len(compiled.edge_label))
    return np.asarray(np.where(draw, len(compiled.acts) + edge, act), dtype=np.int32)


def written(compiled: Compiled, path: str) -> Place | None:
    """Where a key path stands in the scenario's files; None where it was built, not written."""
    from standoff.scenario.positions import positions_of

    at = positions_of(compiled.scenario).at(path)
    return None if at is None else Place(path=path, file=at.file, line=at.line)


def turn_path(compiled: Compiled, turn: str) -> str:
    """Key path of a turn; empty where it isn't one of the scenario's."""
    for place, one in enumerate(compiled.scenario.turns):
        if one.id == turn:
            return f"turns.{place}"
    return ""
