"""What changed since the day before: what came in, and the words and numbers that it moved."""

from __future__ import annotations

from standoff.assess.models import ChangedAnswer
from standoff.note.dates import in_words
from standoff.note.doubt import answer_label
from standoff.note.outline import Block, Bullets, Column, Paragraph, Rich, Section, Table, rich
from standoff.note.writer import Writer

MOST = 10
"""Answers listed; they come in order of how far they moved."""


def since(w: Writer) -> Section | None:
    """What came in since the end of the day before, and what it moved; none on the first day."""
    change = w.assessment.since
    if change is None:
        return None
    known = {item.id: item for item in w.assessment.evidence}
    lead = (
        f"Compared with {in_words(change.moment)}. Assumptions, structure and code are the same: "
        "only the evidence differs."
    )
    blocks: list[Block] = [Paragraph(rich(lead))]
    if change.items:
        items = [known[i] for i in change.items if i in known]
        blocks.append(Bullets(tuple(rich(i.text, w.mark(i.source)) for i in items)))
    else:
        blocks.append(Paragraph(rich("Nothing new became known.")))
    judged = {j.id for j in w.assessment.judgements}
    answers = [a for a in change.answers if not (w.withheld and a.id in judged)]
    if answers:
        blocks.append(_table(w, answers[:MOST]))
    elif change.items:
        blocks.append(Paragraph(rich("No belief or judgement moved by a point in 100.")))
    return Section("since", "What changed since the day before", tuple(blocks))


def _table(w: Writer, answers: list[ChangedAnswer]) -> Table:
    rows: list[tuple[Rich, ...]] = []
    for a in answers:
        what = answer_label(w, a.id)
        rows.append(
            (
                rich(what),
                *w.estimate_cells(f"{what} (the day before)", a.before, None)[:2],
                *w.estimate_cells(what, a.after, None)[:2],
                rich("yes" if a.reworded else "no"),
            )
        )
    columns = (
        Column("Answer", 2.4),
        *w.estimate_columns("The day before")[:2],
        *w.estimate_columns("Now")[:2],
        Column("New word", 0.5),
    )
    return Table("Answers that moved by a point in 100 or more", columns, tuple(rows))
