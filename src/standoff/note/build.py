"""From an assessment to the outline of its note: the sections in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from standoff.assess.models import Assessment
from standoff.note import (
    ahead,
    audit,
    brief,
    concepts,
    doubt,
    figures,
    grounds,
    intent,
    judgements,
    method,
    opposite,
    since,
    turning,
)
from standoff.note.dates import in_words
from standoff.note.outline import (
    Block,
    Column,
    Figure,
    Outline,
    Paragraph,
    Section,
    Table,
    numbered,
    rich,
)
from standoff.note.remarks import Remark, remarked
from standoff.note.sensitivity import tornado_figure
from standoff.note.writer import NO_BREAK, Writer
from standoff.words.numbers import compact, compact_span
from standoff.words.sentences import MODEL_DERIVED


def outline(
    assessment: Assessment, *, short: bool = False, remarks: Sequence[Remark] = ()
) -> Outline:
    """The note of an assessment, before it is text, a page or a PDF; `short` is two to four pages
    of it, `remarks` are the analyst's own.
    """
    w = Writer(assessment)
    if short:
        return _short(w, remarks)
    # Footnotes are numbered as they are met, so the sections are written in reading order.
    sections = [write(w) for write in SECTIONS]
    form, form_annex = doubt.form_checks(w)
    more = opposite.form_numbers(w)
    if more is not None:
        form = replace(form, blocks=(*form.blocks, more))
    sections += [form, concepts.other_concepts(w), method.method(w), method.sources(w)]
    written = [s for s in sections if s is not None]
    written = remarked(w, written, remarks) if remarks else written
    annex: list[Section] = []
    figures_ = _figures(w)
    if w.scale.annex:
        annex = [_annex(w)]
        if form_annex:
            annex.append(form_annex)
        drawn = tuple(f for own in figures_.values() for f in own)
        if drawn:
            annex.append(Section("charts", "Charts", drawn, level=2))
        figures_ = {}
    illustrated = [_illustrated(s, figures_) for s in written]
    return numbered(replace(_outline(w, illustrated), annex=tuple(annex)))


def _outline(w: Writer, sections: Sequence[Section]) -> Outline:
    """Sections under the heading block, with the footnotes met so far."""
    a = w.assessment
    return Outline(
        kind="INTELLIGENCE NOTE",
        title=a.title,
        language="en",
        marking=a.heading.marking,
        heading=_heading(a),
        as_of=a.as_of,
        opening=_opening(a),
        sections=tuple(sections),
        footnotes=w.footnotes,
    )


def _short(w: Writer, remarks: Sequence[Remark]) -> Outline:
    """The sections that a reader of two pages needs."""
    sections: list[Section | None] = [brief.key(w)]
    sections += [brief.shortened(made) for write in IN_SHORT if (made := write(w)) is not None]
    sections += [brief.dissents(w), brief.reliability(w)]
    written = [s for s in sections if s is not None]
    written = remarked(w, written, remarks) if remarks else written
    annex = (_annex(w),) if w.scale.annex else ()
    return numbered(replace(_outline(w, written), annex=annex))


def _turning(w: Writer) -> Section | None:
    return None if w.assessment.tipping is None else turning.turning(w, w.assessment.tipping)


SECTIONS: tuple[Callable[[Writer], Section | None], ...] = (
    judgements.key_judgements,
    intent.evidence,
    grounds.evidence_in_a_table,
    grounds.what_was_known_when,
    intent.objectives,
    intent.tactics,
    intent.waiting,
    opposite.worth_of_waiting,
    opposite.what_they_would_take,
    ahead.outlook,
    ahead.options,
    opposite.tied_hands,
    opposite.what_a_mediator_could_do,
    opposite.how_they_would_fool_us,
    ahead.indicators,
    doubt.other_explanations,
    since.since,
    doubt.would_change,
    _turning,
    audit.audit,
    grounds.which_passages,
    grounds.what_falls_with_a_source,
    doubt.dissents,
    opposite.where_views_part,
)
"""The sections in reading order, up to the form checks."""
IN_SHORT: tuple[Callable[[Writer], Section | None], ...] = (
    intent.waiting,
    opposite.what_they_would_take,
    ahead.outlook,
    ahead.options,
    opposite.how_they_would_fool_us,
    ahead.indicators,
    doubt.would_change,
)
"""Those that the short note takes over, shortened."""


def _figures(w: Writer) -> dict[str, list[Figure]]:
    """Section id -> its charts."""
    a = w.assessment
    found: dict[str, list[Figure | None]] = {
        "evidence": [figures.belief(w, actor) for actor in a.belief],
        "outlook": [
            *(
                figures.odds(
                    f"next-{n.actor}-{n.turn}",
                    f"Next: {w.actor(n.actor)}, {w.turn(n.actor, n.turn)}",
                    n.moves,
                )
                for n in a.outlook.next
            ),
            figures.odds("endings", "How it may end", a.outlook.endings),
        ],
        "change": [tornado_figure(a.sensitivity) or figures.drivers(w)],
        "audit": [figures.audit(w)],
        "form": [figures.form(w)],
    }
    return {k: [f for f in own if f is not None] for k, own in found.items()}


def _illustrated(section: Section, found: dict[str, list[Figure]]) -> Section:
    own = found.get(section.id)
    return replace(section, blocks=(*section.blocks, *own)) if own else section


def _heading(a: Assessment) -> tuple[tuple[str, str], ...]:
    h = a.heading
    lines = (
        ("TO", h.to),
        ("FROM", h.from_),
        ("SUBJECT", h.subject or a.title),
        ("DATE", in_words(h.date) if h.date else in_words(a.as_of)),
        ("AS OF", in_words(a.as_of)),
        ("DESK", h.desk),
    )
    same = in_words(h.date) == in_words(a.as_of) or not h.date
    return tuple((k, v) for k, v in lines if v and not (k == "AS OF" and same))


def _opening(a: Assessment) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if a.summary.strip():
        blocks.append(Paragraph(rich(" ".join(a.summary.split()))))
    blocks.append(Paragraph(rich(f"This note is {MODEL_DERIVED}")))
    return tuple(blocks)


def _annex(w: Writer) -> Section:
    """Numbers behind the words, line by line."""
    rows = tuple(
        (
            rich(f"A{i}"),
            rich(what),
            rich(compact(p, w.scale).replace(" ", NO_BREAK)),
            rich(compact_span(*r).replace(" ", NO_BREAK) if r else ""),
        )
        for i, (what, p, r) in enumerate(w.annex, 1)
    )
    table = Table(
        "Likelihoods, in 100",
        (
            Column("Line", 0.4),
            Column("That", 3.6),
            Column("In 100", 0.6, number=True),
            Column("Range", 0.8, number=True),
        ),
        rows,
    )
    return Section("annex", "Annex: the numbers behind the words", (table, method.bands(w)))
