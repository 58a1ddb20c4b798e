import copy

import pytest
from expression_crisis import CRISIS, NAMES

from standoff.errors import ScenarioError
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names
from standoff.scenario.queries import bind_query, parse_query


def changed(**keys):
    """Names of the small crisis with some keys merged in."""
    data = copy.deepcopy(CRISIS)
    for key, value in keys.items():
        data[key] = {**data[key], **value} if isinstance(value, dict) else value
    return Names(Scenario.model_validate(data))


def clash(**keys):
    with pytest.raises(ScenarioError) as caught:
        changed(**keys)
    return [(p.code, p.path) for p in caught.value.problems]


def test_parameters():
    assert NAMES.parameters["half"].fixed
    assert not NAMES.parameters["odds_of_war"].fixed
    keep = NAMES.parameters["keep"]
    assert (keep.by, keep.fixed, keep.keys) == ("ussr", False, ("keep.hold", "keep.trade"))


def test_variables():
    kinds = {v.name: v.kind for v in NAMES.variables.values()}
    assert kinds == {
        "bases": "boolean",
        "tension": "integer",
        "quarantine": "levels",
        "offer": "levels",
        "struck": "boolean",
        "depth": "number",
        "world": "integer",
    }
    assert NAMES.variables["quarantine"].range == (0, 2)
    assert NAMES.levels["none"] == ("quarantine", "offer")


def test_start_values_that_are_drawn_or_differ_by_type():
    names = changed(
        state={
            "working": {"start": {"draw": {"true": "0.3", "false": "rest"}}},
            "ready": {"start": {"by": "ussr", "hold": "true", "trade": "false"}},
            "miles": {"start": {"draw": {"1": "0.3", "2": "rest"}}},
        }
    )
    found = [names.variables[v].kind for v in ("working", "ready", "miles")]
    assert found == ["boolean", "boolean", "number"]


def test_actors_turns_acts():
    assert NAMES.players == ("ussr", "usa")
    assert NAMES.natures == ("chance", "world")
    assert NAMES.actors["world"].audience
    assert NAMES.types("ussr") == ("hold", "trade")
    assert NAMES.turns["both"].actors == ("usa", "ussr")
    assert NAMES.turns["drift"].actors == ()
    strikes = NAMES.acts_named("strike")
    assert [a.name for a in strikes] == ["usa.line.strike", "usa.both.strike"]
    assert [a.turn_index for a in strikes] == [0, 2]
    assert strikes[1].path == "turns.2.together.0.moves.strike"
    assert NAMES.acts["chance.u2.shot"].path == "turns.3.outcomes.shot"
    assert [a.name for a in NAMES.acts_named("both.strike", "usa")] == ["usa.both.strike"]
    assert NAMES.acts_named("both.strike", "ussr") == ()
    assert NAMES.acts_named("trike") == ()
    assert [a.name for a in NAMES.acts_with("offer")] == ["ussr.letter.pledge", "ussr.both.talk"]
    assert NAMES.tactics == ("coerce", "offer", "delay")


def test_endings_are_those_declared_anywhere():
    assert NAMES.endings == ("war", "hit", "destroyed", "gone", "time")


def test_rounds_have_days():
    assert [(r.number, r.days, str(r.first), str(r.last)) for r in NAMES.rounds] == [
        (1, 2, "1962-10-22", "1962-10-23"),
        (2, 2, "1962-10-24", "1962-10-25"),
        (3, 2, "1962-10-26", "1962-10-27"),
    ]


def test_a_name_that_is_two_things_is_refused():
    two = "name-is-two-things"
    assert clash(defines={"tension": "1"}) == [(two, "state.tension")]
    assert clash(state={"war": {"start": "false"}}) == [(two, "ends.war")]
    assert clash(state={"usa": {"start": "false"}}) == [(two, "actors.usa")]
    assert clash(parameters={"pledge": "1"}) == [(two, "state.offer.levels")]
    assert clash(parameters={"round": "1"}) == [(two, "parameters.round")]
    assert clash(audiences={"usa": {}}) == [(two, "audiences.usa")]
    assert clash(
        state={"mode": {"levels": ["on", "true"], "start": "on"}},
        parameters={"half": "1", "bases": "2"},
    ) == [(two, "state.bases"), (two, "state.mode.levels")]


def test_two_turns_of_one_name_are_refused():
    turns = [*CRISIS["turns"], {"id": "line", "actor": "usa", "moves": {"wait": {}}}]
    assert clash(turns=turns) == [("duplicate-id", "turns.5.id")]


def test_an_audience_may_have_the_name_of_its_variable():
    assert "world" in NAMES.variables
    assert "world" in NAMES.actors


def test_record_items_have_names():
    items = [
        {"move": "usa.line.board", "at": "1962-10-22"},
        {"move": "usa.line.board", "at": "1962-10-22"},
        {"id": "letter", "move": "ussr.letter.pledge", "at": "1962-10-23"},
        {"report": "said so", "at": "1962-10-24T10:00", "odds": [{"else": "0.5"}]},
    ]
    names = changed(record=items)
    assert list(names.record) == [
        "usa-line-board-1962-10-22",
        "usa-line-board-1962-10-22-2",
        "letter",
        "report-1962-10-24",
    ]
    # LR(item; ...) finds an item by the name that was made for it.
    query = bind_query(parse_query("LR(usa-line-board-1962-10-22-2; ussr is hold)"), names)
    assert query.body.item == "usa-line-board-1962-10-22-2"
