"""What the reader adds to a note: remarks at its sections, comments on its judgements.

The note's own words and numbers stay as they are; what is added is shown as the analyst's. In it a
name in braces (`{judgements.hope}`) stands for a number of the assessment, so that it can't say
another than the note does: it is put in anew whenever the note is made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from standoff.assess.models import Assessment
from standoff.assess.part import Range
from standoff.errors import Problem, ScenarioError
from standoff.note.outline import (
    Block,
    Break,
    Bullets,
    Inline,
    Paragraph,
    Rich,
    Section,
    Text,
    rich,
)
from standoff.note.writer import Writer
from standoff.words.numbers import plain, ratio, share
from standoff.words.sentences import quoted

MOST = 200
"""Remarks of one note."""
_TOKEN = re.compile(r"\{([A-Za-z][\w.:-]{0,200})\}")


class Remark(BaseModel):
    """Something that the analyst says in a note."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    at: Annotated[str, Field(min_length=1, max_length=200)]
    """Id of a section (`outlook`), or of a judgement: `judgements.hope`."""
    place: Literal["before", "after"] = "after"
    """Before or after what the section says; a comment on a judgement always comes after it."""
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    """Paragraphs, parted by blank lines; `{judgements.hope}` stands for that number."""


Remarks = Annotated[list[Remark], Field(max_length=MOST)]
_ADAPTER: TypeAdapter[list[Remark]] = TypeAdapter(Remarks)


@dataclass(frozen=True)
class Bound:
    """A number that a remark can name."""

    what: str
    """That it is the number of, as a clause: `the statement “...” holds`."""
    probability: float | None = None
    range90: Range | None = None
    words: str = ""
    """What is said where there is no probability."""


def read_remarks(text: str | bytes, name: str = "remarks") -> list[Remark]:
    """Remarks from JSON: a list of them. Raises `ScenarioError` where it is something else."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise ScenarioError(
            [
                Problem("bad-remarks", f"{name}: {each['msg']}",
                        path=".".join(str(part) for part in each["loc"]),
                        expected='[{"at": "outlook", "place": "after", "text": "..."}]')
                for each in error.errors(include_url=False)[:8]
            ]
        ) from None  # fmt: skip


def remarked(w: Writer, sections: Sequence[Section], remarks: Sequence[Remark]) -> list[Section]:
    """The sections with the remarks in them; those whose place isn't in this note come last."""
    numbers = bound(w.assessment)
    left: list[Remark] = []
    made = {section.id: section for section in sections}
    for remark in remarks:
        section = made.get("audit" if remark.at.startswith("judgements.") else remark.at)
        changed = None if section is None else _with(w, section, remark, numbers)
        if changed is None:
            left.append(remark)
        else:
            made[changed.id] = changed
    found = [made[section.id] for section in sections]
    if left:
        blocks: list[Block] = []
        for remark in left:
            blocks += _paragraphs(w, remark, numbers, f"On {_place(w.assessment, remark.at)}.")
        found.append(Section("remarks", "Remarks of the analyst", tuple(blocks)))
    return found


def bound(a: Assessment) -> dict[str, Bound]:
    """The numbers that a remark can name, by the name that it gives them."""
    found: dict[str, Bound] = {}
    for actor, types in a.belief.items():
        for type_, held in types.items():
            label = quoted(held.label or type_)
            what = f"the intention of {a.labels.get(actor, actor)} is {label}"
            found[f"belief.{actor}.{type_}"] = Bound(what, held.probability, held.range90)
    for one in a.judgements:
        what = f"the statement {quoted(one.text)} holds"
        settled = {True: "settled: holds", False: "settled: does not hold", None: ""}[one.settled]
        if settled:
            found[f"judgements.{one.id}"] = Bound(what, words=settled)
        elif one.probability is not None:
            found[f"judgements.{one.id}"] = Bound(what, one.probability, one.range90)
        elif one.share is not None:
            found[f"judgements.{one.id}"] = Bound(what, words=f"holds in {share(one.share)}")
    for q in a.questions:
        what = q.text or q.query
        if q.probability is not None:
            found[f"questions.{q.id}"] = Bound(what, q.probability, q.range90)
        elif q.share is not None:
            found[f"questions.{q.id}"] = Bound(what, words=f"holds in {share(q.share)}")
        elif q.value is not None:
            words = ratio(q.value) if q.status == "ratio" else plain(q.value)
            found[f"questions.{q.id}"] = Bound(what, words=words)
    for turn in a.outlook.next:
        for move in turn.moves:
            found[f"next.{move.id}"] = Bound(
                f"the next choice of {a.labels.get(turn.actor, turn.actor)} is "
                f"{quoted(move.label)}",
                move.probability,
                move.range90,
            )
    for end in a.outlook.endings:
        what = f"it ends with {quoted(end.label)}"
        found[f"endings.{end.id}"] = Bound(what, end.probability, end.range90)
    return found


def _with(w: Writer, section: Section, remark: Remark, numbers: dict[str, Bound]) -> Section | None:
    """A section with a remark; None where the judgement has no item of its own in it."""
    if not remark.at.startswith("judgements."):
        own = tuple(_paragraphs(w, remark, numbers, "Remark of the analyst."))
        if remark.place == "before":
            return replace(section, blocks=(*own, *section.blocks))
        return replace(section, blocks=(*section.blocks, *own))
    ids = [f"judgements.{one.id}" for one in w.assessment.judgements]
    for place, block in enumerate(section.blocks):
        if isinstance(block, Bullets) and len(block.items) == len(ids) and remark.at in ids:
            at = ids.index(remark.at)
            comment: list[Inline] = [Break(), Text("Comment of the analyst:", "strong"), Text(" ")]
            for number, paragraph in enumerate(_split(remark.text)):
                comment += [Break()] if number else []
                comment += _bound_in(w, paragraph, numbers)
            item = (*block.items[at], *comment)
            items = (*block.items[:at], item, *block.items[at + 1 :])
            blocks = list(section.blocks)
            blocks[place] = replace(block, items=items)
            return replace(section, blocks=tuple(blocks))
    return None


def _paragraphs(w: Writer, remark: Remark, numbers: dict[str, Bound], lead: str) -> list[Paragraph]:
    texts = _split(remark.text)
    return [
        Paragraph(_bound_in(w, text, numbers), lead="" if number else lead)
        for number, text in enumerate(texts)
    ]


def _split(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _bound_in(w: Writer, text: str, numbers: dict[str, Bound]) -> Rich:
    """A paragraph with the numbers that it names put in."""
    parts: list[Inline | str] = []
    at = 0
    for found in _TOKEN.finditer(text):
        parts += [text[at : found.start()], Text(_said(w, found[1], numbers), "strong")]
        at = found.end()
    return rich(*parts, text[at:])


def _said(w: Writer, name: str, numbers: dict[str, Bound]) -> str:
    held = numbers.get(name)
    if held is None:
        return f"[the note has no number {name}]"
    if w.withheld and not held.words.startswith("settled"):
        return "[withheld]"  # as everywhere else in the note
    if held.probability is None:
        return held.words
    number = w.number(held.what, held.probability, held.range90)
    return f"{w.scale.word(held.probability)} ({number})"


def _place(a: Assessment, at: str) -> str:
    """What a remark is about, where the note at hand doesn't hold it."""
    text = next((j.text for j in a.judgements if f"judgements.{j.id}" == at), "")
    return f"the statement {quoted(text)}" if text else f"the section {quoted(at)}"
