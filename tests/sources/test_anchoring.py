"""Words found again: exactly where they were, moved, altered, or gone."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import SourceError
from standoff.sources.anchoring import MOVED, Selector, anchor, place_of, quote, span_of
from standoff.sources.document import Document, Sentence
from standoff.sources.folded_text import fold, folded_text
from standoff.sources.sentences import sentences
from strategies.documents import a_document

LETTERS = (
    "The fleet has left the harbor at dawn. Nobody saw which way it went, and no light was lit."
)
ANSWER = "The consul asks for orders. He will not burn the books before the mail boat has come in."
QUIET = "Nothing else is to be told of the week; prices are as they were, and the strait is calm."

quick = settings(derandomize=True, deadline=None, max_examples=60)


def cut(document: Document) -> Document:
    """With its sentences."""
    passages = []
    for passage in document.passages:
        words = document.words(passage)
        found = tuple(Sentence(passage.start + a, passage.start + b) for a, b in sentences(words))
        passages.append(replace(passage, sentences=found))
    return replace(document, passages=tuple(passages))


def held(*paragraphs: str) -> Document:
    return cut(a_document(paragraphs=paragraphs))


def spot(document: Document, words: str) -> tuple[int, int]:
    at = document.text.index(words)
    return at, at + len(words)


def garbled(text: str, share: float, seed: int) -> str:
    """As a bad scan has it: so many of the characters left out, changed or doubled."""
    random, out = Random(seed), []
    for character in text:
        drawn = random.random()
        if drawn < share / 3:
            continue
        out.append(random.choice("ceilnortu1 ") if drawn < 2 * share / 3 else character)
        if 2 * share / 3 <= drawn < share:
            out.append(random.choice("ceilnortu1"))
    return "".join(out)


WORDS = st.sampled_from(
    ["harbor", "fleet", "mail", "boat", "consul", "orders", "light", "dawn", "the", "a", "of", "no"]
)
PARAGRAPH = st.lists(WORDS, min_size=3, max_size=30).map(" ".join)
DOCUMENT = st.lists(PARAGRAPH, min_size=1, max_size=5).map(lambda ps: held(*ps))


@st.composite
def spans(draw: st.DrawFn) -> tuple[Document, int, int]:
    """A document of few different words, and a span of it that begins and ends with a word."""
    document = draw(DOCUMENT)
    passage = draw(st.sampled_from(document.passages))
    words = document.words(passage).split()
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first, len(words) - 1))
    start = passage.start + len(" ".join(words[:first])) + (first > 0)
    return document, start, start + len(" ".join(words[first : last + 1]))


# --- what is not edited


@quick
@given(spans())
def test_an_unedited_document_gives_the_same_span(case: tuple[Document, int, int]) -> None:
    document, start, end = case
    found = anchor(document, quote(document, start, end))
    assert (found.state, found.score, found.start, found.end) == ("ok", 100, start, end)


@quick
@given(spans(), st.booleans())
def test_the_quotation_alone_is_enough_where_it_is_unique(
    case: tuple[Document, int, int], typeset: bool
) -> None:
    document, start, end = case
    made = quote(document, start, end)
    bare = replace(made, position=None, text_hash="", place="")
    if typeset:  # another edition's line ends
        bare = replace(bare, exact=bare.exact.replace(" ", "\n  "))
    found = anchor(document, bare)
    whole = fold(document.text[max(0, start - 512) : end + 512])
    if document.text.count(made.exact) == 1 or folded_text(document.text).text.count(whole) == 1:
        assert (found.start, found.end) == (start, end)
        assert found.score == 100
    assert found.state != "lost"


def test_typography_and_white_space_are_no_edit() -> None:
    document = held("He said: “We won’t — ever — leave.”\n Then he\u00ad left.")
    found = anchor(document, Selector("p1", exact='"We won\'t - ever -  leave." Then he left.'))
    assert (found.state, found.score) == ("ok", 100)
    assert document.text[found.start : found.end].endswith("left.")


# --- what is edited elsewhere


@quick
@given(spans(), st.text(alphabet="xyz w\n", max_size=60), st.booleans())
def test_an_edit_outside_the_words_and_their_context_never_loses_them(
    case: tuple[Document, int, int], added: str, before: bool
) -> None:
    document, start, end = case
    made = quote(document, start, end)
    low, high = start - len(made.prefix), end + len(made.suffix)
    old = document.text
    text = added + old[low:] if before else old[:high] + added
    edited = replace(document, text=text, passages=())
    found = anchor(edited, made)
    assert found.state in ("ok", "moved")
    assert fold(text[found.start : found.end]) == fold(made.exact)
    assert found.score == 100


@quick
@given(spans())
def test_a_document_without_the_words_gives_lost(case: tuple[Document, int, int]) -> None:
    document, start, end = case
    other = held("Quartz jumps vexingly; zebus fly by six wizened gymnasts.", "Why? Ugly myths.")
    assert anchor(other, quote(document, start, end)).state == "lost"


# --- what is edited there


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("words", ["Nobody saw which way it went", LETTERS, LETTERS + " " + QUIET])
def test_words_that_a_scanner_garbled_are_moved(words: str, seed: int) -> None:
    document = held(ANSWER, words, QUIET)
    made = Selector("p2", exact=words)
    noisy = garbled(words, 0.06, seed)
    found = anchor(held(ANSWER, noisy, QUIET), made)
    if fold(noisy) == fold(words):
        assert found.state == "ok"
        return
    assert found.state == "moved"
    assert MOVED < found.score < 100
    assert "altered" in found.why
    assert anchor(document, made).state == "ok"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("length", [4, 6, 10, 20, 40])
def test_the_threshold_lies_between_chance_and_garbling(length: int, seed: int) -> None:
    """Phrases of the same language in another text stay under it; garbled ones above it."""
    random = Random(1000 * length + seed)
    syllables = [a + b for a in "bdfglmnprst" for b in ("a", "e", "i", "o", "u", "an", "er", "in")]

    def some(count: int) -> str:
        return " ".join(
            "".join(random.choice(syllables) for _ in range(random.randint(1, 3)))
            for _ in range(count)
        )

    words = some(length)
    assert anchor(held(*(some(80) for _ in range(20))), Selector(exact=words)).state == "lost"
    around = held(some(80), some(30) + " " + garbled(words, 0.05, seed) + " " + some(30), some(80))
    found = anchor(around, Selector(exact=words))
    assert found.state in ("ok", "moved")
    assert found.place.startswith("p2/")


def test_of_two_near_identical_passages_the_context_tells_which() -> None:
    first = "The consul asks for coal. The fleet has left the harbor. It is cold."
    second = "The consul asks for sail. The fleet has left the harbor. It is warm."
    document = held(first, second)
    start = document.text.rindex("The fleet")
    made = replace(
        quote(document, start, start + len("The fleet has left the harbor.")),
        place="", position=None, text_hash="",
    )  # fmt: skip
    assert anchor(document, made).start == start
    swapped = held(second, first)
    found = anchor(swapped, made)
    assert (found.place, found.state) == ("p1/s2", "ok")
    # An altered copy with the whole context is more than the very words in another context.
    both = held(first, second.replace("has left", "haf 1eft"))
    found = anchor(both, made)
    assert (found.place, found.state) == ("p2/s2", "moved")


def test_the_passage_tells_which_where_the_context_does_not() -> None:
    document = held(QUIET, ANSWER, QUIET)
    words = "prices are as they were"
    for place in ("p1", "p3"):
        found = anchor(document, Selector(place, exact=words))
        assert (found.place, found.state) == (f"{place}/s1", "ok")
    unsure = anchor(document, Selector(exact=words))
    assert unsure.state == "moved"
    assert "several places" in unsure.why


def test_a_paragraph_put_before_moves_what_follows() -> None:
    document = held(LETTERS, ANSWER)
    made = quote(document, *spot(document, "burn the books"))
    assert made.place == "p2/s2"
    found = anchor(held(QUIET, LETTERS, ANSWER), made)
    assert (found.state, found.score, found.place) == ("moved", 100, "p3/s2")
    assert "elsewhere" in found.why


def test_a_short_word_that_stands_elsewhere_by_chance_is_lost() -> None:
    document = held(LETTERS, ANSWER)
    made = quote(document, *spot(document, "dawn"))
    found = anchor(held("At dusk or dawn, who knows? " + QUIET, ANSWER), made)
    assert found.state == "lost"
    assert "nothing of what stood around" in found.why


# --- ranges and whole passages


def test_a_range_is_named_by_how_it_begins_and_ends() -> None:
    document = held(LETTERS, ANSWER, QUIET)
    made = Selector("p2", start="The consul asks", end="before the mail boat has come in.")
    found = anchor(document, made)
    assert document.text[found.start : found.end] == ANSWER
    assert found.state == "ok"
    noisy = ANSWER.replace("consul", "consu1").replace("mail", "mai1")
    moved = anchor(held(LETTERS, QUIET, noisy), made)
    assert moved.state == "moved"
    assert moved.place == "p3"
    assert anchor(held(LETTERS, QUIET), made).state == "lost"
    assert anchor(held(LETTERS, "The consul asks."), made).state == "lost"


def test_a_range_of_one_short_sentence_may_overlap_itself() -> None:
    document = held("It is so. We are ready to go. It is so.")
    made = Selector("p1", start="We are ready to go.", end="ready to go.")
    found = anchor(document, made)
    assert document.text[found.start : found.end] == "We are ready to go."


def test_a_place_without_words() -> None:
    document = held(LETTERS, ANSWER)
    span = span_of(document, "p2/s2")
    assert span is not None
    assert document.text[slice(*span)].startswith("He will not burn")
    assert place_of(document, *span) == "p2/s2"
    found = anchor(document, Selector("p2/s2", text_hash=document.text_hash))
    assert (found.start, found.end, found.state) == (*span, "ok")
    assert anchor(document, Selector("p2/s3")).state == "lost"
    assert anchor(document, Selector("p9")).state == "lost"
    assert anchor(document, Selector("p2/x")).state == "lost"
    changed = held(LETTERS, ANSWER + " More.")
    assert anchor(changed, Selector("p2", text_hash=document.text_hash)).state == "moved"


def test_what_is_too_long_to_quote_becomes_a_range() -> None:
    long = " ".join(f"word{i}" for i in range(900))
    document = held(QUIET, long)
    made = quote(document, *spot(document, long))
    assert not made.exact
    assert made.start.startswith("word0 word1")
    found = anchor(held(QUIET, LETTERS, long), replace(made, place="p3"))
    assert (found.place, found.state) == ("p3/s1", "ok")


@pytest.mark.parametrize("span", [(5, 5), (9, 3), (-1, 4), (0, 10**6), (3, 4)])
def test_a_span_without_words_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(SourceError, match="no words"):
        quote(held("The fleet"), *span)


# --- hostile texts: these would take hours if each repetition were compared


@pytest.mark.parametrize(
    "selector",
    [
        Selector(exact="the bases the bases"),
        Selector(exact="the bases " * 390 + "XX"),
        Selector(exact="a" * 4000),
        Selector(exact="b" + "bases the" * 300, prefix="the bases " * 50, suffix="the " * 20),
        Selector(start="the bases the", end="bases the"),
        Selector(start="the basesx the bases", end="bases the basey the"),
    ],
)
def test_repeated_words_take_no_longer(selector: Selector) -> None:
    document = a_document(paragraphs=["the bases " * 100_000])
    assert anchor(document, selector).state in ("moved", "lost")


@quick
@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=20))
def test_any_text_and_any_words(text: str, words: str, around: str) -> None:
    document = a_document(paragraphs=[text])
    for made in (Selector(exact=words, prefix=around), Selector("p1", start=words, end=around)):
        found = anchor(document, made)
        assert 0 <= found.start <= found.end <= len(text)
        if found.state == "lost":
            assert (found.start, found.end) == (0, 0)


@quick
@given(st.text(alphabet=" \n\t\u00adab’–İß", max_size=60))
def test_folding_leads_back(text: str) -> None:
    found = folded_text(text)
    assert len(found.text) == len(found.lowered)
    assert fold(fold(text)) == fold(text)
    for at, character in enumerate(found.text):
        start, end = found.out(at, at + 1)
        assert end == start + 1
        assert text[start].isspace() if character == " " else fold(text[start]) == fold(character)
        assert found.into(start) == at
