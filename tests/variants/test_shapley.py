"""Shares of a difference against all orders written out, and what they must be by their nature."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from standoff.variants.shapley import Plan, every_order, prefixes, some_orders

Float = NDArray[np.float64]
QUICK = settings(derandomize=True, deadline=None, max_examples=40)


def by_hand(value: Float, n: int) -> Float:
    """The mean over all orders, one after the other."""
    share = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        for change, (before, after) in zip(order, pairwise(prefixes(order)), strict=True):
            share[change] += value[after] - value[before]
    return share / len(orders)


def asked(plan: Plan, value: Float) -> Float:
    """The shares that a plan makes of a value by set, from what it asks for only."""
    return plan.shares(value[list(plan.sets)]).share


def random_value(n: int, seed: int) -> Float:
    return np.random.default_rng([seed, n]).normal(size=1 << n)


@QUICK
@given(n=st.integers(0, 5), seed=st.integers(0, 10_000))
def test_every_order_is_the_mean_over_all_of_them(n: int, seed: int) -> None:
    value = random_value(n, seed)
    np.testing.assert_allclose(asked(every_order(n), value), by_hand(value, n), atol=1e-12)


@QUICK
@given(n=st.integers(0, 9), pairs=st.integers(1, 4), seed=st.integers(0, 10_000))
def test_shares_add_up_whatever_the_orders(n: int, pairs: int, seed: int) -> None:
    value = random_value(n, seed)
    for plan in (every_order(n), some_orders(n, pairs, seed)):
        assert abs(asked(plan, value).sum() - (value[-1] - value[0])) < 1e-12
        most = 1 << n if plan.orders is None else 2 * pairs * (n - 1) + 2
        assert len(set(plan.sets)) == len(plan.sets) <= most
        assert plan.sets[0] == 0 and plan.sets[-1] == (1 << n) - 1


@QUICK
@given(n=st.integers(2, 8), seed=st.integers(0, 10_000))
def test_one_order_and_its_reverse_are_exact_where_changes_act_in_twos(n: int, seed: int) -> None:
    rng = np.random.default_rng([seed, n])
    alone, together = rng.normal(size=n), rng.normal(size=(n, n))
    value = np.zeros(1 << n)
    for made in range(1 << n):
        some = [i for i in range(n) if made >> i & 1]
        value[made] = alone[some].sum() + sum(together[i, j] for i in some for j in some if i < j)
    exact = asked(every_order(n), value)
    np.testing.assert_allclose(asked(some_orders(n, 1, seed), value), exact, atol=1e-12)


def test_an_additive_difference_is_shared_as_its_parts() -> None:
    alone = np.array([0.3, -0.1, 0.7, 0.0, 0.25])
    value = np.array([sum(alone[i] for i in range(5) if made >> i & 1) for made in range(32)])
    for plan in (every_order(5), some_orders(5, 2, 1)):
        np.testing.assert_allclose(asked(plan, value), alone, atol=1e-15)


def test_alike_changes_have_equal_shares_and_one_that_does_nothing_none() -> None:
    # Changes 0 and 1 only count together; 2 does nothing; 3 adds one by itself.
    value = np.array([8.0 * (m & 3 == 3) + (m >> 3 & 1) for m in range(16)])
    np.testing.assert_allclose(asked(every_order(4), value), [4, 4, 0, 1], atol=1e-15)
    some = some_orders(4, 3, 0)
    assert asked(some, value)[2] == 0.0
    np.testing.assert_allclose(asked(some, value), [4, 4, 0, 1], atol=1e-15)


def test_some_orders_are_right_within_their_error() -> None:
    n, missed = 6, []
    for seed in range(30):
        value = random_value(n, seed)
        plan = some_orders(n, 12, seed)
        found = plan.shares(value[list(plan.sets)])
        assert (found.error > 0).all()
        missed.append((found.share - asked(every_order(n), value)) / found.error)
    away = np.array(missed)
    # t with 11 degrees of freedom: mean 0, standard deviation 1.1.
    assert abs(away.mean()) < 0.3 and 0.7 < away.std() < 1.5


def test_the_error_of_one_pair_is_unknown_and_of_all_orders_nothing() -> None:
    value = random_value(4, 0)
    one = some_orders(4, 1, 0)
    assert np.isnan(one.shares(value[list(one.sets)]).error).all()
    every = every_order(4)
    assert (every.shares(value[list(every.sets)]).error == 0).all()


def test_values_may_have_more_axes() -> None:
    value = np.stack([random_value(3, 1), random_value(3, 2)], axis=1)
    plan = every_order(3)
    both = plan.shares(value[list(plan.sets)]).share
    for i in range(2):
        np.testing.assert_allclose(both[:, i], asked(plan, value[:, i]), atol=1e-15)


def test_neighbors_in_the_list_differ_by_one_change() -> None:
    sets = every_order(4).sets[:-1]
    steps = [(a ^ b).bit_count() for a, b in pairwise(sets)]
    assert sum(step == 1 for step in steps) >= len(steps) - 1


def test_too_many_changes_for_every_order() -> None:
    with pytest.raises(ValueError, match="too many orders"):
        every_order(21)
