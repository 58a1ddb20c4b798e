"""Record items and documents that are forgotten: what stands in their place, what falls."""

from __future__ import annotations

from typing import Any

import pytest

from standoff.errors import ScenarioError
from standoff.scenario import load, to_yaml
from standoff.scenario.building import build
from standoff.scenario.checking import check
from standoff.scenario.falling import fallen, without_sources
from standoff.scenario.forgetting import without
from standoff.scenario.loading import loads
from standoff.scenario.names import record_ids
from standoff.scenario.supports import supports
from standoff.scenario.write import plain

ADVANCE = "neighbor.call_up.advance"
REPORT = [{"when": "neighbor is seize", "p": "0.8"}, {"else": "0.3"}]


def signal(record: list[dict[str, Any]], **more: Any) -> Any:
    """The small crisis with another record, and whatever else is named."""
    data = plain(load("signal"))
    for key in ("record", "judgements", "questions", "sources", "links"):
        data.pop(key, None)
    return build({**data, "record": record, **more})


SOURCES = {
    "cable": {"title": "a cable"},
    "memo": {"title": "a memorandum", "derives_from": "cable"},
    "digest": {"title": "a digest", "derives_from": ["cable", "press"]},
    "press": {"title": "the press"},
    "translation": {"title": "the cable in English", "rendering_of": "cable"},
}


def errors(scenario: Any) -> list[Any]:
    return [p for p in check(scenario) if p.severity == "error"]


def test_a_forgotten_move_leaves_an_unknown_step_at_its_moment() -> None:
    scenario = load("signal")
    (name,) = record_ids(scenario)
    (item,) = without(scenario, [name]).record
    assert (item.unknown, item.at, item.known) == (
        "call_up", "2031-03-04T06:00", "2031-03-05T09:00"
    )  # fmt: skip
    assert not item.text and not item.source and item.move is None and item.id is None


def test_an_item_that_others_document_leaves_nothing() -> None:
    scenario = signal([
        {"id": "seen", "move": ADVANCE, "at": "2031-03-04"},
        {"id": "again", "move": ADVANCE, "at": "2031-03-04", "reliability": "0.7"},
    ])  # fmt: skip
    assert record_ids(without(scenario, ["again"])) == ("seen",)
    assert record_ids(without(scenario, ["seen"])) == ("again",)
    (left,) = without(scenario, ["seen", "again"]).record
    assert left.unknown == "call_up"


def test_what_is_known_only_later_does_not_document_the_step_until_then() -> None:
    scenario = signal([
        {"id": "seen", "move": ADVANCE, "at": "2031-03-04", "known": "2031-03-04"},
        {"id": "late", "move": ADVANCE, "at": "2031-03-04", "known": "2031-03-12"},
    ])  # fmt: skip
    left = without(scenario, ["seen"])
    assert [item.unknown for item in left.record] == ["call_up", None]
    assert left.record[0].known == "2031-03-04"


def test_reports_and_absences_go_without_a_trace() -> None:
    scenario = signal([
        {"id": "word", "report": "a word", "odds": REPORT, "at": "2031-03-04"},
        {"id": "quiet", "absence": ADVANCE, "first": "2031-03-03", "last": "2031-03-03"},
    ])  # fmt: skip
    assert without(scenario, ["word", "quiet"]).record == ()


def test_one_that_is_left_of_a_decision_counts_alone() -> None:
    scenario = signal([
        {"id": "a", "report": "one", "odds": REPORT, "at": "2031-03-03", "same_decision": "it"},
        {"id": "b", "report": "two", "odds": REPORT, "at": "2031-03-03", "same_decision": "it"},
        {"id": "c", "report": "six", "odds": REPORT, "at": "2031-03-03", "same_decision": "it"},
    ])  # fmt: skip
    assert [i.same_decision for i in without(scenario, ["a"]).record] == ["it", "it"]
    assert [i.same_decision for i in without(scenario, ["a", "b"]).record] == [None]


def test_what_narrowed_a_forgotten_item_stands_alone_and_in_order() -> None:
    scenario = signal([
        {"id": "either", "move": [ADVANCE, "neighbor.call_up.wait"], "at": "2031-03-03"},
        {"id": "word", "report": "one", "odds": REPORT, "at": "2031-03-05"},
        {"id": "which", "move": ADVANCE, "at": "2031-03-03", "refines": "either"},
    ])  # fmt: skip
    left = without(scenario, ["either"])
    assert record_ids(left) == ("which", "word")
    assert left.record[0].refines is None
    assert not errors(left)
    again = without(scenario, ["which"])
    assert record_ids(again) == ("either", "word")


def test_claims_questions_and_links_about_it_go() -> None:
    told = {"id": "seen", "move": ADVANCE, "at": "2031-03-04", "source": "cable#1"}
    other = {"report": "a word", "odds": REPORT, "at": "2031-03-05", "source": "cable#1"}
    scenario = signal(
        [told, other],
        sources=SOURCES,
        judgements=[
            {"id": "tells", "text": "it tells", "kind": "inference",
             "claim": "LR(seen; neighbor is seize) > 2", "twin": "more than twice"},
            {"id": "plain", "text": "it is", "kind": "inference", "claim": "neighbor is seize"},
            {"id": "given", "text": "so it is", "kind": "input", "assumed_in": "record.1"},
        ],
        questions=[
            {"id": "ratio", "ask": "LR(seen; neighbor is seize)"},
            {"id": "who", "ask": "neighbor is seize"},
        ],
        links=[
            {"rests": "record.seen", "passage": "cable#1"},
            {"rests": "record.1", "passage": "cable#1"},
        ],
    )  # fmt: skip
    left = without(scenario, ["seen"])
    assert [(j.claim, j.twin) for j in left.judgements] == [
        (None, ""), ("neighbor is seize", ""), (None, "")
    ]  # fmt: skip
    assert left.judgements[2].assumed_in == "record.1"
    assert [q.id for q in left.questions] == ["who"]
    assert [link.rests for link in left.links] == ["record.1"]
    assert not errors(left)
    # Where the first item leaves nothing, the second moves up.
    moved = without(signal([{**other, "id": "x"}, other],
                           sources=SOURCES, links=[{"rests": "record.1", "passage": "cable#1"}]),
                    ["x"])  # fmt: skip
    assert moved.links[0].rests == "record.0"


def test_a_made_up_id_is_kept_though_its_namesake_goes() -> None:
    item = {"report": "a word", "odds": REPORT, "at": "2031-03-04"}
    scenario = signal([item, item])
    first, second = record_ids(scenario)
    assert record_ids(without(scenario, [first])) == (second,)
    # Told coarsely, ids are made anew, and what asked about the old one goes.
    assert record_ids(without(scenario, [first], coarse=True)) == (first,)


def test_coarsely_told_nothing_but_turn_and_round_is_left() -> None:
    scenario = signal([
        {"id": "seen", "move": ADVANCE, "at": "2031-03-03T06:17", "known": "2031-03-03T07:11"},
        {"id": "word", "report": "a word", "odds": REPORT, "at": "2031-03-04"},
        {"id": "us", "move": "us.answer.hold", "at": "2031-03-06"},
    ])  # fmt: skip
    left = without(scenario, ["seen"], coarse=True)
    assert [i.unknown for i in left.record] == [None, "call_up", None]
    assert plain(left.record[1]) == {"unknown": "call_up", "at": "2031-03-05"}
    assert not errors(left)


def test_no_such_item_is_told_with_the_nearest() -> None:
    scenario = signal([{"id": "seen", "move": ADVANCE, "at": "2031-03-04"}])
    with pytest.raises(ScenarioError, match=r"no record item 'sen'.*did you mean 'seen'"):
        without(scenario, ["sen"])


# -- documents


def cited(**source: Any) -> Any:
    """Items that rest on the sources named."""
    record = [
        {"id": name, "report": "a word", "odds": REPORT, "at": "2031-03-04", "source": passages}
        for name, passages in source.items()
    ]
    return signal(record, sources=SOURCES)


def test_what_derives_from_a_dropped_source_alone_falls_with_it() -> None:
    scenario = cited(
        one=["cable#d1/p1"], two=["cable#d1/p1", "memo#p2"], three=["memo#p2", "press"],
        four=["digest"], five=["translation#p1"],
    )  # fmt: skip
    left, fell = without_sources(scenario, ["cable"])
    assert fell.sources == ("cable", "memo", "translation")
    assert fell.forgotten == ("one", "two", "five")
    assert fell.thinner == ("three",)
    assert record_ids(left) == ("three", "four")
    assert left.record[0].source == ("press",)
    assert set(left.sources) == {"digest", "press"}
    assert left.sources["digest"].derives_from == ("press",)
    assert not errors(left)


def test_one_document_of_a_volume_falls_alone() -> None:
    scenario = cited(one=["cable#d1/p1"], two=["cable#d10/p1"], three=["cable#d1", "memo"])
    left, fell = without_sources(scenario, ["cable#d1"])
    assert fell.dropped == ("cable#d1",)
    assert fell.forgotten == ("one",)
    assert record_ids(left) == ("two", "three")
    assert left.sources.keys() >= {"cable"}


def test_a_volume_may_be_named_as_the_library_names_it() -> None:
    sources = {"book": {"title": "a volume", "volume": "frus1961-63v06"}}
    record = [{"id": "one", "report": "w", "odds": REPORT, "at": "2031-03-04",
               "source": "book#d65/p1"}]  # fmt: skip
    scenario = signal(record, sources=sources)
    assert fallen(scenario, ["frus1961-63v06#d65"]).dropped == ("book#d65",)
    with pytest.raises(ScenarioError, match="nothing in the scenario rests on"):
        fallen(scenario, ["frus1961-63v06#d66"])


def test_words_that_deny_are_no_support() -> None:
    record = [{"id": "one", "report": "w", "odds": REPORT, "at": "2031-03-04",
               "source": ["cable#d1/p1", "press#p1"]}]  # fmt: skip
    denied = [{"rests": "record.one", "passage": "press#p1", "as": "denied"}]
    scenario = signal(record, sources=SOURCES)
    assert fallen(scenario, ["cable"]).forgotten == ()
    scenario = signal(record, sources=SOURCES, links=denied)
    assert fallen(scenario, ["cable"]).forgotten == ("one",)
    assert fallen(scenario, ["press"]).forgotten == ()


def test_other_parts_that_lose_support_are_listed() -> None:
    data = plain(load("signal"))
    data["parameters"]["upkeep"]["source"] = ["attache#4", "attache#5"]
    data["links"] = [{"rests": "parameters.fight", "passage": "attache#1"}]
    fell = fallen(build(data), ["attache"])
    assert fell.unsupported == (
        "parameters.upkeep", "judgements.intent", "judgements.no-crossing", "judgements.cost",
        "parameters.fight",
    )  # fmt: skip
    assert fell.links == 1


def test_what_was_shared_by_moves_is_counted_where_it_is_written() -> None:
    scenario = load("cuba-1962")
    targets = [s.target for s in supports(scenario) if s.passage == "frus1961-63v06#d60/p1"]
    assert targets == list(dict.fromkeys(targets))
    assert all(not t.startswith("turns.") or "speech" in t for t in targets)


def test_the_shipped_crisis_without_its_letters_loads_again() -> None:
    left, fell = without_sources(load("cuba-1962"), ["frus1961-63v06"])
    assert "first-answer" in fell.forgotten and "speech" in fell.thinner
    again = loads(to_yaml(left))
    assert "frus1961-63v06" not in to_yaml(left)
    assert record_ids(again) == record_ids(left)
