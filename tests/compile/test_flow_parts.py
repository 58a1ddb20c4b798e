"""Flows of some rounds alone: round by round they add up to what terms by the round pay."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.compile import compile_scenario
from standoff.compile.payoffs import flow_parts, parts
from standoff.scenario import build
from standoff.variants import draw

CRISIS = {
    "standoff": 1,
    "id": "flows",
    "title": "Flows",
    "clock": {"rounds": [
        {"first": "2030-01-01"}, {"first": "2030-01-02", "last": "2030-01-04"},
        {"first": "2030-01-05", "last": "2030-01-06"},
    ]},
    "parameters": {"r": {"uniform": [0.5, 1.5]}},
    "actors": {"us": {"types": {"a": {"stake": 1}, "b": {"stake": 2}},
                      "prior": {"a": 0.5, "b": "rest"}}},
    "state": {"n": {"range": [0, 3], "start": 1}},
    "turns": [{"id": "t", "actor": "us", "moves": {
        "more": {"then": {"n": "min(n + 1, 3)"}}, "less": {}, "stop": {"ends": "over"}}}],
    "ends": {"over": {}},
    "objectives": {"us": {
        "rent": {"each_round": "n", "per": "day", "weight": {"a": "r", "b": 2}},
        "pension": {"each_round": "n*r", "to": "horizon", "discount": 0.9},
        "prize": {"value": "n"},
    }},
}  # fmt: skip


@pytest.mark.parametrize("objective", ["rent", "pension"])
def test_rounds_add_up(objective: str) -> None:
    scenario = build(CRISIS)
    compiled = compile_scenario(scenario)
    draws = draw(scenario, 4, 0)
    rows = np.arange(compiled.n_payoff_rows)
    whole = parts(compiled, draws).of("us", objective)
    each = [flow_parts(compiled, draws, [r], rows).of("us", objective) for r in (1, 2, 3)]
    assert all(table.any() for table in each)
    assert np.sum(each, axis=0) == pytest.approx(whole)
    some = rows[1::3]
    assert flow_parts(compiled, draws, [2, 3], some).of("us", objective) == pytest.approx(
        (each[1] + each[2])[some]
    )


def test_what_is_paid_once_is_no_flow() -> None:
    scenario = build(CRISIS)
    compiled = compile_scenario(scenario)
    found = flow_parts(compiled, draw(scenario, 2, 0), [1, 2, 3], np.arange(3))
    assert found.names == (("us", "rent"), ("us", "pension"))
    assert not found.of("us", "prize").any()
