"""Markdown (CommonMark with pipe tables and footnotes)."""

from __future__ import annotations

import re

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

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_LINE_START = re.compile(r"^(\s*)(\d+)([.)])(?=\s)|^(\s*)([-+=])(?=\s|$|[-+=])")


def markdown(note: Outline) -> str:
    """The note as Markdown. User text is escaped; charts are left out, as in text."""
    out: list[str] = []
    if note.marking:
        out += [f"**{escape(note.marking)}**", ""]
    out += [f"# {escape(note.title)}", "", note.kind.capitalize(), ""]
    out += [f"- **{escape(k)}:** {escape(v)}" for k, v in note.heading]
    out += ["", "---", ""]
    for block in note.opening:
        out += [*_block(block), ""]
    for section in (*note.sections, *note.annex):
        out += _section(section)
    if note.footnotes:
        out += ["## Notes", ""]
        for f in note.footnotes:
            out += [f"[^{f.number}]: {_inline(f.content)}", ""]
    if note.marking:
        out += [f"**{escape(note.marking)}**", ""]
    return "\n".join(line.rstrip() for line in out).rstrip() + "\n"


def _section(section: Section) -> list[str]:
    out = [f"{'#' * (section.level + 1)} {escape(section.title)}", ""]
    for block in section.blocks:
        lines = _block(block)
        out += [*lines, ""] if lines else []
    return out


def _block(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        lead = f"*{escape(block.lead)}* " if block.lead else ""
        return [lead + _line(_inline(block.content))]
    if isinstance(block, Bullets):
        out: list[str] = []
        for i, item in enumerate(block.items, 1):
            out.append(f"{f'{i}.' if block.numbered else '-'} {_line(_inline(item))}")
        return out
    if isinstance(block, Table):
        heads = [escape(c.title) for c in block.columns]
        rules = ["--:" if c.number else "---" for c in block.columns]
        rows = [[_inline(c) for c in row] for row in block.rows]
        out = [f"**{escape(block.caption)}**", ""]
        out += ["| " + " | ".join(cells) + " |" for cells in (heads, rules, *rows)]
        if block.note:
            out += ["", f"*{_inline(block.note)}*"]
        return out
    assert isinstance(block, Figure)
    return []


def _line(text: str) -> str:
    """A line that can't be taken for a list or a rule."""
    return _LINE_START.sub(lambda m: f"{m[1]}{m[2]}\\{m[3]}" if m[2] else f"{m[4]}\\{m[5]}", text)


def _inline(content: Rich) -> str:
    return "".join(_part(p) for p in content)


def _part(part: Inline) -> str:
    if isinstance(part, Break):
        return "<br>"
    if isinstance(part, Mark):
        return "".join(f"[^{n}]" for n in part.numbers)
    text = escape(part.text)
    return {"strong": f"**{text}**", "emph": f"*{text}*"}.get(part.style, text)


def escape(text: str) -> str:
    """User text as itself: one line, no markup, no HTML."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    lead = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and flat else ""
    return lead + _SPECIAL.sub(r"\\\1", flat) + tail
