"""Moves whose odds are too small for the machine: bounds, and what would follow all the same."""

from __future__ import annotations

import pytest

from standoff.assess.chain import Chain, chain
from standoff.infer.price_counters import counters
from standoff.infer.price_deals import moves_at_once
from standoff.infer.price_table import price_table
from standoff.scenario import build


def offer(precision: float) -> Chain:
    """A deal that gives its proposer 1, the soft type 0.1, and takes 2 from the hard one."""
    return chain(build({
        "standoff": 1,
        "id": "offer",
        "title": "An offer",
        "clock": {"start": "2030-01-01", "step": 1, "rounds": 2},
        "actors": {
            "us": {"stake": 1},
            "them": {
                "types": {"soft": {"stake": 1}, "hard": {"stake": 1}},
                "prior": {"soft": 0.5, "hard": "rest"},
            },
        },
        "proposals": {"deal": {"by": "us", "to": "them"}},
        "turns": [
            {"id": "put", "actor": "us", "rounds": 1, "proposes": ["deal"], "moves": {"hush": {}}},
            {"id": "reply", "actor": "them", "rounds": 2, "answers": ["deal"],
             "moves": {"stall": {}}},
        ],
        "ends": {"agreed": {"when": "deal == accepted"}},
        "objectives": {
            "us": {"v": {"value": "5 + (ending is agreed)"}},
            "them": {
                "v": {"value": "7 - (ending is agreed)", "weight": {"soft": -0.1, "hard": 2}}
            },
        },
        "solve": {"precision": {"value": precision}},
    }), variants=1)  # fmt: skip


@pytest.mark.parametrize("precision", [4.0, 40.0, 400.0])
def test_what_acceptance_gives_does_not_hang_on_how_faint_it_is(precision):
    inference = offer(precision).inference
    assert (inference.solution.strategy.min() < 1e-300) == (precision > 100)
    answer = next(c for c in counters(inference) if c.role == "accept")
    (move,) = moves_at_once(inference, [(answer, "us")], ("us", "them"), ())
    gains = [[move.gain(x, t, 0).value for x in range(2)] for t in range(2)]
    assert gains == [pytest.approx([1.0, 0.1]), pytest.approx([1.0, -2.0])]


def test_what_a_faint_move_costs_is_a_bound():
    """The price is at least what can be told, and the cost is no less, but for the other moves."""
    inference = offer(400.0).inference
    row = next(r for r in price_table(inference) if r.counter.role == "accept")
    hard = row.types.index("hard")
    assert (row.bounded[hard] > 0).all()
    assert 1.7 < row.cost(hard).value <= 2.0 + 1e-9
    assert 1.7 < row.price(hard).value <= 2.0 + 1e-9
