"""Ties that are worth nothing, can't be priced, or are not solved in every variant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import standoff as so
from standoff.assess.chain import chain
from standoff.assess.ties import Ties
from standoff.errors import ScenarioError
from standoff.infer.turns import turns_ahead
from standoff.note import render_commitment
from standoff.scenario import loads
from standoff.solve import held
from standoff.solve.solution import FAILED

CHEAP = """
standoff: 1
id: cheap
title: Cheap talk before a contest
clock: {rounds: [{first: 2031-03-01, last: 2031-03-01}, {first: 2031-03-02, last: 2031-03-02}]}
parameters:
  w: {uniform: [0.5, 1.5]}
  c: {uniform: [0.5, 1.5]}
actors:
  red: {stake: 1}
  blue: {stake: 1}
state: {r: {start: false}, b: {start: false}}
turns:
  - {id: talk, actor: red, rounds: 1, moves: {high: {}, low: {}}}
  - id: act
    rounds: 2
    together:
      - {actor: red, moves: {go: {then: {r: true}}, stay: {}}}
      - {actor: blue, moves: {go: {then: {b: true}}, stay: {}}}
objectives:
  red: {won: {value: "w if r == b else 0"}}
  blue: {won: {value: "c if r != b else (0.4 if r else 0)"}}
solve: {precision: 3}
"""


def test_a_tie_to_cheap_talk_is_better_in_no_variant() -> None:
    """What is said moves nothing: a gain is the solver's own error, whatever its sign."""
    part = so.commitment(loads(CHEAP), "red.talk", variants=24)
    for tie in part.actors[0].turns[0].ties:
        for gain in (tie.gain, tie.known):
            assert gain.value == pytest.approx(0.0, abs=1e-6) and gain.better == 0.0
    assert "<1" in str(render_commitment(part))


@pytest.mark.parametrize("cost", [float("nan"), float("inf"), -0.5])
def test_a_cost_that_is_no_number_of_stakes_is_refused(cost: float) -> None:
    with pytest.raises(ScenarioError) as refused:
        so.commitment(loads(CHEAP), "red.talk", costs=(0.1, cost), variants=2)
    assert refused.value.problems[0].code == "bad-cost"


def test_variants_that_fail_with_a_tie_have_no_weight_and_are_told(monkeypatch) -> None:
    crisis = chain("signal", variants=8)
    at = next(t for t in turns_ahead(crisis.inference) if t.turn == "crossing")
    plain = Ties(crisis, None).measured(at).ties
    solve = held.aqre_held

    def failing(*given, **options):
        found = solve(*given, **options)
        status = found.status.copy()
        status[[1, 4]] = FAILED
        return replace(found, status=status)

    monkeypatch.setattr(held, "aqre_held", failing)
    ties = Ties(crisis, None)
    found = ties.measured(at).ties
    assert [tie.failed for tie in found] == [2] * len(found)
    assert [tie.failed for tie in plain] == [0] * len(plain)
    for tie in found:
        ((act, _),) = tie.odds.items()
        tied = ties.tied(at)
        worth = tied.tied({act: 1.0})
        gain = ((worth.value - tied.as_solved.value) * tied.mass).sum(axis=0)
        use = ~np.isin(np.arange(8), [1, 4])
        by_hand = gain[use].sum() / tied.mass[:, use].sum()
        assert tie.gain.value == pytest.approx(by_hand, abs=1e-9)
    part = so.commitment("signal", "neighbor.crossing", variants=8)
    assert "Variants left out" in str(render_commitment(part)).replace("\n", " ")


def test_a_turn_that_nobody_comes_to_is_none() -> None:
    """Only the hard sign, and there are none."""
    text = CHEAP.replace("red: {stake: 1}", (
        "red: {types: {hard: {stake: 1}, soft: {stake: 1}}, prior: {hard: 0, soft: rest}}\n"
        "  sky: {kind: nature}"
    )).replace("  - {id: talk", (
        "  - id: sign\n    actor: sky\n    rounds: 1\n    outcomes:\n"
        '      yes: {odds: "1 if red is hard else 0", then: {r: true}}\n      no: {odds: rest}\n'
        "  - {id: never, actor: blue, rounds: 1, when: r, moves: {one: {}, other: {}}}\n"
        "  - {id: talk"
    ))  # fmt: skip
    with pytest.raises(ScenarioError, match="nobody comes to choose") as refused:
        so.commitment(loads(text), "blue.never", variants=2)
    assert "blue.act" in refused.value.problems[0].expected
    assert so.commitment(loads(text), "blue.act", variants=2).actors


def test_belief_now_is_that_of_all_variants() -> None:
    """What a tie would say is worked out on some of them; what is believed now is not."""
    crisis = chain("signal", variants=40)
    at = next(t for t in turns_ahead(crisis.inference) if t.turn == "crossing")
    ties = Ties(crisis, None)
    signal = ties.read(at, ties.measured(at), ties.measured(at).ties[0], ()).signal
    assert signal is not None and signal.variants < 40
    for kind, now in crisis.inference.belief("neighbor").items():
        assert signal.belief[kind] == pytest.approx(now.posterior.value, abs=1e-12)
