"""Numbers in game files: short where they can be, and the same float when read again."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.file_labels import keys
from standoff.game.gambit_tokens import decimal, quote, unquote, usable
from standoff.game.number_text import number_text, odds_text, payoff_texts

QUICK = settings(derandomize=True, deadline=None, max_examples=300)


@QUICK
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_read_as_itself(value):
    text = number_text(value)
    assert usable(text)
    assert decimal(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (-0.0, "0"), (1 / 3, "1/3"), (-2 / 7, "-2/7"), (0.25, "0.25"), (1e-7, "1e-07")],
)
def test_simple_numbers_are_short(value, text):
    assert number_text(value) == text


@QUICK
@given(st.lists(st.floats(0, 1), min_size=1, max_size=9).filter(lambda w: sum(w) > 1e-3))
def test_odds_sum_to_one_exactly(weights):
    odds = np.array(weights) / sum(weights)
    shares = [Fraction(text) for text in odds_text(odds)]
    assert sum(shares) == 1
    assert min(shares) >= 0
    np.testing.assert_allclose([float(s) for s in shares], odds, atol=1e-14)


def test_thirds_stay_thirds():
    assert odds_text(np.full(3, 1 / 3)) == ("1/3",) * 3
    assert payoff_texts(np.array([[1 / 3, 1], [-1, 1 / 3]])) == [("1/3", "1"), ("-1", "1/3")]


@QUICK
@given(st.text())
def test_any_name_can_be_quoted(name):
    assert unquote(quote(name)) == name


@QUICK
@given(st.lists(st.sampled_from(["", "a", "b", "1", "2", "3", "7"]), max_size=6), st.booleans())
def test_keys_are_different_and_labels_where_they_can_be(labels, numbered):
    numbers = [7 - i for i in range(len(labels))] if numbered else None
    found = keys(labels, numbers)
    assert len(set(found)) == len(labels)
    own = [str(n) for n in numbers] if numbers else [str(i + 1) for i in range(len(labels))]
    for label, key, number in zip(labels, found, own, strict=True):
        assert key in (label, number)
        if label in ("a", "b") and labels.count(label) == 1:
            assert key == label
