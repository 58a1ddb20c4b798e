"""Random crises with a random view: shares against every mixture solved by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from standoff.assess import check_all
from standoff.assess.chain import Chain, opened
from standoff.assess.cruxes import crux_of
from standoff.assess.headlines import headlines
from standoff.compile.drawn import parameter_distributions
from standoff.errors import StandoffError
from standoff.note import render_crux
from standoff.scenario.models import Scenario, View
from standoff.variants.batch import solve_batch
from standoff.variants.drawing import draw
from standoff.variants.form import _set
from standoff.variants.shapley import every_order
from strategies.crises import crises

N = 5


@settings(
    derandomize=True,
    deadline=None,
    max_examples=20,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(scenario=crises(most=120))
def test_shares_are_those_of_every_mixture_solved_by_itself(scenario: Scenario) -> None:
    assume(not any(p.severity == "error" for p in check_all(scenario)))
    scenario = opened(scenario)
    other = draw(scenario, 3, 99)
    loose = [k for k, held in parameter_distributions(scenario).items() if not held.fixed][:3]
    view = {key: repr(float(other.values[key][1])) for key in loose}
    scenario = scenario.model_copy(update={"views": {"other": View(set=view)}})
    made = Chain(solve_batch(scenario, N, 0), None)
    plan = every_order(len(view))
    assume(made.batch.solution.solved.all() and len(view) > 0)
    heads = []
    try:
        for mixture in plan.sets:
            taken = {k: view[k] for i, k in enumerate(view) if mixture >> i & 1}
            batch = _set(made.batch, taken, None) if taken else made.batch
            assume(batch is not None and batch.solution.solved.all())
            heads.append(headlines(Chain(batch, None)))
    except StandoffError:
        assume(False)
    part = crux_of(made)
    assert part is not None
    (pair,) = part.pairs
    assert render_crux(part)
    for answer in pair.answers:
        assert abs(sum(s.share for s in answer.shares) - answer.gap) < 1e-12
        values = np.array([h[answer.id].value if answer.id in h else np.nan for h in heads])
        if not np.isfinite(values).all():
            continue
        by_hand = dict(zip(view, plan.shares(values).share, strict=True))
        if {s.id for s in answer.shares} != set(view):
            continue  # some only go together
        for share in answer.shares:
            assert share.share == pytest.approx(by_hand[share.id], abs=1e-6)
        for event in (answer.settles, answer.tells):
            if event is None:
                continue
            assert event.closed <= 1 + 1e-9 and 0 <= event.bits <= 1
            for odds in ([c.first_odds for c in event.cases], [c.second_odds for c in event.cases]):
                assert sum(odds) == pytest.approx(1, abs=1e-9)
