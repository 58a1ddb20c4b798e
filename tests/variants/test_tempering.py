"""Tempering on the unit cube, against posteriors that are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from standoff.errors import Cancelled
from standoff.variants.points import points
from standoff.variants.store import InMemory
from standoff.variants.tempering import Tempered, next_temperature, systematic, temper


def beta_binomial(cube: np.ndarray) -> np.ndarray:
    """180 hits of 200 at odds that nothing was known of."""
    return stats.binom.logpmf(180, 200, cube[:, 0])


def ridge(cube: np.ndarray) -> np.ndarray:
    """Two normal scores of which only the sum was measured, to 0.05: 3."""
    z = special.ndtri(cube)
    return np.asarray(-0.5 * ((z[:, 0] + z[:, 1] - 3) / 0.05) ** 2)


def corner(cube: np.ndarray) -> np.ndarray:
    """Possible in a corner of the cube only, and likelier away from its faces there."""
    inside = (cube[:, :3] < 0.3).all(axis=1)
    return np.where(inside, 20 * cube[:, 0], -np.inf)


def run(likelihood: Any, dimensions: int, n: int = 200, seed: int = 0, **more: Any) -> Tempered:
    cube = points(n, dimensions, seed)
    more.setdefault("budget", 30 * n)
    return temper(likelihood, cube, likelihood(cube), seed=seed, **more)


@pytest.mark.parametrize("dimensions", [1, 12, 40])
def test_beta_binomial(dimensions: int) -> None:
    found = [run(beta_binomial, dimensions, seed=s) for s in range(12)]
    assert all(f.met and f.temperature == 1.0 and f.effective > 100 for f in found)
    known = stats.beta(181, 21)
    each = np.array([f.points[:, 0].mean() for f in found])
    # The particles are no independent draws: their own spread over seeds is the yardstick, which
    # must not be much more than that of independent ones.
    assert each.std(ddof=1) < 3 * known.std() / np.sqrt(200)
    assert abs(each.mean() - known.mean()) < 4 * each.std(ddof=1) / np.sqrt(len(each)) + 1e-3
    spread = np.mean([f.points[:, 0].std() for f in found])
    assert spread == pytest.approx(known.std(), rel=0.12)
    evidence = np.mean([f.log_evidence for f in found])
    assert evidence == pytest.approx(-np.log(201), abs=0.25)
    if dimensions > 1:  # what the record says nothing about stays as it was
        rest = np.concatenate([f.points[:, 1:].ravel() for f in found[:4]])
        assert rest.mean() == pytest.approx(0.5, abs=0.05)
        assert rest.std() == pytest.approx(1 / np.sqrt(12), abs=0.02)


@pytest.mark.parametrize("dimensions", [2, 20])
def test_gaussian_ridge(dimensions: int) -> None:
    found = [run(ridge, dimensions, seed=s) for s in range(12)]
    assert all(f.met for f in found)
    covariance = np.linalg.inv(np.eye(2) + np.ones((2, 2)) / 0.05**2)
    mean = covariance @ np.array([3.0, 3.0]) / 0.05**2
    z = [special.ndtri(f.points[:, :2]) for f in found]
    assert np.mean([each.mean(axis=0) for each in z], axis=0) == pytest.approx(mean, abs=0.1)
    spread = np.mean([np.cov(each.T) for each in z], axis=0)
    assert spread == pytest.approx(covariance, abs=0.08)
    across = np.mean([each.sum(axis=1).std() for each in z])  # 0.05 wide, 1.4 long
    assert across == pytest.approx(np.sqrt(covariance.sum()), rel=0.12)
    evidence = stats.norm(0, np.sqrt(2 + 0.05**2)).logpdf(3) + np.log(0.05 * np.sqrt(2 * np.pi))
    assert np.mean([f.log_evidence for f in found]) == pytest.approx(evidence, abs=0.4)


def test_most_points_may_be_impossible() -> None:
    found = [run(corner, 4, n=300, seed=s) for s in range(8)]
    assert all(np.isfinite(f.log_likelihood).all() and f.temperature == 1.0 for f in found)
    means = np.mean([f.points[:, :3].mean(axis=0) for f in found], axis=0)
    first = 0.3 - stats.truncexpon(6, scale=1 / 20).mean()
    assert means == pytest.approx([first, 0.15, 0.15], abs=0.012)
    assert found[0].steps[0].temperature == 0.0  # first of all what is impossible is left behind


def test_importance_gives_back_the_mass_under_the_prior() -> None:
    found = run(beta_binomial, 3)
    mass = found.importance * np.exp(found.log_likelihood)
    assert mass == pytest.approx(np.full(200, np.exp(found.log_evidence)))


def test_a_spent_budget_is_said_and_what_was_reached_is_weighted() -> None:
    # Budget for the first temperatures only: importance weights carry the particles the rest of
    # the way, and the mean is right all the same.
    found = [run(beta_binomial, 3, seed=s, budget=400) for s in range(16)]
    for f in found:
        assert not f.met and 0 < f.temperature < 1 and f.solved <= 400
        assert f.effective < 200
    w = [f.importance * np.exp(f.log_likelihood) for f in found]
    means = [np.average(f.points[:, 0], weights=x) for f, x in zip(found, w, strict=True)]
    assert np.mean(means) == pytest.approx(stats.beta(181, 21).mean(), abs=0.005)
    assert np.log(np.mean(w)) == pytest.approx(-np.log(201), abs=0.25)


def test_no_budget_leaves_the_prior_with_its_weights() -> None:
    found = run(beta_binomial, 2, budget=199)
    assert found.solved == 0 and found.steps == () and found.temperature == 0.0
    assert np.allclose(found.points, points(200, 2, 0))
    assert (found.importance == 1.0).all()


def test_the_budget_is_counted() -> None:
    asked = 0

    def counted(cube: np.ndarray) -> np.ndarray:
        nonlocal asked
        asked += len(cube)
        return ridge(cube)

    cube = points(100, 5, 3)
    found = temper(counted, cube, ridge(cube), budget=1050, seed=3)
    assert asked == found.solved == sum(len(s.acceptance) for s in found.steps) * 100 <= 1050


def test_same_seed_same_bytes() -> None:
    one, other, third = run(ridge, 6), run(ridge, 6), run(ridge, 6, seed=1)
    assert one.points.tobytes() == other.points.tobytes()
    assert one.importance.tobytes() == other.importance.tobytes()
    assert one.points.tobytes() != third.points.tobytes()


class Stopping:
    """Progress that asks to stop after some sweeps."""

    def __init__(self, sweeps: int) -> None:
        self.left = sweeps

    def say(self, what: str) -> None:
        """Nothing."""

    def step(self, done: int, total: int) -> None:
        self.left -= 1

    @property
    def cancelled(self) -> bool:
        return self.left <= 0


@pytest.mark.parametrize("sweeps", [1, 2, 3, 5])
def test_a_stopped_run_goes_on_inside(sweeps: int) -> None:
    whole = InMemory()
    told = run(ridge, 6, keeper=whole)
    store = InMemory()
    with pytest.raises(Cancelled):
        run(ridge, 6, keeper=store, progress=Stopping(sweeps))
    assert store.names() == [f"tempering/{k:02d}" for k in range(sweeps)]
    asked = 0

    def counted(cube: np.ndarray) -> np.ndarray:
        nonlocal asked
        asked += len(cube)
        return ridge(cube)

    cube = points(200, 6, 0)
    again = temper(counted, cube, ridge(cube), budget=6000, seed=0, keeper=store)
    assert again.points.tobytes() == told.points.tobytes()
    assert again.importance.tobytes() == told.importance.tobytes()
    assert again.steps == told.steps and again.solved == told.solved
    assert asked == told.solved - 200 * sweeps
    assert store.names() == whole.names()
    for name in whole.names():
        for column, values in (whole.get(name) or {}).items():
            assert values.tobytes() == (store.get(name) or {})[column].tobytes()


def test_a_point_that_cannot_be_is_never_taken() -> None:
    found = run(lambda u: np.where(u[:, 0] < 0.5, 3 * u[:, 1], -np.inf), 2)
    assert (found.points[:, 0] < 0.5).all()


@pytest.mark.parametrize("wrong", [[np.nan, 0.0], [-np.inf, -np.inf], [np.inf, 0.0]])
def test_likelihoods_that_make_no_sense_are_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="log likelihoods"):
        temper(beta_binomial, points(2, 1, 0), np.array(wrong), budget=100)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    weights=st.lists(st.one_of(st.just(0.0), st.floats(1e-6, 1)), min_size=1, max_size=30).filter(
        any
    ),
    offset=st.floats(0, 1, exclude_max=True),
)
def test_a_comb_draws_each_as_often_as_its_weight_says(weights: list[float], offset: float) -> None:
    w = np.array(weights)
    count = np.bincount(systematic(w, offset), minlength=len(w))
    wanted = len(w) * w / w.sum()
    assert count.sum() == len(w)
    assert (abs(count - wanted) < 1 + 1e-9).all() and (count[w == 0] == 0).all()


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    ll=st.lists(st.floats(-500, 0), min_size=2, max_size=40),
    now=st.floats(0, 1, exclude_max=True),
)
def test_each_rise_keeps_half_of_the_particles_effective(ll: list[float], now: float) -> None:
    values = np.array(ll)
    then = next_temperature(values, now)
    assert now <= then <= 1
    w = np.exp((then - now) * (values - values.max()))
    assert w.sum() ** 2 / (w * w).sum() >= 0.5 * len(values) - 1e-6
