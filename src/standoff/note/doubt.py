"""Other explanations, what would change the judgements, dissents, and form checks."""

from __future__ import annotations

from standoff.assess.models import DissentPart
from standoff.note.judgements import leading, type_clause
from standoff.note.outline import Block, Bullets, Column, Paragraph, Rich, Section, Table, rich
from standoff.note.writer import Writer
from standoff.words.numbers import NOTHING, compact, plain
from standoff.words.sentences import capital, quoted


def other_explanations(w: Writer) -> Section:
    """How surprising the record is, and the residual type of each actor."""
    s = w.assessment.surprise
    blocks: list[Block] = []
    if s is None:
        blocks.append(Paragraph(rich("The record is empty, so nothing in it can surprise.")))
        return Section("other", "Other explanations", tuple(blocks))
    low = s.percentile < 0.05
    judged = (
        "The model finds what happened hard to explain; its answers deserve doubt."
        if low
        else "The model does not find what happened strange."
    )
    rank = "fewer than 1" if s.percentile < 0.01 else (
        "more than 99" if s.percentile > 0.99 else f"{s.percentile * 100:.0f}"
    )  # fmt: skip
    blocks.append(
        Paragraph(
            rich(
                f"Of 100 records that the model would make, {rank} are less probable than what was "
                f"observed (log probability {plain(s.log_probability, 1)}). {judged}",
                w.model_mark("surprise of the record"),
            )
        )
    )
    rows = []
    for actor, (before, after) in s.residual.items():
        grown = after / before if before > 0 else float("nan")
        clause = f"{w.actor(actor)} is something we have not thought of"
        cells = (
            *w.estimate_cells(f"{clause} (before the record)", before, None)[:2],
            *w.estimate_cells(clause, after, None)[:2],
        )
        told = "not changed" if NOTHING[0] <= grown <= NOTHING[1] else (
            "grown" if grown > 1 else "shrunk"
        )  # fmt: skip
        rows.append((rich(w.actor(actor)), *cells, rich(told)))
    if rows:
        columns = (
            Column("Actor", 1.4),
            *w.estimate_columns("Before the record")[:2],
            *w.estimate_columns("Now")[:2],
            Column("It has", 1),
        )
        note = "A residual type that plays nearly at random stands for what nobody thought of."
        blocks.append(Table("Something we have not thought of", columns, tuple(rows), rich(note)))
    return Section("other", "Other explanations", tuple(blocks))


def would_change(w: Writer) -> Section:
    """For each actor, the sights that would move the belief most; the assumptions that do."""
    a = w.assessment
    items: list[Rich] = []
    for actor, types in a.belief.items():
        if not types:
            continue
        first = leading(types)
        now = types[first].probability
        seen = [i for i in a.indicators if i.about == actor and first in i.if_seen]
        shifts = sorted(seen, key=lambda i: -abs(i.if_seen[first] - now))[:3]
        moved = [i for i in shifts if round(abs(i.if_seen[first] - now) * 100) >= 5]
        if not moved:
            items.append(
                rich(
                    f"On {w.actor(actor)}: nothing that could be seen by the end of the next round "
                    "would move the belief by five points in 100.",
                    w.model_mark("indicators"),
                )
            )
            continue
        told = "; ".join(
            f"{quoted(i.label)} would take it {'up' if i.if_seen[first] > now else 'down'} to "
            + w.number(f"after {quoted(i.label)}, {type_clause(w, actor, first)}", i.if_seen[first])
            for i in moved
        )
        items.append(
            rich(f"That {type_clause(w, actor, first)}: {told}.", w.model_mark("indicators"))
        )
    changed = sorted({answer for c in a.form for answer in c.changed})
    if changed:
        items.append(
            rich(
                f"Form: {_answers(w, changed)} would get another word if the model were written "
                "otherwise (form checks).",
                w.model_mark("form checks"),
            )
        )
    blocks: tuple[Block, ...] = (
        (Bullets(tuple(items)),) if items else (Paragraph(rich("No judgement to change.")),)
    )
    return Section("change", "What would change these judgements", blocks)


def answer_label(w: Writer, id: str) -> str:
    """An answer id in words: a judgement's text, a question's, a type's label."""
    a = w.assessment
    for j in a.judgements:
        if j.id == id:
            return quoted(j.text)
    for q in a.questions:
        if q.id == id:
            return quoted(q.text or q.query)
    actor, _, rest = id.partition(".")
    if rest in a.belief.get(actor, {}):
        return f"{w.actor(actor)}: {quoted(w.type_label(actor, rest))}"
    if actor == "endings":
        for e in a.outlook.endings:
            if e.id == rest:
                return f"ending {quoted(e.label or e.id)}"
    for n in a.outlook.next:
        for m in n.moves:
            if m.id == id:
                return f"{w.actor(n.actor)}: {quoted(m.label)}"
    return w.label(id)


def _answers(w: Writer, ids: list[str]) -> str:
    named = [answer_label(w, i) for i in ids[:4]]
    more = f" and {len(ids) - 4} more" if len(ids) > 4 else ""
    return ", ".join(named) + more


def dissents(w: Writer) -> Section | None:
    """The views of other analysts and where they part; nothing where there are none."""
    views = w.assessment.dissents
    if not views:
        return None
    blocks: list[Block] = []
    for v in views:
        set_ = ", ".join(f"{w.label(k)} = {x}" for k, x in v.settings.items())
        who = v.author or v.view
        because = f": {v.because.strip().rstrip('.')}" if v.because.strip() else ""
        blocks.append(
            Paragraph(
                rich(
                    f"{capital(who)} dissents{because}."
                    + (f" The view sets {set_}." if set_ else ""),
                    w.mark(v.source, f"Model: scenario {w.assessment.scenario}, view {v.view}."),
                )
            )
        )
        rows = []
        for id, base, p in _parted(v):
            name = answer_label(w, id)
            rows.append(
                (
                    rich(name),
                    *w.estimate_cells(name, base, None)[:2],
                    *w.estimate_cells(f"{name} (view {v.view})", p, None)[:2],
                )
            )
        if rows:
            columns = (
                Column("Judgement", 2.4),
                *w.estimate_columns("This note")[:2],
                *w.estimate_columns("This view")[:2],
            )
            blocks.append(Table(f"Where {who} parts from this note", columns, tuple(rows)))
    return Section("dissents", "Dissents", tuple(blocks))


def _parted(v: DissentPart) -> list[tuple[str, float, float]]:
    """(answer, the note's, the view's): those that part by a point or more, the furthest first."""
    found = [(k, v.base[k], p) for k, p in v.answers.items() if k in v.base]
    apart = [x for x in found if abs(x[2] - x[1]) >= 0.01]
    return sorted(apart, key=lambda x: -round(abs(x[2] - x[1]), 9))[:MOST_APART]


MOST_APART = 10
"""Answers listed for one view."""


def form_checks(w: Writer) -> tuple[Section, Section | None]:
    """The section, and (under a standard with an annex) the table of numbers for the annex."""
    checks = w.assessment.form
    title = "Form checks"
    if not checks:
        text = "No form checks were run: whether the words below depend on form is not known."
        return Section("form", title, (Paragraph(rich(text)),)), None
    done = [c for c in checks if c.answers]
    changed = [c for c in done if c.changed]
    lead = (
        f"The model was written otherwise in {len(done)} ways. "
        + (
            f"In {len(changed)} of them some word changed."
            if changed
            else "No word changed in any of them."
        )
        if done
        else "No form check could be done."
    )
    rows = []
    for number, c in enumerate(checks, 1):
        told = _answers(w, c.changed) if c.changed else "none" if c.answers else ""
        said = "; ".join(x for x in (told, w.named(c.note)) if x)
        solved = str(c.variants) if c.answers else ""
        rows.append((rich(f"{number}. {w.named(c.what)}"), rich(solved), rich(said)))
    overview = Table(
        "What was changed, and which words changed with it",
        (Column("Change", 2), Column("Variants", 0.7, number=True), Column("Words changed", 2.4)),
        tuple(rows),
    )
    numbers = _numbers(w)
    blocks: list[Block] = [Paragraph(rich(lead, w.model_mark("form checks"))), overview]
    if numbers is None:
        return Section("form", title, tuple(blocks)), None
    if w.scale.annex:
        return Section("form", title, tuple(blocks)), Section(
            "form-annex", "Form checks in numbers", (numbers,), level=2
        )
    return Section("form", title, (*blocks, numbers)), None


MOST = 16
"""Answers in the table of numbers: those that moved most."""


def _numbers(w: Writer) -> Table | None:
    """Answers by check, before and after: those that moved by a point or more, the most first."""
    moved = [
        (c.base[id], p, c.what, id, id in c.changed)
        for c in w.assessment.form
        for id, p in c.answers.items()
        if id in c.base and abs(p - c.base[id]) >= 0.01
    ]
    if not moved:
        return None
    ranked = sorted(moved, key=lambda m: -round(abs(m[1] - m[0]), 9))
    rows = tuple(
        (
            rich(w.named(what)),
            rich(answer_label(w, id)),
            rich(compact(base)),
            rich(compact(p)),
            rich(_word(w, base, p, changed)),
        )
        for base, p, what, id, changed in ranked[:MOST]
    )
    more = len(moved) - MOST
    note = f"And {more} more, in the JSON form of this note." if more > 0 else ""
    return Table(
        "Answers that moved most",
        (
            Column("Change", 1.6),
            Column("Answer", 2.2),
            Column("Before", 0.6, number=True),
            Column("After", 0.6, number=True),
            Column("New word" if w.scale.annex else "Word", 0.6 if w.scale.annex else 1.2),
        ),
        rows,
        rich(note),
    )


def _word(w: Writer, base: float, p: float, changed: bool) -> str:
    """The word before and after; where numbers stand apart from words, whether it is a new one."""
    if w.scale.annex:
        return "yes" if changed else "no"
    before, after = w.scale.word(base), w.scale.word(p)
    return f"{before}, now {after}" if changed else before
