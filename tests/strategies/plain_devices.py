"""The best device of a mediator, the long way: every pair of pure plans, every pure deviation.

Shares nothing with the solver but the game: payoffs by walking the tree pair by pair, one column
for each pair, one row for each way to disobey.
"""

from __future__ import annotations

import itertools

import numpy as np
from scipy.optimize import linprog

from standoff.game.game import CHANCE, Game, Payload

Set = tuple[int, int]  # cell, type of its owner


def sets_of(game: Game, player: int) -> list[Set]:
    """A player's information sets."""
    return [
        (int(c), t)
        for c in np.flatnonzero(game.cell_player == player)
        for t in range(game.n_types[player])
    ]


def plans_of(game: Game, player: int) -> list[dict[Set, int]]:
    """All pure strategies of a player."""
    sets = sets_of(game, player)
    menus = [range(game.action_start[c + 1] - game.action_start[c]) for c, _ in sets]
    return [dict(zip(sets, chosen, strict=True)) for chosen in itertools.product(*menus)]


def count_pairs_of_plans(game: Game) -> int:
    """How many pairs of pure strategies there are, without making them."""
    menu = np.diff(game.action_start).astype(float)
    types = game.n_types[game.cell_player]
    return int(min(np.prod(menu**types), 1e9))


def walked(
    game: Game, payload: Payload, reward: np.ndarray, plans: tuple[dict[Set, int], dict[Set, int]]
) -> np.ndarray:
    """[3] payoffs of both players and the reward [N, K] under a pair of pure plans."""
    total = np.zeros(3)
    for k, prior in enumerate(payload.prior[:, 0]):
        reach = np.zeros(game.n_nodes)
        reach[0] = prior
        for n in range(game.n_nodes):
            mover = game.actor[n]
            for e in range(game.edge_start[n], game.edge_start[n + 1]):
                if mover == CHANCE:
                    odds = payload.odds[game.edge_action[e], 0]
                else:
                    c = int(game.cell[n])
                    chosen = plans[mover][c, int(game.profile_type[k, mover])]
                    odds = float(game.edge_action[e] - game.action_start[c] == chosen)
                reach[game.child[e]] = reach[n] * odds
            for p in range(2):
                pair = game.type_start[p] + game.profile_type[k, p]
                total[p] += reach[n] * payload.payoff[game.payoff_row[n], pair, 0]
            total[2] += reach[n] * reward[n, k]
    return total


def above(game: Game, player: int) -> dict[Set, list[tuple[Set, int]]]:
    """The sets and moves of its owner on the way to each set."""
    found: dict[Set, list[tuple[Set, int]]] = {}
    for c in np.flatnonzero(game.cell_player == player):
        n = int(game.cell_node[game.cell_start[c]])
        way = []
        while game.parent[n] >= 0:
            e, n = int(game.parent_edge[n]), int(game.parent[n])
            if game.actor[n] == player:
                d = int(game.cell[n])
                way.append((d, int(game.edge_action[e] - game.action_start[d])))
        for t in range(game.n_types[player]):
            found[int(c), t] = [((d, t), a) for d, a in way]
    return found


def best_device(
    game: Game, payload: Payload, concept: str, reward: np.ndarray
) -> tuple[float, np.ndarray, list[tuple[dict[Set, int], dict[Set, int]]]]:
    """The most of a reward [N, K] that any device brings whom both obey; its weights and pairs."""
    every = [plans_of(game, p) for p in range(2)]
    number = [{tuple(sorted(plan.items())): i for i, plan in enumerate(own)} for own in every]
    table = np.array([[walked(game, payload, reward, (a, b)) for b in every[1]] for a in every[0]])
    rows = []
    for p in range(2):
        own = table[:, :, p] if p == 0 else table[:, :, p].T  # [own plans, other's plans]
        way = above(game, p)
        sets = sets_of(game, p)
        if concept == "nfcce":
            gains = [own[i][None, :] - own for i in range(len(own))]
        else:
            gains = []
            for s in sets:
                below = [r for r in sets if r == s or any(q == s for q, _ in way[r])]
                menus = [range(game.action_start[c + 1] - game.action_start[c]) for c, _ in below]
                told = range(len(menus[0])) if concept == "efce" else [None]
                for a in told:
                    for chosen in itertools.product(*menus):
                        gain = np.zeros_like(own)
                        for i, plan in enumerate(every[p]):
                            comes = all(plan[q] == b for q, b in way[s])
                            if comes and (a is None or plan[s] == a):
                                other = {**plan, **dict(zip(below, chosen, strict=True))}
                                j = number[p][tuple(sorted(other.items()))]
                                gain[i] = own[j] - own[i]
                        gains.append(gain)
        rows += [(g if p == 0 else g.T).ravel() for g in gains]
    size = table.shape[0] * table.shape[1]
    result = linprog(
        -table[:, :, 2].ravel(), A_ub=np.array(rows) if rows else None,
        b_ub=np.zeros(len(rows)) if rows else None,
        A_eq=np.ones((1, size)), b_eq=[1.0], method="highs",
    )  # fmt: skip
    assert result.status == 0, result.message
    pairs = list(itertools.product(every[0], every[1]))
    return -float(result.fun), np.asarray(result.x), pairs
