"""Other equilibria at one precision."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.game.building import build_game
from standoff.solve import logit_residual
from standoff.solve.aqre_branches import aqre_branches
from strategies.games import random_game


def two_by_two(payoffs):
    """A game in which both move at once: payoffs of (row, column) by row, then column."""
    flat = np.array(payoffs, dtype=float).reshape(4, 2)
    built = build_game(
        ("a", "b"), parent=np.array([-1, 0, 0, 1, 1, 2, 2]),
        action=np.array([0, 0, 1, 0, 1, 0, 1]),
        actor=np.array([0, 1, 1, -2, -2, -2, -2], dtype=np.int8),
        info=np.array([0, 1, 1, -1, -1, -1, -1]), odds=np.ones(7),
        payoff=np.concatenate([np.zeros((3, 2)), flat]),
    )  # fmt: skip
    return built.game, built.payload


HUNT = [[(9, 9), (0, 8)], [(8, 0), (7, 7)]]


def crossings(precision):
    """Equilibria of the symmetric hunt by bisection on the log odds of going for the stag."""

    def excess(x):
        p = 1 / (1 + np.exp(-x))
        return precision * (9 * p - 8 * p - 7 * (1 - p)) - x

    grid = np.linspace(-81.3, 80.1, 200_001)
    signs = np.sign(excess(grid))
    roots = []
    for i in np.flatnonzero(signs[:-1] * signs[1:] < 0):
        left, right = grid[i], grid[i + 1]
        for _ in range(80):
            middle = (left + right) / 2
            if np.sign(excess(middle)) == signs[i]:
                left = middle
            else:
                right = middle
        roots.append(1 / (1 + np.exp(-left)))
    return np.sort(roots)


@pytest.mark.parametrize(("precision", "count"), [(0.2, 1), (2.0, 1), (6.0, 3), (10.0, 3)])
def test_the_stag_hunt_has_one_or_three(precision, count):
    game, payload = two_by_two(HUNT)
    found = aqre_branches(game, payload, precision=precision)
    mine = np.sort([s[0] for s in found.equilibria.strategies])
    assert len(mine) == count
    np.testing.assert_allclose(mine, crossings(precision), atol=1e-9)
    # The principal branch leads to the hare.
    assert found.equilibria.strategies[0][0] < 0.5 and found.principal == 1
    assert found.led.sum() <= found.starts and f"{count} found by 32 starts" in found.sentence


def test_all_that_is_found_holds_and_differs():
    most = 0
    for seed in (4, 9, 24):
        game, payload = random_game(
            seed, n_types=(3, 2), levels=6, hidden=seed % 3 == 2, variants=1
        )
        payload = replace(payload, precision=payload.precision * 12)
        found = aqre_branches(game, payload, starts=12)
        strategies = found.equilibria.strategies
        for i, strategy in enumerate(strategies):
            assert logit_residual(game, payload, strategy[:, None])[0] <= 1e-10
            for other in strategies[:i]:
                assert np.abs(strategy - other).max() > 1e-6
        most = max(most, len(strategies))
    assert most == 3


def test_the_seed_decides():
    game, payload = two_by_two(HUNT)
    one, two = (aqre_branches(game, payload, precision=6.0, seed=3, starts=8) for _ in range(2))
    assert (one.led == two.led).all()
    for a, b in zip(one.equilibria.strategies, two.equilibria.strategies, strict=True):
        assert a.tobytes() == b.tobytes()
