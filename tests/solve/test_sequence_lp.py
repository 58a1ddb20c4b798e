"""Zero-sum games: known values, the other orientation, Gambit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.efg_write import to_efg
from standoff.game.openspiel import load_openspiel
from standoff.solve.certificates import Certifier
from standoff.solve.sequence_form import expected_payoffs, plans, sequence_form
from standoff.solve.sequence_lp import NotZeroSum, constraints, sequence_lp, unit
from strategies.games import random_game
from strategies.random_games import random_tree, trees

quick = settings(derandomize=True, deadline=None, max_examples=40)


def solved(game, payload, **named):
    """The strategy, its value to the first player, and its NashConv by other code."""
    found = sequence_lp(game, payload, **named)
    assert not found.advice
    (strategy,) = found.strategies
    form = sequence_form(game, payload, named.get("variant", 0))
    value = expected_payoffs(form, plans(form, strategy))[0]
    return strategy, value, Certifier(game, payload).nash_conv(strategy)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kuhn_poker", -1 / 18),
        ("leduc_poker", -0.085606424078),
        ("liars_dice(numdice=1,dice_sides=4)", 0.0625),
        ("goofspiel(num_cards=4,points_order=descending,imp_info=True)", 0.0),
    ],
)
def test_values_of_games_that_are_known(name, value):
    loaded = load_openspiel(name)
    _, found, conv = solved(loaded.game, loaded.payload)
    assert found == pytest.approx(value, abs=1e-11)
    assert conv < 1e-10


@quick
@given(trees(max_players=2, max_moves=14, zero_sum=True))
def test_random_games(tree):
    loaded = tree.load()
    _, value, conv = solved(loaded.game, loaded.payload)
    assert conv < 1e-8
    other = tree.players_as((1, 0)).load()
    assert solved(other.game, other.payload)[1] == pytest.approx(-value, abs=1e-8)
    more = tree.plus({0: 3.0, 1: 4.0}).load()
    assert solved(more.game, more.payload)[1] == pytest.approx(value + 3.0, abs=1e-8)


@quick
@given(st.integers(0, 2**16))
def test_types_as_axes(seed):
    game, payload = random_game(seed, n_types=(2, 3), levels=4, width=20, variants=1)
    table = payload.payoff.copy()
    # The first player's payoffs may not depend on its type if the other's are to mirror them.
    table[:, 1] = table[:, 0]
    table[:, 2:] = -table[:, :1]
    payload = replace(payload, payoff=table)
    assert solved(game, payload)[2] < 1e-9


def test_variants_are_told_apart():
    game, payload = random_game(5, n_types=(1, 1), levels=4, width=12, variants=3)
    table = payload.payoff.copy()
    table[:, 1] = -table[:, 0]
    payload = replace(payload, payoff=table)
    for v in range(3):
        alone = payload.take(slice(v, v + 1))
        both = [sequence_lp(game, payload, variant=v), sequence_lp(game, alone)]
        np.testing.assert_array_equal(both[0].strategies[0], both[1].strategies[0])


def test_other_games_are_refused_in_words():
    three = load_openspiel("kuhn_poker(players=3)")
    with pytest.raises(NotZeroSum, match="has 3: regret minimization"):
        sequence_lp(three.game, three.payload)
    tree = random_tree(6, moves=9).load()
    with pytest.raises(NotZeroSum, match="complementarity"):
        sequence_lp(tree.game, tree.payload)


def test_out_of_time():
    loaded = load_openspiel("leduc_poker")
    found = sequence_lp(loaded.game, loaded.payload, time=0.0)
    assert "time ran out" in found.advice
    starts = loaded.game.row_start[:-1]
    np.testing.assert_allclose(np.add.reduceat(found.strategies[0], starts), 1.0)


@quick
@given(trees(max_players=2), st.integers(0, 2**16))
def test_plans_meet_the_constraints(tree, seed):
    loaded = tree.load()
    form = sequence_form(loaded.game, loaded.payload)
    rng = np.random.default_rng(seed)
    raw = rng.exponential(size=loaded.game.n_rows)
    starts = loaded.game.row_start[:-1]
    play = raw / np.repeat(np.add.reduceat(raw, starts), np.diff(loaded.game.row_start))
    for plex, plan in zip(form.plexes, plans(form, play), strict=True):
        matrix = constraints(plex)
        np.testing.assert_allclose(matrix @ plan, unit(plex.n_sets + 1), atol=1e-12)


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(8))
def test_the_same_value_as_gambit(seed):
    import io

    import pygambit

    loaded = random_tree(seed, moves=10, zero_sum=True, span=3).load()
    read = pygambit.read_efg(io.StringIO(to_efg(loaded.game, loaded.payload)))
    theirs = pygambit.nash.lp_solve(read, rational=False).equilibria[0]
    _, value, _ = solved(loaded.game, loaded.payload)
    assert value == pytest.approx(float(theirs.payoff(next(iter(read.players)))), abs=1e-8)
