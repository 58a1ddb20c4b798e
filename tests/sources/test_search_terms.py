"""What is typed into a search means what it says, and nothing that is typed breaks the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from standoff.errors import QueryError
from standoff.sources.search_terms import (
    MOST_CHARACTERS,
    MOST_WORDS,
    Term,
    match_expression,
    terms_of,
)

WORDS = ("alpha", "bravo", "charlie", "delta")


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """Every sequence of up to three of four words, in an index like the library's."""
    texts = [
        " ".join(s)
        for s in [(a, b, c) for a in WORDS for b in WORDS for c in WORDS]
        + [(a, b) for a in WORDS for b in WORDS]
        + [(a,) for a in WORDS]
    ]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (text, tokenize='porter unicode61')")
        connection.executemany("INSERT INTO t VALUES (?)", [(text,) for text in texts])
        yield connection


def found(index: sqlite3.Connection, query: str) -> set[str]:
    rows = index.execute("SELECT text FROM t WHERE t MATCH ?", (match_expression(query),))
    return {row[0] for row in rows}


def holds(text: str, term: Term) -> bool:
    """A term as one would look for it by eye."""
    words, wanted = text.split(), term.text.split()
    for start in range(len(words) - len(wanted) + 1):
        if words[start : start + len(wanted)] == wanted:
            return True
    return False


def by_eye(texts: set[str], query: str) -> set[str]:
    """The slow twin: each text against each term."""
    terms = terms_of(query)
    groups: list[list[Term]] = []
    for term in terms:
        if term.either:
            groups[-1].append(term)
        elif not term.excluded:
            groups.append([term])
    return {
        text
        for text in texts
        if all(any(holds(text, term) for term in group) for group in groups)
        and not any(holds(text, term) for term in terms if term.excluded)
    }


piece = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(lambda w: f'"{" ".join(w)}"'),
    st.sampled_from([f"-{word}" for word in WORDS]),
    st.sampled_from(['-"alpha bravo"', "OR", "( -", "“bravo charlie”"]),
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(piece, min_size=1, max_size=6))
@example(["alpha", "OR", '"bravo charlie"', "-delta"])
@example(["-alpha", "bravo", "OR", "charlie", "delta"])
def test_a_query_means_what_it_says(index: sqlite3.Connection, pieces: list[str]) -> None:
    query = " ".join(pieces)
    every = {row[0] for row in index.execute("SELECT text FROM t")}
    try:
        terms_of(query)
    except QueryError as error:
        assert "OR" in pieces or all(piece[0] in "-(" for piece in pieces), error
        return
    assert found(index, query) == by_eye(every, query)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=40) | st.text(alphabet="ab \"*-+(){}[]:^,.'\0 OR\ud800NEAR", max_size=20))
@example("NEAR(alpha, bravo)")
@example("text:alpha")
@example("^alpha")
@example('a"b"c')
@example("x\0y")
def test_nothing_that_is_typed_breaks_the_index(index: sqlite3.Connection, query: str) -> None:
    try:
        expression = match_expression(query)
    except QueryError as error:
        assert error.problems[0].expected
        return
    index.execute("SELECT count(*) FROM t WHERE t MATCH ?", (expression,)).fetchone()


@pytest.mark.parametrize(
    ("query", "column", "message"),
    [
        ('missile "base', 9, "a quotation mark is not closed"),
        ("negotiat* now", 9, "beginnings of words"),
        ("OR missile", 1, "OR stands between"),
        ("missile OR", 9, "OR stands between"),
        ("missile OR OR base", 12, "OR stands between"),
        ("missile OR -base", 12, "OR stands between"),
        ("-missile OR base", 10, "OR stands between"),
    ],
)
def test_what_can_not_be_read_is_pointed_at(query: str, column: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        match_expression(query)
    (problem,) = caught.value.problems
    assert problem.message.startswith(message) and problem.position is not None
    assert problem.position.column == column and problem.text == query


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "there is no word"),
        ("-- ( *", "there is no word"),
        ("-missile", "all words are excluded"),
        ("a " * (MOST_WORDS + 1), "too much to search for; found 65 words"),
        # A phrase of many common words would keep the index busy: 17 seconds for 2,000.
        (f'"{"the " * (MOST_WORDS + 1)}"', "too much to search for; found 65 words"),
        ("the." * (MOST_WORDS + 1), "too much to search for; found 65 words"),
        ("the_" * (MOST_WORDS + 1), "too much to search for; found 65 words"),
        ("." * (MOST_CHARACTERS + 1), "too much to search for; found 1,001 characters"),
    ],
)
def test_what_asks_nothing_is_refused(query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        match_expression(query)
