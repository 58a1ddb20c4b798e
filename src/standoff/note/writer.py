"""What every section needs while it is written: names, footnotes, and the annex of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from standoff.assess.models import Assessment, Confidence
from standoff.assess.part import Range
from standoff.note.outline import Column, Footnote, Mark, Rich, Text, rich
from standoff.words.numbers import compact, compact_span, percent, span
from standoff.words.sentences import (
    brief_confidence,
    confidence,
    estimate,
    likeliest,
    prior_sentence,
    quoted,
)
from standoff.words.standards import Standard, standard

NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass
class Writer:
    """Collects footnotes and annex lines while the sections are written, in reading order."""

    assessment: Assessment
    scale: Standard = field(init=False)
    _notes: dict[str, int] = field(default_factory=dict, init=False)
    _cited: dict[str, str] = field(default_factory=dict, init=False)
    _annex: list[tuple[str, float, Range | None]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.scale = standard(self.assessment.standard)
        self._titles = {s.id: s for s in self.assessment.sources}

    # ------------------------------------------------------------------ names

    def label(self, id: str) -> str:
        """The scenario's words for an id, or the id."""
        found = self.assessment.labels.get(id, "")
        if found:
            return found
        if id.startswith("prior.") and id.count(".") == 2:
            _, actor, type_ = id.split(".")
            return f"prior odds of {quoted(self.type_label(actor, type_))}"
        return id

    def named(self, text: str) -> str:
        """A text in which `actor.type` and `actor.turn.move` give way to their labels in quotation
        marks.
        """

        def move(found: re.Match[str]) -> str:
            label = self.assessment.labels.get(found[0], "")
            return quoted(label) if label else found[0]

        text = re.sub(r"(?<![\w.])[\w-]+\.[\w-]+\.[\w-]+(?![\w.])", move, text)
        for actor, types in self.assessment.belief.items():
            for type_ in types:
                pattern = rf"(?<![\w.]){re.escape(actor)}\.{re.escape(type_)}(?![\w.])"
                label = quoted(self.type_label(actor, type_))
                text = re.sub(pattern, lambda _, label=label: label, text)  # type: ignore[misc]
        return text

    def items(self, ids: Sequence[str]) -> tuple[str, list[str]]:
        """`items 1 and 7 of the record` for those ids that are its items, and the other ids."""
        place = {e.id: n for n, e in enumerate(self.assessment.evidence, 1)}
        numbers = sorted(place[i] for i in ids if i in place)
        others = [i for i in ids if i not in place]
        if not numbers:
            return "", others
        named = [str(n) for n in numbers]
        text = " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
        return f"item{'s' if len(named) > 1 else ''} {text} of the record", others

    def actor(self, id: str) -> str:
        """An actor's name."""
        return self.label(id)

    def type_label(self, actor: str, type_: str) -> str:
        """A type's label."""
        belief = self.assessment.belief.get(actor, {}).get(type_)
        own = belief.label if belief else ""
        return (
            own or self.assessment.labels.get(f"{actor}.{type_}", "") or type_ or self.actor(actor)
        )

    def turn(self, actor: str, turn: str) -> str:
        """A turn's label."""
        labels = self.assessment.labels
        return labels.get(f"{actor}.{turn}", "") or labels.get(turn, "") or turn

    def desk(self, view: str) -> str:
        """A point of view, `usa` or `usa.firm`, in words."""
        actor, _, type_ = view.partition(".")
        return (
            f"{self.actor(actor)}, {quoted(self.type_label(actor, type_))}"
            if type_
            else (self.actor(actor))
        )

    def names(self, ids: Iterable[str]) -> str:
        """Labels in a row."""
        return ", ".join(self.label(i) for i in ids)

    # -------------------------------------------------------------- footnotes

    def mark(self, references: Sequence[str], otherwise: str = "") -> Rich:
        """A mark for each reference (`SOURCE#LOCATOR`); for `otherwise` where there is none."""
        wanted = list(dict.fromkeys(r for r in references if r.strip()))
        numbers = [self._number(self.reference(r)) for r in wanted]
        if not numbers and otherwise:
            numbers = [self._number(otherwise)]
        return (Mark(tuple(numbers)),) if numbers else ()

    def model_mark(self, what: str) -> Rich:
        """A mark that leads to the model itself: no document says this."""
        return self.mark((), f"Model: scenario {self.assessment.scenario}, {what}.")

    def record_mark(self, items: Iterable[str], what: str) -> Rich:
        """Marks for the sources of record items; the model where they have none."""
        by_id = {e.id: e for e in self.assessment.evidence}
        references = [s for i in items if i in by_id for s in by_id[i].source]
        if references:
            return self.mark(references)
        return self.model_mark(what)

    def reference(self, text: str) -> str:
        """A reference in words: title (the source's id once the title has been given), then
        document, paragraph and sentence.
        """
        source, _, locator = text.partition("#")
        known = self._titles.get(source)
        name = source
        if known and (source not in self._cited or self._cited[source] == text):
            name = f"{known.title.strip().rstrip('.')} ({source})"
            self._cited[source] = text
        parts = [_place(p, i) for i, p in enumerate(locator.split("/")) if p]
        return ", ".join([name, *parts]) + "."

    def _number(self, text: str) -> int:
        return self._notes.setdefault(text, len(self._notes) + 1)

    @property
    def footnotes(self) -> tuple[Footnote, ...]:
        """All footnotes so far."""
        return tuple(Footnote(n, rich(t)) for t, n in self._notes.items())

    # ------------------------------------------------------------- likelihoods

    def annex_line(self, what: str, probability: float, range90: Range | None) -> str:
        """`A3`: a line of the annex that holds the number; empty under ICD 203."""
        if not self.scale.annex:
            return ""
        entry = (what, probability, range90)
        if entry not in self._annex:
            self._annex.append(entry)
        return f"A{self._annex.index(entry) + 1}"

    @property
    def annex(self) -> Sequence[tuple[str, float, Range | None]]:
        """Lines of the annex so far."""
        return self._annex

    def estimate(
        self, clause: str, probability: float, range90: Range | None, *, brief: bool = False
    ) -> str:
        """A likelihood sentence, its number where the standard wants it."""
        line = self.annex_line(clause, probability, range90)
        return estimate(self.scale, clause, probability, range90, line, brief=brief)

    def leading(
        self, clause: str, what: str, name: str, probability: float, range90: Range | None
    ) -> str:
        """A sentence on the likeliest of several exclusive answers: `It is likely that CLAUSE`
        from even odds up, else `The likeliest WHAT is NAME: unlikely`.
        """
        if self.scale.rank(self.scale.word(probability)) > 3:
            return self.estimate(clause, probability, range90)
        line = self.annex_line(clause, probability, range90)
        return likeliest(self.scale, what, name, probability, range90, line)

    def prior(self, clause: str, prior: float, range90: Range | None, probability: float) -> str:
        """The sentence that puts the prior beside."""
        line = self.annex_line(f"{clause} (before the record)", prior, range90)
        return prior_sentence(self.scale, prior, range90, probability, line)

    def number(self, what: str, probability: float, range90: Range | None = None) -> str:
        """A number in running text: `67 in 100`, or the line of the annex."""
        if self.scale.annex:
            return self.annex_line(what, probability, range90)
        tail = f", {span(*range90)}" if range90 else ""
        return f"{percent(probability, self.scale)}{tail}"

    def estimate_columns(self, prefix: str = "") -> tuple[Column, ...]:
        """Columns for `estimate_cells`."""
        title = prefix or "Likelihood"
        if self.scale.annex:
            return (Column(title, 1.2), Column("Annex", 0.5))
        return (
            Column(title, 1.5),
            Column("In 100", 0.5, number=True),
            Column("Range", 0.7, number=True),
        )

    def estimate_cells(
        self, what: str, probability: float, range90: Range | None
    ) -> tuple[Rich, ...]:
        """Word, number and range; word and annex line where the standard has one."""
        word = Text(self.scale.word(probability).replace(" ", NO_BREAK))
        if self.scale.annex:
            return (word,), rich(self.annex_line(what, probability, range90))
        extent = compact_span(*range90).replace(" ", NO_BREAK) if range90 else ""
        return (word,), rich(compact(probability, self.scale).replace(" ", NO_BREAK)), rich(extent)

    def no_estimate_cells(self, word: str) -> tuple[Rich, ...]:
        """Cells where there is no likelihood."""
        blank = (rich(),) if self.scale.annex else (rich(), rich())
        return (rich(word), *blank)

    # -------------------------------------------------------------- confidence

    def confidence(self, value: Confidence | None, *, brief: bool = False) -> str:
        """Sentences on confidence, with its three parts (`brief`: without their reasons); empty
        where there is none.
        """
        if value is None:
            return ""
        parts = (
            ("Evidence", value.evidence, value.evidence_why),
            ("Range of reasonable opinion", value.range, value.range_why),
            ("Responsiveness", value.responsiveness, value.responsiveness_why),
        )
        if brief:
            return brief_confidence(value.level, [p[:2] for p in parts], value.analyst)
        return confidence(value.level, parts, value.analyst)

    def form_sentence(self, form: str, answer: str = "") -> str:
        """Whether the word held when the model was written otherwise."""
        changed = [c for c in self.assessment.form if answer and answer in c.changed]
        if form == "depends" or changed:
            under = "; ".join(quoted(self.named(c.what)) for c in changed[:3])
            if len(changed) > 3:
                under += f" and {len(changed) - 3} more"
            tail = f": its word changes under {under}" if under else ""
            return f"This judgement depends on how the model was written{tail}."
        if form == "stable":
            return "Its word held in every form check."
        return ""

    @property
    def withheld(self) -> bool:
        """Whether judgements are withheld for want of effective variants."""
        return self.assessment.variants.withheld


_PLACES = {"d": "document", "p": "paragraph", "s": "sentence"}


def _place(part: str, index: int) -> str:
    match = re.fullmatch(r"([dps])(\d+[a-z]?)", part)
    if match:
        return f"{_PLACES[match[1]]} {match[2]}"
    if index == 0 and part.isdigit():
        return f"document {part}"
    return part
