"""The audit: each statement of a note beside the model's answer, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.assess.answering import finite, finite_range, unit, unit_range
from standoff.assess.confidence import confidence
from standoff.assess.drivers import drivers
from standoff.assess.models import EvidenceItem, JudgementPart, ResolvedPart
from standoff.errors import QueryError
from standoff.infer.answers import pooled_probability
from standoff.scenario.expressions import to_text, types_in
from standoff.scenario.models import Judgement, Resolved, Scenario
from standoff.scenario.positions import positions_of
from standoff.scenario.queries import Probability, Query, bind_query, parse_query
from standoff.words import standard as standard_of

if TYPE_CHECKING:
    from standoff.assess.chain import Chain, Float
    from standoff.infer.answers import RawAnswer
    from standoff.infer.inference import Inference

JUDGED = ("inference", "forecast")
"""Kinds of statement to which the model gives an answer."""


@dataclass(frozen=True)
class Claim:
    """A statement whose claim can be asked, with its bound query."""

    judgement: Judgement
    query: Query


def claims(chain: Chain) -> list[Claim]:
    """The statements that the model judges."""
    names = chain.batch.compiled.names
    return [
        Claim(j, bind_query(parse_query(j.claim, names.place(f"judgements.{i}.claim")), names))
        for i, j in enumerate(chain.scenario.judgements)
        if j.claim is not None and j.kind in JUDGED
    ]


def subject(query: Query) -> str | None:
    """The actor whose type a query asks for, where it asks for one actor's."""
    body = query.body
    if not isinstance(body, Probability):
        return None
    actors = {actor for actor, _ in types_in(body.event)}
    return next(iter(actors)) if len(actors) == 1 else None


def answered(inference: Inference, query: Query) -> tuple[RawAnswer | None, str]:
    """The answer, or None and why there is none on that day (an item not known yet)."""
    try:
        return inference.answer(query), ""
    except QueryError as error:
        return None, error.problems[0].message


def judgement_part(
    judgement: Judgement,
    raw: RawAnswer | None,
    *,
    prior: float | None,
    scenario: Scenario,
    drawn: Mapping[str, Float],
    standard: str,
    evidence: Sequence[EvidenceItem],
    shifts: Mapping[str, float],
    response: float | None,
    changed: bool | None,
    about: str | None = None,
    untested: Sequence[str] = (),
    warning: str = "",
    withheld: bool = False,
) -> JudgementPart:
    """One statement beside its answer; `raw` is None for what the model does not judge.

    `shifts` says how far each record item moved the answer, `changed` whether its word changed
    under some change of form (None where that was not checked), `about` whose intention it is
    about, where it is about one actor's.
    """
    settled = raw.observed if raw is not None else None
    open_ = raw is not None and settled is None and not withheld
    number = finite(raw.value) if raw is not None and open_ else None
    likely = open_ and raw is not None and raw.status == "probability" and number is not None
    probability = unit(number) if likely and number is not None else None
    range90 = finite_range(raw.pooled.range90) if raw and open_ and raw.pooled else None
    found = drivers(raw.per_variant, drawn, raw.weight) if raw is not None and open_ else {}
    assess = None
    if probability is not None and range90 is not None:
        assess = confidence(
            evidence=evidence,
            range90=range90,
            response=response,
            depends_on_form=bool(changed),
            untested=untested,
            analyst=judgement.confidence,
            about=about,
        )
    form = "not checked" if changed is None or not open_ else "depends" if changed else "stable"
    return JudgementPart(
        id=judgement.id,
        text=judgement.text,
        kind=judgement.kind,
        where=judgement.where,
        claim=judgement.claim,
        twin=judgement.twin,
        settled=settled,
        probability=probability,
        range90=unit_range(range90) if likely else None,
        words=standard_of(standard).word(probability) if probability is not None else None,
        prior=unit(prior) if likely and prior is not None else None,
        share=finite(raw.share) if raw is not None and open_ else None,
        difference=finite(raw.difference) if raw is not None and open_ else None,
        value=number if raw is not None and open_ and raw.status in ("value", "ratio") else None,
        estimate=judgement.estimate,
        gap=_gap(judgement.estimate, probability, standard),
        confidence=assess,
        rests_on=_rests_on(judgement, scenario, shifts if open_ else {}, list(found)),
        drivers=found,
        source=list(judgement.source),
        resolved=_resolved(judgement.resolved),
        form=form,
        warning=warning if open_ or raw is None else "",
    )


def _rests_on(
    judgement: Judgement, scenario: Scenario, shifts: Mapping[str, float], driven: list[str]
) -> list[str]:
    """The record items that moved it by two points or more, what it hangs on, what assumes it."""
    moved = [
        item for item, by in sorted(shifts.items(), key=lambda s: -abs(s[1])) if abs(by) > 0.02
    ]
    parts = [*moved[:3], *driven[:3]]
    if judgement.assumed_in is not None:
        place = positions_of(scenario).at(judgement.assumed_in)
        path = judgement.assumed_in
        where = f"line {place.line} ({path})" if place is not None else path
        parts.append(f"assumed in {where}, not tested")
    return parts


def _resolved(resolved: Resolved | None) -> ResolvedPart | None:
    if resolved is None:
        return None
    return ResolvedPart(
        value=resolved.value,
        because=resolved.because,
        day=resolved.day,
        source=list(resolved.source),
    )


def _gap(estimate: float | str | None, probability: float | None, standard: str) -> str | None:
    """The gap between the analyst's own estimate and the model's, in words."""
    if estimate is None or probability is None:
        return None
    scale = standard_of(standard)
    try:
        own = float(estimate)
    except ValueError:
        word = scale.word(probability)
        if str(estimate) not in scale.words:
            return f"the analyst wrote “{estimate}”, the model says {word}"
        steps = scale.rank(word) - scale.rank(str(estimate))
        if steps == 0:
            return "the same word"
        many = "one step" if abs(steps) == 1 else f"{abs(steps)} steps"
        return f"the model is {many} {'higher' if steps > 0 else 'lower'}"
    points = round(100 * (probability - own))
    if abs(points) < 3:
        return "the same within three points"
    return f"the model is {abs(points)} points {'higher' if points > 0 else 'lower'}"


def response(inference: Inference, query: Query, indicators: Sequence[str]) -> float | None:
    """The largest shift of a query's probability that one of the `indicators` (acts) could bring;
    None where there are none or the claim is no plain probability.
    """
    body = query.body
    if query.kind != "probability" or not isinstance(body, Probability):
        return None
    if body.given is not None or body.forced or body.prior or query.view is not None:
        return None
    names = inference.compiled.names
    now = finite(pooled_probability(inference, query))
    event = to_text(body.event)
    shifts = []
    for act in indicators:
        actor, turn, move = act.split(".")
        text = f"P(({event}) | {actor} will {turn}.{move})"
        found = finite(pooled_probability(inference, bind_query(parse_query(text), names)))
        if found is not None and now is not None:
            shifts.append(abs(found - now))
    return max(shifts, default=None)
