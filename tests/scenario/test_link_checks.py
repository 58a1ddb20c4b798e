"""Links in a scenario: what they rest on, which source they name, how they name the words."""

from __future__ import annotations

import pytest

from standoff.errors import Problem
from standoff.scenario import to_yaml
from standoff.scenario.checking import check
from standoff.scenario.loading import library, loads
from standoff.scenario.models import Scenario
from standoff.scenario.names import record_ids
from standoff.scenario.positions import attach, positions_of
from standoff.scenario.reader import read_text
from standoff.scenario.shape import shaped

SIGNAL = (library() / "signal" / "signal.yaml").read_text()


def written(*links: str) -> Scenario:
    """`signal` with links, shaped and not yet checked."""
    text = SIGNAL + "\nlinks:\n" + "".join(f"  - {link}\n" for link in links)
    document = read_text(text)
    scenario, problems = shaped(document.data, document.positions)
    assert scenario is not None, problems
    return attach(scenario, document.positions)


def faults(*links: str) -> list[Problem]:
    return [p for p in check(written(*links)) if p.path.startswith("links")]


@pytest.mark.parametrize(
    "target",
    [
        "record.0",
        "judgements.intent",
        "judgements.intent.claim",
        "parameters.upkeep",
        "actors.neighbor.prior",
        "actors.neighbor.types.bluff",
        "turns.call_up.moves.advance",
        "questions.deterred",
        "objectives.us.peace",
        "sources.attache",
        "observer",
    ],
)
def test_what_can_rest_on_a_passage(target: str) -> None:
    assert faults(f"{{rests: {target}, passage: attache#2}}") == []


def test_a_record_item_without_an_id_has_the_name_that_is_made_for_it() -> None:
    scenario = written()
    (name,) = record_ids(scenario)
    assert faults(f"{{rests: record.{name}, passage: attache#2}}") == []


@pytest.mark.parametrize(
    ("link", "code", "at", "near"),
    [
        ("{rests: judgements.intend, passage: attache#2}", "unknown-path", "rests", "intent"),
        ("{rests: judgement.intent, passage: attache#2}", "unknown-path", "rests", "judgements"),
        ("{rests: judgements.intent.x, passage: attache#2}", "unknown-path", "rests", ""),
        ("{rests: parameters.upkeep.hold, passage: attache#2}", "unknown-path", "rests", ""),
        ('{rests: "", passage: attache#2}', "unknown-path", "rests", ""),
        ("{rests: judgements.intent, passage: attach#2}", "unknown-source", "passage", "attache"),
        ("{rests: judgements.intent, passage: zzz#2}", "unknown-source", "passage", ""),
        ('{rests: judgements.intent, passage: "attache#"}', "bad-passage", "passage", ""),
        ('{rests: judgements.intent, passage: "attache#d1 p2"}', "bad-passage", "passage", ""),
        (
            "{rests: judgements.intent, passage: attache#2, start: a b c d e f g h i, end: k}",
            "too-many-words", "start", "",
        ),
        (
            "{rests: judgements.intent, passage: attache#2, start: k, end: a b c d e f g h i}",
            "too-many-words", "end", "",
        ),
        (
            "{rests: judgements.intent, passage: attache#2, exact: k, start: a, end: k}",
            "two-selectors", "", "",
        ),
        ("{rests: judgements.intent, passage: attache#2, start: k}", "half-a-range", "", ""),
        ("{rests: judgements.intent, passage: attache#2, end: k}", "half-a-range", "", ""),
        ("{rests: judgements.intent, passage: attache#2, prefix: k}", "no-words", "", ""),
        (
            "{rests: judgements.intent, passage: attache#2, position: [4, 4]}",
            "bad-span", "position", "",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands(link: str, code: str, at: str, near: str) -> None:
    (fault,) = faults(link)
    assert (fault.code, fault.severity) == (code, "error")
    assert fault.path == (f"links.0.{at}" if at else "links.0")
    assert fault.nearest == near
    assert fault.position is not None
    assert fault.position.line == SIGNAL.count("\n") + 3


def test_eight_words_are_not_too_many() -> None:
    eight = "a b c d e f g h"
    assert not faults(
        f"{{rests: judgements.intent, passage: attache#2, start: {eight}, end: {eight}}}"
    )


def test_the_same_words_twice_under_one_thing() -> None:
    one = "{rests: judgements.intent, passage: attache#2, exact: troops}"
    other = "{rests: judgements.cost, passage: attache#2, exact: troops}"
    by_place = "{rests: judgements.0, passage: attache#2, exact: troops}"
    assert faults(one, other) == []
    for twice in (one, by_place):
        (fault,) = faults(one, other, twice)
        assert (fault.code, fault.path) == ("duplicate-link", "links.2")
        assert "place 1" in fault.found


def test_a_link_cites_its_source() -> None:
    more = SIGNAL.replace("sources:\n", "sources:\n  extra: {title: Another report}\n")
    unused = [p.code for p in check(loads(more)) if p.path == "sources.extra"]
    assert unused == ["unused"]
    linked = more + "\nlinks:\n  - {rests: judgements.cost, passage: extra#1}\n"
    assert [p for p in check(loads(linked)) if p.path == "sources.extra"] == []


def test_links_are_written_and_read_back() -> None:
    scenario = loads(
        SIGNAL + "\nlinks:\n  - rests: judgements.cost\n    passage: attache#d1/p3\n"
        "    exact: 'he said: \"no\"'\n    position: [3, 9]\n    as: denied\n    grade: B2\n"
    )
    again = loads(to_yaml(scenario))
    assert again.links == scenario.links
    assert again.links[0].as_ == "denied"
    assert positions_of(again).at("links.0.grade") is not None
