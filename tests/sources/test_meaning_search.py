"""Search by meaning: finds other words, holds against slow twins, needs no network, stops."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import connect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import Cancelled, QueryError, StandoffError
from standoff.sources import embedding_model, meaning_search
from standoff.sources.embedding_model import Embedding, the_model
from standoff.sources.embeddings import embed_all
from standoff.sources.fusing import fused
from standoff.sources.library import Library
from standoff.sources.meaning_search import FEWEST_WORDS, search_meaning
from standoff.sources.models import SearchResult
from standoff.sources.narrowing import Narrowing
from standoff.sources.searching import search
from strategies.documents import a_document

PAPERS = {
    "1": "The consul reports that the warships have gone out to sea and that nobody knows when "
    "they will return to the harbor.",
    "2": "Wheat and barley are dear this winter, and the mayor has asked the merchants to lower "
    "what they charge for a loaf of bread.",
    "3": "The pilots refuse to work at night because the lamps on the north channel have not been "
    "lit since the storm of last week.",
    "4": "Two soldiers were arrested for selling powder from the fort to smugglers, and their "
    "captain has been called before the court.",
    "5": "The doctor believes that the fever came with the last ship from the south and asks that "
    "all travelers be kept apart for forty days.",
}
FILE = Path("harbor01v02.xml")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path)
    made.keep([a_document(n, [words, "Yours faithfully"]) for n, words in PAPERS.items()], FILE)
    return made


def numbers(found: SearchResult) -> list[str]:
    return [one.document.number for one in found.passages]


def rows(library: Library) -> int:
    with closing(connect(library.path)) as connection:
        return int(connection.execute("SELECT count(*) FROM meaning").fetchone()[0])


@pytest.mark.parametrize(
    "query, number",
    [
        ("naval vessels sailed", "1"),
        ("price of food", "2"),
        ("lighthouse is dark", "3"),
        ("troops stole ammunition", "4"),
        ("quarantine against disease", "5"),
    ],
)
def test_other_words_are_found(library: Library, query: str, number: str) -> None:
    assert search(library, query).total == 0, "no passage holds these words"
    found = search_meaning(library, query)
    best = next(one for one in found.passages if one.meaning_rank == 1)
    assert best.document.number == number
    assert best.likeness == max(one.likeness or -1 for one in found.passages)
    # A heading, two words and the note's text each: all are compared, few are ranked.
    assert found.total == 3 * len(PAPERS)
    assert all(one.place == "p1" for one in found.passages if one.meaning_rank)
    assert found.model == the_model().name


def test_words_and_meaning_are_fused(library: Library) -> None:
    found = search_meaning(library, "travelers with a disease")
    best = found.passages[0]
    assert best.document.number == "5" and best.word_rank == 1
    assert "travelers" in [best.snippet[slice(*match)] for match in best.matches]
    assert best.score == pytest.approx(1 / 61 + 1 / (60 + (best.meaning_rank or 0)))
    assert best.score == max(one.score for one in found.passages)


def test_what_is_excluded_is_excluded_from_both(library: Library) -> None:
    assert "5" in numbers(search_meaning(library, "illness on board"))
    assert "5" not in numbers(search_meaning(library, "illness on board -fever"))
    assert "5" not in numbers(search_meaning(library, "travelers -doctor"))


def test_narrowed(library: Library) -> None:
    library.keep([a_document("9", [PAPERS["1"]], senders=["Dahl"])], Path("other.xml"))
    found = search_meaning(library, "naval vessels sailed", Narrowing(sender="Dahl"))
    assert set(numbers(found)) == {"9"} and found.total == 2
    found = search_meaning(library, "harbor", Narrowing(volume="no such volume"))
    assert (found.total, found.passages) == (0, [])


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    assert search_meaning(Library(tmp_path / "none"), "ships").passages == []
    assert not (tmp_path / "none").exists()
    with pytest.raises(QueryError):
        search_meaning(Library(tmp_path), "-ships")


def test_no_network_is_asked(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise AssertionError("the network is asked")

    the_model.cache_clear()
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert numbers(search_meaning(library, "price of food"))[0] == "2"


def test_without_the_extra_it_says_what_to_install(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_model, "_PACKAGE", "no_such_package_as_this")
    the_model.cache_clear()
    with pytest.raises(StandoffError, match=r"pip install 'standoff\[meaning\]'") as caught:
        search_meaning(library, "price of food")
    assert caught.value.exit_code == 2
    the_model.cache_clear()


def test_vectors_are_worked_out_once(library: Library) -> None:
    model = the_model()
    assert embed_all(library, model) == len(PAPERS)
    assert embed_all(library, model) == 0
    changed = [a_document(n, [words]) for n, words in PAPERS.items() if n != "2"]
    library.keep([*changed[:-1], a_document("5", ["Something else."])], FILE)
    assert rows(library) == 0, "every document changed: the second paragraph is gone"
    assert embed_all(library, model) == 4
    library.remove("harbor01v02#d3")
    assert rows(library) == 3
    library.keep([a_document("3", ["The lamps are lit."])], Path("new.xml"))
    assert embed_all(library, model) == 1 and rows(library) == 4


def test_another_model_begins_anew(library: Library) -> None:
    model = the_model()
    assert embed_all(library, model) == 5
    turned = replace(model, name="another", weights=model.weights[::-1].copy())
    assert embed_all(library, turned) == 5 and rows(library) == 5
    assert embed_all(library, model) == 5
    assert numbers(search_meaning(library, "price of food"))[0] == "2"


class Stopper:
    """Wants it stopped after so many steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.said: list[str] = []

    def say(self, what: str) -> None:
        self.said.append(what)

    def step(self, done: int, total: int) -> None:
        assert 0 < done <= total
        self.left -= 1

    @property
    def cancelled(self) -> bool:
        return self.left <= 0


def test_stopped_and_resumed(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.keep([a_document(str(n), [f"Paper {n} of the office."]) for n in range(100)], FILE)
    stopper = Stopper(2)
    with pytest.raises(Cancelled):
        search_meaning(library, "papers", progress=stopper)
    assert len(stopper.said) == 1
    done = rows(library)
    assert 0 < done < 100
    assert embed_all(library, the_model()) == 100 - done


def test_a_document_that_went_meanwhile_gets_no_vectors(library: Library) -> None:
    """It is removed, and another takes its number in the table, while its vectors are made."""
    plain = the_model()

    class Slow(Embedding):
        def embed(self, texts):  # type: ignore[no-untyped-def]
            library.remove("harbor01v02#d5")
            library.keep([a_document("6", ["New.", "Longer than the old one.", "."])], FILE)
            return plain.embed(texts)

    assert embed_all(library, Slow(plain.name, plain.tokens, plain.weights)) == 5
    # Keeping what FILE holds now has removed the other four as well.
    assert rows(library) == 0
    assert embed_all(library, plain) == 1


TEXTS = st.lists(
    st.text("abcdefghijklmnop éß中\n.", max_size=40) | st.sampled_from(list(PAPERS.values())),
    min_size=1,
    max_size=6,
)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(TEXTS)
def test_vectors_do_not_depend_on_what_is_worked_out_beside_them(texts: list[str]) -> None:
    model = the_model()
    whole = model.embed(texts)
    for text, row in zip(texts, whole, strict=True):
        assert model.embed([text]).tobytes() == row[None].tobytes()
        tokens = [
            t.tolist()
            for t in model.weights[model.tokens.encode(text, add_special_tokens=False).ids]
        ]
        twin = [sum(numbers) for numbers in zip(*tokens, strict=True)] or [0.0] * model.dimensions
        length = sum(n * n for n in twin) ** 0.5 or 1.0
        np.testing.assert_allclose(row, [n / length for n in twin], atol=1e-3)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_the_ranking_by_meaning_against_a_slow_twin(
    tmp_path_factory: pytest.TempPathFactory, seed: int, pool: int
) -> None:
    """Against cosines in Python, over passages of all lengths, with a small pool."""
    drawn = np.random.default_rng(seed)
    words = " ".join(PAPERS.values()).split()
    texts = [" ".join(drawn.choice(words, int(drawn.integers(1, 30)))) for _ in range(40)]
    library = Library(tmp_path_factory.mktemp("ranking"))
    library.keep([a_document(str(n), [t]) for n, t in enumerate(texts)], FILE)
    query = "xyzzy " + " ".join(drawn.choice(words, 3)).replace(",", "").replace(".", "")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(meaning_search, "POOL", pool)
        found = search_meaning(library, query, most=1000)
    model = the_model()
    asked = model.embed([query])[0].tolist()

    def likeness(text: str) -> float:
        return sum(a * b for a, b in zip(model.embed([text])[0].tolist(), asked, strict=True))

    twin = sorted(
        (-likeness(text), n) for n, text in enumerate(texts) if len(text.split()) >= FEWEST_WORDS
    )
    ranked = sorted(
        (o.meaning_rank, int(o.document.number)) for o in found.passages if o.meaning_rank
    )
    assert [n for _, n in ranked] == [n for value, n in twin if value < 0][:pool]
    assert [rank for rank, _ in ranked] == list(range(1, len(ranked) + 1))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.lists(st.integers(0, 12), unique=True, max_size=8), max_size=4))
def test_fusing_against_its_definition(rankings: list[list[int]]) -> None:
    found = fused(rankings)
    items = {item for ranking in rankings for item in ranking}
    assert {item for item, _ in found} == items
    for item, score in found:
        assert score == pytest.approx(
            sum(1 / (60 + r.index(item) + 1) for r in rankings if item in r), abs=1e-15
        )
    assert found == sorted(found, key=lambda one: (-one[1], one[0]))
