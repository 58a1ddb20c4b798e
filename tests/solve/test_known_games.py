"""Every solver on every game to which it applies, and the table of games itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_games import GAMES, KUHN, LEDUC, SMALL, drawn

from standoff.errors import StandoffError
from standoff.solve.certificates import Certifier
from standoff.solve.solving import solve
from strategies.nested_games import Chance, End, Move, Nested, play_of, strategy_of
from strategies.random_games import some_strategy

EXACT = ("lp", "lcp", "backward-induction", "extreme", "lemke-howson", "normal-form")
"""Methods that end at an equilibrium."""
HOPEFUL = ("supports",)
"""Methods that may end without one, and then say so."""
REGRET = ("regret", "cfr+", "dcfr", "pcfr+", "dcfr+", "pdcfr+")
"""Methods that come near an equilibrium step by step."""
PERFECT = tuple(k for k in SMALL if (np.diff(k.load().game.cell_start) == 1).all())
LARGE = tuple(game for game in GAMES if not isinstance(game.game, Nested))


def certifier_of(known):
    loaded = known.load()
    return loaded, Certifier(loaded.game, loaded.payload)


# The table.


@pytest.mark.parametrize("known", SMALL, ids=str)
def test_what_the_table_says_holds(known):
    loaded, certifier = certifier_of(known)
    for play in [*known.examples, *drawn(known)]:
        strategy = strategy_of(loaded, play)
        assert certifier.nash_conv(strategy) <= 1e-12, play
        if known.holds is not None:
            assert known.holds(play_of(loaded, strategy))
        if known.value is not None:
            np.testing.assert_allclose(certifier.values(strategy), known.value, atol=1e-12)
    for play in known.refuted:
        strategy = strategy_of(loaded, play)
        assert certifier.nash_conv(strategy) > 1e-3, play
        assert known.holds is None or not known.holds(play_of(loaded, strategy))
    if known.subgame is not None:
        strategy = strategy_of(loaded, known.subgame)
        assert certifier.subgame_gap(strategy) <= 1e-12
        np.testing.assert_allclose(certifier.values(strategy), known.subgame_value, atol=1e-12)


@pytest.mark.parametrize("known", [k for k in SMALL if k.holds], ids=str)
def test_nothing_outside_the_described_set_is_an_equilibrium(known):
    loaded, certifier = certifier_of(known)
    game = loaded.game
    for seed in range(300):
        strategy = some_strategy(game.n_rows, game.row_start, seed, zeros=0.2 + 0.6 * (seed % 2))
        if certifier.nash_conv(strategy) <= 1e-9:
            assert known.holds(play_of(loaded, strategy))
        elif known.holds(play_of(loaded, strategy)):
            assert certifier.nash_conv(strategy) <= 1e-3


# The solvers.


def expect(known, loaded, solved, accuracy):
    """What is known of the game is true of what a solver gave."""
    assert solved.status == "solved", solved.advice
    certifier = Certifier(loaded.game, loaded.payload)
    for profile in solved.profiles:
        assert certifier.nash_conv(profile.strategy) <= accuracy
        if known.value is not None:
            bound = max(accuracy, known.accuracy)
            np.testing.assert_allclose(profile.values, known.value, atol=2 * bound)
        if accuracy > 1e-6:
            continue
        play = play_of(loaded, profile.strategy)
        if known.holds is not None:
            assert known.holds(play), play
        elif known.complete:
            wanted = [strategy_of(loaded, p) for p in known.examples]
            assert min(np.abs(profile.strategy - w).max() for w in wanted) < 1e-5, play


@pytest.mark.parametrize("method", [*EXACT, *HOPEFUL])
@pytest.mark.parametrize("known", SMALL, ids=str)
def test_exact_nash(known, method):
    loaded = known.load()
    try:
        solved = solve(loaded, "nash", method=method, tolerance=1e-8, time=30)
    except StandoffError as problem:
        assert refused_rightly(method, known, loaded), problem
        return
    if solved.status == "solved" or method in EXACT:
        expect(known, loaded, solved, 1e-8)


def refused_rightly(method, known, loaded) -> bool:
    """Whether a method is not for this game."""
    if method == "lp":
        return not known.zero_sum
    if method == "backward-induction":
        return bool((np.diff(loaded.game.cell_start) > 1).any())
    return len(loaded.game.players) > 2 or (method == "extreme" and known is KUHN)


@pytest.mark.parametrize("method", REGRET)
@pytest.mark.parametrize("known", [k for k in SMALL if k.zero_sum], ids=str)
def test_nash_by_regret(known, method):
    loaded = known.load()
    solved = solve(loaded, "nash", method=method, tolerance=1e-4 * known_range(loaded))
    expect(known, loaded, solved, 1e-4 * known_range(loaded))


def known_range(loaded) -> float:
    return float(np.ptp(loaded.payload.payoff))


@pytest.mark.parametrize("known", SMALL, ids=str)
def test_the_default_of_nash(known):
    loaded = known.load()
    expect(known, loaded, solve(loaded, "nash"), 1e-6 * known_range(loaded))


@pytest.mark.parametrize("known", [k for k in SMALL if k.complete], ids=str)
def test_all_equilibria_of_a_game_that_has_few(known):
    """Each that is found is one of them; where the solver says that these are all, they are."""
    loaded = known.load()
    solved = solve(loaded, "nash", equilibria="all", tolerance=1e-8)
    expect(known, loaded, solved, 1e-8)
    wanted = [strategy_of(loaded, p) for p in known.examples]
    found = {
        int(np.argmin([np.abs(p.strategy - w).max() for w in wanted])) for p in solved.profiles
    }
    assert len(solved.profiles) == len(found)
    if solved.complete:
        assert found == set(range(len(wanted)))


@pytest.mark.parametrize("known", LARGE, ids=str)
def test_large_games(known):
    loaded = known.load()
    expect(known, loaded, solve(loaded, "nash", method="lp", tolerance=1e-7), 1e-7)
    expect(known, loaded, solve(loaded, "nash", method="regret", tolerance=2e-3), 2e-3)


@pytest.mark.parametrize("known", SMALL, ids=str)
def test_coarse_correlated(known):
    loaded = known.load()
    tolerance = 1e-3 * known_range(loaded)
    solved = solve(loaded, "cce", tolerance=tolerance)
    assert solved.status == "solved", solved.advice
    weights = np.array([1.0 if p.weight is None else p.weight for p in solved.profiles])
    assert len(weights) <= 64 and weights.sum() == pytest.approx(1)
    certifier = Certifier(loaded.game, loaded.payload)
    assert certifier.coarse_gap([p.strategy for p in solved.profiles], weights) <= tolerance
    if known.zero_sum:  # every coarse correlated equilibrium then has the value of the game
        np.testing.assert_allclose(solved.values, known.value, atol=2 * tolerance)


@pytest.mark.parametrize("known", PERFECT, ids=str)
def test_subgame_perfect(known):
    loaded = known.load()
    certifier = Certifier(loaded.game, loaded.payload)
    for equilibria in ("one", "all"):
        solved = solve(loaded, "spe", equilibria=equilibria)
        assert solved.status == "solved"
        for profile in solved.profiles:
            assert certifier.subgame_gap(profile.strategy) <= 1e-12
            assert certifier.nash_conv(profile.strategy) <= 1e-12
            if known.subgame_value is not None:
                np.testing.assert_allclose(profile.values, known.subgame_value, atol=1e-12)
            if known.subgame is not None:
                wanted = strategy_of(loaded, known.subgame)
                np.testing.assert_allclose(profile.strategy, wanted, atol=1e-12)


@pytest.mark.parametrize("precision", [0.0, 1.0, 20.0])
@pytest.mark.parametrize("method", ["branch", "fixed-point"])
@pytest.mark.parametrize("known", SMALL, ids=str)
def test_quantal_response(known, method, precision):
    loaded = known.load()
    scale = precision / known_range(loaded)
    solved = solve(loaded, "aqre", method=method, precision=scale, tolerance=1e-9)
    if method == "branch":
        assert solved.status == "solved", solved.advice
    if solved.status == "solved":
        payload = replace(loaded.payload, precision=np.full(1, scale))
        certifier = Certifier(loaded.game, payload)
        assert certifier.logit_residual(solved.profiles[0].strategy) <= 1e-9
        if precision == 0:
            widths = np.diff(loaded.game.action_start)
            np.testing.assert_allclose(
                solved.profiles[0].strategy, np.repeat(1 / widths, widths), atol=1e-12
            )


def test_leduc_and_kuhn_are_those_of_openspiel():
    ours, theirs = KUHN.load(), solve_openspiel("kuhn_poker")
    assert ours.game.information_sets == theirs.game.information_sets == 12
    value = solve(theirs, "nash", tolerance=1e-9).values
    np.testing.assert_allclose(value, KUHN.value, atol=1e-9)
    assert LEDUC.load().game.information_sets == 936


def solve_openspiel(name):
    from standoff.game.openspiel import load_openspiel

    return load_openspiel(name)


@pytest.mark.parametrize("sets", [12, 2000])
def test_more_pure_strategies_than_a_float_can_count(sets):
    """Nature asks the first player one of many questions; the others have nothing to do with it.

    With a dozen the normal form can be written, but not its supports counted; with 2,000 neither.
    """
    many = Chance({
        f"{i}": (1 / sets, Move(0, f"question {i}", {"yes": End(1, 0, 0), "no": End(0, 0, 0)}))
        for i in range(sets)
    })  # fmt: skip
    rest = Move(1, "second", {a: Move(2, "third", {"on": many, "off": End(0, 0, 1)}) for a in "lr"})
    loaded = Nested(("1", "2", "3"), rest).load()
    solved = solve(loaded, "nash", tolerance=1e-6, time=20)
    assert solved.status == "solved"
    assert solved.profiles[0].values[2] == pytest.approx(1)


@pytest.mark.parametrize("known", SMALL, ids=str)
def test_nash_at_the_end_of_the_logit_branch(known):
    """Play at a high precision is near an equilibrium; only coarse tolerances are in reach."""
    loaded = known.load()
    accuracy = 1e-4 * known_range(loaded)
    expect(known, loaded, solve(loaded, "nash", method="logit", tolerance=accuracy), accuracy)


@pytest.mark.parametrize("known", SMALL, ids=str)
def test_pure_equilibria(known):
    """Found where the table has one; each that is found is one."""
    loaded = known.load()
    solved = solve(loaded, "nash", method="pure", equilibria="all", tolerance=1e-8)
    pure = [p for p in known.examples if all(max(odds.values()) > 1 - 1e-9 for odds in p.values())]
    pure = [p for p in pure if set(p) == set(known.game.sets)]
    if solved.status == "solved":
        expect(known, loaded, solved, 1e-8)
    else:
        assert not pure
    if known.complete and pure:
        found = [p.strategy for p in solved.profiles]
        assert all(
            min(np.abs(strategy_of(loaded, p) - f).max() for f in found) < 1e-9 for p in pure
        )
