"""The largest gain from deviating, against trying every pure strategy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings

from standoff.solve import aqre, gains
from strategies import kernel_reference as reference
from strategies.games import games, random_game


@settings(derandomize=True, deadline=None, max_examples=25)
@given(games(max_levels=4, width=8, variants=2))
def test_gains_are_those_of_the_best_pure_strategy(case):
    game, payload = case
    counts = [reference.pure_strategies(game, p) for p in range(len(game.players))]
    assume(max(counts) <= 200)
    strategy = reference.random_strategy(game, 2, 3)
    found = gains(game, payload, strategy, threads=1)
    for p in range(len(game.players)):
        for t in range(game.n_types[p]):
            for v in (0, 1):
                wanted = reference.gain(game, payload, v, strategy, p, t)
                np.testing.assert_allclose(
                    found[game.type_start[p] + t, v], wanted, rtol=1e-9, atol=1e-11
                )


def test_precise_play_leaves_little_to_gain():
    game, payload = random_game(5, n_types=(2, 2), levels=4, hidden=False, variants=3)
    loose = gains(game, payload, aqre(game, payload).strategy)
    sharp = replace(payload, precision=payload.precision * 30)
    solution = aqre(game, sharp)
    tight = gains(game, sharp, solution.strategy)[:, solution.solved]
    assert tight.shape[1] and tight.max() < 0.1 * loose.max()
    assert (loose >= 0).all() and (tight >= 0).all()


def test_a_game_without_a_choice_has_nothing_to_gain():
    for seed in range(20):
        game, payload = random_game(seed, n_types=(2,), levels=1)
        if not game.n_rows:
            assert (gains(game, payload, np.empty((0, 2))) == 0).all()
            return
    raise AssertionError("no such game among the first twenty")


def test_games_without_an_order_in_time_are_refused() -> None:
    """Either player may have moved first, and does not know: no order suits both sets."""
    from standoff.game.efg_read import load_efg
    from standoff.solve.certificates import Certifier
    from standoff.solve.solving import solve

    either = load_efg(
        'EFG 2 R "either first" { "one" "two" }\nc "" 1 "" { "a" 1/2 "b" 1/2 } 0\n'
        'p "" 1 1 "" { "l" "r" } 0\n'
        'p "" 2 1 "" { "u" "d" } 0\nt "" 1 "" { 1 0 }\nt "" 2 "" { 0 1 }\n'
        'p "" 2 1 0\nt "" 3 "" { 0 1 }\nt "" 4 "" { 2 0 }\n'
        'p "" 2 1 0\n'
        'p "" 1 1 0\nt "" 5 "" { 1 0 }\nt "" 6 "" { 0 1 }\n'
        'p "" 1 1 0\nt "" 7 "" { 0 1 }\nt "" 8 "" { 2 0 }\n'
    )
    uniform = np.full((either.game.n_rows, 1), 0.5)
    with pytest.raises(ValueError, match="order in time"):
        gains(either.game, either.payload, uniform)
    found = solve(either, "aqre", precision=2.0)
    assert found.status == "solved"
    assert found.method == "branch"
    assert Certifier(either.game, either.payload).gains(uniform[:, 0]) == pytest.approx([0.25, 0])
