"""Where two views part in crises that leave little between them, or little to be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

import standoff as so
from standoff.assess.chain import opened
from standoff.note import render_crux
from standoff.scenario import loads
from standoff.scenario.models import View
from standoff.solve.solution import FAILED
from standoff.variants.mixing import Mixing

RAIN = """
standoff: 1
id: rain
title: Rain that only one kind brings
as_of: 2031-01-01
clock:
  rounds: [{first: 2031-01-01, last: 2031-01-01}, {first: 2031-01-02, last: 2031-01-02}]
parameters:
  hawks: {uniform: [0.2, 0.8]}
  doves: {uniform: [0.2, 0.8]}
  idle: {uniform: [0, 1]}
actors:
  red: {types: {hawk: {stake: 1}, dove: {stake: 1}}, prior: {hawk: 0.4, dove: rest}}
  sky: {kind: nature}
turns:
  - id: rain
    actor: sky
    rounds: 1
    outcomes: {wet: {odds: hawks if red is hawk else doves}, dry: {odds: rest}}
  - {id: move, actor: red, rounds: 2, moves: {nod: {}, wave: {}}}
objectives:
  red: {none: {value: 0 * idle}}
record:
  - {at: 2031-01-01, move: sky.rain.wet}
observer: {desk: a desk, sees_as: [public]}
views:
  hawks: {set: {hawks: 1, doves: 0, idle: 0.2}}
  doves: {set: {hawks: 0, doves: 1, idle: 0.4}}
"""


def test_assumptions_between_which_the_record_cannot_be_go_together() -> None:
    """With the hawks of the one view and the doves of the other it never rains: there is no answer
    to share out, and what makes the gap is both."""
    part = so.crux(loads(RAIN), "red.hawk", views=("hawks", "doves"), variants=6)
    (pair,) = part.pairs
    (answer,) = pair.answers
    assert (answer.first, answer.second) == pytest.approx((1.0, 0.0))
    (share,) = answer.shares
    assert set(share.id.split("+")) >= {"hawks", "doves"}
    assert share.share == pytest.approx(-1.0) and pair.assumptions == 1
    assert share.error == 0.0
    assert "hawks and doves" in str(render_crux(part)).replace("\n", " ")


HAWK = {"prize.seize": "1.35", "prize.bluff": "0.35", "fight": "0.9", "upkeep": "0.03"}


def test_variants_that_fail_in_one_view_do_not_turn_the_shares(monkeypatch) -> None:
    """A third of the second view's variants fail: what is left says nearly the same."""
    scenario = opened("signal").model_copy(update={"views": {"hawk": View(set=HAWK)}})
    whole = so.crux(scenario, "neighbor.seize", variants=60, budget=100_000).pairs[0].answers[0]
    solve = Mixing.solved

    def failing(self, mixture, progress=None):
        batch = solve(self, mixture, progress)
        status = batch.solution.status.copy()
        status[:20] = FAILED
        return replace(batch, solution=replace(batch.solution, status=status))

    monkeypatch.setattr(Mixing, "solved", failing)
    pair = so.crux(scenario, "neighbor.seize", variants=60, budget=100_000).pairs[0]
    (answer,) = pair.answers
    assert pair.failed == 20 and pair.variants_between == 40
    assert abs(sum(s.share for s in answer.shares) - answer.gap) < 1e-12
    truth = {s.id: s.share for s in whole.shares}
    for share in answer.shares:
        assert share.share == pytest.approx(truth[share.id], abs=0.02)


def test_what_is_assumed_has_true_minus_signs() -> None:
    scenario = opened("signal").model_copy(update={"views": {"low": View(set={"upkeep": "-0.25"})}})
    share = so.crux(scenario, "neighbor.seize", variants=4).pairs[0].answers[0].shares[0]
    assert share.id == "upkeep" and share.second == "\N{MINUS SIGN}0.25"
