"""`solve` for a mediator's device: chicken, a zero-sum game, a scenario; what it refuses and how it
is shown.
"""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

from standoff.assess import json_schema
from standoff.cli.solved_text import solved_text
from standoff.errors import ScenarioError
from standoff.solve import open_game, solve
from standoff.solve.disobedience import Obedience
from standoff.solve.mediating import pairs_of

CHICKEN = """NFG 1 R "Chicken" { "Row" "Column" } { { "swerve" "drive" } { "swerve" "drive" } }

6 6 7 2 2 7 0 0
"""
THREE = """NFG 1 R "Three" { "A" "B" "C" } { 2 1 1 }

1 1 1 0 0 0
"""


@pytest.fixture
def chicken(tmp_path):
    path = tmp_path / "chicken.nfg"
    path.write_text(CHICKEN)
    return open_game(path)


def test_chicken_for_both_and_for_one(chicken):
    found = solve(chicken, "efce")
    assert found.status == "solved" and found.certificate == "efce_gap"
    assert found.values == pytest.approx([5.25, 5.25]) and found.check <= found.tolerance
    assert found.strategies()["Row"]["1"] == pytest.approx({"swerve": 0.75, "drive": 0.25})
    for name, best in (("Row", [7, 2]), ("Column", [2, 7])):
        assert solve(chicken, "efce", objective=name).values == pytest.approx(best)
    # Turned down beforehand only: 6 b + 9 c >= 7 (b + c) for each, with b + 2 c = 1, is the same.
    assert solve(chicken, "nfcce").values.sum() >= 10.5 - 1e-9


def test_the_answer_says_what_both_are_told(chicken):
    found = solve(chicken, "efce").model()
    jsonschema.validate(json.loads(found.model_dump_json()), json_schema("solved"))
    assert found.device is not None and found.device.exact and found.device.value == 10.5
    told = {(p.first, p.second): p.weight for p in found.device.pairs}
    assert told[("1", "swerve"), ("1", "swerve")] == pytest.approx(0.5)
    assert told[None, None] == 1 and (("1", "drive"), ("1", "drive")) not in told
    text = solved_text(solve(chicken, "efce"))
    assert "efce: solved, by optimal" in text and "disobeying" in text


@pytest.mark.parametrize("concept", ["efce", "efcce", "nfcce"])
def test_where_one_wins_what_the_other_loses_no_mediator_helps(concept):
    found = solve(open_game("openspiel:kuhn_poker"), concept, objective="welfare")
    assert found.status == "solved"
    assert found.values == pytest.approx([-1 / 18, 1 / 18], abs=1e-5)


def test_a_scenario_and_the_check_of_its_plan():
    loaded = open_game("signal")
    found = solve(loaded, "efce", objective="us")
    assert found.status == "solved" and found.plan is not None
    again = Obedience(loaded.game, loaded.payload).of_pairs(pairs_of(found.plan))
    assert again.values == pytest.approx(found.values, abs=1e-7)
    assert again.slack < 1e-6 and again.gap <= found.tolerance
    best = solve(loaded, "nfcce", objective="us")
    assert best.values[1] >= found.values[1] - 1e-6
    assert np.isclose(found.plan.value, found.values[1], atol=1e-6)


def test_refusals(chicken, tmp_path):
    path = tmp_path / "three.nfg"
    path.write_text(THREE)
    with pytest.raises(ScenarioError, match="two players"):
        solve(open_game(path), "efce")
    with pytest.raises(ScenarioError) as error:
        solve(chicken, "efce", objective="Rov")
    assert error.value.problems[0].nearest == "Row"
