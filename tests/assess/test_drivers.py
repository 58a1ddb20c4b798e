"""Drivers: weighted rank correlations, ties, noise left out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from standoff.assess.drivers import drivers, ranks


def test_ranks_are_scipys() -> None:
    rng = np.random.default_rng(0)
    values = np.round(rng.random((3, 40)), 1)
    assert np.allclose(ranks(values) + 1, stats.rankdata(values, axis=1))


def test_unweighted_is_spearman() -> None:
    rng = np.random.default_rng(1)
    x, noise = rng.random(300), rng.random(300)
    answer = np.exp(x) + 0.3 * noise
    found = drivers(answer, {"x": x, "noise": noise, "still": np.ones(300)}, np.ones(300))
    assert found["x"] == pytest.approx(stats.spearmanr(x, answer).statistic, abs=5e-4)
    assert next(iter(found)) == "x" and "still" not in found


def test_a_repeated_variant_is_a_weight() -> None:
    rng = np.random.default_rng(2)
    x = rng.random(60)
    answer = x + 0.2 * rng.random(60)
    weights = np.where(x > 0.5, 3.0, 0.0)
    subset = x > 0.5
    assert drivers(answer, {"x": x}, weights) == drivers(
        answer[subset], {"x": x[subset]}, np.ones(subset.sum())
    )


def test_noise_is_left_out() -> None:
    rng = np.random.default_rng(3)
    drawn = {f"p{j}": rng.random(200) for j in range(3)}
    assert drivers(rng.random(200), drawn, np.ones(200), most=3).keys() <= set(drawn)
    assert drivers(np.full(200, 0.4), drawn, np.ones(200)) == {}
