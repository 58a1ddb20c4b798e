"""What the compiler makes of small scenarios, by hand; and what it refuses, and in which words."""

from __future__ import annotations

import numpy as np
import pytest
from small import drawn, made, raw

from standoff.compile import compile_scenario, estimate, explain, parts, payload, walk
from standoff.compile.numbers import stakes_of
from standoff.errors import ScenarioError, TooLarge
from standoff.game.game import END
from standoff.scenario import loads

HIDDEN = {"visible": {"start": "false"}, "secret": {"start": "false", "seen_by": "bob"}}


def problem(scenario, **values):
    with pytest.raises(ScenarioError) as caught:
        compiled = compile_scenario(scenario)
        payload(compiled, drawn(scenario, **values))
    (found,) = caught.value.problems
    return found


def endings(compiled):
    return sorted(compiled.endings[e] for e in compiled.end_ending)


def test_a_small_game():
    compiled = compile_scenario(made())
    game = compiled.game
    # 1 + 2 after `act`; each reply ends or goes on: 2 x (1 end + 1 + 2 x (1 end + 1 end)).
    assert game.n_nodes == 1 + 2 + 2 * (1 + 1 + 2 * (1 + 2))
    assert endings(compiled) == ["time"] * 4 + ["war"] * 6
    assert [(s.round, s.turn) for s in compiled.steps] == [
        (1, "act"), (1, "reply"), (2, "act"), (2, "reply"),
    ]  # fmt: skip
    assert not compiled.warnings


def test_types_in_payoffs_are_axes_and_types_in_guards_are_drawn():
    actors = {"ann": {"types": {"x": {}, "y": {}}}, "bob": {"types": {"u": {}, "w": {}}}}
    objectives = {"ann": {"gain": {"value": "heat", "weight": {"x": 1, "y": 2}}}}
    turns = raw()["turns"]
    turns[1]["moves"]["hit"]["when"] = "bob is u"
    compiled = compile_scenario(made(actors=actors, objectives=objectives, turns=turns))
    assert compiled.game.types == (("x", "y"), ("",))
    assert compiled.state_names == ("heat", "type:bob")
    assert compiled.edge_label == ("bob is u", "bob is w")
    assert compiled.steps[0].turn == ""
    # One parameter of ann's in bob's payoffs puts ann in the tree as well.
    objectives["bob"] = {"envy": {"value": "-(ann is x)"}}
    compiled = compile_scenario(made(actors=actors, objectives=objectives, turns=turns))
    assert compiled.game.types == (("",), ("",))


def test_a_drift_shows_what_it_changes_to_those_who_see_it():
    state = {
        "secret": {"start": {"draw": {"true": "0.5", "false": "rest"}}, "seen_by": "nobody"},
        "smoke": {"start": "false", "seen_by": "ann"},
    }
    turns = [
        {"id": "burn", "then": {"smoke": "secret"}},
        {"id": "act", "actor": "ann", "moves": {"a": {}, "b": {}}},
        {"id": "reply", "actor": "bob", "moves": {"c": {}, "d": {}}},
    ]
    compiled = compile_scenario(made(
        state=state, turns=turns, ends={}, objectives={}, clock=raw()["clock"] | {"rounds": 1},
    ))  # fmt: skip
    game = compiled.game
    assert np.bincount(game.cell_player).tolist() == [2, 2]  # ann tells smoke; bob two moves
    assert np.diff(game.cell_start).tolist() == [1, 1, 2, 2]


def test_a_moves_own_ending_wins_over_conditions():
    turns = [{"id": "act", "actor": "ann", "moves": {
        "leap": {"then": {"heat": 3}, "ends": "war"}, "boil": {"then": {"heat": 3}}, "wait": {},
    }}]  # fmt: skip
    ends = {"hot": {"when": "heat == 3"}, "also": {"when": "heat > 2"}, "war": {}}
    compiled = compile_scenario(made(turns=turns, ends=ends, objectives={}))
    assert endings(compiled) == ["hot", "hot", "time", "war", "war"]
    assert [w.code for w in compiled.warnings] == ["unreachable-ending"]


def test_an_ending_that_holds_from_the_start():
    compiled = compile_scenario(made(ends={"cold": {"when": "heat == 0"}, "war": {}}))
    assert compiled.game.n_nodes == 1
    assert compiled.game.actor[0] == END
    assert endings(compiled) == ["cold"]
    assert payload(compiled, drawn(made())).stake.tolist() == [1, 1]


def test_what_the_actor_cannot_see_may_not_open_its_moves():
    text = """\
standoff: 1
id: x
title: x
clock: {rounds: 1, start: 1962-10-22}
actors: {ann: {}, bob: {}}
state: {secret: {start: false, seen_by: bob}}
turns:
  - id: plot
    actor: bob
    moves: {load: {then: {secret: true}, seen_by: bob}, rest: {seen_by: bob}}
  - id: act
    actor: ann
    moves:
      strike: {when: round > 0 and secret}
      wait: {}
"""
    with pytest.raises(ScenarioError) as caught:
        compile_scenario(loads(text))
    (found,) = caught.value.problems
    assert found.code == "hidden-guard"
    assert found.position is not None
    assert (
        text.splitlines()[found.position.line - 1].strip() == "strike: {when: round > 0 and secret}"
    )
    line = text.splitlines()[found.position.line - 1]
    start = found.position.column - 1
    assert line[start : start + found.position.width] == "secret"
    assert "strike" in found.message
    assert "secret may be" in found.found


def test_a_rate_may_not_depend_on_what_the_actor_cannot_see():
    turns = [
        {"id": "plot", "actor": "bob", "moves": {
            "load": {"then": {"secret": "true"}, "seen_by": "bob"}, "rest_": {"seen_by": "bob"}}},
        {"id": "act", "actor": "ann", "moves": {"strike": {"rate": "1 + secret"}, "wait": {}}},
    ]  # fmt: skip
    found = problem(made(state=HIDDEN, turns=turns, ends={}, objectives={}))
    assert found.code == "hidden-rate"
    assert found.path == "turns.1.moves.strike.rate"


def test_a_scenario_in_which_nobody_chooses():
    scenario = made(actors={"fate": {"kind": "nature"}}, turns=[{"id": "cool", "then": {}}],
                    ends={}, objectives={})  # fmt: skip
    assert problem(scenario).code == "no-player"


def test_the_desk_may_see_all():
    turns = raw()["turns"]
    turns[0]["moves"]["up"]["seen_by"] = "ann"
    turns[0]["moves"]["wait"]["seen_by"] = "ann"
    state = {"heat": {"range": [0, 3], "start": 0, "overflow": "clip", "seen_by": "ann"}}
    for desk, told in (("public", 1), ("everyone", 2), ("ann", 2)):
        compiled = compile_scenario(made(turns=turns, state=state, observer={"sees_as": desk}))
        start = compiled.game.level_start[1:3]
        assert len(np.unique(compiled.node_seen[-1, start[0] : start[1]])) == told
        assert compiled.acts[0].desk_sees == (told == 2)


def test_a_step_without_an_open_move():
    turns = raw()["turns"]
    turns[1]["moves"] = {"hit": {"when": "heat > 0"}}
    found = problem(made(turns=turns, ends={}, objectives={}))
    assert found.code == "no-open-move"
    assert "heat = 0" in found.found


@pytest.mark.parametrize("value", ["heat + 5", "0.5", "1 / 0"])
def test_values_that_a_variable_cannot_hold(value):
    turns = [{"id": "act", "actor": "ann", "moves": {"up": {"then": {"heat": value}}}}]
    state = {"heat": {"range": [0, 3], "start": 0}}
    found = problem(made(turns=turns, state=state, ends={}, objectives={}))
    assert found.code == "state-out-of-range"
    assert found.path == "turns.0.moves.up.then.heat"
    assert "a whole number from 0 to 3" in found.expected


def chance(odds, ends=None):
    turns = [{"id": "luck", "actor": "fate", "outcomes": {
        k: {"odds": p, "then": {"heat": i}} for i, (k, p) in enumerate(odds.items())
    }}]  # fmt: skip
    parameters = {"p": {"uniform": ["0", "1"]}}
    return made(turns=turns, parameters=parameters, ends=ends or {}, objectives={},
                clock=raw()["clock"] | {"rounds": 1})  # fmt: skip


def test_odds_that_do_not_sum_to_one_name_turn_state_and_variant():
    found = problem(chance({"a": "p", "b": "0.3"}), p=[0.7, 0.7, 0.6])
    assert found.code == "odds-sum"
    assert "turn luck, round 1, heat = 0" in found.message
    assert "0.9" in found.found
    assert "p = 0.6" in found.found
    assert (
        problem(chance({"a": "p", "b": "0.5", "c": "rest"}), p=[0.2, 0.6, 0.1]).code == "odds-sum"
    )
    assert problem(chance({"a": "2 * p", "b": "rest"}), p=[0.2, 0.6, 0.1]).code == "bad-odds"


def test_what_is_impossible_in_some_variants_only_has_odds_of_a_billionth():
    scenario = chance({"a": "p", "b": "rest"})
    odds = payload(compile_scenario(scenario), drawn(scenario, p=[0.0, 1.0, 0.5])).odds
    np.testing.assert_allclose(odds, [[1e-9, 1, 0.5], [1, 1e-9, 0.5]], rtol=1e-8)
    # Impossible in all: left out where that is known before any draw, else zero.
    assert len(compile_scenario(chance({"a": "p * (heat > 0)", "b": "rest"})).game.child) == 1
    assert len(compile_scenario(chance({"a": "0.5", "b": "0.5", "c": "rest"})).game.child) == 2
    odds = payload(compile_scenario(scenario), drawn(scenario, p=0.0)).odds
    np.testing.assert_array_equal(odds, [[0, 0, 0], [1, 1, 1]])


def test_a_lottery_is_paid_by_its_odds():
    scenario = chance({"a": "0.5", "b": "rest"}, ends={
        "war": {"when": "heat > 0", "lottery": {"lost": "p", "won": "rest"}},
    })  # fmt: skip
    paid = made(objectives={"ann": {"o": {"value": "10 * (ending is won) + heat"}}})
    scenario = scenario.model_copy(update={"objectives": paid.objectives})
    compiled = compile_scenario(scenario)
    numbers = payload(compiled, drawn(scenario, p=[0.1, 0.2, 0.3]))
    assert [compiled.endings[e] for e in compiled.outcome_ending] == ["lost", "won", "time"]
    rows = compiled.outcome_odds
    np.testing.assert_allclose(numbers.odds[rows[:2]], [[0.1, 0.2, 0.3], [0.9, 0.8, 0.7]])
    assert rows[2] == -1
    ends = compiled.game.end_nodes
    paid = numbers.payoff[compiled.game.payoff_row[ends], 0]
    np.testing.assert_allclose(paid, [[10, 9, 8], [0, 0, 0]])


def staked(stake, typed=True):
    ann = {"types": {"x": {"stake": stake}}} if typed else {"stake": stake}
    actors = {"ann": ann, "bob": {}, "fate": {"kind": "nature"}}
    objectives = {"ann": {"o": {"value": "heat - 4 * (ending is war)"}}}
    return made(actors=actors, objectives=objectives, ends={"war": {}, "peace": {}})


def test_stakes_between_endings_and_by_number():
    scenario = staked({"from": "war", "to": "time"})
    compiled = compile_scenario(scenario)
    # Uniform play: war after round 1 (heat 0 or 1, odds 1/2), or 2 (0, 1, 1, 2); time likewise.
    war = (0.5 * 0.5 + 0.25 * 1.0) / 0.75 - 4
    assert payload(compiled, drawn(scenario)).stake[0] == pytest.approx(1.0 - war)
    untyped = staked({"from": "war", "to": "time"}, typed=False)
    assert payload(compile_scenario(untyped), drawn(untyped)).stake[0] == pytest.approx(1.0 - war)
    numbered = staked("2.5")
    assert payload(compile_scenario(numbered), drawn(numbered)).stake[0] == 2.5


def test_stakes_that_cannot_be():
    assert problem(staked({"from": "war", "to": "peace"})).code == "unreachable-ending"
    assert problem(staked({"from": "war", "to": "wra"})).code == "unknown-ending"
    assert problem(staked({"from": "war", "to": "war"})).code == "zero-stake"
    assert problem(staked("0")).code == "zero-stake"


def test_a_split_move_with_its_rate_shared_changes_no_stake():
    turns = raw()["turns"]
    split = raw()["turns"]
    up = split[0]["moves"].pop("up")
    split[0]["moves"] |= {"up1": up | {"rate": 0.5}, "up2": up | {"rate": 0.5}}
    one, two = (
        payload(compile_scenario(made(turns=t)), drawn(made())).stake for t in (turns, split)
    )
    np.testing.assert_allclose(one, two)


def test_types_in_the_tree_share_a_pair_and_their_payoffs_are_scaled():
    actors = {"ann": {"types": {"x": {"stake": "1"}, "y": {"stake": "4"}}}, "bob": {}}
    turns = raw()["turns"]
    turns[0]["moves"]["up"]["when"] = "heat < 9 or ann is x"
    scenario = made(actors=actors, turns=turns)
    compiled = compile_scenario(scenario)
    draws = drawn(scenario)
    numbers = payload(compiled, draws)
    assert numbers.stake[0] == 1
    plain = parts(compiled, draws).of("ann", "gain")[:, 0]
    kind = compiled.states[compiled.final_state, 1]
    rows = compiled.final_row
    np.testing.assert_allclose(
        numbers.payoff[rows, 0], plain[rows] * np.where(kind == 1, 0.25, 1.0)[:, None]
    )
    assert stakes_of(compiled, draws.__class__(**vars(draws))).scale[0].tolist() == [1, 0.25]


def test_a_payoff_that_is_not_finite():
    found = problem(made(objectives={"ann": {"o": {"value": "1 / heat"}}}))
    assert found.code == "payoff-not-finite"
    assert found.path == "objectives.ann.o.value"
    assert "heat = 0" in found.found


def test_the_size_is_counted_and_too_large_a_game_refused_with_advice():
    scenario = made(clock={"rounds": 12, "start": "1962-10-22"})
    size = estimate(scenario, advice=True)
    small = compile_scenario(made(clock={"rounds": 4, "start": "1962-10-22"}))
    assert estimate(made(clock={"rounds": 4, "start": "1962-10-22"})).nodes == small.game.n_nodes
    assert size.without["act"] < size.histories
    assert size.round_less < size.histories
    with pytest.raises(TooLarge) as caught:
        compile_scenario(scenario, limit=1000)
    assert f"{size.histories:,} histories" in str(caught.value)
    assert caught.value.advice[0].startswith("without the turn act:")
    assert "times fewer" in caught.value.advice[0]


def test_a_game_that_no_memory_could_hold_is_refused_at_once():
    with pytest.raises(TooLarge):
        compile_scenario(made(clock={"rounds": 60, "start": "1962-10-22"}))


def test_a_history_walks_back_to_its_moves_states_and_lines():
    text = """\
standoff: 1
id: x
title: x
clock: {rounds: 1, start: 1962-10-22}
actors: {ann: {types: {x: {label: mild}, y: {}}}, bob: {}}
state: {heat: {range: [0, 3], start: 0}}
turns:
  - id: act
    actor: ann
    moves:
      up:
        label: raises
        then: {heat: heat + 2}
      wait: {}
  - {id: cool, then: {heat: "max(0, heat - 1)"}}
  - {id: reply, actor: bob, moves: {hold: {}}}
objectives: {ann: {o: {value: heat, weight: {x: 1, y: 2}}}}
"""
    compiled = compile_scenario(loads(text))
    weights = np.zeros((len(compiled.game.end_nodes), 2))
    hot = compiled.states[compiled.node_state[compiled.game.end_nodes], 0] == 1
    weights[hot, 1] = 0.7
    weights[~hot, 0] = 0.3
    best, other = explain(compiled, weights)
    assert (best.weight, best.types, best.ending) == (0.7, {"ann": "y"}, "time")
    assert other.types == {"ann": "x"}
    assert other.steps[0].label == "mild"
    kind, up, cool, hold = best.steps
    assert kind.act == "ann is y"
    assert (up.act, up.label, up.before, up.after) == (
        "ann.act.up", "raises", {"heat": "0"}, {"heat": "2"},
    )  # fmt: skip
    assert text.splitlines()[up.position.line - 1].strip() == "up:"
    assert (cool.actor, cool.after) == ("", {"heat": "1"})
    assert (hold.forced, up.forced) == (True, False)
    assert walk(compiled, 0) == []


def test_the_same_scenario_gives_the_same_arrays():
    one, two = compile_scenario(made()), compile_scenario(made())
    for name, value in vars(one.game).items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(value, getattr(two.game, name))
