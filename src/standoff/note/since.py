"""What changed since the last note."""

from __future__ import annotations

from standoff.note.dates import in_words
from standoff.note.outline import Block, Bullets, Column, Paragraph, Section, Table, rich
from standoff.note.writer import Writer
from standoff.words.numbers import compact

MOST = 10
"""Answers listed; they come in order of how far they moved."""


def since(w: Writer) -> Section | None:
    """What came in since the end of the day before, and what it moved."""
    change = w.assessment.since
    if change is None:
        return None
    texts = {item.id: item.text for item in w.assessment.evidence}
    blocks: list[Block] = [
        Paragraph(
            rich(
                f"Compared with {in_words(change.moment)}. Assumptions, structure and code are the "
                "same: only the evidence differs."
            )
        )
    ]
    if change.items:
        blocks.append(Bullets(tuple(rich(texts.get(id, id)) for id in change.items)))
    else:
        blocks.append(Paragraph(rich("Nothing new became known.")))
    if change.answers:
        blocks.append(_table(w))
    elif change.items:
        blocks.append(Paragraph(rich("No belief or judgement moved by a point in 100.")))
    return Section("since", "What changed since the last note", tuple(blocks))


def _table(w: Writer) -> Table:
    change = w.assessment.since
    assert change is not None
    names = {j.id: j.text for j in w.assessment.judgements}
    rows = []
    for answer in change.answers[:MOST]:
        actor, _, kind = answer.id.partition(".")
        what = names.get(answer.id) or f"{w.actor(actor)}: {w.type_label(actor, kind)}"
        word = f"{w.scale.word(answer.before)}, now {w.scale.word(answer.after)}"
        cells = [rich(what), rich(word if answer.reworded else w.scale.word(answer.after))]
        if w.scale.annex:
            w.annex.append((what, answer.after, None))
        else:
            cells += [rich(compact(answer.before)), rich(compact(answer.after))]
        rows.append(tuple(cells))
    columns = [Column("Answer", 3.2), Column("Likelihood", 1.6)]
    if not w.scale.annex:
        columns += [Column("Before", 0.6, number=True), Column("Now", 0.6, number=True)]
    return Table("Answers that moved by a point in 100 or more", tuple(columns), tuple(rows))
