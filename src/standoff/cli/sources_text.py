"""The library as a person reads it on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from textwrap import wrap
from typing import get_args

import typer

from standoff.cli.plain import plain
from standoff.cli.runs import aligned
from standoff.sources.citing import citation
from standoff.sources.document import Document, Enclosed
from standoff.sources.models import FileReport, FoundPassage, ListedDocument, SearchResult, What

__all__ = ["passages", "report", "table", "whole"]

WIDTH = 100
_MOST_NAMED = 20  # documents that a report of one file names


def report(files: Sequence[FileReport]) -> Iterator[str]:
    """What each file changed; documents that changed or went are named."""
    for file in files:
        counts = [(what, file.count(what)) for what in get_args(What)]
        said = ", ".join(f"{count} {what}" for what, count in counts if count) or "no documents"
        yield plain(f"{file.file}: {said}")
        named = [c for c in file.changes if c.what in ("changed", "moved", "removed")]
        if len(file.changes) == 1 and file.changes[0].what != "same":
            named = file.changes
        for change in named[:_MOST_NAMED]:
            remarks = f" ({'; '.join(change.remarks)})" if change.remarks else ""
            yield plain(f"  {change.what} {change.key}{remarks}")
        if len(named) > _MOST_NAMED:
            yield f"  and {len(named) - _MOST_NAMED} more; --json names all"


def table(documents: Sequence[ListedDocument]) -> list[str]:
    """Documents in columns."""
    rows = [("document", "date", "from", "to", "heading")]
    rows += [
        (
            _name(one, documents), one.best_date or "", _cut(one.sender or "", 28),
            _cut(one.recipient or "", 28), _cut(one.heading, 60),
        )
        for one in documents
    ]  # fmt: skip
    return aligned(rows)


def whole(listed: ListedDocument, document: Document) -> Iterator[str]:
    """A document: how to cite it, what is known of it, the text with its places, the notes."""
    yield from wrap(plain(citation(document)), WIDTH)
    yield ""
    fields = {
        "name": f"{document.key} ({document.rendering})",
        "address": document.address,
        "heading": document.heading,
        "kind": document.kind,
        "from": listed.sender,
        "to": listed.recipient,
        "signed": "; ".join(person.words for person in document.speakers),
        "addressed": "; ".join(person.words for person in document.spoken_to),
        "letters in it": "; ".join(map(_letter, document.enclosed)),
        "date": listed.best_date,
        "place": document.place,
        "marking": document.marking,
        "kept at": document.archive,
        "pages": ", ".join(listed.pages),
        "paragraphs": str(listed.paragraphs),
        "read from": listed.file,
        "remarks": "; ".join(document.remarks),
    }
    yield from aligned([(name, value) for name, value in fields.items() if value])
    for passage, words in document:
        yield ""
        yield from _hanging(passage.locator, words)
    if document.notes:
        yield ""
        yield "Notes"
    for note in document.notes:
        yield ""
        yield from _hanging(note.label or note.id, note.text)


def passages(found: SearchResult) -> Iterator[str]:
    """Passages, best first, with what was searched in bold."""
    if not found.passages:
        holds = "holds" if found.model is None else "holds or means"
        yield f"no passage {holds} {plain(found.query)}"
        return
    listed = [one.document for one in found.passages]
    for one in found.passages:
        document = one.document
        page = f", page {one.page}" if one.page else ""
        yield plain(f"{_name(document, listed)}/{one.place}{page}{_ranks(one)}")
        sides = f"from {document.sender}" if document.sender else ""
        sides += f" to {document.recipient}" if document.recipient else ""
        about = [_cut(document.heading, 72), document.best_date or "", sides.strip()]
        yield plain(f"  {' | '.join(part for part in about if part)}")
        yield f"    {_bold(one.snippet, one.matches)}"
        yield ""
    kind = "passage" if found.total == 1 else "passages"
    if found.model is not None:
        yield f"the best {len(listed)} of {found.total} {kind}, by words and by meaning"
        return
    left = "" if found.total == len(listed) else f", the best {len(listed)} shown"
    yield f"{found.total} {kind}{left}"


def _letter(one: Enclosed) -> str:
    """Who writes to whom in a letter inside a telegram."""
    by = " and ".join(person.words for person in one.speakers)
    to = " and ".join(person.words for person in one.spoken_to)
    return " ".join(part for part in (by and f"from {by}", to and f"to {to}") if part)


def _ranks(one: FoundPassage) -> str:
    """Why a passage was found, where meaning was asked for too."""
    ranks = {"words": one.word_rank, "meaning": one.meaning_rank}
    said = ", ".join(f"{which} {rank}" for which, rank in ranks.items() if rank is not None)
    return f" ({said})" if said else ""


def _name(document: ListedDocument, among: Sequence[ListedDocument]) -> str:
    """The key, and the rendering where the same document is there in another one too."""
    twice = any(o.key == document.key and o.rendering != document.rendering for o in among)
    return f"{document.key}@{document.rendering}" if twice else document.key


def _bold(text: str, matches: Sequence[tuple[int, int]]) -> str:
    marks = [0, *(at for match in matches for at in match), len(text)]
    parts = [plain(text[start:end]) for start, end in pairwise(marks)]
    return "".join(typer.style(p, bold=True) if i % 2 else p for i, p in enumerate(parts))


def _hanging(label: str, words: str) -> list[str]:
    label, words = plain(label), plain(words)
    return wrap(words, WIDTH, initial_indent=f"{label:<6} ", subsequent_indent=" " * 7) or [label]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
