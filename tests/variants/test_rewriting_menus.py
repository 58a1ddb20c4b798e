"""Moves written twice, moves written as one, and what the record and the queries say of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from standoff.assess.chain import Chain, moment_of, opened
from standoff.assess.headlines import headline
from standoff.compile import compile_scenario
from standoff.scenario import build
from standoff.scenario.models import Question, Scenario
from standoff.scenario.names import Names
from standoff.scenario.queries import bind_query, parse_query
from standoff.variants.batch import Batch, solve_batch, solve_payload
from standoff.variants.form import changes, doubled_rate
from standoff.variants.menus import Pair, closest, written_as_one, written_twice

ASKED = [
    "P(us will reinforce)",
    "P(us will [answer.reinforce, answer.hold])",
    "P(neighbor did call_up.advance)",
    "P(ending is quiet | us will hold) - P(ending is quiet | us will reinforce)",
    "E(us | do(us hold))",
    "P(neighbor is seize | neighbor ever go_home)",
]


@pytest.fixture(scope="module")
def batch() -> Batch:
    questions = tuple(Question(id=f"q{i}", ask=text) for i, text in enumerate(ASKED))
    scenario = opened("signal")
    return solve_batch(scenario.model_copy(update={"questions": questions}), 8, 3)


def with_stakes_of(batch: Batch, scenario: Scenario) -> Batch:
    """The scenario solved on the batch's variants, stakes held: where a payoff at an ending depends
    on what was done before, a stake is a mean under play by the rates alone.
    """
    found = solve_batch(scenario, draws=batch.draws)
    numbers = replace(found.payload, stake=batch.payload.stake)
    return solve_payload(found.compiled, batch.draws, numbers)


def answers(batch: Batch) -> dict[str, float]:
    scenario = batch.scenario
    chain = Chain(batch, moment_of(scenario, scenario.as_of))
    found = dict(headline(chain))
    for question in scenario.questions:
        found[question.id] = chain.inference.ask(question.ask).value
    return found


@pytest.mark.parametrize(
    "act", ["neighbor.call_up.advance", "us.answer.hold", "neighbor.crossing.go_home"]
)
def test_a_move_really_written_twice_is_the_quick_change(batch: Batch, act: str) -> None:
    written = written_twice(batch.scenario, act)
    assert written is not None
    by_hand = with_stakes_of(batch, written)
    (quick,) = [c for c in changes(batch, [act]) if c.id == f"split:{act}"]
    doubled = quick.solve(None)
    assert doubled is not None
    long, short = answers(by_hand), answers(doubled)
    if f"{act}_again" in long:  # a next move: both copies together
        long[act] += long.pop(f"{act}_again")
    assert long.keys() == short.keys()
    for id, value in short.items():
        if id == "q4" and act == "us.answer.hold":
            continue  # do(hold) forces the first copy; the others read nothing from which
        assert long[id] == pytest.approx(value, abs=1e-7), id
    assert any(abs(value - answers(batch)[id]) > 0.01 for id, value in short.items())


@pytest.mark.parametrize("act", ["neighbor.call_up.advance", "us.answer.hold"])
def test_copies_written_as_one_are_the_move_at_both_rates(batch: Batch, act: str) -> None:
    written = written_twice(batch.scenario, act)
    assert written is not None
    turn = act.split(".")[1]
    menu = {a.name: 0.3 for a in Names(written).acts.values() if a.turn == turn}
    menu[f"{act}_again"] = 0.4
    pair = closest(written, turn, menu)
    assert pair == Pair(f"{act}_again", act, 0)
    one = written_as_one(written, pair)
    assert one is not None
    found = with_stakes_of(batch, one)
    doubled = doubled_rate(batch.compiled, batch.payload, act)
    assert doubled is not None
    game, numbers = doubled
    twice = solve_payload(replace(batch.compiled, game=game), batch.draws, numbers)
    long, short = answers(found), answers(twice)
    long[act] = long.pop(f"{act}_again", long.get(act, float("nan")))
    for id, value in short.items():
        assert long[id] == pytest.approx(value, abs=1e-7), id


MENU: dict[str, Any] = {
    "deny": {"then": {"said": True}, "when": "heat < 2", "tactic": ["deny", "frame"]},
    "turn_away": {"then": {"said": True}, "tactic": "frame", "rate": 0.5},
    "admit": {"then": {"said": True, "heat": 0}, "rate": 0.25},
    "leave": {"ends": "left"},
    "let_be": {"waits": True},
}


def talk(**moves: Any) -> Scenario:
    """One reply; with moves of its own the scenario asks and records nothing of it."""
    written: dict[str, Any] = (
        {
            "standoff": 1,
            "id": "talk",
            "title": "Talk",
            "clock": {"start": "2030-01-01", "rounds": 1},
            "actors": {"them": {"stake": 1}, "chance": {"kind": "nature"}},
            "state": {"said": {"start": False}, "heat": {"range": [0, 3], "start": 0}},
            "turns": [
                {
                    "id": "weather",
                    "actor": "chance",
                    "outcomes": {
                        "hot": {"odds": 0.5, "then": {"heat": 3}}, "cold": {"odds": "rest"},
                    },
                },
                {"id": "reply", "actor": "them", "moves": moves or MENU},
            ],
            "ends": {"left": {}},
            "objectives": {"them": {"calm": {"value": "-heat*said - (ending is left)"}}},
            "solve": {"precision": {"value": 1}},
            "observer": {"desk": "ours", "sees_as": ["public"]},
            "questions": [
                {"id": "a", "ask": "P(them will deny)"},
                {"id": "b", "ask": "P(them will tactic frame | do(them reply.deny))"},
                {"id": "c", "ask": "P(them will [reply.deny, leave])"},
                {"id": "d", "ask": "P(them will admit)"},
            ],
            "judgements": [
                {"id": "j", "text": "x", "kind": "forecast", "claim": "them ever reply.deny"}
            ],
            "record": [
                {"move": "chance.weather.cold", "at": "2030-01-01"},
                {
                    "report": "a denial is said to come", "at": "2030-01-01",
                    "odds": [{"when": "them ever deny", "p": 0.5}, {"else": 0.25}],
                },
            ],
        }
    )  # fmt: skip
    if moves:
        for key in ("questions", "judgements", "record"):
            del written[key]
    return build(written)


ODDS = {f"them.reply.{name}": 0.2 for name in MENU}


def test_the_two_that_differ_least_are_found() -> None:
    # Another guard apart; the waiting move and the one that ends play stay what they are.
    assert closest(talk(), "reply", ODDS) == Pair("them.reply.deny", "them.reply.turn_away", 1)
    likelier = ODDS | {"them.reply.turn_away": 0.5}
    assert closest(talk(), "reply", likelier) == Pair("them.reply.turn_away", "them.reply.deny", 1)
    # Without what is not open now, the next two; of two alone none.
    few = {k: v for k, v in ODDS.items() if not k.endswith("deny")}
    found = closest(talk(), "reply", few)
    assert found is not None and {found.kept, found.dropped} == {
        "them.reply.turn_away", "them.reply.admit",
    }  # fmt: skip
    assert closest(talk(), "reply", dict(list(ODDS.items())[:2])) is None
    assert closest(talk(), "weather", ODDS) is None
    none = {"a": {"ends": "left"}, "b": {"waits": True}, "c": {}}
    assert closest(talk(**none), "reply", {f"them.reply.{n}": 1 / 3 for n in none}) is None


def test_moves_alike_in_all_else_are_joined_where_their_author_tagged_them_alike() -> None:
    moves = {"a": {"tactic": "x"}, "b": {"tactic": "y"}, "c": {"tactic": ["z", "x"]}}
    found = closest(talk(**moves), "reply", {f"them.reply.{n}": 1 / 3 for n in moves})
    assert found == Pair("them.reply.a", "them.reply.c", 0)


def test_one_move_is_open_where_either_was_and_has_the_rates_of_both() -> None:
    scenario = talk()
    one = written_as_one(scenario, Pair("them.reply.deny", "them.reply.turn_away", 1))
    assert one is not None
    moves = one.turns[1].moves
    assert moves is not None and list(moves) == ["deny", "admit", "leave", "let_be"]
    assert moves["deny"].when is None  # open whenever turning away was
    batch = solve_batch(one, 1)
    rates = np.exp(batch.payload.log_rate[:, 0])[batch.compiled.game.rate_row]
    widths = np.diff(batch.compiled.game.action_start)
    assert (widths == 4).all()
    hot, cold = rates.reshape(2, 4)
    assert sorted((hot[0], cold[0])) == [0.5, 1.5]


def test_record_and_queries_follow() -> None:
    scenario = talk()
    one = written_as_one(scenario, Pair("them.reply.turn_away", "them.reply.deny", 1))
    assert one is not None
    assert [q.ask for q in one.questions] == [
        "P(them will reply.turn_away)",
        "P(them will tactic frame | do(them reply.turn_away))",
        "P(them will [reply.turn_away, reply.leave])",
        "P(them will admit)",
    ]
    assert one.judgements[0].claim == "them ever reply.turn_away"
    odds = one.record[1].odds
    assert odds is not None and odds[0].when == "them ever reply.turn_away"
    twice = written_twice(scenario, "them.reply.deny")
    assert twice is not None
    assert twice.questions[2].ask == ("P(them will [reply.deny, reply.deny_again, reply.leave])")
    assert twice.questions[3].ask == scenario.questions[3].ask
    for new in (one, twice):
        names = Names(compile_scenario(new).scenario)
        for question in new.questions:
            bind_query(parse_query(question.ask), names)
    assert written_twice(scenario, "them.reply.nothing") is None
    assert written_twice(scenario, "chance.weather.hot") is None
