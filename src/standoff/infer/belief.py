"""Belief in each actor's types: before the record, after it, and on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.evidence import Evidence
from standoff.infer.pooling import Pooled, effective, pool
from standoff.infer.views import seen_by, type_at, types_of

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TypeBelief:
    """Belief in one type of an actor, before and after the record."""

    type: str
    prior: Pooled
    posterior: Pooled


@dataclass(frozen=True, eq=False)
class Moment:
    """Belief as it stood once everything known by some moment had been read."""

    moment: dt.datetime | None  # None at the start
    items: tuple[str, ...]  # ids of the items that became known then
    belief: dict[str, dict[str, Pooled]]  # actor -> type
    likelihood: Float  # [V] of the record up to then

    @property
    def effective(self) -> float:
        """Kish's effective number of variants at that moment."""
        return effective(self.likelihood)

    @property
    def column(self) -> str:
        """Its name among others."""
        return self.moment.isoformat() if self.moment else "start"


def actors_with_types(inference: Inference) -> tuple[str, ...]:
    """Actors that have more than one type."""
    return tuple(a for a in inference.compiled.scenario.actors if types_of(inference.compiled, a))


def by_type(inference: Inference, actor: str, nodes: Int32, mass: Float) -> Float:
    """[T, V] mass of each type of an actor, from mass [n, K, V] at nodes."""
    own = type_at(inference.compiled, actor, nodes)
    count = max(1, len(types_of(inference.compiled, actor)))
    return np.stack([(mass * (own == t)[:, :, None]).sum(axis=(0, 1)) for t in range(count)])


def belief(inference: Inference, actor: str) -> dict[str, TypeBelief]:
    """Belief in each type of an actor, as the desk holds it."""
    types = types_of(inference.compiled, actor)
    now = by_type(inference, actor, *inference.standing(inference.present))
    prior = inference.prior
    before = by_type(prior, actor, *prior.standing(prior.present))
    total, total_before = now.sum(axis=0), before.sum(axis=0)
    return {
        label: TypeBelief(label, pool(before[t], total_before), pool(now[t], total))
        for t, label in enumerate(types)
    }


def belief_as(inference: Inference, actor: str, label: str) -> dict[str, dict[str, Pooled]]:
    """What an actor of a type believes of the others' types: other -> type -> probability."""
    nodes, mass = seen_by(inference, actor, label)
    found: dict[str, dict[str, Pooled]] = {}
    for other in actors_with_types(inference):
        if other == actor:
            continue
        table = by_type(inference, other, nodes, mass)
        total = table.sum(axis=0)
        found[other] = {
            t: pool(table[i], total) for i, t in enumerate(types_of(inference.compiled, other))
        }
    return found


def over_time(inference: Inference) -> list[Moment]:
    """Belief at the start and after each moment at which something became known."""
    points = [_point(inference.prior, None, ())]
    for moment in sorted({one.known for one in inference.evidence.items}):
        ids = tuple(one.id for one in inference.evidence.items if one.known == moment)
        then = inference.seen_with(Evidence(inference.compiled, moment, lenient=True))
        points.append(_point(then, moment, ids))
    return points


def _point(inference: Inference, moment: dt.datetime | None, items: tuple[str, ...]) -> Moment:
    nodes, mass = inference.standing(inference.present)
    total = mass.sum(axis=(0, 1))
    held: dict[str, dict[str, Pooled]] = {}
    for actor in actors_with_types(inference):
        table = by_type(inference, actor, nodes, mass)
        held[actor] = {
            t: pool(table[i], total) for i, t in enumerate(types_of(inference.compiled, actor))
        }
    return Moment(moment, items, held, total)
