"""One door to all readers: a path, and the documents in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from standoff.errors import Position, Problem, SourceError
from standoff.progress import Progress, check
from standoff.sources.document import Document
from standoff.sources.file_names import as_text
from standoff.sources.tei import LARGEST, named_in, read_tei

_KINDS = {
    ".xml": "tei", ".tei": "tei",
    ".txt": "text", ".text": "text",
    ".md": "markdown", ".markdown": "markdown",
    ".pdf": "pdf",
}  # fmt: skip
_LARGEST_TEXT = 30_000_000
READABLE = "TEI (.xml), plain text (.txt), Markdown (.md), PDF with a text layer (.pdf)"


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files to read: those named, and in folders (with what is below) all of a known kind."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in _KINDS)
            found.update(dict.fromkeys(p for p in inside if p.is_file()))
        else:
            found[path] = None
    return list(found)


def read(path: Path, progress: Progress | None = None) -> Iterator[Document]:
    """The documents of a file, in order, one at a time.

    `progress` is told bytes done and bytes in all. Raises `SourceError`: where a file is broken
    late, after documents were given out, and then none of them counts.
    """
    size = _size(path)
    kind = _kind(path)

    def tick(done: int) -> None:
        check(progress)
        if progress is not None:
            progress.step(min(done, size), size)

    try:
        yield from _documents(path, kind, tick)
    except OSError as wrong:
        raise _refused(path, "unreadable", f"can't be read: {wrong.strerror or wrong}") from None
    tick(size)


def _documents(path: Path, kind: str, tick: Callable[[int], None]) -> Iterator[Document]:
    volume, id = named_in(path)
    if kind == "tei":
        yield from read_tei(path, tick)
    elif kind == "pdf":
        from standoff.sources.pdf_text import read_pdf

        yield read_pdf(path, volume, id, tick)
    elif kind == "markdown":
        from standoff.sources.markdown import read_markdown

        yield read_markdown(_text(path), volume, id)
    else:
        from standoff.sources.plain_text import read_text

        yield read_text(_text(path), volume, id)


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            raise _refused(path, "a-folder", "is a folder; its files are read one by one")
        size = path.stat().st_size
    except OSError as wrong:
        raise _refused(path, "unreadable", f"can't be read: {wrong.strerror or wrong}") from None
    if size > LARGEST:
        raise _refused(path, "too-large", f"the file has {size:,} bytes, over {LARGEST:,}")
    if size == 0:
        raise _refused(path, "empty", "the file is empty")
    return size


def _kind(path: Path) -> str:
    """By the name's ending; what begins otherwise than its ending says is told apart."""
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as wrong:
        raise _refused(path, "unreadable", f"can't be read: {wrong.strerror or wrong}") from None
    kind = _KINDS.get(path.suffix.lower(), "")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!")):
        raise SourceError(
            Problem(
                "an-archive",
                "is packed; unpack it and name the files in it",
                Position(as_text(path), 1, 1),
                expected=READABLE,
            )
        )
    if start.startswith(b"%PDF-"):
        return "pdf"
    if kind in ("", "tei") and (start.startswith((b"<?xml", b"<TEI", b"<div"))):
        return "tei"
    if not kind:
        raise SourceError(
            Problem(
                "unknown-kind",
                "can't tell what kind of file this is",
                Position(as_text(path), 1, 1),
                found=path.suffix or "a name without an ending",
                expected=READABLE,
            )
        )
    return kind


def _text(path: Path) -> str:
    """The file's characters: UTF-8 (with or without its mark) or UTF-16 with its mark."""
    data = path.read_bytes()
    if len(data) > _LARGEST_TEXT:
        raise _refused(path, "too-large", f"the text has {len(data):,} bytes")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise SourceError(
            Problem(
                "not-utf-8",
                "the text is not UTF-8",
                Position(as_text(path), line, 1),
                found=f"byte {data[wrong.start]:#04x}",
                expected="UTF-8; convert the file (iconv -f windows-1252 -t utf-8)",
            )
        ) from None
    if "\x00" in text:
        raise _refused(path, "not-text", "the file is no text: it has zero bytes")
    return text


def _refused(path: Path, code: str, message: str) -> SourceError:
    return SourceError(Problem(code, message, Position(as_text(path), 1, 1)))
