"""As steps shrink, the odds of quitting by a date converge if acting is a matter of days, and go to
one if it is a matter of rounds.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from standoff.assess.chain import Chain
from standoff.scenario.models import Scenario
from standoff.variants.batch import solve_batch
from standoff.variants.halving import halved
from strategies.waiting import DAYS, FLOW, RATE, waiting_game

ROUNDS = (1, 2, 4, 8, 16, 32)
NEVER_SHARP = 1e-9
"""A precision at which nothing that is at stake counts."""


def quits(scenario: Scenario, day: int = DAYS) -> float:
    """Odds that they quit within so many days."""
    inference = Chain(solve_batch(scenario, 1), None).inference.prior
    date = np.datetime64("2030-01-01") + np.timedelta64(day - 1, "D")
    return float(inference.ask(f"P(gone by {date})").per_variant[0])


def by_steps(*, by_days: bool, precision: float, day: int = DAYS) -> np.ndarray:
    """The odds with 1, 2, 4, ... rounds; only steps that end on the day can tell."""
    return np.array([
        quits(waiting_game(n, by_days=by_days, precision=precision), day)
        for n in ROUNDS
        if day % (DAYS // n) == 0
    ])  # fmt: skip


def hazard(precision: float, day: int = DAYS) -> float:
    """The limit: odds of having quit by a day where quitting has the rate RATE a day, times what
    it is worth beyond waiting; waiting is worth what the equation of its value says.
    """

    def slope(_: float, y: np.ndarray) -> list[float]:
        rate = RATE * np.exp(precision * (1 - y[0]))
        return [FLOW + rate * (1 - y[0]), rate]  # value backwards from the end; hazard so far

    from_end = solve_ivp(slope, (0, DAYS), [0.0, 0.0], rtol=1e-11, atol=1e-13, dense_output=True)
    total = from_end.sol(DAYS)[1] - from_end.sol(DAYS - day)[1]
    return float(1 - np.exp(-total))


def richardson(found: np.ndarray) -> float:
    """The limit for steps of no length, from the last three: the error has a part that halves with
    the steps, and one that falls to a quarter.
    """
    once = 2 * found[1:] - found[:-1]
    return float((4 * once[-1] - once[-2]) / 3)


@pytest.mark.parametrize("day", [16, 32])
def test_without_stakes_the_limit_is_a_constant_hazard(day: int) -> None:
    found = by_steps(by_days=True, precision=NEVER_SHARP, day=day)
    steps = np.array([n * day // DAYS for n in ROUNDS if day % (DAYS // n) == 0])
    assert np.allclose(found, 1 - (1 + RATE * day / steps) ** -steps, atol=1e-7)
    limit = 1 - np.exp(-RATE * day)
    error = np.abs(found - limit)
    assert (np.diff(error) < 0).all()
    assert error[-1] < 0.01
    assert richardson(found) == pytest.approx(limit, abs=1e-4)


@pytest.mark.parametrize("precision", [1.0, 2.0])
@pytest.mark.parametrize("day", [16, 32])
def test_with_stakes_the_odds_converge_as_well(precision: float, day: int) -> None:
    found = by_steps(by_days=True, precision=precision, day=day)
    limit = hazard(precision, day)
    error = np.abs(found - limit)
    assert error[-1] < 0.01 and (error[1:] < 0.7 * error[:-1]).all()
    assert richardson(found) == pytest.approx(limit, abs=1e-3)
    assert abs(richardson(found) - limit) < error[-1] / 5


@pytest.mark.parametrize("precision", [NEVER_SHARP, 1.0])
def test_odds_by_the_round_go_to_one(precision: float) -> None:
    found = by_steps(by_days=False, precision=precision)
    assert (np.diff(found) > 0).all()
    assert found[0] < 0.8 and found[-1] > 0.999
    # A day's odds, too, grow with every cut.
    assert quits(waiting_game(32, by_days=False, precision=precision), 16) > 0.99


@pytest.mark.parametrize("by_days", [True, False])
def test_half_steps_are_the_game_with_twice_the_rounds(by_days: bool) -> None:
    scenario = waiting_game(1, by_days=by_days, precision=2.0)
    for n in ROUNDS[1:]:
        cut = halved(scenario)
        assert cut is not None
        scenario = cut
        written = waiting_game(n, by_days=by_days, precision=2.0)
        assert quits(scenario) == pytest.approx(quits(written), abs=1e-7)
    assert halved(scenario) is None  # a round is made of whole days
