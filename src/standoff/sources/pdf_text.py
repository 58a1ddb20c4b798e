"""PDF with a text layer: its words page by page. Nothing is recognized from pictures.

A PDF can hold pages that swell to any size when unpacked, and forms that draw forms that draw
forms. Pages, unpacked bytes, drawing instructions and text are bounded, and pypdf's own limits on
streams hold as well; what goes past them is refused.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.errors import Position, Problem, SourceError
from standoff.sources.document import Document
from standoff.sources.file_names import as_text
from standoff.sources.plain_text import assembled, blocks_of

if TYPE_CHECKING:
    from pypdf import PdfReader

READER = "pdf/2"

MOST_PAGES = 5_000
MOST_CHARACTERS = 30_000_000
MOST_ON_A_PAGE = 2_000_000
"""Characters on one page, and bytes of its unpacked drawing instructions times ten."""

MOST_INSTRUCTIONS = 500_000
"""Drawing instructions of one page, those of the forms on it included."""

_LONGEST_LABEL = 50  # characters of a page's label
_MOST_LABELS = 20_000  # entries of the tree of labels
_DEEPEST = 20  # levels of it
_PAST_A_LIMIT = re.compile(r"\b(?:limit|exceed)", re.IGNORECASE)
_HYPHEN = re.compile(r"(?<=[^\W\d_])-\n(?=[a-z])")


class _Complaints(logging.Handler):
    """What pypdf says of a file while it goes on without what it can't read."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        if len(self.said) < 1000:
            self.said.append(record.getMessage())


class _TooMuch(BaseException):
    """Past a bound, inside pypdf, which goes on after any `Exception` within a form."""


class _Counter:
    """Counts the drawing instructions of a page."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, *_: object) -> None:
        self.seen += 1
        if self.seen > MOST_INSTRUCTIONS:
            raise _TooMuch


def read_pdf(
    path: Path, volume: str, id: str, tick: Callable[[int], None] | None = None
) -> Document:
    """The document that a PDF holds. Raises `SourceError` where it can't be read or has no text."""
    logger, complaints = logging.getLogger("pypdf"), _Complaints()
    kept = logger.propagate
    logger.addHandler(complaints)
    logger.propagate = False  # what it says is told in the document's remarks
    try:
        document = _read(path, volume, id, tick)
    finally:
        logger.removeHandler(complaints)
        logger.propagate = kept
    if any(_PAST_A_LIMIT.search(said) for said in complaints.said):
        raise _refused(path, "too-large", "a page of the PDF draws without end")
    if complaints.said:
        count = len(complaints.said)
        remark = f"not all of the PDF may have been read ({count} complaints: {complaints.said[0]})"
        return replace(document, remarks=(*document.remarks, remark[:300]))
    return document


def _read(path: Path, volume: str, id: str, tick: Callable[[int], None] | None) -> Document:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    size = path.stat().st_size
    try:
        reader = PdfReader(str(path), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _refused(path, "encrypted", "the PDF is locked with a password")
        count = len(reader.pages)
        if count > MOST_PAGES:
            raise _refused(path, "too-large", f"the PDF has {count} pages, over {MOST_PAGES}")
        labels = _labels(reader, count)
        texts: list[str] = []
        total = 0
        for number, page in enumerate(reader.pages):
            _bounded(page, path, number)
            words = page.extract_text(visitor_operand_before=_Counter()) or ""
            total += len(words)
            if len(words) > MOST_ON_A_PAGE or total > MOST_CHARACTERS:
                raise _refused(path, "too-large", f"page {number + 1} unpacks to too much text")
            texts.append(words)
            if tick is not None:
                tick(size * (number + 1) // count)
        title = str((reader.metadata.title if reader.metadata else None) or "")
    except SourceError:
        raise
    except _TooMuch:
        raise _refused(path, "too-large", "a page of the PDF draws without end") from None
    except (PyPdfError, RecursionError, MemoryError) as wrong:
        raise _refused(path, "not-pdf", f"the PDF can't be read: {wrong or 'too deep'}") from None
    except Exception as wrong:  # a broken file fails in many ways inside pypdf
        said = f"{type(wrong).__name__}: {wrong}"
        raise _refused(path, "not-pdf", f"the PDF can't be read ({said})") from None
    if not any(text.strip() for text in texts):
        raise SourceError(
            Problem(
                "no-text-layer",
                "the PDF has no text layer: its pages are pictures",
                Position(as_text(path), 1, 1),
                expected="a PDF with words in it (made so by character recognition)",
            )
        )
    return _document(texts, labels, title.strip(), volume, id)


def _labels(reader: PdfReader, count: int) -> list[str]:
    """Labels of the pages; their numbers where the file's own labels could be of any length.

    A label is a prefix and a number, which may be asked for in Roman figures: two thousand million
    would be two million letters, on each page.
    """
    waiting: list[tuple[object, int]] = [(reader.root_object.get("/PageLabels"), 0)]
    for _ in range(_MOST_LABELS):
        if not waiting:
            return [label[:_LONGEST_LABEL] for label in reader.page_labels]
        found, depth = waiting.pop()
        found = found.get_object() if hasattr(found, "get_object") else found
        if isinstance(found, dict):
            start, prefix = found.get("/St", 1), found.get("/P", "")
            if len(str(prefix)) > _LONGEST_LABEL or not _is_small(start) or depth > _DEEPEST:
                break
            waiting += [(found.get(name), depth + 1) for name in ("/Nums", "/Kids")]
        elif isinstance(found, list):
            if depth > _DEEPEST or len(found) > _MOST_LABELS:
                break
            waiting += [(one, depth + 1) for one in found]
    return [str(number + 1) for number in range(count)]


def _is_small(number: object) -> bool:
    return isinstance(number, int) and abs(number) <= MOST_PAGES * 10


def _bounded(page: object, path: Path, number: int) -> None:
    """Refuse a page whose drawing instructions unpack to more than any printed page needs."""
    contents = page.get_contents()  # type: ignore[attr-defined]
    if contents is not None and len(contents.get_data()) > 10 * MOST_ON_A_PAGE:
        raise _refused(path, "too-large", f"page {number + 1} unpacks to too much")


def _document(texts: list[str], labels: list[str], title: str, volume: str, id: str) -> Document:
    blocks: list[str] = []
    starts: list[tuple[int, str]] = []
    for text, label in zip(texts, labels, strict=True):
        starts.append((len(blocks), label))
        for block in blocks_of(text):
            blocks += _paragraphs(_HYPHEN.sub("", block))
    first = next(line.strip() for text in texts for line in text.splitlines() if line.strip())
    heading = title or " ".join(first.split())[:300]
    return assembled(blocks, [], volume, id, "pdf", READER, heading=heading, starts=starts)


def _paragraphs(block: str) -> list[str]:
    """Paragraphs of a block, which has only lines: a short one that ends a sentence ends one."""
    lines = block.splitlines()
    full = sorted(len(line) for line in lines)[len(lines) * 4 // 5] if lines else 0
    found: list[list[str]] = [[]]
    for line in lines:
        found[-1].append(line)
        if line.rstrip().endswith((".", "?", "!", ":", "”", '"')) and len(line) < 0.8 * full:
            found.append([])
    return [text for text in ("\n".join(part) for part in found) if text.strip()]


def _refused(path: Path, code: str, message: str) -> SourceError:
    return SourceError(Problem(code, message, Position(as_text(path), 1, 1)))
