"""Search by meaning: two rankings of passages, by the model's vectors and by words, made one.

The words' ranking has what holds any of the words (a search for words alone wants all of them),
by bm25, without the words that a tenth of all passages hold. Excluded words exclude from both.
Passages of a few words (a date, a signature, a heading) are left out of the ranking by meaning:
a mean of few vectors lies near whatever is looked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.progress import Progress
from standoff.sources.embedding_model import Embedding, the_model
from standoff.sources.embeddings import embed_all, vectors
from standoff.sources.fusing import fused
from standoff.sources.library import COLUMNS, Library, listed
from standoff.sources.library_tables import connected
from standoff.sources.models import FoundPassage, SearchResult
from standoff.sources.narrowing import Narrowing
from standoff.sources.search_terms import Term, terms_of
from standoff.sources.searching import between, snippet_of
from standoff.sources.sentences import sentences

__all__ = ["search_meaning"]

POOL = 200
"""Places of each ranking that are fused."""
FEWEST_WORDS = 12
"""A passage with fewer is not ranked by meaning. On 2,846 documents the share of queries with a
good passage among the first ten by meaning rose from 4 to 9 of 12 with this bound, and with higher
bounds no further."""
_COMMON = 10  # a word that more than one in ten passages hold is not searched...
_FEW = 20  # ... unless so few passages hold it
_BLOCK = 16_384  # vectors that are compared at once
_ROUNDED = 1e-4  # more than rounding in single precision can move a cosine
_SHOWN = 32  # words of a sentence that is shown


@dataclass(frozen=True)
class _Ranked:
    """Passages by likeness, best first, and how many were compared."""

    ids: list[int]
    likeness: dict[int, float]
    compared: int


def search_meaning(
    library: Library,
    query: str,
    narrowing: Narrowing | None = None,
    most: int = 10,
    progress: Progress | None = None,
) -> SearchResult:
    """The `most` best passages for a query by meaning and words; works without a network.

    What was added since the last such search gets its vectors first, which `progress` tells of.
    Raises `StandoffError` where the optional extra `meaning` isn't installed.
    """
    terms = terms_of(query)
    where, values = (narrowing or Narrowing()).condition()
    model = the_model()
    result = SearchResult(
        library=str(library.path), query=query, total=0, passages=[], model=model.name
    )
    if not library.path.exists():
        return result
    embed_all(library, model, progress)
    wanted = " ".join(term.text for term in terms if not term.excluded)
    asked = model.embed([wanted])[0]
    with connected(library.path, make=False) as connection:
        connection.execute("BEGIN")  # all of it as the library was at one moment
        excluded = _holding(connection, [term for term in terms if term.excluded])
        expression = _any_word(connection, terms)
        words = _by_words(connection, expression, where, values)
        meant = _by_meaning(connection, model, asked, excluded, where, values)
        best = fused([words, meant.ids])[:most]
        places = (_places(words), _places(meant.ids))
        passages = [
            _found(connection, number, score, expression, model, asked, places, meant)
            for number, score in best
        ]
    return result.model_copy(update={"total": meant.compared, "passages": passages})


def _places(ranking: Sequence[int]) -> dict[int, int]:
    return {number: place for place, number in enumerate(ranking, 1)}


def _holding(connection: sqlite3.Connection, terms: Sequence[Term]) -> NDArray[np.int64]:
    """Passages that hold one of the terms."""
    if not terms:
        return np.zeros(0, np.int64)
    rows = connection.execute(
        "SELECT rowid FROM passage_words WHERE passage_words MATCH ?",
        [" OR ".join(term.expression for term in terms)],
    )
    return np.array([row[0] for row in rows], np.int64)


def _any_word(connection: sqlite3.Connection, terms: Sequence[Term]) -> str:
    """For FTS5: one of the words at least, none that is excluded; common ones only if no other."""
    (all_passages,) = connection.execute("SELECT count(*) FROM passage").fetchone()
    wanted = list(dict.fromkeys(t.expression for t in terms if not t.excluded))
    counts = {
        word: connection.execute(
            "SELECT count(*) FROM passage_words WHERE passage_words MATCH ?", [word]
        ).fetchone()[0]
        for word in wanted
    }
    rare = [word for word in wanted if counts[word] <= max(all_passages // _COMMON, _FEW)]
    excluded = [term.expression for term in terms if term.excluded]
    any_of = f"({' OR '.join(rare or wanted)})"
    return f"{any_of} NOT ({' OR '.join(excluded)})" if excluded else any_of


def _by_words(
    connection: sqlite3.Connection, expression: str, where: str, values: Sequence[str]
) -> list[int]:
    tables = "passage_words"
    if values:
        tables += " JOIN passage ON passage.id = passage_words.rowid"
        tables += " JOIN document ON document.id = passage.document"
    rows = connection.execute(
        f"SELECT passage_words.rowid, rank FROM {tables} WHERE passage_words MATCH ? "
        f"AND {where}{between(connection, where, values)} ORDER BY rank LIMIT ?",
        [expression, *values, POOL],
    ).fetchall()
    return [number for number, _ in sorted(rows, key=lambda row: (row[1], row[0]))]


def _by_meaning(
    connection: sqlite3.Connection,
    model: Embedding,
    asked: NDArray[np.float16],
    excluded: NDArray[np.int64],
    where: str,
    values: Sequence[str],
) -> _Ranked:
    ids, kept = vectors(connection, model, where, values)
    if not len(ids):
        return _Ranked([], {}, 0)
    single = asked.astype(np.float32)
    near = np.concatenate(
        [kept[i : i + _BLOCK].astype(np.float32) @ single for i in range(0, len(kept), _BLOCK)]
    )
    near[np.isin(ids, excluded)] = -np.inf
    # Short passages are looked up best first, since few of all passages need be looked up.
    chosen: list[tuple[float, int]] = []
    size = POOL
    while True:
        size = min(2 * size, len(ids))
        bound = np.partition(near, len(near) - size)[len(near) - size]
        rows = np.flatnonzero((near >= bound - _ROUNDED) & np.isfinite(near))
        rows = rows[_long_enough(connection, ids[rows])]
        # Halves of length 1: their products' sum in double precision is exact in any order.
        exact = kept[rows].astype(np.float64) @ asked.astype(np.float64)
        chosen = sorted(
            (-float(likeness), int(ids[row])) for row, likeness in zip(rows, exact, strict=True)
        )
        if size == len(ids) or (len(chosen) >= POOL and -chosen[POOL - 1][0] >= bound + _ROUNDED):
            break
    chosen = [one for one in chosen[:POOL] if one[0] < 0]
    return _Ranked(
        [number for _, number in chosen],
        {number: round(-likeness, 6) for likeness, number in chosen},
        len(ids),
    )


def _long_enough(connection: sqlite3.Connection, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of these passages have words enough to mean something."""
    return np.array(
        [
            len(connection.execute("SELECT text FROM passage WHERE id = ?", [one]).fetchone()[0]
                .split(maxsplit=FEWEST_WORDS)) >= FEWEST_WORDS
            for one in ids.tolist()
        ],
        np.bool_,
    )  # fmt: skip


def _found(
    connection: sqlite3.Connection,
    number: int,
    score: float,
    expression: str,
    model: Embedding,
    asked: NDArray[np.float16],
    places: tuple[dict[int, int], dict[int, int]],
    meant: _Ranked,
) -> FoundPassage:
    row = connection.execute(
        f"SELECT place, page, text, {COLUMNS} FROM passage "
        "JOIN document ON document.id = passage.document WHERE passage.id = ?",
        [number],
    ).fetchone()
    shown = snippet_of(connection, expression, number) if number in places[0] else None
    snippet, matches = shown or (_nearest_sentence(row[2], model, asked), [])
    return FoundPassage(
        document=listed(row[3:]), place=row[0], page=row[1] or "", score=score,
        snippet=snippet, matches=matches, word_rank=places[0].get(number),
        meaning_rank=places[1].get(number), likeness=meant.likeness.get(number),
    )  # fmt: skip


def _nearest_sentence(text: str, model: Embedding, asked: NDArray[np.float16]) -> str:
    """The passage's sentence that is most like the query, cut to what a line or two hold."""
    cuts = list(sentences(text)) or [(0, len(text))]
    near = model.embed([text[a:b] for a, b in cuts]).astype(np.float64) @ asked.astype(np.float64)
    start, end = cuts[int(np.argmax(near))]
    words = text[start:end].split()
    said = " ".join(words[:_SHOWN])
    before = "…" if start > 0 else ""
    return f"{before}{said}{'…' if len(words) > _SHOWN or end < len(text) else ''}"
