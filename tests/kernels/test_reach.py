"""Reach and what is carried down the tree."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from standoff.kernels import reach
from strategies import kernel_reference as reference
from strategies.games import games, random_game

QUICK = settings(derandomize=True, deadline=None, max_examples=25)


def arrays(game, payload, strategy):
    return {
        "parent": game.parent, "parent_edge": game.parent_edge, "actor": game.actor,
        "cell": game.cell, "edge_action": game.edge_action, "action_start": game.action_start,
        "row_start": game.row_start, "n_types": game.n_types, "profile_type": game.profile_type,
        "odds": payload.odds, "prior": payload.prior, "strategy": strategy,
    }  # fmt: skip


@QUICK
@given(games(width=20))
def test_reach_is_the_product_of_what_led_there(case):
    game, payload = case
    strategy = reference.random_strategy(game, 2, 1)
    every = reach.node_reach(np.arange(game.n_nodes), **arrays(game, payload, strategy))
    for v in (0, 1):
        wanted = reference.reach(game, payload, v, strategy)
        np.testing.assert_allclose(every[:, :, v], wanted, rtol=1e-12)
    ends = reach.end_reach(**arrays(game, payload, strategy))
    np.testing.assert_array_equal(ends, every[game.end_nodes])
    np.testing.assert_allclose(ends.sum(axis=(0, 1)), 1.0, rtol=1e-9)
    some = np.array([game.n_nodes - 1, 0, game.n_nodes // 2])
    np.testing.assert_array_equal(
        reach.node_reach(some, **arrays(game, payload, strategy)), every[some]
    )


def test_many_variants_are_the_same_as_few():
    game, payload = random_game(7, n_types=(3, 2), variants=150)
    strategy = reference.random_strategy(game, 150, 2)
    whole = reach.end_reach(**arrays(game, payload, strategy))
    for v in (0, 63, 64, 149):
        part = payload.take(slice(v, v + 1))
        alone = reach.end_reach(**arrays(game, part, strategy[:, v : v + 1]))
        np.testing.assert_array_equal(whole[:, :, v], alone[:, :, 0])


@QUICK
@given(games(width=20))
def test_marks_are_carried_down(case):
    game, _ = case
    rng = np.random.default_rng(game.n_nodes)
    mark = rng.random(game.n_nodes) < 0.2
    number = rng.normal(size=game.n_nodes)
    factor = rng.random((game.n_nodes, 3))
    got = (
        reach.propagate_any(game.parent, mark), reach.propagate_all(game.parent, mark),
        reach.propagate_min(game.parent, number), reach.propagate_sum(game.parent, number),
        reach.propagate_product(game.parent, factor),
    )  # fmt: skip
    for n in range(game.n_nodes):
        line = [n]
        while game.parent[line[-1]] >= 0:
            line.append(int(game.parent[line[-1]]))
        assert got[0][n] == mark[line].any()
        assert got[1][n] == mark[line].all()
        assert got[2][n] == number[line].min()
        np.testing.assert_allclose(got[3][n], number[line].sum(), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(got[4][n], factor[line].prod(axis=0), rtol=1e-12)
