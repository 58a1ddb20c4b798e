"""Clauses against sentences that were labelled by hand: those with which the rules were written,
and those that were held out.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from standoff.draft.clauses import Clauses, clauses
from standoff.draft.models import Clause
from standoff.draft.prose import Statement

LABELS = Path(__file__).with_name("labelled_sentences.toml")


@cache
def labelled(held_out: bool) -> tuple[dict[str, Any], ...]:
    data = tomllib.loads(LABELS.read_text("utf-8"))["sentence"]
    return tuple(one for one in data if one.get("held_out", False) == held_out)


def of(text: str) -> Clauses:
    """The clauses of one sentence."""
    return clauses(text, (Statement(0, len(text), "p1", "¶1 s1", "", True),), lambda at: "p1")


@dataclass
class Score:
    found: int = 0
    missed: int = 0
    extra: int = 0
    kind: int = 0
    band: int = 0
    denial: int = 0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.extra)

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed)


def holds(clause: Clause, words: str) -> bool:
    """Whether a clause's own words hold some, what it takes over left aside."""
    return words in (clause.text if words.startswith("[") else clause.text.rpartition("] ")[2])


@cache
def score(held_out: bool) -> Score:
    total = Score()
    for sentence in labelled(held_out):
        left = list(of(sentence["text"]).taken)
        for wanted in sentence["clauses"]:
            fits = [clause for clause in left if holds(clause, wanted["has"])]
            if not fits:
                total.missed += 1
                continue
            hit = min(fits, key=lambda clause: len(clause.quote))
            left.remove(hit)
            band = next((b.word for b in hit.bands if b.standard == "icd203"), None)
            total.found += 1
            total.kind += hit.kind == wanted["kind"]
            total.band += band == wanted.get("band")
            total.denial += hit.negated == wanted.get("not", False)
        total.extra += len(left)
    return total


def test_there_are_enough_of_them() -> None:
    assert len(labelled(False)) >= 60
    assert len(labelled(True)) >= 25
    assert sum(not sentence["clauses"] for sentence in labelled(False)) >= 15


def test_the_sentences_the_rules_were_written_with() -> None:
    reached = score(False)
    assert reached.precision >= 0.98
    assert reached.recall >= 0.98
    assert reached.kind >= 0.96 * reached.found
    assert reached.band == reached.found
    assert reached.denial == reached.found


def test_sentences_that_were_held_out() -> None:
    reached = score(True)
    assert reached.precision >= 0.90
    assert reached.recall >= 0.93
    assert reached.kind >= 0.89 * reached.found
    assert reached.band == reached.found
    assert reached.denial >= 0.93 * reached.found


def test_hedges_stand_where_they_are_said_to_stand() -> None:
    for sentence in (*labelled(False), *labelled(True)):
        text = sentence["text"]
        for clause in of(text).taken:
            assert text[clause.start : clause.end] == clause.quote
            for hedge in (*clause.hedges, *clause.conditions):
                assert text[hedge.start : hedge.end] == hedge.quote


def test_what_is_left_out_is_listed() -> None:
    asked = of("Will the fleet leave harbor?")
    assert not asked.taken
    assert [found.quote for found in asked.left_out] == ["Will the fleet leave harbor?"]
    quoted = of("The radio repeated: “We will never leave, and nobody will make us.”")
    assert not quoted.taken
    assert quoted.left_out[0].quote.startswith("“We will never")


def test_conditions_are_kept_with_what_they_govern() -> None:
    (clause,) = of("If the convoy is stopped, the fleet may turn back.").taken
    assert clause.quote == "If the convoy is stopped, the fleet may turn back"
    assert [condition.quote for condition in clause.conditions] == ["If the convoy is stopped"]
    (clause,) = of("The fleet will stay unless it is paid.").taken
    assert [condition.quote for condition in clause.conditions] == ["unless it is paid"]


def test_what_is_taken_over_stands_in_brackets() -> None:
    first, second = of("The regime hopes to divide us and to delay the talks.").taken
    assert first.text == "The regime hopes to divide us"
    assert second.text == "[The regime hopes] to delay the talks"
    assert second.quote == "to delay the talks"
    assert second.role == "coordinate"


@pytest.mark.parametrize(
    ("words", "icd203", "phia"),
    [
        ("will probably", (0.55, 0.80), (0.55, 0.75)),
        ("will almost certainly", (0.95, 1.0), (0.95, 1.0)),
        ("is very likely to", (0.80, 0.95), (0.80, 0.90)),
    ],
)
def test_bands_are_the_standards_own(
    words: str, icd203: tuple[float, float], phia: tuple[float, float]
) -> None:
    (clause,) = of(f"The fleet {words} leave.").taken
    bands = {band.standard: (band.low, band.high) for band in clause.bands}
    assert bands == {"icd203": icd203, "phia": phia}


@pytest.mark.parametrize("words", ["may", "might", "could", "will", "will attempt to", "hopes to"])
def test_words_without_an_agreed_band_get_none(words: str) -> None:
    (clause,) = of(f"The fleet {words} leave.").taken
    assert clause.bands == ()
    assert all(hedge.bands == () for hedge in clause.hedges)


def test_two_banded_words_are_not_multiplied() -> None:
    (clause,) = of("It is probably unlikely to last.").taken
    assert len([hedge for hedge in clause.hedges if hedge.bands]) == 2
    assert clause.bands == ()


def test_a_long_sentence_without_end_costs_nothing_much() -> None:
    found = of("The fleet may leave and " * 2000)
    assert found.taken == ()
