"""Devices: their gap by separate code, their size, and games in which one profile will not do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.building import build_game
from standoff.game.game import END
from standoff.game.openspiel import load_openspiel
from standoff.solve.certificates import Certifier
from standoff.solve.coarse_correlated import PROFILES, coarse_correlated
from strategies.public_games import public_game_read_flat


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [
        ("kuhn_poker(players=3)", 1e-6),
        ("kuhn_poker(players=4)", 1e-4),
        ("leduc_poker", 1e-3),
        ("first_sealed_auction(players=3,max_value=3)", 1e-6),
        ("matrix_shapleys_game", 1e-6),
        ("matrix_bos", 1e-9),
        ("matrix_cd", 1e-9),
    ],
)
def test_games_of_openspiel(name: str, tolerance: float) -> None:
    loaded = load_openspiel(name)
    found = coarse_correlated(loaded.game, loaded.payload, tolerance=tolerance)
    assert found.weights is not None
    assert len(found.strategies) == len(found.weights) <= PROFILES
    assert found.weights.sum() == pytest.approx(1.0)
    assert (found.weights > 0).all()
    gap = Certifier(loaded.game, loaded.payload).coarse_gap(found.strategies, found.weights)
    assert gap <= tolerance * (1 + 1e-6)


def shapley(shift: float):  # type: ignore[no-untyped-def]
    """Shapley's game with one payoff moved, so that uniform play is no equilibrium and learning
    circles for ever.
    """
    first = np.array([[1.0 + shift, 0, 0], [0, 1, 0], [0, 0, 1]])
    second = np.array([[0, 1.0 + shift, 0], [0, 0, 1], [1, 0, 0]])
    parent, action, actor, info, payoff = [-1], [0], [0], [0], [[0.0, 0.0]]
    for i in range(3):
        above = len(parent)
        parent.append(0), action.append(i), actor.append(1), info.append(1)
        payoff.append([0.0, 0.0])
        for j in range(3):
            parent.append(above), action.append(j), actor.append(END), info.append(-1)
            payoff.append([first[i, j], second[i, j]])
    return build_game(
        ("row", "column"), parent=np.array(parent), action=np.array(action),
        actor=np.array(actor, dtype=np.int8), info=np.array(info), odds=np.ones(len(parent)),
        payoff=np.array(payoff),
    )  # fmt: skip


@pytest.mark.parametrize("method", ["cfr+", "dcfr", "auto"])
def test_play_that_circles_gives_a_device_of_several(method: str) -> None:
    built = shapley(0.5)
    found = coarse_correlated(built.game, built.payload, tolerance=1e-4, method=method)
    gap = Certifier(built.game, built.payload).coarse_gap(found.strategies, found.weights)
    assert gap <= 1e-4 * (1 + 1e-6)
    if method == "cfr+":
        singles = [
            Certifier(built.game, built.payload).coarse_gap([s], np.ones(1))
            for s in found.strategies
        ]
        assert len(found.strategies) > 1
        assert min(singles) > gap


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_random_general_sum_games(seed: int) -> None:
    built, _ = public_game_read_flat(seed, zero_sum=False)
    found = coarse_correlated(built.game, built.payload, tolerance=1e-3, iterations=20_000)
    gap = Certifier(built.game, built.payload).coarse_gap(found.strategies, found.weights)
    assert gap <= 1e-3 * (1 + 1e-6) or found.advice


def test_what_is_spent_is_said() -> None:
    loaded = load_openspiel("kuhn_poker(players=3)")
    found = coarse_correlated(loaded.game, loaded.payload, tolerance=0.0, iterations=100)
    assert "iterations" in found.advice
    early = coarse_correlated(loaded.game, loaded.payload, tolerance=0.0, time=0.0)
    assert early.weights is not None
    assert early.weights.sum() == pytest.approx(1.0)
