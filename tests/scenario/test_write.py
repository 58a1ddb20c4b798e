"""Scenarios as YAML, as Python data, and as what `standoff new` writes; settings."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from small_crisis import TEXT

from standoff.errors import ScenarioError
from standoff.scenario import build, check, load, loads, new_scenario, shipped, to_yaml
from standoff.scenario.models import Distribution, ParameterByType
from standoff.scenario.reader import read_text


@pytest.mark.parametrize("name", shipped())
def test_shipped_crises_round_trip(name: str) -> None:
    scenario = load(name)
    text = to_yaml(scenario)
    assert loads(text) == scenario
    assert to_yaml(loads(text)) == text


def test_the_small_crisis_round_trips() -> None:
    scenario = loads(TEXT)
    assert loads(to_yaml(scenario)) == scenario
    assert build(scenario) == scenario


WORDS = st.text(
    st.one_of(
        st.sampled_from(list(" \n\t'\"{}[]:,-#&*!|>%@`?~=<.+()")), st.characters(codec="utf-8")
    ),
    max_size=120,
)


@given(WORDS, WORDS, st.lists(WORDS, max_size=3))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_any_text_comes_back(title: str, label: str, terms: list[str]) -> None:
    data = read_text(TEXT).data
    data["title"] = title
    data["summary"] = label
    data["turns"][0]["label"] = label
    data["sources"]["cable"]["title"] = title + label
    data["actors"]["red"]["types"]["hawk"]["label"] = "".join(terms)
    scenario = build(data)
    text = to_yaml(scenario)
    back = loads(text)
    assert back == scenario
    assert back.title == title
    # and another reader sees the same
    assert yaml.safe_load(text)["turns"][0].get("label", "") in (label, *_read_as(label))


def _read_as(text: str) -> list[object]:
    """Bare words that YAML 1.1 takes for something else; ours stay text."""
    try:
        return [yaml.safe_load(text)]
    except yaml.YAMLError:
        return []


def test_long_text_is_folded() -> None:
    long = "word " * 60 + "end"
    scenario = loads(TEXT.replace("title: A small crisis", f"title: A\nsummary: {long}"))
    text = to_yaml(scenario)
    assert "summary: >-\n" in text
    assert max(map(len, text.splitlines())) <= 100
    assert loads(text).summary == long


def test_python_data_gives_the_same_scenario() -> None:
    data = read_text(TEXT).data
    data["standoff"] = 1
    data["as_of"] = dt.date(2030, 1, 4)
    data["parameters"]["limit"] = 2
    data["parameters"]["luck"] = Distribution(uniform=("0.1", "0.4"))
    data["turns"][0]["rounds"] = (1,)
    data["turns"][0]["moves"]["wait"]["quiet"] = True
    data["correlate"][0]["rank"] = 0.5
    assert build(data) == loads(TEXT)


def test_python_data_has_key_paths_for_places() -> None:
    data = read_text(TEXT).data
    data["turns"][1]["outcomes"]["sun"]["odds"] = "rset"
    with pytest.raises(ScenarioError) as caught:
        build(data)
    (problem,) = caught.value.problems
    assert problem.path == "turns.1.outcomes.sun.odds"
    assert problem.code == "unknown-name"


def test_new_scenario_is_valid_and_has_no_warning() -> None:
    scenario = loads(new_scenario("border-2"))
    assert scenario.id == "border-2"
    assert check(scenario) == []
    for bad in ("", "2x", "a b", "../x", "x" * 90, "a\nb"):
        with pytest.raises(ScenarioError, match="name of a scenario"):
            new_scenario(bad)


# --- settings


def test_settings_fix_parameters() -> None:
    scenario = loads(TEXT, settings={"luck": "0.2", "gain.hawk": "7", "limit": "3"})
    gain = scenario.parameters["gain"]
    assert isinstance(gain, ParameterByType)
    assert gain.by_type["hawk"].value == "7"
    assert gain.by_type["dove"].value == "0.5"
    luck = scenario.parameters["luck"]
    assert isinstance(luck, Distribution)
    assert luck.value == "0.2"
    assert scenario.correlate == ()  # what is fixed varies with nothing


def test_a_setting_of_all_types_and_of_a_switch() -> None:
    text = TEXT.replace("uniform: [0.1, 0.4]", "choice: {on: 0.3, off: rest}")
    scenario = loads(text, settings={"gain": "1", "luck": "off"})
    gain, luck = scenario.parameters["gain"], scenario.parameters["luck"]
    assert isinstance(gain, ParameterByType)
    assert [d.value for d in gain.by_type.values()] == ["1", "1"]
    assert isinstance(luck, Distribution)
    assert luck.value == "0"


def test_a_fixed_parameter_may_stand_in_a_guard() -> None:
    text = TEXT.replace("when: tension > 0", "when: tension > luck")
    with pytest.raises(ScenarioError, match="uncertain parameter"):
        loads(text)
    assert loads(text, settings={"luck": "1"}).turns[2].when == "tension > luck"


@pytest.mark.parametrize(
    ("name", "value", "near"),
    [
        ("lukc", "1", "luck"),
        ("gain.hawc", "1", "hawk"),
        ("luck.hawk", "1", ""),
        ("luck", "x +", ""),
    ],
)
def test_settings_that_lead_nowhere(name: str, value: str, near: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(TEXT, settings={name: value})
    assert caught.value.problems[0].nearest == near
