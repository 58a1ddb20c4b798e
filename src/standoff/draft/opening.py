"""The note to draft from: a file, a document of the library, or standard input."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from standoff.draft.models import FoundDate
from standoff.errors import Position, Problem, SourceError, nearest
from standoff.progress import Progress, check
from standoff.sources.document import Document, Rendering

__all__ = ["Opened", "date_of", "open_note"]

_MOST_STDIN = 5_000_000
_LISTED = 8  # names of documents that an error lists
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(frozen=True)
class Opened:
    """A document with text, and the other renderings of it that the library holds."""

    document: Document
    others: tuple[Document, ...] = ()


def open_note(
    source: Path | str, workspace: Path | None = None, progress: Progress | None = None
) -> Opened:
    """The document that `source` names: a path, `PATH#d403` for one document of a volume, a key of
    the library in `workspace`, or `-` for plain text on standard input.
    """
    text = str(source)
    if text == "-":
        return Opened(_standard_input())
    path, _, id = text.rpartition("#") if "#" in text else (text, "", "")
    if Path(text).exists():
        path, id = text, ""
    if path and Path(path).is_file():
        found = _of_file(Path(path), id, progress)
        others = tuple(d for d in _held(found.key, workspace) if d.rendering != found.rendering)
        return _with_text(found, others)
    held = _held(text, workspace)
    if not held:
        raise _no_such_note(text, workspace)
    best = next((document for document in held if document.has_text), held[0])
    return _with_text(best, tuple(d for d in held if d is not best))


def _with_text(document: Document, others: tuple[Document, ...]) -> Opened:
    """The rendering that has a text: some volumes print only a heading and pictures of pages."""
    if document.has_text:
        return Opened(document, others)
    for other in others:
        if other.has_text:
            return Opened(other, (document, *(d for d in others if d is not other)))
    raise SourceError(
        Problem(
            "no-text", "the document has no text here, only a heading", found=document.key,
            expected="another rendering of it: a file with its text (PATH), or one added with "
            "`standoff sources add`",
        )
    )  # fmt: skip


def _of_file(path: Path, id: str, progress: Progress | None) -> Document:
    from standoff.sources.reading import read

    found = None
    ids: list[str] = []
    for document in read(path, progress):
        check(progress)
        ids.append(document.id)
        if document.id == id or not id:
            found = found or document
    if found is not None and (id or len(ids) == 1):
        return found
    listed = ", ".join(ids[:_LISTED]) + (
        f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    )
    if id:
        raise SourceError(
            Problem(
                "no-such-document", "the file holds no document of this name",
                Position(str(path), 1, 1), found=id, expected=listed or "a document",
                nearest=nearest(id, ids),
            )
        )  # fmt: skip
    raise SourceError(
        Problem(
            "several-documents", "the file holds several documents; name one",
            Position(str(path), 1, 1), found=listed,
            expected=f"{path}#{ids[0] if ids else 'd1'}",
        )
    )  # fmt: skip


def _held(key: str, workspace: Path | None) -> list[Document]:
    """The renderings of a document that the library holds, the one read from TEI first."""
    from standoff.sources.library import Library
    from standoff.workspace import workspace as folder_of

    library = Library(folder_of(workspace))
    if not library.path.exists():
        return []
    found = []
    for rendering in get_args(Rendering):
        try:
            found.append(library.get(f"{key}@{rendering}"))
        except SourceError:
            continue
    if not found:
        try:
            found.append(library.get(key))
        except SourceError:
            return []
    return found


def _no_such_note(name: str, workspace: Path | None) -> SourceError:
    from standoff.sources.library import Library
    from standoff.sources.reading import READABLE
    from standoff.workspace import workspace as folder_of

    keys = [listed.key for listed in Library(folder_of(workspace)).documents()]
    return SourceError(
        Problem(
            "no-note", "there is no file and no document of the library of this name",
            found=repr(name[:80]), expected=f"{READABLE}, a name that `standoff sources list` "
            "gives, or - for standard input", nearest=nearest(name, keys),
        )
    )  # fmt: skip


def _standard_input() -> Document:
    from standoff.sources.plain_text import read_text

    raw = sys.stdin.buffer.read(_MOST_STDIN + 1)
    if len(raw) > _MOST_STDIN:
        raise SourceError(Problem("too-large", f"a note of over {_MOST_STDIN:,} bytes is refused"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise SourceError(
            Problem("not-utf-8", "standard input is not UTF-8", found=f"byte {wrong.start}")
        ) from None
    if not text.strip() or "\x00" in text:
        raise SourceError(Problem("empty", "there is no text on standard input", expected="a note"))
    return read_text(text, "note", "d1")


def date_of(opened: Opened, given: str | None = None) -> FoundDate:
    """When the note was written, and where its year comes from.

    Where the note gives no year, the part of the volume that it stands in may (`October 25, 1962`),
    in this rendering or in another; else the years that the volume covers are possible, and where
    there are several the day is left open. `given` (a day) goes before all that.
    """
    from standoff.sources.days import own_date, span_of, spans_of

    document = opened.document
    own = own_date(document)
    words = own.words if own else ""
    when = (own.when or own.last or own.first) if own else ""
    if given is not None:
        return FoundDate(words=words, when=when, day=_asked(given), year_from="given with --date")
    _, last = span_of(document)
    if last is not None:
        return FoundDate(words=words, when=when, day=last)
    for other in opened.others:
        _, dated = span_of(other)
        if dated is not None and when.removeprefix("--") in ("", dated[5:]):
            return FoundDate(
                words=words,
                when=when,
                day=dated,
                year_from=f"the year is from the {other.rendering} rendering",
            )
    if when.startswith("--"):
        for held in (document, *opened.others):
            for part in reversed(held.section):
                day = _in_words(part)
                if day and day[5:] == when[2:]:
                    return FoundDate(
                        words=words, when=when, day=day,
                        year_from=f"the year is from the volume, where it stands under “{part}”",
                    )  # fmt: skip
        spans = next((s for d in (document, *opened.others) if (s := spans_of(d))), [])
        years = tuple(int(first[:4]) for first, _ in spans)
        if len(years) == 1:
            return FoundDate(
                words=words, when=when, day=spans[0][1], year_from="the year is the volume's"
            )
        return FoundDate(words=words, when=when, day="", years=years)
    return FoundDate(words=words, when=when, day="")


def _in_words(part: str) -> str:
    """A day in a heading of the volume (`October 25, 1962`) as ISO."""
    found = re.search(rf"({'|'.join(_MONTHS)})\s+(\d{{1,2}}),\s+(\d{{4}})", part)
    if found is None:
        return ""
    return f"{found[3]}-{_MONTHS.index(found[1]) + 1:02}-{int(found[2]):02}"


def _asked(given: str) -> str:
    from standoff.sources.days import last_day

    if _DAY.fullmatch(given.strip()) is None:
        last_day("", "--date")  # says how a day is written
    return last_day(given, "--date")
