"""The audit: which kinds get a number, which answer stands where, what it rests on."""

from __future__ import annotations

from pathlib import Path

import pytest

from standoff.assess import assess
from standoff.assess.assessing import assessed
from standoff.assess.chain import Chain, chain, moment_of, opened
from standoff.assess.models import Assessment, JudgementPart
from standoff.note import render
from standoff.scenario.models import Judgement, Scenario

INFERENCE, FORECAST = {"kind": "inference"}, {"kind": "forecast"}
WRITTEN: dict[str, dict] = {
    "fact": {"kind": "fact", "claim": "neighbor is seize"},
    "input": {"kind": "input", "claim": "neighbor is seize", "assumed_in": "parameters.upkeep"},
    "attitude": {"kind": "attitude", "claim": "neighbor is seize"},
    "means": {**INFERENCE, "claim": "neighbor is seize", "estimate": 0.1},
    "close": {**INFERENCE, "claim": "neighbor is seize"},
    "in-words": {**INFERENCE, "claim": "neighbor is seize", "estimate": "almost no chance"},
    "odd-words": {**INFERENCE, "claim": "neighbor is seize", "estimate": "a fair chance"},
    "untested": {**INFERENCE, "text": "no claim at all", "estimate": 0.5},
    "home": {**FORECAST, "claim": "neighbor will crossing.go_home"},
    "advanced": {**FORECAST, "claim": "neighbor ever call_up.advance", "estimate": 0.5},
    "stayed": {**FORECAST, "claim": "neighbor ever call_up.wait"},
    "compared": {
        **INFERENCE,
        "claim": "P(ending is quiet | neighbor is bluff) > P(ending is quiet | neighbor is seize)",
    },
    "ratio": {**INFERENCE, "claim": "LR(advance; neighbor is seize)"},
    "impossible": {**INFERENCE, "claim": "P(ending is quiet | ending is clash and not forward)"},
}


@pytest.fixture(scope="module")
def solved() -> Chain:
    scenario = opened("signal")
    record = (scenario.record[0].model_copy(update={"id": "advance"}),)
    judgements = tuple(
        Judgement.model_validate({"id": id, "text": id, **body}) for id, body in WRITTEN.items()
    )
    return chain(
        scenario.model_copy(update={"judgements": judgements, "record": record}), variants=32
    )


@pytest.fixture(scope="module")
def note(solved: Chain) -> Assessment:
    return assessed(solved)


def by_id(note: Assessment) -> dict[str, JudgementPart]:
    return {j.id: j for j in note.judgements}


@pytest.mark.parametrize("id", ["fact", "input", "attitude", "untested"])
def test_what_the_model_does_not_judge_has_no_number(note: Assessment, id: str) -> None:
    part = by_id(note)[id]
    assert (part.probability, part.range90, part.words, part.prior) == (None,) * 4
    assert (part.share, part.difference, part.value, part.confidence) == (None,) * 4
    assert part.gap is None and part.settled is None and part.form == "not checked"
    assert part.drivers == {}


def test_an_inference_has_all_its_parts(note: Assessment) -> None:
    part = by_id(note)["means"]
    held = note.belief["neighbor"]["seize"]
    assert part.probability == pytest.approx(held.probability, abs=1e-12)
    assert part.range90 == pytest.approx(held.range90, abs=1e-12)
    assert part.prior == pytest.approx(held.prior, abs=1e-12) and part.words == held.words
    assert part.confidence is not None and part.form in ("stable", "depends")
    assert (part.share, part.value, part.settled) == (None, None, None)
    # The one item of the record moved it by far more than two points.
    assert part.rests_on[0] == "advance" and set(part.rests_on[1:]) <= set(part.drivers)


def test_what_the_record_has_settled_is_said_and_not_judged(
    solved: Chain, note: Assessment
) -> None:
    for id, held in (("advanced", True), ("stayed", False)):
        part = by_id(note)[id]
        assert part.settled is held
        assert (part.probability, part.range90, part.words, part.gap) == (None,) * 4
        assert part.drivers == {} and part.form == "not checked"
    # The day before, nothing had been settled.
    early = assessed(Chain(solved.batch, moment_of(solved.scenario, "2031-03-04")), form=False)
    parts = by_id(early)
    assert parts["advanced"].settled is None and parts["stayed"].settled is None
    together = (parts["advanced"].probability or 0) + (parts["stayed"].probability or 0)
    assert together == pytest.approx(1) and parts["advanced"].gap is not None


def test_comparisons_and_ratios_are_no_probabilities(note: Assessment) -> None:
    compared, ratio = by_id(note)["compared"], by_id(note)["ratio"]
    assert compared.share is not None and 0 <= compared.share <= 1
    assert compared.difference is not None and compared.value is None
    found = note.evidence[0].likelihood_ratio["neighbor"]["seize"]
    assert ratio.value == pytest.approx(found) and ratio.value > 1
    for part in (compared, ratio):
        assert (part.probability, part.range90, part.words, part.confidence) == (None,) * 4


def test_an_item_that_is_not_known_yet_leaves_no_answer(solved: Chain) -> None:
    early = assessed(Chain(solved.batch, moment_of(solved.scenario, "2031-03-04")), form=False)
    part = by_id(early)["ratio"]
    assert part.value is None and part.settled is None and part.warning


def test_a_condition_that_can_not_be_leaves_no_answer(note: Assessment) -> None:
    part = by_id(note)["impossible"]
    assert (part.probability, part.range90, part.words, part.value) == (None,) * 4


def test_the_gap_is_said_in_words(note: Assessment) -> None:
    parts = by_id(note)
    probability = parts["means"].probability
    assert probability is not None and parts["close"].gap is None
    points = round(100 * (probability - 0.1))
    assert parts["means"].gap == f"the model is {points} points higher"
    assert parts["in-words"].gap is not None and "steps higher" in parts["in-words"].gap
    assert parts["odd-words"].gap is not None and "a fair chance" in parts["odd-words"].gap
    assert parts["means"].estimate == 0.1


@pytest.mark.parametrize(
    ("own", "words"),
    [(0.5, "same within"), (0.52, "same within"), (0.9, "40 points lower"), ("likely", "one step"),
     ("roughly even chance", "same word"), ("almost certain", "steps lower")],
)  # fmt: skip
def test_gaps(own: float | str, words: str) -> None:
    from standoff.assess.judging import _gap

    assert words in str(_gap(own, 0.5, "icd203"))
    assert _gap(None, 0.5, "icd203") is None and _gap(own, None, "icd203") is None


def test_an_input_names_its_line(tmp_path: Path) -> None:
    from importlib.resources import files

    text = (files("standoff.scenario") / "library/signal/signal.yaml").read_text()
    path = tmp_path / "signal.yaml"
    path.write_text("# one line more\n" + text)
    found = assess(path, variants=8, form=False)
    (part,) = [j for j in found.judgements if j.id == "cost"]
    row = next(
        i for i, line in enumerate(path.read_text().splitlines(), 1) if "upkeep: {uniform" in line
    )
    assert part.rests_on == [f"assumed in line {row} (parameters.upkeep), not tested"]
    # Built in Python there is no line: the key path stands alone.
    built = Scenario.model_validate(opened("signal").model_dump(by_alias=True, exclude_none=True))
    again = assess(built, variants=8, form=False)
    (part,) = [j for j in again.judgements if j.id == "cost"]
    assert part.rests_on == ["assumed in parameters.upkeep, not tested"]


def test_withheld_judgements_have_no_number() -> None:
    """A record that nearly all variants make next to impossible leaves too few to judge by."""
    body = opened("signal").model_dump(by_alias=True, exclude_none=True)
    body["parameters"]["upkeep"] = {"uniform": ["0", "200"]}
    body["actors"]["neighbor"]["types"] = {"seize": {"stake": "1"}, "bluff": {"stake": "1"}}
    scenario = Scenario.model_validate(body)
    found = assessed(chain(scenario, variants=64), form=False)
    assert found.variants.effective < 6.4 and found.variants.withheld
    (intent,) = [j for j in found.judgements if j.id == "intent"]
    assert (intent.probability, intent.range90, intent.words, intent.confidence) == (None,) * 4
    assert found.belief["neighbor"]["seize"].probability > 0  # shown, marked
    assert "Withheld" in str(render(found, "text"))
    # Drawn from the posterior there are enough of them.
    again = assess(scenario, variants=64, form=False)
    assert again.variants.weighting == "tempered" and not again.variants.withheld
    assert again.variants.effective > 32
    assert next(j for j in again.judgements if j.id == "intent").probability is not None
    prior = again.belief["neighbor"]["seize"].prior
    assert prior == found.belief["neighbor"]["seize"].prior


def test_a_fixed_number_that_bears_on_an_answer_caps_confidence() -> None:
    body = opened("signal").model_dump(by_alias=True, exclude_none=True)
    body["parameters"]["third"] = {"value": "1/3"}
    body["parameters"]["idle"] = {"value": "1/3"}
    body["actors"]["neighbor"]["prior"] = {"seize": "third", "bluff": "rest"}
    found = assess(Scenario.model_validate(body), variants=16, form=False)
    (intent,) = [j for j in found.judgements if j.id == "intent"]
    assert intent.confidence is not None and intent.confidence.level == "low"
    assert "third" in intent.confidence.range_why and "idle" not in intent.confidence.range_why
