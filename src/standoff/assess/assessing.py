"""`assess`: everything that the note says, from one solved crisis seen at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from standoff.assess import ahead, believed, solved
from standoff.assess.answering import answer_of, finite
from standoff.assess.chain import Chain, Crisis, chain, opened
from standoff.assess.confidence import confidence
from standoff.assess.forming import Form
from standoff.assess.forming import form as form_checks
from standoff.assess.judging import Claim, answered, claims, judgement_part, response, subject
from standoff.assess.labels import labels
from standoff.assess.models import (
    Answer,
    Assessment,
    BeliefPoint,
    Confidence,
    EvidenceItem,
    Indicator,
    JudgementPart,
    Outlook,
    Surprise,
    TypeBelief,
)
from standoff.assess.since import since
from standoff.assess.untested import untested
from standoff.infer.answers import pooled_probability
from standoff.infer.separation import immovable, same_throughout
from standoff.infer.separation import warnings as structure_warnings
from standoff.infer.surprise import surprise
from standoff.progress import Progress, check
from standoff.scenario.queries import Query, bind_query, parse_query
from standoff.variants.form import small
from standoff.variants.points import Method

if TYPE_CHECKING:
    from standoff.infer.answers import RawAnswer
    from standoff.infer.inference import Inference
    from standoff.variants.store import Store

StandardName = Literal["icd203", "phia"]


def assess(
    source: Crisis,
    *,
    as_of: str | None = None,
    for_: str | None = None,
    form: bool = True,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    standard: StandardName = "icd203",
    settings: Mapping[str, str] | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Assessment:
    """Solve a crisis, condition it on its record, and answer everything that the note says.

    `source` is a file, a folder, the id of a shipped crisis or a `Scenario`; `as_of` (a day or a
    minute) knows nothing later; `for_` names whose options are given (`ACTOR` or `ACTOR.TYPE`);
    variants are drawn by a `method`: Latin hypercube (`lhs`), scrambled Sobol sequence (`sobol`),
    plain Monte Carlo (`random`);
    `form` also checks how the model was written; what is in the `store` is not worked out again.
    Same arguments, same result. Raises
    `ScenarioError` for what is wrong with the scenario.
    """
    scenario = opened(source, settings)
    ahead.whose(scenario, for_)  # a wrong name is told before anything is solved
    ready = chain(
        scenario, as_of=as_of, variants=variants, seed=seed, method=method, progress=progress
    )
    return assessed(
        ready,
        for_=for_,
        form=form,
        seed=seed,
        standard=standard,
        store=store,
        progress=progress,
    )


def assessed(
    chain: Chain,
    *,
    for_: str | None = None,
    form: bool = True,
    seed: int = 0,
    standard: StandardName = "icd203",
    store: Store | None = None,
    progress: Progress | None = None,
) -> Assessment:
    """The assessment of a chain that is already solved."""
    _tell(progress, "reading the record")
    inference = chain.inference
    outlook = ahead.outlook(chain, standard)
    found = (
        form_checks(chain, to_split(outlook), standard=standard, store=store, progress=progress)
        if form
        else Form([], [])
    )
    _tell(progress, "weighing the evidence")
    evidence = believed.evidence(inference)
    indicators = ahead.indicators(chain)
    over_time = believed.belief_over_time(chain)
    solution = solved.solution_part(chain)
    worth = solved.variants_part(chain)
    _tell(progress, "auditing the statements")
    desk = _Desk(chain, standard, evidence, indicators, found, worth.withheld)
    judgements = desk.judgements()
    questions = desk.questions()
    belief = believed.beliefs(chain, standard)
    raw = surprise(inference)
    scenario = chain.scenario
    return Assessment(
        scenario=scenario.id,
        title=scenario.title,
        summary=scenario.summary,
        heading=solved.heading(chain),
        as_of=chain.as_of.isoformat() if chain.as_of else "",
        standard=standard,
        game=solved.game_size(chain),
        solution=solution,
        variants=worth,
        form=found.checks,
        belief=belief,
        belief_over_time=over_time,
        views_of=believed.views_of(inference),
        surprise=Surprise(
            log_probability=raw.log_probability,
            percentile=raw.percentile,
            residual=raw.residual,
        )
        if raw is not None and finite(raw.log_probability) is not None
        else None,
        evidence=evidence,
        since=since(chain, desk.claims, standard),
        objectives=ahead.objectives(inference),
        tactics=ahead.tactics(inference),
        waiting=ahead.waiting(chain),
        outlook=outlook,
        options=ahead.options(chain, for_),
        indicators=indicators,
        judgements=judgements,
        questions=questions,
        warnings=[*structure_warnings(inference), *solved.stake_warnings(chain), *desk.warnings],
        assumptions=solved.assumptions(scenario, _weighty(judgements, questions)),
        sources=solved.sources(scenario),
        dissents=found.dissents,
        labels=labels(scenario, chain.batch.compiled.names),
        confidence=desk.confidence(belief, outlook, over_time),
    )


def _tell(progress: Progress | None, what: str) -> None:
    check(progress)
    if progress is not None:
        progress.say(what)


def to_split(outlook: Outlook) -> list[str]:
    """The moves that a form check writes twice: the likeliest next one of each player."""
    first: dict[str, str] = {}
    for turn in outlook.next:
        if turn.moves and turn.actor not in first and len(turn.moves) > 1:
            first[turn.actor] = max(turn.moves, key=lambda m: m.probability).id
    return list(first.values())


def _weighty(judgements: Sequence[JudgementPart], questions: Sequence[Answer]) -> list[str]:
    """What the answers hang on, most often named first."""
    count: dict[str, int] = {}
    for drivers in [p.drivers for p in judgements] + [p.drivers for p in questions]:
        for name in drivers:
            count[name] = count.get(name, 0) + 1
    return sorted(count, key=lambda name: (-count[name], name))


@dataclass
class _Desk:
    """What judgements and questions share while they are answered."""

    chain: Chain
    standard: StandardName
    evidence: list[EvidenceItem]
    indicators: list[Indicator]
    form: Form
    withheld: bool

    def __post_init__(self) -> None:
        self.inference = self.chain.inference.anchored(self.chain.anchor)
        self.claims: dict[str, Claim] = {c.judgement.id: c for c in claims(self.chain)}
        self.shifts = self._shifts() if self.claims else {}
        self.untested = untested(self.chain, self.claims)
        self.warnings: list[str] = []

    def _shifts(self) -> dict[str, dict[str, float]]:
        """Judgement -> record item -> how far it moved the answer, on some of the variants."""
        chain = Chain(small(self.chain.batch), self.chain.as_of)
        moments = sorted({one.known for one in chain.inference.evidence.items})
        points: dict[str, list[tuple[str, float | None]]] = {id: [] for id in self.claims}
        start = chain.inference.prior.anchored(self.chain.anchor)
        for inference, items in [
            (start, "start"),
            *(
                (
                    chain.at(moment).anchored(self.chain.anchor),
                    ", ".join(i.id for i in chain.inference.evidence.items if i.known == moment),
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
        for judgement in self.chain.scenario.judgements:
            claim = self.claims.get(judgement.id)
            raw = prior = None
            warning = ""
            if claim is not None:
                raw, warning = answered(self.inference, claim.query)
                prior = self._prior(claim, raw)
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
                    scenario=self.chain.scenario,
                    drawn=self.chain.drawn,
                    standard=self.standard,
                    evidence=self.evidence,
                    shifts=self.shifts.get(judgement.id, {}),
                    response=self._response(claim),
                    changed=self.form.changed(judgement.id),
                    about=subject(claim.query) if claim is not None else None,
                    untested=self.untested.get(judgement.id, []),
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

    def _prior(self, claim: Claim, raw: RawAnswer | None) -> float | None:
        if raw is None or raw.status != "probability":
            return None
        prior = self.inference.prior.anchored(self.chain.anchor)
        return finite(pooled_probability(prior, claim.query))

    def _response(self, claim: Claim | None) -> float | None:
        return None if claim is None else self._moved(self.inference, claim.query)

    def _moved(self, inference: Inference, query: Query | str) -> float | None:
        """How far the most telling things that could be seen next would move an answer."""
        if isinstance(query, str):
            query = bind_query(parse_query(query), self.chain.batch.compiled.names)
        return response(inference, query, [i.id for i in self.indicators[:3]])

    def questions(self) -> list[Answer]:
        """The scenario's questions, anchored at the present."""
        names = self.chain.batch.compiled.names
        found = []
        for index, question in enumerate(self.chain.scenario.questions):
            text = f"as {question.as_}: {question.ask}" if question.as_ else question.ask
            query = bind_query(parse_query(text, names.place(f"questions.{index}.ask")), names)
            raw, why = answered(self.chain.inference, query)
            if raw is None:  # a move that is no longer open, an item not known yet
                self.warnings.append(
                    f"The question {question.id} has no answer at this moment: {why}."
                )
                continue
            prior = None
            if raw.status == "probability":
                prior = finite(pooled_probability(self.chain.inference.prior, query))
            part = answer_of(
                question.id,
                question.ask,
                question.text,
                raw,
                standard=self.standard,
                drawn=self.chain.drawn,
                prior=prior,
                view=question.as_ or "",
            )
            changed = self.form.changed(question.id)
            update: dict[str, object] = {
                "form": "not checked" if changed is None else "depends" if changed else "stable"
            }
            if part.probability is not None and part.range90 is not None:
                update["confidence"] = self._confidence(
                    part.range90, self._moved(self.chain.inference, query), bool(changed)
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
                about=actor,
            )
        for turn in outlook.next:
            if turn.moves:
                top = max(turn.moves, key=lambda m: m.probability)
                actor, name, move = top.id.split(".")
                found[f"next.{turn.actor}.{turn.turn}"] = self._confidence(
                    top.range90,
                    self._moved(self.chain.inference, f"P({actor} will {name}.{move})"),
                    bool(self.form.changed(top.id)),
                )
        if outlook.endings:
            top_end = max(outlook.endings, key=lambda e: e.probability)
            found["endings"] = self._confidence(
                top_end.range90,
                self._moved(self.chain.inference, f"P(ending is {top_end.id})"),
                bool(self.form.changed(f"endings.{top_end.id}")),
            )
        return found
