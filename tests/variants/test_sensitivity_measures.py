"""Sensitivity measures against known functions, against SALib, and against slow twins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from standoff.scenario.models import Actor, Clock, Correlation, Distribution, Prior, Scenario
from standoff.variants.delta_moments import classes_of, delta_moments
from standoff.variants.saltelli import Groups, design, groups_of, rows
from standoff.variants.sobol_indices import SobolIndices, sobol_indices
from standoff.variants.swings import swings

Float = NDArray[np.float64]


def ishigami(x: Float) -> Float:
    """The function of Ishigami and Homma (1990) with a = 7, b = 0.1; x [n, 3] in the unit cube."""
    a, b, c = np.pi * (2 * x.T - 1)
    return np.asarray(np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a))


def apart(*names: str) -> Groups:
    return Groups(names, tuple(range(len(names))), names)


def indices(groups: Groups, f: Callable[[Float], Float], n: int = 1024) -> SobolIndices:
    found = sobol_indices(groups, f(design(groups, n, 0)), 0)
    assert found is not None
    return found


# ------------------------------------------------------------------ Sobol indices


def test_ishigami_has_its_published_indices() -> None:
    found = indices(apart("a", "b", "c"), ishigami)
    first, total = np.array([0.3139, 0.4424, 0.0]), np.array([0.5576, 0.4424, 0.2437])
    assert found.first == pytest.approx(first, abs=0.02)
    assert found.total == pytest.approx(total, abs=0.02)
    assert (np.abs(found.first - first) < found.first_error).all()
    assert (np.abs(found.total - total) < found.total_error).all()
    assert found.first_noise.tolist() == [False, False, True]
    assert not found.total_noise.any()
    assert found.mean == pytest.approx(3.5, abs=0.01)
    assert found.deviation**2 == pytest.approx(13.845, rel=0.02)


def test_ishigami_in_groups() -> None:
    # What a and c do together is a's own share and their interaction; b works by itself.
    found = indices(Groups(("a", "b", "c"), (0, 1, 0), ("a + c", "b")), ishigami)
    assert found.first == pytest.approx([0.5576, 0.4424], abs=0.03)
    assert found.total == pytest.approx([0.5576, 0.4424], abs=0.03)


def test_a_linear_function_and_a_bystander() -> None:
    weights = np.array([3.0, 2.0, 1.0, 0.0])
    found = indices(apart("a", "b", "c", "idle"), lambda x: x @ weights, n=256)
    share = weights**2 / (weights**2).sum()
    assert found.first == pytest.approx(share, abs=0.02)
    assert found.total == pytest.approx(share, abs=0.02)
    assert found.total[3] == 0.0 and found.total_noise[3] and found.first_noise[3]


def test_a_product_is_all_interaction() -> None:
    found = indices(apart("a", "b"), lambda x: np.sign(x[:, 0] - 0.5) * np.sign(x[:, 1] - 0.5))
    assert found.first == pytest.approx([0, 0], abs=0.08)
    assert found.total == pytest.approx([1, 1], abs=0.05)


def test_the_design_is_saltellis() -> None:
    groups = Groups(("a", "b", "c", "d"), (0, 1, 0, 2), ("a + c", "b", "d"))
    n = 16
    found = design(groups, n, 3)
    assert found.shape == (rows(groups, n), 4) == (n * 5, 4)
    assert ((found > 0) & (found < 1)).all()
    blocks = found.reshape(n, 5, 4)
    one, other = blocks[:, 0], blocks[:, -1]
    assert not (one == other).any()
    for g in range(3):
        own = np.array(groups.group_of) == g
        assert (blocks[:, 1 + g][:, own] == other[:, own]).all()
        assert (blocks[:, 1 + g][:, ~own] == one[:, ~own]).all()
    assert (design(groups, n, 3) == found).all()
    assert (design(groups, n, 4) != found).any()


def test_holes_are_filled_with_the_mean_and_counted() -> None:
    groups = apart("a", "b", "c")
    whole = ishigami(design(groups, 1024, 0))
    holed = whole.copy()
    holed[np.random.default_rng(0).permutation(len(whole))[: len(whole) // 100]] = np.nan
    found, before = sobol_indices(groups, holed, 0), sobol_indices(groups, whole, 0)
    assert found is not None and before is not None
    assert found.filled == len(whole) // 100 and before.filled == 0
    assert found.mean == pytest.approx(float(np.nanmean(holed)), abs=1e-12)
    assert found.first == pytest.approx(before.first, abs=0.05)
    holed[: len(whole) // 40] = np.nan
    assert sobol_indices(groups, holed, 0) is None
    assert sobol_indices(groups, np.full(len(whole), 0.3), 0) is None


def test_same_seed_same_bytes_and_nothing_shared_is_touched() -> None:
    groups = apart("a", "b", "c")
    np.random.seed(5)  # noqa: NPY002
    before: Any = np.random.get_state()  # noqa: NPY002
    runs = [indices(groups, ishigami, 64) for _ in range(2)]
    after: Any = np.random.get_state()  # noqa: NPY002
    assert (before[1] == after[1]).all() and before[2] == after[2]
    for name in ("first", "first_error", "total", "total_error"):
        assert getattr(runs[0], name).tobytes() == getattr(runs[1], name).tobytes()


def scenario(**parts: Any) -> Scenario:
    clock = Clock(start="2031-01-01", step=1, rounds=1)
    return Scenario(standoff=1, id="x", title="x", clock=clock, turns=(), **parts)


def test_what_is_not_independent_is_one_group() -> None:
    crisis = scenario(
        actors={
            "she": Actor(types={"a": {}, "b": {}}, prior=Prior(dirichlet={"a": 1, "b": 2})),
            "he": Actor(
                types={"c": {}, "d": {}},
                prior=Prior(c=Distribution(beta=("2", "3")), d="rest"),
            ),
        },
        correlate=(
            Correlation(between=("p", "r"), rank=0.5),
            Correlation(between=("r", "prior.he.c"), rank=-0.2),
            Correlation(between=("q", "not.uncertain"), rank=0.3),
        ),
    )
    keys = ["p", "q", "r", "prior.she.a", "prior.she.b", "prior.he.c", "precision"]
    groups = groups_of(crisis, keys)
    assert groups.names == ("p + r + prior.he.c", "q", "prior.she", "precision")
    assert groups.group_of == (0, 1, 0, 2, 2, 0, 3)
    assert groups.members(2) == ["prior.she.a", "prior.she.b"]


# ------------------------------------------------------------------ delta and first order


def slow_delta(x: Float, y: Float, w: Float, classes: int) -> tuple[float, float]:
    """Plischke's estimators with SciPy's densities, class by class."""
    grid = np.linspace(y.min(), y.max(), 100)
    w = w / w.sum()
    overall = stats.gaussian_kde(y, "silverman", w)(grid)
    order = np.argsort(x, kind="stable")
    place = np.empty(len(x), int)
    middle = np.cumsum(w[order]) - w[order] / 2
    place[order] = np.minimum((middle * classes).astype(int), classes - 1)
    mean = w @ y
    delta = between = 0.0
    for c in range(classes):
        own = place == c
        if not own.any():
            continue
        share = w[own].sum()
        between += share * (w[own] @ y[own] / share - mean) ** 2
        if np.ptp(y[own]) == 0 or own.sum() == 1:
            delta += share
            continue
        density = stats.gaussian_kde(y[own], "silverman", w[own])(grid)
        delta += share * 0.5 * np.trapezoid(np.abs(overall - density), grid)
    return delta, between / (w @ (y - mean) ** 2)


def estimates(x: Float, y: Float, w: Float, classes: int) -> tuple[Float, Float]:
    from standoff.kernels.class_densities import moved_densities

    order = np.argsort(x, axis=1, kind="stable").astype(np.int32)
    delta, first = np.empty((1, len(x))), np.empty((1, len(x)))
    moved_densities(order, y, w[None], classes, delta, first)
    return delta[0], first[0]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(8, 120),
    classes=st.integers(1, 8),
    levels=st.sampled_from([2, 5, 1000]),
    heavy=st.booleans(),
)
def test_the_kernel_is_its_slow_twin(
    seed: int, n: int, classes: int, levels: int, heavy: bool
) -> None:
    rng = np.random.default_rng(seed)
    x = np.floor(rng.random((3, n)) * levels)
    y = x[0] / levels + rng.random(n) ** 2
    w = rng.random(n) ** (6 if heavy else 1) + 1e-6
    delta, first = estimates(x, y, w, classes)
    for j in range(3):
        slow = slow_delta(x[j], y, w, classes)
        assert (delta[j], first[j]) == pytest.approx(slow, abs=1e-8)


def test_equal_weights_are_salibs_estimate() -> None:
    from SALib.analyze.delta import calc_delta

    n = 200
    classes = classes_of(n)
    assert n % classes == 0  # where they cut alike
    x = np.random.default_rng(0).random((n, 3))
    y = ishigami(x)
    delta, _ = estimates(np.ascontiguousarray(x.T), y, np.ones(n), classes)
    grid, cuts = np.linspace(y.min(), y.max(), 100), np.linspace(0, n, classes + 1)
    assert delta == pytest.approx([calc_delta(y, grid, x[:, j], cuts) for j in range(3)], abs=1e-12)


def test_ishigamis_delta() -> None:
    # The values are from a million draws for each of sixty values of each input. Smoothing lowers
    # the estimate where densities are sharp, as they are here.
    x = np.random.default_rng(0).random((4000, 3))
    found = delta_moments(np.ascontiguousarray(x.T), ishigami(x), np.ones(4000))
    assert found is not None
    assert found.delta == pytest.approx([0.258, 0.424, 0.207], abs=0.09)
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert not found.noise.any()


def test_delta_of_a_sum_of_normals() -> None:
    # Density of the sum and, given the first, of what is left: by quadrature.
    a, b = 2.0, 1.0
    grid = np.linspace(-12, 12, 2001)
    knots = stats.norm.ppf((np.arange(400) + 0.5) / 400)
    whole = stats.norm.pdf(grid, scale=np.hypot(a, b))
    exact = [
        np.mean([
            np.trapezoid(np.abs(whole - stats.norm.pdf(grid, own * z, rest)), grid) / 2
            for z in knots
        ])
        for own, rest in ((a, b), (b, a))
    ]  # fmt: skip
    z = np.random.default_rng(1).standard_normal((3, 4000))
    found = delta_moments(z, a * z[0] + b * z[1], np.ones(4000))
    assert found is not None
    assert found.delta[:2] == pytest.approx(exact, abs=0.025)
    assert found.first[:2] == pytest.approx([0.8, 0.2], abs=0.02)
    assert not found.noise[:2].any()
    assert found.delta[2] < 0.06 and found.first[2] < 0.02


def test_weights_make_another_population() -> None:
    # Weighing halves of the draws apart gives what the halves alone would give.
    rng = np.random.default_rng(2)
    x = rng.random((2, 400))
    y = np.where(x[0] < 0.5, x[1], 1 - x[0])
    half = (x[0] < 0.5).astype(float)
    found = delta_moments(x, y, half, resamples=0)
    alone = delta_moments(x[:, half > 0], y[half > 0], np.ones(int(half.sum())), resamples=0)
    assert found is not None and alone is not None
    assert found.delta == pytest.approx(alone.delta, abs=1e-12)
    assert found.noise.tolist() == [True, False]


def test_of_many_bystanders_few_stand_out() -> None:
    rng = np.random.default_rng(3)
    x = rng.random((70, 200))
    y = np.exp(2 * x[0]) + 0.2 * rng.random(200)
    found = delta_moments(x, y, rng.random(200))
    assert found is not None and not found.noise[0]
    assert (~found.noise[1:]).sum() <= 3


def test_only_the_order_of_an_assumption_counts() -> None:
    rng = np.random.default_rng(4)
    x, w = rng.random((2, 150)), rng.random(150)
    y = x[0] ** 2 + 0.1 * x[1]
    one, other = delta_moments(x, y, w), delta_moments(np.exp(5 * x), y, w)
    assert one is not None and other is not None
    assert one.delta.tobytes() == other.delta.tobytes()
    assert one.delta_error.tobytes() == other.delta_error.tobytes()


def test_too_little_to_tell() -> None:
    rng = np.random.default_rng(5)
    x = rng.random((2, 50))
    assert delta_moments(x, np.full(50, 0.2), np.ones(50)) is None
    assert delta_moments(x, np.full(50, np.nan), np.ones(50)) is None
    assert delta_moments(x, x[0], np.where(np.arange(50) < 4, 1.0, 0.0)) is None


# ------------------------------------------------------------------ swings


def test_swings_of_a_line() -> None:
    x = np.stack([(np.arange(1000) + 0.5) / 1000, np.random.default_rng(0).random(1000)])
    found = swings(x, 2 * x[0] - 1, np.ones(1000))
    assert found is not None
    assert found.at_low[0] == pytest.approx(2 * 0.1 - 1) and found.at_high[0] == pytest.approx(0.8)
    assert found.swing[0] == pytest.approx(1.6) and abs(found.swing[1]) < 0.2
    assert (found.low_value[0], found.high_value[0]) == pytest.approx((0.1, 0.9), abs=1e-3)


def slow_swing(x: Float, y: Float, w: Float) -> tuple[float, float]:
    """Every variant cut into its shares of the lowest and highest fifth, value by value."""
    w = w / w.sum()
    sums = np.zeros((2, 2))
    before = 0.0
    for value in np.unique(x):
        own = x == value
        run = w[own].sum()
        for i, share in enumerate((0.2 - before, before + run - 0.8)):
            part = min(max(share, 0.0), run) / run
            sums[i] += part * (w[own] @ y[own]), part * run
        before += run
    return float(sums[0, 0] / sums[0, 1]), float(sums[1, 0] / sums[1, 1])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 60),
    levels=st.sampled_from([1, 2, 3, 1000]),
)
def test_swings_are_their_slow_twin(seed: int, n: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.floor(rng.random((3, n)) * levels)
    y, w = rng.random(n), rng.random(n) + 1e-3
    found = swings(x, y, w)
    assert found is not None
    for j in range(3):
        assert (found.at_low[j], found.at_high[j]) == pytest.approx(slow_swing(x[j], y, w))


def test_variants_without_weight_or_answer_do_not_swing() -> None:
    x = np.arange(10.0)[None]
    y = np.where(np.arange(10) == 3, np.nan, np.arange(10.0))
    w = np.where(np.arange(10) == 9, 0.0, 1.0)
    use = np.array([0, 1, 2, 4, 5, 6, 7, 8])
    found, alone = swings(x, y, w), swings(x[:, use], y[use], w[use])
    assert found is not None and alone is not None
    assert (found.at_low, found.at_high) == (alone.at_low, alone.at_high)
    assert swings(x, np.full(10, np.nan), w) is None
