"""What changed since the last note, taken to be the one of the end of the day before."""

from __future__ import annotations

from standoff.assess.answering import finite, unit
from standoff.assess.ensemble import Ensemble
from standoff.assess.found import day_before
from standoff.assess.models import ChangedAnswer, SincePart
from standoff.words import standard as standard_of

MOVED = 0.01
"""Answers that moved by less are left out."""


def since(ensemble: Ensemble, standard: str) -> SincePart | None:
    """What came in since the end of the day before and what it moved; None where nothing had been
    recorded by then.
    """
    moment = day_before(ensemble.pilot)
    if moment is None:
        return None
    known = {one.id: one.known for one in ensemble.pilot.sight.evidence.items}
    before = _known({id: held.value for id, held in ensemble.found.before.items()})
    after = _now(ensemble)
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
        answers=sorted(moved, key=lambda a: (-round(abs(a.after - a.before), 12), a.id)),
    )


def _now(ensemble: Ensemble) -> dict[str, float]:
    """The beliefs and judgements as they stand."""
    found = {
        f"{actor}.{kind}": held.posterior.value
        for actor, kinds in ensemble.found.belief.items()
        for kind, held in kinds.items()
    }
    for id, said in ensemble.found.judgements.items():
        if said.answer is not None and said.answer.kind == "probability":
            found[id] = said.answer.value
    return _known(found)


def _known(numbers: dict[str, float]) -> dict[str, float]:
    return {id: unit(p) for id, p in numbers.items() if finite(p) is not None}
