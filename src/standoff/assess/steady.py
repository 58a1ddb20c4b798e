"""`stability`: which answers survive other equilibria, other concepts and other ways to write the
model, in one table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from standoff.assess.answering import unit
from standoff.assess.chain import Chain, Crisis, about, chain
from standoff.assess.concept_models import ConceptsPart
from standoff.assess.concepts import concepts, refuse
from standoff.assess.forming import form as form_checks
from standoff.assess.headlines import headlines
from standoff.assess.judging import claims
from standoff.assess.labels import answer_text, labels
from standoff.assess.models import FormCheck
from standoff.assess.stability_models import Stability, SteadyAnswer
from standoff.infer.pooling import Pooled
from standoff.progress import Progress
from standoff.variants.points import Method
from standoff.variants.rivals import CONCEPTS
from standoff.words import standard as standard_of

if TYPE_CHECKING:
    from standoff.variants.store import Store

Kind = Literal["judgement", "question", "belief", "move", "ending"]
_ORDER: tuple[Kind, ...] = ("judgement", "question", "belief", "move", "ending")


def stability(
    source: Crisis,
    *,
    concepts: Sequence[str] = tuple(CONCEPTS),
    sample: int | None = None,
    form: bool = True,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    standard: Literal["icd203", "phia"] = "icd203",
    settings: Mapping[str, str] | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Stability:
    """Solve a crisis and ask its headline answers again with something else played: each of the
    `concepts` (keys of `variants.rivals.CONCEPTS`) on the first `sample` variants; and, with
    `form`, with the model written otherwise.

    What is in the `store` is not worked out again. Same arguments, same result. Raises
    `ScenarioError` for what is wrong with the scenario, or a concept that there is not.
    """
    refuse(concepts)
    ready = chain(
        source, as_of=as_of, variants=variants, seed=seed, method=method, settings=settings,
        progress=progress,
    )  # fmt: skip
    return of_chain(
        ready, concepts, sample=sample, form=form, standard=standard, store=store, progress=progress
    )


def of_chain(
    ready: Chain,
    wanted: Sequence[str],
    *,
    sample: int | None = None,
    form: bool = True,
    standard: Literal["icd203", "phia"] = "icd203",
    store: Store | None = None,
    progress: Progress | None = None,
) -> Stability:
    """The same of a crisis that is already solved."""
    base = headlines(ready)
    part = concepts(
        ready, wanted=wanted, sample=sample, standard=standard, store=store, progress=progress
    )
    checks: list[FormCheck] = []
    if form:
        checks = form_checks(
            ready, _likeliest(ready, base), standard=standard, store=store, progress=progress
        ).checks
    answers = _answers(ready, base, part, checks, standard)
    judged = [a for a in answers if a.kind == "judgement"]
    return Stability(
        **about(ready, standard),
        concepts=part,
        form=checks,
        survived=sum(a.survives for a in judged) / len(judged) if judged else None,
        answers=answers,
    )


def _likeliest(ready: Chain, base: Mapping[str, Pooled]) -> list[str]:
    """The likeliest next move of each player: what a form check writes twice."""
    acts = ready.batch.compiled.names.acts
    first: dict[str, str] = {}
    for id, pooled in base.items():
        actor = acts[id].actor if id in acts else None
        if actor is not None and (actor not in first or pooled.value > base[first[actor]].value):
            first[actor] = id
    return list(first.values())


def _answers(
    ready: Chain,
    base: Mapping[str, Pooled],
    part: ConceptsPart,
    checks: Sequence[FormCheck],
    standard: str,
) -> list[SteadyAnswer]:
    scenario, names = ready.scenario, ready.batch.compiled.names
    known, scale = labels(scenario, names), standard_of(standard)
    judged = {c.judgement.id for c in claims(ready)}
    plain = {j.id for j in scenario.judgements} - judged  # facts and inputs are not judged
    found = []
    for id, pooled in base.items():
        if id in plain:
            continue
        probability = unit(pooled.value)
        under = {c.id: a.probability for c in part.concepts for a in c.answers if a.id == id}
        turned = [c.id for c in part.concepts if id in c.changed]
        form = {c.id: c.answers[id] for c in checks if id in c.answers}
        reworded = [c.id for c in checks if id in c.changed]
        found.append(
            SteadyAnswer(
                id=id,
                text=answer_text(scenario, known, id),
                kind=_kind(ready, id, judged),
                probability=probability,
                word=scale.word(probability),
                concepts=under,
                turned=turned,
                form=form,
                reworded=reworded,
                survives=not turned and not reworded,
            )
        )
    return sorted(found, key=lambda a: _ORDER.index(a.kind))


def _kind(ready: Chain, id: str, judged: set[str]) -> Kind:
    if id in judged:
        return "judgement"
    if id in {q.id for q in ready.scenario.questions}:
        return "question"
    if id in ready.batch.compiled.names.acts:
        return "move"
    return "ending" if id.startswith("endings.") else "belief"
