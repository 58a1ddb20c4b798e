"""Random games in which all moves are public and only what is dealt is private, read flat."""

from __future__ import annotations

import numpy as np

from standoff.game.building import Built, build_game
from standoff.game.game import CHANCE, END

CARDS = 3


def public_game_read_flat(
    seed: int, *, depth: int = 4, zero_sum: bool = True, hide: bool = False
) -> tuple[Built, np.ndarray]:
    """A game of two players dealt cards with random joint odds, and its outcome identities.

    The public tree has moves of both and public chance whose odds depend on the deal (some
    outcomes are impossible under some deals). With `hide` one player does not see one move, so
    that the game is none of public moves.
    """
    rng = np.random.default_rng(seed)
    deals = [(i, j) for i in range(CARDS) for j in range(CARDS) if rng.random() < 0.8] or [(0, 0)]
    parent, action, actor, info, odds, payoff, outcome = [], [], [], [], [], [], []
    names: dict[tuple[object, ...], int] = {}

    def node(above: int, number: int, who: int, share: float = 1.0, kind: int = -1) -> int:
        parent.append(above)
        action.append(number)
        actor.append(who)
        info.append(-1)
        odds.append(share)
        payoff.append([0.0, 0.0])
        outcome.append(kind)
        return len(parent) - 1

    shapes: dict[tuple[object, ...], tuple[int, int]] = {}

    def shape(public: tuple[object, ...]) -> tuple[int, int]:
        """Who moves at a public node and in how many ways, whatever the deal."""
        if public not in shapes:
            last = len(public) >= depth or (len(public) > 1 and rng.random() < 0.2)
            # What chance does before anybody moves counts as dealt.
            movers = [0, 1, 0, 1, CHANCE] if public else [0, 1]
            who = END if last else int(rng.choice(movers))
            shapes[public] = who, int(rng.integers(1, 4))
        return shapes[public]

    def grow(at: int, public: tuple[object, ...], deal: tuple[int, int]) -> None:
        who, ways = shape(public)
        actor[at] = who
        if rng.random() < 0.2 or who == END:
            won = float(rng.integers(-3, 4))
            payoff[at] = [won, -won if zero_sum else float(rng.integers(-3, 4))]
        if who == END:
            return
        if who == CHANCE:
            weights = rng.random(ways) * (rng.random(ways) < 0.7)
            weights[int(rng.integers(ways))] += 0.1
            weights /= weights.sum()
            # Impossible outcomes are left out, as a deck leaves out the cards in hand.
            for number, k in enumerate(np.flatnonzero(weights)):
                below = node(at, number, END, float(weights[k]), int(k))
                grow(below, (*public, ("c", int(k))), deal)
            return
        seen = public[:-1] if hide and who == 1 and public else public
        info[at] = names.setdefault((who, seen, ways, deal[who]), len(names))
        for k in range(ways):
            grow(node(at, k, END), (*public, k), deal)

    root = node(-1, 0, CHANCE)
    shares = rng.dirichlet(np.ones(len(deals)))
    for number, (deal, share) in enumerate(zip(deals, shares, strict=True)):
        grow(node(root, number, END, float(share), number), (), deal)
    built = build_game(
        ("one", "two"), parent=np.array(parent), action=np.array(action),
        actor=np.array(actor, dtype=np.int8), info=np.array(info), odds=np.array(odds),
        payoff=np.array(payoff),
    )  # fmt: skip
    return built, np.array(outcome, dtype=np.int32)[built.edge_node]
