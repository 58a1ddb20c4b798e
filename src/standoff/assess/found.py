"""Everything that is measured on some variants of a solved crisis, before anything is pooled.

What stands here is the same for all variants but for arrays with the variants as their last axis,
so that what chunks of variants found can be put end to end (`standoff.variants.columns`). Sorting,
cutting and choosing by pooled numbers come later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.assess.chain import Chain
from standoff.assess.judging import answered, claims
from standoff.assess.solved import lifted
from standoff.infer.answers import RawAnswer, foresee, plain_probability
from standoff.infer.belief import (
    Moment,
    TypeBelief,
    actors_with_types,
    belief,
    belief_as,
    over_time,
)
from standoff.infer.diagnosticity import ItemEvidence, diagnosticity
from standoff.infer.indicators import Awaited, Indicator, could_be_seen, may_come_first
from standoff.infer.options import Options, options_at
from standoff.infer.outlook import NextTurn, endings, likeliest_first, turns_ahead
from standoff.infer.pooling import Pooled
from standoff.infer.prospects import prospects
from standoff.infer.surprise import played_near_uniformly
from standoff.scenario.queries import Query, bind_query, parse_query

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]
NEARLY = 0.5
"""Options are worked out at the likeliest next turn and at those at least this share as likely in
the first chunk: one of them is the likeliest in all chunks together."""


@dataclass(frozen=True)
class Asking:
    """What is asked of every chunk: whose options, and at which of the steps that may come next
    (`at`: actor -> steps; none named: at the likeliest of the chunk itself).
    """

    whose: tuple[tuple[str, str | None], ...] = ()
    at: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __call__(self, chain: Chain) -> Found:
        """Measure it on a solved chunk."""
        return found(chain, self)


@dataclass(frozen=True, eq=False)
class Solved:
    """How solving went, by variant."""

    check: Float  # [V]
    status: NDArray[np.int8]  # [V]
    sweeps: NDArray[np.int64]  # [V]
    precision: Float  # [V]
    lifted: NDArray[np.bool_]  # [V] some outcome possible elsewhere had odds at the floor


@dataclass(frozen=True, eq=False)
class Said:
    """The answer to a statement or question, or why there is none, and the same before the record
    (of a plain probability).
    """

    answer: RawAnswer | None
    why: str = ""
    prior: Pooled | None = None


@dataclass(frozen=True, eq=False)
class Found:
    """Everything that is measured on some variants; [V] stands for all arrays."""

    weight: Float  # [V] likelihood of the record, times the draw's importance
    solved: Solved
    belief: dict[str, dict[str, TypeBelief]]  # actor -> type
    over_time: tuple[Moment, ...]
    views: dict[str, dict[str, dict[str, Pooled]]]  # point of view -> actor -> type
    evidence: tuple[ItemEvidence, ...]
    next: dict[str, tuple[NextTurn, ...]]  # by player, in order of play
    endings: dict[str, Pooled]
    options: dict[str, tuple[Options, ...]]  # `actor` or `actor.type` -> by turn
    indicators: dict[str, tuple[Indicator, ...]]  # by actor
    waiting: dict[str, tuple[Awaited, ...]]  # by player
    prospects: dict[str, dict[str, dict[str, Pooled]]]  # player -> type -> objective
    tactics: dict[str, dict[str, Pooled]]  # player -> tactic -> odds of more
    judgements: dict[str, Said]  # the statements that the model judges
    questions: dict[str, Said]
    before: dict[str, Pooled]  # the answers at the end of the day before, where that is told
    uniform: dict[str, Float]  # actor -> likelihood if it played near-uniformly


def found(chain: Chain, asking: Asking) -> Found:
    """Measure everything on a solved batch, in whose variants the record may have no weight."""
    inference = chain.sight
    solution, compiled = chain.batch.solution, chain.batch.compiled
    audit = inference.anchored(chain.anchor)
    players = compiled.game.players
    actors = actors_with_types(inference)
    audited, asked = claims(chain), list(questions(chain))
    foresee(audit, [claim.query for claim in audited])
    foresee(inference, [*(query for _, query in asked), *_of_tactics(inference).values()])
    ahead = {player: turns_ahead(inference, player) for player in players}
    return Found(
        weight=inference.measure().total(),
        solved=Solved(
            solution.check, solution.status, solution.sweeps, chain.batch.payload.precision,
            lifted(chain),
        ),
        belief={actor: belief(inference, actor) for actor in actors},
        over_time=tuple(over_time(inference)),
        views=_views(inference),
        evidence=tuple(diagnosticity(inference)),
        next=ahead,
        endings=endings(inference),
        options=_options(inference, asking, ahead),
        indicators={actor: could_be_seen(inference, actor) for actor in actors},
        waiting={player: may_come_first(inference, player) for player in players},
        prospects={player: prospects(inference, player) for player in players},
        tactics=_tactics(inference),
        judgements={
            claim.judgement.id: _said(audit, claim.query) for claim in audited
        },
        questions={id: _said(inference, query) for id, query in asked},
        before=_before(chain),
        uniform=played_near_uniformly(inference),
    )  # fmt: skip


def turns_to_ask(ahead: Sequence[NextTurn]) -> tuple[int, ...]:
    """Steps of an actor's next turns at which its options are worth asking for."""
    turns = likeliest_first(ahead)
    odds = [turn.reached.value for turn in turns]
    best = max((p for p in odds if np.isfinite(p)), default=0.0)
    return tuple(sorted(t.step for t, p in zip(turns, odds, strict=True) if p >= NEARLY * best > 0))


def _options(
    inference: Inference, asking: Asking, ahead: Mapping[str, tuple[NextTurn, ...]]
) -> dict[str, tuple[Options, ...]]:
    """By actor or `actor.type`, at each turn asked for."""
    kinds: dict[str, list[str | None]] = {}
    for actor, kind in asking.whose:
        own: list[str | None] = list(inference.compiled.scenario.actors[actor].types)
        kinds.setdefault(actor, []).extend([kind] if kind is not None else [None, *own])
    result: dict[str, tuple[Options, ...]] = {}
    for actor, wanted in kinds.items():
        steps = asking.at.get(actor)
        turns = [t for t in ahead[actor] if steps is None or t.step in steps]
        if steps is None:
            turns = likeliest_first(turns)[:1]
        made = [options_at(inference, actor, wanted, turn) for turn in turns]
        for place, kind in enumerate(wanted):
            name = f"{actor}.{kind}" if kind else actor
            result[name] = tuple(each[place] for each in made)
    return result


def _views(inference: Inference) -> dict[str, dict[str, dict[str, Pooled]]]:
    """What every player (of each type) believes of the others."""
    result = {}
    for player in inference.compiled.game.players:
        for kind in list(inference.compiled.scenario.actors[player].types) or [""]:
            name = f"{player}.{kind}" if kind else player
            result[name] = belief_as(inference, player, kind)
    return result


def _tactics(inference: Inference) -> dict[str, dict[str, Pooled]]:
    """Player -> tactic -> odds that it is used from now on."""
    result: dict[str, dict[str, Pooled]] = {p: {} for p in inference.compiled.names.players}
    for (player, tactic), query in _of_tactics(inference).items():
        odds = plain_probability(inference, query)
        if odds is not None:
            result[player][tactic] = odds
    return result


def _of_tactics(inference: Inference) -> dict[tuple[str, str], Query]:
    names = inference.compiled.names
    return {
        (player, tactic): bind_query(parse_query(f"P({player} will tactic {tactic})"), names)
        for player in names.players
        for tactic in names.tactics
        if names.acts_with(tactic, player)
    }


def questions(chain: Chain) -> Iterator[tuple[str, Query]]:
    """The scenario's questions, bound."""
    names = chain.batch.compiled.names
    for index, question in enumerate(chain.scenario.questions):
        text = f"as {question.as_}: {question.ask}" if question.as_ else question.ask
        place = names.place(f"questions.{index}.ask")
        yield question.id, bind_query(parse_query(text, place), names)


def _said(inference: Inference, query: Query) -> Said:
    raw, why = answered(inference, query)
    if raw is None or raw.kind != "probability":
        return Said(raw, why)
    return Said(raw, why, plain_probability(inference.prior, query))


def day_before(chain: Chain) -> dt.datetime | None:
    """The end of the day before `as_of`; None where nothing had been recorded by then."""
    if chain.as_of is None:
        return None
    midnight = chain.as_of.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight - dt.timedelta(microseconds=1)
    known = any(one.known <= moment for one in chain.sight.evidence.items)
    return moment if known else None


def _before(chain: Chain) -> dict[str, Pooled]:
    """The beliefs and judgements as they stood at the end of the day before."""
    moment = day_before(chain)
    if moment is None:
        return {}
    earlier = chain.at(moment, lenient=True)
    result = {
        f"{actor}.{kind}": held.posterior
        for actor in actors_with_types(earlier)
        for kind, held in belief(earlier, actor).items()
    }
    audit, audited = earlier.anchored(chain.anchor), claims(chain)
    foresee(audit, [claim.query for claim in audited])
    for claim in audited:
        held = plain_probability(audit, claim.query)
        if held is not None:
            result[claim.judgement.id] = held
    return result
