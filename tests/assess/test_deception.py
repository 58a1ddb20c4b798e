"""How they would fool us, from a scenario to the part of a note."""

from __future__ import annotations

import math
from typing import Any

import pytest

from standoff.assess.chain import chain
from standoff.assess.deception import deceive, deception_numbers, deception_of
from standoff.assess.deception_models import DeceptionPart
from standoff.assess.deception_parts import CLEAR, SEEN_OFTEN
from standoff.errors import ScenarioError
from standoff.scenario.loading import loads
from standoff.words.numbers import ratio

VARIANTS = 24


@pytest.fixture(scope="module")
def part() -> DeceptionPart:
    return deceive("signal", variants=VARIANTS)


def numbers(found: Any) -> list[float]:
    """Every number in a model's dump."""
    if isinstance(found, dict):
        return [x for each in found.values() for x in numbers(each)]
    if isinstance(found, list | tuple):
        return [x for each in found for x in numbers(each)]
    return [found] if isinstance(found, float) else []


def test_pairs_of_the_other_side(part: DeceptionPart) -> None:
    assert [(p.true, p.believed) for p in part.pairs] == [("seize", "bluff"), ("bluff", "seize")]
    assert part.observer == "" and part.until == "2031-03-16"
    assert all(math.isfinite(x) for x in numbers(part.model_dump()))
    assert DeceptionPart.model_validate_json(part.model_dump_json()) == part
    for p in part.pairs:
        assert p.cost.range90[0] <= p.cost.value <= p.cost.range90[1]
        assert p.frontier[0].cost.value == 0.0
        costs = [x.cost.value for x in p.frontier]
        assert costs == sorted(costs)
        assert p.frontier[0].belief.value == p.natural.value
        assert 0 <= p.in_reach <= 1 and p.reached.value <= p.most.belief.value
        for stop in p.stops:
            assert 0 < sum(line.share for line in stop.lines) <= 1 + 1e-9
            assert all(line.act in part.labels for line in stop.lines)


def test_same_arguments_same_result(part: DeceptionPart) -> None:
    assert deceive("signal", variants=VARIANTS) == part
    ready = chain("signal", variants=VARIANTS)
    assert deception_of(ready) == part
    headline = {f"deceive.neighbor.{p.true}.{p.believed}": p.cost.value for p in part.pairs}
    assert deception_numbers(ready) == headline


def test_one_pair_by_name_and_day() -> None:
    found = deceive(
        "signal", true="bluff", believed="neighbor.seize", until="2031-03-07", variants=VARIANTS
    )
    (p,) = found.pairs
    assert found.until == "2031-03-09" and (p.true, p.believed) == ("bluff", "seize")
    # Nothing of its own happens before that day: there is nothing to pay, and nothing to gain.
    assert p.cost.value == pytest.approx(0.0, abs=1e-12)
    assert p.reached.value == pytest.approx(p.as_solved.value, abs=1e-9)
    assert [x.share for x in p.expected] == [0.25, 0.5, 1.0]


def test_who_expects_the_disguise_believes_it_less() -> None:
    found = deceive(
        "signal", true="bluff", believed="seize", as_of="2031-03-02", until="2031-03-05",
        variants=VARIANTS,
    )  # fmt: skip
    (p,) = found.pairs
    assert p.reached.value > p.as_solved.value
    expected = [x.belief.value for x in p.expected]
    assert expected[0] < p.reached.value
    assert expected == sorted(expected, reverse=True)


def test_an_observer_that_plays_sees_its_own(part: DeceptionPart) -> None:
    seen = deceive("signal", observer="us", variants=VARIANTS)
    assert seen.observer == "us"
    # The desk sees what we see here, so both are fooled alike.
    assert [p.reached for p in seen.pairs] == [p.reached for p in part.pairs]


def test_verdicts_follow_their_ratios(part: DeceptionPart) -> None:
    said = {t.verdict for p in part.pairs for t in p.tells}
    assert {"defeated", "tells little"} <= said
    for p in part.pairs:
        for t in p.tells:
            if t.verdict == "mark of the genuine":
                assert t.odds_genuine >= SEEN_OFTEN
                assert t.ratio is None or t.ratio >= CLEAR
                assert t.ratio_posing is None or t.ratio_posing >= CLEAR
            if t.verdict == "gives it away":
                assert t.ratio is not None and t.ratio <= 1 / CLEAR
                assert t.ratio_posing is not None and t.ratio_posing <= 1 / CLEAR
            if t.ratio is not None:
                assert t.ratio == pytest.approx(t.odds_genuine / t.odds_true)
                assert ratio(t.ratio)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"true": "sieze"}, "unknown-type"),
        ({"true": "neighbor.seize", "believed": "seize"}, "bad-disguise"),
        ({"until": "2031-03-01"}, "bad-day"),
        ({"until": "never"}, "bad-date"),
        ({"observer": "them"}, "unknown-actor"),
        ({"true": "seize", "observer": "neighbor"}, "own-type"),
        ({"believed": "seize", "observer": "neighbor"}, "own-type"),
    ],
)
def test_what_cannot_be_asked(asked: dict[str, str | None], code: str) -> None:
    with pytest.raises(ScenarioError) as error:
        deceive("signal", variants=2, **asked)  # type: ignore[arg-type]
    assert [p.code for p in error.value.problems] == [code]
    if asked.get("true") == "sieze":
        assert error.value.problems[0].nearest == "seize"


PLAIN = """
standoff: 1
id: plain
title: Nothing to hide
clock: {rounds: [{first: 2001-01-01}]}
parameters: {w: {uniform: [0.9, 1.1]}}
actors: {ann: {stake: 1}}
state: {red: {start: false}}
turns:
  - {id: call, actor: ann, moves: {red: {then: {red: true}}, blue: {}}}
objectives:
  ann: {right: {value: red, weight: w}}
observer: {sees_as: [public]}
"""


def test_nobody_has_anything_to_hide() -> None:
    ready = chain(loads(PLAIN), variants=2)
    assert deception_of(ready) is None and deception_numbers(ready) == {}
    with pytest.raises(ScenarioError) as error:
        deceive(loads(PLAIN), variants=2)
    assert [p.code for p in error.value.problems] == ["no-types"]


RULED_OUT = """
standoff: 1
id: proof
title: Proof
clock: {rounds: [{first: 2001-01-01}, {first: 2001-01-02}]}
parameters: {w: {uniform: [0.9, 1.1]}}
actors: {ann: {types: {a: {stake: 1}, b: {stake: 1}}, prior: {a: 0.5, b: rest}}}
state: {red: {start: false}}
turns:
  - {id: show, actor: ann, rounds: 1, moves: {proof: {when: ann is a}, nothing: {}}}
  - {id: call, actor: ann, rounds: 2, moves: {red: {then: {red: true}}, blue: {}}}
objectives:
  ann: {right: {value: red, weight: w}}
observer: {sees_as: [public]}
record: [{id: shown, at: 2001-01-01T08:00, move: ann.show.proof}]
"""


def test_types_that_the_record_rules_out_are_left_out() -> None:
    assert deception_of(chain(loads(RULED_OUT), variants=2)) is None
    with pytest.raises(ScenarioError) as error:
        deceive(loads(RULED_OUT), variants=2)
    assert [p.code for p in error.value.problems] == ["ruled-out"]


def test_a_type_that_is_ruled_out_has_no_price() -> None:
    """Two of three types are left: what the third could do is neither an index nor a price."""
    text = RULED_OUT.replace("b: {stake: 1}}", "b: {stake: 1}, c: {stake: 1}}")
    text = text.replace("a: 0.5, b: rest", "a: 0.3, b: 0.3, c: rest")
    text = text.replace("when: ann is a", "when: not (ann is c)")
    text = text.replace("weight: w", "weight: {a: w, b: 0.5, c: 0.1}")
    found = deceive(loads(text), variants=2)
    assert {(p.true, p.believed) for p in found.pairs} == {("a", "b"), ("b", "a")}
    assert found.faked and all(set(f.cost) == {"a", "b"} for f in found.faked)


def test_when_play_is_over_nothing_is_left_to_hide() -> None:
    text = RULED_OUT.replace("ann.show.proof}]", "ann.show.proof}, LAST]")
    over = loads(text.replace("LAST", "{id: said, at: 2001-01-02T08:00, move: ann.call.red}"))
    with pytest.raises(ScenarioError) as error:
        deceive(over, variants=2)
    assert [p.code for p in error.value.problems] == ["nothing-ahead"]


def test_who_chooses_no_more_has_nothing_left_to_hide() -> None:
    """The crisis goes on, by chance alone."""
    text = (
        RULED_OUT.replace(
            "{id: call, actor: ann, rounds: 2, moves: {red: {then: {red: true}}, blue: {}}}",
            "{id: call, actor: fate, rounds: 2, outcomes: {red: {odds: w/2, then: {red: true}}, "
            "blue: {odds: rest}}}",
        )
        .replace("when: ann is a", "")
        .replace("actors: {", "actors: {fate: {kind: nature}, ")
    )
    for asked in ({}, {"true": "a"}):
        with pytest.raises(ScenarioError) as error:
            deceive(loads(text), variants=2, **asked)  # type: ignore[arg-type]
        assert [p.code for p in error.value.problems] == ["nothing-ahead"]
    assert deception_of(chain(loads(text), variants=2)) is None


WAITED_FOR = """
standoff: 1
id: order
title: Who moves first
clock: {rounds: [{first: 2001-01-01, last: 2001-01-03}, {first: 2001-01-04}]}
parameters: {w: {uniform: [0.9, 1.1]}}
actors:
  bob: {stake: 1}
  ann: {types: {a: {stake: 1}, b: {stake: 1}}, prior: {a: 0.5, b: rest}}
state: {red: {start: false}, met: {start: false}}
turns:
  - {id: meet, actor: bob, rounds: 1, moves: {go: {then: {met: true}}, stay: {}}}
  - {id: call, actor: ann, rounds: 1, moves: {red: {then: {red: true}}, blue: {}}}
  - {id: again, actor: bob, rounds: 2, moves: {go: {then: {met: true}}, stay: {}}}
objectives:
  ann: {right: {value: red, weight: {a: 1, b: 1}}}
  bob: {right: {value: met, weight: w}}
observer: {sees_as: [public, bob], actor: bob}
"""


def test_what_comes_before_a_disguise_and_on_which_days() -> None:
    found = deceive(loads(WAITED_FOR), variants=2)
    for p in found.pairs:
        assert p.before == ["bob.meet"]  # and not bob.again, which comes after ann's move
        assert (p.stops[0].since, p.stops[0].day) == ("2001-01-01", "2001-01-03")


def test_cuba_1962() -> None:
    found = deceive("cuba-1962", variants=12)
    pairs = {(p.true, p.believed): p for p in found.pairs}
    assert len(pairs) == 6 and found.until == "1962-10-26"
    # Looking ready to settle is cheap for a while; looking resolved is what costs.
    soft = [pairs["hold", "trade"], pairs["hold", "exit"]]
    hard = [pairs["trade", "hold"], pairs["exit", "hold"]]
    assert max(p.cost.value for p in soft) < 0.5 * min(p.cost.value for p in hard)
    assert found.pairs[found.dangerous[0]] in soft
    (settle,) = [f for f in found.faked if f.act == "ussr.letter.propose_guarantee"]
    assert {kind: c is not None and c.value < found.cheap for kind, c in settle.cost.items()} == {
        "hold": False, "trade": True, "exit": True,
    }  # fmt: skip
    assert any(w.act == settle.act and w.against == ["hold"] for w in found.watch)
    expected = [p.expected[0] for p in found.pairs if p.expected]
    assert len(expected) == 2 and all(x.share == 0.5 for x in expected)
