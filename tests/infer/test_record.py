"""What the record leaves, and what is wrong with one that can't be."""

from __future__ import annotations

import numpy as np
import pytest
from crisis import ARM, CALM, MASS, STORM, case, items, problems
from enumerate import share

from standoff.errors import ScenarioError


def done(name):
    return lambda h: name in h.acts.values()


def test_the_unseen_step_stays_open():
    """The desk doesn't see whether red digs in, so that silence on it admits both."""
    found = case(MASS, STORM)
    evidence = found.inference.evidence
    assert [evidence.status[i] for i in range(3)] == ["items", "silent", "items"]
    assert found.inference.present == 3
    assert len(evidence.frontier) == 2
    assert found.inference.ask("red did dig.dig").value == pytest.approx(
        share(found.pairs(), done("red.dig.dig"))
    )


def test_silence_admits_only_what_leaves_no_trace():
    found = case(STORM)
    assert found.inference.ask("red did muster.stay").observed is True
    assert found.inference.ask("red did muster.mass").observed is False


def test_a_silent_step_with_nothing_quiet_is_named():
    (problem,) = problems(MASS, STORM, ARM, as_of="2031-03-06T12:00")
    assert problem.code == "record-silent"
    assert "weather" in problem.message
    assert "unknown: weather" in problem.expected


def test_unknown_and_late_steps_admit_everything():
    unknown = {"at": "2031-03-04", "unknown": "weather"}
    late = {**STORM, "known": "2031-03-08"}
    for second in (unknown, late):
        found = case(MASS, second, CALM, as_of="2031-03-05T12:00")
        assert found.inference.evidence.status[2] == "unknown"
        assert found.inference.ask("fate did weather.storm").value == pytest.approx(
            share(found.pairs(), lambda h: h.acts.get(2) == "fate.weather.storm")
        )
    found = case(
        MASS,
        late,
        CALM,
        ARM,
        {**ARM, "id": "w", "at": "2031-03-08", "move": "red.last.wait"},
        as_of="2031-03-08",
    )
    assert found.inference.ask("fate did weather.storm").observed is True


def test_the_cut_is_on_known_and_includes_its_moment():
    late = {**MASS, "known": "2031-03-04T09:00"}
    assert len(case(late, STORM, as_of="2031-03-04T09:00").inference.evidence.items) == 2
    assert len(case(late, STORM, as_of="2031-03-04T08:59").inference.evidence.items) == 1


def test_a_bare_day_means_its_end():
    """At the end of its last day a round is over, and what the record left unsaid didn't happen."""
    assert [p.code for p in problems(MASS, as_of="2031-03-04")] == ["record-silent"]
    assert problems(MASS, as_of="2031-03-03") == []


@pytest.mark.parametrize(
    ("rows", "code", "path"),
    [
        (
            [MASS, {**MASS, "id": "b", "move": "red.muster.stay"}],
            "record-contradicts",
            "record.1.move",
        ),
        (
            [
                {**MASS, "move": "red.muster.stay"},
                {"at": "2031-03-03T09:00", "move": "red.dig.dig"},
            ],
            "record-skipped",
            "record.1.move",
        ),
        (
            [
                {**MASS, "move": "red.muster.stay"},
                STORM,
                CALM,
                {**ARM, "move": "blue.reply.strike"},
            ],
            "record-impossible",
            "record.3.move",
        ),
        ([{**MASS, "at": "2031-03-05"}], "turn-not-played", "record.0.move"),
        ([{**MASS, "at": "2030-01-01"}], "outside-clock", "record.0.at"),
        ([{**MASS, "move": "red.muster.mas"}], "unknown-name", "record.0.move"),
        (
            [
                MASS,
                {
                    "at": "2031-03-03T10:00",
                    "report": "x",
                    "odds": [{"when": "red will last.cross", "p": 0.5}, {"else": 0.1}],
                },
            ],
            "looks-ahead",
            "record.1.odds.0.when",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(rows, code, path):
    found = problems(*rows, as_of="2031-03-06T09:00" if len(rows) > 2 else "2031-03-03T12:00")
    assert [(p.code, p.path) for p in found][:1] == [(code, path)]
    assert len(found) == 1


def test_a_check_takes_every_item_and_points_into_the_file():
    """An item that became known much later is checked too, and does not end the clock."""
    from crisis import TEXT

    from standoff.compile import compile_scenario
    from standoff.infer.evidence import check_record
    from standoff.scenario.loading import loads

    record = """
as_of: 2031-03-03T12:00
record:
  - {at: 2031-03-03T08:00, move: red.muster.stay}
  - {at: 2031-03-03T09:00, known: 2060-01-01, move: red.dig.dig}
"""
    compiled = compile_scenario(loads(TEXT + record, name="border.yaml"))
    (problem,) = check_record(compiled)
    assert problem.code == "record-skipped"
    assert problem.position is not None
    text = (TEXT + record).splitlines()[problem.position.line - 1]
    assert text[problem.position.column - 1 :].startswith("red.dig.dig")


def test_errors_are_raised_with_every_problem():
    with pytest.raises(ScenarioError) as raised:
        case(
            MASS,
            {**MASS, "id": "b", "move": "red.muster.stay"},
            {**STORM, "move": "fate.weather.hail"},
            as_of="2031-03-04T09:00",
        )
    assert {p.code for p in raised.value.problems} == {"record-contradicts", "unknown-name"}


def test_endings_are_public():
    """A raid would have ended play, so that it is out unless the record says so."""
    doubtful = {**MASS, "reliability": 0.6}
    found = case(doubtful, STORM)
    assert found.inference.ask("red did muster.raid").observed is False
    raid = case({**MASS, "move": "red.muster.raid"}, as_of="2031-03-08")
    assert raid.inference.ask("ending in [red_wins, blue_wins]").observed is True
    assert raid.inference.ask("ending is red_wins").value == pytest.approx(0.3)


def test_one_of_several_and_its_refinement():
    vague = {**MASS, "id": "vague", "move": ["red.muster.mass", "red.muster.stay"]}
    sharp = {**MASS, "id": "sharp", "known": "2031-03-07", "refines": "vague"}
    before = case(vague, sharp, STORM, as_of="2031-03-04T09:00")
    assert 0 < before.inference.ask("red did muster.mass").value < 1
    after = case(vague, sharp, STORM, CALM, ARM, as_of="2031-03-07")
    assert after.inference.ask("red did muster.mass").observed is True


def test_reliability_is_a_mixture():
    found = case({**MASS, "reliability": 0.7}, STORM)
    got = found.inference.measure().total()
    for variant, (_, weights) in enumerate(found.pairs()):
        assert got[variant] == pytest.approx(sum(weights))


REPORT = {
    "id": "spy",
    "at": "2031-03-04T10:00",
    "report": "a spy speaks of digging",
    "odds": [
        {"when": "dug_in and red is grim", "p": "trust"},
        {"when": "red did dig.dig", "p": 0.4},
        {"else": "0.2 * trust"},
    ],
}


def told(found):
    """The report's odds, by variant, in Python."""
    weights = []
    for v, twin in enumerate(found.twins):
        trust = float(found.inference.draws.values["trust"][v])

        def factor(h, trust=trust):
            dug = "red.dig.dig" in h.acts.values()
            return trust if dug and h.types["red"] == "grim" else 0.4 if dug else 0.2 * trust

        reports = {"spy": [(lambda h, p=p: factor(h) == p, p) for p in (trust, 0.4, 0.2 * trust)]}
        weights.append((twin, twin.weights(found.as_of, reports)))
    return weights


def test_a_report_is_read_at_its_place_with_odds_by_variant():
    found = case(MASS, STORM, REPORT)
    pairs = told(found)
    for v, (_, weights) in enumerate(pairs):
        assert found.inference.measure().total()[v] == pytest.approx(sum(weights))
    for text, event in (
        ("red is grim", lambda h: h.types["red"] == "grim"),
        ("red did dig.dig", done("red.dig.dig")),
        ("ending is red_wins", lambda h: h.ending == "red_wins"),
    ):
        assert found.inference.ask(text).value == pytest.approx(share(pairs, event))


def test_items_of_one_decision_count_once():
    """A report of the same decision as a certain move adds nothing; of two reports the more telling
    counts."""
    alone = case(MASS, STORM).inference.measure().total()
    both = case({**MASS, "same_decision": "go"}, STORM, {**REPORT, "same_decision": "go"})
    np.testing.assert_allclose(both.inference.measure().total(), alone)
    faint = {
        "id": "rumor",
        "at": "2031-03-04T11:00",
        "report": "rumor",
        "same_decision": "dig",
        "odds": [{"when": "dug_in", "p": 0.5}, {"else": 0.4}],
    }
    one = case(MASS, STORM, REPORT).inference.measure().total()
    two = case(MASS, STORM, {**REPORT, "same_decision": "dig"}, faint)
    np.testing.assert_allclose(two.inference.measure().total(), one)
    shown = {e.id: e for e in two.inference.diagnosticity()}
    assert not shown["rumor"].counted
    assert shown["spy"].counted
    assert shown["rumor"].ratios["red"]["grim"].value == shown["spy"].ratios["red"]["grim"].value


def test_an_absence_leaves_what_might_have_been_missed():
    absent = {
        "id": "none",
        "absence": "blue.reply.arm",
        "first": "2031-03-05",
        "last": "2031-03-06",
        "at": "2031-03-06",
        "reliability": 0.75,
    }
    unknown = {"at": "2031-03-06T08:00", "unknown": "reply"}
    plain = case(MASS, STORM, CALM, unknown, as_of="2031-03-06")
    found = case(MASS, STORM, CALM, unknown, absent, as_of="2031-03-06")
    p = plain.inference.ask("blue did reply.arm").per_variant
    q = found.inference.ask("blue did reply.arm").per_variant
    np.testing.assert_allclose(q, 0.25 * p / (0.25 * p + 1 - p))
    event = {
        "id": "quiet",
        "absence": "alert > 1",
        "first": "2031-03-05",
        "last": "2031-03-06",
        "at": "2031-03-06",
    }
    found = case(MASS, STORM, CALM, unknown, event, as_of="2031-03-06")
    assert found.inference.ask("blue did reply.arm").observed is False


def test_failed_variants_have_no_weight():
    from dataclasses import replace

    found = case(MASS, STORM)
    inference = found.inference
    status = np.array([0, 1, 0], dtype=np.int8)
    inference.solution = replace(inference.solution, status=status)
    pairs = [pair for v, pair in enumerate(found.pairs()) if status[v] == 0]
    got = inference.ask("red is grim")
    assert got.value == pytest.approx(share(pairs, lambda h: h.types["red"] == "grim"))
    assert got.weight[1] == 0


def test_ids_are_made_where_none_are_given():
    from standoff.scenario.names import record_ids

    record = items(
        {"at": "2031-03-03", "move": "red.muster.mass"},
        {"at": "2031-03-03", "move": "red.muster.mass"},
    )
    from crisis import COMPILED

    ids = record_ids(COMPILED.scenario.model_copy(update={"record": tuple(record)}))
    assert ids == ("red-muster-mass-2031-03-03", "red-muster-mass-2031-03-03-2")
