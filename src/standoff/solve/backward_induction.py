"""Subgame-perfect equilibria of a game of perfect information, with every tie.

Backward induction (Selten 1965, key `selten1965`) on whole levels of the tree. Where an action is
as good as another for its mover, but not for everybody, all that stands above depends on which is
chosen: there the equilibria of each subgame are kept apart by the payoffs that they lead to, with
their number, and only there. Pure equilibria that lead to the same payoffs are counted without
being written out.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

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
class _Table:
    """The payoffs to which the equilibria of one subgame lead."""

    value: Float  # [m, P]
    size: Float  # [m, P] the same of absolute payoffs: the scale of rounding errors
    count: Float  # [m]
    # For each of them, the ways to bring it about: at a decision (action, value there), at a chance
    # node the value below each edge.
    ways: list[list[tuple[int, ...]]]


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
    """Pure subgame-perfect equilibria, in turn by the first action in which they differ.

    At most `limit` are written out; the number of them and the range of every player's payoff are
    of all. Two actions are tied if their values to the mover differ by at most `tolerance` times
    the sum of the absolute payoffs of which they are made. Raises `NotPerfectInformation` where
    somebody does not know where it stands (a cell of several nodes, or a type that others do not
    see).
    """
    _check(game, payload)
    pay = payload.payoff[:, game.type_start[:-1], 0]
    found = _by_level(game, payload, pay, tolerance)
    inner = np.flatnonzero(game.actor >= CHANCE)
    torn = inner[found.torn[inner]]
    tables, cut = _tables(game, payload, pay, tolerance, found, torn)
    root = _table(found, tables, 0)
    count = float(root.count.sum())
    profiles = _profiles(game, found, tables, tolerance)
    strategies = tuple(itertools.islice(profiles, max(limit, 1)))
    listed = len(strategies)
    return PerfectEquilibria(
        strategies,
        iterations=1,
        complete=count == 1.0 and not cut,
        advice=_advice(count, listed, cut),
        count=count,
        low=root.value.min(axis=0),
        high=root.value.max(axis=0),
        cut=cut,
    )


def _advice(count: float, listed: int, cut: bool) -> str:
    if cut:
        return (
            f"There are at least {count:.15g} pure subgame-perfect equilibria, of which {listed} "
            "are listed: below some chance node too many combinations of payoffs are possible to "
            "keep all, so that the ranges of payoffs may be wider than given."
        )
    if count == 1:
        return ""
    if listed < count:
        return (
            f"Ties leave {count:.15g} pure subgame-perfect equilibria, of which the first {listed} "
            "are listed; the ranges of payoffs are over all of them."
        )
    return f"Ties leave {count:.15g} pure subgame-perfect equilibria, all listed; mixtures are not."


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


def _edges(game: Game, node: int) -> Int:
    """Edges of a node in order of action."""
    edges = np.arange(game.edge_start[node], game.edge_start[node + 1])
    ordered: Int = edges[np.argsort(game.edge_action[edges], kind="stable")]
    return ordered


def _tables(
    game: Game, payload: Payload, pay: Float, tolerance: float, found: _Pass, torn: Int
) -> tuple[dict[int, _Table], bool]:
    """Tables of the nodes above ties that matter to others than the mover."""
    tables: dict[int, _Table] = {}
    cut = False
    for node in map(int, torn[::-1]):
        edges = _edges(game, node)
        below = [_table(found, tables, int(n)) for n in game.child[edges]]
        earned = pay[game.payoff_row[node]]
        if game.actor[node] == CHANCE:
            odds = payload.odds[game.edge_action[edges], 0]
            tables[node], less = _drawn(below, odds, earned, tolerance)
            cut |= less
        else:
            tables[node] = _decided(below, int(game.actor[node]), earned, tolerance)
    return tables, cut


def _table(found: _Pass, tables: dict[int, _Table], node: int) -> _Table:
    kept = tables.get(node)
    if kept is None:
        here = slice(node, node + 1)
        kept = _Table(found.value[here], found.size[here], found.count[here], [])
    return kept


def _no_better(table: _Table, p: int, value: float, size: float, tolerance: float) -> Int:
    """Which payoffs of a subgame are no better for player `p` than `value`."""
    near = tolerance * (table.size[:, p] + size)
    return np.flatnonzero(table.value[:, p] <= value + near)


@dataclass(frozen=True, eq=False)
class _Row:
    """One way to play a subgame, before those with the same payoffs are put together."""

    value: Float
    size: Float
    count: float
    way: tuple[int, ...]


def _decided(below: list[_Table], p: int, earned: Float, tolerance: float) -> _Table:
    """At a decision: an action, what follows it, and anything no better after the others."""
    rows: list[_Row] = []
    for a, table in enumerate(below):
        for i, (value, size) in enumerate(zip(table.value, table.size, strict=True)):
            count = float(table.count[i])
            for b, other in enumerate(below):
                if b != a:
                    kept = _no_better(other, p, value[p], size[p], tolerance)
                    count *= float(other.count[kept].sum())
            if count > 0:
                rows.append(_Row(earned + value, np.abs(earned) + size, count, (a, i)))
    return _merged(rows, tolerance)


def _drawn(
    below: list[_Table], odds: Float, earned: Float, tolerance: float
) -> tuple[_Table, bool]:
    """At a chance node: any payoffs below each of its edges."""
    rows = []
    total = math.prod(float(len(table.value)) for table in below)
    every = itertools.product(*(range(len(table.value)) for table in below))
    for pick in itertools.islice(every, COMBINATIONS):
        value, size, count = earned.copy(), np.abs(earned), 1.0
        for share, table, i in zip(odds, below, pick, strict=True):
            value += share * table.value[i]
            size += share * table.size[i]
            count *= float(table.count[i])
        rows.append(_Row(value, size, count, pick))
    return _merged(rows, tolerance), total > COMBINATIONS


def _merged(rows: list[_Row], tolerance: float) -> _Table:
    """Ways that lead to the same payoffs together. Should rounding keep two of them apart, nothing
    is lost: every way stands in one entry.
    """
    places: dict[tuple[float, ...], int] = {}
    first: list[_Row] = []
    count: list[float] = []
    ways: list[list[tuple[int, ...]]] = []
    for row in rows:
        height = np.ceil(np.log2(np.maximum(row.size, 1e-200)))
        steps = np.round(row.value / (4 * tolerance * np.exp2(height)))
        key = (*height.tolist(), *steps.tolist())
        at = places.setdefault(key, len(first))
        if at == len(first):
            first.append(row)
            count.append(0.0)
            ways.append([])
        count[at] += row.count
        ways[at].append(row.way)
    return _Table(
        np.array([r.value for r in first]), np.array([r.size for r in first]), np.array(count), ways
    )


def _profiles(
    game: Game, found: _Pass, tables: dict[int, _Table], tolerance: float
) -> Iterator[Float]:
    """Behavior strategies [A] of the pure equilibria, one after the other.

    From the root down, each node at which something is open takes one of the ways that lead to the
    payoffs wanted of it, and says what it wants of the nodes below. No way is a dead end, so that
    every walk down is an equilibrium, and no two walks are the same one.
    """
    start = game.edge_start[:-1]
    deciding = np.flatnonzero(game.actor >= 0)
    good = np.add.reduceat(found.best, start[deciding]) if len(deciding) else np.zeros(0)
    tied = deciding[(good > 1) & ~found.torn[deciding]]
    base = np.zeros(game.n_rows)
    _play(game, base, found, deciding)
    if not len(tied) and not tables:
        yield base
        return
    nodes = np.union1d(tied, np.fromiter(tables, dtype=np.intp, count=len(tables)))
    wanted: dict[int, list[int]] = {0: list(range(len(tables[0].value)))} if 0 in tables else {}

    def ways(node: int) -> Iterator[Callable[[], None]]:
        """What can be done at a node; each way, when called, is put into effect."""
        edges = _edges(game, node)
        if node not in tables:
            for action in np.flatnonzero(found.best[edges]):
                yield partial(_set, game, base, node, int(action), len(edges))
            return
        names = [int(n) for n in game.child[edges]]
        p = int(game.actor[node])

        def effect(way: tuple[int, ...]) -> None:
            if p == CHANCE:
                wanted.update((n, [i]) for n, i in zip(names, way, strict=True))
                return
            action, place = way
            kept = _table(found, tables, names[action])
            value, size = kept.value[place, p], kept.size[place, p]
            for n in names:
                if n in tables:
                    wanted[n] = _no_better(tables[n], p, value, size, tolerance).tolist()
            wanted[names[action]] = [place]
            _set(game, base, node, action, len(edges))

        for want in wanted[node]:
            for way in tables[node].ways[want]:
                yield partial(effect, way)

    stack: list[Iterator[Callable[[], None]]] = [ways(int(nodes[0]))]
    while stack:
        effect = next(stack[-1], None)
        if effect is None:
            stack.pop()
            continue
        effect()
        if len(stack) == len(nodes):
            yield base.copy()
        else:
            stack.append(ways(int(nodes[len(stack)])))


def _play(game: Game, out: Float, found: _Pass, deciding: Int) -> None:
    """The first optimal action at every node."""
    if not len(deciding):
        return
    node = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
    edges = np.flatnonzero(found.best)
    edges = edges[np.lexsort((game.edge_action[edges], node[edges]))]
    _, first = np.unique(node[edges], return_index=True)
    cell = game.cell[node[edges[first]]]
    _fill(game, out, cell, game.edge_action[edges[first]] - game.action_start[cell])


def _fill(game: Game, out: Float, cell: NDArray[np.int32], action: NDArray[np.int32]) -> None:
    """All types of a cell's owner play the same."""
    T = game.n_types[game.cell_player[cell]]
    for t in range(int(T.max(initial=0))):
        with_it = t < T
        out[(game.row_start[cell] + action * T + t)[with_it]] = 1.0


def _set(game: Game, out: Float, node: int, action: int, actions: int) -> None:
    """Play `action` at a node."""
    cell = int(game.cell[node])
    T = int(game.n_types[game.cell_player[cell]])
    rows = slice(int(game.row_start[cell]), int(game.row_start[cell]) + actions * T)
    out[rows] = np.repeat(np.arange(actions) == action, T)


make_callable(__name__)
