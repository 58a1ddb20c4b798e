"""One sweep and one check against the plain reference."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from standoff.kernels import sweeps
from standoff.solve.blocks import lanes_of, tree_of
from strategies.games import games
from strategies.kernel_reference import random_strategy, response

QUICK = settings(derandomize=True, deadline=None, max_examples=25)


def start(game, payload, strategy):
    tree = tree_of(game)
    block = lanes_of(payload, np.array([0, 1, 1, 1, 1, 1, 1, 1]), tree, game.n_rows)
    block.play[:] = np.log(strategy[:, block.variants])
    beliefs, gap = np.empty((tree.entries, 8)), np.empty((1, 8))
    sweeps.sweep(tree, True, block.precision, beliefs, block.numbers, block.work, beliefs, gap)
    return tree, block, beliefs, gap


@QUICK
@given(games(max_levels=4, width=10))
def test_a_sweep_is_logit_backward_induction_under_the_old_beliefs(case):
    game, payload = case
    strategy = random_strategy(game, 2, 5)
    tree, block, beliefs, _ = start(game, payload, strategy)
    image, distance = np.empty_like(beliefs), np.empty((1, 8))
    sweeps.sweep(tree, False, block.precision, beliefs, block.numbers, block.work, image, distance)
    play = np.exp(block.play)
    for v in (0, 1):
        wanted = response(game, payload, v, strategy, exact_below=True)
        np.testing.assert_allclose(play[:, v], wanted, rtol=1e-10, atol=1e-13)
    if tree.entries:
        largest = np.abs(image - beliefs).max(axis=0)
        np.testing.assert_array_equal(distance[0], largest)


@QUICK
@given(games(max_levels=4, width=10))
def test_the_check_compares_with_the_response_to_the_play_itself(case):
    game, payload = case
    strategy = random_strategy(game, 2, 6)
    _, block, _, gap = start(game, payload, strategy)
    np.testing.assert_allclose(
        block.play[:, :2], np.log(strategy), rtol=0, atol=0
    )
    for v in (0, 1):
        wanted = response(game, payload, v, strategy, exact_below=False)
        largest = np.abs(np.log(wanted) - np.log(strategy[:, v])).max(initial=0.0)
        np.testing.assert_allclose(gap[0, v], largest, rtol=1e-9, atol=1e-12)


def test_beliefs_are_defined_where_nobody_comes():
    """Odds of one in 1e-9 and reach that underflows leave no division of zero by zero."""
    from strategies.games import random_game

    for seed in range(6):
        game, payload = random_game(seed, n_types=(2, 3), levels=5, hidden=bool(seed % 2))
        payload.prior[:] = 0.0
        payload.prior[0] = 1.0  # every other profile is impossible
        strategy = random_strategy(game, 2, seed)
        tree, block, beliefs, _ = start(game, payload, strategy)
        rare = np.random.default_rng(seed).random(block.play.shape) < 0.5
        block.play[:] = np.where(rare, -650, 0)
        image, distance = np.empty_like(beliefs), np.empty((1, 8))
        gap = np.empty((1, 8))
        sweeps.sweep(tree, True, block.precision, beliefs, block.numbers, block.work, beliefs, gap)
        sweeps.sweep(
            tree, False, block.precision, beliefs, block.numbers, block.work, image, distance
        )
        assert np.isfinite(block.play).all() and np.isfinite(image).all()
        assert np.isfinite(distance).all()
