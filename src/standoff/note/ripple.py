"""What falls when a document falls away: a section of the note, and two reports."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.assess.ripple_models import (
    LostSupport,
    Ripple,
    RippleNumber,
    RippleOption,
    RipplePart,
    RippleRow,
)
from standoff.note.dates import short
from standoff.note.formats import render_outline
from standoff.note.outline import (
    Block,
    Bullets,
    Column,
    Outline,
    Paragraph,
    Rich,
    Section,
    Table,
    rich,
)
from standoff.note.report import report, variants_of
from standoff.note.writer import NO_BREAK, Writer
from standoff.words.numbers import compact, compact_span, plain, ratio
from standoff.words.sentences import MODEL_DERIVED, quoted

TITLE = "Which source carries the assessment"
SMALL = 0.005
"""Probabilities that move less than this are said not to move."""
MOST_PARTS = 12
"""Key paths that a report lists of one kind."""
HOW = (
    "A document falls away as if it had never been read: record items that rested on it alone are "
    "forgotten, so that anything may have happened at their steps; items that other sources report "
    "as well stay, as sure as these make them. Numbers of parameters stay as they were written, "
    "and so does the game."
)


def render_ripple(found: Ripple | RipplePart, format: str = "text") -> str | bytes:
    """What falls with some documents, or which documents carry most, as `text`, `md`, `html`,
    `pdf` or `json`.
    """
    if format == "json":
        return found.model_dump_json(indent=2) + "\n"
    outline = _one(found) if isinstance(found, Ripple) else _all(found)
    return render_outline(outline, format)


def section(w: Writer, part: RipplePart) -> Section | None:
    """The note's section: the documents whose loss moves most, and what would be left without
    support.
    """
    if not part.documents:
        return None
    mark = w.model_mark("solved once, its record read again without each document")
    blocks: list[Block] = [Paragraph(rich(_sentence(w, part), mark))]
    rows = [row for row in part.documents if row.forgotten or row.unsupported or row.unanswerable]
    if rows:
        blocks.append(_table(w, rows))
    return Section("ripple", TITLE, tuple(blocks))


def _sentence(w: Writer | None, part: RipplePart) -> str:
    """Which document the numbers hang on most, in a sentence."""
    first = part.documents[0]
    what = f"Of the {part.count} documents cited, "
    gone = len(first.unanswerable)
    lost = f" Without {first.document} {gone} of the answers can't be given." if gone else ""
    if first.moved is None or abs(first.moved.difference or 0.0) < SMALL:
        who = f"{what}none" if part.count > 1 else f"The one document cited, {first.document},"
        does = "moves a probability by itself" if part.count > 1 else "moves no probability"
        return f"{who} {does} by half a point in 100; parameters stay as they were written.{lost}"
    who = f"{what}{first.document} carries most: w" if part.count > 1 else "W"
    name = "it" if part.count > 1 else f"{first.document}, the one document cited,"
    now, then = _pair(w, first, first.moved)
    return f"{who}ithout {name} {quoted(first.moved.text)} goes from {now} to {then}.{lost}"


def _pair(w: Writer | None, row: RippleRow, n: RippleNumber) -> tuple[str, str]:
    """A probability with and without a document: under PHIA in words, with lines of the annex."""
    before, after = n.before or 0.0, n.after or 0.0
    if w is None or not w.scale.annex:
        return compact(before), f"{compact(after)} in 100"
    lines = (
        w.annex_line(n.text, before, n.before_range90),
        w.annex_line(f"{n.text} (without {row.document})", after, n.after_range90),
    )
    words = [f"{w.scale.word(p)} ({line})" for p, line in zip((before, after), lines, strict=True)]
    return words[0], words[1]


def _table(w: Writer | None, rows: Sequence[RippleRow]) -> Table:
    words = w is not None and w.scale.annex
    return Table(
        "What falls if one document falls",
        (
            Column("Document", 1.6),
            Column("Items forgotten", 1.4),
            Column("Moves most", 2.2),
            Column("From, to", 1.2) if words else Column("From, to", 0.8, number=True),
            Column("Left without support", 0.8, number=True),
        ),
        tuple(_row(w, row) for row in rows),
        rich(
            f"{'' if words else 'In 100. '}Without support: judgements, parameters, moves and "
            "other parts that rest on the document alone."
        ),
    )


def _row(w: Writer | None, row: RippleRow) -> tuple[Rich, ...]:
    moved = row.moved if row.moved and abs(row.moved.difference or 0.0) >= SMALL else None
    named, others = w.items(row.forgotten) if w is not None else ("", list(row.forgotten))
    from_to = ""
    if moved is not None:
        now, then = _pair(w, row, moved)
        from_to = f"{now}, {then}".removesuffix(" in 100")
    return (
        rich(row.document),
        rich("; ".join(filter(None, [named, ", ".join(others)])) or "none"),
        rich(moved.text if moved else "nothing"),
        rich(from_to),
        rich(str(len(row.unsupported))),
    )


# -- reports ----------------------------------------------------------------------------------


def _all(part: RipplePart) -> Outline:
    opening = f"From {variants_of(part)}, solved once. This report is {MODEL_DERIVED}"
    blocks: list[Block] = [Paragraph(rich(_sentence(None, part)))] if part.documents else []
    if part.documents:
        blocks.append(_table(None, part.documents))
    turned = [(row, best) for row in part.documents for best in row.best]
    if turned:
        blocks.append(Paragraph(rich("Whose loss changes the best option:")))
        blocks.append(Bullets(tuple(rich(f"{row.document}: {_best(b)}") for row, b in turned)))
    lost = [row for row in part.documents if row.unanswerable]
    if lost:
        blocks.append(Paragraph(rich("What could not be answered any more:")))
        texts = [f"without {row.document}: {', '.join(row.unanswerable)}" for row in lost]
        blocks.append(Bullets(tuple(rich(text) for text in texts)))
    if not blocks:
        blocks.append(Paragraph(rich("The scenario cites no document.")))
    sections = [
        Section("ripple", TITLE, tuple(blocks)),
        Section("reading", "How to read this", (Paragraph(rich(HOW)),)),
    ]
    return report("RIPPLE", TITLE, part, (Paragraph(rich(opening)),), sections)


def _one(found: Ripple) -> Outline:
    title = "Without " + ", ".join(found.dropped)
    opening = (
        f"From {variants_of(found)}, solved once; {found.effective_before:.0f} of them effective "
        f"with the record as it is, {found.effective_after:.0f} without what falls. This report is "
        f"{MODEL_DERIVED}"
    )
    sections = [_falls(found), _support(found), _numbers(found)]
    sections.append(Section("reading", "How to read this", (Paragraph(rich(HOW)),)))
    return report("RIPPLE", title, found, (Paragraph(rich(opening)),), sections)


def _falls(found: Ripple) -> Section:
    derived = [key for key in found.sources if key not in found.dropped]
    lines = [f"{key} falls with it, being derived from it" for key in derived]
    for item in found.forgotten:
        late = "" if item.counts else "; not known at this moment, so that no number moves"
        lines.append(f"forgotten: {item.id} ({short(item.at)}){late}. {item.text}")
    lines += [f"stays on other sources: {name}" for name in found.thinner]
    if found.links:
        lines.append(f"{found.links} link{'s' if found.links != 1 else ''} of passages")
    if found.unanswerable:
        lines.append(f"can't be answered any more: {', '.join(found.unanswerable)}")
    if not lines:
        lines.append("nothing of the record")
    return Section("falls", "What falls", (Bullets(tuple(rich(line) for line in lines)),))


def _support(found: Ripple) -> Section:
    blocks: list[Block] = []
    for title, parts in (
        ("Rests on nothing else:", found.unsupported),
        ("Rests on other sources too:", found.weakened),
    ):
        if parts:
            blocks.append(Paragraph(rich(title)))
            blocks.append(Bullets(tuple(rich(line) for line in _parts(parts))))
    if not blocks:
        blocks.append(Paragraph(rich("Nothing loses support.")))
    return Section("support", "What loses support", tuple(blocks))


def _parts(parts: Sequence[LostSupport]) -> list[str]:
    lines = [
        f"{part.path}: {part.text}" if part.text != part.path else part.path
        for part in parts[:MOST_PARTS]
    ]
    more = len(parts) - len(lines)
    return [*lines, f"and {more} more"] if more > 0 else lines


def _numbers(found: Ripple) -> Section:
    moved = [n for n in found.numbers if _moves(n)]
    still = len(found.numbers) - len(moved)
    blocks: list[Block] = []
    if moved:
        columns = (
            Column("Answer", 2.6),
            Column("As it is", 0.6, number=True),
            Column("Range", 0.8, number=True),
            Column("Without", 0.6, number=True),
            Column("Range", 0.8, number=True),
            Column("Difference", 0.7, number=True),
        )
        blocks.append(
            Table(
                "How each number moves, the largest first",
                columns,
                tuple(_number_row(n) for n in moved),
                rich(
                    "Probabilities and shares of variants in 100, others as they are; ranges from "
                    "the 5th to the 95th percentile over the assumptions written down."
                ),
            )
        )
    if still:
        many = "number moves" if still == 1 else "numbers move"
        blocks.append(Paragraph(rich(f"{still} {many} by less than 0.005.")))
    blocks += [Paragraph(rich(f"Best option: {_best(best)}")) for best in found.options]
    if not blocks:
        blocks.append(Paragraph(rich("The scenario asks for no number.")))
    return Section("numbers", "How the numbers move", tuple(blocks))


def _moves(n: RippleNumber) -> bool:
    if n.difference is None:
        return True
    return abs(n.difference) >= SMALL or n.settled_before != n.settled_after


def _number_row(n: RippleNumber) -> tuple[Rich, ...]:
    low, high = _span(n.before_range90, n), _span(n.after_range90, n)
    before = _figure(n.before, n) + (" (settled)" if n.settled_before else "")
    after = _figure(n.after, n) + (" (settled)" if n.settled_after else "")
    parts = (n.text, before, low, after, high, _difference(n))
    return tuple(rich(part.replace(" ", NO_BREAK) if i else part) for i, part in enumerate(parts))


def _figure(value: float | None, n: RippleNumber) -> str:
    if value is None:
        return "none"
    if n.unit in ("probability", "share"):
        settled = value in (0.0, 1.0)
        return f"{100 * value:.0f}" if settled else compact(value)
    return ratio(value) if n.unit == "ratio" else plain(value)


def _span(span: tuple[float, float] | None, n: RippleNumber) -> str:
    if span is None:
        return ""
    if n.unit == "probability":
        return compact_span(*span)
    return f"{_figure(span[0], n)} to {_figure(span[1], n)}"


def _difference(n: RippleNumber) -> str:
    if n.difference is None:
        return "none"
    if n.unit in ("probability", "share"):
        points = round(100 * n.difference)
        return f"{points:+d}".replace("-", "\N{MINUS SIGN}") if points else "0"
    return plain(n.difference)


def _best(best: RippleOption) -> str:
    if not best.after:
        return f"{best.before_label}; without, this choice is not their next"
    if best.after != best.before:
        return f"{best.before_label}; without, {best.after_label}"
    if best.margin_before is None or best.margin_after is None:
        return f"{best.before_label}, with and without"
    return (
        f"{best.before_label}, with and without; it leads the next by "
        f"{plain(best.margin_before)} stakes, without by {plain(best.margin_after)}"
    )
