"""A forgotten item undoes its own factor and nothing else, whatever the record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from random_records import Case, cases

from standoff.errors import ScenarioError
from standoff.game.game import END
from standoff.infer.evidence import Evidence
from standoff.infer.histories import adopt
from standoff.scenario.forgetting import without
from standoff.scenario.names import Names, record_ids


def reread(case: Case, *items: str, coarse: bool = False) -> Evidence:
    """The record of a case without some items, on the same game."""
    scenario = without(case.compiled.scenario, items, coarse=coarse)
    compiled = replace(case.compiled, scenario=scenario, names=Names(scenario))
    adopt(compiled, case.compiled)
    return Evidence(compiled, case.as_of)


@settings(derandomize=True, deadline=None, max_examples=60, phases=[Phase.generate])
@given(cases(), st.data())
def test_no_history_is_ruled_out_by_forgetting(case: Case, data: st.DataObject) -> None:
    before = case.inference.evidence
    ids = record_ids(case.compiled.scenario)
    assume(ids)
    name = data.draw(st.sampled_from(ids))
    try:
        after = reread(case, name)
    except ScenarioError as error:
        assert {p.code for p in error.problems} == {"record-ended"}
        assert any(e.when for e in case.compiled.scenario.ends.values())
        return
    # The present stays where it was, and so does how every other step is accounted for.
    assert after.present == before.present
    (item,) = (i for i, n in zip(case.compiled.scenario.record, ids, strict=True) if n == name)
    own = {step for one in before.items if one.id == name for step in one.steps}
    assert {s: held for s, held in after.status.items() if s not in own} == {
        s: held for s, held in before.status.items() if s not in own
    }
    # Endings are public: play that would have ended by a condition is taken to have gone on.
    game = case.compiled.game
    stood = before.frontier[game.actor[before.frontier] != END]
    assert np.isin(stood, after.frontier).all()
    if item.reliability is None and item.refines is None and item.same_decision is None:
        others = [i for i in case.compiled.scenario.record if i.refines == name]
        if not others and item.move is not None:
            # What a certain item left possible it left with its weight.
            np.testing.assert_allclose(after.weight[stood], before.weight[stood])


@settings(derandomize=True, deadline=None, max_examples=40, phases=[Phase.generate])
@given(cases(), st.data())
def test_items_may_be_forgotten_in_any_order(case: Case, data: st.DataObject) -> None:
    ids = record_ids(case.compiled.scenario)
    assume(len(ids) > 1)
    one, other = data.draw(st.permutations(ids))[:2]
    scenario = case.compiled.scenario
    both = without(scenario, [one, other])
    assert set(record_ids(without(without(scenario, [one]), [other]))) == set(record_ids(both))
