"""The replay: knows nothing later, and scores what it said as one would by hand."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from standoff.assess import backtest, json_schema
from standoff.assess.asking import asked
from standoff.assess.backtest_models import Backtest
from standoff.assess.chain import Chain, chain, moment_of, opened
from standoff.errors import ScenarioError
from standoff.scenario.models import Scenario

# Ann chooses between two things that are the same to her; then it rains, or not; in the end it has
# been wet, or not.
WEATHER: dict[str, Any] = {
    "standoff": 1,
    "id": "weather",
    "title": "Weather",
    "as_of": "2030-01-01",
    "clock": {"start": "2030-01-01", "rounds": 5},
    "actors": {"ann": {"stake": 1}, "sky": {"kind": "nature"}},
    "state": {"rained": {"start": "false"}, "over": {"start": "false"}},
    "turns": [
        {"id": "walk", "actor": "ann", "rounds": "2", "moves": {"left": {}, "right": {}}},
        {
            "id": "weather",
            "actor": "sky",
            "rounds": "3",
            "outcomes": {
                "rain": {"odds": 0.25, "then": {"rained": "true"}},
                "sun": {"odds": "rest"},
            },
        },
        {"id": "evening", "rounds": "5", "then": {"over": "true"}},
    ],
    "ends": {"wet": {"when": "rained and over"}},
    "objectives": {"ann": {"dry": {"value": "-(ending is wet)"}}},
    "observer": {"sees_as": "public", "actor": "ann"},
    "record": [
        {"at": "2030-01-02", "move": "ann.walk.left", "id": "left"},
        {"at": "2030-01-03", "known": "2030-01-04", "move": "sky.weather.rain", "id": "rain"},
    ],
    "judgements": [
        {"id": "rains", "text": "It will rain.", "kind": "forecast",
         "claim": "sky ever weather.rain", "resolved": "true"},
        {"id": "dry", "text": "She goes right.", "kind": "forecast",
         "claim": "ann ever walk.right", "resolved": "false"},
        {"id": "moot", "text": "It may rain.", "kind": "forecast",
         "claim": "sky ever weather.rain", "resolved": "contested"},
    ],
}  # fmt: skip


def weather(**changes: Any) -> Scenario:
    return Scenario.model_validate({**WEATHER, **changes})


def test_scores_by_hand() -> None:
    found = backtest(weather(), variants=8)
    jsonschema.validate(json.loads(found.model_dump_json()), json_schema("backtest"))
    # From the first item to the last that became known.
    assert [d.as_of[:10] for d in found.days] == ["2030-01-02", "2030-01-03", "2030-01-04"]
    assert [d.new_items for d in found.days] == [["left"], [], ["rain"]]
    first, second, third = found.days
    for day in (first, second):
        assert {j.id: j.probability for j in day.judgements} == pytest.approx(
            {"rains": 0.25, "moot": 0.25}
        )
        assert {j.id: j.brier for j in day.judgements} == {
            "rains": pytest.approx(0.75**2), "moot": None
        }  # fmt: skip
        assert day.brier == pytest.approx(0.75**2)
        assert day.endings == pytest.approx({"wet": 0.25, "time": 0.75})
        assert day.settled == {"dry": False}
    assert third.settled == {"dry": False, "rains": True, "moot": True}
    assert third.judgements == [] and third.brier is None
    assert third.endings["wet"] == pytest.approx(1)
    assert found.ending == "wet"
    assert {s.id: s.outcome for s in found.statements} == {"rains": 1.0, "dry": 0.0}
    scores = {s.what: s for s in found.scores}
    # Two days of `rains`; the ending on the two days on which it was open.
    assert (scores["judgements"].n, scores["judgements"].uniform) == (2, 0.25)
    assert scores["judgements"].model == pytest.approx(0.75**2)
    assert scores["judgements"].prior == pytest.approx(0.75**2)
    assert (scores["endings"].n, scores["endings"].uniform) == (2, 0.5)
    assert scores["endings"].model == pytest.approx(0.75**2 + 0.75**2)
    # Ann's only choice was known before the first day ended.
    assert "next moves" not in scores


def test_next_moves_are_scored() -> None:
    """At the end of the first day Ann has her choice ahead; what she did is in the record."""
    turns = [{**WEATHER["turns"][0], "rounds": "1-2"}, *WEATHER["turns"][1:]]
    record = [{"at": "2030-01-01", "move": "ann.walk.left", "id": "one"},
              {"at": "2030-01-02", "move": "ann.walk.right", "id": "two"}]  # fmt: skip
    found = backtest(weather(turns=turns, record=record, judgements=[]), variants=8)
    assert found.days[0].next_moves == pytest.approx({"ann.walk.left": 0.5, "ann.walk.right": 0.5})
    (score,) = [s for s in found.scores if s.what == "next moves"]
    assert (score.n, score.uniform) == (1, 0.5) and score.model == pytest.approx(0.5)
    assert found.ending == "" and not [s for s in found.scores if s.what == "judgements"]


def test_without_a_record_there_is_nothing_to_replay() -> None:
    with pytest.raises(ScenarioError, match="nothing to replay"):
        backtest(weather(record=[], as_of=None), variants=8)


LATER = [
    {"at": "2031-03-07", "move": "us.answer.reinforce", "id": "answer", "source": "attache#4"},
    {"at": "2031-03-12", "move": "neighbor.crossing.go_home", "id": "end", "source": "attache#5"},
]


def replayed(*later: dict[str, Any]) -> Backtest:
    body = opened("signal").model_dump(by_alias=True, exclude_none=True)
    body["record"] = [*body["record"], *later]
    return backtest(Scenario.model_validate(body), variants=16)


def test_no_day_knows_what_came_later() -> None:
    short, other = replayed(), replayed({**LATER[0], "move": "us.answer.hold"})
    long = replayed(*LATER)
    assert len(long.days) > len(short.days)
    for found in (other, long):
        for mine, theirs in zip(short.days, found.days, strict=False):
            assert mine == theirs
    seventh = [next(d for d in f.days if d.as_of[:10] == "2031-03-07") for f in (other, long)]
    assert seventh[0].new_items == seventh[1].new_items == ["answer"]
    assert seventh[0].endings != seventh[1].endings


def test_a_day_is_what_assess_says_of_that_day() -> None:
    found = replayed(*LATER)
    solved = chain("signal", variants=16)
    for day in found.days[:3]:
        then = Chain(solved.batch, moment_of(solved.scenario, day.as_of))
        answer = asked(then, "P(neighbor is seize)")
        held = day.belief["neighbor"]["seize"]
        assert held.probability == pytest.approx(answer.probability, abs=1e-12)
        assert held.range90 == pytest.approx(answer.range90, abs=1e-12)
    assert found.ending == "quiet" and found.days[-1].endings["quiet"] > 0.999
