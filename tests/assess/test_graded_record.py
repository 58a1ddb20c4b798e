"""A graded source in the whole chain: replay, chunks, forms, sensitivity and the note."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from test_tempered_assessment import crisis

import standoff as so
from standoff.assess import assess, backtest
from standoff.assess.asking import ask
from standoff.assess.chain import chain, moment_of
from standoff.assess.chunks import Job
from standoff.assess.ensemble import worked
from standoff.assess.found import Asking
from standoff.assess.headlines import headlines
from standoff.compile.drawn import uncertain_columns
from standoff.note import render
from standoff.note.trust import trust_clause
from standoff.scenario.grades import usual
from standoff.scenario.loading import library, load, loads
from standoff.scenario.models import Scenario, View
from standoff.variants.columns import columns_of
from standoff.variants.matching import first_difference
from standoff.variants.store import InMemory

ROOT = Path(__file__).resolve().parents[2]
SIGNAL = (library() / "signal" / "signal.yaml").read_text("utf-8")


@cache
def signal(grade: str = "B2", other: str = "", derives: str = "") -> Scenario:
    """The shipped crisis with its one item graded, and perhaps told by a second source as well."""
    links = f"  - {{rests: record.march, passage: attache#1, grade: {grade}}}\n"
    wire = (
        "  wire: {title: A wire service" + (f", derives_from: {derives}" if derives else "") + "}\n"
    )
    if other:
        links += f"  - {{rests: record.march, passage: wire#1, grade: {other}}}\n"
    text = SIGNAL.replace("  - at: 2031-03-04T06:00", "  - id: march\n    at: 2031-03-04T06:00")
    text = text.replace("sources:\n", f"links:\n{links}\nsources:\n{wire if other else ''}")
    return loads(text, name="signal.yaml")


def seize(scenario: Scenario, **settings: str) -> float:
    found = ask(scenario, "P(neighbor is seize)", variants=48, settings=settings or None)
    assert found.probability is not None
    return found.probability


def test_a_better_source_moves_the_belief_further():
    plain = seize(load("signal"))
    told = [seize(signal(grade)) for grade in ("A1", "B2", "C3", "E5", "F6")]
    prior = ask("signal", "prior P(neighbor is seize)", variants=48).probability
    assert plain > told[0] > told[1] > told[2] > told[3] > prior
    assert prior < told[4] < told[2]
    assert told[4] - prior < 0.3 * (plain - prior)


def test_two_sources_of_one_root_are_one_and_of_two_are_more():
    alone = seize(signal("B2"))
    assert seize(signal("B2", "C3", "attache")) == alone
    assert seize(signal("B2", "C3")) > alone


def test_odds_of_one_are_certainty():
    assert seize(signal(), grade_B2="1") == pytest.approx(seize(load("signal")), abs=0.02)
    one = chain(signal(), variants=16, settings={"grade_B2": "1"}).inference
    sure = chain("signal", variants=16).inference
    # One column less is drawn than with the grade open, and as many as without it.
    np.testing.assert_allclose(one.measure().total(), sure.measure().total(), rtol=1e-9)


def test_the_grade_is_among_the_inputs_of_every_lens():
    assert "grade_B2" in uncertain_columns(signal())
    found = so.sensitivity(signal(), answers=["neighbor.seize"], variants=64)
    text = found.model_dump_json()
    assert "grade_B2" in text
    tipped = so.tip(signal(), "intent", variants=32)
    assert "grade_B2" in tipped.model_dump_json()


def test_the_note_says_what_the_grade_takes():
    found = assess(signal(), variants=32, form=False)
    (item,) = found.evidence
    assert item.trust.grades == ["B2"]
    assert 0.69 <= item.trust.range90[0] < item.trust.right < item.trust.range90[1] <= 0.88
    now = item.likelihood_ratio["neighbor"]["seize"]
    sure = item.trust.if_certain["neighbor"]["seize"]
    certain = assess("signal", variants=32, form=False).evidence[0]
    assert certain.trust is None
    assert 1 < now < sure
    assert item.trust.weighs == pytest.approx(np.log(now) / np.log(sure))
    assert "(graded B2: taken as right with 7" in str(render(found, "md"))
    clause = trust_clause(item.trust)
    assert clause.startswith("graded B2: taken as right with 7")
    assert clause.endswith("of what it would if certain")
    assert "if_certain" in json.loads(found.model_dump_json())["evidence"][0]["trust"]


def test_a_number_of_ones_own_is_said_too():
    record = signal().record[0].model_copy(update={"reliability": "0.75"})
    scenario = signal().model_copy(update={"record": (record,)})
    (item,) = assess(scenario, variants=16, form=False).evidence
    assert (item.trust.grades, item.trust.right) == ([], 0.75)
    assert trust_clause(item.trust).startswith("taken as right with 75 in 100, so that")


def test_chunks_put_end_to_end_are_the_whole():
    made = [
        worked(
            Job(signal(), Asking((("neighbor", None),)), 32, size=size,
                as_of=moment_of(signal(), signal().as_of)),
            whose=(("neighbor", None),), store=InMemory(),
        )
        for size in (32, 8)
    ]  # fmt: skip
    first, then = (columns_of(each.found) for each in made)
    assert first.keys() == then.keys()
    assert any("certain" in name for name in first)
    for name, column in first.items():
        np.testing.assert_allclose(then[name], column, rtol=1e-9, atol=1e-12, err_msg=name)


def test_the_replay_and_the_forms_run():
    replay = backtest(signal(), variants=16)
    assert replay.model_dump_json().count("seize") > 0
    found = assess(
        signal(), variants=16, form=True, other_side=False, tipping=False, concepts=False
    )
    assert found.form


def test_the_same_bytes_twice():
    one, two = (assess(signal("B2", "C3"), variants=16, form=False) for _ in range(2))
    assert one.model_dump_json() == two.model_dump_json()


def test_odds_that_the_record_itself_tells_of_are_followed_by_tempering():
    """Reports tell that `a` is high, and with it that the first item is doubtful: tempered draws
    say so as many plain ones do.
    """
    base = crisis()
    went = base.record[0].model_copy(update={"reliability": "1 - 0.8 * a"})
    doubtful = base.model_copy(update={"record": (went, *base.record[1:])})
    runs = [assess(doubtful, variants=128, seed=seed, form=False) for seed in (0, 1, 2)]
    assert all(run.variants.weighting == "tempered" for run in runs)
    # Before any report it was .6 in the mean, over all that was written down.
    assert runs[0].evidence[0].trust.right == pytest.approx(0.6, abs=0.03)
    many = headlines(chain(doubtful, variants=4096, seed=9))["intent"]
    each = np.array(
        [next(j.probability for j in run.judgements if j.id == "intent") for run in runs]
    )
    spread = np.average((many.per_variant - many.value) ** 2, weights=many.weight)
    error = np.hypot(np.sqrt(spread / many.effective), 0.02 / np.sqrt(len(each)))
    assert abs(each.mean() - many.value) < 4.5 * error
    certain = headlines(chain(base, variants=4096, seed=9))["intent"].value
    assert abs(certain - many.value) > 0.02  # it does make a difference


def test_two_scenarios_part_where_an_item_is_trusted_otherwise():
    plain, own = load("signal"), signal().record[0].model_copy(update={"reliability": "1.0"})
    sure = signal().model_copy(update={"record": (own,), "parameters": plain.parameters})
    named = plain.model_copy(update={"record": (own.model_copy(update={"reliability": None}),)})
    assert first_difference(sure, named) is None
    doubted = sure.model_copy(update={"record": (own.model_copy(update={"reliability": "0.9"}),)})
    assert first_difference(doubted, named) == ("record.0.reliability", "0.9", "1")
    both = signal("B2", "C3", "attache"), signal("B2")
    assert first_difference(*both) is None  # the second source adds nothing
    assert first_difference(signal("B2"), signal("B2", "B2"))[0] == "record.0.reliability"


def test_a_dissent_about_a_source_is_solved_like_any_view():
    scenario = signal().model_copy(
        update={"views": {"doubter": View.model_validate({"set": {"grade_B2": "0.05"}})}}
    )
    found = assess(scenario, variants=32, tipping=False, concepts=False, other_side=False)
    text = found.model_dump_json()
    assert "doubter" in text
    doubted = chain(scenario, variants=32, settings={"grade_B2": "0.05"}).inference
    trusted = chain(scenario, variants=32).inference
    low, high = (i.belief("neighbor")["seize"].posterior.value for i in (doubted, trusted))
    assert low < high - 0.05


def test_the_guide_shows_the_numbers_that_are_used():
    page = (ROOT / "docs/how-to/grade-your-sources.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| **")]
    assert len(rows) == 6
    for letter, row in zip("ABCDEF", rows, strict=True):
        for figure, cell in zip("123456", row.split("|")[2:8], strict=True):
            low, mode, high = (round(100 * float(x)) for x in usual(letter + figure).pert)
            assert cell.strip() == f"{mode} ({low} to {high})"
