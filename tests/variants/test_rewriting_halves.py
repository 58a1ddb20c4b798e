"""Half steps keep what a finer step must not change, and nothing else."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from standoff.assess.chain import Chain, moment_of, opened
from standoff.assess.headlines import headline
from standoff.compile import compile_scenario
from standoff.errors import StandoffError
from standoff.infer.evidence import Evidence
from standoff.scenario import build
from standoff.scenario.dates import calendar
from standoff.scenario.expressions import bind, evaluate, parse
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names
from standoff.scenario.queries import bind_query, parse_query
from standoff.variants.batch import solve_batch
from standoff.variants.form import changes, tried
from standoff.variants.halving import by_round, comes_back, halved
from strategies.crises import crises


def crisis(**changed: Any) -> Scenario:
    """Three rounds of 4, 1 and 3 days: a letter that may wait, accidents, work that goes on."""
    written: dict[str, Any] = {
        "standoff": 1,
        "id": "halves",
        "title": "Half steps",
        "clock": {
            "rounds": [
                {"first": "2030-01-01", "last": "2030-01-04", "label": "first"},
                {"first": "2030-01-05"},
                {"first": "2030-01-06", "last": "2030-01-08"},
            ]
        },
        "actors": {
            "them": {"types": {"hard": {"stake": 1}, "soft": {"stake": 1}}},
            "us": {"stake": 1},
            "chance": {"kind": "nature"},
        },
        "state": {
            "work": {"range": [0, 9], "start": 0},
            "pressed": {"start": False},
            "late": {"start": False},
            "hit": {"start": False},
        },
        "turns": [
            {
                "id": "opening",
                "actor": "us",
                "rounds": [1],
                "moves": {"speak": {}, "keep_quiet": {"quiet": True}},
            },
            {
                "id": "letter",
                "actor": "them",
                "moves": {
                    "wait": {"waits": True},
                    "press": {"rate": 0.1, "then": {"pressed": True}},
                    "leave": {"rate": 0.05, "ends": "left"},
                },
            },
            {
                "id": "accident",
                "actor": "chance",
                "outcomes": {"hits": {"odds": 0.1, "then": {"hit": True}}, "misses": {
                    "odds": "rest", "quiet": True}},
            },
            {"id": "building", "then": {"work": "work + 1"}},
            {"id": "deadline", "rounds": [3], "then": {"late": "round == 3"}},
        ],
        "ends": {"left": {}},
        "objectives": {
            "them": {
                "stay": {"each_round": "1 + 0.5*pressed", "weight": {"hard": 0.2, "soft": 0.1}},
                "days": {"each_round": "1", "per": "day", "weight": 0.01},
                "faded": {"each_round": "1", "discount": 0.64, "weight": 0.1},
                "prize": {"value": "pressed - 0.1*work"},
            },
            "us": {"calm": {"value": "-pressed - hit"}},
        },
        "solve": {"precision": {"uniform": [0.5, 2]}},
        "observer": {"desk": "ours", "sees_as": ["public"]},
    }  # fmt: skip
    written.update(changed)
    return build(written)


def cut(scenario: Scenario) -> Scenario:
    found = halved(scenario)
    assert found is not None
    return found


def ask(scenario: Scenario, *queries: str, n: int = 6) -> list[np.ndarray]:
    inference = Chain(solve_batch(scenario, n, 1), None).inference.prior
    return [inference.ask(query).per_variant for query in queries]


def test_rounds_are_cut_by_whole_days_and_turns_follow() -> None:
    new = cut(crisis())
    assert [r.days for r in calendar(new.clock).rounds] == [2, 2, 1, 2, 1]
    assert [r.label for r in calendar(new.clock).rounds][:2] == [
        "first, first half", "first, second half",
    ]  # fmt: skip
    rounds = {turn.id: turn.rounds for turn in new.turns}
    assert rounds["opening"] == ("1",)
    assert rounds["letter"] is None
    # Odds by the round and work by the round keep their pace: after the second chance to write.
    assert rounds["accident"] == rounds["building"] == ("2", "3", "5")
    assert rounds["deadline"] == ("5",)


def test_what_goes_by_the_round_keeps_its_pace() -> None:
    queries = ["P(hit)", "E(work)", "P(us ever speak)", "P(late)", "P(work == 2 at round 2)"]
    scenario = crisis(
        questions=[{"id": f"q{i}", "ask": q} for i, q in enumerate(queries)],
        solve={"precision": {"value": 1e-9}},
        objectives={"them": {"none": {"value": "0"}}, "us": {"none": {"value": "0"}}},
    )
    never = {"rate": "1e-12"}
    for turn in scenario.turns:  # nobody leaves, so that every round is played
        if turn.id == "letter" and turn.moves:
            turn.moves["leave"] = turn.moves["leave"].model_copy(update=never)
    new = cut(scenario)
    before = ask(scenario, *(q.ask for q in scenario.questions), n=1)
    after = ask(new, *(q.ask for q in new.questions), n=1)
    assert new.questions[4].ask == "P(work == 2 at round 3)"
    for one, two in zip(before, after, strict=True):
        assert two == pytest.approx(one, abs=1e-9)


def test_payoffs_of_waiting_it_out_are_the_same_and_discounts_become_roots() -> None:
    given = "them is hard and not them ever [press, leave]"
    queries = [f"E(them.{name} | {given})" for name in ("stay", "days")]
    for one, two in zip(ask(crisis(), *queries), ask(cut(crisis()), *queries), strict=True):
        assert np.allclose(one, two, atol=1e-12)
    faded = f"E(them.faded | {given})"
    assert np.allclose(ask(crisis(), faded)[0], 0.1 * (1 + 0.64 + 0.64**2))
    halves = 0.5 * (1 + 0.8) + 0.64 + 0.64**2 * (2 / 3 + 0.64 ** (2 / 3) / 3)
    assert np.allclose(ask(cut(crisis()), faded)[0], 0.1 * halves)


def test_who_acts_in_the_first_piece_only_waits_in_the_second() -> None:
    new = cut(crisis())
    (twice,) = ask(
        new, "P(them ever letter.press within rounds 1 to 1 and them ever letter.press within "
        "rounds 2 to 2)",
    )  # fmt: skip
    assert (twice == 0).all()
    # In the next round they may act again, as before.
    (again,) = ask(
        new, "P(them ever letter.press within rounds 1 to 1 and them ever letter.press within "
        "rounds 3 to 3)",
    )  # fmt: skip
    assert (again > 0).all()
    # Nobody learns of it: the turn is played in either case.
    compiled = compile_scenario(new)
    assert sum(s.turn == "letter" for s in compiled.steps) == 5
    game = compiled.game
    assert (np.diff(game.edge_start)[game.level_start[0] : game.level_start[-2]] > 0).all()


@pytest.mark.parametrize("day", ["2030-01-01", "2030-01-04"])
def test_the_record_falls_into_the_pieces_by_date(day: str) -> None:
    record = [
        {"id": "talk", "move": "us.opening.speak", "at": day},
        {"id": "pressed", "move": "them.letter.press", "at": day},
        {"unknown": "accident", "at": "2030-01-04"},
        {"id": "idle", "move": "them.letter.wait", "at": "2030-01-05"},
        {"unknown": "accident", "at": "2030-01-05"},
        {"id": "quiet", "move": "them.letter.wait", "at": "2030-01-06"},
    ]
    scenario = crisis(record=record, as_of="2030-01-06")
    new = cut(scenario)
    late = day == "2030-01-04"
    listed = [(r.id, r.move or r.unknown, r.at) for r in new.record]
    waited = ("them.letter.wait",)
    assert ("talk", ("us.opening.speak",), day) in listed
    assert {t.id: t.rounds for t in new.turns}["opening"] == (("2",) if late else ("1",))
    if late:  # they had waited before
        assert ("pressed-piece-1", waited, "2030-01-02") in listed
    else:  # and could only wait after
        assert ("pressed-piece-2", "letter", "2030-01-04") in listed
    assert ("quiet-piece-5", waited, "2030-01-08") in listed
    compiled = compile_scenario(new)
    assert Evidence(compiled, None, lenient=True).problems == []
    assert Evidence(compiled, None, whole_record=True, lenient=True).problems == []
    # The second piece of the last round is still to come.
    chain = Chain(solve_batch(new, 4, 1), moment_of(new, new.as_of))
    step = compiled.steps[chain.inference.evidence.present]
    assert (step.round, step.turn) == (5, "letter")
    found = headline(chain)
    assert found["them.hard"] + found["them.soft"] == pytest.approx(1)


def test_nothing_is_recorded_of_a_piece_in_which_the_turn_is_not_played() -> None:
    turns = [t.model_dump(by_alias=True, exclude_none=True) for t in crisis().turns]
    turns[1]["when"] = "days_left > 6"  # in the first days only
    record = [
        {"move": "us.opening.speak", "at": "2030-01-01"},
        {"id": "idle", "move": "them.letter.wait", "at": "2030-01-02"},
        {"unknown": "accident", "at": "2030-01-04"},
    ]
    scenario = crisis(turns=turns, record=record)
    batch = solve_batch(scenario, 3, 0)
    new = cut(scenario)
    assert "idle-piece-2" in [item.id for item in new.record]
    (check,) = [c for c in changes(batch, []) if c.id == "half-step"]
    found, _ = tried(check)
    assert found is not None
    assert "idle-piece-2" not in [item.id for item in found.scenario.record]
    assert headline(Chain(found, None))["them.hard"] > 0


def test_a_move_that_others_do_not_see_stays_hidden() -> None:
    scenario = crisis()
    hidden = crisis().turns[1].moves
    assert hidden is not None
    turns = []
    for turn in scenario.turns:
        if turn.id == "letter":
            press = hidden["press"].model_copy(update={"seen_by": ("nobody",)})
            wait = hidden["wait"].model_copy(update={"seen_by": ("nobody",)})
            turn = turn.model_copy(update={"moves": {"wait": wait, "press": press}})
        turns.append(turn)
    state = {**scenario.state}
    state["pressed"] = state["pressed"].model_copy(update={"seen_by": ("nobody",)})
    new = cut(scenario.model_copy(update={"turns": tuple(turns), "state": state}))
    asks = {
        "id": "look", "actor": "us", "rounds": ("2",), "moves": {"a": {}, "b": {}},
    }  # fmt: skip
    looked = new.model_copy(update={"turns": (*new.turns, type(new.turns[0]).model_validate(asks))})
    game = compile_scenario(looked).game
    us = game.players.index("us")
    # Our sets after the first round: what we said, and whether the aircraft was hit; no more.
    assert int((game.cell_player == us).sum()) == 1 + 2 * 2


def test_a_turn_without_a_move_that_waits_is_written_for_every_piece() -> None:
    scenario = crisis()
    turns = {t.id: t for t in scenario.turns}
    assert comes_back(turns["letter"], 3) and not comes_back(turns["opening"], 3)
    assert not comes_back(turns["accident"], 3) and not comes_back(turns["building"], 3)
    moves = turns["letter"].moves
    assert moves is not None
    naive = turns["letter"].model_copy(
        update={"moves": {**moves, "wait": moves["wait"].model_copy(update={"waits": False})}}
    )
    assert comes_back(naive, 3)
    assert not comes_back(naive.model_copy(update={"rounds": ("2",)}), 3)
    assert comes_back(naive.model_copy(update={"rounds": ("2-3",)}), 3)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.fractions(0, 9, max_denominator=9), min_size=1, max_size=40))
def test_numbers_by_round_read_as_they_are_meant(values: list[Fraction]) -> None:
    scenario = crisis()
    tree = bind(parse(by_round(values)), Names(scenario))
    rounds = np.arange(1, len(values) + 1, dtype=float)
    found = np.broadcast_to(evaluate(tree, lambda leaf: rounds), rounds.shape)
    assert np.allclose(found, [float(v) for v in values], rtol=1e-15)


def test_what_is_said_of_rounds_is_said_of_their_pieces() -> None:
    texts = {
        "P(pressed at round 1)": "P(pressed at round 2)",
        "P(hit by round 2)": "P(hit by round 3)",
        "P(pressed through round 3)": "P(pressed through round 5)",
        "P(them ever letter.press within rounds 1 to 3)": (
            "P(them ever letter.press within rounds 1 to 5)"
        ),
        "P(pressed by 2030-01-03)": "P(pressed by 2030-01-03)",
        "P(ending is left)": "P(ending is left)",
    }
    scenario = crisis(questions=[{"id": f"q{i}", "ask": text} for i, text in enumerate(texts)])
    new = cut(scenario)
    assert [q.ask for q in new.questions] == list(texts.values())
    names = Names(compile_scenario(new).scenario)
    for question in new.questions:
        bind_query(parse_query(question.ask), names)


@settings(
    derandomize=True,
    deadline=None,
    max_examples=8,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(scenario=crises(most=150))
def test_decisions_that_belong_to_a_round_are_untouched(scenario: Scenario) -> None:
    """Where every turn is played once and nothing is paid by the round, half steps are only names:
    the tree and every answer are the same.
    """
    # Days and delays are meant otherwise in a shorter round.
    told = scenario.model_dump_json(include={"turns", "moves", "defines", "ends", "objectives"})
    assume(not re.search(r"days?\b|days_left|next round", told))
    scenario = opened(scenario)
    rounds = len(calendar(scenario.clock))
    turns = tuple(
        t.model_copy(update={"rounds": tuple(map(str, range(1, rounds + 1)))[:1]})
        if comes_back(t, rounds)
        else t
        for t in scenario.turns
    )
    terms = {
        a: {n: t for n, t in of.items() if t.each_round is None}
        for a, of in scenario.objectives.items()
    }
    clock = scenario.clock
    if isinstance(clock.rounds, int):
        clock = clock.model_copy(update={"step": 2})
    scenario = scenario.model_copy(
        update={"turns": turns, "objectives": terms, "clock": clock, "record": (), "as_of": None}
    )
    assume(not any(comes_back(t, rounds) for t in scenario.turns))
    new = halved(scenario)
    assume(new is not None)
    assert new is not None
    try:
        before = solve_batch(scenario, 3, 0)
    except StandoffError:
        assume(False)
        raise
    after = solve_batch(new, draws=before.draws)
    assert after.compiled.game.n_nodes == before.compiled.game.n_nodes
    assert np.allclose(after.solution.strategy, before.solution.strategy, atol=1e-9)
