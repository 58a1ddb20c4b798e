"""Small random games with numbers: types as axes, cells of several nodes, chance, payoffs on the
way, one to three players, perfect recall."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from standoff.game.game import CHANCE, END, Game, Payload


def random_game(
    seed: int,
    *,
    n_types: tuple[int, ...] = (2, 2),
    levels: int = 4,
    hidden: bool = True,
    variants: int = 2,
    width: int = 60,
    rates: bool = True,
    reach: float = 3.0,
) -> tuple[Game, Payload]:
    """A game of at most `levels` moves and about `width` nodes a level.

    What a player sees of another's move is drawn edge by edge where `hidden`; it always sees its
    own. So its information is everything that it saw, in order, and recall is perfect.
    """
    rng = np.random.default_rng(seed)
    P = len(n_types)
    parent, parent_edge, actor, cell = [-1], [-1], [END], [-1]
    seen: list[tuple[tuple[int, ...], ...]] = [((),) * P]
    level_start = [0, 1]
    edges: dict[int, list[tuple[int, int]]] = {}  # node -> (child, action or odds row)
    child: list[int] = []
    action_start, cell_player, cell_level, members = [0], [], [], []
    odds: list[float] = []
    edge_of: dict[int, int] = {}
    open_nodes = [0]
    for level in range(levels):
        mover = int(rng.integers(-1, P)) if rng.random() < 0.3 else level % P
        following: list[int] = []
        at: dict[tuple[tuple[int, ...], int], int] = {}
        glimpse = rng.random() < 0.25
        for n in open_nodes:
            if level and (rng.random() < 0.25 or len(open_nodes) + len(following) > width):
                continue
            actor[n] = mover
            if mover == CHANCE:
                menu = int(rng.integers(2, 4))
                share = rng.dirichlet(np.ones(menu))
                labels = list(range(len(odds), len(odds) + menu))
                odds.extend(share)
            else:
                view = (seen[n][mover], 0)
                if view not in at:
                    at[view] = len(cell_player)
                    cell_player.append(mover)
                    cell_level.append(level)
                    members.append([])
                    action_start.append(action_start[-1] + int(rng.integers(1, 4)))
                c = at[view]
                cell[n] = c
                members[c].append(n)
                labels = list(range(action_start[c], action_start[c + 1]))
            edges[n] = []
            for i, label in enumerate(labels):
                m = len(parent)
                parent.append(n)
                actor.append(END)
                cell.append(-1)
                edges[n].append((m, label))
                sights = []
                for p in range(P):
                    if p == mover or not hidden or glimpse:
                        shown = (level, i)
                    else:
                        shown = (level, int(rng.random() < 0.25) * (i + 1))
                    # Where all is public a node is its own information.
                    sights.append((*seen[n][p], *shown) if hidden else (m,))
                seen.append(tuple(sights))
                following.append(m)
        if not following:
            break
        level_start.append(len(parent))
        open_nodes = following
    N = len(parent)
    edge_start = [0]
    edge_action: list[int] = []
    for n in range(N):
        for m, label in edges.get(n, []):
            edge_of[m] = len(child)
            child.append(m)
            edge_action.append(label)
        edge_start.append(len(child))
    parent_edge = [edge_of.get(n, -1) for n in range(N)]

    i32 = np.int32
    types = tuple(tuple(f"t{t}" for t in range(T)) if T > 1 else ("",) for T in n_types)
    B, R, Q = action_start[-1], 1 + int(rng.integers(3, 12)), sum(n_types)
    C = len(cell_player)
    payoff_row = rng.integers(0, R, N)
    payoff_row[0] = 0
    game = Game(
        players=tuple(f"p{p}" for p in range(P)),
        types=types,
        level_start=np.array(level_start, dtype=i32),
        parent=np.array(parent, dtype=i32),
        parent_edge=np.array(parent_edge, dtype=i32),
        actor=np.array(actor, dtype=np.int8),
        cell=np.array(cell, dtype=i32),
        edge_start=np.array(edge_start, dtype=i32),
        child=np.array(child, dtype=i32),
        edge_action=np.array(edge_action, dtype=i32),
        payoff_row=payoff_row.astype(i32),
        cell_player=np.array(cell_player, dtype=np.int8),
        cell_level=np.array(cell_level, dtype=i32),
        action_start=np.array(action_start, dtype=i32),
        rate_row=(rng.integers(0, 3, B) if rates else np.zeros(B)).astype(i32),
        cell_start=np.cumsum([0, *map(len, members)]).astype(i32),
        cell_node=np.array([n for m in members for n in m], dtype=i32),
    )
    V, K = variants, game.n_profiles
    payoff = rng.normal(0, 1, (R, Q, 1)) + rng.normal(0, 0.2, (R, Q, V))
    payoff[0] = 0
    log_rate = np.log(rng.uniform(0.5, 3, (3, V)))
    log_rate[0] = 0
    payload = Payload(
        payoff=payoff,
        odds=np.repeat(np.array(odds or [1.0])[:, None], V, axis=1),
        log_rate=log_rate,
        prior=rng.dirichlet(np.ones(K), V).T.copy(),
        stake=rng.uniform(0.5, 2, Q),
        precision=rng.uniform(0.5, reach, V),
    )
    assert len(game.cell_start) - 1 == C
    return game, payload


@st.composite
def games(
    draw: st.DrawFn,
    *,
    max_levels: int = 5,
    hidden: bool | None = None,
    variants: int = 2,
    rates: bool = True,
    reach: float = 3.0,
    max_players: int = 3,
    width: int = 60,
) -> tuple[Game, Payload]:
    """A random game with its numbers."""
    n_types = draw(st.lists(st.integers(1, 3), min_size=1, max_size=max_players))
    return random_game(
        draw(st.integers(0, 2**20)),
        n_types=tuple(n_types),
        levels=draw(st.integers(1, max_levels)),
        hidden=draw(st.booleans()) if hidden is None else hidden,
        variants=variants,
        rates=rates,
        reach=reach,
        width=width,
    )
