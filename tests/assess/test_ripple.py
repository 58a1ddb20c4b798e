"""Ripple: the record read again without a document, against solving again without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from standoff.assess import ripple, ripples
from standoff.assess.chain import Chain, chain
from standoff.assess.rereading import choices, numbers, reread
from standoff.assess.ripple_models import RipplePart
from standoff.assess.rippling import ripple_of, rippled
from standoff.errors import ScenarioError
from standoff.note import render_ripple
from standoff.scenario import load, to_yaml
from standoff.scenario.building import build
from standoff.scenario.falling import without_sources
from standoff.scenario.loading import loads
from standoff.scenario.write import plain

VARIANTS = 12


def crisis() -> Any:
    """The small crisis with more of a record: two documents, one of them read twice."""
    data = plain(load("signal"))
    data["record"] = [
        {"id": "rails", "move": "neighbor.call_up.advance", "at": "2031-03-04",
         "source": ["attache#1", "press#d1"]},
        {"id": "recall", "report": "reservists are told to bring winter boots", "at": "2031-03-05",
         "odds": [{"when": "neighbor is seize", "p": "0.7"}, {"else": "0.3"}],
         "source": "cable#d1/p2"},
        {"id": "boots", "report": "boots are bought", "at": "2031-03-05",
         "odds": [{"when": "neighbor is seize", "p": "0.6"}, {"else": "0.4"}],
         "source": "digest#p1"},
    ]  # fmt: skip
    data["sources"] |= {
        "press": {"title": "the press"},
        "cable": {"title": "a cable"},
        "digest": {"title": "a digest of cables", "derives_from": "cable"},
    }
    data["judgements"].append(
        {"id": "tells", "text": "boots tell", "kind": "inference", "source": "press#d1",
         "claim": "LR(recall; neighbor is seize) > 2"}
    )  # fmt: skip
    return build(data)


@pytest.fixture(scope="module")
def solved() -> Chain:
    return chain(crisis(), variants=VARIANTS)


def test_the_same_numbers_as_solving_again_without_it(solved: Chain) -> None:
    for document in ("cable", "attache", "press"):
        left, _ = without_sources(solved.scenario, [document])
        quick = numbers(reread(solved, left))
        again = chain(loads(to_yaml(left)), variants=VARIANTS)
        slow = numbers(again)
        assert quick.keys() == slow.keys()
        for id, held in quick.items():
            np.testing.assert_allclose(
                held.pooled.per_variant, slow[id].pooled.per_variant, rtol=1e-9, atol=1e-12
            )
            assert held.pooled.value == pytest.approx(slow[id].pooled.value, abs=1e-12)
        best = {actor: found.options[0].act for actor, found in choices(again).items()}
        assert best == {
            actor: found.options[0].act
            for actor, found in choices(reread(solved, left)).items()
        }  # fmt: skip


def test_forgetting_two_reports_multiplies_the_odds_back(solved: Chain) -> None:
    found = rippled(solved, ["cable"])
    by_id = {n.id: n for n in found.numbers}
    seize = by_id["neighbor.seize"]
    assert seize.before is not None and seize.after is not None
    # In each variant the odds of the type lose the factor (0.7 / 0.3) * (0.6 / 0.4).
    now = numbers(solved)["neighbor.seize"].pooled.per_variant
    left, _ = without_sources(solved.scenario, ["cable"])
    then = numbers(reread(solved, left))["neighbor.seize"].pooled.per_variant
    np.testing.assert_allclose(now / (1 - now), then / (1 - then) * (0.7 / 0.3) * 1.5, rtol=1e-9)
    assert seize.difference == pytest.approx(seize.after - seize.before)
    assert [item.id for item in found.forgotten] == ["recall", "boots"]
    assert found.sources == ["cable", "digest"]
    assert "tells" in found.unanswerable
    assert by_id["tells"].after is None and by_id["tells"].difference is None
    sizes = [abs(n.difference) for n in found.numbers if n.difference is not None]
    assert sizes == sorted(sizes, reverse=True)


def test_nothing_moves_where_others_report_it_too(solved: Chain) -> None:
    found = rippled(solved, ["press"])
    assert found.thinner == ["rails"] and not found.forgotten
    assert all(n.difference == 0 for n in found.numbers)
    assert [part.path for part in found.unsupported] == ["judgements.tells"]
    assert found.options[0].before == found.options[0].after


def test_a_document_that_no_item_rests_on_yet_moves_nothing() -> None:
    data = plain(crisis())
    data["record"][1] |= {"known": "2031-03-07"}
    data["record"][2] |= {"known": "2031-03-07"}
    found = ripple(build(data), ["cable"], variants=4)
    assert [item.counts for item in found.forgotten] == [False, False]
    assert all(not n.difference for n in found.numbers)


def test_every_document_in_turn_says_the_same_as_one(solved: Chain) -> None:
    part = ripple_of(solved)
    assert isinstance(part, RipplePart) and part.count == 4
    rows = {row.document: row for row in part.documents}
    moves = [abs(r.moved.difference or 0) if r.moved else 0.0 for r in part.documents]
    assert moves == sorted(moves, reverse=True) and moves[0] > 0.1 and moves[-1] == 0
    for document, row in rows.items():
        alone = rippled(solved, [document])
        probabilities = [n for n in alone.numbers if n.unit == "probability" and n.difference]
        assert (row.moved is None) == (not probabilities)
        if row.moved is not None:
            assert row.moved == probabilities[0]
        assert row.forgotten == [item.id for item in alone.forgotten]
        assert set(row.unsupported) == {p.path for p in alone.unsupported}


def test_a_scenario_that_cites_nothing_has_no_part() -> None:
    data = plain(load("signal"))
    for key in ("sources", "judgements"):
        data.pop(key)
    data["record"][0].pop("source")
    assert ripple_of(chain(build(data), variants=4)) is None


def test_grades_that_are_left_make_an_item_less_sure() -> None:
    data = plain(crisis())
    data["links"] = [
        {"rests": "record.rails", "passage": "attache#1", "grade": "A1"},
        {"rests": "record.rails", "passage": "press#d1", "grade": "E5"},
    ]
    scenario = build(data)
    assert ripple(scenario, ["press"], variants=8).thinner == ["rails"]
    found = ripple(scenario, ["attache"], variants=8)
    assert found.thinner == ["rails"] and found.links == 1
    seize = next(n for n in found.numbers if n.id == "neighbor.seize")
    assert seize.difference is not None and seize.difference < -0.01


def test_a_wrong_name_is_told_before_anything_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standoff.assess.rippling.chain", None)
    with pytest.raises(ScenarioError, match="did you mean 'attache'"):
        ripple("signal", ["attach"])


def test_reports_say_what_falls(solved: Chain) -> None:
    found = rippled(solved, ["cable"])
    text = str(render_ripple(found))
    assert "digest falls with it" in text
    assert "can't be answered any more: tells" in text
    assert "judgements.tells" not in text
    part = ripples(crisis(), variants=4)
    for format in ("text", "md", "html", "json"):
        assert "press" in str(render_ripple(part, format))
    assert render_ripple(part, "pdf")[:4] == b"%PDF"
    shorter = replace(solved)
    assert str(render_ripple(rippled(shorter, ["cable"]))) == text
