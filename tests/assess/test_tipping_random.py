"""On random crises: what is said to turn an answer does, when it is solved by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, Phase, assume, given, settings

from standoff.assess.aims import band_edges
from standoff.assess.chain import Chain, moment_of
from standoff.assess.probing import Standpoint
from standoff.assess.tipping import tip
from standoff.assess.turned import judged
from standoff.errors import ScenarioError, Unfinished
from standoff.scenario.models import Scenario
from standoff.variants.axes import Space
from standoff.variants.batch import solve_batch, solve_draws
from standoff.words import standard
from strategies.crises import crises

SETTINGS = settings(
    derandomize=True,
    deadline=None,
    max_examples=25,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@SETTINGS
@given(crises(most=120))
def test_points_turn_the_answer_when_solved_alone(scenario: Scenario) -> None:
    try:
        part = tip(scenario, variants=8)
    except (ScenarioError, Unfinished):
        assume(False)
        return
    edges = band_edges(standard("icd203"))
    space = Space(scenario)
    compiled = solve_batch(scenario, 1).compiled
    place = Standpoint(compiled, moment_of(scenario, scenario.as_of))
    targets = {t.id: t for t in judged(scenario, compiled.names)}
    for answer in part.answers:
        if answer.id not in targets or answer.reference is None:
            assert not answer.points or answer.kind == "options"
            continue
        for point in answer.points:
            axis = space.axes[space.place(point.parameter)]
            assert point.unit == ("levels" if axis.levels else "standard deviations")
            beside = np.array([axis.middle, point.percentile])
            if not axis.levels:
                side = np.sign(point.percentile - axis.middle)
                beside = np.append(beside, point.percentile + side * 2e-3)
            # One at a time: nothing hangs on the company in which it was solved.
            seen = []
            for at in beside.tolist():
                draws = space.draws({space.place(point.parameter): np.array([at])}, 1)
                sight = Chain(solve_draws(compiled, draws), place.moment).sight
                seen.append(targets[answer.id].read(sight, place.anchor)[answer.id][0])
            assert abs(seen[0] - answer.reference) < 1e-6
            assert (seen[0] >= point.level) != (seen[-1] >= point.level)
            assert abs(seen[-1] - point.after) < 1e-6
            if answer.kind == "probability":
                assert answer.words is not None
                assert point.level == 0.5 or point.level in edges[answer.words]
