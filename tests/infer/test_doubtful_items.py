"""Items whose odds to be right differ by variant, against plain enumeration and at their limits."""

from __future__ import annotations

import numpy as np
import pytest
from crisis import ARM, CALM, MASS, SCENARIO, STORM, case, items
from enumerate import share
from hypothesis import given, settings
from hypothesis import strategies as st
from random_records import build

from standoff.compile import compile_scenario
from standoff.errors import ScenarioError
from standoff.infer.evidence import Evidence
from standoff.scenario.loading import apply_settings, loads
from standoff.variants import draw

ODDS = ["1", "0.6", "trust", "q", "1 - (1 - q) * (1 - trust)"]
REPORT = {
    "id": "spy",
    "at": "2031-03-06T10:00",
    "report": "a spy speaks of digging",
    "odds": [{"when": "dug_in", "p": "0.9"}, {"when": "red is grim", "p": "trust"}, {"else": 0.1}],
}
TARGETS = {
    "red is grim": lambda h: h.types["red"] == "grim",
    "blue is firm": lambda h: h.types["blue"] == "firm",
    "red did muster.mass": lambda h: "red.muster.mass" in h.acts.values(),
    "red did dig.dig": lambda h: "red.dig.dig" in h.acts.values(),
    "blue ever reply.arm by round 3": lambda h: "blue.reply.arm" in h.acts.values(),
    "ending is red_wins": lambda h: h.ending == "red_wins",
}


def told(found):
    """Each twin's weights, with the odds of the report in its variant."""
    pairs = []
    for twin in found.twins:
        trust = twin.values["trust"]
        report = [
            (lambda h: "red.dig.dig" in h.acts.values(), 0.9),
            (lambda h: h.types["red"] == "grim", trust),
            (lambda h: True, 0.1),
        ]
        pairs.append((twin, twin.weights(found.as_of, {"spy": report})))
    return pairs


@settings(derandomize=True, deadline=None, max_examples=8)
@given(
    st.lists(st.sampled_from(ODDS), min_size=5, max_size=5), st.integers(2, 5), st.integers(0, 9)
)
def test_any_mix_of_doubts_is_what_enumeration_says(odds, count, seed):
    rows = [MASS, STORM, CALM, ARM, REPORT]
    record = [{**row, "reliability": q} for row, q in zip(rows, odds, strict=True)][:count]
    found = case(*record, seed=seed)
    pairs = told(found)
    np.testing.assert_allclose(
        found.inference.measure().total(), [sum(weights) for _, weights in pairs], rtol=1e-9
    )
    for text, event in TARGETS.items():
        assert found.inference.ask(f"P({text})").value == pytest.approx(share(pairs, event))
    moments = found.inference.over_time()[1:]
    for moment, row in zip(moments, record, strict=True):
        early = case(*record, as_of=row["at"], seed=seed)
        for kind, held in early.inference.belief("red").items():
            assert moment.belief["red"][kind].value == pytest.approx(held.posterior.value)


@settings(derandomize=True, deadline=None, max_examples=8)
@given(st.sampled_from(ODDS[2:]), st.integers(0, 9))
def test_the_ratio_of_an_item_is_that_of_its_mixture(odds, seed):
    """By enumeration: odds of what was seen, by type, with the item right or not."""
    found = case(MASS, {**STORM, "reliability": odds}, {**CALM, "reliability": odds}, seed=seed)
    top, bottom = np.zeros((2, 2))
    for twin in found.twins:
        for h in twin.histories:
            if h.acts.get(0) != "red.muster.mass":
                continue
            side = 0 if h.types["red"] == "grim" else 1
            early = twin.factor(h, found.as_of, found.anchor, {}, upto=2)
            item = found.compiled.scenario.record[1]
            late = twin.factor(h, found.as_of, found.anchor, {}, upto=2, item=item)
            top[side] += h.probability * late
            bottom[side] += h.probability * early
    expected = (top[0] / bottom[0]) / (top[1] / bottom[1])
    assert found.inference.ask("LR(storm; red is grim)").value == pytest.approx(expected)


def settled(values, *rows, as_of="2031-03-04T08:00"):
    return build(apply_settings(SCENARIO, values), 3, 3, items(*rows), as_of).inference


@pytest.mark.parametrize("text", list(TARGETS))
def test_odds_of_one_make_an_item_certain(text):
    doubtful = settled({"trust": "1"}, {**MASS, "reliability": "trust"}, STORM)
    sure = settled({"trust": "1"}, MASS, STORM)
    np.testing.assert_array_equal(doubtful.measure().total(), sure.measure().total())
    one, other = doubtful.ask(f"P({text})"), sure.ask(f"P({text})")
    assert one.value == pytest.approx(other.value, abs=1e-12)
    assert doubtful.ask("LR(mass; red is grim)").value == pytest.approx(
        sure.ask("LR(mass; red is grim)").value
    )


@pytest.mark.parametrize("text", list(TARGETS))
def test_odds_towards_nothing_make_it_unknown(text):
    nothing = {"id": "mass", "at": MASS["at"], "unknown": "muster"}
    doubtful = settled({"trust": "1e-12"}, {**MASS, "reliability": "trust"}, STORM)
    unknown = settled({"trust": "1e-12"}, nothing, STORM)
    assert doubtful.ask(f"P({text})").value == pytest.approx(
        unknown.ask(f"P({text})").value, abs=1e-9
    )
    assert doubtful.ask("LR(mass; red is grim)").value == pytest.approx(1.0, abs=1e-9)


def test_a_report_that_is_surely_wrong_says_nothing():
    plain = settled({"trust": "0.5"}, MASS, STORM, CALM, ARM, as_of="2031-03-06T10:00")
    wrong = {**REPORT, "reliability": "1e-12"}
    found = settled({"trust": "0.5"}, MASS, STORM, CALM, ARM, wrong, as_of="2031-03-06T10:00")
    for text in TARGETS:
        assert found.ask(f"P({text})").value == pytest.approx(plain.ask(f"P({text})").value)
    half = {**REPORT, "reliability": "0.5"}
    found = settled({"trust": "0.5"}, MASS, STORM, CALM, ARM, half, as_of="2031-03-06T10:00")
    # As far as it is wrong it would have come in 50 of 100: the mean of .9, .5 and .1.
    weight = found.ask("P(red did dig.dig)").per_variant
    before = plain.ask("P(red did dig.dig)").per_variant
    grim = plain.ask("P(red is grim | not (red did dig.dig))").per_variant
    other = (1 - before) * (grim * (0.25 + 0.25) + (1 - grim) * (0.05 + 0.25))
    np.testing.assert_allclose(weight, before * 0.7 / (before * 0.7 + other))


@pytest.mark.parametrize("absence", ["blue.reply.arm", "alert > 1"])
def test_an_absence_missed_by_more_in_one_variant(absence):
    absent = {
        "id": "none",
        "absence": absence,
        "first": "2031-03-05",
        "last": "2031-03-06",
        "at": "2031-03-06",
    }
    unknown = {"at": "2031-03-06T08:00", "unknown": "reply"}
    plain = case(MASS, STORM, CALM, unknown, as_of="2031-03-06")
    found = case(MASS, STORM, CALM, unknown, {**absent, "reliability": "trust"}, as_of="2031-03-06")
    trust = found.inference.draws.values["trust"]
    p = plain.inference.ask("blue did reply.arm").per_variant
    q = found.inference.ask("blue did reply.arm").per_variant
    np.testing.assert_allclose(q, (1 - trust) * p / ((1 - trust) * p + 1 - p))
    (told_,) = found.inference.diagnosticity("none")
    assert told_.right.value == pytest.approx(trust.mean(), abs=0.1)
    now, sure = told_.ratios["blue"]["firm"], told_.certain["blue"]["firm"]
    assert (np.abs(np.log(now.per_variant)) < np.abs(np.log(sure.per_variant))).all()


def test_the_number_and_the_expression_agree():
    """A number enters the weight of nodes, an expression a reading: the same in the end."""
    for text, number in (("0.2 + 0.5", "0.7"), ("1 * 0.35", "0.35")):
        one = case({**MASS, "reliability": text}, {**STORM, "reliability": text}, CALM)
        two = case({**MASS, "reliability": number}, {**STORM, "reliability": number}, CALM)
        assert one.inference.evidence.readings and not two.inference.evidence.readings
        np.testing.assert_allclose(one.inference.measure().total(), two.inference.measure().total())
        assert one.inference.surprise().percentile == pytest.approx(
            two.inference.surprise().percentile
        )
        for kind in ("grim", "mild"):
            a = one.inference.diagnosticity("mass")[0]
            b = two.inference.diagnosticity("mass")[0]
            assert a.ratios["red"][kind].value == pytest.approx(b.ratios["red"][kind].value)
            assert a.certain["red"][kind].value == pytest.approx(b.certain["red"][kind].value)
            assert a.right.value == pytest.approx(b.right.value)


def test_what_it_would_say_if_certain_is_what_the_certain_item_says():
    doubtful = case({**MASS, "reliability": "trust"}, STORM).inference.diagnosticity()
    sure = case(MASS, STORM).inference.diagnosticity()
    assert sure[0].certain is None and sure[0].right is None
    for kind in ("grim", "mild"):
        assert doubtful[0].certain["red"][kind].value == pytest.approx(
            sure[0].ratios["red"][kind].value
        )
    assert 0.5 < doubtful[0].right.value < 0.9


def test_of_one_decision_the_doubtful_move_counts_by_its_central_odds():
    """Right with 70 in 100, among three moves, the move tells more (.8 to .1) than the report."""
    faint = {
        "id": "rumor",
        "at": "2031-03-04T10:00",
        "report": "rumor",
        "odds": [{"when": "massed", "p": 0.5}, {"else": 0.1}],
    }
    move = {**MASS, "reliability": "trust"}
    both = case({**move, "same_decision": "go"}, STORM, {**faint, "same_decision": "go"})
    alone = case(move, STORM, as_of=faint["at"])
    np.testing.assert_allclose(both.inference.measure().total(), alone.inference.measure().total())
    unsure = {**faint, "same_decision": "go", "reliability": "0.5 * trust"}
    later = case({**move, "same_decision": "go"}, STORM, unsure, CALM)
    np.testing.assert_allclose(
        later.inference.measure().total(), case(move, STORM, CALM).inference.measure().total()
    )
    weak = {**move, "id": "again", "reliability": "0.1 * trust"}
    twice = case(*({**one, "same_decision": "go"} for one in (weak, move)), STORM)
    assert sorted(twice.inference.evidence.counted) == [1, 2]
    np.testing.assert_allclose(twice.inference.measure().total(), alone.inference.measure().total())


def test_odds_outside_their_range_name_the_parameter():
    wild = loads(
        """
        standoff: 1
        id: wild
        title: wild
        clock: {rounds: [{first: 2031-03-03, last: 2031-03-04}]}
        parameters: {sure: {uniform: [0.5, 1.5]}}
        actors: {red: {}}
        turns: [{id: go, actor: red, moves: {on: {}, off: {}}}]
        objectives: {red: {gain: {value: "1"}}}
        observer: {sees_as: [public]}
        record: [{at: 2031-03-03, move: red.go.on, reliability: sure}]
        """
    )
    draws = draw(wild, 8, 0)
    evidence = Evidence(compile_scenario(wild))
    with pytest.raises(ScenarioError) as raised:
        evidence.readings[0].table(draws)
    (problem,) = raised.value.problems
    assert problem.path == "record.0.reliability"
    assert "sure" in problem.found
    assert problem.position.line == 11
