"""The note's section on what would turn its answers: the nearest tipping point of each."""

from __future__ import annotations

from standoff.assess.tipping_models import TippedAnswer, TippingPart, TippingPoint
from standoff.note.outline import Block, Bullets, Column, Paragraph, Rich, Section, Table, rich
from standoff.note.writer import Writer
from standoff.words.numbers import plain
from standoff.words.sentences import capital, quoted


def turning(w: Writer, part: TippingPart) -> Section:
    """For each answer the single assumption whose smallest change would turn it, and those that
    none turns.
    """
    turned = sorted((a for a in part.answers if a.points), key=lambda a: a.points[0].distance)
    rows = [_row(w, a) for a in turned]
    blocks: list[Block] = []
    if rows:
        columns = (
            Column("Answer", 2.4),
            *w.estimate_columns("At the medians")[:2],
            Column("Turned by", 1.6),
            Column("At (median)", 1.1, number=True),
            Column("Distance", 0.8, number=True),
            Column("Becomes", 1.1),
        )
        note = (
            "One assumption is moved at a time, all others at their medians, within its 1st to "
            "99th percentile; distance is in its own standard deviations (of a choice: in levels). "
            "An answer turns at an edge of its band or at even odds."
        )
        blocks.append(
            Table("The nearest tipping points, nearest first", columns, tuple(rows), rich(note))
        )
    silent = [a for a in part.answers if not a.points and a.swings]
    if silent:
        blocks.append(Bullets(tuple(_silent(w, a) for a in silent)))
    if not blocks:
        blocks.append(Paragraph(rich("There is no answer that an assumption could turn.")))
    elif part.failed:
        text = (
            f"{part.failed} of the {part.solved} variants solved for this failed the solver check "
            "and count as no crossing."
        )
        blocks.append(Paragraph(rich(text), warning=True))
    return Section("turning", "What would turn the answers", tuple(blocks))


def _row(w: Writer, a: TippedAnswer) -> tuple[Rich, ...]:
    p = a.points[0]
    return (
        rich(_about(w, a)),
        *_now(w, a)[:2],
        rich(w.label(p.parameter) if p.parameter in w.assessment.labels else p.label),
        rich(f"{p.level_name or _figure(p.value)} ({_figure(p.median)})"),
        rich(f"{p.distance:.0f}" if p.unit == "levels" else f"{p.distance:.2f}"),
        rich(_becomes(w, p)),
    )


def _about(w: Writer, a: TippedAnswer) -> str:
    return capital(a.text) if a.kind == "options" else quoted(a.text)


def _now(w: Writer, a: TippedAnswer) -> tuple[Rich, ...]:
    """The answer at the medians, as the standard wants it."""
    if a.kind == "options":
        return w.no_estimate_cells(w.label(a.best or ""))
    if a.reference is None:
        return w.no_estimate_cells("")
    if a.kind == "comparison":
        return w.no_estimate_cells(
            f"{'holds' if a.reference >= 0 else 'fails'} by {plain(abs(a.reference), 3)}"
        )
    number = min(max(a.reference, 0.0), 1.0)
    return w.estimate_cells(f"{quoted(a.text)} (all assumptions at their medians)", number, None)


def _becomes(w: Writer, p: TippingPoint) -> str:
    if p.crosses == "option":
        return w.label(p.becomes)
    if p.crosses == "even odds":
        return f"{'above' if p.after > p.before else 'below'} even odds"
    return p.becomes


def _silent(w: Writer, a: TippedAnswer) -> Rich:
    return rich(f"{_about(w, a)}: {a.note}.", w.model_mark("tipping points"))


def _figure(value: float) -> str:
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
