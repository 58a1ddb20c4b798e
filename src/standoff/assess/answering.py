"""From a raw answer (numbers by variant) to one that can be printed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.assess.drivers import drivers
from standoff.assess.models import Answer
from standoff.words import standard as standard_of

if TYPE_CHECKING:
    from standoff.infer.answers import RawAnswer

Float = NDArray[np.float64]


def finite(number: float | None) -> float | None:
    """The number, or None where no variant can answer."""
    return None if number is None or not math.isfinite(number) else float(number)


def finite_range(pair: tuple[float, float] | None) -> tuple[float, float] | None:
    """The range, or None where no variant can answer."""
    if pair is None or not all(math.isfinite(x) for x in pair):
        return None
    return float(pair[0]), float(pair[1])


def unit_range(pair: tuple[float, float] | None) -> tuple[float, float] | None:
    """The range of a probability, freed of the last bits of rounding as `unit` frees it."""
    known = finite_range(pair)
    return None if known is None else (unit(known[0]), unit(known[1]))


def unit(probability: float) -> float:
    """A probability freed of the last bits of rounding, which may carry it past the ends."""
    return min(max(probability, 0.0), 1.0)


def answer_of(
    id: str,
    query: str,
    text: str,
    raw: RawAnswer,
    *,
    standard: str,
    drawn: Mapping[str, Float],
    prior: float | None = None,
    view: str = "",
    rests_on: list[str] | None = None,
) -> Answer:
    """An `Answer` from a raw one; `drawn` is what it may hang on."""
    if raw.by_type:  # a point of view that names no type: one answer for each
        return Answer(
            id=id,
            query=query,
            text=text,
            status="distribution",
            distribution={
                t: one.value for t, one in raw.by_type.items() if finite(one.value) is not None
            },
            as_=view,
        )
    pooled = raw.pooled
    number = finite(raw.value)
    likely = raw.status == "probability" and number is not None
    judged = raw.status != "observed"
    range_of = unit_range if raw.status == "probability" else finite_range
    distribution = {label: unit(one.value) for label, one in raw.distribution.items()}
    return Answer(
        id=id,
        query=query,
        text=text,
        status=raw.status,
        probability=unit(number) if likely and number is not None else None,
        value=(1.0 if raw.observed else 0.0)
        if not judged
        else number
        if raw.status in ("value", "ratio")
        else None,
        share=finite(raw.share),
        difference=finite(raw.difference),
        distribution=distribution or None,
        range90=range_of(pooled.range90) if pooled is not None and judged else None,
        range50=range_of(pooled.range50) if pooled is not None and judged else None,
        prior=unit(prior) if judged and prior is not None else None,
        words=standard_of(standard).word(unit(number)) if likely and number is not None else None,
        effective=finite(pooled.effective) if pooled is not None else None,
        as_=view,
        rests_on=rests_on or [],
        drivers=drivers(raw.per_variant, drawn, raw.weight) if judged else {},
    )
