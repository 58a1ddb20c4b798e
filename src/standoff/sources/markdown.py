"""Markdown: headings, paragraphs, lists and quotations; emphasis and links as their words.

Only what carries text is understood, line by line; nothing is rendered, and HTML is left as it
stands. A block of `key: value` lines between `---` at the top may give `title`, `date`, `from`,
`to`, `number` and `place`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from standoff.sources.dating import encoded, in_words
from standoff.sources.document import (
    Date,
    Document,
    Note,
    Page,
    PassageKind,
    Person,
    Reference,
    Volume,
)
from standoff.sources.enclosed import addressed, enclosed_in, spoken
from standoff.sources.headings import kind_of, numbered, parties
from standoff.sources.running_text import RunningText

READER = "markdown/2"

_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})\s+(?P<words>.*?)\s*#*\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,4}[.)])\s+(?=\S)")
_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_NOTE = re.compile(r"^\[\^(?P<label>[^\]\s]{1,40})\]:\s*(?P<words>.*)$")
_NOTE_MARK = re.compile(r"\[\^(?P<label>[^\]\s]{1,40})\]")
_PAGE = re.compile(r"\[\s*Facsimile\s+Page\s+(?P<label>[\w.-]{1,12})\s*\]", re.IGNORECASE)
_LINK = re.compile(r"!?\[(?P<words>[^\[\]]*)\]\((?P<target>[^()\s]*)(?:\s+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<!\w)(\*\*\*|\*\*|\*|___|__|_|`)(?=\S)([^*_`]{1,500}?)(?<=\S)\1(?!\w)")
_KEY = re.compile(r"^(?P<key>[A-Za-z][\w -]{0,30}):\s*(?P<value>.*)$")
_INLINE = re.compile(
    r"\[\^[^\]\s]{1,40}\]|\[\s*Facsimile\s+Page\s+[\w.-]{1,12}\s*\]"
    r"|!?\[[^\[\]]*\]\([^()\s]*(?:\s+\"[^\"]*\")?\)",
    re.IGNORECASE,
)


def read_markdown(text: str, volume: str, id: str) -> Document:
    """The document that a Markdown text is; `volume` and `id` come from the file's name."""
    given, lines = _front_matter(text.replace("\r\n", "\n").split("\n"))
    running = RunningText()
    notes: list[Note] = []
    pages: list[Page] = []
    links: list[Reference] = []
    title = given.get("title", "")
    marks: dict[str, int] = {}
    for kind, words in _blocks(lines):
        noted = _NOTE.match(words)
        if noted is not None:
            notes.append(Note("", noted["label"], _bare(noted["words"]), None))
            continue
        if kind == "heading" and not title and running.is_empty:
            title = _bare(words)
            continue
        running.begin(kind)
        _inline(words, running, marks, pages, links)
        running.end()
    body, passages = running.finish()
    found, heading = numbered(title)
    senders, recipients = parties(heading)
    dates = [d for d in (_given_date(given.get("date", "")), in_words(heading, "heading")) if d]
    number = given.get("number", "") or found
    letters = enclosed_in(kind_of(heading), body, passages)
    is_frus = volume.startswith("frus")
    id = id or (f"d{number}" if number else "d1")
    return Document(
        volume=Volume(volume),
        number=number,
        id=id,
        rendering="markdown",
        reader=READER,
        address=f"https://history.state.gov/historicaldocuments/{volume}/{id}" if is_frus else "",
        heading=heading,
        kind=kind_of(heading),
        senders=(Person(given["from"]),) if given.get("from") else senders,
        recipients=(Person(given["to"]),) if given.get("to") else recipients,
        speakers=spoken((), letters),
        spoken_to=addressed((), letters),
        enclosed=letters,
        dates=tuple(dates),
        place=given.get("place", ""),
        text=body,
        passages=tuple(
            replace(p, page=next((m.label for m in reversed(pages) if m.at <= p.start), ""))
            for p in passages
        ),
        notes=tuple(replace(n, at=marks.get(n.label)) for n in notes),
        pages=tuple(pages),
        references=tuple(links),
    )


def _front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    if not lines or lines[0].strip() != "---":
        return {}, lines
    end = next((i for i, line in enumerate(lines[1:60], 1) if line.strip() == "---"), 0)
    found = [_KEY.match(line) for line in lines[1:end]]
    if not end or not any(found):
        return {}, lines
    given = {m["key"].strip().lower(): m["value"].strip(" \t\"'") for m in found if m}
    return given, lines[end + 1 :]


def _given_date(words: str) -> Date | None:
    if not words:
        return None
    if re.fullmatch(r"\d{4}(-\d\d){0,2}(T\S{1,20})?", words):
        return encoded(words, words, "", "", "dateline")
    return in_words(words, "dateline")


def _blocks(lines: list[str]) -> list[tuple[PassageKind, str]]:
    """Blocks with their kinds; the marks of quotations, lists and headings are taken off."""
    found: list[tuple[PassageKind, list[str]]] = []
    fenced = fresh = False
    for line in lines:
        if _FENCE.match(line):
            fenced, fresh = not fenced, True
            continue
        bare = re.sub(r"^\s{0,3}(?:>\s?)+", "", line)
        heading, item = _HEADING.match(bare), _ITEM.match(bare)
        if not bare.strip():
            fresh = True
        elif fenced:
            if fresh or not found:
                found.append(("paragraph", []))
            found[-1][1].append(line)
            fresh = False
        elif heading:
            found.append(("heading", [heading["words"]]))
            fresh = True
        elif item:
            found.append(("item", [bare[item.end() :]]))
            fresh = False
        elif fresh or not found or _NOTE.match(bare):
            found.append(("paragraph", [bare]))
            fresh = False
        else:
            found[-1][1].append(bare)
    return [(kind, " ".join(words)) for kind, words in found if any(w.strip() for w in words)]


def _bare(words: str) -> str:
    """Words without the marks of emphasis and links."""
    words = _LINK.sub(lambda m: m["words"], words)
    for _ in range(3):  # emphasis within emphasis
        words, changed = _EMPHASIS.subn(r"\2", words)
        if not changed:
            break
    return " ".join(words.split())


def _inline(
    words: str,
    running: RunningText,
    marks: dict[str, int],
    pages: list[Page],
    links: list[Reference],
) -> None:
    last = 0
    for found in _INLINE.finditer(words):
        _add(words[last : found.start()], running)
        note, page = _NOTE_MARK.fullmatch(found.group()), _PAGE.fullmatch(found.group())
        link = _LINK.fullmatch(found.group())
        if note:
            marks.setdefault(note["label"], running.here)
        elif page:
            pages.append(Page(page["label"], running.here, "facsimile"))
            running.space()
        elif link:
            links.append(Reference(link["target"], _bare(link["words"]), running.next))
            _add(link["words"], running)
        last = found.end()
    _add(words[last:], running)


def _add(words: str, running: RunningText) -> None:
    """Words without emphasis, with the white space at their ends kept."""
    if not words.strip():
        running.add(words)
        return
    lead, trail = words[0].isspace(), words[-1].isspace()
    running.add(" " * lead + _bare(words) + " " * trail)
