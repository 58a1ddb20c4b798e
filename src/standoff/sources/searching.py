"""Search: passages of the library that hold words, ranked by bm25, with snippets."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from standoff.sources.library import COLUMNS, Library, listed
from standoff.sources.library_tables import connected
from standoff.sources.models import FoundPassage, SearchResult
from standoff.sources.narrowing import Narrowing
from standoff.sources.search_terms import match_expression

__all__ = ["between", "search", "snippet_of"]

AROUND = 32
"""Words of a snippet; SQLite's most is 64."""
_BEGIN, _END = "\x02", "\x03"  # what no text holds that was typed or printed
_SNIPPET = f"snippet(passage_words, 0, '{_BEGIN}', '{_END}', '…', {AROUND})"


def search(
    library: Library, query: str, narrowing: Narrowing | None = None, most: int = 10
) -> SearchResult:
    """The `most` best passages for a query (its language: `search_terms`).

    Passages are ranked by bm25 as SQLite's FTS5 has it: k1 = 1.2, b = 0.75 [robertson2009].
    """
    expression = match_expression(query)
    where, values = (narrowing or Narrowing()).condition()
    found = SearchResult(library=str(library.path), query=query, total=0, passages=[])
    if not library.path.exists():
        return found
    tables = "passage_words"
    if values:
        tables += " JOIN passage ON passage.id = passage_words.rowid"
        tables += " JOIN document ON document.id = passage.document"
    with connected(library.path, make=False) as connection:
        connection.execute("BEGIN")  # all of it as the library was at one moment
        matching = f"FROM {tables} WHERE passage_words MATCH ? AND {where}"
        matching += between(connection, where, values)
        (total,) = connection.execute(
            f"SELECT count(*) {matching}", [expression, *values]
        ).fetchone()
        # Sorting by more than the rank would be done outside of the index, which takes longer.
        best = connection.execute(
            f"SELECT passage_words.rowid, rank {matching} ORDER BY rank LIMIT ?",
            [expression, *values, most],
        ).fetchall()
        passages = []
        for number, rank in sorted(best, key=lambda row: (row[1], row[0])):
            row = connection.execute(
                f"SELECT place, page, {COLUMNS} FROM passage "
                "JOIN document ON document.id = passage.document WHERE passage.id = ?",
                (number,),
            ).fetchone()
            text, matches = snippet_of(connection, expression, number)
            passages.append(
                FoundPassage(
                    document=listed(row[2:]), place=row[0], page=row[1] or "", score=-rank,
                    snippet=text, matches=matches,
                )
            )  # fmt: skip
    return found.model_copy(update={"total": total, "passages": passages})


def between(connection: sqlite3.Connection, where: str, values: Sequence[str]) -> str:
    """A condition that holds for every passage of the documents of `where`, for the index to use.

    The passages of a volume mostly stand one after the other, and the index can begin and end with
    them; without this it goes through all that hold a common word.
    """
    if not values:
        return ""
    first, last = connection.execute(
        "SELECT min(passage.id), max(passage.id) FROM document "
        f"JOIN passage ON passage.document = document.id WHERE {where}",
        values,
    ).fetchone()
    return " AND 0" if first is None else f" AND passage_words.rowid BETWEEN {first} AND {last}"


def snippet_of(
    connection: sqlite3.Connection, expression: str, passage: int
) -> tuple[str, list[tuple[int, int]]]:
    """Words of a passage around the best place for an expression that it meets, and where those
    that were searched stand in them.
    """
    (snippet,) = connection.execute(
        f"SELECT {_SNIPPET} FROM passage_words WHERE passage_words MATCH ? AND rowid = ?",
        (expression, passage),
    ).fetchone()
    return _unmarked(snippet)


def _unmarked(snippet: str) -> tuple[str, list[tuple[int, int]]]:
    """A snippet without its marks, and where they stood."""
    parts: list[str] = []
    matches: list[tuple[int, int]] = []
    length, begun = 0, None
    for character in snippet:
        if character == _BEGIN:
            begun = length
        elif character == _END:
            if begun is not None:
                matches.append((begun, length))
            begun = None
        else:
            parts.append(character)
            length += 1
    return "".join(parts), matches
