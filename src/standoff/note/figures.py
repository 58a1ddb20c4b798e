"""Charts of a note, made from the assessment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from standoff.assess.models import EndingOdds, MoveOdds
from standoff.chart import (
    Audited,
    BeliefAt,
    Driver,
    FormCell,
    Odds,
    audit_dots,
    belief_over_record,
    driver_dots,
    form_matrix,
    odds_bars,
)
from standoff.note.doubt import answer_label
from standoff.note.judgements import strongest
from standoff.note.outline import Figure
from standoff.note.writer import Writer
from standoff.words.numbers import compact
from standoff.words.sentences import ASSUMPTIONS, quoted

MOST_PANELS = 5
"""Answers in the chart of what they hang on; the others' parameters stand in the text."""
MOST_ROWS = 12
"""Rows that a chart can carry and still be read."""
MOST_CHANGED = 18
"""Answers in the chart of form checks, which has a number in every cell."""


def belief(w: Writer, actor: str) -> Figure | None:
    """Belief in the types of one actor over the record; none where it can't be dated."""
    points = []
    for b in w.assessment.belief_over_time:
        moment = _naive(b.moment)
        if moment is None:
            continue
        for type_, p in b.belief.get(actor, {}).items():
            low, high = b.range90.get(actor, {}).get(type_, (p, p))
            points.append(BeliefAt(moment, w.type_label(actor, type_), p, low, high, b.item))
    if len({p.moment for p in points}) < 2:
        return None
    title = f"Belief in the types of {w.actor(actor)}"
    description = (
        f"Belief in each type after each item of the record, in 100; the band runs from the 5th "
        f"to the 95th percentile {ASSUMPTIONS}."
    )
    return Figure(f"belief-{actor}", title, description, belief_over_record(
        points, title=title, description=description))  # fmt: skip


def _naive(moment: str) -> dt.datetime | None:
    """Local time: the axis shows the desk's days."""
    try:
        return dt.datetime.fromisoformat(moment).replace(tzinfo=None)
    except ValueError:
        return None


def odds(id: str, title: str, rows: Sequence[MoveOdds | EndingOdds]) -> Figure | None:
    """Bars for next moves or endings."""
    ranked = sorted(rows, key=lambda r: -r.probability)[:MOST_ROWS]
    if len(ranked) < 3:  # two odds are read from the table
        return None
    bars = [
        Odds(r.label or r.id, r.probability, r.range90[0], r.range90[1], compact(r.probability))
        for r in ranked
    ]
    caption = f"Odds in 100: bar and tick are the probability, the line its range {ASSUMPTIONS}."
    description = caption + " " + "; ".join(f"{b.label}: {b.shown}" for b in bars) + "."
    spec = odds_bars(bars, title=title, description=description)
    return Figure(id, title, description, spec, caption)


def drivers(w: Writer) -> Figure | None:
    """The three strongest parameters behind each answer that has any."""
    a = w.assessment
    answers = [(j.text, j.drivers) for j in a.judgements if j.probability is not None]
    answers = [
        (q.text or q.query, q.drivers) for q in a.questions if q.probability is not None
    ] + answers
    rows = []
    for text, own in [x for x in answers if x[1]][:MOST_PANELS]:
        rows += [Driver(quoted(text), w.label(k), v) for k, v in strongest(own)]
    if not rows:
        return None
    title = "What each judgement hangs on"
    description = (
        "Rank correlation of each parameter with the answer over the variants: to the right the "
        "answer rises with it, to the left it falls."
    )
    return Figure("drivers", title, description, driver_dots(
        rows, title=title, description=description))  # fmt: skip


def audit(w: Writer) -> Figure | None:
    """The audited statements that carry a probability."""
    rows = []
    for number, j in enumerate(w.assessment.judgements, 1):
        if j.probability is None or j.settled is not None:
            continue
        low, high = j.range90 or (j.probability, j.probability)
        told = j.resolved.value if j.resolved else ""
        rows.append(
            Audited(
                f"{number}. {j.text}",
                j.probability,
                low,
                high,
                float(j.estimate) if isinstance(j.estimate, int | float) else None,
                {"true": 1.0, "false": 0.0, "partly": 0.5}.get(told),
            )
        )
    if not rows or w.withheld:
        return None
    title = "The statements, the model and what happened"
    description = (
        f"For each statement the model's probability in 100 and its range {ASSUMPTIONS}, its "
        "author's estimate where there is one, and the outcome: 0 false, 50 partly, 100 true."
    )
    return Figure("audit", title, description, audit_dots(
        rows, title=title, description=description))  # fmt: skip


def form(w: Writer) -> Figure | None:
    """How far each answer moves under each form check, by the check's number in the table."""
    ids = list(dict.fromkeys(k for c in w.assessment.form for k in c.answers))
    times = {k: sum(k in c.changed for c in w.assessment.form) for k in ids}
    asked = {j.id for j in w.assessment.judgements} | {q.id for q in w.assessment.questions}
    # Where there are too many, those whose word changed come first, statements before the rest.
    kept = sorted(ids, key=lambda k: (times[k] == 0, k not in asked))[:MOST_CHANGED]
    cells = [
        FormCell(answer_label(w, k), number, c.answers[k], c.base[k], k in c.changed)
        for k in kept
        for number, c in enumerate(w.assessment.form, 1)
        if k in c.answers and k in c.base
    ]
    if not cells:
        return None
    title = "Answers when the model is written otherwise"
    description = (
        "A row for each answer, a column for each change under its number in the table of changes: "
        "the points in 100 by which the answer moves. A frame marks another word."
    )
    return Figure("form", title, description, form_matrix(
        cells, title=title, description=description))  # fmt: skip
