"""The outline of a note: what is said, in order, before it is text, a page or a PDF.

One builder makes it from an assessment and every renderer reads it, so that no format says
something that another does not. User text stands in `Text` and is escaped by the renderer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal


@dataclass(frozen=True)
class Text:
    """A run of characters, never markup."""

    text: str
    style: Literal["plain", "strong", "emph", "code"] = "plain"


@dataclass(frozen=True)
class Mark:
    """References to footnotes, by number."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Break:
    """A new line inside a paragraph or a list item."""


Inline = Text | Mark | Break
Rich = tuple[Inline, ...]


def rich(*parts: Inline | str | Rich) -> Rich:
    """Runs from strings, runs and tuples of runs."""
    out: list[Inline] = []
    for part in parts:
        if isinstance(part, str):
            if part:
                out.append(Text(part))
        elif isinstance(part, tuple):
            out += part
        else:
            out.append(part)
    return tuple(out)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, with a run-in heading where `lead` is given."""

    content: Rich
    lead: str = ""
    warning: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list; `numbered` where later text refers to its items."""

    items: tuple[Rich, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table; `weight` shares out what width is left, `number` aligns right."""

    title: str
    weight: float = 1.0
    number: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a caption."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Rich, ...], ...]
    note: Rich = ()


@dataclass(frozen=True)
class Figure:
    """A chart: a Vega-Lite specification with a title and what it shows, in words. Text formats
    leave it out: every figure's numbers stand in a table too.
    """

    id: str
    title: str
    description: str
    """For whoever can't see it: what is shown, with the numbers where they are few."""
    spec: dict[str, Any]
    caption: str = ""
    """Under the chart; the description where nothing is given."""


@dataclass(frozen=True)
class Section:
    """A section; `level` 2 stands inside the level 1 before it."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    level: int = 1


Block = Paragraph | Bullets | Table | Figure


@dataclass(frozen=True)
class Footnote:
    """A numbered reference."""

    number: int
    content: Rich


@dataclass(frozen=True)
class Outline:
    """A whole note."""

    kind: str
    """What stands above the heading block: `NOTE`."""
    title: str
    language: str
    marking: str
    heading: tuple[tuple[str, str], ...]
    """(label, value) lines: TO, FROM, SUBJECT, DATE."""
    as_of: str
    """ISO moment: the date of the PDF."""
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    footnotes: tuple[Footnote, ...]
    annex: tuple[Section, ...] = ()


def words_of(content: Sequence[Inline]) -> str:
    """The characters of a rich text, marks left out."""
    return "".join(part.text for part in content if isinstance(part, Text))


def marks(note: Outline) -> Iterator[int]:
    """Footnote numbers in reading order, repeated as they are repeated."""
    blocks = [*note.opening]
    for section in (*note.sections, *note.annex):
        blocks += section.blocks
    for block in blocks:
        for content in _contents(block):
            for part in content:
                if isinstance(part, Mark):
                    yield from part.numbers


def numbered(note: Outline) -> Outline:
    """The same note with its footnotes numbered as they are met; unused ones are dropped."""
    order: dict[int, int] = {}
    for number in marks(note):
        order.setdefault(number, len(order) + 1)

    def content(parts: Rich) -> Rich:
        return tuple(
            Mark(tuple(sorted(order[n] for n in p.numbers))) if isinstance(p, Mark) else p
            for p in parts
        )

    def block(b: Block) -> Block:
        if isinstance(b, Paragraph):
            return replace(b, content=content(b.content))
        if isinstance(b, Bullets):
            return replace(b, items=tuple(content(i) for i in b.items))
        if isinstance(b, Table):
            rows = tuple(tuple(content(c) for c in row) for row in b.rows)
            return replace(b, rows=rows, note=content(b.note))
        return b

    def section(s: Section) -> Section:
        return replace(s, blocks=tuple(block(b) for b in s.blocks))

    notes = [replace(f, number=order[f.number]) for f in note.footnotes if f.number in order]
    return replace(
        note,
        opening=tuple(block(b) for b in note.opening),
        sections=tuple(section(s) for s in note.sections),
        annex=tuple(section(s) for s in note.annex),
        footnotes=tuple(sorted(notes, key=lambda f: f.number)),
    )


def _contents(block: Block) -> Iterator[Rich]:
    if isinstance(block, Paragraph):
        yield block.content
    elif isinstance(block, Bullets):
        yield from block.items
    elif isinstance(block, Table):
        for row in block.rows:
            yield from row
        yield block.note
