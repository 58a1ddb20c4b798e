"""Plain text, wrapped at 88 columns."""

from __future__ import annotations

import textwrap

from standoff.note.outline import (
    Block,
    Break,
    Bullets,
    Column,
    Figure,
    Inline,
    Mark,
    Outline,
    Paragraph,
    Rich,
    Section,
    Table,
)

WIDTH = 88
_NEW_LINE = "\0"
"""Stands for a break between `_inline` and `wrapped`; user text can't hold it (`_clean`)."""


def text(note: Outline, width: int = WIDTH) -> str:
    """The note as plain text; charts are left out, their numbers stand in the tables."""
    out: list[str] = []
    marking = _clean(note.marking).strip()
    if marking:
        out += [marking.center(width).rstrip(), ""]
    out += [note.kind, ""]
    pad = max((len(k) for k, _ in note.heading), default=0) + 3
    for key, value in note.heading:
        out += wrapped(value, width, f"{key + ':':<{pad}}", " " * pad)
    out += ["", "─" * width, ""]
    for block in note.opening:
        out += [*block_lines(block, width), ""]
    for section in (*note.sections, *note.annex):
        out += section_lines(section, width)
    if note.footnotes:
        out += ["NOTES", ""]
        for f in note.footnotes:
            out += wrapped(_inline(f.content), width, f"[{f.number}] ", "     ")
        out.append("")
    if marking:
        out += ["", marking.center(width).rstrip()]
    return "\n".join(line.replace("\N{NO-BREAK SPACE}", " ").rstrip() for line in out) + "\n"


def section_lines(section: Section, width: int) -> list[str]:
    """A heading in capitals and its blocks."""
    title = section.title.upper() if section.level == 1 else section.title
    out = [title, ""]
    for block in section.blocks:
        lines = block_lines(block, width)
        out += [*lines, ""] if lines else []
    return out


def block_lines(block: Block, width: int = WIDTH) -> list[str]:
    """The lines of one block."""
    if isinstance(block, Paragraph):
        lead = f"{block.lead} " if block.lead else ""
        return wrapped(lead + _inline(block.content), width)
    if isinstance(block, Bullets):
        out: list[str] = []
        for i, item in enumerate(block.items, 1):
            sign = f"{i:>2}. " if block.numbered else "  - "
            out += wrapped(_inline(item), width, sign, "    ")
            if i < len(block.items) and len(words(item)) > width:
                out.append("")
        return out
    if isinstance(block, Table):
        return table_lines(block, width)
    assert isinstance(block, Figure)
    return []


def table_lines(table: Table, width: int = WIDTH) -> list[str]:
    """A table with columns between bars, cells wrapped to share the width."""
    cells = [[_clean(_inline(c)) for c in row] for row in table.rows]
    widths = _widths(table.columns, cells, width)
    out = [*wrapped(table.caption, width), ""] if table.caption else []
    heads = [_clean(c.title) for c in table.columns]
    out += _row(heads, widths, table.columns)
    out.append("─┼─".join("─" * w for w in widths))
    for row in cells:
        out += _row(row, widths, table.columns)
    if table.note:
        out += ["", *wrapped(_inline(table.note), width)]
    return out


def _row(cells: list[str], widths: list[int], columns: tuple[Column, ...]) -> list[str]:
    broken = [_cell(c, w) for c, w in zip(cells, widths, strict=True)]
    height = max(len(b) for b in broken)
    lines = []
    for i in range(height):
        parts = []
        for column, w, lines_ in zip(columns, widths, broken, strict=True):
            part = lines_[i] if i < len(lines_) else ""
            parts.append(part.rjust(w) if column.number else part.ljust(w))
        lines.append(" │ ".join(parts))
    return lines


def _cell(cell: str, width: int) -> list[str]:
    return textwrap.wrap(cell, width, break_long_words=True, break_on_hyphens=True) or [""]


def _widths(columns: tuple[Column, ...], cells: list[list[str]], width: int) -> list[int]:
    """Each column gets its longest unbreakable word, then what it can use, by weight."""
    room = width - 3 * (len(columns) - 1)
    texts = [[_clean(c.title), *(row[i] for row in cells)] for i, c in enumerate(columns)]
    want = [max(len(t) for t in column) for column in texts]
    least = [
        min(max((len(word) for t in column for word in t.split(" ")), default=1), room)
        for column in texts
    ]
    while sum(least) > room:  # unbreakable words that do not fit are cut
        widest = max(range(len(least)), key=lambda i: least[i])
        least[widest] -= 1
    have = [max(m, 1) for m in least]
    while sum(have) < room:
        # The column that is furthest below its share of the width, and can use more, grows.
        growing = [i for i in range(len(have)) if have[i] < want[i]]
        if not growing:
            break
        have[min(growing, key=lambda i: have[i] / columns[i].weight)] += 1
    return have


def _inline(content: Rich) -> str:
    return "".join(_part(p) for p in content)


def _part(part: Inline) -> str:
    if isinstance(part, Break):
        return _NEW_LINE
    if isinstance(part, Mark):
        return "\N{NO-BREAK SPACE}[" + ",".join(str(n) for n in part.numbers) + "]"
    return _clean(part.text)


def words(content: Rich) -> str:
    """The characters of a rich text, marks included."""
    return _inline(content)


def _clean(text_: str) -> str:
    """One line, without control characters (a note must not drive the terminal)."""
    visible = "".join(c if c.isprintable() or c == "\N{NO-BREAK SPACE}" else " " for c in text_)
    return visible.replace("│", "|")


def wrapped(text_: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most `width` columns; `first` and `rest` begin the first and the others."""
    out: list[str] = []
    for segment in text_.split(_NEW_LINE):
        out += textwrap.wrap(
            _clean(segment),
            width,
            initial_indent=rest if out else first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return out or ([first.rstrip()] if first.strip() else [])
