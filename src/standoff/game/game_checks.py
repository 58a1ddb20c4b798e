"""Whether arrays are a game: every index in bounds, every part in agreement with the others.

For arrays that come from outside; what readers and the compiler make is right by construction.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE, END, Game, Payload

__all__ = ["game_fault"]

Ints = NDArray[np.integer]
_SUM = 1e-6


def game_fault(game: Game, payload: Payload) -> str:
    """What is wrong first, in words; the empty string where nothing is."""
    for right, fault in _checks(game, payload):
        if not right:
            return fault
    return ""


def _within(values: Ints, low: int, high: int) -> bool:
    """Whether all are at least `low` and below `high`."""
    return not values.size or bool(values.min() >= low and values.max() < high)


def _starts(values: Ints, entries: int, total: int) -> bool:
    """Whether these are the starts of `entries` runs that fill 0..total."""
    return bool(
        len(values) == entries + 1
        and values[0] == 0
        and values[-1] == total
        and (np.diff(values) >= 0).all()
    )


def _checks(game: Game, payload: Payload) -> Iterator[tuple[bool, str]]:
    """Each check may rely on those before it."""
    N, E, C, P = len(game.parent), len(game.child), len(game.cell_player), len(game.players)
    yield 0 < P <= 100 and len(game.types) == P and all(game.types), "its players"
    profiles = 1
    for own in game.types:
        profiles *= len(own)
    yield profiles == len(payload.prior), "the prior is not over its type profiles"
    pairs = sum(len(own) for own in game.types)
    yield N > 0 and E == N - 1, "as many edges as nodes but one"
    by_node = (game.parent_edge, game.actor, game.cell, game.payoff_row)
    yield all(len(values) == N for values in by_node), "an array by node of another length"
    yield len(game.edge_action) == E, "an array by edge of another length"

    levels = game.level_start
    yield len(levels) > 1 and _starts(levels, len(levels) - 1, N), "its levels"
    height = np.repeat(np.arange(len(levels) - 1), np.diff(levels))
    yield int(game.parent[0]) == -1 and int(game.parent_edge[0]) == -1, "its root"
    yield _within(game.parent[1:], 0, N) and _within(game.parent_edge[1:], 0, E), "its parents"
    yield bool((height[game.parent[1:]] < height[1:]).all()), "a node at the level of its parent"
    yield _starts(game.edge_start, N, E) and _within(game.child, 1, N), "its edges"
    from_node = np.repeat(np.arange(N), np.diff(game.edge_start))
    yield (
        (
            bool((game.parent_edge[game.child] == np.arange(E)).all())
            and bool((game.parent[game.child] == from_node).all())
        ),
        "parents and children that disagree",
    )

    yield _within(game.actor, END, P), "its movers"
    width = np.diff(game.edge_start)
    yield bool(((game.actor == END) == (width == 0)).all()), "an end that goes on, or a dead end"
    deciding = np.flatnonzero(game.actor >= 0)
    yield _within(game.cell_player, 0, P) and len(game.cell_level) == C, "its information sets"
    yield bool(((game.cell >= 0) == (game.actor >= 0)).all()), "sets at nodes where nobody decides"
    yield _within(game.cell, -1, C), "its information sets"
    yield (
        (bool((game.cell_player[game.cell[deciding]] == game.actor[deciding]).all())),
        "an information set of two players",
    )
    B = len(game.rate_row)
    menu = np.diff(game.action_start)
    yield _starts(game.action_start, C, B) and bool((menu > 0).all()), "its actions"
    yield bool((width[deciding] == menu[game.cell[deciding]]).all()), "a node with another menu"
    chance = game.actor[from_node] == CHANCE
    yield _within(game.edge_action[chance], 0, len(payload.odds)), "its odds"
    place = game.edge_action[~chance] - game.action_start[game.cell[from_node[~chance]]]
    order = np.lexsort((place, from_node[~chance]))
    in_turn = np.arange(E)[~chance] - game.edge_start[from_node[~chance]]
    yield bool((place[order] == in_turn).all()), "the actions of a node"
    yield len(game.cell_node) == len(deciding), "the nodes of its sets"
    yield _starts(game.cell_start, C, len(deciding)), "the nodes of its sets"
    yield bool((np.diff(game.cell_start) > 0).all()), "an information set without a node"
    yield _within(game.cell_node, 0, N), "the nodes of its sets"
    owner = np.repeat(np.arange(C), np.diff(game.cell_start))
    ascending = np.lexsort((game.cell_node, owner))
    yield (
        (
            bool((game.cell[game.cell_node] == owner).all())
            and bool((ascending == np.arange(len(deciding))).all())
            and len(np.unique(game.cell_node)) == len(deciding)
        ),
        "the nodes of its sets",
    )
    timed = bool((game.cell_level >= 0).all())
    yield timed or bool((game.cell_level == -1).all()), "the levels of its sets"
    if timed:
        yield bool((height[game.cell_node] == game.cell_level[owner]).all()), "levels of its sets"

    R, V = len(payload.payoff), payload.payoff.shape[2]
    yield payload.payoff.shape == (R, pairs, V) and V > 0 and R > 0, "its payoffs"
    yield _within(game.payoff_row, 0, R) and not payload.payoff[0].any(), "its payoffs"
    widths = (payload.odds, payload.log_rate, payload.prior)
    yield all(a.shape[1] == V for a in widths) and payload.precision.shape == (V,), "its variants"
    yield payload.stake.shape == (pairs,) and bool((payload.stake > 0).all()), "its stakes"
    yield len(payload.log_rate) > 0 and _within(game.rate_row, 0, len(payload.log_rate)), "rates"
    numbers = (payload.payoff, payload.odds, payload.log_rate, payload.prior, payload.precision)
    yield all(bool(np.isfinite(a).all()) for a in numbers), "a number that is none"
    yield bool(np.isfinite(payload.stake).all()), "its stakes"
    yield bool((payload.odds >= 0).all() and (payload.prior >= 0).all()), "odds below zero"
    yield bool((np.abs(payload.prior.sum(axis=0) - 1) < _SUM).all()), "a prior that is no share"
    nodes = np.flatnonzero(game.actor == CHANCE)
    total = np.zeros((N, V))
    np.add.at(total, from_node[chance], payload.odds[game.edge_action[chance]])
    yield bool((np.abs(total[nodes] - 1) < _SUM).all()), "odds that do not add up to one"
