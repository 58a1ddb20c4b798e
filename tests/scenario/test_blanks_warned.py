"""Placeholders are warned of, wherever an author may leave one, and nothing else is."""

from __future__ import annotations

import pytest

from standoff.assess.chain import chain
from standoff.scenario import new_scenario
from standoff.scenario.checking import check
from standoff.scenario.loading import loads


def blanks(text: str) -> list[str]:
    return [problem.message for problem in check(loads(text)) if problem.code == "blank"]


def test_a_scenario_without_placeholders_has_no_such_warning() -> None:
    assert blanks(new_scenario("first")) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("prize", "blank_objective", "objective"),
        ("guarded", "blank_state", "state variable"),
        ("trust", "blank_move", "move"),
        ("id: opening", "id: blank_turn", "turn"),
        ("wary", "Blank_type", "type"),
        ("gain", "blank_gain", "parameter"),
        ("taken", "blank_end", "ending"),
        ("label: the end", "label: blank_round", "round"),
    ],
)
def test_each_kind_of_name(old: str, new: str, what: str) -> None:
    text = new_scenario("first").replace(old, new).replace("them.opening", "them.blank_turn")
    if old != "id: opening":
        text = text.replace("them.blank_turn", "them.opening")
    found = blanks(text)
    assert found
    assert all(f"the {what} " in message for message in found)


def test_an_assessment_warns_of_them() -> None:
    text = new_scenario("first").replace("guarded", "blank_state")
    (warning,) = [w for w in chain(loads(text), variants=1).sight.warnings() if "blank" in w]
    assert warning.startswith("The scenario still has placeholders (blank_state)")
    plain = chain(loads(new_scenario("first")), variants=1).sight.warnings()
    assert not any("placeholder" in w for w in plain)
