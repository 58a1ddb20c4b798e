"""Outlook, options of whoever must choose, and indicators."""

from __future__ import annotations

from standoff.assess.models import Indicator, OptionsOf
from standoff.note.judgements import ending_clause, move_clause, type_clause
from standoff.note.outline import Block, Column, Paragraph, Section, Table, rich
from standoff.note.writer import Writer
from standoff.words.numbers import compact, plain, share
from standoff.words.sentences import ASSUMPTIONS, quoted


def outlook(w: Writer) -> Section:
    """Odds of next moves and of endings, as tables."""
    out = w.assessment.outlook
    blocks: list[Block] = []
    for n in out.next:
        rows = [
            (
                rich(m.label),
                *w.estimate_cells(move_clause(w, n, m.label), m.probability, m.range90),
            )
            for m in sorted(n.moves, key=lambda m: -m.probability)
        ]
        caption = f"Next: {w.actor(n.actor)}, {w.turn(n.actor, n.turn)}"
        if rows:
            blocks.append(Table(caption, (Column("Move", 2.4), *w.estimate_columns()), tuple(rows)))
    if out.endings:
        rows = [
            (
                rich(e.label or e.id),
                *w.estimate_cells(ending_clause(e.label or e.id), e.probability, e.range90),
            )
            for e in sorted(out.endings, key=lambda e: -e.probability)
        ]
        blocks.append(
            Table("How it may end", (Column("Ending", 2.4), *w.estimate_columns()), tuple(rows))
        )
    if not blocks:
        blocks.append(Paragraph(rich("Nobody has a move left before the clock runs out.")))
    return Section("outlook", "Outlook", tuple(blocks))


def options(w: Writer) -> Section:
    """Value of each option, by opposing type, regret, and how often it is best."""
    blocks: list[Block] = []
    for number, o in enumerate(w.assessment.options):
        blocks += options_blocks(w, o, brief=number > 0)
    if not blocks:
        blocks.append(Paragraph(rich("Nobody whose options are given here has a choice ahead.")))
    return Section("options", "Our options", tuple(blocks))


def options_blocks(w: Writer, o: OptionsOf, *, brief: bool = False) -> list[Block]:
    """A sentence and three tables for the options of one actor of one type; `brief` leaves it at
    the first table, without its note.
    """
    if not o.options:
        return []
    who = w.actor(o.actor) + (f", {w.type_label(o.actor, o.type)}" if o.type else "")
    best = max(o.options, key=lambda x: x.value)
    opposing = list(dict.fromkeys(k for x in o.options for k in x.by_opposing_type))
    # Only objectives on which the options differ to the second decimal.
    aims = [
        k
        for k in dict.fromkeys(k for x in o.options for k in x.by_objective)
        if any(abs(x.by_objective.get(k, 0.0)) >= 0.005 for x in o.options)
    ]
    ranked = sorted(o.options, key=lambda x: -x.value)
    lead = (
        f"For {who}, {quoted(best.label)} is worth most in the model; it is best in "
        f"{share(best.best_share)} (by weight)."
    )
    blocks: list[Block] = [
        Paragraph(rich(lead, w.model_mark(f"options of {o.actor} at turn {o.turn}"))),
        Table(
            f"Options of {who}",
            (
                Column("Option", 2.2),
                Column("Value", 0.6, number=True),
                Column("Range", 0.9, number=True),
                Column("Regret", 0.6, number=True),
                Column("Best in", 0.7, number=True),
            ),
            tuple(
                (
                    rich(x.label),
                    rich(plain(x.value)),
                    rich(f"{plain(x.range90[0])} to {plain(x.range90[1])}"),
                    rich(plain(x.regret)),
                    rich(compact(x.best_share)),
                )
                for x in ranked
            ),
            ()
            if brief
            else rich(
                "Values are in stakes of the actor, against the best option, if it does this "
                "wherever it is open at that turn and otherwise goes on as solved; ranges "
                f"{ASSUMPTIONS}; `best in` of 100 variants by weight."
            ),
        ),
    ]
    if opposing and len(opposing) <= 6 and not brief:
        blocks.append(
            Table(
                "The same against each opposing type",
                (
                    Column("Option", 2),
                    *(Column(_opponent(w, k), 1, number=True) for k in opposing),
                ),
                tuple(
                    (
                        rich(x.label),
                        *(rich(_maybe(x.by_opposing_type.get(k))) for k in opposing),
                    )
                    for x in ranked
                ),
            )
        )
    if aims and not brief:
        blocks.append(
            Table(
                "The same by objective",
                (
                    Column("Objective", 2),
                    *(Column(x.label, 1, number=True) for x in ranked[:4]),
                ),
                tuple(
                    (
                        rich(_aim(w, o.actor, k)),
                        *(rich(_maybe(x.by_objective.get(k))) for x in ranked[:4]),
                    )
                    for k in aims
                ),
            )
        )
    return blocks


def _maybe(value: float | None) -> str:
    return "" if value is None else plain(value)


def _aim(w: Writer, actor: str, objective: str) -> str:
    for o in w.assessment.objectives:
        if o.actor == actor and o.objective == objective and o.label:
            return o.label
    return w.assessment.labels.get(f"{actor}.{objective}", "") or objective


def _opponent(w: Writer, key: str) -> str:
    actor, _, type_ = key.partition(".")
    return w.type_label(actor, type_) if type_ else w.actor(actor)


def indicators(w: Writer) -> Section:
    """What could be seen by the end of the next round, and what it would tell."""
    items = sorted(w.assessment.indicators, key=lambda i: -i.bits)
    if not items:
        text = "Nothing that could be seen by the end of the next round would tell of a type."
        return Section("indicators", "Indicators", (Paragraph(rich(text)),))
    blocks: list[Block] = []
    for actor in dict.fromkeys(i.about for i in items):
        blocks.append(_indicators(w, actor, [i for i in items if i.about == actor][:MOST]))
    return Section("indicators", "Indicators", tuple(blocks))


MOST = 6
"""Indicators shown for one actor; the others tell less than these."""


def _indicators(w: Writer, actor: str, items: list[Indicator]) -> Table:
    rows = []
    for i in items:
        after = i.if_seen.get(i.direction)
        clause = f"{quoted(i.label)} is seen by the end of the next round"
        told = f"after {quoted(i.label)}, {type_clause(w, i.about, i.direction)}"
        then = w.no_estimate_cells("") if after is None else w.estimate_cells(told, after, None)
        rows.append(
            (
                rich(i.label),
                *w.estimate_cells(clause, i.probability, None)[:2],
                rich(w.type_label(i.about, i.direction)),
                *then[:2],
                rich(plain(i.bits, 3)),
            )
        )
    columns = (
        Column("If this is seen", 2),
        *w.estimate_columns("Its odds")[:2],
        Column("It points to", 1.4),
        *w.estimate_columns("Which is then")[:2],
        Column("Bits", 0.5, number=True),
    )
    note = "Bits: mutual information with the type, on average over what may be seen."
    caption = f"What would tell most of the intention of {w.actor(actor)}"
    return Table(caption, columns, tuple(rows), rich(note))
