"""Belief about intent, over the record, from every side; what each item told; surprise."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.assess.answering import finite_range, unit
from standoff.assess.confidence import TELLING
from standoff.assess.ensemble import Ensemble
from standoff.assess.found import Found
from standoff.assess.models import BeliefPoint, EvidenceItem, TypeBelief
from standoff.assess.trust import trust_of
from standoff.infer.diagnosticity import ItemEvidence
from standoff.infer.pooling import Pooled
from standoff.infer.ratios import Ratio
from standoff.words import standard as standard_of

SHARE_OF_SIGN = 0.1
"""An item's sign depends on the variant where this share of the weight lies on either side of 1."""


def beliefs(ensemble: Ensemble, standard: str) -> dict[str, dict[str, TypeBelief]]:
    """Actor -> type -> belief, its prior beside it."""
    found: dict[str, dict[str, TypeBelief]] = {}
    for actor, kinds in ensemble.found.belief.items():
        found[actor] = {}
        for kind, held in kinds.items():
            number = unit(held.posterior.value)
            found[actor][kind] = TypeBelief(
                label=ensemble.scenario.actors[actor].types[kind].label or kind,
                prior=unit(held.prior.value),
                prior_range90=range_of(held.prior),
                probability=number,
                range90=range_of(held.posterior),
                words=standard_of(standard).word(number),
            )
    return found


def range_of(pooled: Pooled) -> tuple[float, float]:
    """A pooled probability's 90 per cent range."""
    low, high = finite_range(pooled.range90) or (0.0, 1.0)
    return unit(low), unit(high)


def belief_over_time(ensemble: Ensemble) -> list[BeliefPoint]:
    """Belief at the start and after each moment at which something became known."""
    return [
        BeliefPoint(
            moment=point.moment.isoformat() if point.moment else "",
            item=", ".join(point.items) if point.items else "start",
            belief={a: {t: unit(p.value) for t, p in by.items()} for a, by in point.belief.items()},
            range90={a: {t: range_of(p) for t, p in by.items()} for a, by in point.belief.items()},
            effective=point.effective,
        )
        for point in ensemble.found.over_time
    ]


def views_of(found: Found) -> dict[str, dict[str, dict[str, float]]]:
    """Point of view -> actor -> type -> probability, for every player that faces a secret."""
    views = {}
    for name, seen in found.views.items():
        others = {
            actor: {t: unit(p.value) for t, p in by.items()}
            for actor, by in seen.items()
            if all(p.effective > 0 for p in by.values())
        }
        if others:
            views[name] = others
    return views


def evidence(found: Found) -> list[EvidenceItem]:
    """Every item that bears on the record and what it says of each actor's type."""
    return [_item(each) for each in found.evidence]


def _item(each: ItemEvidence) -> EvidenceItem:
    placed, item = each.placed, each.placed.item
    text = item.text or item.report or " or ".join(item.move or ()) or item.absence or each.id
    return EvidenceItem(
        id=each.id,
        text=text,
        date=placed.known.isoformat(),
        at=placed.at.isoformat(),
        likelihood_ratio={a: _ratios(by) for a, by in each.ratios.items()},
        range90={
            a: {t: found for t, r in by.items() if (found := finite_range(r.pooled.range90))}
            for a, by in each.ratios.items()
        },
        pairwise={a: _ratios(by) for a, by in each.pairwise.items()},
        words=tells(each.ratios),
        same_decision=item.same_decision or "",
        source=list(item.source),
        trust=trust_of(each),
    )


def _ratios(by: dict[str, Ratio]) -> dict[str, float]:
    return {t: r.value for t, r in by.items() if r.pooled.effective > 0}


def tells(ratios: dict[str, dict[str, Ratio]]) -> str:
    """What an item tells, in words: nothing, whom it points to, or that its sign is not settled."""
    parts = []
    for actor, by in ratios.items():
        telling = {t: r.value for t, r in by.items() if r.value > TELLING or r.value < 1 / TELLING}
        if not telling:
            continue
        kind = max(telling, key=lambda t: telling[t])
        against = min(telling, key=lambda t: telling[t])
        if telling[kind] > TELLING:
            said = f"points to {actor}.{kind}"
            held = by[kind]
        else:
            said = f"points away from {actor}.{against}"
            held = by[against]
        parts.append(said + (", but the sign depends on the variant" if _unsettled(held) else ""))
    if parts:
        return "; ".join(parts)
    if any(_unsettled(r) for by in ratios.values() for r in by.values()):
        return "tells you nothing on average; its sign depends on the variant"
    return "tells you nothing"


def _unsettled(ratio: Ratio) -> bool:
    weight = ratio.weight
    total = weight.sum()
    if not total > 0:
        return False
    # Only beyond a tenth either way: a ratio of 0.98 is no sign.
    above = weight[ratio.per_variant > 1.1].sum() / total
    below = weight[ratio.per_variant < 1 / 1.1].sum() / total
    return bool(min(above, below) > SHARE_OF_SIGN)


def shifts(
    values: Sequence[tuple[str, float | None]],
) -> dict[str, float]:
    """Item -> how far it moved an answer, from the answers after each moment in order."""
    found: dict[str, float] = {}
    before: float | None = None
    for items, value in values:
        if value is not None and before is not None and items != "start":
            for item in items.split(", "):
                found[item] = value - before
        before = value if value is not None else before
    return found
