"""One solution, another record: the numbers of an assessment when the record is read again.

Solving does not depend on the record, and the mass of every history without it is shared: what
differs is which histories are left and with what factor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from standoff.assess.ahead import whose
from standoff.assess.answering import finite
from standoff.assess.chain import Chain
from standoff.errors import Cancelled, StandoffError
from standoff.infer.answers import RawAnswer, foresee
from standoff.infer.belief import actors_with_types, belief
from standoff.infer.histories import adopt
from standoff.infer.inference import Inference
from standoff.infer.options import Options, options_at
from standoff.infer.outlook import likeliest_first, next_moves
from standoff.infer.pooling import Pooled, pool_values
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names
from standoff.scenario.queries import Query, bind_query, parse_query

Of = Literal["belief", "judgement", "question"]
Unit = Literal["probability", "value", "ratio", "share"]


@dataclass(frozen=True, eq=False)
class Said:
    """One number with its variants."""

    id: str
    of: Of
    unit: Unit
    pooled: Pooled
    settled: bool = False


def reread(chain: Chain, scenario: Scenario) -> Chain:
    """The same solution seen in the light of another record of the same game, at the same moment.

    `scenario` is the chain's own but for its record, judgements, questions, sources and links.
    """
    compiled = chain.batch.compiled
    other = replace(compiled, scenario=scenario, names=Names(scenario))
    adopt(other, compiled)
    moment = chain.as_of if chain.as_of is not None else chain.sight.evidence.as_of
    made = Chain(replace(chain.batch, compiled=other), moment)
    made._without_record = chain.sight.prior
    made.anchor = chain.anchor  # time words count from where they did
    return made


def numbers(chain: Chain, *, questions: bool = True) -> dict[str, Said]:
    """Every belief, judgement and question by id, in the order of the scenario. What can't be
    answered is left out.
    """
    inference = chain.sight
    asked = list(_asked(chain, questions))
    audit = inference.anchored(chain.anchor)
    for of, at in (("judgement", audit), ("question", inference)):
        foresee(at, [query for _, kind, query in asked if kind == of])
    found: dict[str, Said] = {}
    for actor in actors_with_types(inference):
        for kind, held in belief(inference, actor).items():
            found[f"{actor}.{kind}"] = Said(
                f"{actor}.{kind}", "belief", "probability", held.posterior
            )
    for id, of, query in asked:
        try:
            raw = (audit if of == "judgement" else inference).answer(query)
        except Cancelled:
            raise
        except StandoffError:
            continue
        found |= {said.id: said for said in _said(id, of, raw)}
    return {id: said for id, said in found.items() if finite(said.pooled.value) is not None}


def _asked(chain: Chain, questions: bool) -> Iterator[tuple[str, Of, Query]]:
    names = chain.batch.compiled.names
    audited = [(j.id, j.claim) for j in chain.scenario.judgements if j.claim is not None]
    for id, text in audited:
        query = _bound(text, names)
        if query is not None:
            yield id, "judgement", query
    for question in chain.scenario.questions if questions else ():
        query = _bound(
            f"as {question.as_}: {question.ask}" if question.as_ else question.ask, names
        )
        if query is not None:
            yield question.id, "question", query


def _bound(text: str, names: Names) -> Query | None:
    try:
        return bind_query(parse_query(text), names)
    except StandoffError:
        return None


def _said(id: str, of: Of, raw: RawAnswer) -> Iterator[Said]:
    """The numbers of one answer: one, or one a type or label."""
    for kind, one in raw.by_type.items():
        yield from _said(f"{id}: {kind}", of, one)
    if raw.by_type:
        return
    for label, one in raw.distribution.items():
        if one.pooled is not None:
            yield Said(f"{id}: {label}", of, "probability", one.pooled)
    if raw.distribution or raw.pooled is None:
        return
    if raw.observed is not None:
        settled = pool_values(raw.per_variant * 0 + float(raw.observed), raw.weight)
        yield Said(id, of, "probability", settled, settled=True)
    elif raw.kind == "comparison" and raw.body is not None:
        holds = raw._spread(raw.body).astype(bool).astype(float)
        yield Said(id, of, "share", pool_values(holds, raw.weight))
    elif raw.kind in ("probability", "value", "ratio"):
        yield Said(id, of, raw.kind, raw.pooled)


def choices(chain: Chain) -> dict[str, Options]:
    """The options of whoever's the note gives, at the likeliest next turn: by actor."""
    inference = chain.sight
    found = {}
    for actor, kind in whose(chain.scenario, None):
        made = _choice(inference, actor, kind)
        if made is not None and made.open:
            found[actor] = made
    return found


def _choice(inference: Inference, actor: str, kind: str | None) -> Options | None:
    turns = likeliest_first(next_moves(inference, actor))[:1]
    if not turns:
        return None
    return options_at(inference, actor, (kind,), turns[0])[0]
