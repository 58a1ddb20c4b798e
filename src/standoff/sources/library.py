"""The library of a workspace: documents kept, listed, taken out again, in one SQLite file.

Adding is idempotent: a document is the same where its digest is, and what reading a file again
changes is said document by document. All that one file changes is one transaction, so that a kill
leaves the library as it was before that file; reading is done before the transaction begins, so
that other processes wait for the writing only.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, get_args

from standoff.errors import Problem, SourceError, nearest
from standoff.progress import Progress, check
from standoff.sources.days import spans_of
from standoff.sources.document import Document, Person, Rendering
from standoff.sources.file_names import as_text
from standoff.sources.headings import posts
from standoff.sources.library_files import (
    content_of,
    held_by,
    hold,
    holders_of,
    is_gone,
    let_go,
    twin_in,
)
from standoff.sources.library_tables import FILE, LibraryError, connected, transaction
from standoff.sources.models import Change, FileReport, ListedDocument, What
from standoff.sources.narrowing import Narrowing, folded
from standoff.sources.places import searched

__all__ = ["COLUMNS", "Library", "listed"]

COLUMNS = (
    "document.key, document.rendering, document.volume, document.number, document.kind, "
    "document.date, document.best_date, document.sender, document.recipient, document.heading, "
    "document.pages, document.paragraphs, document.file"
)
"""The columns of which `listed` makes an entry."""
_ORDER = "ORDER BY document.volume, document.ordinal, document.key, document.rendering"
_EVERY = 50  # documents between two looks at whether to stop


class _Packed(NamedTuple):
    document: Document
    digest: str
    body: bytes


class Library:
    """The library in a workspace's folder; nothing is made before something is added."""

    def __init__(self, workspace: Path) -> None:
        self.path = workspace / FILE

    def add(self, path: Path, progress: Progress | None = None) -> FileReport:
        """Read a file and keep its documents; what it no longer holds is removed."""
        from standoff.sources.reading import read

        return self.keep(read(path, progress), path, progress)

    def keep(
        self, documents: Iterable[Document], path: Path, progress: Progress | None = None
    ) -> FileReport:
        """Keep documents as what `path` holds now."""
        packed, seen = [], set()
        for index, document in enumerate(documents):
            if index % _EVERY == 0:
                check(progress)
            name = (document.key, document.rendering)
            if name in seen:
                raise SourceError(
                    Problem(
                        "two-documents",
                        "two documents of a file have the same name",
                        path=as_text(path),
                        found=document.key,
                    )
                )
            seen.add(name)
            plain = _as_json(document, path)
            packed.append(_Packed(document, sha256(plain).hexdigest(), zlib.compress(plain, 4)))
        file = as_text(path.resolve())
        check(progress)
        with connected(self.path, make=True) as connection, transaction(connection):
            changes = [_put(connection, one, file, i) for i, one in enumerate(packed)]
            changes += _drop_missing(connection, file, seen)
            check(progress)
        return FileReport(file=file, changes=changes)

    def documents(self, narrowing: Narrowing | None = None) -> list[ListedDocument]:
        """Documents by volume, in the order of their files."""
        where, values = (narrowing or Narrowing()).condition()
        if not self.path.exists():
            return []
        with connected(self.path, make=False) as connection:
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM document WHERE {where} {_ORDER}", values
            )
            return [listed(row) for row in rows]

    def get(self, name: str) -> Document:
        """The document of that name (`frus1961-63v06#d65`; `...@text` where it is held twice)."""
        return self.find(name)[1]

    def find(self, name: str) -> tuple[ListedDocument, Document]:
        """The document of that name, and as it is listed."""
        if not self.path.exists():
            raise _unknown(name, [])
        with connected(self.path, make=False) as connection:
            found = _named(connection, name)
            if len(found) > 1:
                raise SourceError(
                    Problem(
                        "several-renderings", "the document is held in several renderings",
                        found=name,
                        expected=" or ".join(f"{row[1]}@{row[2]}" for row in found),
                    )
                )  # fmt: skip
            row = connection.execute(
                f"SELECT body, {COLUMNS} FROM document WHERE id = ?", found[0][:1]
            ).fetchone()
            if row is None:  # removed in between by another process
                raise _unknown(name, [])
            return listed(row[1:]), self._unpacked(row[0], name)

    def read(self, narrowing: Narrowing | None = None) -> Iterator[Document]:
        """The documents themselves, one after the other, in the order of `documents`."""
        where, values = (narrowing or Narrowing()).condition()
        if not self.path.exists():
            return
        with connected(self.path, make=False) as connection:
            rows = connection.execute(
                f"SELECT body, key FROM document WHERE {where} {_ORDER}", values
            )
            for body, key in rows:
                yield self._unpacked(body, key)

    def _unpacked(self, body: bytes, name: str) -> Document:
        try:
            return Document.from_json(zlib.decompress(body))
        except (zlib.error, ValueError) as error:
            raise LibraryError(f"{self.path}: {name} is damaged: add its file again") from error

    def remove(self, name: str) -> list[ListedDocument]:
        """Remove a document, in all renderings unless one is named, or a whole volume."""
        if not self.path.exists():
            raise _unknown(name, [])
        with connected(self.path, make=False) as connection, transaction(connection):
            ids = [
                row[0]
                for row in connection.execute(
                    "SELECT id FROM document WHERE volume = ? ORDER BY ordinal", (name,)
                )
            ] or [row[0] for row in _named(connection, name)]
            gone = []
            for one in ids:
                gone += connection.execute(
                    f"SELECT {COLUMNS} FROM document WHERE id = ?", (one,)
                ).fetchall()
                _delete(connection, one)
            return [listed(row) for row in gone]


def _as_json(document: Document, path: Path) -> bytes:
    try:
        return document.to_json()
    except ValueError as error:  # halves of surrogate pairs, which a PDF can hold
        raise SourceError(
            Problem(
                "no-text", "a document holds what is no text", path=as_text(path),
                found=document.key, expected="characters that Unicode has",
            )
        ) from error  # fmt: skip


def listed(row: tuple[object, ...]) -> ListedDocument:
    """The entry that a row of `COLUMNS` is."""
    names = (
        "key", "rendering", "volume", "number", "kind", "date", "best_date", "from", "to",
        "heading", "pages", "paragraphs", "file",
    )  # fmt: skip
    fields = dict(zip(names, row, strict=True))
    fields["pages"] = json.loads(str(fields["pages"]))
    return ListedDocument.model_validate(fields)


def _put(connection: sqlite3.Connection, packed: _Packed, file: str, ordinal: int) -> Change:
    document = packed.document
    known = connection.execute(
        "SELECT id, digest, file FROM document WHERE key = ? AND rendering = ?",
        (document.key, document.rendering),
    ).fetchone()
    remarks = list(document.remarks)
    what: What = "added"
    others: set[str] = set()
    if known is not None:
        what = "same" if known[1] == packed.digest else "changed"
        others = holders_of(connection, known[0])
        if known[2] != file and is_gone(known[2]):
            remarks.append(f"was read from {known[2]}, which is gone")
        elif known[2] != file and what == "changed":
            remarks.append(f"takes the place of what was read from {known[2]}")
    elif (old := twin_in(connection, document)) is not None:
        what = "moved"
        remarks.append(f"was {old.key}, read from {old.file}, which is gone")
        _delete(connection, old.id)
    if known is not None and what == "same":
        number = known[0]
        connection.execute(
            "UPDATE document SET file = ?, ordinal = ? WHERE id = ?", (file, ordinal, number)
        )
    else:
        if known is not None:
            _delete(connection, known[0])
        number = _insert(connection, packed, file, ordinal)
    hold(connection, number, file, others)
    return Change(key=document.key, rendering=document.rendering, what=what, remarks=remarks)


def _insert(connection: sqlite3.Connection, packed: _Packed, file: str, ordinal: int) -> int:
    """The document's number in the table."""
    document = packed.document
    row = {
        "key": document.key,
        "rendering": document.rendering,
        "volume": document.volume.id,
        "number": document.number,
        "kind": document.kind,
        "date": document.date,
        "best_date": document.best_date,
        "sender": _words(document.senders),
        "recipient": _words(document.recipients),
        # Who looks for Khrushchev's letters wants the one that an embassy telegraphed, too.
        "sender_folded": _folded_names((*document.senders, *document.speakers)),
        "recipient_folded": _folded_names(
            (*document.recipients, *_single_posts(document.recipients), *document.spoken_to)
        ),
        "heading": document.heading,
        "pages": json.dumps(_pages(document)),
        "paragraphs": len(document.paragraphs),
        "file": file,
        "ordinal": ordinal,
        "digest": packed.digest,
        "content": content_of(document),
        "body": packed.body,
    }
    cursor = connection.execute(
        f"INSERT INTO document ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        tuple(row.values()),
    )
    number = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO span (document, earliest, latest) VALUES (?, ?, ?)",
        ((number, *days) for days in spans_of(document)),
    )
    people: dict[str, list[Person]] = {}
    for person in (*document.persons, *document.speakers, *document.spoken_to):
        people.setdefault(person.name or person.words, []).append(person)
    connection.executemany(
        "INSERT INTO person (document, name, folded) VALUES (?, ?, ?)",
        ((number, name, _folded_names(group)) for name, group in people.items()),
    )
    connection.executemany(
        "INSERT INTO passage (document, place, page, text) VALUES (?, ?, ?, ?)",
        ((number, *one) for one in searched(document) if one.words),
    )
    return number


def _single_posts(people: Iterable[Person]) -> list[Person]:
    """An embassy each where a heading names several together."""
    return [Person(post) for person in people for post in posts(person.words)]


def _pages(document: Document) -> list[str]:
    printed = [page.label for page in document.pages if page.medium == "print"]
    return printed or [page.label for page in document.pages]


def _words(people: Iterable[Person]) -> str | None:
    return "; ".join(person.words for person in people) or None


def _folded_names(people: Iterable[Person]) -> str:
    """All names by which these people may be looked for."""
    names = [folded(text) for person in people for text in (person.words, person.name) if text]
    return "; ".join(dict.fromkeys(names))


def _drop_missing(
    connection: sqlite3.Connection, file: str, seen: set[tuple[str, Rendering]]
) -> list[Change]:
    """Remove what the file held when it was last read and holds no more, unless another does."""
    gone = [row for row in held_by(connection, file) if (row[1], row[2]) not in seen]
    changes = []
    for number, key, rendering in gone:
        if let_go(connection, number, file):
            _delete(connection, number)
            changes.append(Change(key=key, rendering=rendering, what="removed"))
    return changes


def _delete(connection: sqlite3.Connection, document: int) -> None:
    # Passages first and by name: the index is kept by triggers, which a cascade would fire only
    # where SQLite is built so.
    connection.execute("DELETE FROM passage WHERE document = ?", (document,))
    connection.execute("DELETE FROM document WHERE id = ?", (document,))


def _named(connection: sqlite3.Connection, name: str) -> list[tuple[int, str, str]]:
    """Documents of that name, at least one: id, key, rendering.

    A name is a key, a key with `@rendering`, or the volume's where that holds one document.
    """
    key, _, rendering = name.rpartition("@")
    if not key or rendering not in get_args(Rendering):
        key, rendering = name, ""
    rows = connection.execute(
        "SELECT id, key, rendering FROM document WHERE key = ?1 OR volume = ?1 "
        "AND (SELECT count(DISTINCT key) FROM document WHERE volume = ?1) = 1 ORDER BY rendering",
        (key,),
    ).fetchall()
    found = [row for row in rows if rendering in ("", row[2])]
    if not found:
        volume = key.partition("#")[0]
        keys = connection.execute("SELECT key FROM document WHERE volume = ?", (volume,))
        candidates = [f"{row[1]}@{row[2]}" for row in rows] or [row[0] for row in keys]
        if not candidates:
            volumes = connection.execute("SELECT DISTINCT volume FROM document")
            candidates = [row[0] for row in volumes]
            raise _unknown(name, candidates, volume)
        raise _unknown(name, candidates)
    return found


def _unknown(name: str, candidates: list[str], like: str | None = None) -> SourceError:
    return SourceError(
        Problem(
            "no-such-document",
            "the library holds no document of this name",
            found=name,
            expected="a name that `standoff sources list` gives",
            nearest=nearest(name if like is None else like, candidates),
        )
    )
