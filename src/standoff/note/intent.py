"""Evidence, objectives, tactics, and what the actors are waiting for."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from standoff.assess.models import ObjectivePart, TypeBelief
from standoff.note.dates import short
from standoff.note.judgements import type_clause
from standoff.note.outline import Block, Bullets, Column, Paragraph, Rich, Section, Table, rich
from standoff.note.writer import NO_BREAK, Writer
from standoff.words.numbers import compact, compact_span, plain, ratio, ratio_words
from standoff.words.sentences import ASSUMPTIONS, capital, quoted


def evidence(w: Writer) -> Section:
    """Belief beside prior, by actor and type, then each item of the record and what it tells."""
    a = w.assessment
    blocks: list[Block] = [belief_table(w, actor) for actor in a.belief]
    if a.evidence:
        blocks += _record_tables(w)
    if a.views_of:
        blocks.append(_views_table(w))
    return Section("evidence", "What the record tells", tuple(blocks))


def belief_table(w: Writer, actor: str) -> Table:
    """The types of one actor, posterior beside prior."""
    rows = []
    for type_, b in w.assessment.belief[actor].items():
        clause = type_clause(w, actor, type_)
        rows.append(
            (
                rich(w.type_label(actor, type_)),
                *_prior_cells(w, clause, b),
                *w.estimate_cells(clause, b.probability, b.range90),
            )
        )
    before = (
        w.estimate_columns("Before the record")
        if w.scale.annex
        else (Column("Before the record", 1, number=True),)
    )
    marked = " (marked: too few effective variants)" if w.withheld else ""
    return Table(
        f"Belief in the types of {w.actor(actor)}{marked}",
        (Column("Type", 1.6), *before, *w.estimate_columns("Now")),
        tuple(rows),
        rich(f"Ranges are 5th to 95th percentiles {ASSUMPTIONS}."),
    )


def _prior_cells(w: Writer, clause: str, b: TypeBelief) -> tuple[Rich, ...]:
    """The prior: a number and its range in one cell, or its word and line of the annex."""
    if w.scale.annex:
        return w.estimate_cells(f"{clause} (before the record)", b.prior, b.prior_range90)
    number = compact(b.prior, w.scale)
    extent = compact_span(*b.prior_range90).replace(" ", NO_BREAK)
    return (rich(f"{number.replace(' ', NO_BREAK)} ({extent})"),)


def _record_tables(w: Writer) -> list[Block]:
    """The items of the record with what each tells, then the ratios behind, by actor."""
    a = w.assessment
    rows = []
    for number, item in enumerate(a.evidence, 1):
        once = f" (one decision with {_item(w, item.same_decision)})" if item.same_decision else ""
        told = item.words or _told(w, item.likelihood_ratio)
        rows.append(
            (
                rich(str(number)),
                rich(short(item.date).replace(" ", NO_BREAK)),
                rich(item.text + once, w.mark(item.source)),
                rich(told),
            )
        )
    columns = (
        Column("No.", 0.3, number=True),
        Column("Known", 0.7),
        Column("Item", 2.4),
        Column("What it tells", 1.5),
    )
    out: list[Block] = [Table("The record, item by item", columns, tuple(rows))]
    for actor, types in a.belief.items():
        ratios = [
            (rich(str(n)), *(_ratio_cell(i.likelihood_ratio[actor].get(t)) for t in types))
            for n, i in enumerate(a.evidence, 1)
            if i.likelihood_ratio.get(actor)
        ]
        if not ratios:
            continue
        heads = (Column(w.type_label(actor, t), 1, number=True) for t in types)
        caption = f"Likelihood ratios for the types of {w.actor(actor)}"
        out.append(Table(caption, (Column("No.", 0.3, number=True), *heads), tuple(ratios)))
    note = (
        "A likelihood ratio says how many times likelier the item was, after the items before it, "
        "if the actor was of that type than if it was of another. Near 1 it tells you nothing. "
        "Items of one decision count once."
    )
    last = out[-1]
    assert isinstance(last, Table)
    out[-1] = replace(last, note=rich(note))
    return out


def _item(w: Writer, decision: str) -> str:
    """A record item's number, or the name of the decision that several items express."""
    for number, item in enumerate(w.assessment.evidence, 1):
        if item.id == decision:
            return f"item {number}"
    return quoted(w.label(decision))


def _ratio_cell(value: float | None) -> Rich:
    return rich("" if value is None else ratio(value))


def _told(w: Writer, ratios: dict[str, dict[str, float]]) -> str:
    told = []
    for actor, by_type in ratios.items():
        best = max(by_type.items(), key=lambda kv: kv[1], default=None)
        if best:
            told.append(ratio_words(best[1], quoted(w.type_label(actor, best[0]))))
    said = [t for t in dict.fromkeys(told) if not t.startswith("tells you nothing")]
    return "; ".join(said) or "tells you nothing"


def _views_table(w: Writer) -> Table:
    rows = []
    for view, actors in w.assessment.views_of.items():
        who = w.desk(view)  # once, on the first of its rows
        for actor, types in actors.items():
            for type_, p in types.items():
                clause = f"as {w.desk(view)} sees it, {type_clause(w, actor, type_)}"
                rows.append(
                    (
                        rich(who),
                        rich(f"{w.actor(actor)}: {w.type_label(actor, type_)}"),
                        *w.estimate_cells(clause, p, None)[:2],
                    )
                )
                who = ""
    columns = (Column("Who", 1), Column("Of whom", 2), *w.estimate_columns()[:2])
    return Table("The same from each desk", columns, tuple(rows))


def objectives(w: Writer) -> Section:
    """What each type stands to gain by objective, in shares of its stake."""
    blocks: list[Block] = []
    items = w.assessment.objectives
    if not items:
        blocks.append(Paragraph(rich("The scenario names no objectives.")))
    for actor, group in groupby(items, key=lambda o: o.actor):
        rows = list(group)
        types = list(dict.fromkeys(o.type for o in rows))
        names = list(dict.fromkeys(o.objective for o in rows))
        by = {(o.type, o.objective): o for o in rows}
        if types and names:
            lead = _prime(w, actor, types, by)
            blocks.append(Paragraph(rich(lead, w.model_mark(f"objectives of {actor}"))))
        table = []
        for name in names:
            label = next((o.label for o in rows if o.objective == name and o.label), "")
            cells = [by.get((t, name)) for t in types]
            table.append(
                (
                    rich(label or w.label(f"{actor}.{name}") if label else name),
                    *(rich("" if o is None else plain(o.expected)) for o in cells),
                )
            )
        columns = (
            Column("Objective", 2),
            *(Column(w.type_label(actor, t) if t else "All", 1, number=True) for t in types),
        )
        blocks.append(
            Table(
                f"{capital(w.actor(actor))}: expected from here to the end, in stakes of each type",
                columns,
                tuple(table),
            )
        )
    return Section("objectives", "Objectives", tuple(blocks))


def _prime(
    w: Writer, actor: str, types: list[str], by: dict[tuple[str, str], ObjectivePart]
) -> str:
    told = []
    for t in types:
        own = [o for (type_, _), o in by.items() if type_ == t]
        top = max(own, key=lambda o: abs(o.expected))
        who = quoted(w.type_label(actor, t)) if t else w.actor(actor)
        told.append(f"for {who}, {quoted(top.label or top.objective)} ({plain(top.expected)})")
    return f"{capital(w.actor(actor))}: what weighs most is, " + "; ".join(told) + "."


def tactics(w: Writer) -> Section:
    """What has been done under each tactic, and what it serves."""
    items = w.assessment.tactics
    if not items:
        return Section("tactics", "Tactics", (Paragraph(rich("The scenario names no tactics.")),))
    rows = []
    for t in items:
        ahead = (
            w.no_estimate_cells("not ahead")
            if t.probability_ahead is None
            else w.estimate_cells(
                f"{w.actor(t.actor)} uses the tactic {quoted(w.label(t.tactic))} again",
                t.probability_ahead,
                None,
            )
        )
        rows.append(
            (
                rich(w.actor(t.actor)),
                rich(w.label(t.tactic)),
                rich("; ".join(w.label(m) for m in t.moves) or "not yet"),
                rich(", ".join(_objective(w, t.actor, s) for s in t.serves) or "not said"),
                *ahead[:2],
            )
        )
    columns = (
        Column("Actor", 0.9),
        Column("Tactic", 0.9),
        Column("Done so far", 1.8),
        Column("Serves", 1.2),
        *w.estimate_columns("Again")[:2],
    )
    return Section(
        "tactics", "Tactics", (Table("Tactics and what they serve", columns, tuple(rows)),)
    )


def _objective(w: Writer, actor: str, id: str) -> str:
    for o in w.assessment.objectives:
        if o.actor == actor and o.objective == id and o.label:
            return o.label
    return w.assessment.labels.get(f"{actor}.{id}", "") or w.label(id)


def waiting(w: Writer) -> Section:
    """Events before an actor's next move after which its play changes most."""
    items = sorted(w.assessment.waiting, key=lambda x: -x.total_variation)
    title = "What they are waiting for"
    if not items:
        text = "Nothing that can happen before their next moves would change those moves."
        return Section("waiting", title, (Paragraph(rich(text)),))
    lines = []
    for x in items:
        clause = f"{quoted(x.label or x.event)} comes before the next choice of {w.actor(x.actor)}"
        lines.append(
            rich(
                w.estimate(clause, x.probability, None),
                f" After it, that choice would differ by {plain(x.total_variation)} "
                "(total variation: 0 the same, 1 another choice altogether).",
                w.model_mark(f"event {x.event}"),
            )
        )
    return Section("waiting", title, (Bullets(tuple(lines)),))
