import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.words import confidence, estimate, lint, standard
from standoff.words.sentences import likeliest, precision_sentence, prior_sentence, quoted

QUICK = settings(derandomize=True, deadline=None, max_examples=200)
SCALES = st.sampled_from(["icd203", "phia"])


def test_an_estimate() -> None:
    icd, phia = standard("icd203"), standard("phia")
    assert estimate(icd, "it holds.", 0.67, (0.55, 0.78)) == (
        "It is likely (67 in 100; from 55 to 78 in 100 over the assumptions written down) that "
        "it holds."
    )
    assert estimate(phia, "it holds", 0.67, (0.3, 0.85), "A3") == (
        "It is likely or probable (A3; from unlikely to highly likely over the assumptions "
        "written down) that it holds."
    )
    assert estimate(icd, "it holds", 0.004) == (
        "There is almost no chance (less than 1 in 100) that it holds."
    )


def test_the_likeliest_of_several() -> None:
    assert likeliest(standard("icd203"), "ending", "“war”", 0.31) == (
        "The likeliest ending is “war”: unlikely (31 in 100)."
    )
    assert likeliest(standard("phia"), "ending", "“war”", 0.45, None, "A1") == (
        "The likeliest ending is “war”: a realistic possibility (A1)."
    )


@QUICK
@given(SCALES, st.floats(0, 1), st.floats(0, 1), st.sampled_from(["low", "moderate", "high"]))
def test_no_template_mixes_likelihood_and_confidence(
    id: str, p: float, prior: float, level: str
) -> None:
    scale = standard(id)
    parts = [("Evidence", level, "two sources"), ("Range", level, ""), ("Response", level, "x")]
    text = " ".join(
        [
            estimate(scale, "it holds", p, (p, p), "A1"),
            prior_sentence(scale, prior, (prior, prior), p, "A2"),
            confidence(level, parts, "low"),
        ]
    )
    annex = "\n\nAnnex\n\nA1 1\nA2 2\n" if scale.annex else ""
    assert lint(text + " [1]" + annex, id) == []


def test_confidence_keeps_the_difference() -> None:
    text = confidence("high", [("Evidence", "high", "many sources.")], "low")
    assert text == (
        "Confidence in this is low. The program proposed high; the analyst set low. "
        "Evidence, high: many sources."
    )


def test_precision_is_said_in_its_own_words() -> None:
    low, high = f"{math.exp(-0.4):.2f}", f"{math.exp(-0.2):.2f}"
    assert precision_sentence(2, 4) == (
        "Precision is uncertain, from 2.0 to 4.0: a move worth a tenth of the stake less is "
        f"chosen between {low} and {high} times as often."
    )
    assert "is 3.0: a move worth a tenth of the stake less is chosen 0.74" in precision_sentence(
        3, 3
    )


@pytest.mark.parametrize(
    ("text", "out"),
    [("a “b” c", "“a ‘b’ c”"), ('say "x"', "“say ’x’”"), ("a\n b", "“a b”")],
)
def test_quotation_marks_do_not_nest(text: str, out: str) -> None:
    assert quoted(text) == out
