"""Regret minimization: both walks against a recursion over histories, and known values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.openspiel import load_openspiel
from standoff.game.public import public_game
from standoff.solve.certificates import Certifier
from standoff.solve.regret import RegretMinimizer, regret
from standoff.solve.regret_dynamics import METHODS
from standoff.solve.sequence_form import sequence_form
from standoff.solve.sequence_lp import NotZeroSum, sequence_lp
from strategies.plain_regret import PlainRegret
from strategies.public_games import public_game_read_flat


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from(sorted(METHODS)))
def test_walks_agree_with_the_recursion(seed: int, method: str) -> None:
    built, outcome = public_game_read_flat(seed)
    game, payload = built.game, built.payload
    dynamics = METHODS[method]
    plain = PlainRegret(game, payload, dynamics.kind, dynamics.exponents)
    plain.run(12)
    public = public_game(game, payload, outcome)
    vector = RegretMinimizer(game, payload, method=method, public=public)
    scalar = RegretMinimizer(game, payload, method=method, form=sequence_form(game, payload))
    for walk in (vector, scalar):
        walk.run(5)
        walk.run(7)
        assert walk.iterations == 12
    certifier = Certifier(game, payload)
    # Where a set was never reached by its own player, the average says nothing: compare what the
    # strategies earn and how far they are from an equilibrium.
    expected = plain.strategy()
    for walk in (vector, scalar):
        found = walk.strategy()
        assert certifier.values(found) == pytest.approx(certifier.values(expected), abs=1e-9)
        assert certifier.nash_conv(found) == pytest.approx(certifier.nash_conv(expected), abs=1e-8)
        assert walk.gap() == pytest.approx(certifier.nash_conv(found), abs=1e-9)


@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_kuhn(method: str) -> None:
    loaded = load_openspiel("kuhn_poker")
    found = regret(loaded.game, loaded.payload, tolerance=1e-4, method=method)
    certifier = Certifier(loaded.game, loaded.payload)
    assert certifier.nash_conv(found.strategies[0]) <= 1e-4
    assert certifier.values(found.strategies[0])[0] == pytest.approx(-1 / 18, abs=1e-4)


@pytest.mark.parametrize(
    "name",
    ["leduc_poker", "liars_dice(dice_sides=3)", "goofspiel(num_cards=4,imp_info=True)",
     "matrix_rps", "oshi_zumo(coins=3,horizon=3)"],
)  # fmt: skip
def test_as_the_linear_program(name: str) -> None:
    loaded = load_openspiel(name)
    found = regret(
        loaded.game, loaded.payload, tolerance=2e-5, outcome=loaded.outcome, iterations=100_000
    )
    certifier = Certifier(loaded.game, loaded.payload)
    assert certifier.nash_conv(found.strategies[0]) <= 2e-5
    exact = sequence_lp(loaded.game, loaded.payload).strategies[0]
    assert certifier.values(found.strategies[0])[0] == pytest.approx(
        certifier.values(exact)[0], abs=2e-5
    )


def test_same_bytes_whatever_the_clock_does() -> None:
    loaded = load_openspiel("leduc_poker")
    one, two = (
        regret(loaded.game, loaded.payload, tolerance=1e-3, outcome=loaded.outcome)
        for _ in range(2)
    )
    assert one.iterations == two.iterations
    assert one.strategies[0].tobytes() == two.strategies[0].tobytes()


def test_what_is_spent_is_said() -> None:
    loaded = load_openspiel("leduc_poker")
    found = regret(loaded.game, loaded.payload, tolerance=0.0, iterations=40)
    assert found.iterations == 40
    assert "40 iterations" in found.advice
    early = regret(loaded.game, loaded.payload, tolerance=0.0, time=0.0)
    assert early.strategies[0].sum() == pytest.approx(loaded.game.information_sets)


def test_general_sum_is_refused() -> None:
    loaded = load_openspiel("matrix_pd")
    with pytest.raises(NotZeroSum):
        regret(loaded.game, loaded.payload)
