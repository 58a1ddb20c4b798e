"""The outline of a note: what is said, in order, before it is text, a page or a PDF.

One builder makes it from an assessment and every renderer reads it, so that no format says
something that another does not. User text stands in `Text` and is escaped by the renderer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


Inline = Text | Mark
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
    spec: dict[str, Any]


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
