"""Crisis signaling with private shocks: known answers, and plain twins of the formulas."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import multivariate_normal

from standoff.kernels import crisis_signaling as kernels
from standoff.solve.private_shocks import (
    ALL,
    FALLING,
    OUTCOMES,
    RISING,
    TANGENT,
    UNFINISHED,
    CrisisSignaling,
    bivariate_normal_cdf,
    log_likelihood,
    private_shocks,
)

LETTERS = ("S_A", "V_A", "C_B", "W_A", "W_B", "a", "V_B")
KNOWN = {"S_A": 0, "V_A": 1, "C_B": 0, "W_A": -1.9, "a": -1.2, "V_B": 1}


def random_games(seed, D, spread, near=None):
    rng = np.random.default_rng(seed)
    mean = near or {**KNOWN, "W_B": -2.8}
    return CrisisSignaling.of(**{x: rng.normal(mean[x], spread, D) for x in LETTERS})


def response(p, S_A, V_A, C_B, W_A, W_B, a, V_B):
    """B's response to p_R, and (p_C, p_F), from the formulas of the paper by plain integration."""
    c = (S_A - (1 - p) * V_A) / p

    def war(w):
        return np.exp(-0.5 * (w - W_A) ** 2) / np.sqrt(2 * np.pi) * ndtr(w - a)

    challenge = 1 - ndtr(c - W_A) * ndtr(c - a)
    low = max(c, W_A - 10)
    firm = quad(war, low, max(low, W_A) + 12, epsabs=1e-15, epsrel=1e-13, limit=200)[0] / challenge
    return ndtr((firm * W_B + (1 - firm) * V_B - C_B) / firm), challenge, firm


def test_known_answers():
    """Crisman-Cox & Gibilisco (2021): three equilibria, three, and one."""
    found = private_shocks(CrisisSignaling.of(**KNOWN, W_B=[-2.9, -2.8, -2.7]))
    wanted = [
        [(0.25110, 0.99479, 0.30970), (0.59472, 0.37987, 0.24156), (0.81332, 0.20545, 0.20876)],
        [(0.29645, 0.96173, 0.30624), (0.47242, 0.58238, 0.26804), (0.87403, 0.17931, 0.20220)],
        [(0.90786, 0.16714, 0.19890)],
    ]
    assert found.count.tolist() == [3, 3, 1]
    assert (found.status == ALL).all() and (found.shape == RISING).all()
    assert not found.tangent.any()
    for d, triples in enumerate(wanted):
        got = np.stack([found.p_R[d], found.p_C[d], found.p_F[d]], axis=1)
        np.testing.assert_allclose(got[: len(triples)], triples, atol=5.1e-6)
        assert np.isnan(got[len(triples) :]).all()
        for p, challenge, firm in got[: len(triples)]:
            twin = response(p, **KNOWN, W_B=found.game.W_B[d])
            np.testing.assert_allclose(twin, (p, challenge, firm), atol=1e-12)
    assert np.nanmax(found.residual) < 1e-14


@pytest.mark.parametrize(("spread", "least"), [(0.3, 8), (1.0, 1)])
def test_as_many_as_a_fine_grid_shows(spread, least):
    """Sign changes of F(p) - p on a grid, F from the formulas as they stand."""
    game = random_games(3, 300, spread)
    found = private_shocks(game)
    grid = np.concatenate([np.geomspace(1e-5, 0.02, 800), np.linspace(0.02, 1, 3001)[1:-1]])
    compared = 0
    for d, (S_A, V_A, C_B, W_A, W_B, a, V_B) in enumerate(game.table()):
        c = V_A + (S_A - V_A) / grid
        with np.errstate(all="ignore"):
            challenge = 1 - ndtr(c - W_A) * ndtr(c - a)
            both = bivariate_normal_cdf((W_A - a) / np.sqrt(2), W_A - c, np.sqrt(0.5))
            firm = both / challenge
            gap = ndtr((firm * W_B + (1 - firm) * V_B - C_B) / firm) - grid
        sound = challenge > 1e-9  # beyond, these formulas lose their digits
        if not sound.all():
            continue
        compared += 1
        inside = (found.p_R[d] > grid[0]) & (found.p_R[d] < grid[-1])
        assert (np.diff(np.sign(gap)) != 0).sum() == inside.sum()
    assert compared > 150 and (found.count == 3).sum() >= least
    assert (found.status == ALL).all()


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 2**20), st.sampled_from([0.3, 1.0, 4.0]))
def test_each_is_an_equilibrium_by_plain_integration(seed, spread):
    game = random_games(seed, 3, spread)
    found = private_shocks(game)
    assert (found.count >= 1).all() and (found.status == ALL).all()
    assert (found.count[found.shape == FALLING] == 1).all()
    for d, row in enumerate(game.table()):
        for j in range(found.count[d]):
            p, challenge, firm = found.p_R[d, j], found.p_C[d, j], found.p_F[d, j]
            if challenge < 1e-8 or firm < 1e-8 or p < 1e-8:
                continue
            value, ours, theirs = response(p, *row)
            scale = 1 / challenge  # what the plain formulas lose
            assert abs(value - p) < 1e-11 * scale
            np.testing.assert_allclose([ours, theirs], [challenge, firm], rtol=1e-11 * scale)


def test_the_response_is_monotone_as_its_shape_says():
    rng = np.random.default_rng(8)
    falling = rising = 0
    for row in random_games(5, 200, 1.0).table():
        p = np.sort(rng.uniform(0.01, 1, 60))
        values = np.array([kernels.respond(x, *row)[0] for x in p])
        S_A, V_A, C_B, W_A, _, a, V_B = row
        if (V_A - S_A) * (V_B - C_B) * (a - W_A) > 0:
            rising += 1
            assert (np.diff(values) >= -1e-13).all()
        else:
            falling += 1
            assert (np.diff(values) <= 1e-13).all()
        assert len(np.unique(values)) > 1 or values[0] in (0.0, 1.0) or np.ptp(values) < 1e-12
    assert falling > 20 and rising > 100


def test_slopes_lie_within_their_bounds():
    """On random intervals: the derivative, and difference quotients, against the bounds used."""
    rng = np.random.default_rng(9)
    tight = checked = 0
    for row in random_games(6, 400, 0.7).table():
        S_A, V_A, C_B, W_A, _, a, V_B = row
        if not (V_A - S_A) * (V_B - C_B) * (a - W_A) > 0:
            continue
        low = 0.0 if rng.random() < 0.2 else rng.uniform(0.01, 0.9)
        high = min(1.0, (low or rng.uniform(0.01, 0.3)) * (1 + 10 ** rng.uniform(-4, 0)))
        ends = kernels.respond(low, *row), kernels.respond(high, *row)
        least, most = kernels.slopes(low, high, *ends, S_A, V_A, C_B, W_A, a, V_B)
        for p in np.linspace(low, high, 12)[1:-1]:
            at = kernels.respond(p, *row)
            assert least - 1e-12 <= at[2] <= most + 1e-12
            step = 1e-5 * p
            rise = kernels.respond(p + step, *row)[0] - kernels.respond(p - step, *row)[0]
            assert abs(rise / (2 * step) - at[2]) < 1e-6 * max(1, at[2])
        mean = (ends[1][0] - ends[0][0]) / (high - low)
        assert least - 1e-9 <= mean <= most + 1e-9
        checked += 1
        tight += bool(most - least < 0.1 * max(most, 0.1))
    assert checked > 150 and tight > 30


def test_each_factor_of_the_slope_lies_within_its_bounds():
    """One by one, since a product of bounds may be right where one of them is wrong."""
    rng = np.random.default_rng(10)
    checked = 0
    for row in random_games(7, 300, 0.7).table():
        S_A, V_A, C_B, W_A, _, a, V_B = row
        if not (V_A - S_A) * (V_B - C_B) * (a - W_A) > 0:
            continue
        checked += 1
        low = rng.uniform(0.02, 0.9)
        high = min(1.0, low * (1 + 10 ** rng.uniform(-3, 0)))
        ends = kernels.respond(low, *row), kernels.respond(high, *row)
        least, most = kernels.factors(low, high, *ends, S_A, V_A, W_A, a)
        for p in np.linspace(low, high, 8):
            _, z, _, _, odds, log_challenge, pi = kernels.respond(p, *row)
            q = 1 / (1 + odds)
            c = V_A + (S_A - V_A) / p
            v, w = c - W_A, c - a
            density = np.exp(-0.5 * v * v) * ndtr(w) + np.exp(-0.5 * w * w) * ndtr(v)
            density /= np.sqrt(2 * np.pi) * np.exp(log_challenge)
            found = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi), q**-2, abs(q - pi), density
            assert (np.array(found) >= np.array(least) * (1 - 1e-9) - 1e-13).all()
            assert (np.array(found) <= np.array(most) * (1 + 1e-9) + 1e-13).all()
            assert (q >= pi - 1e-12) if a < W_A else (q <= pi + 1e-12)
    assert checked > 150


def test_a_fold_is_crossed_and_said():
    """Two equilibria meet between W_B = -2.8 and -2.7, by halving; there it says that they do."""

    def solve(W_B):
        return private_shocks(CrisisSignaling.of(**KNOWN, W_B=W_B))

    low, high = -2.8, -2.7
    seen = set()
    for _ in range(60):
        middle = 0.5 * (low + high)
        found = solve(middle)
        seen.add((int(found.count[0]), int(found.status[0])))
        # Below the fold there are three; the last digits cannot be told.
        if found.count[0] == 3:
            low = middle
        else:
            high = middle
    assert {(3, ALL), (1, ALL), (2, TANGENT)} <= seen
    at = solve(high if solve(high).count[0] == 2 else low)
    assert at.count[0] in (2, 3)
    away = solve([low - 1e-9, high + 1e-9])
    assert away.count.tolist() == [3, 1] and (away.status == ALL).all()
    pair = away.p_R[0, :2]
    assert 1e-6 < pair[1] - pair[0] < 1e-3  # they close as the root of the distance


def test_far_out_nothing_breaks():
    """Payoffs hundreds of shocks apart: odds of 0 and 1, thresholds beyond all numbers."""
    for seed, spread in enumerate((10, 60, 300)):
        found = private_shocks(random_games(seed, 2000, spread))
        assert (found.count >= 1).all() and (found.status != UNFINISHED).all()
        assert np.nanmax(found.residual) < 1e-10
        held = ~np.isnan(found.p_R)
        for odds in (found.p_R, found.p_C, found.p_F):
            assert ((odds[held] >= 0) & (odds[held] <= 1)).all()
        np.testing.assert_allclose(found.outcome[held].sum(axis=1), 1, atol=1e-12)


def test_constants_of_either_side_change_nothing():
    game = random_games(11, 200, 0.4)
    found = private_shocks(game)
    S_A, V_A, C_B, W_A, W_B, a, V_B = game.table().T
    moved = private_shocks(
        CrisisSignaling.of(
            S_A=S_A + 3, V_A=V_A + 3, W_A=W_A + 3, a=a + 3, C_B=C_B - 7, W_B=W_B - 7, V_B=V_B - 7
        )
    )
    assert (found.count == moved.count).all() and (found.count == 3).any()
    np.testing.assert_allclose(found.p_R, moved.p_R, atol=1e-11)
    np.testing.assert_allclose(found.log_outcome, moved.log_outcome, rtol=1e-9, atol=1e-9)


def test_degenerate_payoffs_have_one():
    """No difference between being left alone and conceded to, or between war and backing down."""
    same = {**KNOWN, "W_B": -1.0}
    cases = [{**same, "V_A": 0}, {**same, "W_A": -1.2}, {**same, "V_B": 0}]
    for case in cases:
        found = private_shocks(CrisisSignaling.of(**case))
        assert found.count[0] == 1 and found.shape[0] == FALLING
        value, challenge, firm = response(found.p_R[0, 0], **case)
        got = [found.p_R[0, 0], found.p_C[0, 0], found.p_F[0, 0]]
        np.testing.assert_allclose([value, challenge, firm], got, atol=1e-12)
    assert private_shocks(CrisisSignaling.of(**cases[1])).p_F[0, 0] == pytest.approx(0.5, abs=1e-13)


def test_a_spent_budget_is_said():
    found = private_shocks(CrisisSignaling.of(**KNOWN, W_B=-2.8), budget=3)
    assert found.status[0] == UNFINISHED and found.steps[0] == 4
    nothing = private_shocks(CrisisSignaling.of(**KNOWN, W_B=-2.8), budget=0)
    assert nothing.count[0] == 0 and np.isnan(nothing.p_R).all()


def test_many_games_are_the_games_one_by_one():
    game = random_games(13, 700, 0.3)
    one, two = private_shocks(game, threads=1), private_shocks(game, threads=2)
    assert one.p_R.tobytes() == two.p_R.tobytes()
    assert one.log_outcome.tobytes() == two.log_outcome.tobytes()
    for d in (0, 299, 699):
        alone = private_shocks(
            CrisisSignaling.of(**dict(zip(LETTERS, game.table()[d], strict=True)))
        )
        assert alone.count[0] == one.count[d]
        np.testing.assert_array_equal(alone.p_R[0], one.p_R[d][: alone.p_R.shape[1]])


def test_outcomes_and_their_likelihood():
    game = CrisisSignaling.of(**KNOWN, W_B=[-2.9, -2.7])
    found = private_shocks(game)
    for d in range(2):
        for j in range(found.count[d]):
            p, c, f = found.p_R[d, j], found.p_C[d, j], found.p_F[d, j]
            wanted = [1 - c, c * (1 - p), c * p * (1 - f), c * p * f]
            np.testing.assert_allclose(found.outcome[d, j], wanted, atol=1e-13)
    assert OUTCOMES == ("status quo", "concession", "backing down", "war")
    counts = np.array([[5, 3, 2, 1], [0, 4, 0, 7]])
    by_place = [log_likelihood(found, counts, [j, 0]) for j in range(3)]
    for j in range(3):
        wanted = (counts[0] * np.log(found.outcome[0, j])).sum()
        np.testing.assert_allclose(by_place[j][0], wanted, rtol=1e-12)
    np.testing.assert_array_equal(log_likelihood(found, counts, "lowest"), by_place[0])
    np.testing.assert_array_equal(log_likelihood(found, counts, "highest"), by_place[2])
    best = log_likelihood(found, counts)
    np.testing.assert_array_equal(best, np.max(by_place, axis=0))
    assert best[0] != by_place[2][0] or best[0] != by_place[0][0]
    np.testing.assert_array_equal(log_likelihood(found, np.zeros((2, 4))), [0, 0])
    with pytest.raises(ValueError, match="game 1 has 1 equilibria"):
        log_likelihood(found, counts, 1)
    with pytest.raises(ValueError, match="none of"):
        log_likelihood(found, counts, "best")
    with pytest.raises(ValueError, match="shape"):
        log_likelihood(found, counts[:1])
    with pytest.raises(ValueError, match="not negative"):
        log_likelihood(found, -counts)


def test_what_never_happens_is_no_trouble_unless_it_did():
    certain = private_shocks(
        CrisisSignaling.of(S_A=0, V_A=1, C_B=0, W_A=-900, W_B=-900, a=500, V_B=1)
    )
    assert certain.p_F[0, 0] == 0
    assert np.isfinite(log_likelihood(certain, [[0, 0, 3, 0]])[0])
    assert log_likelihood(certain, [[0, 0, 3, 1]])[0] == -np.inf


def test_bad_games():
    with pytest.raises(ValueError, match="W_B must be finite"):
        CrisisSignaling.of(**KNOWN, W_B=[1.0, np.nan])
    with pytest.raises(ValueError, match="2 dimensions"):
        CrisisSignaling.of(**KNOWN, W_B=np.zeros((2, 2)))
    assert CrisisSignaling.of(**KNOWN, W_B=np.zeros(0)).n_games == 0
    empty = private_shocks(CrisisSignaling.of(**KNOWN, W_B=np.zeros(0)))
    assert len(empty.count) == 0


def conditional(x, y, r):
    """The bivariate normal as one integral over the first margin."""
    s = np.sqrt((1 - r) * (1 + r))
    points = sorted(
        {*np.linspace(-9, min(x, 9), 7), *np.clip(y / r + s * np.arange(-9, 10), -9, x)}
    )
    return sum(
        quad(
            lambda u: np.exp(-0.5 * u * u) / np.sqrt(2 * np.pi) * ndtr((y - r * u) / s),
            low, high, epsabs=1e-16, epsrel=1e-13,
        )[0]
        for low, high in pairwise(points)
    )  # fmt: skip


def test_bivariate_normal():
    rng = np.random.default_rng(2)
    r = np.concatenate(
        [rng.uniform(-0.99, 0.99, 40), *(s * (1 - 10 ** rng.uniform(-7, -1, 15)) for s in (1, -1))]
    )
    x = rng.normal(0, 1.5, 70)
    y = np.where(
        np.arange(70) % 2, rng.normal(0, 1.5, 70), np.sign(r) * x + rng.normal(0, 0.01, 70)
    )
    found = bivariate_normal_cdf(x, y, r)
    wanted = [conditional(*case) for case in zip(x, y, r, strict=True)]
    np.testing.assert_allclose(found, wanted, atol=1e-13)
    for i in range(0, 40, 5):
        theirs = multivariate_normal([0, 0], [[1, r[i]], [r[i], 1]]).cdf([x[i], y[i]])
        assert abs(theirs - found[i]) < 1e-7  # as good as theirs is
    # Closed forms.
    np.testing.assert_allclose(
        bivariate_normal_cdf(0, 0, r), 0.25 + np.arcsin(r) / (2 * np.pi), atol=1e-15
    )
    np.testing.assert_allclose(bivariate_normal_cdf(x, y, 0.0), ndtr(x) * ndtr(y), atol=1e-16)
    np.testing.assert_allclose(bivariate_normal_cdf(x, y, 1.0), ndtr(np.minimum(x, y)), atol=1e-16)
    np.testing.assert_allclose(
        bivariate_normal_cdf(x, y, -1.0), np.maximum(ndtr(x) - ndtr(-y), 0), atol=1e-16
    )
    inf = np.inf
    np.testing.assert_array_equal(bivariate_normal_cdf([inf, -inf, 1], [0.3, 2, inf], 0.4)[1], 0)
    np.testing.assert_allclose(
        bivariate_normal_cdf([inf, 0.3], [0.3, inf], [0.4, -0.99]), ndtr(0.3), rtol=1e-15
    )
    assert np.isnan(bivariate_normal_cdf(np.nan, 0, 0.5))
    with pytest.raises(ValueError, match="between -1 and 1"):
        bivariate_normal_cdf(0, 0, 1.5)


def test_the_larger_of_two_and_above_keeps_its_digits():
    """P(Z > v, Z + d > Y), down to where doubles end, by integration from where it is largest."""
    for d in (-30.0, -8.0, -3.0, 0.0, 2.0, 15.0):
        for v in (-45.0, -20.0, -3.0, 0.0, 2.5, 6.0, 20.0):
            peak = max(v, 0.0, -d / 2)

            def scaled(x, d=d, peak=peak):
                return np.exp(-0.5 * (x - peak) * (x + peak)) * ndtr(x + d)

            inside = [max(v, peak - k) for k in (12, 8, 4, 2, 1)]
            points = sorted({*inside, peak, *(peak + k for k in (0.1, 0.3, 1, 2, 4, 8, 14))})
            total = sum(
                quad(scaled, low, high, epsabs=0, epsrel=1e-13)[0] for low, high in pairwise(points)
            )
            wanted = np.exp(-0.5 * peak * peak) / np.sqrt(2 * np.pi) * total
            got = kernels.larger_and_above(v, d)
            assert abs(got - wanted) <= 2e-13 * wanted, (v, d, got, wanted)
