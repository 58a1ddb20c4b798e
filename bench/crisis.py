"""Random games shaped like crises: two players with types signal in turn, chance intervenes, some
moves end it, time has a price that depends on the type. Nobody sees the other's type; all else is
public."""

from __future__ import annotations

import numpy as np

from standoff.game.game import CHANCE, END, Game, Payload

ENDINGS = np.array(
    # hold trade exit | firm cautious: war, deal, withdrawal, standoff
    [
        [-5, -6.5, -9, -5, -8],
        [0.4, 1.2, 0.6, -1.0, -0.3],
        [-2, -1, 0.2, 0.6, 0.8],
        [2, 1, 0, -2, -1],
    ],
    dtype=float,
)


def crisis(
    seed: int, *, nodes: int = 10_000, variants: int = 200, precision: tuple[float, float] = (2, 6)
) -> tuple[Game, Payload]:
    """A game of about that many nodes and a batch of numbers for it."""
    rng = np.random.default_rng(seed)
    T, features = (3, 2), 5
    Q = sum(T)
    actor, parent, parent_edge, level_start = [], [-1], [-1], [0]
    edge_start, child, edge_action, cells, cell_player, action_start = [0], [], [], [], [], [0]
    state = [np.zeros(features)]
    ending: list[int] = [-1]
    odds: list[float] = []
    frontier, total, depth = [0], 1, 0
    kinds = []
    cell_nodes, cell_level, rate_row = [], [], []
    while frontier:
        level_start.append(total)
        kind = (
            CHANCE
            if rng.random() < 0.2
            else (kinds[-1] + 1) % 2
            if kinds and kinds[-1] >= 0
            else int(rng.integers(2))
        )
        kinds.append(kind)
        menu = 2 if kind == CHANCE else int(rng.integers(2, 5))
        effect = rng.normal(0, 0.35, (menu, features)) * (rng.random((menu, features)) < 0.6)
        ends = np.where(rng.random(menu) < 0.35, rng.integers(0, 3, menu), -1)
        ends[0] = -1
        p = rng.uniform(0.2, 0.8)
        last = total + len(frontier) * 1.5 > nodes or depth > 14
        following = []
        for n in frontier:
            if ending[n] >= 0:
                actor.append(END)
                cells.append(-1)
                edge_start.append(len(child))
                continue
            moves = [a for a in range(menu) if a == 0 or kind == CHANCE or rng.random() < 0.75]
            if len(moves) == 1:
                moves.append(1)
            actor.append(kind)
            if kind == CHANCE:
                cells.append(-1)
            else:
                cells.append(len(cell_player))
                cell_player.append(kind)
                cell_level.append(depth)
                cell_nodes.append(n)
                rate_row.extend([0] * len(moves))
            for i, a in enumerate(moves):
                m = len(parent)
                parent.append(n)
                parent_edge.append(len(child))
                child.append(m)
                if kind == CHANCE:
                    edge_action.append(len(odds))
                    odds.append(p if i == 0 else 1 - p)
                else:
                    edge_action.append(action_start[-1] + i)
                state.append(state[n] + effect[a] * (1 if kind == CHANCE else rng.normal(1, 0.2)))
                ending.append(3 if last else int(ends[a]))
                following.append(m)
            if kind != CHANCE:
                action_start.append(action_start[-1] + len(moves))
            edge_start.append(len(child))
        total += len(following)
        frontier = following
        depth += 1
    N = len(parent)
    actor_array = np.array(actor, dtype=np.int8)
    is_end = actor_array == END
    # Rows of the payoff table: one for each end, one for the flow of each later level.
    row = np.zeros(N, dtype=np.int32)
    row[is_end] = 1 + np.arange(is_end.sum())
    level = np.repeat(np.arange(len(level_start) - 1), np.diff([*level_start[:-1], N]))
    flow_levels = np.flatnonzero(np.arange(depth + 1) % 3 == 2)
    for i, at in enumerate(flow_levels):
        row[(level == at) & ~is_end] = 1 + is_end.sum() + i
    V = variants
    weight = rng.normal(0, 0.5, (features, Q, 1)) * np.exp(rng.normal(0, 0.3, (features, Q, V)))
    value = ENDINGS[:, :, None] * np.exp(rng.normal(0, 0.25, (4, Q, V)))
    S = np.array(state)[is_end]
    payoff = np.zeros((1 + is_end.sum() + len(flow_levels), Q, V))
    payoff[1 : 1 + is_end.sum()] = (
        np.einsum("zf,fqv->zqv", S, weight) + value[np.array(ending)[is_end]]
    )
    flow = np.array([0.05, -0.12, -0.4, -0.08, 0.0])[:, None] * np.exp(rng.normal(0, 0.4, (Q, V)))
    payoff[1 + is_end.sum() :] = flow
    first = rng.dirichlet([4, 4, 4], V).T
    second = rng.uniform(0.3, 0.7, V)
    second = np.stack([second, 1 - second])
    prior = (first[:, None] * second[None]).reshape(6, V)
    int32 = np.int32
    game = Game(
        players=("ussr", "usa"), types=(("hold", "trade", "exit"), ("firm", "cautious")),
        level_start=np.array([*level_start[:-1], N], dtype=int32),
        parent=np.array(parent, dtype=int32), parent_edge=np.array(parent_edge, dtype=int32),
        actor=actor_array, cell=np.array(cells, dtype=int32),
        edge_start=np.array(edge_start, dtype=int32), child=np.array(child, dtype=int32),
        edge_action=np.array(edge_action, dtype=int32), payoff_row=row,
        cell_player=np.array(cell_player, dtype=np.int8),
        cell_level=np.array(cell_level, dtype=int32),
        action_start=np.array(action_start, dtype=int32), rate_row=np.array(rate_row, dtype=int32),
        cell_start=np.arange(len(cell_player) + 1, dtype=int32),
        cell_node=np.array(cell_nodes, dtype=int32),
    )  # fmt: skip
    odds_table = np.repeat(np.array(odds or [1.0])[:, None], V, axis=1)
    payload = Payload(
        payoff, odds_table, np.zeros((1, V)), prior, np.ones(Q), rng.uniform(*precision, V)
    )
    return game, payload
