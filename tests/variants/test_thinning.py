"""Fewer variants in the place of many: chosen by weight, weighted to give known totals."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.variants.thinning import calibrated, chosen, standard_error

QUICK = settings(derandomize=True, deadline=None, max_examples=60)


@QUICK
@given(size=st.integers(1, 60), n=st.integers(1, 40), seed=st.integers(0, 10_000))
def test_so_many_are_chosen_each_once_and_none_without_weight(size: int, n: int, seed: int) -> None:
    rng = np.random.default_rng([seed, size])
    weight = rng.exponential(size=size) ** 2 * (rng.random(size) < 0.8)
    which, base = chosen(weight, n)
    assert len(which) == min(n, int((weight > 0).sum())) == len(set(which.tolist()))
    assert (weight[which] > 0).all() and (base >= 1 - 1e-12).all()
    # Chosen in proportion to weight, whatever is chosen stands for the whole of it.
    np.testing.assert_allclose((base * weight[which]).sum(), weight.sum(), rtol=1e-9)


def test_all_are_chosen_where_there_are_few() -> None:
    which, base = chosen(np.array([0.0, 2.0, 1.0]), 5)
    assert which.tolist() == [1, 2] and base.tolist() == [1.0, 1.0]


def test_equal_weights_are_chosen_evenly() -> None:
    which, base = chosen(np.ones(12), 4)
    assert np.diff(which).tolist() == [3, 3, 3]
    np.testing.assert_allclose(base, 3.0)


@QUICK
@given(seed=st.integers(0, 10_000))
def test_calibrated_weights_give_the_totals(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mass = rng.exponential(size=(40, 2))
    share = rng.random((40, 2))
    held = np.stack([mass[:, 0], mass[:, 0] * share[:, 0], mass[:, 1], mass[:, 1] * share[:, 1]], 1)
    total = held.sum(axis=0) * 1e-7  # likelihoods are small
    which, base = chosen(mass.sum(axis=1), 16)
    weight = calibrated(base, held[which] * 1e-7, total)
    assert weight is not None
    np.testing.assert_allclose((held[which] * 1e-7).T @ weight, total, rtol=1e-12)


def test_weights_that_give_the_totals_already_stay() -> None:
    held = np.random.default_rng(0).random((10, 3))
    weight = calibrated(np.ones(10), held, held.sum(axis=0))
    assert weight is not None
    np.testing.assert_allclose(weight, 1.0, atol=1e-12)


def test_totals_that_no_weights_give() -> None:
    assert calibrated(np.ones(3), np.zeros((3, 1)), np.array([1.0])) is None
    assert calibrated(np.ones(3), np.ones((3, 1)), np.array([0.0])) is None
    assert calibrated(np.ones(2), np.ones((2, 2)), np.array([1.0, 2.0])) is None


def test_the_standard_error_is_how_far_other_choices_are_off() -> None:
    rng = np.random.default_rng(7)
    mass = rng.exponential(size=300)
    known = mass * rng.random(300)
    wanted = 0.7 * known + 0.4 * mass + 0.3 * mass * rng.normal(size=300)
    held, n = np.stack([mass, known], axis=1), 30
    off, said = [], []
    for _ in range(400):
        order = rng.permutation(300)
        which, base = chosen(mass[order], n)
        at = order[which]
        weight = calibrated(base, held[at], held.sum(axis=0))
        assert weight is not None
        off.append(weight @ wanted[at] - wanted.sum())
        said.append(standard_error(wanted[at], base, weight, held[at], held.sum(axis=0)))
    assert abs(np.mean(off)) < 0.2 * np.std(off)
    assert 0.85 < np.sqrt(np.mean(np.square(said))) / np.std(off) < 1.15


def test_what_is_known_or_wholly_looked_at_has_no_error() -> None:
    rng = np.random.default_rng(3)
    held = rng.random((40, 2))
    which, base = chosen(held.sum(axis=1), 12)
    weight = calibrated(base, held[which], held.sum(axis=0))
    assert weight is not None
    both = held[which] @ np.array([2.0, -1.0])
    error = standard_error(both[None], base, weight, held[which], held.sum(axis=0))
    np.testing.assert_allclose(error, 0.0, atol=1e-12)
    all_of_them = standard_error(rng.random(40), np.ones(40), np.ones(40), held, held.sum(axis=0))
    assert float(all_of_them) == 0.0
