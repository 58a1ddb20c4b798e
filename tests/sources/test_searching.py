"""Search finds what is there, the best first, and shows where."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from standoff.errors import QueryError
from standoff.sources.library import Library
from standoff.sources.models import SearchResult
from standoff.sources.narrowing import Narrowing
from standoff.sources.searching import search
from strategies.documents import a_document

VOLUME = Path("harbor01v02.xml")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    found = Library(tmp_path_factory.mktemp("space"))
    found.keep(
        [
            a_document(
                "1", ["The missile bases stay.", "Bases of the Missile kind, says Khrushchëv."],
                when="1902-05-04", senders=["Embassy in the Strait"], speakers=["Khrushchëv"],
                persons=["Khrushchëv"], notes=["Source: Harbor Library. Secret."],
            ),
            a_document(
                "2", ["A missile. A missile base, and nothing but the base.", "No news.",
                      " ".join(["Many words about a ship that waits."] * 30 + ["missile"])],
                when="1902-06-01", senders=["Consul Berg"], pages=["8"],
            ),
            a_document("3", ["The quarantine and the blockade."], when="", heading="Missile note"),
        ],
        VOLUME,
    )  # fmt: skip
    return found


def places(found: SearchResult) -> set[str]:
    return {f"{one.document.number}/{one.place}" for one in found.passages}


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("missile base", {"1/p1", "1/p2", "2/p1"}),
        ('"missile bases"', {"1/p1", "2/p1"}),
        ("MISSILES -base", {"2/p3", "3/heading"}),
        ("quarantine OR news", {"2/p2", "3/p1"}),
        ("khrushchev", {"1/p2"}),
        ("quarantines OR blockading", {"3/p1"}),
        ("secret", {"1/d1fn0"}),
        ("torpedo", set()),
    ],
)
def test_words_and_phrases(library: Library, query: str, where: set[str]) -> None:
    found = search(library, query)
    assert places(found) == where and found.total == len(where)


@pytest.mark.parametrize(
    ("narrowing", "numbers"),
    [
        (Narrowing(), {"1", "2", "3"}),
        (Narrowing(since="1902-05"), {"1", "2"}),
        (Narrowing(until="1902-05"), {"1"}),
        (Narrowing(sender="khrushchev"), {"1"}),
        (Narrowing(sender="embassy"), {"1"}),
        (Narrowing(sender="berg"), {"2", "3"}),
        (Narrowing(person="Khrushchev", volume="harbor01v02"), {"1"}),
        (Narrowing(volume="other"), set()),
    ],
)
def test_narrowed(library: Library, narrowing: Narrowing, numbers: set[str]) -> None:
    found = search(library, "missile", narrowing)
    assert {one.document.number for one in found.passages} == numbers
    assert found.total == len(found.passages)


def test_the_best_come_first(library: Library) -> None:
    found = search(library, "missile base", most=2)
    assert found.total == 3 and len(found.passages) == 2
    scores = [one.score for one in search(library, "missile").passages]
    assert scores == sorted(scores, reverse=True) and min(scores) > 0
    worst = search(library, "missile").passages[-1]
    assert (worst.document.number, worst.place) == ("2", "p3"), "long, and holds it once"
    again = search(library, "missile")
    assert again == search(library, "missile")


def test_snippets_show_where(library: Library) -> None:
    for one in search(library, "missile base").passages:
        words = {one.snippet[a:b].casefold() for a, b in one.matches}
        assert words <= {"missile", "base", "bases", "missile base", "missile bases"} and words
    (note,) = search(library, "quarantine").passages
    assert note.snippet == "The quarantine and the blockade." and note.matches == [(4, 14)]
    long = next(o for o in search(library, "missile").passages if o.place == "p3")
    assert long.snippet.startswith("…") and len(re.findall(r"\w+", long.snippet)) <= 32
    assert (note.page, long.page) == ("7", "8")


def test_what_is_no_search_is_told_before_the_library_is_opened(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="not closed"):
        search(Library(tmp_path), '"missile')
    assert search(Library(tmp_path), "missile").total == 0 and not list(tmp_path.iterdir())


def test_against_a_slow_twin(tmp_path: Path) -> None:
    """Random passages: those found, and how bm25 ranks them, by the formula."""
    rng = np.random.default_rng([6, 1])
    vocabulary = [f"{c}x" for c in "abcdefghijklmnopqrst"]
    texts = [" ".join(rng.choice(vocabulary, rng.integers(3, 30))) for _ in range(120)]
    library = Library(tmp_path)
    library.keep([a_document("1", texts, heading="")], VOLUME)
    tokens = [text.split() for text in texts]
    mean = sum(map(len, tokens)) / len(tokens)
    for words in (["ax"], ["bx", "cx"], ["dx", "ex", "fx"]):
        holding = [i for i, text in enumerate(tokens) if set(words) <= set(text)]
        expected = {}
        for i in holding:
            score = 0.0
            for word in words:
                n = sum(word in text for text in tokens)
                # What stands in over half of the passages counts next to nothing, never less.
                idf = max(np.log((len(tokens) - n + 0.5) / (n + 0.5)), 1e-6)
                count = tokens[i].count(word)
                score += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(tokens[i]) / mean))
            expected[f"p{i + 1}"] = score
        found = search(library, " ".join(words), most=1000)
        got = {one.place: one.score for one in found.passages}
        assert got == pytest.approx(expected, rel=1e-9)
        assert list(got.values()) == sorted(got.values(), reverse=True)
