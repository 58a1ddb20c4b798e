"""What the answers survive: one table of other equilibria, other concepts and other ways to write
the model, and what stands behind each column.
"""

from __future__ import annotations

from collections.abc import Sequence

from standoff.assess.concept_models import ConceptPart
from standoff.assess.models import FormCheck
from standoff.assess.stability_models import Stability, SteadyAnswer
from standoff.note.formats import render_outline
from standoff.note.outline import (
    Block,
    Bullets,
    Column,
    Outline,
    Paragraph,
    Rich,
    Section,
    Table,
    Text,
    rich,
)
from standoff.note.report import report, variants_of
from standoff.words.numbers import compact, percent
from standoff.words.sentences import MODEL_DERIVED, capital
from standoff.words.standards import standard

TITLES = {
    "equilibria": "Other eq.",
    "level-k-1": "Level 1",
    "level-k-2": "Level 2",
    "cognitive-hierarchy": "Hier.",
    "nash": "Nash",
    "cce": "CCE",
}
NAMES = {
    "equilibria": "other equilibria",
    "level-k-1": "level 1",
    "level-k-2": "level 2",
    "cognitive-hierarchy": "the cognitive hierarchy",
    "nash": "Nash equilibrium",
    "cce": "coarse correlated equilibrium",
}
NOTHING = 1e-9
"""Certificates below this are rounding."""
TURNED = "*"
"""Behind a number whose word is another one."""


def render_stability(found: Stability, format: str = "text") -> str | bytes:
    """What the answers survive as `text`, `md`, `html`, `pdf` or `json`."""
    if format == "json":
        return found.model_dump_json(indent=2) + "\n"
    return render_outline(stability_outline(found), format)


def stability_outline(found: Stability) -> Outline:
    """The report before it is text or a page."""
    sections = [Section("table", "What the answers survive", tuple(_tables(found)))]
    if found.concepts.concepts:
        items = tuple(about(one) for one in found.concepts.concepts)
        sections.append(Section("concepts", "If something else were played", (Bullets(items),)))
    changing = [check for check in found.form if check.changed]
    if found.form:
        sections.append(Section("form", "If the model were written otherwise",
                                tuple(_form(found, changing))))  # fmt: skip
    return report(
        "STABILITY",
        "What the answers survive",
        found,
        _opening(found),
        sections,
    )


def _opening(found: Stability) -> list[Block]:
    judged = [a for a in found.answers if a.kind == "judgement"]
    if judged:
        kept = sum(a.survives for a in judged)
        played = sum(not a.turned for a in judged)
        text = f"{kept} of {len(judged)} judgements keep their word whatever was tried"
        if found.form:
            text += f"; {played} of them whatever was played"
    else:
        text = "There is no judgement to try"
    text += f". The answers are from {variants_of(found)}"
    tried = found.concepts
    if tried.concepts:
        text += f"; what else might be played was tried on {tried.variants} of them"
    blocks: list[Block] = [Paragraph(rich(f"{text}. This report is {MODEL_DERIVED}"))]
    if tried.note and judged:
        blocks.append(Paragraph(rich(f"{capital(tried.note)}."), warning=True))
    return blocks


def _tables(found: Stability) -> list[Block]:
    first = [a for a in found.answers if a.kind in {"judgement", "question"}]
    rest = [a for a in found.answers if a.kind not in {"judgement", "question"}]
    tried = found.concepts.variants
    key = "In 100."
    if found.concepts.concepts and tried < found.variants:
        key += f" Sample: the {tried} variants on which something else was played."
    key += f" {TURNED} the word is another one than without the change, on the same variants."
    if found.form:
        key += " Form: changes of form that change the word, of those made."
    blocks: list[Block] = []
    if first:
        blocks.append(_table(found, "Judgements and questions", first, rich(key)))
    if rest:
        blocks.append(
            _table(found, "Beliefs, next moves and endings", rest, () if first else rich(key))
        )
    return blocks


def _table(found: Stability, title: str, answers: Sequence[SteadyAnswer], note: Rich) -> Table:
    scale = standard(found.standard)
    tried = [one.id for one in found.concepts.concepts]
    # The numbers beside it are of the sample's variants: what it says of them belongs there too.
    sampled = bool(tried) and found.concepts.variants < found.variants
    base = {b.id: b.base for one in found.concepts.concepts[::-1] for b in one.answers}
    columns = (
        Column("Answer", 3),
        Column("Now", 0.6, number=True),
        *((Column("Sample", 0.75, number=True),) if sampled else ()),
        *(Column(TITLES[id], 0.7, number=True) for id in tried),
        *((Column("Form", 0.8, number=True),) if found.form else ()),
    )
    rows = []
    for a in answers:
        cells = [rich(a.text), rich(compact(a.probability, scale))]
        if sampled:
            cells.append(rich(compact(base[a.id]) if a.id in base else "–"))
        for id in tried:
            number = a.concepts.get(id)
            star = TURNED if id in a.turned else ""
            cells.append(rich("–" if number is None else compact(number) + star))
        if found.form:
            cells.append(rich(f"{len(a.reworded)}/{len(a.form)}" if a.form else "–"))
        rows.append(tuple(cells))
    return Table(title, columns, tuple(rows), note)


def about(one: ConceptPart) -> Rich:
    """What was played, how well it is known, and what has to be said with it."""
    name = NAMES[one.id]
    looked = one.id == "equilibria"
    found = "Looked for in" if looked else f"Found in {one.found} of" if one.certificate else "In"
    parts = [f" {capital(one.what)}. {found} {one.variants} variants ({one.budget})."]
    if one.certificate and one.check is not None:
        worst = f"{one.check:.1g} at most" if one.check >= NOTHING else "less than 1e-9"
        parts.append(f"{capital(one.certificate)}: {worst}.")
    if one.survived is not None and not (looked and not one.several):
        share = f"{percent(one.survived)} of the judgements keep their word"
        parts.append(
            "All judgements keep their word."
            if not one.turned
            else "No judgement keeps its word."
            if one.survived == 0
            else f"{share}."
        )
    if one.note:
        parts.append(one.note)
    return rich(Text(f"{capital(name)}.", "strong"), " ".join(parts))


def _form(found: Stability, changing: Sequence[FormCheck]) -> list[Block]:
    made = [check for check in found.form if check.answers]
    text = f"{len(changing)} of {len(made)} changes of form change the word of some answer."
    blocks: list[Block] = [Paragraph(rich(text))]
    said = {a.id: a.text for a in found.answers if a.kind == "judgement"}
    items = [
        rich(f"{capital(check.what)}: {_ids(check.changed, said)}.")
        for check in changing
        if any(id in said for id in check.changed)
    ]
    return [*blocks, Bullets(tuple(items))] if items else blocks


def _ids(changed: Sequence[str], said: dict[str, str]) -> str:
    texts = [said[id].rstrip(".") for id in changed if id in said]
    return "; ".join(texts)
