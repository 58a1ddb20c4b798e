"""What changed since the last note, taken to be the one of the end of the day before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from standoff.assess.answering import finite, unit
from standoff.assess.chain import Chain
from standoff.assess.judging import Claim
from standoff.assess.models import ChangedAnswer, SincePart
from standoff.infer.answers import pooled_probability
from standoff.infer.belief import actors_with_types, belief
from standoff.infer.inference import Inference
from standoff.words import standard as standard_of

MOVED = 0.01
"""Answers that moved by less are left out."""


def since(chain: Chain, claims: Mapping[str, Claim], standard: str) -> SincePart | None:
    """What came in since the end of the day before and what it moved; None where nothing had been
    recorded by then.
    """
    if chain.as_of is None:
        return None
    midnight = chain.as_of.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight - dt.timedelta(microseconds=1)
    known = {one.id: one.known for one in chain.inference.evidence.items}
    if not any(when <= moment for when in known.values()):
        return None
    earlier = chain.at(moment, lenient=True)
    before, after = (_answers(chain, at, claims) for at in (earlier, chain.inference))
    scale = standard_of(standard)
    moved = [
        ChangedAnswer(
            id=id,
            before=before[id],
            after=after[id],
            reworded=scale.word(before[id]) != scale.word(after[id]),
        )
        for id in after
        if id in before and abs(before[id] - after[id]) >= MOVED
    ]
    return SincePart(
        moment=moment.isoformat(),
        items=[id for id, when in known.items() if when > moment],
        answers=sorted(moved, key=lambda a: (-abs(a.after - a.before), a.id)),
    )


def _answers(chain: Chain, inference: Inference, claims: Mapping[str, Claim]) -> dict[str, float]:
    found: dict[str, float | None] = {
        f"{actor}.{kind}": held.posterior.value
        for actor in actors_with_types(inference)
        for kind, held in belief(inference, actor).items()
    }
    anchored = inference.anchored(chain.anchor)
    for id, claim in claims.items():
        found[id] = pooled_probability(anchored, claim.query)
    return {id: unit(p) for id, p in found.items() if p is not None and finite(p) is not None}
