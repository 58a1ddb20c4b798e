"""A backtest as a table by day, its scores, and a chart of the belief."""

from __future__ import annotations

import datetime as dt
from typing import Literal, overload

from standoff.assess.backtest_models import Backtest, Score
from standoff.chart import BeliefAt, belief_over_record
from standoff.note.dates import in_words, short
from standoff.note.formats import TextFormat, render_outline
from standoff.note.outline import (
    Block,
    Bullets,
    Column,
    Figure,
    Outline,
    Paragraph,
    Section,
    Table,
    rich,
)
from standoff.note.writer import NO_BREAK
from standoff.words.numbers import compact, compact_span
from standoff.words.sentences import ASSUMPTIONS, MODEL_DERIVED, capital, quoted


@overload
def render_backtest(backtest: Backtest, format: TextFormat = "text") -> str: ...
@overload
def render_backtest(backtest: Backtest, format: Literal["pdf"]) -> bytes: ...
@overload
def render_backtest(backtest: Backtest, format: str) -> str | bytes: ...
def render_backtest(backtest: Backtest, format: str = "text") -> str | bytes:
    """A backtest as `text`, `md`, `html`, `pdf` or `json`."""
    if format == "json":
        return backtest.model_dump_json(indent=2, by_alias=True) + "\n"
    return render_outline(backtest_outline(backtest), format)


def backtest_outline(b: Backtest) -> Outline:
    """The replay before it is text, a page or a PDF."""
    h = b.heading
    last = b.days[-1].as_of if b.days else h.date
    first = b.days[0].as_of if b.days else h.date
    lines = (
        ("SUBJECT", h.subject or b.title),
        ("DESK", h.desk),
        ("DAYS", f"{in_words(first)} to {in_words(last)}"),
    )
    opening = (
        Paragraph(rich(f"This is {b.caveat}.")),
        Paragraph(rich(f"It is {MODEL_DERIVED}")),
    )
    sections = [_days(b), _scores(b), _statements(b)]
    if b.warnings:
        warnings = Bullets(tuple(rich(w) for w in b.warnings))
        sections.append(Section("warnings", "Warnings", (warnings,)))
    return Outline(
        kind="BACKTEST",
        title=f"Backtest: {b.title}",
        language="en",
        marking=h.marking,
        heading=tuple((k, v) for k, v in lines if v),
        as_of=last,
        opening=opening,
        sections=tuple(s for s in sections if s.blocks),
        footnotes=(),
    )


def _label(b: Backtest, id: str, fallback: str = "") -> str:
    return b.labels.get(id, "") or fallback or id


def _days(b: Backtest) -> Section:
    blocks: list[Block] = []
    actors: dict[str, list[str]] = {}
    for day in b.days:
        for actor, types in day.belief.items():
            known = actors.setdefault(actor, [])
            known += [t for t in types if t not in known]
    for actor, held in actors.items():
        rows = []
        for day in b.days:
            cells = []
            for t in held:
                own = day.belief.get(actor, {}).get(t)
                shown = f"{compact(own.probability)} ({compact_span(*own.range90)})" if own else ""
                cells.append(rich(shown.replace(" ", NO_BREAK)))
            marked = " (withheld)" if day.withheld else ""
            rows.append((rich(short(day.as_of).replace(" ", NO_BREAK) + marked), *cells))
        name = _label(b, actor)
        blocks.append(
            Table(
                f"Belief in the types of {name} at the end of each day, in 100",
                (
                    Column("Day", 0.7),
                    *(Column(_label(b, f"{actor}.{t}", t), 1, number=True) for t in held),
                ),
                tuple(rows),
                rich(f"In brackets the 5th to 95th percentile {ASSUMPTIONS}."),
            )
        )
        figure = _figure(b, actor, held)
        if figure:
            blocks.append(figure)
    if b.days:
        blocks.append(_overview(b))
        blocks.append(_endings(b))
    return Section("days", "Day by day", tuple(blocks))


def _overview(b: Backtest) -> Table:
    """What was new, what the variants are worth, and the score of each day."""
    rows = tuple(
        (
            rich(short(d.as_of).replace(" ", NO_BREAK)),
            rich("; ".join(_label(b, i) for i in d.new_items) or "nothing new"),
            rich(f"{d.effective:.0f}{NO_BREAK}of{NO_BREAK}{d.n}"),
            rich(str(d.failed)),
            rich(f"{len(d.judgements)} open, {len(d.settled)} settled"),
            rich("" if d.brier is None else f"{d.brier:.2f}"),
        )
        for d in b.days
    )
    columns = (
        Column("Day", 0.6),
        Column("New in the record", 2.4),
        Column("Effective variants", 0.8, number=True),
        Column("Failed", 0.5, number=True),
        Column("Statements", 1),
        Column("Brier", 0.5, number=True),
    )
    return Table("What was known, and how the statements scored", columns, rows)


def _endings(b: Backtest) -> Table:
    """Odds of each ending by day, the likeliest first; at most six and the rest."""
    ids = list(dict.fromkeys(e for d in b.days for e in d.endings))
    mean = {e: sum(d.endings.get(e, 0.0) for d in b.days) for e in ids}
    kept = sorted(ids, key=lambda e: (e != b.ending, -mean[e]))[:6]
    rows = []
    for d in b.days:
        rest = max(0.0, 1 - sum(d.endings.get(e, 0.0) for e in kept))
        cells = [rich(compact(min(d.endings.get(e, 0.0), 1.0))) for e in kept]
        if len(ids) > len(kept):
            cells.append(rich(compact(min(rest, 1.0))))
        rows.append((rich(short(d.as_of).replace(" ", NO_BREAK)), *cells))
    columns = [Column("Day", 0.6)]
    columns += [
        Column(_label(b, e) + (" (came about)" if e == b.ending else ""), 1, number=True)
        for e in kept
    ]
    if len(ids) > len(kept):
        columns.append(Column("all others", 0.8, number=True))
    return Table("How it may end, in 100", tuple(columns), tuple(rows))


def _figure(b: Backtest, actor: str, types: list[str]) -> Figure | None:
    points = []
    for d in b.days:
        try:
            moment = dt.datetime.fromisoformat(d.as_of).replace(tzinfo=None)
        except ValueError:
            continue
        for t in types:
            own = d.belief.get(actor, {}).get(t)
            if own:
                label = _label(b, f"{actor}.{t}", t)
                points.append(BeliefAt(moment, label, own.probability, *own.range90))
    if len({p.moment for p in points}) < 2:
        return None
    title = f"Belief in the types of {_label(b, actor)} by day"
    description = (
        f"Belief in each type at the end of each day, in 100; the band runs from the 5th to the "
        f"95th percentile {ASSUMPTIONS}."
    )
    spec = belief_over_record(points, title=title, description=description)
    return Figure(f"belief-{actor}", title, description, spec)


_WHAT = {
    "judgements": "audited statements",
    "endings": "outlook: how it ends",
    "next moves": "outlook: next moves",
}


def _scores(b: Backtest) -> Section:
    if not b.scores:
        text = "Nothing could be scored: no statement has been resolved true or false."
        return Section("scores", "Scores", (Paragraph(rich(text)),))
    rows = tuple(
        (
            rich(_WHAT[s.what]),
            rich(str(s.n)),
            rich(f"{s.model:.3f}"),
            rich(f"{s.uniform:.3f}"),
            rich("" if s.prior is None else f"{s.prior:.3f}"),
            rich(_verdict(s)),
        )
        for s in b.scores
    )
    columns = (
        Column("What", 1.6),
        Column("Forecasts", 0.7, number=True),
        Column("Model", 0.6, number=True),
        Column("Equal odds", 0.7, number=True),
        Column("Prior", 0.6, number=True),
        Column("The model did", 1.4),
    )
    note = (
        "Brier scores: 0 is perfect. The prior is the scenario's own odds before anything was "
        "seen. Days are not independent of one another, and neither are the statements."
    )
    blocks: tuple[Block, ...] = (
        Table("Brier scores", columns, rows, rich(note)),
        Paragraph(rich(f"{capital(b.caveat)}."), warning=True),
    )
    return Section("scores", "Scores", blocks)


def _verdict(s: Score) -> str:
    """In words, how the model did against those who know nothing; a thousandth is a tie."""

    def against(other: float) -> str:
        if abs(s.model - other) < 0.0005:
            return "as well as"
        return "better than" if s.model < other else "worse than"

    told = f"{against(s.uniform)} equal odds"
    if s.prior is not None:
        told += f", {against(s.prior)} its prior"
    return told


def _statements(b: Backtest) -> Section:
    """Each scored statement by day."""
    if not b.statements or not b.days:
        return Section("statements", "Statements by day", ())
    by_day = [{j.id: j for j in d.judgements} for d in b.days]
    rows = []
    for s in b.statements:
        cells = []
        for d, own in zip(b.days, by_day, strict=True):
            if s.id in own:
                cells.append(rich(compact(own[s.id].probability)))
            elif s.id in d.settled:
                cells.append(rich("holds" if d.settled[s.id] else "fails"))
            else:
                cells.append(rich())
        outcome = {1.0: "true", 0.0: "false"}.get(s.outcome, f"{s.outcome:g}")
        rows.append((rich(quoted(s.text)), *cells, rich(outcome)))
    columns = (
        Column("Statement", 2.6),
        *(Column(short(d.as_of), 0.5, number=True) for d in b.days),
        Column("Outcome", 0.6),
    )
    note = "In 100. A statement that the record has settled is not scored from that day on."
    table = Table("What the model said of each statement", columns, tuple(rows), rich(note))
    return Section("statements", "Statements by day", (table,))
