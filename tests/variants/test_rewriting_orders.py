"""Turns the other way about, and switches: found where they are, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from standoff.compile import compile_scenario
from standoff.scenario import build
from standoff.scenario.models import Scenario
from standoff.variants.batch import solve_batch
from standoff.variants.form import changes, small, switched, tried
from standoff.variants.ordering import free_order, swapped
from standoff.variants.switches import switches

A = {"id": "a", "actor": "us", "moves": {"x": {"then": {"p": True}}, "y": {}}}
B = {"id": "b", "actor": "them", "moves": {"x": {"then": {"q": True}}, "y": {}}}
LUCK = {"id": "b", "actor": "chance", "outcomes": {"x": {"odds": 0.5}, "y": {"odds": "rest"}}}


Written = dict[str, Any]


def crisis(a: Written | None = None, b: Written | None = None, **more: Any) -> Scenario:
    written: Written = {
        "standoff": 1,
        "id": "order",
        "title": "Order",
        "clock": {"start": "2030-01-01", "rounds": 2},
        "parameters": {
            "open": {"value": 1, "label": "the door"},
            "limit": {"value": 2},
            "depth": {"value": 1},
            "warm": {"choice": {"on": 0.3, "off": 0.7}},
            "mood": {"by": "them", "hard": 0, "soft": 1},
            "prize": {"uniform": [1, 2]},
        },
        "actors": {
            "us": {"stake": 1},
            "them": {"types": {"hard": {"stake": 1}, "soft": {"stake": 1}}},
            "chance": {"kind": "nature"},
        },
        "state": {"p": {"start": False}, "q": {"start": False}, "r": {"start": False}},
        "turns": [a or A, b or B],
        "objectives": {
            "us": {"gain": {"value": "(p - q)*prize + warm*p"}},
            "them": {"gain": {"value": "(p == q)*(1 + mood)*depth"}},
        },
        "observer": {"desk": "ours", "sees_as": ["public"]},
    }
    written.update(more)
    return build(written)


def free(scenario: Scenario) -> list[tuple[str, str]]:
    return free_order(compile_scenario(scenario))


def test_turns_that_nothing_orders_are_swapped() -> None:
    scenario = crisis()
    assert free(scenario) == [("a", "b")]
    other = swapped(scenario, "a", "b")
    assert [t.id for t in other.turns] == ["b", "a"]
    # Who chose second now chooses first, and the other sees it: the answers move.
    batch = solve_batch(scenario, 4)
    (change,) = [c for c in changes(batch, []) if c.id.startswith("order:")]
    assert change.id == "order:b-a" and change.optional
    found, why = tried(change)
    assert found is not None and not why
    first = found.compiled.steps[0]
    assert (first.turn, first.round) == ("b", 1)
    assert found.compiled.game.n_nodes == batch.compiled.game.n_nodes
    assert found.draws is batch.draws


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({**A, "at": "09:00"}, {**B, "at": "10:00"}),  # hours say it
        (A, {**B, "when": "p"}),  # one reads what the other sets
        (A, {**B, "moves": {"x": {"when": "not p"}, "y": {}}}),
        (A, {**B, "moves": {"x": {"rate": "2 if p else 1"}, "y": {}}}),
        ({**A, "moves": {"x": {"then": {"p": "q"}}, "y": {}}}, B),
        (A, {**B, "moves": {"x": {"then": {"p": False}}, "y": {}}}),  # both set it
        (A, {"id": "b", "then": {"r": True}}),  # a drift tells nobody
        ({**LUCK, "id": "a"}, LUCK),  # nobody chooses
        ({**A, "rounds": 1}, {**B, "rounds": 2}),  # they never meet
        ({**A, "when": "round == 1"}, {**B, "when": "round == 2"}),
    ],
)
def test_order_that_something_fixes_is_left_alone(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert free(crisis(a, b)) == []


def test_a_choice_beside_luck_is_free() -> None:
    assert free(crisis(A, LUCK)) == [("a", "b")]
    assert free(crisis({**A, "at": "09:00"}, B)) == [("a", "b")]  # one hour orders nothing


def test_the_record_fixes_an_order_only_where_it_dates_both() -> None:
    def record(first: str, second: str) -> list[dict[str, str]]:
        return [
            {"move": "us.a.x", "at": first},
            {"move": "them.b.y", "at": second},
        ]

    dated = record("2030-01-01T09:00", "2030-01-01T10:00")
    assert free(crisis(record=dated)) == []
    same_day = record("2030-01-01", "2030-01-01")
    assert free(crisis(record=same_day)) == [("a", "b")]
    apart = record("2030-01-01", "2030-01-02")[:1]
    assert free(crisis(record=apart)) == [("a", "b")]


def test_switches_of_the_tree_and_of_numbers() -> None:
    guarded = {**A, "moves": {"x": {"then": {"p": True}, "when": "open > 0"}, "y": {}}}
    soft = {**B, "when": "mood > 0 or round == 1"}
    found = switches(compile_scenario(crisis(guarded, {**soft, "when": "limit > 1"})))
    # Not a switch: a number other than 0 and 1 (`limit`), one that is only paid (`depth`).
    assert [(s.key, s.value, s.structural) for s in found] == [
        ("open", "0", True), ("warm", "1", False), ("warm", "0", False),
    ]  # fmt: skip
    assert found[0].label == "the door"
    starts = crisis(state={
        "p": {"start": "open > 0"}, "q": {"start": False}, "r": {"start": False},
    })  # fmt: skip
    assert [s.key for s in switches(compile_scenario(starts)) if s.structural] == ["open"]
    both = switches(compile_scenario(crisis(guarded, soft)))
    assert [(s.key, s.value) for s in both if s.structural] == [
        ("open", "0"), ("mood.hard", "1"), ("mood.soft", "0"),
    ]  # fmt: skip


def test_a_switch_changes_what_it_sets_and_nothing_else() -> None:
    guarded = {**A, "moves": {"x": {"then": {"p": True}, "when": "open > 0"}, "y": {}}}
    whole = solve_batch(crisis(guarded), 12, 5)
    batch = small(whole, 6)
    found = {c.id: c for c in switched(batch)}
    assert list(found) == ["switch:open=off", "switch:warm=on", "switch:warm=off"]
    shut, warm, cold = (c.solve(None) for c in found.values())
    assert shut is not None and warm is not None and cold is not None
    assert shut.compiled.game.n_nodes < batch.compiled.game.n_nodes  # one move fewer
    assert warm.compiled.game is batch.compiled.game  # numbers only
    assert (warm.draws.values["warm"] == 1).all() and (cold.draws.values["warm"] == 0).all()
    for each in (shut, warm, cold):
        for name in ("prize", "limit"):
            assert (each.draws.values[name] == batch.draws.values[name]).all()
        assert (each.draws.precision == batch.draws.precision).all()
    # What is solved on the tree that is there is what the rewritten scenario gives.
    again = solve_batch(
        crisis(guarded, parameters={**_parameters(crisis(guarded)), "warm": {"value": 1}}),
        draws=warm.draws,
    )
    assert np.allclose(again.solution.strategy, warm.solution.strategy, atol=1e-9)
    assert np.allclose(again.payload.stake, warm.payload.stake)


def _parameters(scenario: Scenario) -> dict[str, Any]:
    dumped = scenario.model_dump(by_alias=True, exclude_none=True)
    found: dict[str, Any] = dumped["parameters"]
    return found
