import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.words import standard
from standoff.words.numbers import (
    compact,
    gap,
    hundredths,
    percent,
    plain,
    ratio,
    ratio_words,
    share,
    signed,
    span,
    span_words,
)

QUICK = settings(derandomize=True, deadline=None, max_examples=300)
PROBABILITIES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "almost no chance"),
        (0.01, "almost no chance"),
        (0.0499, "almost no chance"),
        (0.05, "very unlikely"),
        (0.1999, "very unlikely"),
        (0.2, "unlikely"),
        (0.4499, "unlikely"),
        (0.45, "roughly even chance"),
        (0.5499, "roughly even chance"),
        (0.55, "likely"),
        (0.1 + 0.45, "likely"),
        (0.7999, "likely"),
        (0.8, "very likely"),
        (0.9499, "very likely"),
        (0.95, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_icd_bands_are_closed_below(probability: float, word: str) -> None:
    assert standard("icd203").word(probability) == word


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "remote chance"),
        (0.05, "remote chance"),
        (0.07, "remote chance"),
        (0.075, "highly unlikely"),  # halfway: the less certain of the two
        (0.1, "highly unlikely"),
        (0.2, "highly unlikely"),
        (0.2249, "highly unlikely"),
        (0.225, "unlikely"),
        (0.25, "unlikely"),
        (0.35, "unlikely"),
        (0.3749, "unlikely"),
        (0.375, "realistic possibility"),
        (0.4, "realistic possibility"),
        (0.4999, "realistic possibility"),
        (0.5, "realistic possibility"),
        (0.525, "realistic possibility"),
        (0.5251, "likely or probable"),
        (0.55, "likely or probable"),
        (0.75, "likely or probable"),
        (0.775, "likely or probable"),
        (0.7751, "highly likely"),
        (0.9, "highly likely"),
        (0.925, "highly likely"),
        (0.9251, "almost certain"),
        (0.95, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_phia_gaps_take_the_nearest_edge_and_ties_the_less_certain(
    probability: float, word: str
) -> None:
    assert standard("phia").word(probability) == word


@pytest.mark.parametrize("id", ["icd203", "phia"])
def test_words_follow_one_another(id: str) -> None:
    scale = standard(id)
    ranks = [scale.rank(scale.word(i / 1000)) for i in range(1001)]
    assert ranks == sorted(ranks)
    assert set(ranks) == set(range(len(scale.words)))


@QUICK
@given(PROBABILITIES)
def test_phia_is_the_word_of_the_nearest_edge(p: float) -> None:
    """The rule again, written the slow way round: no band's edge is nearer than the word's."""
    scale = standard("phia")
    hundred = round(p * 100, 9)

    def distance(band: object) -> float:
        low, high = band.low, band.high  # type: ignore[attr-defined]
        return 0.0 if low <= hundred <= high else min(abs(hundred - low), abs(hundred - high))

    nearest = min(distance(b) for b in scale.bands)
    assert distance(scale.band(p)) == pytest.approx(nearest, abs=1e-9)


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
@pytest.mark.parametrize("id", ["icd203", "phia"])
def test_what_is_no_probability_is_refused(bad: float, id: str) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        standard(id).word(bad)
    with pytest.raises(ValueError, match="between 0 and 1"):
        percent(bad)


def test_an_unknown_standard_is_named() -> None:
    with pytest.raises(ValueError, match="icd203, phia"):
        standard("nato")


def test_annex() -> None:
    assert standard("phia").annex
    assert not standard("icd203").annex


@QUICK
@given(PROBABILITIES)
def test_nothing_is_ever_nothing_or_everything(p: float) -> None:
    for text in (percent(p), compact(p), share(p)):
        assert not text.startswith(("0", "100"))
    if p < 0.01:
        assert percent(p) == "less than 1 in 100"
    if p > 0.99:
        assert percent(p) == "more than 99 in 100"


@QUICK
@given(PROBABILITIES, st.sampled_from(["icd203", "phia"]))
def test_the_printed_number_never_belies_the_word(p: float, id: str) -> None:
    scale = standard(id)
    text = hundredths(p, scale)
    if text.startswith(("just", "less", "more")):
        return
    assert scale.word(float(text) / 100) == scale.word(p)
    assert abs(float(text) / 100 - p) <= 0.005 + 1e-12


def test_numbers_near_an_edge() -> None:
    icd = standard("icd203")
    assert hundredths(0.547, icd) == "54.7"
    assert hundredths(0.54999, icd) == "just under 55"
    assert hundredths(0.546, None) == "55"
    assert hundredths(0.19999999, icd) == "just under 20"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.55, 0.78, "from 55 to 78 in 100"),
        (0.001, 0.12, "from less than 1 to 12 in 100"),
        (0.4, 0.999, "from 40 to more than 99 in 100"),
        (0.551, 0.553, "55 in 100 throughout"),
        (0.0, 0.001, "less than 1 in 100 throughout"),
    ],
)
def test_ranges_in_words(low: float, high: float, text: str) -> None:
    assert span(low, high) == text


def test_ranges_in_the_words_of_a_standard() -> None:
    assert span_words(0.3, 0.85, standard("phia")) == "from unlikely to highly likely"
    assert span_words(0.3, 0.31, standard("phia")) == "unlikely throughout"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "tells you nothing"),
        (0.81, "tells you nothing"),
        (1.25, "tells you nothing"),
        (1.5, "points weakly to x"),
        (4, "points clearly to x"),
        (0.25, "points clearly away from x"),
        (0, "points strongly away from x"),
        (50, "points strongly to x"),
        (float("nan"), "tells you nothing: it was impossible either way"),
    ],
)
def test_likelihood_ratios_in_words(value: float, text: str) -> None:
    assert ratio_words(value, "x") == text


def test_ratios_and_signs() -> None:
    assert [ratio(x) for x in (1.26, 12.4, 0.042, 5000, 0, float("inf"))] == [
        "1.3", "12", "0.042", "more than 1000", "less than 0.001", "more than 1000",
    ]  # fmt: skip
    assert signed(-0.001) == "0.00"
    assert signed(0.5) == "+0.50"
    assert plain(-0.5) == "\N{MINUS SIGN}0.50"


def test_the_gap_between_analyst_and_model() -> None:
    icd = standard("icd203")
    assert gap(0.8, 0.31, icd).endswith("49 points in 100 higher than the model's, another word")
    assert "one point in 100 lower" in gap(0.6, 0.61, icd)
    assert gap(0.6, 0.601, icd) == "the analyst's estimate and the model's agree"
