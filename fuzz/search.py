"""Fuzz what is typed into a search: ``python fuzz/search.py -max_total_time=180``.

It is an expression that SQLite's index takes, or a `QueryError`; nothing else.
"""

from __future__ import annotations

import contextlib
import sqlite3

import atheris
from harness import main

with atheris.instrument_imports(include=["standoff.sources"]):
    from standoff.errors import QueryError
    from standoff.sources.search_terms import match_expression

INDEX = sqlite3.connect(":memory:")
INDEX.execute(
    "CREATE VIRTUAL TABLE words USING fts5 (text, tokenize='porter unicode61 remove_diacritics 2')"
)
INDEX.executemany("INSERT INTO words VALUES (?)", [(f"The fleet {n} lay in",) for n in range(50)])


def one(data: bytes) -> None:
    """A query of any characters, halves of surrogate pairs among them."""
    query = data.decode("utf-8", "surrogateescape")
    with contextlib.suppress(QueryError):
        expression = match_expression(query)
        INDEX.execute("SELECT count(*) FROM words WHERE words MATCH ?", [expression]).fetchone()


if __name__ == "__main__":
    main(one, "search")
