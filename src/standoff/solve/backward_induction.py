"""Subgame-perfect equilibria of a game of perfect information, with every tie.

Backward induction (Selten 1965, key `selten1965`) on whole levels of the tree. Where an action is
as good as another for its mover, but not for everybody, all that stands above depends on which is
chosen: there the equilibria of each subgame are kept apart by the payoffs that they lead to, with
their number, and only there. Pure equilibria that lead to the same payoffs are counted without
being written out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import CHANCE, Game, Payload
from standoff.solve.solution import Equilibria

Float = NDArray[np.float64]
Int = NDArray[np.intp]

LIMIT = 64
"""Equilibria that are written out."""
COMBINATIONS = 20_000
"""Combinations of payoffs below one chance node that are kept apart; past that, the list is cut."""
ROOM = 2**28
"""Bytes that the equilibria written out may take."""


class NotPerfectInformation(ValueError):
    """Backward induction is not defined for this game; the text says why."""


@dataclass(frozen=True, eq=False)
class PerfectEquilibria(Equilibria):
    """Pure subgame-perfect equilibria of one game.

    `complete` means that there is one only: where there are several, mixtures over the tied actions
    may be equilibria too, and are not listed.
    """

    count: float = 1.0
    """Pure subgame-perfect equilibria, choices off the path included; exact below 2**53."""
    low: Float = field(default_factory=lambda: np.zeros(0))
    """[P] the least that each player gets in any of them."""
    high: Float = field(default_factory=lambda: np.zeros(0))
    """[P] the most that each player gets in any of them."""
    cut: bool = False
    """Too many combinations of payoffs: count and range are of those that were kept."""


@dataclass(frozen=True, eq=False)
class _Pass:
    """What whole levels tell."""

    value: Float  # [N, P] earned on arriving included
    size: Float  # [N, P] the same of absolute payoffs: the scale of rounding errors
    count: Float  # [N] pure equilibria of the subgame
    best: NDArray[np.bool_]  # [E] edges that are optimal for their mover
    torn: NDArray[np.bool_]  # [N] equilibria of the subgame may differ in payoffs


def backward_induction(
    game: Game, payload: Payload, *, limit: int = LIMIT, tolerance: float = 1e-12
) -> PerfectEquilibria:
    """Pure subgame-perfect equilibria, one after the other.

    At most `limit` are written out (fewer where they would take too much room); the number of them
    and the range of every player's payoff are of all. Two actions are tied if their values to the
    mover differ by at most `tolerance` times the sum of the absolute payoffs of which they are
    made. Raises `NotPerfectInformation` where somebody does not know where it stands (a cell of
    several nodes, or a type that others do not see).
    """
    _check(game, payload)
    pay = payload.payoff[:, game.type_start[:-1], 0]
    found = _by_level(game, payload, pay, tolerance)
    torn = np.flatnonzero((game.actor >= CHANCE) & found.torn)
    ties = _Ties(game, payload, pay, tolerance, found, torn) if len(torn) else None
    value, counts = (found.value[:1], found.count[:1]) if ties is None else ties.root()
    count = float(counts.sum())
    cut = ties is not None and ties.cut
    room = ROOM // (8 * max(game.n_rows, 1))
    profiles = _profiles(game, found, ties)
    strategies = tuple(itertools.islice(profiles, max(min(limit, room), 1)))
    return PerfectEquilibria(
        strategies,
        iterations=1,
        complete=count == 1.0 and not cut,
        advice=_advice(count, len(strategies), cut),
        count=count,
        low=value.min(axis=0),
        high=value.max(axis=0),
        cut=cut,
    )


def _advice(count: float, listed: int, cut: bool) -> str:
    number = f"{count:.15g}" if np.isfinite(count) else "more than 1e308"
    if cut:
        return (
            f"There are at least {number} pure subgame-perfect equilibria, of which {listed} are "
            "listed: below some chance node too many combinations of payoffs are possible to keep "
            "all, so that the ranges of payoffs may be wider than given."
        )
    if count == 1:
        return ""
    if listed < count:
        return (
            f"Ties leave {number} pure subgame-perfect equilibria, of which the first {listed} "
            "are listed; the ranges of payoffs are over all of them."
        )
    return f"Ties leave {number} pure subgame-perfect equilibria, all listed; mixtures are not."


def _check(game: Game, payload: Payload) -> None:
    size = np.diff(game.cell_start)
    if (size > 1).any():
        c = int(np.argmax(size > 1))
        raise NotPerfectInformation(
            f"backward induction needs perfect information: at an information set of "
            f"{game.players[game.cell_player[c]]} it is not known which of {size[c]} nodes was "
            f"reached ({int((size > 1).sum())} of {len(size)} sets are of this kind)"
        )
    used = np.unique(game.payoff_row)
    for p, name in enumerate(game.players):
        own = payload.payoff[used, game.type_start[p] : game.type_start[p + 1], 0]
        if (own != own[:, :1]).any():
            raise NotPerfectInformation(
                f"backward induction needs perfect information: the type of {name} changes its "
                "payoffs, and others do not see it"
            )


def _by_level(game: Game, payload: Payload, pay: Float, tolerance: float) -> _Pass:
    """Values, ties and counts as if all tied actions led to the same payoffs."""
    value = pay[game.payoff_row]
    size = np.abs(value)
    count = np.ones(game.n_nodes)
    best = np.zeros(len(game.child), dtype=bool)
    torn = np.zeros(game.n_nodes, dtype=bool)
    degree = np.diff(game.edge_start)
    for level in range(len(game.level_start) - 3, -1, -1):
        nodes = np.arange(game.level_start[level], game.level_start[level + 1])
        nodes = nodes[degree[nodes] > 0]
        if not len(nodes):
            continue
        out = slice(game.edge_start[nodes[0]], game.edge_start[nodes[-1] + 1])
        first = game.edge_start[nodes] - game.edge_start[nodes[0]]
        home = np.repeat(np.arange(len(nodes)), degree[nodes])
        below, name = game.child[out], game.edge_action[out]
        mover = game.actor[nodes]
        drawn = mover == CHANCE
        # What the mover gets by each edge, the best of them, and the first that is as good.
        mine = np.maximum(mover, 0)[home]
        own = np.where(drawn[home], 0.0, value[below, mine])
        slack = tolerance * size[below, mine]
        good = own + slack >= np.maximum.reduceat(own - slack, first)[home]
        chosen = np.minimum.reduceat(np.where(good, name, np.iinfo(np.int32).max), first)
        share = np.where(good & (name == chosen[home]), 1.0, 0.0)
        share[drawn[home]] = payload.odds[name[drawn[home]], 0]
        mean = np.add.reduceat(share[:, None] * value[below], first)
        scale = np.add.reduceat(share[:, None] * size[below], first)
        near = tolerance * (size[below] + scale[home])
        far = (np.abs(value[below] - mean[home]) > near).any(axis=1)
        several = good & far & ~drawn[home]
        torn[nodes] = np.logical_or.reduceat(several | torn[below], first)
        with np.errstate(over="ignore"):
            ways = np.multiply.reduceat(count[below], first)
            count[nodes] = ways * np.where(drawn, 1, np.add.reduceat(good.astype(int), first))
        best[out] = good & ~drawn[home]
        value[nodes] += mean
        size[nodes] += scale
    return _Pass(value, size, count, best, torn)


class _Ties:
    """The torn nodes, and one equilibrium after the other as far as it concerns them."""

    def __init__(
        self, game: Game, payload: Payload, pay: Float, tolerance: float, found: _Pass, torn: Int
    ) -> None:
        from standoff.kernels import perfect_ties as kernels

        self.torn = torn
        self.kernels = kernels
        node = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
        odds = np.ones(len(game.child))
        drawn = game.actor[node] == CHANCE
        odds[drawn] = payload.odds[game.edge_action[drawn], 0]
        edges = np.lexsort((game.edge_action, node))
        self.tree = (
            game.edge_start, edges, game.child, game.actor, pay[game.payoff_row], odds,
        )  # fmt: skip
        first, length = np.arange(game.n_nodes), np.ones(game.n_nodes, dtype=np.intp)
        tables = (first, length, found.value, found.size, found.count)
        self.limits = (COMBINATIONS, tolerance)
        found_all = kernels.tabulate(self.tree, torn, tables, *self.limits)
        value, size, count, used, self.cut = found_all
        self.tables = (first, length, value[:used], size[:used], count[:used])

    def root(self) -> tuple[Float, Float]:
        """Payoffs [m, P] of the equilibria of the whole game, and how many lead to each."""
        first, length, value, _, count = self.tables
        rows = slice(int(first[0]), int(first[0] + length[0]))
        return value[rows], count[rows]

    def actions(self) -> Iterator[Int]:
        """The action at each torn node (0 at chance nodes), equilibrium by equilibrium.

        From the root down, each node takes one of the ways that lead to the payoffs wanted of it,
        and says what it wants of the nodes below. No way is a dead end, so that every walk down is
        an equilibrium, and no two walks are the same one.
        """
        wanted = np.full((len(self.tree[3]), 3), -1, dtype=np.int64)
        taken = np.zeros((len(self.torn), 4), dtype=np.int64)
        state = (wanted, taken, self.tables, *self.limits)
        again = False
        while self.kernels.walk(self.tree, self.torn, again, *state):
            yield taken[:, 1]
            again = True


def _profiles(game: Game, found: _Pass, ties: _Ties | None) -> Iterator[Float]:
    """Behavior strategies [A] of the pure equilibria, one after the other."""
    deciding = np.flatnonzero(game.actor >= 0)
    place = np.full(game.n_nodes, -1)
    place[deciding] = np.arange(len(deciding))
    node = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
    edges = np.flatnonzero(found.best)
    edges = edges[np.lexsort((game.edge_action[edges], node[edges]))]
    _, first, many = np.unique(node[edges], return_index=True, return_counts=True)
    action = game.edge_action[edges[first]] - game.action_start[game.cell[deciding]]
    free = np.flatnonzero((many > 1) & ~found.torn[deciding])

    def tied(at: int) -> Int:
        """The optimal actions at a deciding node, of which all types of its owner choose one."""
        names = game.edge_action[edges[first[at] : first[at] + many[at]]]
        best: Int = names - game.action_start[game.cell[deciding[at]]]
        return best

    if ties is None:
        yield from _turns(game, deciding, action, free, tied)
        return
    own = game.actor[ties.torn] >= 0
    for taken in ties.actions():
        action[place[ties.torn[own]]] = taken[own]
        yield from _turns(game, deciding, action.copy(), free, tied)


def _turns(
    game: Game, deciding: Int, action: Int, free: Int, tied: Callable[[int], Int]
) -> Iterator[Float]:
    """Every combination of tied actions at the nodes `free`, the last turning fastest."""
    digits: dict[int, int] = {}
    while True:
        yield _play(game, deciding, action)
        for at in map(int, free[::-1]):
            menu = tied(at)
            digits[at] = (digits.get(at, 0) + 1) % len(menu)
            action[at] = menu[digits[at]]
            if digits[at]:
                break
        else:
            return


def _play(game: Game, deciding: Int, action: Int) -> Float:
    """[A] one action at each deciding node; all types of its owner play it."""
    out = np.zeros(game.n_rows)
    cell = game.cell[deciding]
    T = game.n_types[game.cell_player[cell]]
    for t in range(int(T.max(initial=0))):
        out[(game.row_start[cell] + action * T + t)[t < T]] = 1.0
    return out


make_callable(__name__)
