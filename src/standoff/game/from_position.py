"""The game that is left once history has come some way: from a position on.

A position says where history may stand and with what probability, by type profile. What is left is
a game of its own in which chance deals the position first: a history and everybody's types, of
which each player knows what it knows there. This takes the position's odds as common knowledge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE, END, Game, Payload

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GameFrom:
    """What is left of a game (N' nodes, C' cells, A' rows), and where it stands in the whole.

    Types are dealt by chance at the root and no longer kept as axes: every player has one type, a
    cell belongs to one type of its owner, and payoffs are those of the types dealt. What was earned
    before the position, and on arriving there, is left out.
    """

    game: Game
    payload: Payload  # V = 1; stakes are means over the types that the position leaves
    node: Int32  # [N'] node of the whole game; -1 at the root
    profile: Int32  # [N'] type profile; -1 at the root
    cell: Int32  # [C'] cell of the whole game
    kind: Int32  # [C'] type of its owner
    row: Int32  # [A'] row of the whole game's behavior strategies


def game_from(
    game: Game,
    payload: Payload,
    nodes: Int32,
    mass: Float,
    *,
    variant: int = 0,
    stop: Bool | None = None,
    beyond: Float | None = None,
) -> GameFrom:
    """What is left of one variant from `nodes` [s] on, with their `mass` [s, K] (of any sum).

    None of the nodes may be below another. At nodes marked in `stop` [N] play stops, and each
    player also earns there what `beyond` [N, K, P] says of its future (see `continuation`). Raises
    ValueError where there is no mass.
    """
    total = float(mass.sum())
    if not total > 0.0:
        raise ValueError("a position needs some history with a probability above zero")
    N, K, P = game.n_nodes, game.n_profiles, len(game.players)
    odds = np.zeros((N, K))
    odds[nodes] = mass / total
    stands = odds > 0
    keep = stands.copy()
    stopped = np.zeros(N, dtype=bool) if stop is None else stop
    for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        above = game.parent[low:high]
        keep[low:high] |= keep[above] & ~stopped[above, None]

    # Nodes are ordered by level as they were, then by profile; the root goes before them.
    node, profile = np.nonzero(keep)
    place = np.full((N, K), -1, dtype=np.int32)
    place[node, profile] = np.arange(1, len(node) + 1)
    first = stands[node, profile]
    parent = np.where(first, 0, place[game.parent[node], profile])
    level = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))
    used, height = np.unique(level[node], return_inverse=True)
    sizes = np.bincount(height.reshape(-1), minlength=len(used))
    actor = np.concatenate([[CHANCE], np.where(stopped[node], END, game.actor[node])])

    # Cells, by cell and type of the owner, in the order of the whole game.
    types = game.n_types
    deciding = np.flatnonzero(actor >= 0)
    at = deciding - 1
    own_type = game.profile_type[profile[at], actor[deciding]]
    most = int(types.max())
    keys, of = np.unique(
        game.cell[node[at]].astype(np.int64) * most + own_type, return_inverse=True
    )
    whole, kind = keys // most, keys % most
    cell = np.full(len(actor), -1, dtype=np.int32)
    cell[deciding] = of.reshape(-1)
    width = np.diff(game.action_start)[whole]
    action_start = np.concatenate([[0], np.cumsum(width)])
    within = np.arange(int(action_start[-1])) - np.repeat(action_start[:-1], width)
    action = game.action_start[whole].repeat(width) + within
    count = np.bincount(cell[deciding], minlength=len(keys))

    # Edges, by parent and then as they were; the root's come first.
    order = np.lexsort((game.parent_edge[node], parent))
    child = (order + 1).astype(np.int32)
    above = parent[order]
    old = game.edge_action[game.parent_edge[node[order]]]
    move = np.where(actor[above] >= 0, old - game.action_start[game.cell[node[above - 1]]], old)
    start = np.concatenate([action_start, [0]])[np.maximum(cell[above], -1)]
    edge_action = np.where(actor[above] >= 0, start + move, old)
    dealt = np.flatnonzero(above == 0)
    O = len(payload.odds)
    edge_action[dealt] = O + np.arange(len(dealt))
    parent_edge = np.full(len(actor), -1, dtype=np.int32)
    parent_edge[child] = np.arange(len(child))
    edge_start = np.searchsorted(above, np.arange(len(actor) + 1))

    earned = np.where(first, 0, game.payoff_row[node].astype(np.int64) * K + profile)
    earned[game.payoff_row[node] == 0] = 0
    kinds, payoff_row = np.unique(np.concatenate([[0], earned]), return_inverse=True)
    pair = game.type_start[:-1] + game.profile_type[kinds % K]  # [R', P]
    table = payload.payoff[:, :, variant][(kinds // K)[:, None], pair]
    table[0] = 0.0
    payoff_row = payoff_row.reshape(-1)
    if beyond is not None:
        at = np.flatnonzero(stopped[node])
        table = np.concatenate([table, table[payoff_row[1 + at]] + beyond[node[at], profile[at]]])
        payoff_row[1 + at] = len(kinds) + np.arange(len(at))

    left = Game(
        players=game.players, types=(("",),) * P,
        level_start=_int32(np.concatenate([[0, 1], 1 + np.cumsum(sizes)])),
        parent=_int32(np.concatenate([[-1], parent])), parent_edge=parent_edge,
        actor=actor.astype(np.int8), cell=cell, edge_start=_int32(edge_start), child=child,
        edge_action=_int32(edge_action), payoff_row=_int32(payoff_row),
        cell_player=game.cell_player[whole],
        cell_level=_int32(_new_levels(game.cell_level[whole], used)),
        action_start=_int32(action_start), rate_row=game.rate_row[action],
        cell_start=_int32(np.concatenate([[0], np.cumsum(count)])),
        cell_node=_int32(deciding[np.argsort(cell[deciding], kind="stable")]),
    )  # fmt: skip
    dealt_odds = odds[node[order[dealt]], profile[order[dealt]]]
    numbers = Payload(
        payoff=np.ascontiguousarray(table[:, :, None]),
        odds=np.concatenate([payload.odds[:, variant], dealt_odds])[:, None],
        log_rate=payload.log_rate[:, variant : variant + 1],
        prior=np.ones((1, 1)),
        stake=_stakes(game, payload, odds.sum(axis=0)),
        precision=payload.precision[variant : variant + 1],
    )
    owner_types = types[game.cell_player[whole]]
    row = game.row_start[whole].repeat(width) + within * owner_types.repeat(width)
    nowhere = np.array([-1])
    return GameFrom(
        left, numbers, _int32(np.concatenate([nowhere, node])),
        _int32(np.concatenate([nowhere, profile])), _int32(whole), _int32(kind),
        _int32(row + kind.repeat(width)),
    )  # fmt: skip


def continuation(
    game: Game, payload: Payload, strategy: Float, *, variant: int = 0, reward: Float | None = None
) -> Float:
    """[N, K, P] what each player earns on average after a node if all play `strategy` [A] there;
    or [N, K, 1] the same of a `reward` [N, K] on arriving at nodes.
    """
    own = game.type_start[:-1] + game.profile_type  # [K, P]
    earned: Float
    if reward is None:
        earned = payload.payoff[:, :, variant][game.payoff_row][:, own]
    else:
        earned = reward[:, :, None]
    odds = payload.odds[:, variant]
    after = np.zeros_like(earned)
    starts = game.level_start
    for low, high in zip(starts[-2:0:-1], starts[:1:-1], strict=True):
        up = game.parent[low:high]
        action = game.edge_action[game.parent_edge[low:high]]
        chance = game.actor[up] == CHANCE
        owner = np.maximum(game.actor[up], 0)
        cell = np.maximum(game.cell[up], 0)
        first = game.row_start[cell] + (action - game.action_start[cell]) * game.n_types[owner]
        row = first[:, None] + game.profile_type[:, owner].T
        share = np.where(
            chance[:, None],
            odds[np.where(chance, action, 0)][:, None] if len(odds) else 0.0,
            strategy[np.where(chance[:, None], 0, row)] if len(strategy) else 0.0,
        )
        np.add.at(after, up, share[:, :, None] * (earned[low:high] + after[low:high]))
    return after


def _new_levels(level: Int32, used: Int) -> Int:
    """Levels counted anew below the root's; -1 where cells have none."""
    return np.where(level >= 0, 1 + np.searchsorted(used, level), -1)


def _stakes(game: Game, payload: Payload, share: Float) -> Float:
    """[P] mean stake of each player's types, by the share [K] of each profile."""
    stake = payload.stake[game.type_start[:-1] + game.profile_type]  # [K, P]
    mean: Float = share @ stake
    return mean


def _int32(values: NDArray[np.generic]) -> Int32:
    return values.astype(np.int32)
