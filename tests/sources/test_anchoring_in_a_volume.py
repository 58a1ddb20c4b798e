"""The threshold of anchoring on real prose: one document's words in another, and garbled."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from standoff.sources.anchoring import MOVED, Selector, anchor, quote
from standoff.sources.document import Document
from standoff.sources.folded_text import fold, folded_text
from standoff.sources.reading import read

VOLUME = Path(__file__).resolve().parents[2].parent / "shared" / "sources" / "frus1961-63v06.xml"
CASES = 40

pytestmark = pytest.mark.skipif(
    not VOLUME.exists(), reason="the documents of ../shared are not here"
)


@cache
def documents() -> tuple[Document, ...]:
    return tuple(found for found in read(VOLUME) if 3000 < len(found.text) < 30_000)[:60]


def some_words(document: Document, length: int, random: Random) -> Selector:
    """About so many characters, from the beginning of a word to the end of one."""
    start = document.text.index(" ", random.randrange(len(document.text) - length - 100)) + 1
    end = document.text.index(" ", start + length)
    return quote(document, start, end)


def garbled(text: str, share: float, random: Random) -> str:
    out = []
    for character in text:
        drawn = random.random()
        if drawn < share / 3:
            continue
        out.append(random.choice("abceilnorstu1 ") if drawn < 2 * share / 3 else character)
        if 2 * share / 3 <= drawn < share:
            out.append(random.choice("abceilnorst"))
    return "".join(out)


@pytest.mark.parametrize("length", [40, 120, 600])
def test_words_of_one_document_are_not_found_in_another(length: int) -> None:
    random, highest = Random(length), 0.0
    for _ in range(CASES):
        one, other = random.sample(documents(), 2)
        made = some_words(one, length, random)
        if fold(made.exact) in folded_text(other.text).text:
            continue
        found = anchor(other, Selector(exact=made.exact))
        assert found.state == "lost", (made.exact, found)
        assert anchor(other, made).state == "lost"
        highest = max(highest, found.score)
    assert 25 < highest < MOVED - 5


@pytest.mark.parametrize(("length", "share"), [(40, 0.04), (120, 0.08), (600, 0.12)])
def test_words_that_were_garbled_are_found_where_they_stand(length: int, share: float) -> None:
    random = Random(length + 1)
    for _ in range(CASES):
        document = random.choice(documents())
        made = some_words(document, length, random)
        assert made.position is not None
        edited = replace(document, text=garbled(document.text, share, random), passages=())
        found = anchor(edited, Selector(exact=made.exact))
        assert found.state in ("ok", "moved"), (made.exact, found)
        # Where letters went and came, a place moves in proportion; other places are far off.
        expected = made.position[0] * len(edited.text) / len(document.text)
        twice = folded_text(document.text).text.count(fold(made.exact)) > 1
        assert twice or abs(found.start - expected) < 60 + len(document.text) / 100
