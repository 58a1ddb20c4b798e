"""The short note: what a reader of two pages needs; the full note holds the rest.

Sections and their order are those of the full note, cut to their first rows and sentences, without
charts. Nothing is said here that the full note does not say.
"""

from __future__ import annotations

from dataclasses import replace

from standoff.note.doubt import answer_label
from standoff.note.judgements import (
    belief_mark,
    ending_clause,
    endings_mark,
    joined,
    leading,
    move_clause,
    next_mark,
    question_mark,
    type_clause,
    withheld_sentence,
)
from standoff.note.outline import (
    Block,
    Bullets,
    Paragraph,
    Rich,
    Section,
    Table,
    Text,
    rich,
)
from standoff.note.writer import Writer
from standoff.words.sentences import capital, quoted

ROWS = {"waiting": 3, "outlook": 3, "options": 4, "indicators": 3}
"""Rows of each table of the sections that are tables; of the others the tables are left out."""
ITEMS = {"prices": 2, "deception": 1}
"""Items of a list; of the others three."""
PROSE = {"prices": 1, "deception": 1}
"""Paragraphs; of the others all."""


def key(w: Writer) -> Section:
    """The likeliest intention of each actor, next moves, the end, and questions of likelihood."""
    a = w.assessment
    if w.withheld:
        return Section(
            "key",
            "Key judgements",
            (Paragraph(rich(withheld_sentence(a)), lead="Withheld.", warning=True),),
        )
    items: list[Rich] = []
    for actor, types in a.belief.items():
        if types:
            first = leading(types)
            top = types[first]
            clause = type_clause(w, actor, first)
            said = w.leading(
                clause, f"intention of {w.actor(actor)}", quoted(w.type_label(actor, first)),
                top.probability, top.range90,
            )  # fmt: skip
            before = w.prior(clause, top.prior, None, top.probability)
            told = _judgement(w, [said, before], f"belief.{actor}", f"{actor}.{first}")
            items.append(rich(told, belief_mark(w, actor)))
    for n in a.outlook.next:
        if n.moves:
            move = max(n.moves, key=lambda m: m.probability)
            said = w.leading(
                move_clause(w, n, move.label),
                f"next choice of {w.actor(n.actor)} ({quoted(w.turn(n.actor, n.turn))})",
                quoted(move.label), move.probability, move.range90,
            )  # fmt: skip
            told = _judgement(w, [said], f"next.{n.actor}.{n.turn}", move.id)
            items.append(rich(told, next_mark(w, n)))
    if a.outlook.endings:
        end = max(a.outlook.endings, key=lambda e: e.probability)
        said = w.leading(
            ending_clause(end.label), "ending", quoted(end.label), end.probability, end.range90
        )
        told = _judgement(w, [said], "endings", f"endings.{end.id}")
        items.append(rich(told, endings_mark(w)))
    for q in a.questions:
        if q.status == "probability" and q.probability is not None:
            clause = f"the answer to {quoted(q.text or q.query)} is yes"
            said = w.estimate(clause, q.probability, q.range90)
            trust = w.confidence(q.confidence, brief=True)
            told = joined([said], [trust, _depends(w, q.id)])
            items.append(rich(told, question_mark(w, q)))
    return Section("key", "Key judgements", (Bullets(tuple(items), numbered=True),))


def _judgement(w: Writer, said: list[str], confidence: str, answer: str) -> Rich:
    trust = w.confidence(w.assessment.confidence.get(confidence), brief=True)
    return joined(said, [trust, _depends(w, answer)])


def _depends(w: Writer, answer: str) -> str:
    changed = sum(answer in check.changed for check in w.assessment.form)
    if not changed:
        return ""
    ways = "1 way" if changed == 1 else f"{changed} ways"
    return f"Its word changes in {ways} of writing the model otherwise."


def shortened(section: Section) -> Section:
    """A section of the full note without charts, its tables cut to their first rows."""
    most = ROWS.get(section.id, 0)
    blocks: list[Block] = []
    tables = prose = 0
    for block in section.blocks:
        if isinstance(block, Table):
            tables += 1
            # Of several tables of options the first says it; the outlook has one a question.
            if most and (section.id != "options" or tables == 1):
                more = len(block.rows) - most
                cut = (f"{more} more in the full note. ",) if more > 0 else ()
                note = rich(*cut, block.note)
                blocks.append(replace(block, rows=block.rows[:most], note=note))
        elif isinstance(block, Bullets):
            blocks.append(replace(block, items=block.items[: ITEMS.get(section.id, 3)]))
        elif isinstance(block, Paragraph) and not (section.id == "options" and tables):
            prose += 1
            if prose <= PROSE.get(section.id, prose):
                blocks.append(block)
    return replace(section, blocks=tuple(blocks))


def dissents(w: Writer) -> Section | None:
    """Each dissent with the answer on which it parts most."""
    items = []
    for d in w.assessment.dissents:
        who = d.author or d.view
        most = ""
        if d.base:
            apart = max(d.base, key=lambda id: abs(d.answers[id] - d.base[id]))
            what = answer_label(w, apart)
            theirs = w.number(f"{what}, as {who} sees it", d.answers[apart])
            most = f"It parts most on {what}: {theirs}, where this note has "
            most += f"{w.number(what, d.base[apart])}."
        said = f"{capital(who)} dissents: {d.because.rstrip('.')}."
        items.append(rich(" ".join(filter(None, [said, most])), w.mark(d.source)))
    return Section("dissents", "Dissents", (Bullets(tuple(items)),)) if items else None


def reliability(w: Writer) -> Section:
    """How far to trust all this, in one paragraph."""
    a, v = w.assessment, w.assessment.variants
    said = [
        f"{v.n} variants of what the scenario leaves open were solved; {v.effective:.0f} carry the "
        "weight of the record."
    ]
    if v.failed:
        said.append(f"In {v.failed} the solver check did not hold; they count for nothing.")
    if a.form:
        changed = sum(bool(check.changed) for check in a.form)
        said.append(
            f"The model was written otherwise in {len(a.form)} ways; in {changed} of them some "
            "word changed."
        )
    said.append("The full note has the evidence, the audit, the form checks and the sources.")
    return Section("trust", "How far to trust this", (Paragraph((Text(" ".join(said)),)),))
