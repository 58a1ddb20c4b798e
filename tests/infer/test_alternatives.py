"""What each move is worth to its owner is what it chose by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from standoff.assess.chain import chain
from standoff.compile.compiling import compile_scenario
from standoff.infer.alternatives import Worth, alternatives
from standoff.infer.evidence import Evidence
from standoff.infer.inference import Inference
from standoff.infer.options import options
from standoff.scenario.models import Scenario
from standoff.variants.batch import solve_batch
from strategies.scenarios import scenarios


def solved(scenario: Scenario) -> Inference:
    compiled = compile_scenario(scenario)
    batch = solve_batch(scenario, 3, compiled=compiled)
    nothing = Evidence(compiled, without_record=True, lenient=True)
    return Inference(compiled, batch.payload, batch.draws, batch.solution, nothing)


def gap(inference: Inference, cell: int, worth: Worth) -> float:
    """How far the logit of the values is from the odds of the moves, where the solver succeeded."""
    game, numbers = inference.compiled.game, inference.payload
    actions = slice(int(game.action_start[cell]), int(game.action_start[cell + 1]))
    score = numbers.precision * worth.value + numbers.log_rate[game.rate_row[actions]]
    score = score - score.max(axis=0)
    log_odds = score - np.log(np.exp(score).sum(axis=0))
    use = inference.solution.solved & (worth.weight > 0)
    return float(np.abs(log_odds - np.log(worth.odds))[:, use].max(initial=0.0))


@given(scenario=scenarios(most=300))
@settings(
    derandomize=True, deadline=None, max_examples=6, suppress_health_check=list(HealthCheck)
)  # fmt: skip
def test_the_logit_of_the_values_is_the_odds(scenario: Scenario) -> None:
    inference = solved(scenario)
    for cell in range(min(len(inference.compiled.game.cell_player), 12)):
        for worth in alternatives(inference, cell):
            assert gap(inference, cell, worth) < 1e-6


def test_the_parts_of_a_value_sum_to_it_and_all_types_are_there() -> None:
    inference = chain("signal", variants=8).inference
    game = inference.compiled.game
    for cell in range(len(game.cell_player)):
        found = alternatives(inference, cell)
        owner = game.players[game.cell_player[cell]]
        kinds = list(inference.compiled.scenario.actors[owner].types)
        assert [w.type for w in found] == (kinds or [""])
        for worth in found:
            assert gap(inference, cell, worth) < 1e-8
            parts = np.sum(list(worth.by_objective.values()), axis=0)
            np.testing.assert_allclose(parts, worth.value, atol=1e-12)
            np.testing.assert_allclose(worth.odds.sum(axis=0), 1.0)


def test_at_the_present_it_agrees_with_the_options() -> None:
    """Where the record has brought history to one information set, both ask the same."""
    inference = chain("signal", variants=8).inference
    held = options(inference, "us")
    assert held is not None
    (node,) = inference.standing(inference.present)[0].tolist()
    (worth,) = alternatives(inference, int(inference.compiled.game.cell[node]))
    names = [
        inference.compiled.acts[a].name
        for a in inference.compiled.edge_act[
            inference.compiled.game.edge_start[node] : inference.compiled.game.edge_start[node + 1]
        ]
    ]
    values = {o.act: o.per_variant for o in held.options}
    for place, name in enumerate(names):
        for other, row in enumerate(worth.value):
            assert values[name] - values[names[other]] == pytest.approx(worth.value[place] - row)
