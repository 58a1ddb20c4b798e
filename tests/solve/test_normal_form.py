"""Reduced normal forms and their equilibria: slow twins in fractions, QuantEcon, Gambit."""

from __future__ import annotations

import io
import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import TooLarge
from standoff.game.openspiel import load_openspiel
from standoff.solve.certificates import Certifier
from standoff.solve.extreme_equilibria import extreme_equilibria
from standoff.solve.normal_form import METHODS, normal_form
from standoff.solve.sequence_form import behavior, expected_payoffs, plans, sequence_form
from standoff.solve.strategic_form import StrategicForm, count_strategies, pure_plans
from standoff.solve.support_newton import solve_on
from strategies.games import games
from strategies.nested_games import End, Move, Nested
from strategies.random_games import random_tree, trees

quick = settings(derandomize=True, deadline=None, max_examples=40)
tables = st.tuples(
    st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**20), st.sampled_from([1, 2, 9])
)


def table(drawn):
    """Payoffs of two players in small whole numbers: ties are the rule."""
    rows, columns, seed, span = drawn
    rng = np.random.default_rng(seed)
    return tuple(rng.integers(-span, span + 1, (rows, columns)).astype(float) for _ in range(2))


def game_of(*payoffs):
    """Players who choose at once."""

    def after(p, path):
        if p == len(payoffs):
            return End(*(float(t[path]) for t in payoffs))
        return Move(p, f"p{p}", {f"a{i}": after(p + 1, (*path, i)) for i in range(sizes[p])})

    sizes = payoffs[0].shape
    return Nested(tuple(f"p{p}" for p in range(len(payoffs))), after(0, ())).load()


def solutions(matrix, right):
    """The one solution of linear equations in fractions, None where there is not one."""
    rows = [[*map(Fraction, row), Fraction(r)] for row, r in zip(matrix, right, strict=True)]
    n = len(rows[0]) - 1
    for k in range(n):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(len(rows)):
            if i != k and rows[i][k]:
                rows[i] = [v - rows[i][k] * w for v, w in zip(rows[i], rows[k], strict=True)]
    return [rows[k][n] for k in range(n)]


def vertices(payoff):
    """Vertices of ``z >= 0, payoff z <= 1`` but the origin, with their labels, by trying all."""
    rows, size = payoff.shape
    left = [[-int(i == j) for j in range(size)] for i in range(size)] + payoff.astype(int).tolist()
    right = [0] * size + [1] * rows
    found = {}
    for held in itertools.combinations(range(size + rows), size):
        z = solutions([left[i] for i in held], [right[i] for i in held])
        if z is None or not any(z):
            continue
        slack = [
            r - sum(a * b for a, b in zip(row, z, strict=True))
            for row, r in zip(left, right, strict=True)
        ]
        if min(slack) >= 0:
            found[tuple(v / sum(z) for v in z)] = {i for i, s in enumerate(slack) if s == 0}
    return found


def extreme_by_search(row, column):
    """Extreme equilibria in fractions."""
    shift = 1 - int(min(row.min(), column.min()))
    M, N = row.shape
    found = set()
    for x, x_labels in vertices(column.T + shift).items():
        for y, y_labels in vertices(row + shift).items():
            theirs = {M + i for i in y_labels if i < N} | {i - N for i in y_labels if i >= N}
            if x_labels | theirs == set(range(M + N)):
                found.add((tuple(map(float, x)), tuple(map(float, y))))
    return found


def as_set(mixtures):
    return {tuple(tuple(np.round(m, 9) + 0.0) for m in pair) for pair in mixtures}


@quick
@given(tables)
def test_extreme_equilibria_are_those_of_a_search_in_fractions(drawn):
    row, column = table(drawn)
    found = extreme_equilibria(row, column)
    assert as_set(found.mixtures) == as_set(
        tuple(map(np.array, pair)) for pair in extreme_by_search(row, column)
    )


@quick
@given(tables, st.integers(0, 2**16))
def test_what_lies_between_extreme_equilibria(drawn, seed):
    """Mixtures of extreme equilibria that share a strategy are equilibria."""
    row, column = table(drawn)
    found = extreme_equilibria(row, column)
    assert found.mixtures
    rng = np.random.default_rng(seed)
    shared = 0
    for i, j in itertools.combinations(range(len(found.mixtures)), 2):
        (x, y), (other_x, other_y) = found.mixtures[i], found.mixtures[j]
        if not np.array_equal(x, other_x) and not np.array_equal(y, other_y):
            continue
        shared += 1
        assert found.component[i] == found.component[j]
        w = rng.random()
        x, y = w * x + (1 - w) * other_x, w * y + (1 - w) * other_y
        assert (row @ y).max() - x @ row @ y < 1e-9
        assert (x @ column).max() - x @ column @ y < 1e-9
    assert found.finite == (shared == 0)


def test_dimensions_past_those_of_a_search():
    """Identity payoffs of size n have 2^n - 1 equilibria, one on each common support."""
    for n in (5, 7):
        found = extreme_equilibria(np.eye(n), np.eye(n))
        assert len(found.mixtures) == 2**n - 1
        assert found.finite


def test_too_many_strategies_are_refused():
    with pytest.raises(TooLarge, match="up to 40"):
        extreme_equilibria(np.zeros((30, 30)), np.zeros((30, 30)))
    loaded = load_openspiel("leduc_poker")
    with pytest.raises(TooLarge, match="reduced normal form"):
        normal_form(loaded.game, loaded.payload)


@quick
@given(games(width=8, max_levels=4, variants=1))
def test_payoffs_of_pure_strategies(game_and_payload):
    """Every combination as the sequence form reckons it."""
    game, payload = game_and_payload
    form = sequence_form(game, payload)
    try:
        strategic = StrategicForm.of(form, 4000)
    except TooLarge:
        return
    sizes = strategic.sizes
    assert sizes == tuple(int(count_strategies(plex)) for plex in form.plexes)
    for plex, plan in zip(form.plexes, strategic.plans, strict=True):
        assert len(np.unique(plan, axis=1).T) == plan.shape[1]
        rows = [plan[plex.first[i] : plex.first[i + 1]].sum(axis=0) for i in range(plex.n_sets)]
        for i, total in enumerate(rows):
            np.testing.assert_array_equal(total, plan[plex.parent[i]])
    rng = np.random.default_rng(0)
    for _ in range(20):
        at = tuple(int(rng.integers(m)) for m in sizes)
        own = [plan[:, i] for plan, i in zip(strategic.plans, at, strict=True)]
        wanted = expected_payoffs(form, own)
        np.testing.assert_allclose([t[at] for t in strategic.payoff], wanted, atol=1e-12)


def test_plans_of_a_player_with_nothing_to_choose():
    loaded = game_of(np.array([[1.0, 2.0]]), np.array([[0.0, 1.0]]))
    form = sequence_form(loaded.game, loaded.payload)
    assert [pure_plans(plex).shape[1] for plex in form.plexes] == [1, 2]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("every", [False, True])
def test_every_method_on_the_battle_of_the_sexes(method, every):
    loaded = game_of(np.array([[2.0, 0], [0, 1]]), np.array([[1.0, 0], [0, 2]]))
    found = normal_form(loaded.game, loaded.payload, method=method, every=every)
    pure = {(1.0, 0, 1, 0), (0.0, 1, 0, 1)}
    mixed = (2 / 3, 1 / 3, 1 / 3, 2 / 3)
    seen = {tuple(np.round(s, 9)) for s in found.strategies}
    wanted = pure | {tuple(np.round(mixed, 9))}
    assert seen <= wanted
    assert not found.advice
    if method in {"extreme", "support", "supports"} and every:
        assert seen == wanted
    if method == "pure" and every:
        assert seen == pure
    assert found.complete == (method == "extreme" and every)


@quick
@given(trees(max_players=4, max_moves=6), st.booleans())
def test_random_games(tree, every):
    """Whatever is found is an equilibrium, and something is found."""
    loaded = tree.load()
    found = normal_form(loaded.game, loaded.payload, every=every, time=5.0)
    certifier = Certifier(loaded.game, loaded.payload)
    assert found.strategies
    assert not found.advice.startswith("No equilibrium")
    for strategy in found.strategies:
        assert certifier.nash_conv(strategy) < 1e-7


@quick
@given(trees(max_players=3, max_moves=6))
def test_pure_equilibria_are_those_of_a_search(tree):
    loaded = tree.load()
    form = sequence_form(loaded.game, loaded.payload)
    strategic = StrategicForm.of(form)
    certifier = Certifier(loaded.game, loaded.payload)
    wanted = set()
    for at in itertools.islice(itertools.product(*(range(m) for m in strategic.sizes)), 400):
        own = [plan[:, i] for plan, i in zip(strategic.plans, at, strict=True)]
        strategy = behavior(form, own, loaded.game)
        if certifier.nash_conv(strategy) < 1e-10:
            wanted.add(tuple(strategy))
    if np.prod(strategic.sizes) > 400 or len(wanted) >= 256:
        return
    found = normal_form(loaded.game, loaded.payload, method="pure", every=True)
    if not wanted:
        assert "none in pure strategies" in found.advice
    else:
        assert {tuple(s) for s in found.strategies} == wanted


def test_three_players_who_each_want_to_be_alone():
    """Going where nobody else is pays v, staying 1: all go with odds 1 - 1/sqrt(v), or two stay."""
    v = 2.0
    payoff = []
    for p in range(3):
        own = np.ones((2, 2, 2))
        for at in itertools.product(range(2), repeat=3):
            if at[p] == 1:
                own[at] = v if sum(at) == 1 else 0.0
        payoff.append(own)
    loaded = game_of(*payoff)
    found = normal_form(loaded.game, loaded.payload, every=True)
    share = 1 / np.sqrt(v)
    wanted = np.array([share, 1 - share] * 3)
    assert min(np.abs(s - wanted).max() for s in found.strategies) < 1e-9
    one = normal_form(loaded.game, loaded.payload, method="mclennan-tourky")
    assert Certifier(loaded.game, loaded.payload).nash_conv(one.strategies[0]) < 1e-9
    assert not found.complete


def test_newton_is_exact_on_given_supports():
    loaded = game_of(np.array([[3.0, 3], [2, 5], [0, 6]]), np.array([[3.0, 2], [2, 6], [3, 1]]))
    strategic = StrategicForm.of(sequence_form(loaded.game, loaded.payload))
    both = np.arange(2)
    x, y = solve_on(strategic, [np.array([1, 2]), both], [np.ones(3), np.ones(2)])
    np.testing.assert_allclose(x, [0, 1 / 3, 2 / 3], atol=1e-13)
    np.testing.assert_allclose(y, [1 / 3, 2 / 3], atol=1e-13)
    assert solve_on(strategic, [np.array([0]), both], [np.ones(3), np.ones(2)]) is None


def test_infinitely_many_equilibria_are_said():
    loaded = game_of(np.array([[1.0, 1], [0, 2]]), np.array([[1.0, 1], [3, 3]]))
    found = normal_form(loaded.game, loaded.payload, every=True)
    assert not found.complete
    assert "infinitely many" in found.advice


def test_methods_that_are_not_for_the_game():
    loaded = random_tree(2, players=3, moves=5).load()
    with pytest.raises(ValueError, match="two players"):
        normal_form(loaded.game, loaded.payload, method="extreme")
    with pytest.raises(ValueError, match="known are"):
        normal_form(loaded.game, loaded.payload, method="guess")


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(15))
def test_the_same_extreme_equilibria_as_gambit(seed):
    import pygambit

    rng = np.random.default_rng(seed)
    drawn = (int(rng.integers(2, 6)), int(rng.integers(2, 6)), seed, int(rng.integers(1, 5)))
    row, column = table(drawn)
    read = pygambit.Game.from_arrays(row.astype(int), column.astype(int))
    theirs = set()
    for profile in pygambit.nash.enummixed_solve(read, rational=True).equilibria:
        sides = [[float(profile[s]) for s in player.strategies] for player in read.players]
        theirs.add(tuple(tuple(np.round(side, 9)) for side in sides))
    assert as_set(extreme_equilibria(row, column).mixtures) == theirs


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(8))
def test_payoffs_of_a_tree_are_those_that_gambit_finds(seed):
    import pygambit

    from standoff.game.efg_write import to_efg

    loaded = random_tree(seed, moves=7, span=3).load()
    read = pygambit.read_efg(io.StringIO(to_efg(loaded.game, loaded.payload)))
    theirs = {
        tuple(round(float(e.payoff(p)), 6) + 0.0 for p in read.players)
        for e in pygambit.nash.enummixed_solve(read, rational=True).equilibria
    }
    found = normal_form(loaded.game, loaded.payload, every=True)
    form = sequence_form(loaded.game, loaded.payload)
    ours = {
        tuple(np.round(expected_payoffs(form, plans(form, s)), 6) + 0.0) for s in found.strategies
    }
    assert ours == theirs
