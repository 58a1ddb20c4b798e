"""The kernels again, slowly and plainly: one variant, one history at a time, by recursion."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np

from standoff.game.game import CHANCE, END, Game, Payload


def edges_of(game: Game, node: int) -> list[tuple[int, int]]:
    """(edge, place of its action) in order of action."""
    found = range(game.edge_start[node], game.edge_start[node + 1])
    return list(enumerate(sorted(found, key=lambda e: game.edge_action[e])))


def row(game: Game, cell: int, action: int, t: int) -> int:
    """Row of a strategy."""
    return int(game.row_start[cell] + action * game.n_types[game.cell_player[cell]] + t)


def pair(game: Game, player: int, k: int) -> int:
    """Row of `Payload.payoff`'s second axis."""
    return int(game.type_start[player] + game.profile_type[k, player])


def edge_odds(game: Game, payload: Payload, v: int, strategy, node: int, a: int, e: int, k: int):
    """Odds of an edge in a profile."""
    actor = game.actor[node]
    if actor == CHANCE:
        return payload.odds[game.edge_action[e], v]
    return strategy[row(game, game.cell[node], a, game.profile_type[k, actor]), v]


def reach(game: Game, payload: Payload, v: int, strategy, *, without: int | None = None):
    """[N, K] probability of (profile, node); the moves of player `without` count as certain."""
    out = np.zeros((game.n_nodes, game.n_profiles))

    def down(node: int, k: int, p: float) -> None:
        out[node, k] = p
        for a, e in edges_of(game, node):
            odds = edge_odds(game, payload, v, strategy, node, a, e, k)
            certain = without is not None and game.actor[node] == without
            down(int(game.child[e]), k, p * (1.0 if certain else odds))

    for k in range(game.n_profiles):
        down(0, k, payload.prior[k, v])
    return out


def expected(game: Game, payload: Payload, v: int, strategy, player: int, k: int, node: int = 0):
    """Expected payoff from a node on, what is earned on arriving there included."""
    value = payload.payoff[game.payoff_row[node], pair(game, player, k), v]
    for a, e in edges_of(game, node):
        odds = edge_odds(game, payload, v, strategy, node, a, e, k)
        value += odds * expected(game, payload, v, strategy, player, k, int(game.child[e]))
    return value


def response(game: Game, payload: Payload, v: int, old, *, exact_below: bool):
    """[A] logit response under the beliefs of `old`.

    With `exact_below` the values of actions are those of the response itself further down (one
    sweep of the solver); otherwise those of `old` (what the solver check compares with).
    """
    new = np.array(old, dtype=float)
    for c in np.argsort(-game.cell_level, kind="stable"):
        p = int(game.cell_player[c])
        nodes = game.cell_node[game.cell_start[c] : game.cell_start[c + 1]]
        weights = reach(game, payload, v, old, without=p)[nodes]
        count = game.action_start[c + 1] - game.action_start[c]
        for t in range(game.n_types[p]):
            ks = [k for k in range(game.n_profiles) if game.profile_type[k, p] == t]
            belief = weights[:, ks] / weights[:, ks].sum()
            values = np.zeros(count)
            for i, n in enumerate(nodes):
                for a, e in edges_of(game, n):
                    for j, k in enumerate(ks):
                        values[a] += belief[i, j] * expected(
                            game, payload, v, new if exact_below else old, p, k, int(game.child[e])
                        )
            scale = payload.precision[v] / payload.stake[game.type_start[p] + t]
            b = slice(game.action_start[c], game.action_start[c + 1])
            z = payload.log_rate[game.rate_row[b], v] + scale * values
            odds = np.exp(z - z.max())
            for a in range(count):
                new[row(game, c, a, t), v] = odds[a] / odds.sum()
    return new[:, v]


def gain(game: Game, payload: Payload, v: int, strategy, player: int, t: int) -> float:
    """Largest gain of a type, by trying all its pure strategies."""
    ks = [k for k in range(game.n_profiles) if game.profile_type[k, player] == t]
    share = sum(payload.prior[k, v] for k in ks)
    cells = np.flatnonzero(game.cell_player == player)

    def value(s) -> float:
        parts = (payload.prior[k, v] * expected(game, payload, v, s, player, k) for k in ks)
        return sum(parts) / share

    menus = [range(game.action_start[c + 1] - game.action_start[c]) for c in cells]
    best = -np.inf
    for choice in itertools.product(*menus):
        s = np.array(strategy)
        for c, a in zip(cells, choice, strict=True):
            for other in range(game.action_start[c + 1] - game.action_start[c]):
                s[row(game, c, other, t), v] = float(other == a)
        best = max(best, value(s))
    return best - value(strategy)


def pure_strategies(game: Game, player: int) -> int:
    """How many `gain` would try."""
    cells = np.flatnonzero(game.cell_player == player)
    return int(np.prod(np.diff(game.action_start)[cells], dtype=float))


def random_strategy(game: Game, variants: int, seed: int):
    """[A, V] of full support."""
    rng = np.random.default_rng(seed)
    out = np.empty((game.n_rows, variants))
    for c in range(len(game.cell_player)):
        T = game.n_types[game.cell_player[c]]
        count = game.action_start[c + 1] - game.action_start[c]
        odds = rng.dirichlet(np.ones(count), (T, variants))  # [T, V, actions]
        out[game.row_start[c] : game.row_start[c + 1]] = odds.transpose(2, 0, 1).reshape(
            count * T, variants
        )
    return np.maximum(out, 1e-12)


@cache
def ends(game: Game) -> list[int]:
    """Nodes at which play stops."""
    return [n for n in range(game.n_nodes) if game.actor[n] == END]
