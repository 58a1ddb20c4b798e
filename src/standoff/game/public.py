"""The public tree of a game in which all moves are seen and only what was dealt is private.

Read flat, such a game (Kuhn and Leduc poker, liar's dice) repeats the same public tree once for
every deal. Here it is found again: histories that look alike to everybody become one node, and what
each player was dealt becomes its type. A solver then walks the public tree once with a vector over
types (Johanson, Waugh, Bowling & Zinkevich 2011).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.game.building import build_game
from standoff.game.game import CHANCE, Game, Payload, chance_reach

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Float = NDArray[np.float64]

WIDEST = 4096
"""Profiles of types past which a table over profiles at every end is no gain."""


@dataclass(frozen=True, eq=False)
class PublicGame:
    """A game whose cells all have one node, with its numbers by profile of types.

    A strategy of `game` at row ``a`` is that of the game it came from at ``row[a]``; -1 where no
    such information set exists there (a type that chance excludes at that node).
    """

    game: Game
    weight: Float  # [N, K] probability that chance leads here with the profile, moves permitting
    earning: Int32  # [M] nodes at which something is earned on arriving
    earned: Float  # [M, P, K] payoff earned there times the weight
    row: Int32  # [A]

    def strategy_from(self, flat: Float) -> Float:
        """[A] a strategy of the flat game on the public tree; uniform where it has no set."""
        widths = np.diff(self.game.action_start)
        players = self.game.cell_player
        share = np.repeat(1.0 / np.maximum(widths, 1), widths * self.game.n_types[players])
        return np.where(self.row >= 0, flat[np.maximum(self.row, 0)], share)

    def strategy_to(self, public: Float, rows: int) -> Float:
        """[rows] a strategy of the public tree, in the rows of the flat game."""
        flat = np.empty(rows)
        known = self.row >= 0
        flat[self.row[known]] = public[known]
        return flat


def public_game(game: Game, payload: Payload, outcome: Int32 | None = None) -> PublicGame | None:
    """The public tree of a game at its first variant, or None where some move is not public.

    `outcome` ``[E]`` tells chance's outcomes apart (see `LoadedGame`); without it, by their place.
    """
    if game.n_profiles > 1:
        return _with_axes(game, payload)
    return _from_flat(game, payload, outcome)


def _with_axes(game: Game, payload: Payload) -> PublicGame | None:
    """Types are axes already: only hidden moves stand in the way."""
    if len(game.cell_node) != len(game.cell_player) or game.n_profiles > WIDEST:
        return None
    reach = chance_reach(game, payload.odds[:, 0])
    weight = reach[:, None] * payload.prior[:, 0]
    earning = np.flatnonzero(game.payoff_row > 0)
    pair = game.profile_type + game.type_start[:-1]  # [K, P]
    pay = payload.payoff[game.payoff_row[earning], :, 0][:, pair.T]  # [M, P, K]
    rows = np.arange(game.n_rows, dtype=np.int32)
    return PublicGame(game, weight, earning.astype(np.int32), pay * weight[earning, None], rows)


def _from_flat(game: Game, payload: Payload, outcome: Int32 | None) -> PublicGame | None:
    N, P = game.n_nodes, len(game.players)
    levels = len(game.level_start) - 1
    edge_node = np.repeat(np.arange(N), np.diff(game.edge_start))
    drawn = game.actor[edge_node] == CHANCE
    if outcome is None:
        outcome = np.where(drawn, np.arange(len(game.child)) - game.edge_start[edge_node], -1)
    number = np.empty(len(game.child), dtype=np.int64)  # of each edge, equal where it looks alike
    number[drawn] = outcome[drawn]
    own = ~drawn
    number[own] = game.edge_action[own] - game.action_start[game.cell[edge_node[own]]]
    span = int(number.max(initial=0)) + 1

    # The deal: what chance does before anybody moves. Nodes of one group look alike to everybody.
    group = np.full(N, -1, dtype=np.int64)
    deal = np.full(N, -1, dtype=np.int64)
    dealing = np.zeros(N, dtype=bool)
    dealing[0] = game.actor[0] == CHANCE
    groups = deals = 0
    if not dealing[0]:
        group[0] = deal[0] = 0
        groups = deals = 1
    parents: list[Int] = [np.array([-1])]  # of each group
    numbers: list[Int] = [np.array([0])]
    opened = not dealing[0]
    for level in range(1, levels):
        here = np.arange(game.level_start[level], game.level_start[level + 1])
        above = game.parent[here]
        from_deal = dealing[above]
        more = here[from_deal & (game.actor[here] == CHANCE)]
        dealing[more] = True
        dealt = here[from_deal & (game.actor[here] != CHANCE)]
        if len(dealt):
            group[dealt] = 0
            deal[dealt] = deals + np.arange(len(dealt))
            deals += len(dealt)
            if not opened:
                groups, opened = groups + 1, True
        later = here[~from_deal]
        if len(later):
            up = game.parent[later]
            deal[later] = deal[up]
            key = group[up] * span + number[game.parent_edge[later]]
            found, inverse = np.unique(key, return_inverse=True)
            group[later] = groups + inverse.reshape(-1)
            groups += len(found)
            parents.append(found // span)
            numbers.append(found % span)
    if not opened:
        return None
    group_parent, group_number = np.concatenate(parents), np.concatenate(numbers)

    # All nodes of a group must have the same mover and the same number of ways on (chance may
    # leave some out: a card that somebody holds).
    inside = np.flatnonzero(group >= 0)
    member = group[inside]
    actor = np.full(groups, -9, dtype=np.int8)
    actor[member] = game.actor[inside]
    if (actor[member] != game.actor[inside]).any():
        return None
    ways = np.diff(game.edge_start)[inside]
    most = np.zeros(groups, dtype=np.int64)
    most[member] = ways
    moved = actor[member] >= 0
    if (most[member][moved] != ways[moved]).any():
        return None

    # Types: deals that some information set cannot tell apart.
    cell_group = np.full(len(game.cell_player), -1, dtype=np.int64)
    deciding = inside[moved]
    cell_group[game.cell[deciding]] = group[deciding]
    if (cell_group[game.cell[deciding]] != group[deciding]).any():
        return None  # a set that spans what looks different to somebody
    types = np.zeros((P, deals), dtype=np.int64)
    n_types = np.ones(P, dtype=np.int64)
    for p in range(P):
        mine = deciding[game.actor[deciding] == p]
        if not len(mine):
            continue
        types[p], n_types[p] = _linked(deal[mine], game.cell[mine], deals, len(cell_group))
        t = types[p, deal[mine]]
        seat = group[mine] * n_types[p] + t
        seated = np.full(groups * n_types[p], -1, dtype=np.int64)
        seated[seat] = game.cell[mine]
        if (seated[seat] != game.cell[mine]).any():
            return None  # one type in two sets of one node: it learned something unseen by others
    if math.prod(n_types.tolist()) > WIDEST:
        return None

    return _assemble(
        game, payload, group, deal, groups, group_parent, group_number, actor, types, n_types
    )


def _assemble(
    game: Game, payload: Payload, group: Int, deal: Int, groups: int, group_parent: Int,
    group_number: Int, actor: NDArray[np.int8], types: Int, n_types: Int,
) -> PublicGame:  # fmt: skip
    P = len(game.players)
    place = _rank_among_brothers(group_parent, group_number)
    info = np.where(actor >= 0, np.arange(groups), -1)
    built = build_game(
        game.players, parent=group_parent, action=place, actor=actor, info=info,
        odds=np.ones(groups), payoff=np.zeros((groups, P)),
    )  # fmt: skip
    labels = tuple(tuple(str(t + 1) for t in range(n)) if n > 1 else ("",) for n in n_types)
    bare = built.game
    public = Game(
        bare.players, labels, bare.level_start, bare.parent, bare.parent_edge, bare.actor,
        bare.cell, bare.edge_start, bare.child, bare.edge_action, bare.payoff_row,
        bare.cell_player, bare.cell_level, bare.action_start, bare.rate_row, bare.cell_start,
        bare.cell_node,
    )  # fmt: skip
    new = np.empty(groups, dtype=np.int64)  # group -> node of the public tree
    new[built.node] = np.arange(groups)
    K = int(np.prod(n_types))
    profile = np.zeros(types.shape[1], dtype=np.int64)
    for p in range(P):
        profile = profile * n_types[p] + types[p]

    reach = chance_reach(game, payload.odds[:, 0]) * payload.prior[0, 0]
    inside = np.flatnonzero(group >= 0)
    at = new[group[inside]] * K + profile[deal[inside]]
    weight = np.bincount(at, reach[inside], groups * K).astype(np.float64).reshape(groups, K)
    pay = _with_the_deal(game, payload.payoff[:, :, 0], group < 0)
    paying = inside[(pay[inside] != 0).any(axis=1)]
    earning, slot = np.unique(new[group[paying]], return_inverse=True)
    earned = np.empty((len(earning), P, K))
    seat = slot.reshape(-1) * K + profile[deal[paying]]
    for p in range(P):
        amount = pay[paying, p] * reach[paying]
        earned[:, p] = np.bincount(seat, weights=amount, minlength=len(earning) * K).reshape(-1, K)

    deciding = inside[game.actor[inside] >= 0]
    cell = public.cell[new[group[deciding]]]
    mover = game.actor[deciding]
    t = types[mover, deal[deciding]]
    width = n_types[mover]
    row = np.full(public.n_rows, -1, dtype=np.int32)
    ways = np.diff(game.edge_start)[deciding]
    for a in range(int(ways.max(initial=0))):
        some = ways > a
        to = public.row_start[cell[some]] + a * width[some] + t[some]
        row[to] = game.row_start[game.cell[deciding[some]]] + a
    return PublicGame(public, weight, earning.astype(np.int32), earned, row)


def _with_the_deal(game: Game, table: Float, dealing: NDArray[np.bool_]) -> Float:
    """[N, P] what is earned on arriving; what the deal itself earned, where play then begins."""
    pay = table[game.payoff_row]
    if not (game.payoff_row[dealing] > 0).any():
        return pay
    for level in range(1, len(game.level_start) - 1):
        here = np.arange(game.level_start[level], game.level_start[level + 1])
        drawn = here[dealing[game.parent[here]]]
        pay[drawn] += pay[game.parent[drawn]]
    return pay


def _linked(deal: Int, cell: Int, deals: int, cells: int) -> tuple[Int, int]:
    """Number deals so that those that share an information set have one number."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    size = deals + cells
    graph = coo_matrix((np.ones(len(deal), dtype=np.int8), (deal, deals + cell)), (size, size))
    _, component = connected_components(graph, directed=False)
    _, number = np.unique(component[:deals], return_inverse=True)
    number = number.reshape(-1)
    # Deals in which the player never moves are all one type.
    idle = np.ones(deals, dtype=bool)
    idle[deal] = False
    if idle.any() and not idle.all():
        number[idle] = number[~idle].min()
        number = np.unique(number, return_inverse=True)[1].reshape(-1)
    return number, int(number.max()) + 1


def _rank_among_brothers(parent: Int, number: Int) -> Int:
    """Place of each node among the children of its parent, from 0, in order of `number`."""
    order = np.lexsort((number, parent))
    above = parent[order]
    first = np.concatenate([[True], above[1:] != above[:-1]])
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order)) - start
    return rank
