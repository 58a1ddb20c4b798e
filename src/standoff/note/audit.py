"""The audit: each statement of the note that is audited, beside the model and what happened."""

from __future__ import annotations

from standoff.assess.models import JudgementPart
from standoff.note.dates import in_words
from standoff.note.judgements import hangs_on, joined
from standoff.note.links import marks
from standoff.note.outline import Block, Bullets, Column, Paragraph, Rich, Section, Table, rich
from standoff.note.writer import NO_BREAK, Writer
from standoff.words.numbers import percent, plain, ratio, share
from standoff.words.sentences import capital, estimate, quoted

KINDS = {
    "fact": "a statement of fact: not for a model to judge",
    "input": "an assumption of the scenario: not tested by it",
    "inference": "an inference",
    "forecast": "a forecast",
    "attitude": "an attitude: kept as text",
}
OUTCOMES = {
    "true": "it came true",
    "false": "it did not come true",
    "partly": "it came partly true",
    "contested": "contested to this day",
    "never": "it can never be settled",
}


def audit(w: Writer) -> Section:
    """An overview table, then the statements one by one."""
    items = w.assessment.judgements
    if not items:
        text = "The scenario lists no statements to audit."
        return Section("audit", "Audit of the judgements", (Paragraph(rich(text)),))
    blocks: list[Block] = [_overview(w)]
    blocks.append(Bullets(tuple(statement(w, j) for j in items), numbered=True))
    return Section("audit", "Audit of the judgements", tuple(blocks))


def _overview(w: Writer) -> Table:
    rows = []
    own = any(j.estimate is not None for j in w.assessment.judgements)
    for number, j in enumerate(w.assessment.judgements, 1):
        rows.append(
            (
                rich(f"{number}. {quoted(j.text)}"),
                rich(j.kind),
                *_model_cells(w, j),
                *((rich(_estimate(j)),) if own else ()),
                rich(_outcome(j)),
            )
        )
    columns = (
        Column("Statement", 2.6),
        Column("Kind", 0.8),
        *w.estimate_columns("The model"),
        *((Column("Its author", 0.8),) if own else ()),
        Column("Outcome", 0.8),
    )
    return Table("Statement by statement", columns, tuple(rows))


def _claim(j: JudgementPart) -> str:
    return f"statement {quoted(j.text)} holds"


def _model_cells(w: Writer, j: JudgementPart) -> tuple[Rich, ...]:
    if w.withheld and j.settled is None and j.kind in ("inference", "forecast"):
        return w.no_estimate_cells("withheld")
    if j.settled is not None:
        return w.no_estimate_cells("settled: " + ("holds" if j.settled else "does not hold"))
    if j.probability is not None:
        return w.estimate_cells(_claim(j), j.probability, j.range90)
    if j.share is not None:
        return w.no_estimate_cells(f"holds in {share(j.share)}")
    if j.value is not None:
        return w.no_estimate_cells(f"value {ratio(j.value) if _is_ratio(j) else plain(j.value)}")
    return w.no_estimate_cells("assumed" if j.kind == "input" else "not judged")


def _is_ratio(j: JudgementPart) -> bool:
    return (j.claim or "").lstrip().startswith("LR(")


def _estimate(j: JudgementPart) -> str:
    if j.estimate is None:
        return ""
    if isinstance(j.estimate, str):
        return quoted(j.estimate)
    return percent(j.estimate).replace(" ", NO_BREAK)


def _outcome(j: JudgementPart) -> str:
    return j.resolved.value if j.resolved else "open"


def statement(w: Writer, j: JudgementPart) -> Rich:
    """One statement: what it claims, what the model says, what it hangs on, what happened."""
    where = f" ({j.where})" if j.where else ""
    sentences = [f"{quoted(j.text)}{where}: {KINDS.get(j.kind, j.kind)}."]
    if j.twin:
        sentences.append(f"Tested by its twin: {j.twin.strip().rstrip('.')}.")
    if j.estimate is not None:
        said = quoted(j.estimate) if isinstance(j.estimate, str) else _own_number(w, j)
        sentences.append(f"Its author put it at {said}.")
    sentences += _model_sentences(w, j)
    if j.gap and not w.withheld:
        sentences.append(_sentence(j.gap))
    sentences.append(hangs_on(w, j.rests_on, j.drivers))
    if j.form != "not checked" and not w.withheld:
        sentences.append(w.form_sentence(j.form, j.id))
    if j.warning:
        sentences.append(_sentence(w.named(j.warning)))
    links = w.assessment.links
    standing = None if links is None else marks(links).get(f"judgements.{j.id}")
    if standing:
        sentences.append(f"Passages: {standing}.")
    trust = "" if w.withheld else w.confidence(j.confidence, brief=True)
    happened = _resolved_sentence(j) if j.resolved else ""
    mark = w.mark(
        [*j.source, *(j.resolved.source if j.resolved else [])],
        f"Model: scenario {w.assessment.scenario}, judgement {j.id}.",
    )
    return rich(joined(sentences, [trust], [happened]), mark)


def _own_number(w: Writer, j: JudgementPart) -> str:
    assert isinstance(j.estimate, float | int)
    return w.number(f"{_claim(j)} (its author's estimate)", float(j.estimate))


def _model_sentences(w: Writer, j: JudgementPart) -> list[str]:
    if j.settled is not None:
        return [f"The record has settled it: it {'holds' if j.settled else 'does not hold'}."]
    if w.withheld and j.kind in ("inference", "forecast"):
        return ["The model's answer is withheld: too few variants carry the weight."]
    if j.probability is not None:
        line = w.annex_line(_claim(j), j.probability, j.range90)
        out = [estimate(w.scale, "it holds", j.probability, j.range90, line, brief=True)]
        if j.prior is not None:
            out.append(w.prior(_claim(j), j.prior, None, j.probability))
        return out
    if j.share is not None:
        tail = (
            "" if j.difference is None else f"; the median difference is {plain(j.difference, 3)}"
        )
        return [f"In the model the comparison holds in {share(j.share)} (by weight){tail}."]
    if j.value is not None:
        if _is_ratio(j):
            near = ", which tells you nothing" if 0.8 <= j.value <= 1.25 else ""
            return [f"In the model the likelihood ratio is {ratio(j.value)}{near}."]
        return [f"In the model the value is {plain(j.value, 3)}."]
    return []


def _resolved_sentence(j: JudgementPart) -> str:
    assert j.resolved is not None
    r = j.resolved
    day = f" ({in_words(r.day)})" if r.day else ""
    because = f": {r.because.strip().rstrip('.')}" if r.because.strip() else ""
    return f"What happened{day}: {OUTCOMES.get(r.value, r.value)}{because}."


def _sentence(text: str) -> str:
    text = text.strip()
    return capital(text).rstrip(".") + "." if text else ""
