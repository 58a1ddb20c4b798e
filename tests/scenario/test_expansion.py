"""Shared moves and proposals become plain moves, state and drifts."""

from __future__ import annotations

import pytest

from standoff.errors import ScenarioError
from standoff.scenario import check, expand, loads, positions_of, to_yaml

TEXT = """\
standoff: 1
id: talks
title: Talks
clock: {start: 2030-01-01, step: 2, rounds: 4}
actors: {a: {}, b: {}, c: {}}
state:
  done: {start: false}
moves:
  hit: {label: hits, then: {done: true}, tactic: force}
proposals:
  truce:
    label: a truce
    by: a
    to: b
    expires: 2030-01-04
    counter: swap
    tactic: offer
    serves: quiet
  swap: {by: b, to: [a, c], terms: {bases: none}}
turns:
  - id: ask
    actor: a
    proposes: truce
    moves:
      wait: {}
      strike: {use: hit, label: strikes hard}
  - id: reply
    actor: b
    when: not done
    answers: truce
    moves:
      accept_truce: {then: {done: true}, when: round < 3}
      shrug: {}
  - {id: back, actor: a, answers: [swap], moves: {shrug: {}}}
  - {id: third, actor: c, answers: [swap], moves: {shrug: {}}}
objectives:
  a: {quiet: {value: done}}
  b: {quiet: {value: truce == expired}}
  c: {quiet: {value: swap_c == accepted}}
"""


def test_a_shared_move_is_written_out_and_overridden() -> None:
    move = (loads(TEXT).turns[1].moves or {})["strike"]
    assert (move.label, move.then, move.tactic, move.use) == (
        "strikes hard", {"done": "true"}, ("force",), None,
    )  # fmt: skip


def test_the_moves_of_a_proposal() -> None:
    turns = {t.id: t for t in loads(TEXT).turns}
    ask, reply = turns["ask"].moves or {}, turns["reply"].moves or {}
    assert list(ask) == ["wait", "strike", "propose_truce"]
    assert ask["propose_truce"].then == {"truce": "open"}
    assert ask["propose_truce"].when == "truce == none"
    assert (ask["propose_truce"].tactic, ask["propose_truce"].serves) == (("offer",), ("quiet",))
    assert list(reply) == ["accept_truce", "shrug", "refuse_truce", "counter_swap"]
    assert reply["accept_truce"].then == {"truce": "accepted", "done": "true"}
    assert reply["accept_truce"].when == "truce == open and (round < 3)"
    assert reply["refuse_truce"].then == {"truce": "refused"}
    assert reply["counter_swap"].then == {
        "truce": "countered", "swap_a": "open", "swap_c": "open",
    }  # fmt: skip
    assert (turns["back"].moves or {})["accept_swap"].then == {"swap_a": "accepted"}
    assert (turns["third"].moves or {})["accept_swap"].when == "swap_c == open"


def test_the_state_of_a_proposal() -> None:
    state = loads(TEXT).state
    assert list(state) == ["done", "truce", "swap_a", "swap_c"]
    assert state["truce"].levels == ("none", "open", "accepted", "refused", "countered", "expired")
    assert state["truce"].start == "none"


def test_a_proposal_lapses_in_the_first_round_after_its_last_day() -> None:
    drift = loads(TEXT).turns[0]
    assert (drift.id, drift.actor, drift.rounds) == ("expire_truce", None, ("3",))
    assert drift.then == {"truce": "expired if truce == open else truce"}
    late = loads(TEXT.replace("expires: 2030-01-04", "expires: 2030-01-08"))
    assert late.turns[0].id == "ask"  # the clock runs out first


def test_expanding_twice_changes_nothing() -> None:
    scenario = loads(TEXT)
    assert expand(scenario) is scenario or expand(scenario) == scenario
    assert loads(to_yaml(scenario)) == scenario


def test_places_lead_back_to_what_was_written() -> None:
    scenario = loads(TEXT, name="t.yaml")
    positions = positions_of(scenario)
    lines = TEXT.splitlines()

    def line(path: str) -> str:
        where = positions.at(path)
        assert where is not None
        return lines[where.line - 1]

    assert line("turns.1.moves.strike.then.done") == lines[8]  # the shared move's own line
    assert line("turns.1.moves.strike.label") == "      strike: {use: hit, label: strikes hard}"
    assert line("turns.2.moves.accept_truce.then.done").startswith("      accept_truce")
    assert line("turns.2.moves.refuse_truce.when") == "    label: a truce"  # the proposal's body
    assert line("turns.0.then.truce") == "    expires: 2030-01-04"
    assert positions.written("turns.2.when") == "turns.1.when"
    assert positions.written("turns.1.moves.strike.then.done") == "moves.hit.then.done"


def test_an_error_after_a_drift_was_added_has_its_own_line() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(TEXT.replace("when: not done", "when: not dome"), name="t.yaml")
    (problem,) = caught.value.problems
    assert str(problem.position) == "t.yaml:29:15"
    assert (problem.path, problem.nearest) == ("turns.1.when", "done")


@pytest.mark.parametrize(
    ("old", "new", "code", "near"),
    [
        ("proposes: truce", "proposes: truse", "unknown-proposal", "truce"),
        ("counter: swap", "counter: swop", "unknown-proposal", "swap"),
        ("use: hit", "use: hid", "unknown-move", "hit"),
        ("tactic: force", "use: hit", "use-chain", ""),
        ("    actor: a\n    proposes", "    actor: c\n    proposes", "wrong-actor", ""),
        ("{id: third, actor: c, answers: [swap]", "{id: third, actor: c, answers: [truce]",
         "wrong-actor", ""),
        ("  done: {start: false}", "  done: {start: false}\n  truce: {start: 1}", "name-clash", ""),
        ("by: b, to: [a, c]", "by: b, to: [b, c]", "wrong-actor", ""),
        ("by: b, to: [a, c]", "by: b, to: [aa, c]", "unknown-actor", ""),
    ],
)  # fmt: skip
def test_proposals_that_lead_nowhere(old: str, new: str, code: str, near: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(TEXT.replace(old, new), name="t.yaml")
    found = [p for p in caught.value.problems if p.code == code]
    assert found, caught.value
    assert found[0].position is not None
    assert not near or near in {p.nearest for p in found}


def test_a_proposal_that_nobody_answers_is_a_warning() -> None:
    text = TEXT.replace(", answers: [swap], moves", ", moves").replace("counter: swap\n    ", "")
    text = text.replace("swap_c == accepted", "done")
    assert {p.path for p in check(loads(text)) if p.code == "unused"} == {"proposals.swap"}
