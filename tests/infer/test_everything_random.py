"""Everything that inference can say, on random scenarios with random records: it is said without an
exception, and hangs together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from enumerate import share
from hypothesis import HealthCheck, given, settings
from random_records import cases

from standoff.infer.belief import actors_with_types
from standoff.infer.views import types_of


@settings(
    derandomize=True,
    deadline=None,
    max_examples=30,
    suppress_health_check=list(HealthCheck),
)
@given(cases())
def test_everything(case):
    inference, compiled = case.inference, case.compiled
    pairs = case.pairs()
    for actor in actors_with_types(inference):
        held = inference.belief(actor)
        assert sum(b.posterior.value for b in held.values()) == pytest.approx(1.0)
        for label, b in held.items():
            assert b.posterior.value == pytest.approx(
                share(pairs, lambda h, a=actor, t=label: h.types[a] == t)
            )
            assert b.posterior.range90[0] <= b.posterior.value <= b.posterior.range90[1]
        last = inference.over_time()[-1].belief[actor]
        for label, b in held.items():
            assert last[label].value == pytest.approx(b.posterior.value)
        for one in inference.indicators(actor):
            assert 0 <= one.bits <= math.log2(len(held)) + 1e-9
            prior = {t: held[t].posterior.value for t in held}
            for t in held:  # seeing and not seeing average to the belief
                p = one.odds.value
                mixed = p * one.if_seen[t] + (1 - p) * one.if_not_seen[t]
                assert mixed == pytest.approx(prior[t])
    for actor in compiled.scenario.actors:
        turns = inference.next_moves(actor)
        assert sum(t.reached.value for t in turns) <= 1 + 1e-9
        for turn in turns:
            if turn.reached.value > 0:
                assert sum(m.odds.value for m in turn.moves) == pytest.approx(1.0)
    for player in compiled.game.players:
        for label in (None, *types_of(compiled, player)):
            options = inference.options(player, label)
            if options is None or not options.weight.sum() > 0:
                continue
            assert max(o.value.value for o in options.options) == pytest.approx(0.0, abs=1e-12)
            assert sum(o.best_share for o in options.options) >= 1 - 1e-9
            for o in options.options:
                assert o.regret >= -1e-9
                assert sum(o.by_objective.values()) == pytest.approx(o.value.value, abs=1e-7)
        for one in inference.waiting_for(player):
            assert -1e-9 <= one.change.value <= 1 + 1e-9 or math.isnan(one.change.value)
        for label in types_of(compiled, player) or ("",):
            inference.as_(player, label)
    surprise = inference.surprise()
    assert (surprise is None) == (not inference.evidence.items)
    if surprise is not None:
        assert -1e-9 <= surprise.percentile <= 1 + 1e-9
        total = np.mean([sum(w) for _, w in pairs])
        assert surprise.log_probability == pytest.approx(math.log(total))
    for each in inference.separation():
        count = len(types_of(compiled, each.actor))
        assert -1e-9 <= sum(each.bits.values()) <= math.log2(count) + 1e-9
    assert all(isinstance(w, str) for w in inference.warnings())
    assert sum(p.value for p in inference.endings().values()) == pytest.approx(1.0)
    inference.at_random().belief(compiled.game.players[0])
