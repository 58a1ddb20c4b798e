"""Evidence, objectives, tactics, and what the actors are waiting for."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from standoff.assess.models import EvidenceItem, ObjectivePart, TacticPart, TypeBelief
from standoff.note.dates import short
from standoff.note.judgements import type_clause
from standoff.note.outline import Block, Column, Paragraph, Rich, Section, Table, rich
from standoff.note.trust import trust_clause
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
        blocks += _views(w)
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
        told = w.named(item.words) or _told(w, item.likelihood_ratio)
        rows.append(
            (
                rich(str(number)),
                rich(short(item.date).replace(" ", NO_BREAK)),
                rich(item.text + _once(w, item) + _trusted(item), w.mark(item.source)),
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


def _once(w: Writer, item: EvidenceItem) -> str:
    """Which other items express the same decision."""
    if not item.same_decision:
        return ""
    same = {item.same_decision, item.id}
    others = [
        e.id
        for e in w.assessment.evidence
        if e.id != item.id and (e.id in same or e.same_decision in same)
    ]
    named = w.items(others)[0].removesuffix(" of the record")
    return f" (one decision with {named})" if named else ""


def _trusted(item: EvidenceItem) -> str:
    """How far it is trusted, where it is not taken as certain."""
    clause = trust_clause(item.trust)
    return f" ({clause})" if clause else ""


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


def _views(w: Writer) -> list[Block]:
    """The belief from each actor's desk, where it is not the note's own."""
    rows = []
    for view, actors in w.assessment.views_of.items():
        who = w.desk(view)  # once, on the first of its rows
        for actor, types in actors.items():
            for type_, p in types.items():
                ours = w.assessment.belief.get(actor, {}).get(type_)
                if ours is not None and abs(ours.probability - p) < 0.01:
                    continue
                clause = f"as {w.desk(view)} sees it, {type_clause(w, actor, type_)}"
                rows.append(
                    (
                        rich(capital(who)),
                        rich(f"{capital(w.actor(actor))}: {w.type_label(actor, type_)}"),
                        *w.estimate_cells(clause, p, None)[:2],
                    )
                )
                who = ""
    if not rows:
        text = "Seen from the desk of each actor, the others look as they do from this one."
        return [Paragraph(rich(text))]
    columns = (Column("Who", 1), Column("Of whom", 2), *w.estimate_columns()[:2])
    note = "Only what differs from this note's own belief by a point in 100 or more."
    return [Table("The same from each actor's desk", columns, tuple(rows), rich(note))]


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
            if all(o is None or abs(o.expected) < 0.005 for o in cells):
                continue
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
    """What has been done under each tactic, and what it serves, by actor."""
    blocks: list[Block] = []
    # A tactic that has not been used and hardly will be says nothing.
    told = [t for t in w.assessment.tactics if t.moves or (t.probability_ahead or 0) >= 0.01]
    for actor in dict.fromkeys(t.actor for t in told):
        own = [t for t in told if t.actor == actor]
        columns = (
            Column("Tactic", 0.8),
            Column("Done so far", 1.8),
            Column("Serves", 1.6),
            *w.estimate_columns("Again")[:2],
        )
        rows = tuple(_tactic_row(w, t) for t in own)
        blocks.append(Table(f"Tactics of {w.actor(actor)}", columns, rows))
    if not blocks:
        blocks.append(Paragraph(rich("The scenario names no tactics.")))
    return Section("tactics", "Tactics", tuple(blocks))


def _tactic_row(w: Writer, t: TacticPart) -> tuple[Rich, ...]:
    if t.probability_ahead is None:
        ahead = w.no_estimate_cells("not ahead")
    else:
        clause = f"{w.actor(t.actor)} uses the tactic {quoted(w.label(t.tactic))} again"
        ahead = w.estimate_cells(clause, t.probability_ahead, None)
    serves = [_objective(w, t.actor, s) for s in t.serves]
    more = f" and {len(serves) - 3} more" if len(serves) > 4 else ""
    return (
        rich(w.label(t.tactic)),
        rich("; ".join(w.label(m) for m in t.moves) or "not yet"),
        rich((", ".join(serves[:3] if more else serves) + more) or "not said"),
        *ahead[:2],
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
    rows = []
    for x in items:
        label = x.label or x.event
        clause = f"{quoted(label)} comes before the next choice of {w.actor(x.actor)}"
        rows.append(
            (
                rich(label),
                rich(w.actor(x.actor)),
                *w.estimate_cells(clause, x.probability, None)[:2],
                rich(plain(x.total_variation)),
            )
        )
    columns = (
        Column("Event", 2.4),
        Column("Who waits", 1.2),
        *w.estimate_columns("Its odds")[:2],
        Column("Change", 0.6, number=True),
    )
    note = (
        "Change: how much the next choice of the one who waits differs after the event (total "
        "variation: 0 the same, 1 another choice altogether)."
    )
    table = Table("Events that would change their next choice", columns, tuple(rows), rich(note))
    return Section("waiting", title, (table,))
