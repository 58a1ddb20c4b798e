"""The certificate of an AQRE, by code that shares nothing with the solver.

Plain NumPy, level by level, on the game's own arrays: reach from the root down, beliefs at each
information set, values from the ends up under the strategy as it is, and the logit response to
them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import CHANCE, Game, Payload

Float = NDArray[np.float64]

ROOM = 2**27
"""Bytes that the values of one chunk of variants may take."""
_TINY = 1e-300


def logit_residual(
    game: Game, payload: Payload, strategy: Float, held: NDArray[np.bool_] | None = None
) -> Float:
    """[V] the largest ``|log strategy - log logit response|`` over information sets and actions.

    The response is to the strategy itself: its continuation values and the beliefs that it
    implies. A game without choices has residual zero. Rows that `held` [A] marks are given, and
    count only in what they lead others to.
    """
    V = payload.n_variants
    result = np.zeros(V)
    if not len(game.cell_player):
        return result
    each = game.n_nodes * (len(game.players) + 1) * game.n_profiles * 8
    chunk = max(1, ROOM // each)
    for start in range(0, V, chunk):
        part = slice(start, min(start + chunk, V))
        result[part] = _residual(game, payload.take(part), strategy[:, part], held)
    return result


def _residual(
    game: Game, payload: Payload, strategy: Float, held: NDArray[np.bool_] | None
) -> Float:
    P, K, V = len(game.players), game.n_profiles, payload.n_variants
    log_strategy = np.log(np.maximum(strategy, _TINY))
    pair = game.profile_type + game.type_start[:-1]  # [K, P]
    edge_node = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
    edge_actor = game.actor[edge_node]

    # Log probability of each edge in each profile: [E, K, V].
    edge_log = np.zeros((len(game.child), K, V))
    drawn = edge_actor == CHANCE
    edge_log[drawn] = np.log(np.maximum(payload.odds[game.edge_action[drawn]], _TINY))[:, None]
    for p in range(P):
        own = np.flatnonzero(edge_actor == p)
        cell = game.cell[edge_node[own]]
        action = game.edge_action[own] - game.action_start[cell]
        base = game.row_start[cell] + action * game.n_types[p]
        edge_log[own] = log_strategy[base[:, None] + game.profile_type[:, p]]
    odds_sign = np.ones((len(game.child), 1, V))
    odds_sign[drawn, 0] = payload.odds[game.edge_action[drawn]] > 0

    # Reach: each player's own part and chance's, in logs.
    parts = np.zeros((P + 1, game.n_nodes, K, V))
    for level in range(1, len(game.level_start) - 1):
        here = slice(game.level_start[level], game.level_start[level + 1])
        above, edge = game.parent[here], game.parent_edge[here]
        parts[:, here] = parts[:, above]
        for who in range(P + 1):
            moved = edge_actor[edge] == (CHANCE if who == P else who)
            parts[who, here][moved] += edge_log[edge[moved]]

    # Values from the ends up: [P, N, K, V], what is earned on arriving included.
    values = np.stack([payload.payoff[game.payoff_row][:, pair[:, p]] for p in range(P)])
    weight = np.exp(edge_log) * odds_sign
    for level in range(len(game.level_start) - 3, -1, -1):
        nodes = np.arange(game.level_start[level], game.level_start[level + 1])
        nodes = nodes[np.diff(game.edge_start)[nodes] > 0]
        if len(nodes):
            out = slice(game.edge_start[nodes[0]], game.edge_start[nodes[-1] + 1])
            terms = weight[out] * values[:, game.child[out]]
            starts = game.edge_start[nodes] - game.edge_start[nodes[0]]
            values[:, nodes] += np.add.reduceat(terms, starts, axis=1)

    log_prior = np.log(np.maximum(payload.prior, _TINY))
    worst = np.zeros(V)
    for p in range(P):
        others = [j for j in range(P + 1) if j != p]
        mine = np.flatnonzero(edge_actor == p)
        if not len(mine):
            continue
        cells = np.flatnonzero(game.cell_player == p)
        own_nodes = np.flatnonzero(game.actor == p)
        by_cell = own_nodes[np.argsort(game.cell[own_nodes], kind="stable")]
        first = np.searchsorted(game.cell[by_cell], cells)
        size = np.diff(np.append(first, len(by_cell)))
        by_action = mine[np.argsort(game.edge_action[mine], kind="stable")]
        actions = np.unique(game.edge_action[by_action])
        action_first = np.searchsorted(game.edge_action[by_action], actions)
        action_cell = np.searchsorted(cells, game.cell[edge_node[by_action[action_first]]])
        cell_first = np.searchsorted(action_cell, np.arange(len(cells)))
        where = np.empty(game.n_nodes, dtype=np.intp)
        where[by_cell] = np.arange(len(by_cell))
        for t in range(game.n_types[p]):
            ks = np.flatnonzero(game.profile_type[:, p] == t)
            log_weight = log_prior[ks] + parts[others][:, by_cell][:, :, ks].sum(axis=0)
            top = np.maximum.reduceat(log_weight.max(axis=1), first)
            belief = np.exp(log_weight - np.repeat(top, size, axis=0)[:, None])
            total = np.add.reduceat(belief.sum(axis=1), first)
            belief /= np.repeat(total, size, axis=0)[:, None]
            below = values[p][game.child[by_action]][:, ks]
            expected = (belief[where[edge_node[by_action]]] * below).sum(axis=1)
            expected = np.add.reduceat(expected, action_first)  # [actions, V]
            scale = payload.precision / payload.stake[game.type_start[p] + t]
            logit = payload.log_rate[game.rate_row[actions]] + scale * expected
            top = np.maximum.reduceat(logit, cell_first)
            total = np.add.reduceat(np.exp(logit - top[action_cell]), cell_first)
            response = logit - (top + np.log(total))[action_cell]
            home = cells[action_cell]
            rows = game.row_start[home] + (actions - game.action_start[home]) * game.n_types[p] + t
            # Odds below the smallest that count are all the same, on both sides.
            response = np.maximum(response, np.log(_TINY))
            gap = np.abs(log_strategy[rows] - response)
            if held is not None:
                gap[held[rows]] = 0.0
            worst = np.maximum(worst, gap.max(axis=0))
    return worst


make_callable(__name__)
