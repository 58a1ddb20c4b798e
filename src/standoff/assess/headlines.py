"""The headline answers of a chain, with their numbers by variant.

These are what form checks compare, sensitivities explain and tipping points turn.
"""

from __future__ import annotations

from collections.abc import Iterable

from standoff.assess.answering import finite, unit
from standoff.assess.chain import Chain
from standoff.errors import StandoffError
from standoff.infer.belief import actors_with_types, belief
from standoff.infer.outlook import endings, next_moves
from standoff.infer.pooling import Pooled
from standoff.scenario.queries import Query, bind_query, parse_query


def headline(chain: Chain) -> dict[str, float]:
    """The pooled number of every headline answer."""
    return {id: unit(held.value) for id, held in headlines(chain).items()}


def headlines(chain: Chain, *, settled: bool = False) -> dict[str, Pooled]:
    """Answers by id: `ACTOR.TYPE`, next moves, `endings.ID`, judgements and questions that are
    probabilities; each with its numbers by variant and their weights. Whatever a changed model
    can't answer is left out, and what the record has settled: with `settled` that too, since under
    play without mistakes it may settle what it leaves open elsewhere.
    """
    inference = chain.inference
    found: dict[str, Pooled] = {}
    for actor in actors_with_types(inference):
        for kind, held in belief(inference, actor).items():
            found[f"{actor}.{kind}"] = held.posterior
    for player in inference.compiled.game.players:
        for turn in next_moves(inference, player)[:1]:
            found.update({move.act: move.odds for move in turn.moves})
    found.update({f"endings.{name}": odds for name, odds in endings(inference).items()})
    audited = {judgement.id for judgement in chain.scenario.judgements}
    for id, query in asked(chain):
        # A judgement's time words count from the audited note, a question's from the present.
        at = inference.anchored(chain.anchor) if id in audited else inference
        try:
            raw = at.answer(query)
        except StandoffError:
            continue
        status = raw.kind if settled else raw.status
        if status == "probability" and raw.pooled is not None:
            found[id] = raw.pooled
    return {id: held for id, held in found.items() if finite(held.value) is not None}


def asked(chain: Chain) -> Iterable[tuple[str, Query]]:
    """Judgements and questions as bound queries; those that no longer mean anything are left out
    (a turn that the change removed).
    """
    names = chain.batch.compiled.names
    for judgement in chain.scenario.judgements:
        if judgement.claim is None:
            continue
        try:
            yield judgement.id, bind_query(parse_query(judgement.claim), names)
        except StandoffError:
            continue
    for question in chain.scenario.questions:
        try:
            text = f"as {question.as_}: {question.ask}" if question.as_ else question.ask
            yield question.id, bind_query(parse_query(text), names)
        except StandoffError:
            continue
