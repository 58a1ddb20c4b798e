"""Where sentences are cut: rules by example, and what holds for any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.sources.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["The sea is rising.", "It will not stop.", "Why?", "Nobody knows!", "So be it."],
        ["Mr. Rusk met Gen. Taylor and Messrs. Ball and Nitze.", "They spoke."],
        ["N. S. Khrushchev wrote to J. F. Kennedy on Oct. 26.", "He waited."],
        ["The U.S. Government agreed.", "The U.S. position is known."],
        ["It rests with the U.N.", "The Council met at 7 p.m.", "They left."],
        ["“Stop!”", "He said (in No. 7 of vol. II) that p. 3 was lost.", "“Go.”"],
        ["1. First the point.", "2. Then the next."],
        ["They said no.", "Seven men left."],
        ["Wait…", "Not now."],
        ["See Embtel 1041, para. 3, and e.g. the rest.", "Ibid."],
        ["He doubted 3.5 per cent. of it."],
        ["1101. Policy.", "Embassy translation follows."],
        ["no capital follows. so it goes on."],
    ],
)
def test_rules_by_example(expected: list[str]) -> None:
    assert cut(" ".join(expected)) == expected


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("aB1.?!…\"”)( \n\t'’–U.S. Mr. é\u3000"), max_size=80))
def test_sentences_cover_the_text_and_nothing_twice(text: str) -> None:
    last = 0
    for start, end in sentences(text):
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        last = end
    assert not text[last:].strip()


def test_time_grows_with_the_length_alone() -> None:
    """Shapes that make careless patterns look back again and again."""
    for unit in ("a.", ". ", "A. ", "((", "'", "U.S.", "1. ", "aaaaaaaa"):
        text = unit * (200_000 // len(unit))
        assert sum(b - a for a, b in sentences(text)) <= len(text)
