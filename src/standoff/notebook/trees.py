"""Which part of a game's tree is drawn, and in which words.

Nodes are taken from the root down, the likeliest first, until there are as many as can be looked
at; a node's children are shown together or not at all, and what is left out is counted.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from standoff.chart.game_tree import Branch, odds_text
from standoff.game.game import CHANCE, END, Game, Payload

Float = NDArray[np.float64]
Int = NDArray[np.int64]

MOST = 60
"""Nodes drawn of one tree."""


class Words(Protocol):
    """What the parts of a tree are called."""

    players: Sequence[str]
    """[P]"""

    def step(self, node: int, edge: int) -> str:
        """The move or outcome that leads on from a node by an edge."""

    def here(self, node: int) -> str:
        """What is chosen at a node, or how play ended there."""

    def kind(self, player: int, type_: int) -> str:
        """A type of a player."""


class Play:
    """Odds of the steps of one game.

    `strategy` ``[A]`` is laid out as `Game.row_start` says; without it every move is as likely as
    the next, so that what is drawn does not hang on a solution, and so are chance's outcomes
    without a `payload` (of one variant).
    """

    def __init__(
        self, game: Game, payload: Payload | None = None, strategy: Float | None = None
    ) -> None:
        self.game, self.payload, self.strategy = game, payload, strategy
        even = np.full(game.n_profiles, 1 / game.n_profiles)
        self.start: Float = even if payload is None else payload.prior[:, 0]  # [K]

    def odds(self, node: int) -> Float:
        """[edges of the node, K] odds of each step, by profile of types."""
        game = self.game
        edges = slice(int(game.edge_start[node]), int(game.edge_start[node + 1]))
        count, mover = edges.stop - edges.start, int(game.actor[node])
        if mover == CHANCE and self.payload is not None:
            drawn = self.payload.odds[game.edge_action[edges], 0]
            return np.broadcast_to(drawn[:, None], (count, game.n_profiles))
        if mover >= 0 and self.strategy is not None:
            cell = int(game.cell[node])
            width = int(game.n_types[mover])
            number = game.edge_action[edges] - game.action_start[cell]
            rows = game.row_start[cell] + number[:, None] * width + game.profile_type[:, mover]
            return np.asarray(self.strategy[rows])
        return np.full((count, game.n_profiles), 1 / max(count, 1))

    def known(self, node: int) -> bool:
        """Whether the odds at a node are known, and worth printing."""
        mover = int(self.game.actor[node])
        return (self.payload if mover == CHANCE else self.strategy) is not None


def branches(play: Play, words: Words, most: int = MOST) -> list[Branch]:
    """The part of the tree that is drawn, parents before their children."""
    game = play.game
    below = _below(game)
    found: list[tuple[int, int, float | None, str]] = [
        (0, -1, None, "")
    ]  # node, parent, odds, more
    # The heap's second entry decides between equals: the node that comes first in the game.
    waiting: list[tuple[float, int, int]] = [(-1.0, 0, 0)]
    mass: dict[int, Float] = {0: play.start}
    while waiting:
        _, node, place = heapq.heappop(waiting)
        first, last = int(game.edge_start[node]), int(game.edge_start[node + 1])
        own = mass.pop(node)
        if len(found) + last - first > most:
            continue
        odds = play.odds(node)
        whole = own.sum()
        known = play.known(node)
        for i, edge in enumerate(range(first, last)):
            kid = int(game.child[edge])
            mass[kid] = own * odds[i]
            # Where nobody comes by this play, the plain mean over types still says what is done.
            share = float(mass[kid].sum() / whole) if whole > 0 else float(odds[i].mean())
            more = _by_type(play, words, node, odds[i]) if known else ""
            heapq.heappush(waiting, (-float(mass[kid].sum()), kid, len(found)))
            found.append((kid, place, share if known else None, more))
    opened = {parent for _, parent, _, _ in found}
    return [
        Branch(
            parent=parent,
            mover=int(game.actor[node]),
            step=_step(game, words, node),
            here=words.here(node),
            odds=odds,
            alike=int(game.cell[node]),
            hidden=0 if place in opened else int(below[node]),
            more=more,
        )
        for place, (node, parent, odds, more) in enumerate(found)
    ]


def _step(game: Game, words: Words, node: int) -> str:
    edge = int(game.parent_edge[node])
    return words.step(int(game.parent[node]), edge) if edge >= 0 else ""


def _by_type(play: Play, words: Words, node: int, odds: Float) -> str:
    """Odds of a step by type of who takes it, where they differ; `odds` ``[K]``."""
    game, mover = play.game, int(play.game.actor[node])
    if mover < 0 or game.n_types[mover] < 2:
        return ""
    own = game.profile_type[:, mover]
    each = [float(odds[own == t][0]) for t in range(int(game.n_types[mover]))]
    return ", ".join(f"{odds_text(p)} where {words.kind(mover, t)}" for t, p in enumerate(each))


def _below(game: Game) -> Int:
    """[N] nodes below each."""
    size = np.zeros(game.n_nodes, dtype=np.int64)
    starts = game.level_start
    for level in range(len(starts) - 2, 0, -1):
        low, high = int(starts[level]), int(starts[level + 1])
        np.add.at(size, game.parent[low:high], size[low:high] + 1)
    return size


def folded_by(found: Sequence[Branch]) -> int:
    """Nodes that are not drawn."""
    return sum(branch.hidden for branch in found)


def payoffs_along(game: Game, payload: Payload, node: int) -> Float:
    """[Q] what every (player, type) has earned on the way to a node."""
    total = np.zeros(payload.payoff.shape[1])
    while node >= 0:
        total += payload.payoff[game.payoff_row[node], :, 0]
        node = int(game.parent[node])
    return total


def is_end(game: Game, node: int) -> bool:
    """Whether play has stopped there."""
    return int(game.actor[node]) == END
