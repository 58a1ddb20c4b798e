"""Two players, any payoffs: paths in floats and in whole numbers, ties, Gambit."""

from __future__ import annotations

import io
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.efg_write import to_efg
from standoff.game.openspiel import load_openspiel
from standoff.kernels import lemke
from standoff.solve import complementary_pivoting
from standoff.solve.certificates import Certifier
from standoff.solve.complementary_pivoting import Tableau, follow, follow_exactly, fractions
from standoff.solve.sequence_form import behavior, expected_payoffs, plans, sequence_form
from standoff.solve.sequence_lcp import best_reply, sequence_lcp
from standoff.solve.sequence_lp import constraints, unit
from strategies.games import games
from strategies.nested_games import End, Move, Nested
from strategies.random_games import random_tree, trees

# The module can be called, so that its name leads to it and not to the function.
lcp = sys.modules["standoff.solve.sequence_lcp"]
quick = settings(derandomize=True, deadline=None, max_examples=50)


@quick
@given(trees(max_players=2, max_moves=16), st.booleans())
def test_random_games(tree, exact):
    """Ties, one-action sets, sets that nothing reaches: at the first try, on both arithmetics."""
    loaded = tree.load()
    found = sequence_lcp(loaded.game, loaded.payload, exact=exact, tries=1)
    assert not found.advice
    assert Certifier(loaded.game, loaded.payload).nash_conv(found.strategies[0]) < 1e-9


@quick
@given(games(max_players=2, hidden=True, width=20, variants=1))
def test_types_as_axes(game_and_payload):
    game, payload = game_and_payload
    if len(game.players) != 2:
        with pytest.raises(ValueError, match="two players"):
            sequence_lcp(game, payload)
        return
    found = sequence_lcp(game, payload, tries=1)
    assert not found.advice
    assert Certifier(game, payload).nash_conv(found.strategies[0]) < 1e-8


@pytest.mark.parametrize("seed", range(4))
def test_both_arithmetics_follow_one_path(seed):
    """Where the start is the same and nothing is rounded away, they take the same pivots."""
    loaded = random_tree(seed, moves=12, span=3, chance=0.0).load()
    ends = [
        sequence_lcp(loaded.game, loaded.payload, exact=exact, tries=1) for exact in (False, True)
    ]
    np.testing.assert_allclose(ends[0].strategies[0], ends[1].strategies[0], atol=1e-9)


def bimatrix(row, column):
    """Both choose at once."""
    after = {
        f"r{i}": Move(
            1, "column", {f"c{j}": End(row[i][j], column[i][j]) for j in range(len(row[i]))}
        )
        for i in range(len(row))
    }
    return Nested(("row", "column"), Move(0, "row", after)).load()


DEGENERATE = {
    "all the same": ([[1, 1], [1, 1]], [[2, 2], [2, 2]]),
    "nothing to win": ([[0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]]),
    "one action each": ([[3]], [[-1]]),
    "one has no choice": ([[3, 1, 3]], [[1, 1, 1]]),
    "a row twice": ([[3, 3], [3, 3], [0, 6]], [[3, 3], [3, 3], [2, 2]]),
    # Three rows, two columns; all three rows are best replies to one mixed strategy.
    "three best replies": ([[6, 0], [4, 4], [2, 8]], [[1, 2], [2, 1], [1, 2]]),
    # The 3 x 3 game of coordination: ties at every pure strategy and between them.
    "coordination": (np.eye(3).tolist(), np.eye(3).tolist()),
    "cycling": ([[0, 2, 1], [1, 0, 2], [2, 1, 0]], [[0, 1, 2], [2, 0, 1], [1, 2, 0]]),
}


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("exact", [False, True])
def test_degenerate_games(name, exact):
    loaded = bimatrix(*DEGENERATE[name])
    found = sequence_lcp(loaded.game, loaded.payload, every=True, starts=10, exact=exact)
    certifier = Certifier(loaded.game, loaded.payload)
    assert not found.advice
    for strategy in found.strategies:
        assert certifier.nash_conv(strategy) < 1e-10


def test_several_starts_find_several_equilibria():
    loaded = bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    one = sequence_lcp(loaded.game, loaded.payload)
    several = sequence_lcp(loaded.game, loaded.payload, every=True)
    assert len(one.strategies) == 1
    assert len(several.strategies) > 1
    assert not several.complete
    assert len({tuple(s.round(6)) for s in several.strategies}) == len(several.strategies)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_units_and_constants_change_nothing(factor):
    tree = random_tree(11, moves=12, span=4)
    plain, other = tree.load(), tree.scaled({0: factor, 1: 1 / factor}).plus({1: 7.0}).load()
    first = sequence_lcp(plain.game, plain.payload).strategies[0]
    again = sequence_lcp(other.game, other.payload).strategies[0]
    assert Certifier(plain.game, plain.payload).nash_conv(again) < 1e-8
    assert Certifier(plain.game, plain.payload).nash_conv(first) < 1e-10


def test_a_game_of_a_thousand_sequences():
    """The value of a zero-sum game comes out though the path does not know that it is one."""
    loaded = load_openspiel("liars_dice(numdice=1,dice_sides=4)")
    found = sequence_lcp(loaded.game, loaded.payload, tries=1)
    form = sequence_form(loaded.game, loaded.payload)
    value = expected_payoffs(form, plans(form, found.strategies[0]))
    np.testing.assert_allclose(value, [0.0625, -0.0625], atol=1e-11)


@quick
@given(games(max_players=2, width=20, variants=1), st.integers(0, 99))
def test_starts_are_plays(game_and_payload, seed):
    """Uniform, pure and mixed ones; pure play takes one action at every set."""
    game, payload = game_and_payload
    if len(game.players) != 2:
        return
    form = sequence_form(game, payload)
    drawn = np.random.default_rng(seed)
    pure = lcp._pure(game, drawn)
    assert set(np.unique(pure)) <= {0.0, 1.0}
    assert pure.sum() == game.information_sets
    uniform = behavior(form, [np.zeros(p.n_sequences) for p in form.plexes], game)
    begun = list(lcp._starts(form, uniform, game, 7, seed))
    assert len(begun) == 7
    for start in begun:
        for plex, plan in zip(form.plexes, start, strict=True):
            np.testing.assert_allclose(constraints(plex) @ plan, unit(plex.n_sets + 1), atol=1e-12)
            assert (plan >= 0).all()


def test_large_games_begin_at_pure_play(monkeypatch):
    """A thousand sequences, as if they were many."""
    monkeypatch.setattr(lcp, "PURE_FIRST", 100)
    loaded = load_openspiel("liars_dice(numdice=1,dice_sides=4)")
    found = sequence_lcp(loaded.game, loaded.payload, tries=3)
    assert not found.advice
    assert Certifier(loaded.game, loaded.payload).nash_conv(found.strategies[0]) < 1e-9


def test_out_of_time_and_room():
    loaded = random_tree(1, moves=30).load()
    late = sequence_lcp(loaded.game, loaded.payload, time=-1.0)
    assert "time ran out" in late.advice
    assert len(late.strategies) == 1
    starts = loaded.game.row_start[:-1]
    np.testing.assert_allclose(np.add.reduceat(late.strategies[0], starts), 1.0)
    three = random_tree(1, players=3, moves=8).load()
    with pytest.raises(ValueError, match="has 3"):
        sequence_lcp(three.game, three.payload)


def test_too_many_sequences_are_refused(monkeypatch):
    loaded = random_tree(1, moves=30).load()
    monkeypatch.setattr(lcp, "LIMIT", 5)
    with pytest.raises(ValueError, match="regret minimization"):
        sequence_lcp(loaded.game, loaded.payload)


@quick
@given(trees(max_players=2), st.integers(0, 2**16))
def test_best_replies_are_those_of_a_search(tree, seed):
    """Against every pure strategy of a small game."""
    from standoff.solve.strategic_form import count_strategies, pure_plans

    loaded = tree.load()
    form = sequence_form(loaded.game, loaded.payload)
    rng = np.random.default_rng(seed)
    for plex in form.plexes:
        if count_strategies(plex) > 3000:
            continue
        worth = rng.integers(-3, 4, plex.n_sequences).astype(float)
        pure, most = best_reply(plex, worth)
        assert most == (worth @ pure_plans(plex)).max()
        whole = np.array([int(w) for w in worth], dtype=object)
        again, exactly = best_reply(plex, whole)
        assert exactly == most
        assert again.tolist() == pure.tolist()


def random_tableau(seed, n, whole=False):
    """A skew-symmetric problem, as of a zero-sum game; most have a solution."""
    rng = np.random.default_rng(seed)
    half = rng.integers(-4, 5, (n, n)).astype(float)
    entry = half - half.T
    start = rng.integers(0, 5, n).astype(float)
    along = np.where(rng.random(n) < 0.5, -1.0, 1.0) * rng.integers(1, 4, n)
    basic, nonbasic = np.arange(n, 2 * n), np.arange(n)
    parts = [a.astype(int).astype(object) if whole else a for a in (entry, along, start)]
    return Tableau(basic, nonbasic, np.arange(n)[::-1].copy(), *parts)


def test_pivots_keep_inverse_and_values():
    """After each pivot they are what the first tableau gives for that basis."""
    kinds, ends = set(), []
    for seed in range(30):
        basis = complementary_pivoting._Basis(random_tableau(seed, 12))
        is_row, which, what = False, 12, lemke.MORE
        while what == lemke.MORE:
            before, comes_back = len(basis.came), is_row
            what, is_row, which, _ = basis.pivots(is_row, which, 1)
            kinds.add((comes_back, len(basis.came) - before))
            inverse, came, stayed = basis.inverse.copy(), basis.value_came.copy(), basis._stayed()
            own = basis.value[stayed]
            assert basis.error() < 1e-9
            assert basis.afresh()
            np.testing.assert_allclose(inverse, basis.inverse, atol=1e-8)
            np.testing.assert_allclose(came, basis.value_came, atol=1e-8)
            np.testing.assert_allclose(own, basis.value[stayed], atol=1e-8)
            assert min(came.min(), own.min()) > -1e-9
        ends.append(what)
    assert ends.count(lemke.FOUND) > 15  # others end on a ray, as problems without a solution do
    assert lemke.BACK not in ends
    # A column comes or a row comes back, a row leaves or a column: all four were met.
    assert len(kinds) == 4


@pytest.mark.parametrize("seed", range(12))
def test_paths_end_alike_in_floats_and_whole_numbers(seed):
    real, whole = (random_tableau(seed, 8, kind) for kind in (False, True))
    one, other = follow(real), follow_exactly(whole)
    assert (one.values is None) == (other.values is None)
    assert one.pivots == other.pivots
    if one.values is not None and other.values is not None:
        np.testing.assert_allclose(one.values, other.values, atol=1e-8)
        assert (one.values[:8] * one.values[8:]).max() < 1e-12
        rest = real.entry @ one.values[:8] + one.values[8:] + real.along - real.start
        assert np.abs(rest).max() < 1e-9


def test_noise_in_a_stretch_is_gone_over_again(monkeypatch):
    """A stretch that ends in a wrong tableau is taken back and done in smaller steps."""
    loaded = load_openspiel("kuhn_poker")
    spoilt = []
    honest = lemke.pivots

    def spoil(*given):
        result = honest(*given)
        if not spoilt:
            spoilt.append(result)
            given[4][1][0] += 1.0  # the value of a row
        return result

    monkeypatch.setattr(lemke, "pivots", spoil)
    found = sequence_lcp(loaded.game, loaded.payload, tries=1)
    assert spoilt
    assert not found.advice
    assert Certifier(loaded.game, loaded.payload).nash_conv(found.strategies[0]) < 1e-10


def test_simple_fractions_are_known_again():
    values = np.array([1 / 3, -2 / 7, 0.1, 5.0, 1e-3 / 36, np.pi])
    found, common = fractions(values)
    assert found[:4] == [Fraction(1, 3), Fraction(-2, 7), Fraction(1, 10), Fraction(5)]
    assert found[4] == Fraction(1, 36000)
    assert found[5] == Fraction(np.pi)
    assert all((f * common).denominator == 1 for f in found)


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(12))
def test_gambit_finds_no_regret(seed):
    """Gambit's own reckoning of an equilibrium of ours."""
    import pygambit

    loaded = random_tree(seed, moves=9, span=3, never=0.0).load()
    game = loaded.game
    read = pygambit.read_efg(io.StringIO(to_efg(game, loaded.payload)))
    found = sequence_lcp(game, loaded.payload)
    profile = read.mixed_behavior_profile()
    strategy = found.strategies[0]
    for player in read.players:
        for known in player.infosets:
            c = int(known.label.partition(" ")[0])
            rows = strategy[game.row_start[c] : game.row_start[c + 1]]
            for action, share in zip(known.actions, rows, strict=True):
                profile[action] = float(share)
    assert float(profile.agent_max_regret()) < 1e-9
    assert float(profile.as_strategy().max_regret()) < 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_strategies_are_whole(seed):
    """Every set's odds add up to one, reached or not."""
    loaded = random_tree(seed, moves=14, never=0.5).load()
    found = sequence_lcp(loaded.game, loaded.payload).strategies[0]
    starts = loaded.game.row_start[:-1]
    np.testing.assert_allclose(np.add.reduceat(found, starts), 1.0)
    assert (found >= 0).all()
