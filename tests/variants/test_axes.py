"""The axes of parameter space: their spread, their middle, what moves with them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from standoff.compile.drawn import reference
from standoff.scenario.models import Distribution, Scenario
from standoff.variants.axes import HIGH, LOW, Space, deviation

LAWS = {
    "uniform": ([2, 5], stats.uniform(2, 3)),
    "triangular": ([0, 1, 4], stats.triang(0.25, 0, 4)),
    "pert": ([0, 1, 4], stats.beta(2, 4, 0, 4)),
    "normal": ([1, 2], stats.norm(1, 2)),
    "lognormal": ([3, 0.5], stats.lognorm(0.5, scale=3)),
    "beta": ([2, 5], stats.beta(2, 5)),
}


def scenario() -> Scenario:
    plain = {
        "standoff": 1,
        "id": "axes",
        "title": "Axes",
        "clock": {"rounds": 1, "start": "2000-01-01"},
        "parameters": {
            **{kind: {kind: numbers} for kind, (numbers, _) in LAWS.items()},
            "fixed": "1/4",
            "point": {"triangular": [2, 2, 2]},
            "switch": {"choice": {"on": 0.3, "off": "rest"}},
            "size": {"choice": {"1": 0.2, "2": 0.2, "4": 0, "9": 0.6}},
            "keep": {"by": "a", "x": {"uniform": [0, 1]}, "y": "2"},
        },
        "actors": {
            "a": {
                "types": {"x": {}, "y": {}},
                "prior": {"x": {"uniform": [0.2, 0.4]}, "y": "rest"},
            },
            "b": {
                "types": {"x": {}, "y": {}, "z": {}},
                "prior": {"dirichlet": {"x": 4, "y": 2, "z": 3}},
            },
        },
        "turns": [{"id": "go", "actor": "a", "moves": {"left": {}, "right": {}}}],
    }  # fmt: skip
    return Scenario.model_validate(plain)


@pytest.mark.parametrize("kind", LAWS)
def test_the_deviation_is_that_of_the_law(kind: str) -> None:
    numbers, law = LAWS[kind]
    entry = Distribution.model_validate({kind: numbers})
    assert deviation(entry) == pytest.approx(law.std(), rel=1e-9)


def test_what_is_fixed_is_no_axis() -> None:
    keys = [axis.key for axis in Space(scenario()).axes]
    assert "fixed" not in keys and "point" not in keys and "keep.y" not in keys
    assert {"keep.x", "prior.a.x", "prior.b.y", "precision", "switch"} <= set(keys)


def test_with_nothing_moved_it_is_the_reference_to_the_bit() -> None:
    space = Space(scenario())
    here = space.one_at_a_time(np.full(3, -1), np.zeros(3))
    middle = reference(space.scenario)
    for key, values in middle.values.items():
        assert (here.values[key] == values[0]).all(), key
    for actor, odds in middle.prior.items():
        assert (here.prior[actor] == odds).all()
    for place, axis in enumerate(space.axes):
        at = space.values(place, np.array([axis.middle]))
        assert at[0] == space.held(middle, place)[0], axis.key


@pytest.mark.parametrize("kind", LAWS)
def test_percentiles_are_those_of_the_law(kind: str) -> None:
    space = Space(scenario())
    at = np.array([LOW, 0.3, 0.5, 0.77, HIGH])
    assert space.values(space.place(kind), at) == pytest.approx(LAWS[kind][1].ppf(at))


def test_one_thing_moves_at_a_time() -> None:
    space = Space(scenario())
    which = np.array([space.place("normal"), -1, space.place("beta")])
    drawn = space.one_at_a_time(which, np.array([0.9, 0.2, 0.1]))
    assert drawn.values["normal"] == pytest.approx([1 + 2 * stats.norm.ppf(0.9), 1, 1])
    beta = stats.beta(2, 5)
    assert drawn.values["beta"] == pytest.approx([beta.ppf(0.5), beta.ppf(0.5), beta.ppf(0.1)])
    assert np.ptp(drawn.values["uniform"]) == 0


def test_the_rest_follows_a_prior() -> None:
    space = Space(scenario())
    drawn = space.one_at_a_time(np.array([space.place("prior.a.x")] * 2), np.array([0.25, 0.75]))
    assert drawn.prior["a"] == pytest.approx(np.array([[0.25, 0.35], [0.75, 0.65]]))


def test_under_dirichlet_a_share_moves_and_the_others_keep_their_proportions() -> None:
    space = Space(scenario())
    place = space.place("prior.b.x")
    at = np.array([0.01, 0.2, 0.8, 0.99])
    drawn = space.one_at_a_time(np.full(4, place), at)
    assert drawn.prior["b"][0] == pytest.approx(stats.beta(4, 5).ppf(at))
    middle = reference(space.scenario).prior["b"][:, 0]
    assert drawn.prior["b"][1] / drawn.prior["b"][2] == pytest.approx(
        np.full(4, middle[1] / middle[2])
    )
    assert space.axes[place].deviation == pytest.approx(stats.beta(4, 5).std())


def test_a_choice_has_its_levels() -> None:
    space = Space(scenario())
    switch, size = (space.axes[space.place(key)] for key in ("switch", "size"))
    assert switch.levels == ("on", "off") and switch.level == 1
    assert size.levels == ("1", "2", "9") and size.level == 2
    assert space.values(space.place("size"), np.array(size.points)).tolist() == [1, 2, 9]
    assert space.values(space.place("switch"), np.array(switch.points)).tolist() == [1, 0]


def test_a_grid_holds_its_ends_and_the_middle() -> None:
    space = Space(scenario())
    for axis in space.axes:
        grid = axis.grid(17)
        assert axis.middle in grid.tolist()
        assert (np.diff(grid) > 0).all()
        if not axis.levels:
            assert (grid[0], grid[-1], len(grid)) == (LOW, HIGH, 17)
