"""The statements of the audited note and the scenario's questions beside their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from standoff.assess import believed
from standoff.assess.answering import answer_of, finite
from standoff.assess.chain import Chain
from standoff.assess.confidence import confidence
from standoff.assess.ensemble import Ensemble
from standoff.assess.forming import Form
from standoff.assess.found import Said, questions
from standoff.assess.judging import Claim, answered, claims, judgement_part, response, subject
from standoff.assess.models import (
    Answer,
    BeliefPoint,
    Confidence,
    EvidenceItem,
    Indicator,
    JudgementPart,
    Outlook,
    TypeBelief,
)
from standoff.assess.untested import untested
from standoff.infer.answers import pooled_probability
from standoff.infer.separation import immovable, same_throughout
from standoff.scenario.check_blanks import placeholders
from standoff.scenario.queries import Query, bind_query, parse_query
from standoff.variants.form import small

if TYPE_CHECKING:
    from standoff.infer.answers import RawAnswer
    from standoff.infer.inference import Inference

StandardName = Literal["icd203", "phia"]


@dataclass
class Desk:
    """What judgements and questions share while they are answered."""

    ensemble: Ensemble
    standard: StandardName
    evidence: list[EvidenceItem]
    indicators: list[Indicator]
    form: Form
    withheld: bool

    def __post_init__(self) -> None:
        self.pilot = self.ensemble.pilot
        self.inference = self.pilot.sight.anchored(self.pilot.anchor)
        self.claims: dict[str, Claim] = {c.judgement.id: c for c in claims(self.pilot)}
        self.shifts = self._shifts() if self.claims else {}
        self.untested = untested(self.pilot, self.claims)
        # A draft's placeholders are held fixed too, and bear on everything.
        self.blank = ("the scenario's placeholders",) if placeholders(self.pilot.scenario) else ()
        self.warnings: list[str] = []

    def _shifts(self) -> dict[str, dict[str, float]]:
        """Judgement -> record item -> how far it moved the answer, on some of the variants."""
        chain, anchor = Chain(small(self.pilot.batch), self.pilot.as_of), self.pilot.anchor
        moments = sorted({one.known for one in chain.sight.evidence.items})
        points: dict[str, list[tuple[str, float | None]]] = {id: [] for id in self.claims}
        start = chain.sight.prior.anchored(anchor)
        for inference, items in [
            (start, "start"),
            *(
                (
                    chain.at(moment).anchored(anchor),
                    ", ".join(i.id for i in chain.sight.evidence.items if i.known == moment),
                )
                for moment in moments
            ),
        ]:
            for id, claim in self.claims.items():
                points[id].append((items, finite(pooled_probability(inference, claim.query))))
        return {id: believed.shifts(values) for id, values in points.items()}

    def judgements(self) -> list[JudgementPart]:
        """Every statement beside its answer."""
        parts = []
        for judgement in self.ensemble.scenario.judgements:
            claim = self.claims.get(judgement.id)
            raw = prior = None
            warning = ""
            if claim is not None:
                said = self.ensemble.found.judgements[judgement.id]
                raw, warning = said.answer, said.why
                prior = self._prior(said)
                if raw is not None and self._fixed(claim, raw):
                    warning = "the structure alone settles this: no parameter can move it"
                    self.warnings.append(
                        f"The claim of the judgement {judgement.id} can't be moved by any "
                        "parameter: the structure alone settles it."
                    )
            parts.append(
                judgement_part(
                    judgement,
                    raw,
                    prior=prior,
                    scenario=self.ensemble.scenario,
                    drawn=self.ensemble.drawn,
                    standard=self.standard,
                    evidence=self.evidence,
                    shifts=self.shifts.get(judgement.id, {}),
                    response=self._response(claim),
                    changed=self.form.changed(judgement.id),
                    about=subject(claim.query) if claim is not None else None,
                    untested=[*self.untested.get(judgement.id, []), *self.blank],
                    warning=warning,
                    withheld=self.withheld,
                )
            )
        return parts

    def _fixed(self, claim: Claim, raw: RawAnswer) -> bool:
        """Whether neither parameters nor play can move the answer."""
        if not same_throughout(raw):
            return False
        other, _ = answered(self.inference.at_random(), claim.query)
        return other is not None and immovable(raw, other)

    def _prior(self, said: Said) -> float | None:
        """The same before the record, of a plain probability that is open."""
        if said.prior is None or said.answer is None or said.answer.status != "probability":
            return None
        return finite(said.prior.value)

    def _response(self, claim: Claim | None) -> float | None:
        return None if claim is None else self._moved(self.inference, claim.query)

    def _moved(self, inference: Inference, query: Query | str) -> float | None:
        """How far the most telling things that could be seen next would move an answer."""
        if isinstance(query, str):
            query = bind_query(parse_query(query), self.pilot.batch.compiled.names)
        return response(inference, query, [i.id for i in self.indicators[:3]])

    def questions(self) -> list[Answer]:
        """The scenario's questions, anchored at the present."""
        found = []
        queries = dict(questions(self.pilot))
        for question in self.ensemble.scenario.questions:
            said = self.ensemble.found.questions[question.id]
            raw = said.answer
            if raw is None:  # a move that is no longer open, an item not known yet
                self.warnings.append(
                    f"The question {question.id} has no answer at this moment: {said.why}."
                )
                continue
            prior = self._prior(said)
            part = answer_of(
                question.id,
                question.ask,
                question.text,
                raw,
                standard=self.standard,
                drawn=self.ensemble.drawn,
                prior=prior,
                view=question.as_ or "",
            )
            changed = self.form.changed(question.id)
            update: dict[str, object] = {
                "form": "not checked" if changed is None else "depends" if changed else "stable"
            }
            if part.probability is not None and part.range90 is not None:
                update["confidence"] = self._confidence(
                    part.range90, self._moved(self.pilot.sight, queries[question.id]), bool(changed)
                )
            update["rests_on"] = list(part.drivers)
            found.append(part.model_copy(update=update))
        return found

    def _confidence(
        self, range90: tuple[float, float], moved: float | None, changed: bool
    ) -> Confidence:
        return confidence(
            evidence=self.evidence,
            range90=range90,
            response=moved,
            depends_on_form=changed,
            untested=self.blank,
        )

    def confidence(
        self,
        belief: Mapping[str, Mapping[str, TypeBelief]],
        outlook: Outlook,
        over_time: Sequence[BeliefPoint],
    ) -> dict[str, Confidence]:
        """Confidence in the beliefs, the next moves and the endings."""
        found = {}
        for actor, kinds in belief.items():
            likeliest = max(kinds.values(), key=lambda k: k.probability)
            shift = max(
                (
                    abs(p - kinds[t].probability)
                    for i in self.indicators
                    if i.about == actor
                    for t, p in i.if_seen.items()
                    if t in kinds
                ),
                default=None,
            )
            found[f"belief.{actor}"] = confidence(
                evidence=self.evidence,
                range90=likeliest.range90,
                response=shift,
                depends_on_form=any(self.form.changed(f"{actor}.{t}") for t in kinds),
                untested=self.blank,
                about=actor,
            )
        for turn in outlook.next:
            if turn.moves:
                top = max(turn.moves, key=lambda m: m.probability)
                actor, name, move = top.id.split(".")
                found[f"next.{turn.actor}.{turn.turn}"] = self._confidence(
                    top.range90,
                    self._moved(self.pilot.sight, f"P({actor} will {name}.{move})"),
                    bool(self.form.changed(top.id)),
                )
        if outlook.endings:
            top_end = max(outlook.endings, key=lambda e: e.probability)
            found["endings"] = self._confidence(
                top_end.range90,
                self._moved(self.pilot.sight, f"P(ending is {top_end.id})"),
                bool(self.form.changed(f"endings.{top_end.id}")),
            )
        return found
