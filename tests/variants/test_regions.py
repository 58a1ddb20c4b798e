"""Rules recover regions that were made up; contours lie on the level."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.variants.contours import level_lines
from standoff.variants.regions import Limit, rules


def drawn(n: int = 1200, d: int = 6) -> dict[str, np.ndarray]:
    rng = np.random.default_rng([7, 1])
    return {f"p{i}": rng.random(n) for i in range(d)}


def test_a_box_is_recovered() -> None:
    values = drawn()
    inside = (values["p1"] > 0.6) & (values["p4"] <= 0.3)
    found = rules(values, inside, np.ones(1200))
    assert len(found) == 1
    limits = {x.name: (x.low, x.high) for x in found[0].limits}
    assert limits.keys() == {"p1", "p4"}
    assert limits["p1"] == (pytest.approx(0.6, abs=0.01), np.inf)
    assert limits["p4"] == (-np.inf, pytest.approx(0.3, abs=0.01))
    assert found[0].precision > 0.97 and found[0].coverage > 0.97
    assert found[0].checked is not None and found[0].checked > 0.95
    assert found[0].weight == pytest.approx(inside.mean(), abs=0.01)


def test_a_band_is_recovered_though_no_correlation_shows_it() -> None:
    values = drawn()
    inside = np.abs(values["p2"] - 0.5) < 0.15
    found = rules(values, inside, np.ones(1200))
    assert len(found) == 1
    (limit,) = found[0].limits
    assert limit == Limit("p2", pytest.approx(0.35, abs=0.01), pytest.approx(0.65, abs=0.01))


def test_shares_are_those_of_the_rule_as_printed_and_by_weight() -> None:
    values = drawn()
    rng = np.random.default_rng([7, 2])
    weight = rng.exponential(size=1200)
    weight[::5] = 0.0
    inside = values["p0"] + 0.3 * rng.normal(size=1200) > 0.8
    for rule in rules(values, inside, weight):
        here = rule.holds(values)
        assert rule.weight == pytest.approx(weight[here].sum() / weight.sum())
        assert rule.precision == pytest.approx(weight[here & inside].sum() / weight[here].sum())
        assert rule.coverage == pytest.approx(weight[here & inside].sum() / weight[inside].sum())
        unseen = here & (np.arange(1200) % 3 == 2)
        assert rule.checked == pytest.approx(weight[unseen & inside].sum() / weight[unseen].sum())


def test_of_something_rare_the_rule_says_where_it_is_commonest() -> None:
    values = drawn()
    rng = np.random.default_rng([7, 3])
    inside = (values["p3"] > 0.8) & (rng.random(1200) < 0.4)
    found = rules(values, inside, np.ones(1200))
    assert found and {x.name for x in found[0].limits} >= {"p3"}
    assert 0.25 < found[0].precision < 0.6 and found[0].coverage > 0.8


def test_noise_does_not_hold_on_fresh_variants() -> None:
    """What a tree finds in noise is shown up by the variants that it has not seen."""
    rng = np.random.default_rng([7, 4])
    inside = rng.random(1200) < 0.3
    for rule in rules(drawn(), inside, np.ones(1200)):
        assert rule.checked is not None and rule.checked < 0.45


def test_nowhere_everywhere_and_too_few_have_no_rules() -> None:
    values = drawn(90)
    assert rules(values, np.zeros(90, dtype=bool), np.ones(90)) == []
    assert rules(values, np.ones(90, dtype=bool), np.ones(90)) == []
    few = np.where(np.arange(90) < 20, 1.0, 0.0)
    assert rules(values, values["p0"] > 0.5, few) == []


def test_the_same_variants_give_the_same_rules() -> None:
    values = drawn()
    inside = values["p1"] + values["p2"] > 1.2
    first, second = (rules(values, inside, np.ones(1200)) for _ in range(2))
    assert first == second and len(first) >= 1


def test_lines_lie_on_the_level() -> None:
    x, y = np.linspace(0, 2, 9), np.linspace(-1, 1, 7)
    z = 2 * x[None, :] + 3 * y[:, None]  # a plane: linear between the points is exact
    pieces = level_lines(x, y, z, 1.1)
    assert len(pieces) > 6
    for side in (pieces[:, :2], pieces[:, 2:]):
        assert 2 * side[:, 0] + 3 * side[:, 1] == pytest.approx(np.full(len(side), 1.1))
    # Together they are as long as the line within the rectangle.
    length = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]).sum()
    ends = np.array([[(1.1 + 3) / 2, -1.0], [0.0, 1.1 / 3]])
    assert length == pytest.approx(np.hypot(*(ends[0] - ends[1])), rel=0.06)


def test_lines_around_a_hill_and_over_a_saddle() -> None:
    x = y = np.linspace(-1, 1, 41)
    hill = -(x[None, :] ** 2 + y[:, None] ** 2)
    pieces = level_lines(x, y, hill, -0.49)
    assert np.hypot(pieces[:, 0], pieces[:, 1]) == pytest.approx(
        np.full(len(pieces), 0.7), abs=2e-3
    )
    total = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]).sum()
    assert total == pytest.approx(2 * np.pi * 0.7, rel=0.01)
    saddle = x[None, :] * y[:, None]
    assert len(level_lines(x, y, saddle, 0.0001)) > 0


def test_no_line_where_the_answer_is_unknown() -> None:
    x = y = np.arange(3.0)
    z = np.array([[0.0, 1, 2], [0, np.nan, 2], [0, 1, 2]])
    assert len(level_lines(x, y, z, 0.5)) == 0
