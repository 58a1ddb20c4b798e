"""Vectors of passages, kept in the library: worked out once, when they are first asked for.

A row of `meaning` holds the vectors of one document's passages, in half precision, one after the
other, the passages' ids in the same order, and the name of the model that they are of. A row goes
with its document. Work is committed every few documents, so that whoever stops it, or is killed,
goes on from there; a document that another process changed in between is left for the next time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standoff.progress import Progress, check
from standoff.sources.embedding_model import Embedding
from standoff.sources.library import Library
from standoff.sources.library_tables import LibraryError, connected, transaction

__all__ = ["embed_all", "vectors"]


_AT_ONCE = 32  # documents between two commits: about a fifth of a second
_WITHOUT = (
    "FROM document LEFT JOIN meaning ON meaning.document = document.id AND meaning.model = ? "
    "WHERE meaning.document IS NULL"
)


class _Row(NamedTuple):
    document: int
    digest: str
    passages: bytes
    vectors: bytes


def embed_all(library: Library, model: Embedding, progress: Progress | None = None) -> int:
    """Give every passage that has none its vector; returns for how many documents it was done."""
    if not library.path.exists():
        return 0
    done = 0
    with connected(library.path, make=False) as connection:
        waiting = connection.execute(
            f"SELECT document.id, document.digest {_WITHOUT} ORDER BY document.id", (model.name,)
        ).fetchall()
        if waiting and progress is not None:
            progress.say("working out what passages mean, once: document")
        while done < len(waiting):
            check(progress)
            some = waiting[done : done + _AT_ONCE]
            _keep(connection, model.name, _embedded(connection, model, some))
            done += len(some)
            if progress is not None:
                progress.step(done, len(waiting))
    return done


def _embedded(
    connection: sqlite3.Connection, model: Embedding, documents: Sequence[tuple[int, str]]
) -> list[_Row]:
    """Vectors of some documents, as they are at this moment."""
    marks = ", ".join("?" * len(documents))
    rows = connection.execute(
        f"SELECT document, id, text FROM passage WHERE document IN ({marks}) ORDER BY document, id",
        [number for number, _ in documents],
    ).fetchall()
    vectors = model.embed([text for _, _, text in rows]).astype("<f2", copy=False)
    places: dict[int, list[int]] = {number: [] for number, _ in documents}
    for at, (number, _, _) in enumerate(rows):
        places[number].append(at)
    return [
        _Row(
            number, digest,
            np.array([rows[at][1] for at in places[number]], "<i8").tobytes(),
            vectors[places[number]].tobytes(),
        )
        for number, digest in documents
    ]  # fmt: skip


def _keep(connection: sqlite3.Connection, model: str, found: Iterable[_Row]) -> None:
    """Keep the vectors of documents that are still what they were when the work began."""
    with transaction(connection):
        connection.executemany(
            "INSERT OR REPLACE INTO meaning (document, model, passages, vectors) "
            "SELECT id, ?, ?, ? FROM document WHERE id = ? AND digest = ?",
            [(model, one.passages, one.vectors, one.document, one.digest) for one in found],
        )


def vectors(
    connection: sqlite3.Connection, model: Embedding, where: str, values: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    """(ids of passages, their vectors) of the documents of a condition that have vectors."""
    rows = connection.execute(
        "SELECT meaning.passages, meaning.vectors FROM document "
        "JOIN meaning ON meaning.document = document.id AND meaning.model = ? "
        f"WHERE {where} ORDER BY document.id",
        [model.name, *values],
    ).fetchall()
    ids = np.frombuffer(b"".join(row[0] for row in rows), "<i8")
    flat = np.frombuffer(b"".join(row[1] for row in rows), "<f2")
    if len(flat) != len(ids) * model.dimensions:
        raise LibraryError("the vectors of passages are damaged: remove the documents and add them")
    return ids, flat.reshape(len(ids), model.dimensions)
