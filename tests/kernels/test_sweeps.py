"""One sweep and one check against the plain reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from standoff.kernels import sweeps
from standoff.solve.blocks import lanes_of, rows, tree_of
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
    np.testing.assert_allclose(block.play[:, :2], np.log(strategy), rtol=0, atol=0)
    for v in (0, 1):
        wanted = response(game, payload, v, strategy, exact_below=False)
        largest = np.abs(np.log(wanted) - np.log(strategy[:, v])).max(initial=0.0)
        np.testing.assert_allclose(gap[0, v], largest, rtol=1e-9, atol=1e-12)


@QUICK
@given(games(max_levels=4, width=10))
def test_one_variant_eight_and_sixteen_take_the_same_step(case):
    """The kernels are one text for every kind of row."""
    game, payload = case
    tree = tree_of(game)
    if not tree.entries:
        return
    beliefs = np.random.default_rng(7).normal(size=tree.entries)
    found = {}
    for width in (8, 16):
        block = lanes_of(payload, np.resize([0, 1], width), tree, game.n_rows)
        y, image, distance = rows(tree.entries, width), rows(tree.entries, width), rows(1, width)
        y[:] = beliefs[:, None]
        sweeps.sweep(tree, False, block.precision, y, block.numbers, block.work, image, distance)
        found[width] = np.exp(block.play), image
        for array in (block.play, image):
            np.testing.assert_array_equal(array[:, :2], array[:, 2:4])
    for lane in (0, 1):
        block = lanes_of(payload, np.full(8, lane), tree, game.n_rows)
        numbers, work = ([x[:, 0].copy() for x in part] for part in (block.numbers, block.work))
        image, distance = np.zeros(tree.entries), np.zeros(1)
        sweeps.sweep(
            tree, False, block.precision[:, 0].copy(), beliefs, tuple(numbers), tuple(work), image,
            distance,
        )  # fmt: skip
        for width, tolerance in ((8, 1e-10), (16, 3e-4)):
            play, beside = found[width]
            np.testing.assert_allclose(play[:, lane], np.exp(work[0]), rtol=0, atol=tolerance)
            spread = 1 + np.abs(image).max()
            np.testing.assert_allclose(beside[:, lane], image, rtol=0, atol=tolerance * spread)


@pytest.mark.parametrize("width", [8, 16])
def test_a_lane_whose_weights_underflow_leaves_its_neighbors_alone(width):
    """Beliefs are taken again in logs where they are faint, and only there."""
    from strategies.games import random_game

    game, payload = random_game(2, n_types=(2, 3), levels=5, hidden=False)
    tree = tree_of(game)
    faint = payload.take(slice(0, 2))
    faint.prior[:, 1] = 0.0
    faint.prior[0, 1] = 1.0  # every other profile is impossible
    beliefs = np.random.default_rng(8).normal(size=tree.entries)

    def swept(variants):
        block = lanes_of(faint, np.resize(variants, width), tree, game.n_rows)
        y, image, distance = rows(tree.entries, width), rows(tree.entries, width), rows(1, width)
        y[:] = beliefs[:, None]
        sweeps.sweep(tree, False, block.precision, y, block.numbers, block.work, image, distance)
        return block.play, image

    alone, mixed = swept([0]), swept([0, 1])
    for one, other in zip(alone, mixed, strict=True):
        np.testing.assert_array_equal(one[:, 0], other[:, 0])
        assert np.isfinite(other).all()
    alone = swept([1])
    for one, other in zip(alone, mixed, strict=True):
        np.testing.assert_array_equal(one[:, 0], other[:, 1])


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
