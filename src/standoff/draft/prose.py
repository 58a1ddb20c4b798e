"""What of a document is prose, under which heading, and where each sentence stands.

Headings stand on a line of their own, or run in: a short first sentence without a verb
("Objectives. The prime ..."). Neither is a statement. Paragraphs are counted from the top of each
page, sentences within the paragraph without its run-in heading, as a reader of the page would.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from standoff.draft.models import FoundSection
from standoff.sources.document import Document, Passage, Sentence

__all__ = ["Prose", "Statement", "place_of", "places_of", "prose", "title_of"]

_LONGEST_HEAD = 8  # words of a heading that runs in
_LONGEST_LINE = 12  # words of a heading on a line of its own
_LIST_MARK = re.compile(r"(?:\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]|[-•–])\s+(?=\S)")
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|may|might|can|could|shall|"
    r"should|must|see|said|says|hopes?|wants?|seeks?|expects?|refused?|agreed?)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.;:,?!]['\"”’)\]]*\Z")
_EDITORS = re.compile(r"\[.*\]\.?\Z", re.DOTALL)
_SERIAL = re.compile(r"\d|\b(?:SUBJECT|Subject|REF|REFS|No|NIE|SNIE)\b")
_SERIES_NUMBER = re.compile(r"[A-Z]+\s*\d[\d\s./–-]*\d|No\.\s*[\d–-]+", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """A sentence of the running text: offsets in the document's text, a list's number left off."""

    start: int
    end: int
    passage: str
    """With its sentence where there are several: `p2/s3`."""
    where: str
    """`p1 ¶2 s2`"""
    section: str
    opens: bool
    """Whether it is the first of its paragraph."""


@dataclass(frozen=True)
class Prose:
    """The statements of a document in order, and its sections."""

    statements: tuple[Statement, ...]
    sections: tuple[FoundSection, ...]


def prose(document: Document) -> Prose:
    """The running text of a document without headings, signatures, tables and editors' brackets."""
    statements: list[Statement] = []
    sections: list[FoundSection] = []
    section = ""
    count: dict[str, int] = {}
    title = title_of(document)
    for passage, words in document:
        if _is_line(document, passage, words):
            name = _bare(words)
            if name.casefold() != title.casefold() and not _SERIAL.search(name):
                section = name
                sections.append(_section(document, passage, passage.start, passage.end, False))
            continue
        if passage.kind not in ("paragraph", "item") or _EDITORS.fullmatch(words):
            continue
        spans = list(passage.sentences) or [Sentence(passage.start, passage.end)]
        head = _run_in(document, spans)
        if head is not None:
            sections.append(_section(document, passage, head.start, head.end, True))
            section = sections[-1].title
        page, number = "", 0
        for index, span in enumerate(spans):
            here = _page(document, span.start)
            if index == 0 or here != page:
                count[here] = count.get(here, 0) + 1
                page, number = here, 0
            if head is not None and index == 0:
                continue
            number += 1
            statements.append(
                Statement(
                    _after_mark(document.text, span), span.end,
                    passage.locator if len(spans) == 1 else f"{passage.locator}/s{index + 1}",
                    _where(page, count[page], number), section,
                    number == 1 and index <= (head is not None),
                )
            )  # fmt: skip
    return Prose(tuple(statements), tuple(sections))


def places_of(document: Document) -> Callable[[int], str]:
    """`place_of` of a document, quick for many offsets."""
    starts: list[int] = []
    ends: list[tuple[int, str]] = []
    for passage in document.passages:
        spans = passage.sentences if len(passage.sentences) > 1 else ()
        starts.append(passage.start)
        ends.append((passage.end, passage.locator))
        for index, span in enumerate(spans):
            for at, end, name in (
                (span.start, span.end, f"{passage.locator}/s{index + 1}"),
                (span.end, passage.end, passage.locator),
            ):
                if starts[-1] == at:
                    ends[-1] = (end, name)
                else:
                    starts.append(at)
                    ends.append((end, name))

    def place(start: int) -> str:
        index = bisect_right(starts, start) - 1
        return ends[index][1] if index >= 0 and start < ends[index][0] else ""

    return place


def place_of(document: Document, start: int) -> str:
    """The passage, and its sentence where it has several, in which a character stands."""
    for passage in document.passages:
        if passage.start <= start < passage.end:
            if len(passage.sentences) > 1:
                for index, span in enumerate(passage.sentences):
                    if span.start <= start < span.end:
                        return f"{passage.locator}/s{index + 1}"
            return passage.locator
    return ""


def title_of(document: Document) -> str:
    """The note's own title: a line in capitals at its head, else what the source note or the
    heading calls it.
    """
    for candidate in _titles(document):
        words = " ".join(candidate.split()).strip(' .“”"')
        if words:
            return words
    return document.key


def _titles(document: Document) -> Iterator[str]:
    first = [p for p in document.passages if p.kind != "dateline"][:6]
    for index, passage in enumerate(first):
        words = document.words(passage)
        if _bare(words).upper() in ("SUBJECT", "SUBJ") and index + 1 < len(first):
            yield document.words(first[index + 1])
        if re.match(r"(?:SUBJECT|Subject)\s*:?\s+\S", words) and len(words.split()) <= 30:
            yield re.sub(r"^(?:SUBJECT|Subject)\s*:?\s+", "", words)
    for passage in first:
        words = document.words(passage)
        if len(words) > 12 and words.upper() == words and not _SERIES_NUMBER.match(words):
            yield words
    note = document.source_note
    if note is not None:
        opening = re.match(r"([^.“”]{12,120})\.\s", note.text)
        marking = (document.marking or "\0").split(";")[0]
        if opening and not opening[1].startswith(("Source", marking)) and ":" not in opening[1]:
            yield opening[1]
    after_date = re.search(
        r"(?<!No)(?<!Mr)(?<!Dr)[.]\s+[“\"]?([A-Z][^.]{8,160})[.]?[”\"]?\Z", document.heading
    )
    if after_date:
        yield after_date[1]
    yield document.heading


def _is_line(document: Document, passage: Passage, words: str) -> bool:
    """Whether a passage is a heading on a line of its own."""
    if passage.kind == "heading":
        return True
    if passage.kind != "paragraph" or len(_bare(words).split()) > _LONGEST_LINE:
        return False
    if words.upper() == words and re.search(r"[A-Z]{3}", words):
        return True
    bare = _bare(words)
    capital = bare[:1].isupper()
    return capital and not _ENDS.search(words) and not _VERB.search(bare)


def _run_in(document: Document, spans: list[Sentence]) -> Sentence | None:
    """The heading with which a paragraph opens."""
    if len(spans) < 2:
        return None
    words = document.words(spans[0])
    bare = _bare(words)
    if not words.endswith((".", "?", ":")) or not bare[:1].isupper():
        return None
    if len(bare.split()) > _LONGEST_HEAD or _VERB.search(bare) or "," in bare:
        return None
    return spans[0]


def _section(
    document: Document, passage: Passage, start: int, end: int, run_in: bool
) -> FoundSection:
    quote = document.text[start:end]
    return FoundSection(
        quote=quote, start=start, end=end, passage=place_of(document, start),
        where=f"p{passage.page}" if passage.page else "", title=_bare(quote), run_in=run_in,
    )  # fmt: skip


def _bare(words: str) -> str:
    """A heading without its number and its full stop."""
    return _LIST_MARK.sub("", words, count=1).strip().rstrip(".:").strip()


def _after_mark(text: str, span: Sentence) -> int:
    mark = _LIST_MARK.match(text, span.start, span.end)
    return mark.end() if mark else span.start


def _page(document: Document, offset: int) -> str:
    printed = document.page_at(offset, "print")
    return printed or document.page_at(offset, "facsimile")


def _where(page: str, paragraph: int, sentence: int) -> str:
    return " ".join([*([f"p{page}"] if page else []), f"¶{paragraph}", f"s{sentence}"])
