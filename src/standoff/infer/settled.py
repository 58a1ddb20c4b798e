"""What the record says of an event, where it leaves no doubt.

The verdict is about all variants together: an event is settled where it holds in every history that
some variant leaves possible, or in none. Each variant keeps which of the two it knows of.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.infer.measure import Measure

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Array = NDArray[Any]
Cases = NDArray[np.int8]

HOLDS, FAILS = 1, 2
"""There are histories in which the event holds, in which it does not (bits of `Cases`)."""


@dataclass(frozen=True, eq=False)
class Settled:
    """Histories that fulfil the condition, by variant: which cases there are among them."""

    structure: Cases  # [V] among those that the items of the record leave
    possible: Cases  # [V] among those of them that reports and odds leave any mass
    prior: Cases  # [V] among all that the scenario knows

    @cached_property
    def verdict(self) -> bool | None:
        """True or False where the record settles the event. What holds in every history that the
        scenario knows is no observation.
        """
        found = _only(self.structure)
        if found is None:
            found = _only(self.possible)
        return None if _only(self.prior) is not None else found


def _only(cases: Cases) -> bool | None:
    seen = int(np.bitwise_or.reduce(cases, initial=0))
    return {HOLDS: True, FAILS: False}.get(seen)


def settled(
    inference: Inference,
    measure: Measure,
    event: tuple[Array, Array],
    before: tuple[Array, Array],
    *,
    alone: bool,
) -> Settled:
    """What the record says of an event under a condition: both as masks over the outcomes of
    `measure`, and `before` over those of the measure without the record. `alone`: from the desk,
    to which a report that was impossible rules out what it speaks against.
    """
    structure = _cases(inference, measure, *event)
    possible = _possible(inference, measure, *event) if alone else structure.copy()
    return Settled(structure, possible, _cases(inference, inference.prior.measure(), *before))


def _cases(inference: Inference, measure: Measure, held: Array, base: Array) -> Cases:
    """[V] the cases among all outcomes of a measure."""
    found = [
        _anywhere(measure, part) * bit
        for part, bit in ((base & held, HOLDS), (base & ~held, FAILS))
    ]
    both = (found[0] + found[1]).astype(np.int8)
    return np.array(np.broadcast_to(both, (inference.n_variants,)))


def _anywhere(measure: Measure, mask: Array) -> NDArray[np.bool_]:
    """[V or 1] whether a mask holds anywhere; a measure without outcomes has no cases."""
    return np.asarray(mask.any(axis=(0, 1)) & bool(measure.shape[0]))


def _possible(inference: Inference, measure: Measure, held: Array, base: Array) -> Cases:
    """[V] the cases among the outcomes that a variant leaves any mass."""
    nodes, mass = inference.standing(inference.present)
    left = mass > 0  # [n, K, V]
    stood = inference.evidence.histories.node_at(inference.compiled, inference.present)
    place = np.searchsorted(nodes, stood[measure.end])
    found = np.zeros(inference.n_variants, dtype=np.int8)
    for part, bit in ((base & held, HOLDS), (base & ~held, FAILS)):
        if part.shape[2] > 1:
            full = np.broadcast_to(part, (*measure.shape, part.shape[2]))
            found += (full & left[place]).any(axis=(0, 1)).astype(np.int8) * np.int8(bit)
            continue
        where = np.zeros(left.shape[:2], dtype=bool)
        y, k = np.nonzero(np.broadcast_to(part[:, :, 0], measure.shape))
        where[place[y], k] = True
        found += left[where].any(axis=0).astype(np.int8) * np.int8(bit)
    return found
