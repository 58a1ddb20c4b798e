"""Random small games as trees: two to four players, imperfect information, chance, ties, payoffs
at inner nodes, sets with one action, sets that chance or the rules never reach, sets without a
common order in time. Recall is perfect: a player's information is all that it has seen and done.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from strategies.nested_games import Chance, End, Move, Nested, Node


def random_tree(
    seed: int,
    *,
    players: int = 2,
    moves: int = 8,
    zero_sum: bool = False,
    hidden: float = 0.5,
    clock: bool = False,
    chance: float = 0.2,
    inner: float = 0.2,
    singles: float = 0.1,
    never: float = 0.1,
    span: int = 3,
) -> Nested:
    """A game of at most `moves` nodes at which somebody moves.

    `hidden` is the chance that a player misses another's move, `clock` whether it then notices
    that there was one; `chance`, `inner`, `singles` and `never` are shares of chance moves, of
    payoffs on the way, of sets with one action and of outcomes with odds zero; payoffs are whole
    numbers up to `span`, so that ties are common where it is small.
    """
    rng = np.random.default_rng(seed)
    menus: dict[tuple[object, ...], tuple[str, int]] = {}

    def pay() -> tuple[float, ...]:
        drawn = rng.integers(-span, span + 1, players).astype(float)
        if zero_sum:
            drawn[-1] = -drawn[:-1].sum()
        return tuple(drawn)

    def look(seen: tuple[object, ...], what: str, i: int) -> tuple[object, ...]:
        if rng.random() >= hidden:
            return (*seen, (what, i))
        return (*seen, "moved") if clock else seen

    def menu(player: int, seen: tuple[object, ...]) -> tuple[str, int]:
        key = (player, *seen)
        if key not in menus:
            n = 1 if rng.random() < singles else int(rng.integers(2, 4))
            menus[key] = (f"p{player} s{len(menus)}", n)
        return menus[key]

    # Breadth first, so that the moves are spent on width: every node waits for its turn.
    plan: list[tuple[str, int, tuple[float, ...], list[tuple[str, Fraction | int, int]]]] = []
    waiting: list[tuple[int, tuple[tuple[object, ...], ...]]] = [(0, ((),) * players)]
    begun = 0
    while len(plan) < len(waiting):
        depth, seen = waiting[len(plan)]
        if begun >= moves or (depth and rng.random() < 0.15):
            plan.append(("end", -1, pay(), []))
            continue
        begun += 1
        earned = pay() if depth and rng.random() < inner else ()
        below: list[tuple[str, Fraction | int, int]] = []
        if rng.random() < chance:
            n = int(rng.integers(1, 4))
            parts = rng.integers(1, 5, n)
            if n > 1 and rng.random() < never:
                parts[rng.integers(n)] = 0
            for i in range(n):
                below.append((f"o{i}", Fraction(int(parts[i]), int(parts.sum())), len(waiting)))
                waiting.append((depth + 1, tuple(look(s, "chance", i) for s in seen)))
            plan.append(("chance", -1, earned, below))
            continue
        mover = int(rng.integers(players))
        name, n = menu(mover, seen[mover])
        for i in range(n):
            below.append((f"a{i}", 1, len(waiting)))
            after = tuple(
                (*s, ("own", i)) if p == mover else look(s, f"m{mover}", i)
                for p, s in enumerate(seen)
            )
            waiting.append((depth + 1, after))
        plan.append((name, mover, earned, below))

    def node(n: int) -> Node:
        kind, mover, earned, below = plan[n]
        if kind == "end":
            return End(*earned)
        if kind == "chance":
            return Chance({label: (odds, node(m)) for label, odds, m in below}, earned)
        return Move(mover, kind, {label: node(m) for label, _, m in below}, earned)

    names = tuple(f"p{p}" for p in range(players))
    return Nested(names, node(0), f"seed {seed}")


@st.composite
def trees(
    draw: st.DrawFn,
    *,
    max_players: int = 4,
    max_moves: int = 12,
    zero_sum: bool | None = False,
    perfect: bool = False,
) -> Nested:
    """Random trees in which somebody chooses; smaller games are tried first when one fails."""
    players = draw(st.integers(2, max_players))
    return random_tree(
        draw(st.integers(0, 2**20)),
        players=players,
        moves=draw(st.integers(1, max_moves)),
        zero_sum=draw(st.booleans()) if zero_sum is None else zero_sum,
        hidden=0.0 if perfect else draw(st.sampled_from([0.0, 0.3, 0.6, 0.9])),
        clock=draw(st.booleans()),
        chance=draw(st.sampled_from([0.0, 0.2, 0.4])),
        inner=draw(st.sampled_from([0.0, 0.3])),
        singles=draw(st.sampled_from([0.0, 0.2])),
        never=draw(st.sampled_from([0.0, 0.5])),
        span=draw(st.sampled_from([1, 4, 20])),
    )


def some_strategy(rows: int, row_start: np.ndarray, seed: int, zeros: float = 0.3) -> np.ndarray:
    """A behavior strategy of a game with one type each, with some odds of zero."""
    rng = np.random.default_rng(seed)
    raw = rng.exponential(size=rows) + 1e-3
    raw[rng.random(rows) < zeros] = 0.0
    for low, high in itertools.pairwise(row_start):
        if raw[low:high].sum() == 0.0:
            raw[low] = 1.0
        raw[low:high] /= raw[low:high].sum()
    return raw
