"""The evidence table: ratios worked out by hand, ratings beside them, scores, warnings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import standoff as so
from standoff.assess.chain import chain
from standoff.assess.evidence_scores import (
    HIGH,
    LOW,
    MEDIUM,
    Rated,
    rating_of,
    scores,
    strength,
    weight_of,
)
from standoff.assess.evidence_table import RESIDUAL, evidence_of
from standoff.errors import Cancelled, ScenarioError
from standoff.progress import Silent
from standoff.scenario import check
from standoff.scenario.models import RecordItem

REPORTS = (
    # (id, odds if it means to take the province, odds if not, source)
    ("cable", 0.8, 0.2, ["attache#d7/p1"]),
    ("rumor", 0.3, 0.6, ["attache#d7/p2"]),
    ("weather", 0.5, 0.5, ["attache#d8"]),
)


def crisis(ratings=None, **more):
    """`signal` with three reports whose odds are plain numbers."""
    known = so.load("signal")
    items = [
        RecordItem.model_validate(
            {
                "id": id,
                "report": f"what the {id} says",
                "odds": [{"when": "neighbor is seize", "p": p}, {"else": q}],
                "at": "2031-03-05T10:00",
                "source": source,
                "ratings": (ratings or {}).get(id, {}),
                **more.get(id, {}),
            }
        )
        for id, p, q, source in REPORTS
    ]
    first = known.record[0].model_copy(update={"ratings": (ratings or {}).get("move", {})})
    return known.model_copy(update={"record": (first, *items)})


def table(ratings=None, **more):
    return so.evidence(crisis(ratings, **more), variants=8).actors[0]


@pytest.fixture(scope="module")
def plain():
    return table()


def test_ratios_of_reports_are_their_odds(plain):
    for column, (id, p, q, _) in zip(plain.items[1:], REPORTS, strict=True):
        assert column.id == id and column.kind == "report"
        assert column.cells["seize"].ratio == pytest.approx(p / q)
        assert column.cells["bluff"].ratio == pytest.approx(q / p)
        assert column.pairwise["seize/bluff"].ratio == pytest.approx(p / q)
        assert column.cells["seize"].range90 == pytest.approx((p / q, p / q))
        # Near-uniform play changes no report about types: only who is believed already counts.
    assert plain.items[3].cells["seize"].strength == "nothing"
    assert not plain.items[3].cells["seize"].clear and plain.items[1].cells["seize"].clear


def test_prior_odds_times_ratios_are_posterior_odds_by_hand(plain):
    ratios = [column.cells["seize"].ratio for column in plain.items]
    seize, bluff, other = plain.hypotheses
    odds = seize.prior / (1 - seize.prior)
    for ratio in ratios:
        odds *= ratio
    assert seize.posterior == pytest.approx(odds / (1 + odds))
    assert seize.product * bluff.product == pytest.approx(1.0)
    for row in (seize, bluff, other):
        assert row.rest == pytest.approx(1.0)  # every step up to the present has an item
    assert other.id == RESIDUAL and other.rank is None
    assert [seize.rank, bluff.rank] == ([1, 2] if seize.posterior > bluff.posterior else [2, 1])


def test_the_table_agrees_with_the_query_and_with_the_note():
    ready = chain("signal", variants=8)
    cell = evidence_of(ready).actors[0].items[0].cells["seize"]
    asked = ready.inference.ask("LR(neighbor.call_up.advance; neighbor is seize)")
    assert cell.ratio == pytest.approx(asked.value)
    (item,) = so.assess("signal", variants=8, form=False).evidence
    assert item.likelihood_ratio["neighbor"]["seize"] == pytest.approx(cell.ratio)
    assert item.range90["neighbor"]["seize"] == pytest.approx(cell.range90)


def test_items_of_one_decision_count_once():
    two = {name: {"same_decision": "word"} for name in ("cable", "rumor")}
    found = table(**two)
    _, cable, rumor, _ = found.items
    # The more telling of the two counts, and both show it.
    assert cable.cells["seize"].ratio == pytest.approx(4.0)
    assert rumor.cells["seize"].ratio == pytest.approx(4.0)
    assert (cable.one_decision_with, rumor.one_decision_with) == ([3], [2])
    assert (cable.counts, rumor.counts) == (True, False)
    seize = found.hypotheses[0]
    assert seize.rest == pytest.approx(1.0)
    assert seize.product == pytest.approx(4.0 * found.items[0].cells["seize"].ratio)


def test_a_doubtful_item_that_does_not_count_is_not_conditioned_on():
    """Two doubtful versions of one move: the better one counts, as if it stood alone."""
    known = so.load("signal")
    worse, better = (
        RecordItem.model_validate(
            {"id": id, "move": "neighbor.call_up.advance", "at": "2031-03-04T06:00",
             "known": day, "reliability": odds, "same_decision": "trains"}
        )
        for id, day, odds in (("a", "2031-03-04T07:00", 0.6), ("b", "2031-03-05T09:00", 0.9))
    )  # fmt: skip

    def seize(*record):
        part = so.evidence(known.model_copy(update={"record": record}), variants=8)
        return part.actors[0].hypotheses[0]

    both, alone = seize(worse, better), seize(better.model_copy(update={"same_decision": None}))
    assert both.product == pytest.approx(alone.product)
    assert both.posterior == pytest.approx(alone.posterior)
    assert both.rest == pytest.approx(1.0)


def test_what_was_known_later_is_not_in_the_table():
    assert [c.id for c in so.evidence(crisis(), variants=4).actors[0].items[1:]] == [
        id for id, *_ in REPORTS
    ]
    before = so.evidence(crisis(), variants=4, as_of="2031-03-05T09:30").actors[0]
    assert len(before.items) == 1
    with pytest.raises(ScenarioError, match="nothing had been observed"):
        so.evidence("signal", variants=4, as_of="2031-03-03")


def test_the_same_seed_gives_the_same_bytes():
    first, second = (so.evidence("signal", variants=4).model_dump_json() for _ in range(2))
    assert first == second


def test_it_can_be_stopped():
    progress = Silent()
    progress.cancelled = True
    with pytest.raises(Cancelled):
        evidence_of(chain("signal", variants=2), progress=progress)


# --- asking for what there is not


def test_an_actor_is_one_with_types():
    with pytest.raises(ScenarioError) as error:
        so.evidence("signal", actor="neighbour", variants=4)
    assert error.value.problems[0].nearest == "neighbor"
    with pytest.raises(ScenarioError, match="one type"):
        so.evidence("signal", actor="us", variants=4)
    only = so.evidence("signal", actor="neighbor", variants=4)
    assert [each.actor for each in only.actors] == ["neighbor"]


def test_ratings_are_for_types_of_actors():
    known = crisis({"cable": {"neighbor.seise": "C"}})
    (problem,) = [p for p in check(known) if p.severity == "error"]
    assert (problem.code, problem.nearest) == ("unknown-name", "neighbor.seize")
    assert problem.path == "record.1.ratings"
    right = crisis({"cable": {"neighbor.seize": "C"}})
    assert not [p for p in check(right) if p.severity == "error"]


def test_ratings_move_no_number_of_the_model():
    rated = {"cable": {"neighbor.seize": "II", "neighbor.bluff": "CC"}}
    by_hand, without = table(rated), table()
    assert by_hand.rated == 2 and without.rated == 0 and by_hand.cells == 8
    for a, b in zip(by_hand.hypotheses, without.hypotheses, strict=True):
        assert (a.posterior, a.product, a.by_model) == (b.posterior, b.product, b.by_model)
    assert by_hand.items[1].cells["seize"].rating == "II"


# --- scores


def test_the_score_by_hand():
    # Three items: 2 + 1 against a, 1 against b; c is left alone.
    items = [
        Rated({"a": "II", "b": "C", "c": "CC"}),
        Rated({"a": "I", "b": "I", "c": "N"}),
        Rated({"a": "CC", "b": "N", "c": "C"}),
    ]
    found = scores(items, ["a", "b", "c"])
    assert {t: s.score for t, s in found.items()} == {"a": 3.0, "b": 1.0, "c": 0.0}
    assert {t: s.rank for t, s in found.items()} == {"a": 3, "b": 2, "c": 1}
    assert all(s.items == 3 for s in found.values())


def test_weights_gaps_ties_and_decisions_in_the_score():
    items = [
        Rated({"a": "I", "b": "C"}, HIGH),
        Rated({"a": "C", "b": "II"}, LOW),
        Rated({"a": "II"}),  # not rated for b: left out for both
    ]
    found = scores(items, ["a", "b"])
    assert found["a"].score == pytest.approx(2**0.5) == found["b"].score
    assert (found["a"].rank, found["b"].rank, found["a"].items) == (1, 1, 2)
    same = [Rated({"a": "I", "b": "C"}, 1.0, "x"), Rated({"a": "II", "b": "I"}, 1.0, "x")]
    assert {t: s.score for t, s in scores(same, ["a", "b"]).items()} == {"a": 2.0, "b": 1.0}
    assert scores([Rated({"a": "I"})], ["a", "b"]) == {}


def test_weights_follow_the_grade():
    assert weight_of([]) == weight_of(["F6"]) == weight_of(["C3"]) == MEDIUM
    assert weight_of(["A1"]) == weight_of(["E5", "B2"]) == HIGH
    assert weight_of(["D2"]) == weight_of(["A4"]) == LOW
    assert pytest.approx(HIGH * LOW) == MEDIUM


def test_bands_of_ratios():
    bands = {0.1: "II", 0.33: "II", 0.34: "I", 0.79: "I", 0.8: "N", 1.25: "N", 1.26: "C", 3.0: "C",
             3.1: "CC"}  # fmt: skip
    assert {ratio: rating_of(ratio) for ratio in bands} == bands
    words = {1.0: "nothing", 2.0: "bare mention", 0.5: "bare mention", 10.0: "positive",
             0.02: "strong", 151.0: "very strong", 0.0: "very strong"}  # fmt: skip
    assert {ratio: strength(ratio) for ratio in words} == words


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_a_larger_ratio_is_never_rated_worse(a, b):
    order = ["II", "I", "N", "C", "CC"]
    low, high = sorted((a, b))
    assert order.index(rating_of(low)) <= order.index(rating_of(high))
    assert strength(a) == strength(1 / a) or abs(a - 0.8) < 1e-9 or abs(a - 1.25) < 1e-9


# --- warnings


def kinds(found):
    return [(each.kind, each.items, each.hypothesis) for each in found.warnings]


def test_hand_and_model_that_point_opposite_ways():
    found = table({"cable": {"neighbor.seize": "I", "neighbor.bluff": "C"}})
    opposite = [each for each in kinds(found) if each[0] == "opposite"]
    assert opposite == [("opposite", [2], "seize"), ("opposite", [2], "bluff")]
    assert "rated I for “means to take the province”" in found.warnings[0].text
    agree = table({"cable": {"neighbor.seize": "CC", "neighbor.bluff": "I"}})
    assert not [each for each in kinds(agree) if each[0] == "opposite"]


def test_a_rating_that_is_less_bad_than_another_is_no_contradiction():
    # Inconsistent with both, more so with the one that the ratio speaks against.
    found = table({"cable": {"neighbor.seize": "I", "neighbor.bluff": "II"}})
    assert not [each for each in kinds(found) if each[0] == "opposite"]


def test_told_apart_by_one_and_not_by_the_other():
    found = table(
        {
            "weather": {"neighbor.seize": "C", "neighbor.bluff": "I"},
            "cable": {"neighbor.seize": "I", "neighbor.bluff": "I"},
        }
    )
    assert ("no-difference", [4], "") in kinds(found)
    assert ("rated-alike", [2], "") in kinds(found)
    assert not [each for each in kinds(found) if each[0] == "opposite"]


def test_one_root_behind_much():
    # Two of the three items that tell something come from document 7.
    assert ("one-root", [2, 3], "") in kinds(table())
    apart = table(rumor={"source": ["attache#d9"]})
    assert "one-root" not in [each[0] for each in kinds(apart)]
    # A decision that two items express counts once: one item from document 7 of two that tell.
    once = table(cable={"same_decision": "w"}, rumor={"same_decision": "w"})
    assert "one-root" not in [each[0] for each in kinds(once)]


def test_missing_ratings_are_counted():
    found = table({"cable": {"neighbor.seize": "C", "neighbor.bluff": "C"}})
    (unrated,) = [each for each in found.warnings if each.kind == "unrated"]
    assert unrated.items == [1, 3, 4] and "6 of 8 cells" in unrated.text
    assert found.hypotheses[0].by_ratings.items == 1
    assert not [each for each in table().warnings if each.kind == "unrated"]
