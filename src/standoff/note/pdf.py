"""PDF by Typst, in the manner of a typed note: marking at head and foot, heading block, footnotes.

Every piece of user text goes into the source as a string literal, so that Typst never reads it as
markup. The date in the file is the note's `as_of` and only the fonts that Typst brings along are
used: the same note gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from standoff.chart.svg import svg
from standoff.note.dates import day_of
from standoff.note.outline import (
    Block,
    Break,
    Bullets,
    Figure,
    Inline,
    Mark,
    Outline,
    Paragraph,
    Rich,
    Section,
    Table,
)
from standoff.note.writer import NO_BREAK

_PREAMBLE = """\
#set page(
  paper: "a4",
  margin: (x: 25mm, top: 26mm, bottom: 24mm),
  header: align(center, text(8.5pt, tracking: 2pt, marking)),
  footer: context grid(
    columns: (1fr, auto, 1fr),
    [],
    text(8.5pt, tracking: 2pt, marking),
    align(right, text(8.5pt, "page " + counter(page).display("1 of 1", both: true))),
  ),
)
#set text(font: "Libertinus Serif", size: 10.5pt)
#set par(justify: false, leading: 0.62em, spacing: 0.9em)
#set footnote.entry(separator: line(length: 22%, stroke: 0.4pt), gap: 0.35em)
#show footnote.entry: set text(8.5pt)
#set enum(indent: 0pt, body-indent: 0.7em, spacing: 0.85em)
#set list(indent: 0pt, body-indent: 0.7em, spacing: 0.75em)
#set table(stroke: none, inset: (x: 0pt, y: 3pt), column-gutter: 9pt)
#show table: set text(9pt)
#show table: set par(leading: 0.5em)
#show heading.where(level: 1): it => block(above: 1.7em, below: 0.8em, sticky: true)[
  #set text(10.5pt, tracking: 0.8pt)
  #upper(it.body)
]
#show heading.where(level: 2): it => block(above: 1.4em, below: 0.7em, sticky: true)[
  #set text(10.5pt)
  #it.body
]
"""


_SIZE = re.compile(r'\b(width|height)="([\d.]+)"')
_COLUMN, _PAGE = 77.0, 220.0
"""Millimeters: a chart's column, and the height that a page can hold."""
_ROW_RULE = " table.hline(stroke: 0.3pt + luma(65%)),"
_WHOLE = "#block(breakable: false, above: 1.4em, below: 1.2em)[\n"


def pdf(note: Outline) -> bytes:
    """The note as a PDF."""
    import typst

    source = typst_source(note).encode()
    day = day_of(note.as_of)
    stamp = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) if day else _EPOCH
    compiler = typst.Compiler(source, ignore_system_fonts=True)
    out = compiler.compile(format="pdf", timestamp=stamp)
    if not isinstance(out, bytes):
        raise TypeError("Typst gave no single file")
    return out


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def typst_source(note: Outline) -> str:
    """The source of the PDF."""
    day = day_of(note.as_of)
    date = f"datetime(year: {day.year}, month: {day.month}, day: {day.day})" if day else "none"
    writer = _Typst({f.number: f.content for f in note.footnotes})
    out = [
        f"#let marking = {literal(note.marking)}",
        f"#set document(title: {literal(note.title)}, date: {date})",
        f"#set text(lang: {literal(note.language)})",
        _PREAMBLE,
        f'#block(below: 1.4em, text(12pt, weight: "bold", tracking: 2pt, {literal(note.kind)}))',
        "#grid(columns: (auto, 1fr), column-gutter: 14pt, row-gutter: 7pt,",
        *(f"  [#{literal(k)}:], [#{literal(v)}]," for k, v in note.heading),
        ")",
        "#v(0.3em)#line(length: 100%, stroke: 0.6pt)#v(0.2em)",
        *(writer.block(b) for b in note.opening),
    ]
    for section in note.sections:
        out += writer.section(section)
    if note.annex:
        out.append("#pagebreak()")
        for section in note.annex:
            out += writer.section(section)
    return "\n".join(out) + "\n"


def literal(text: str) -> str:
    """A Typst string literal: in it only the backslash and the quotation mark mean anything."""
    flat = "".join(c if c.isprintable() or c in (NO_BREAK, "\n") else " " for c in text)
    escaped = flat.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


class _Typst:
    """Writes blocks; knows which footnotes have been placed."""

    def __init__(self, notes: dict[int, Rich]) -> None:
        self.notes = notes
        self.placed: set[int] = set()

    def section(self, section: Section) -> list[str]:
        """A heading and its blocks."""
        return [
            f"#heading(level: {section.level}, {literal(section.title)})",
            *self.blocks(section.blocks),
        ]

    def block(self, block: Block) -> str:
        """One block."""
        if isinstance(block, Paragraph):
            lead = f'#text(weight: "bold", {literal(block.lead)}) ' if block.lead else ""
            body = f"#par[{lead}{self.inline(block.content)}]"
            if block.warning:
                return f"#block(stroke: (left: 2pt), inset: (left: 8pt))[{body}]"
            return body
        if isinstance(block, Bullets):
            kind = "enum" if block.numbered else "list"
            items = "\n".join(f"  [{self.inline(item)}]," for item in block.items)
            return f"#{kind}(tight: false,\n{items}\n)" if block.items else ""
        if isinstance(block, Table):
            return self.table(block)
        assert isinstance(block, Figure)
        return self.figures([block])

    def blocks(self, blocks: Sequence[Block]) -> list[str]:
        """Blocks in order; charts that follow one another stand side by side, two in a row."""
        out: list[str] = []
        row: list[Figure] = []
        for block in blocks:
            if isinstance(block, Figure):
                row.append(block)
                if len(row) == 2:
                    out.append(self.figures(row))
                    row = []
                continue
            if row:
                out.append(self.figures(row))
                row = []
            out.append(self.block(block))
        if row:
            out.append(self.figures(row))
        return out

    def figures(self, row: Sequence[Figure]) -> str:
        """One or two charts."""
        cells = ", ".join(f"[{_figure(f)}]" for f in row)
        if len(row) == 1:
            cells += ", []"
        return (
            "#block(breakable: false, above: 1.3em, below: 1.3em, grid(columns: (1fr, 1fr), "
            f"column-gutter: 6mm, {cells}))"
        )

    def table(self, table: Table) -> str:
        """A table with its caption above; the head is repeated on every page."""
        # What must not be broken, or is a number, takes the width it needs.
        widths = [
            "auto"
            if c.number or _unbreakable([_text(row[i]) for row in table.rows])
            else f"{c.weight:g}fr"
            for i, c in enumerate(table.columns)
        ]
        align = ["right" if c.number else "left" for c in table.columns]
        heads = ", ".join(f"[#emph({literal(c.title)})]" for c in table.columns)
        rows = "\n".join(
            "  "
            + " ".join(f"[{self.inline(c)}]," for c in row)
            + " table.hline(stroke: 0.3pt + luma(65%)),"
            for row in table.rows
        )
        note = (
            f"#block(above: 0.5em, text(8.5pt)[{self.inline(table.note)}])\n" if table.note else ""
        )
        caption = literal(table.caption)
        whole = len(table.rows) <= 8  # a short table is not torn between two pages
        start, end = (
            ("#block(breakable: false, above: 1.4em, below: 1.2em)[\n", "]") if whole else ("", "")
        )
        return (
            start
            + (
                f'#block(above: 1.2em, below: 0.5em, sticky: true, text(9.5pt, weight: "bold", '
                f"{caption}))\n"
                f"#table(columns: ({', '.join(widths)},), align: ({', '.join(align)},),\n"
                f"  table.header({heads}, table.hline(stroke: 0.6pt)),\n{rows}\n)\n{note}"
            )
            + end
        )

    def inline(self, content: Rich) -> str:
        """Runs of text and marks."""
        return "".join(self.part(p) for p in content)

    def part(self, part: Inline) -> str:
        """One run."""
        if isinstance(part, Mark):
            return "#super[,]".join(self.footnote(n) for n in part.numbers)
        if isinstance(part, Break):
            return "#linebreak()"
        text = literal(part.text)
        if part.style == "strong":
            return f"#strong({text})"
        if part.style == "emph":
            return f"#emph({text})"
        return f"#{text}"

    def footnote(self, number: int) -> str:
        """The footnote where it is first met, afterwards a reference to it."""
        if number in self.placed:
            return f"#footnote(<n{number}>)"
        self.placed.add(number)
        return f"#footnote[{self.inline(self.notes[number])}]<n{number}>"


def _figure(figure: Figure) -> str:
    drawn = svg(figure.spec)
    size = dict(_SIZE.findall(drawn[: drawn.index(">")]))
    # As wide as its column, unless it would then not fit on the page.
    tall = float(size["height"]) / float(size["width"])
    width = min(_COLUMN, _PAGE / tall)
    caption = figure.caption or figure.description
    return (
        f'#image(bytes({literal(drawn)}), format: "svg", width: {width:.0f}mm, '
        f"alt: {literal(figure.description)})\n#text(8pt, {literal(caption)})"
    )


def _unbreakable(cells: Sequence[str]) -> bool:
    """Whether a column holds words that must stay whole and nothing longer."""
    whole = [c for c in cells if NO_BREAK in c]
    return bool(whole) and max(map(len, cells)) <= max(map(len, whole))


def _text(content: Rich) -> str:
    return "".join(getattr(p, "text", "") for p in content)
