"""A linter for notes, one's own or somebody else's.

It reads plain text, Markdown or a self-contained HTML page and reports, with line and column:

``likelihood-and-confidence``  a sentence that holds an estimative word and a level of confidence
``mixed-standards``            a word that only the other standard knows
``mixed-rows``                 ICD 203's two rows of words (`likely`, `probable`) in one note
``estimate-without-number``    an estimative word without a number in its sentence (under PHIA:
                               without a line of the annex, ``A3``, that holds a number)
``number-in-text``             PHIA only: a number beside the word, where the annex is its place
``judgement-without-source``   a paragraph with an estimate and no footnote or source

Words inside quotation marks and block quotes are somebody else's and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from standoff.errors import Position, Problem
from standoff.words.standards import STANDARDS, Standard, standard

_OWN = {
    "icd203": (
        "almost no chance", "very unlikely", "roughly even chance", "very likely",
        "roughly even odds", "highly improbable", "highly probable", "nearly certain",
        "improbable",
    ),
    "phia": ("remote chance", "highly unlikely", "realistic possibility", "highly likely"),
}  # fmt: skip
"""Words that only one of the standards knows."""
_SHARED = (
    "almost certain", "almost certainly", "unlikely", "likely", "probable", "probably",
    "likely or probable",
)  # fmt: skip
_FIRST_ROW = ("almost no chance", "very unlikely", "unlikely", "roughly even chance", "likely",
              "very likely", "almost certain")  # fmt: skip
_SECOND_ROW = ("highly improbable", "improbable", "roughly even odds", "probable",
               "highly probable", "nearly certain", "probably")  # fmt: skip


def _alternation(words: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    body = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in longest)
    # "more likely than" compares; it estimates nothing.
    comparing = r"(?<!more )(?<!less )(?<!as )(?<!how )"
    return re.compile(rf"{comparing}(?<![\w-])(?:{body})(?![\w-])", re.IGNORECASE)


_ESTIMATE = _alternation((*_OWN["icd203"], *_OWN["phia"], *_SHARED))
_CONFIDENCE = re.compile(
    r"\b(?:(?:very\s+)?(?:low|moderate|high|limited|medium)(?:\s+to\s+\w+)?\s+confidence"
    r"|confidence\s+(?:\w+\s+){0,4}(?:is|of|was|as|:)|we\s+are\s+(?:\w+\s+)?confident"
    r"|\w+\s+confidence\s+that|with\s+confidence)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d[\d.,]*\s*(?:%|per\s*cent\b|percent\b|in\s+1[0,]*0\b|(?:to|–|-)\s*\d)"
    r"|(?<![\w.])0?\.\d+\b|\bin\s+100\b",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"(?<![\w.])[<>]?\d+(?:\.\d+)?(?![\w.])")
_ANNEX_LINE = re.compile(r"\bA\d+\b")
_FOOTNOTE = re.compile(
    r"\[\^?[\w.-]{1,12}(?:\s*[,;]\s*\^?[\w.-]{1,12})*\]|[⁰¹²³⁴-⁹]|\(sources?:", re.IGNORECASE
)
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"\n]{1,400}\"")
_STOP = re.compile(r"[.!?][”’\")]*(?:\s*\[[^\]]{1,40}\])*\s+(?=[A-Z“\"‘(\[*_\d])")
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|No|Nos|vol|Vol|cf|e\.g|i\.e|ca|St|Gen|Col|Jan|Feb|Mar|Apr|Jun|Jul"
    r"|Aug|Sept?|Oct|Nov|Dec|p|pp|para|art|vs))\.$"
)
_TABLE_LINE = re.compile(r"^\s*\|.*\|\s*$|│")
_RULE = re.compile(r"^[\s─┼│|:+=_*-]{3,}$")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_LIST_OF_SOURCES = re.compile(
    r"^(?:#+\s*)?(?:annex\b.*|sources?|notes?|footnotes?|references?)\s*$", re.IGNORECASE
)
_NOTE_LINE = re.compile(r"^\s*\[\^?\w{1,12}\](?::|\s)")


@dataclass(frozen=True)
class _Block:
    """A run of lines that belong together: `text` with the place of each of its characters."""

    kind: str  # "prose", "heading", "table" or "quote"
    text: str
    places: tuple[tuple[int, int], ...]  # (line, column) of each character
    reference: bool  # stands among sources, footnotes or in an annex


def lint(text: str, scale: str | Standard = "icd203", *, file: str = "note") -> list[Problem]:
    """What a note gets wrong by its standard, in order of the text. Empty where nothing is."""
    standard_ = standard(scale) if isinstance(scale, str) else scale
    if re.match(r"\s*<(?:!doctype|html)\b", text, re.IGNORECASE):
        from standoff.words.plain import plain_text

        text = plain_text(text)
    blocks = list(_blocks(text))
    annex = _annex_lines(text)
    found: list[Problem] = []
    rows: dict[str, tuple[_Block, re.Match[str]]] = {}
    for block in blocks:
        found += _lint_block(block, standard_, annex, file)
        if standard_.id == "icd203" and not block.reference:
            for match in _ESTIMATE.finditer(_without_quotes(block.text)):
                word = _squeeze(match[0])
                if word in _FIRST_ROW:
                    rows.setdefault("first", (block, match))
                elif word in _SECOND_ROW:
                    rows.setdefault("second", (block, match))
    if len(rows) == 2:
        block, match = rows["second"]
        message = "words from both rows of ICD 203 stand in one note"
        start, end = match.span()
        found.append(_problem("mixed-rows", message, block, start, end, file, _squeeze(match[0])))
    return sorted(found, key=lambda p: (p.position or Position(file, 0, 0), p.code))


def _lint_block(
    block: _Block, scale: Standard, annex: frozenset[str], file: str
) -> Iterator[Problem]:
    text = _without_quotes(block.text)
    if block.kind == "quote":
        return
    other = next(s for s in STANDARDS.values() if s.id != scale.id)
    for match in _ESTIMATE.finditer(text):
        if _squeeze(match[0]) in _OWN[other.id]:
            yield _problem(
                "mixed-standards",
                f"{_squeeze(match[0])!r} belongs to the {other.name}, not to {scale.name}",
                block, match.start(), match.end(), file, _squeeze(match[0]),
            )  # fmt: skip
    if block.kind == "heading":
        return
    if block.kind == "table":
        yield from _lint_table(block, text, scale, annex, file)
        return
    sourced = bool(_FOOTNOTE.search(text)) or block.reference
    for start, end in _sentences(text):
        sentence = text[start:end]
        words = _ESTIMATE.search(sentence)
        if not words:
            continue
        if _CONFIDENCE.search(sentence):
            yield _problem(
                "likelihood-and-confidence",
                "likelihood and confidence stand in one sentence; write two",
                block, start, end, file, sentence,
            )  # fmt: skip
        number = _NUMBER.search(sentence)
        if scale.annex and not block.reference:
            lines = set(_ANNEX_LINE.findall(sentence))
            if not lines & annex:
                yield _problem(
                    "estimate-without-number",
                    "the estimate has no number in the annex"
                    + (f" ({', '.join(sorted(lines))} is not there)" if lines else ""),
                    block, start, end, file, sentence,
                )  # fmt: skip
            if number:
                yield _problem(
                    "number-in-text",
                    "a number stands beside the word; PHIA wants it in an annex",
                    block, start + number.start(), start + number.end(), file, sentence,
                )  # fmt: skip
        elif not number:
            yield _problem(
                "estimate-without-number", "the estimate has no number",
                block, start, end, file, sentence,
            )  # fmt: skip
        if not sourced:
            yield _problem(
                "judgement-without-source",
                "the judgement cites no source: no footnote in its paragraph",
                block, start, end, file, sentence,
            )  # fmt: skip


def _lint_table(
    block: _Block, text: str, scale: Standard, annex: frozenset[str], file: str
) -> Iterator[Problem]:
    """A table with estimative words has a number (or a line of the annex) in it."""
    words = _ESTIMATE.search(text)
    if not words:
        return
    if scale.annex and not block.reference:
        fine = bool(set(_ANNEX_LINE.findall(text)) & annex)
    else:
        fine = bool(_BARE_NUMBER.search(text))
    if not fine:
        yield _problem(
            "estimate-without-number", "a table of estimates has no number",
            block, words.start(), words.end(), file, _squeeze(words[0]),
        )  # fmt: skip


def _problem(
    code: str, message: str, block: _Block, start: int, end: int, file: str, found: str
) -> Problem:
    line, column = block.places[min(start, len(block.places) - 1)]
    last_line, last_column = block.places[min(max(end - 1, start), len(block.places) - 1)]
    width = last_column - column + 1 if last_line == line else 1
    shown = _squeeze(found)
    shown = shown if len(shown) <= 120 else shown[:119].rstrip() + "…"
    return Problem(code, message, Position(file, line, column, max(width, 1)), found=repr(shown))


def _squeeze(text: str) -> str:
    return " ".join(text.split()).lower() if len(text) < 40 else " ".join(text.split())


def _without_quotes(text: str) -> str:
    """The same text, same length, with quoted passages blanked out."""
    return _QUOTED.sub(lambda m: m[0][0] + "_" * (len(m[0]) - 2) + m[0][-1], text)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each sentence; a footnote mark after the stop belongs to it."""
    start = 0
    for stop in _STOP.finditer(text):
        if _ABBREVIATIONS.search(text[start : stop.start() + 1]) and text[stop.start()] == ".":
            continue
        yield start, stop.end()
        start = stop.end()
    if text[start:].strip():
        yield start, len(text)


@cache
def _annex_lines(text: str) -> frozenset[str]:
    """Lines `A3` of the annex that hold a number."""
    inside, found = False, set()
    for line in text.splitlines():
        if re.match(r"^(?:#+\s*)?annex\b", line.strip(), re.IGNORECASE):
            inside = True
        elif inside:
            match = re.match(r"^[\s|│*]*(A\d+)\b(.*)$", line)
            if match and _BARE_NUMBER.search(match[2]):
                found.add(match[1])
    return frozenset(found)


def _blocks(text: str) -> Iterator[_Block]:
    """Paragraphs, list items, tables and headings, with their places."""
    reference = False
    lines: list[_Line] = []  # (line number, column of the text, text)
    kind = "prose"
    hanging = 0  # column of the text of a list item; 0 outside a list

    def block() -> _Block:
        pieces = _columns(lines) if kind == "table" else [lines]
        characters: list[str] = []
        places: list[tuple[int, int]] = []
        for piece in pieces:
            for i, (number, column, body) in enumerate(piece):
                if characters:
                    characters.append("\n" if i == 0 else " ")
                    places.append((number, column))
                characters += body
                places += [(number, column + k) for k in range(len(body))]
        return _Block(kind, "".join(characters), tuple(places), reference)

    for number, line in enumerate(text.splitlines(), 1):
        raw = line.replace("<br>", "    ")  # a line break of Markdown, same width
        stripped = raw.strip()
        indent = len(raw) - len(raw.lstrip())
        # Under the text of a list item a line goes on with it, whatever it begins with: wrapping
        # may have put a dash or a capital there.
        goes_on = bool(lines and stripped and hanging and indent >= hanging and kind == "prose")
        this = "prose" if goes_on else _kind(stripped, opens=not lines)
        bullet = None if goes_on else _BULLET.match(raw)
        fresh = not goes_on and (
            not stripped
            or this != kind
            or this == "heading"
            or bool(bullet)
            or bool(_NOTE_LINE.match(raw))
        )
        if fresh and lines:
            yield block()
            lines = []
        if not stripped or (_RULE.match(stripped) and this != "table"):
            continue
        if this == "heading" or _LIST_OF_SOURCES.match(stripped):
            reference = bool(_LIST_OF_SOURCES.match(stripped))
        kind = this
        if not lines:
            hanging = bullet.end() if bullet else 0
        body = raw[bullet.end() :] if bullet else raw
        body = body.lstrip("> ") if kind == "quote" else body.lstrip()
        note = _NOTE_LINE.match(body) if kind == "prose" and not goes_on else None
        if note and not reference:
            # A footnote in the midst of the text is a reference, not a judgement.
            lines = [(number, len(raw) - len(body) + 1, body.rstrip())]
            was, reference = reference, True
            yield block()
            reference, lines = was, []
            continue
        lines.append((number, len(raw) - len(body) + 1, body.rstrip()))
    if lines:
        yield block()


_Line = tuple[int, int, str]


def _columns(lines: list[_Line]) -> list[list[_Line]]:
    """The rows of a Markdown table, each by itself; of a drawn table (`a │ b`) the columns, since
    a cell there goes on below itself.
    """
    if not any("│" in body for _, _, body in lines):
        return [[line] for line in lines]
    columns: list[list[_Line]] = []
    for number, column, body in lines:
        for place, cell in enumerate(body.split("│")):
            if place == len(columns):
                columns.append([])
            if cell.strip():
                lead = len(cell) - len(cell.lstrip())
                columns[place].append((number, column + lead, cell.strip()))
            column += len(cell) + 1
    return [c for c in columns if c]


def _kind(stripped: str, *, opens: bool) -> str:
    """What a line is; a line of capitals is a heading where nothing stands right before it."""
    if _TABLE_LINE.search(stripped):
        return "table"
    if stripped.startswith(">"):
        return "quote"
    letters = [c for c in stripped if c.isalpha()]
    capitals = opens and len(letters) > 2 and stripped == stripped.upper()
    return "heading" if capitals or re.match(r"#{1,6}\s", stripped) else "prose"
