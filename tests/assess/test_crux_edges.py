"""Where two views part in crises that leave little between them, or little to be seen."""

from __future__ import annotations

import pytest

import standoff as so
from standoff.note import render_crux
from standoff.scenario import loads

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
