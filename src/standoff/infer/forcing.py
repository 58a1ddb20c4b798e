"""`do(actor move)`: the move is made with certainty at the actor's next information sets where it
is open; all else is played as solved, and the others read it as in the solution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.errors import QueryError
from standoff.game.game import CHANCE
from standoff.scenario.place import Place
from standoff.scenario.queries import Do

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


def force(compiled: Compiled, keep: Bool, source: Bool, do: Do) -> tuple[Bool, Float]:
    """What is left of the nodes `keep` [N], and [N] the odds of the move that leads to a node where
    it is forced (NaN elsewhere). A history in which the move is never open stays as it is; where
    several of the moves named are open at once each has the same odds.
    """
    game = compiled.game
    wanted = np.array([act.name in do.acts for act in compiled.acts] + [False])
    hit = wanted[compiled.edge_act]  # [E]
    owner = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
    open_ = np.bincount(owner[hit], minlength=game.n_nodes)
    first = first_choice(compiled, keep, source, open_ > 0)
    above = np.maximum(game.parent, 0)
    below = first[above] & (game.parent >= 0) & ~source
    taken = below & hit[np.maximum(game.parent_edge, 0)]
    odds = np.where(taken & keep, 1.0 / np.maximum(open_[above], 1), np.nan)
    left = keep & ~(below & ~taken)
    if not first.any():
        raise QueryError(Place(file="query").problem(
            "never-open", "this move is open in no history from here on", do.column,
            found=do.words or ", ".join(do.acts),
        ))  # fmt: skip
    for start, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        here = slice(int(start), int(stop))
        left[here] &= source[here] | left[game.parent[here]]
    return left, odds


def first_choice(compiled: Compiled, keep: Bool, source: Bool, candidate: Bool) -> Bool:
    """[N] nodes among `candidate` that come first on their path from a source within `keep`."""
    game = compiled.game
    decision = candidate & keep & (game.actor >= CHANCE)
    passed = np.zeros(game.n_nodes, dtype=bool)
    first = np.zeros(game.n_nodes, dtype=bool)
    for start, stop in zip(game.level_start[:-1], game.level_start[1:], strict=True):
        here = slice(int(start), int(stop))
        above = np.maximum(game.parent[here], 0)
        begins = source[here] | (game.parent[here] < 0)
        passed[here] = ~begins & (passed[above] | first[above])
        first[here] = decision[here] & ~passed[here]
    return first
