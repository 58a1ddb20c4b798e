"""Single precision first: it saves time, and decides nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.solve import aqre, logit_residual, stages
from strategies.games import random_game


@pytest.fixture(autouse=True)
def of_any_size(monkeypatch):
    """Single precision for games of any size: small ones leave it out."""
    monkeypatch.setattr(stages, "LARGE", 0)


@pytest.mark.parametrize("hidden", [False, True])
def test_the_sweeps_in_single_precision_change_the_way_and_not_the_answer(monkeypatch, hidden):
    game, payload = random_game(21, n_types=(3, 2), levels=6, hidden=hidden, variants=19)
    usual = aqre(game, payload, threads=1)
    monkeypatch.setattr(stages, "SINGLE", 0)
    double = aqre(game, payload, threads=1)
    both = usual.solved & double.solved
    assert both.mean() > 0.9
    np.testing.assert_allclose(usual.strategy[:, both], double.strategy[:, both], rtol=0, atol=1e-6)
    assert logit_residual(game, payload, usual.strategy)[both].max() <= 1e-8


@pytest.mark.parametrize("variants", [3, 8, 9, 16, 21])
def test_small_games_do_without(monkeypatch, variants):
    """As if no sweep were made in single precision, whatever is left of the last block."""
    game, payload = random_game(25, n_types=(2, 2), levels=4, hidden=False, variants=variants)
    asked = []
    usual = stages.lanes_of
    monkeypatch.setattr(
        stages, "lanes_of", lambda p, v, *rest: asked.append(len(v)) or usual(p, v, *rest)
    )
    monkeypatch.setattr(stages, "LARGE", game.n_rows + 1)
    small = aqre(game, payload, threads=1)
    assert set(asked) == {8} and small.solved.all()
    assert logit_residual(game, payload, small.strategy).max() <= 1e-8
    asked.clear()
    monkeypatch.setattr(stages, "LARGE", game.n_rows)
    assert aqre(game, payload, threads=1).solved.all() and 16 in asked


def test_checks_are_made_in_double_precision_only():
    """No strategy is ever one that single precision could have given."""
    game, payload = random_game(22, n_types=(2, 2), levels=5, hidden=False, variants=16)
    solution = aqre(game, payload, threads=1)
    assert solution.solved.all()
    assert (solution.strategy != solution.strategy.astype(np.float32)).mean() > 0.5


@pytest.mark.parametrize("scale", [1e20, 1e39])
def test_payoffs_beyond_single_precision_are_solved_all_the_same(scale):
    """Nothing finite is left of them there: the iteration in double precision starts afresh."""
    game, payload = random_game(23, n_types=(2, 2), levels=4, hidden=False, variants=5)
    large = replace(payload, payoff=payload.payoff * scale, precision=payload.precision / scale)
    with np.errstate(over="ignore"):
        usual, found = aqre(game, payload, threads=1), aqre(game, large, threads=1)
    assert usual.solved.all() and found.solved.all()
    np.testing.assert_allclose(found.strategy, usual.strategy, rtol=0, atol=1e-6)


def test_a_variant_has_the_same_bytes_wherever_it_stands(monkeypatch):
    """First or last in a block of sixteen, or in one that is filled up; worked on all at once or in
    turns.
    """
    game, payload = random_game(24, n_types=(3, 2), levels=6, hidden=False, variants=37, reach=8)
    whole = aqre(game, payload, threads=2)
    back = np.arange(36, -1, -1)
    turned = aqre(game, payload.take(back), threads=1)
    np.testing.assert_array_equal(turned.strategy, whole.strategy[:, back])
    np.testing.assert_array_equal(turned.sweeps, whole.sweeps[back])
    for first, n in ((0, 1), (5, 7), (20, 9), (3, 17)):
        some = aqre(game, payload.take(slice(first, first + n)), threads=1)
        np.testing.assert_array_equal(some.strategy, whole.strategy[:, first : first + n])
        np.testing.assert_array_equal(some.check, whole.check[first : first + n])
    monkeypatch.setattr("standoff.solve.aqre.MEMORY", 0)
    more = payload.take(np.resize(np.arange(37), 150))
    in_turns = aqre(game, more, threads=2)
    np.testing.assert_array_equal(
        in_turns.strategy, whole.strategy[:, np.resize(np.arange(37), 150)]
    )
