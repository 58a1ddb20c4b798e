"""Sensitivity through a whole crisis: indices known by formula, and random crises."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings

from standoff.assess import check_all, json_schema
from standoff.assess.sensitivities import sensitivity
from standoff.compile.drawn import uncertain_columns
from standoff.errors import StandoffError
from standoff.note import render_sensitivity
from standoff.scenario import loads
from standoff.scenario.models import Scenario
from strategies.crises import crises

DRAW = """
standoff: 1
id: draw
title: A draw whose odds are a formula
as_of: 2031-01-01
clock: {{start: 2031-01-01, step: 2, rounds: 1}}
parameters:
  a: {{uniform: [0, 1]}}
  b: {{uniform: [0, 1]}}
  c: {{uniform: [0, 1]}}
solve: {{precision: 2}}
actors:
  she: {{name: she}}
  chance: {{name: chance, kind: nature}}
turns:
  - id: toss
    actor: chance
    outcomes:
      heads: {{odds: "{odds}"}}
      tails: {{odds: rest}}
  - id: say
    actor: she
    moves:
      yes: {{label: says yes, ends: agreed}}
      no: {{label: says no}}
ends:
  agreed: {{label: she agrees}}
objectives:
  she:
    talk: {{value: (ending is agreed), weight: a}}
observer: {{sees_as: [public]}}
judgements:
  - {{id: heads, text: Heads., kind: forecast, claim: chance will toss.heads}}
"""


def moment(power: int) -> float:
    """E(u ** power) of a number drawn evenly between 0 and 1."""
    return 1 / (power + 1)


def of_products() -> tuple[dict[str, float], dict[str, float], float, float]:
    """Of 0.1 + 0.8 a^2 b: everything from the moments of a^2 and of b."""
    (ga, gga), (gb, ggb) = (moment(2), moment(4)), (moment(1), moment(2))
    variance = gga * ggb - (ga * gb) ** 2
    first = {"a": (gga - ga**2) * gb**2 / variance, "b": (ggb - gb**2) * ga**2 / variance, "c": 0.0}
    together = 1 - first["a"] - first["b"]
    total = {"a": first["a"] + together, "b": first["b"] + together, "c": 0.0}
    return first, total, 0.1 + 0.8 * ga * gb, 0.8 * np.sqrt(variance)


def of_sums() -> tuple[dict[str, float], dict[str, float], float, float]:
    """Of 0.1 + 0.3 a + 0.2 b + 0.3 c^3: each by itself."""
    parts = {
        "a": 0.09 / 12, "b": 0.04 / 12, "c": 0.09 * (moment(6) - moment(3) ** 2),
    }  # fmt: skip
    variance = sum(parts.values())
    shares = {key: part / variance for key, part in parts.items()}
    return shares, shares, 0.1 + 0.15 + 0.1 + 0.3 / 4, float(np.sqrt(variance))


@pytest.mark.parametrize(
    ("odds", "known"),
    [("0.1 + 0.8 * a**2 * b", of_products()), ("0.1 + 0.3 * a + 0.2 * b + 0.3 * c**3", of_sums())],
)
def test_indices_known_by_formula(odds: str, known: Any) -> None:
    first, total, mean, deviation = known
    found = sensitivity(loads(DRAW.format(odds=odds)), answers=["heads"], variants=64, sobol=512)
    (heads,) = found.answers
    got = {row.id: row for row in heads.sobol}
    assert got.keys() == first.keys()
    for key in first:
        assert got[key].first == pytest.approx(first[key], abs=0.03)
        assert got[key].total == pytest.approx(total[key], abs=0.03)
        assert abs(got[key].first - first[key]) <= got[key].first_error + 1e-9
        assert abs(got[key].total - total[key]) <= got[key].total_error + 1e-9
        assert got[key].total_noise == (total[key] == 0)
    assert heads.sobol_mean == pytest.approx(mean, abs=2e-3)
    assert heads.sobol_deviation == pytest.approx(deviation, abs=5e-3)


def test_the_record_does_not_weigh_the_indices() -> None:
    crisis = loads(
        DRAW.format(odds="0.05 + 0.9 * a")
        + "  - {id: again, text: Yes., kind: forecast, claim: ending is agreed}\n"
        + "record:\n  - {at: 2031-01-01, move: chance.toss.heads}\n"
    )
    found = sensitivity(crisis, answers=["again"], variants=256, sobol=128)
    (again,) = found.answers
    # Weighed by the record, large values of `a` count for more...
    assert found.effective < 230
    row = next(r for r in again.drivers if r.id == "a")
    assert row.low_value > 0.2
    # ... but the design's mean is that of all of them alike.
    assert again.sobol_mean is not None and again.sobol_mean < again.probability - 0.01


@settings(
    derandomize=True,
    deadline=None,
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much,
    ],
)  # fmt: skip
@given(crisis=crises(most=120))
def test_random_crises(crisis: Scenario) -> None:
    assume(not any(p.severity == "error" for p in check_all(crisis)))
    assume(uncertain_columns(crisis))
    try:
        found = sensitivity(crisis, variants=24, sobol=4)
    except StandoffError as error:  # a record that can't have come about
        event(type(error).__name__)
        return
    jsonschema.validate(json.loads(found.model_dump_json()), json_schema("sensitivity"))
    keys = set(uncertain_columns(crisis))
    for part in found.answers:
        event("drivers" if part.drivers else "nothing varies")
        assert 0 <= part.probability <= 1
        assert {row.id for row in part.drivers} in (keys, set())
        for row in part.drivers:
            assert -1 - 1e-9 <= row.correlation <= 1 + 1e-9
            assert 0 <= row.delta <= 1 and 0 <= row.first <= 1 + 1e-9
            assert row.swing == pytest.approx(row.at_high - row.at_low, abs=2e-6)
            assert -1e-6 <= row.at_low <= 1 + 1e-6 and -1e-6 <= row.at_high <= 1 + 1e-6
        members = [m for group in part.sobol for m in group.members]
        assert not part.sobol or sorted(members) == sorted(keys)
    for format in ("text", "md", "csv"):
        assert render_sensitivity(found, format)
