"""Draws: their distributions, their sums, their correlations, their bytes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from standoff.compile import distributions
from standoff.errors import ScenarioError
from standoff.scenario.models import Scenario
from standoff.variants import draw, reference
from standoff.variants.drawing import draws_at, uncertain_columns
from standoff.variants.points import METHODS, Method, points

PRIOR_A = {"x": {"uniform": [0.2, 0.4]}, "y": "rest"}
PRIOR_B = {"dirichlet": {"x": 4, "y": 2, "z": 2}}


def scenario(**changes: object) -> Scenario:
    """A scenario with one of each distribution."""
    plain: dict[str, object] = {
        "standoff": 1,
        "id": "draws",
        "title": "Draws",
        "clock": {"rounds": 1, "start": "2000-01-01"},
        "parameters": {
            "fixed": "1/4",
            "u": {"uniform": [2, 5]},
            "t": {"triangular": [0, 1, 4]},
            "p": {"pert": [0, 1, 4]},
            "n": {"normal": [1, 2]},
            "l": {"lognormal": [3, 0.5]},
            "b": {"beta": [2, 5]},
            "c": {"choice": {"on": 0.3, "off": "rest"}},
            "keep": {"by": "a", "x": {"uniform": [0, 1]}, "y": "2"},
        },
        "actors": {
            "a": {"types": {"x": {}, "y": {}}, "prior": PRIOR_A},
            "b": {"types": {"x": {}, "y": {}, "z": {}}, "prior": PRIOR_B},
        },
        "turns": [{"id": "go", "actor": "a", "moves": {"left": {}, "right": {}}}],
        **changes,
    }
    return Scenario.model_validate(plain)


def test_each_distribution_is_the_one_named() -> None:
    drawn = draw(scenario(), 4000, seed=3, method="random")
    named = {
        "u": stats.uniform(2, 3),
        "t": stats.triang(0.25, 0, 4),
        "p": stats.beta(2, 4, 0, 4),
        "n": stats.norm(1, 2),
        "l": stats.lognorm(0.5, scale=3),
        "b": stats.beta(2, 5),
        "keep.x": stats.uniform(),
    }
    for key, law in named.items():
        assert stats.kstest(drawn.values[key], law.cdf).pvalue > 1e-4, key
    assert set(np.unique(drawn.values["c"])) == {0.0, 1.0}
    assert abs(drawn.values["c"].mean() - 0.3) < 0.03
    assert (drawn.values["fixed"] == 0.25).all() and (drawn.values["keep.y"] == 2).all()


def test_dirichlet_prior_has_its_moments() -> None:
    prior = draw(scenario(), 4000, seed=1).prior["b"]
    assert np.allclose(prior.mean(axis=1), [0.5, 0.25, 0.25], atol=0.01)
    assert np.allclose(prior[0].var(), 0.25 / 9, atol=0.003)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    n=st.integers(1, 70),
    seed=st.integers(0, 1000),
    method=st.sampled_from(METHODS),
)
def test_priors_sum_to_one_and_seeds_repeat(n: int, seed: int, method: Method) -> None:
    first, second = (draw(scenario(), n, seed, method) for _ in range(2))
    for actor in ("a", "b"):
        assert np.allclose(first.prior[actor].sum(axis=0), 1)
        assert (first.prior[actor] >= 0).all()
        assert first.prior[actor].tobytes() == second.prior[actor].tobytes()
    assert first.precision.tobytes() == second.precision.tobytes()


def test_a_latin_hypercube_has_one_point_in_each_slice() -> None:
    cube = points(50, 7, seed=5, method="lhs")
    assert (np.sort((cube * 50).astype(int), axis=0) == np.arange(50)[:, None]).all()


def test_the_reference_is_the_median_of_everything() -> None:
    middle = reference(scenario())
    assert middle.values["u"][0] == pytest.approx(3.5)
    assert middle.values["l"][0] == pytest.approx(3)
    assert middle.prior["a"][:, 0] == pytest.approx([0.3, 0.7])


CORRELATED = {
    ("u", "keep.x"): 0.6,
    ("u", "n"): -0.5,
    ("n", "keep.x"): -0.2,
    ("l", "b"): 0.8,
    ("p", "t"): -0.9,
}


@pytest.mark.parametrize("method", METHODS)
def test_rank_correlations_come_out_as_asked(method: Method) -> None:
    asked = scenario(
        correlate=[{"between": pair, "rank": rank} for pair, rank in CORRELATED.items()]
    )
    drawn = draw(asked, 4000, seed=2, method=method).values
    names = ["u", "keep.x", "n", "l", "b", "p", "t"]
    found = stats.spearmanr(np.stack([drawn[name] for name in names], axis=1)).statistic
    for a, b in itertools.combinations(names, 2):
        wanted = CORRELATED.get((a, b), CORRELATED.get((b, a), 0.0))
        # Four standard errors of a rank correlation of 4,000 independent draws, at its widest.
        assert found[names.index(a), names.index(b)] == pytest.approx(wanted, abs=0.064), (a, b)


@pytest.mark.parametrize("method", METHODS)
def test_correlation_leaves_every_distribution_as_it_was(method: Method) -> None:
    asked = scenario(correlate=[{"between": ["u", "keep.x"], "rank": 0.9}])
    drawn = draw(asked, 4000, seed=4, method=method)
    for key, law in {"u": stats.uniform(2, 3), "keep.x": stats.uniform()}.items():
        assert stats.kstest(drawn.values[key], law.cdf).pvalue > 1e-4, key


def test_contradictory_correlations_are_refused_by_name() -> None:
    wanted = [
        {"between": ["n", "b"], "rank": 0.3},
        {"between": ["u", "t"], "rank": 0.9},
        {"between": ["t", "p"], "rank": 0.9},
        {"between": ["u", "p"], "rank": -0.9},
        {"between": ["u", "n"], "rank": 0.1},
    ]
    with pytest.raises(ScenarioError, match="contradict") as caught:
        draw(scenario(correlate=wanted), 10)
    found = caught.value.problems[0].found
    assert found == "u with t: 0.9; t with p: 0.9; u with p: -0.9"


def test_a_pair_left_out_counts_as_uncorrelated() -> None:
    wanted = [{"between": ["u", "t"], "rank": 0.9}, {"between": ["t", "p"], "rank": 0.9}]
    with pytest.raises(ScenarioError, match="not named: 0"):
        draw(scenario(correlate=wanted), 10)


def test_a_pair_with_two_correlations_is_refused() -> None:
    wanted = [{"between": ["u", "t"], "rank": 0.5}, {"between": ["t", "u"], "rank": 0.4}]
    with pytest.raises(ScenarioError, match=r"two rank correlations.*0\.5 and 0\.4"):
        draw(scenario(correlate=wanted), 10)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(n=st.integers(2, 40), start=st.integers(0, 38), seed=st.integers(0, 99))
def test_a_point_means_the_same_draw_in_any_company(n: int, start: int, seed: int) -> None:
    asked = scenario(
        correlate=[{"between": pair, "rank": rank} for pair, rank in CORRELATED.items()]
    )
    cube = points(n, len(uncertain_columns(asked)), seed)
    start = min(start, n - 1)
    whole, part = draws_at(asked, cube), draws_at(asked, cube[start : start + 1])
    assert draw(asked, n, seed).precision.tobytes() == whole.precision.tobytes()
    for key, values in whole.values.items():
        assert values[start].tobytes() == part.values[key].tobytes(), key
    for actor, odds in whole.prior.items():
        assert odds[:, start].tobytes() == part.prior[actor].tobytes()


def test_sobol_points_fill_the_cube_more_evenly_than_chance() -> None:
    # Mean squared error of the mean of a smooth function of four coordinates, over seeds.
    def error(method: Method) -> float:
        means = [np.prod(1.5 * np.sqrt(points(256, 4, s, method)), axis=1).mean() for s in range(9)]
        return float(np.mean((np.array(means) - 1.0) ** 2))

    assert error("sobol") < error("lhs") / 2 < error("random") / 8


def test_a_way_of_drawing_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="halton"):
        points(4, 2, 0, "halton")  # type: ignore[arg-type]


def test_a_prior_that_cannot_sum_to_one_is_refused() -> None:
    actors = {"a": {"types": {"x": {}, "y": {}}, "prior": {"x": "0.5", "y": "0.6"}}}
    with pytest.raises(ScenarioError, match="sum to 1"):
        draw(scenario(actors=actors), 10)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(low=st.floats(-5, 5), width=st.floats(0, 5), cut=st.floats(0, 1), u=st.floats(0.001, 0.999))
def test_bounded_quantiles_stay_inside(low: float, width: float, cut: float, u: float) -> None:
    high, mode = low + width, low + cut * width
    for law in (distributions.triangular, distributions.pert):
        value = law(np.array([u]), low, min(mode, high), high)[0]
        assert low - 1e-9 <= value <= high + 1e-9
