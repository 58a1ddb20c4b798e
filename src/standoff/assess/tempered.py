"""When variants are drawn from the posterior instead of weighted, and how that is told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.assess.models import TemperingPart, TemperingStep
from standoff.infer.pooling import effective
from standoff.variants.posterior import BUDGET, Posterior

Float = NDArray[np.float64]

ENOUGH = 0.10
"""Share of the variants that must be effective, or they are tempered."""


def too_few(likelihood: Float) -> bool:
    """Whether draws from the prior are worth too little under the likelihood [V] of the record, and
    some can explain it at all.
    """
    worth = effective(likelihood)
    return 0.0 < worth < ENOUGH * len(likelihood)


def tempering_part(likelihood: Float, found: Posterior, budget: int | None = None) -> TemperingPart:
    """How tempering went, from the likelihood [V] in the prior's draws and what came of them."""
    tempered = found.tempered
    return TemperingPart(
        before=effective(likelihood),
        steps=[
            TemperingStep(
                temperature=step.temperature,
                effective=step.effective,
                acceptance=list(step.acceptance),
            )
            for step in tempered.steps
        ],
        solved=tempered.solved,
        budget=BUDGET * len(likelihood) if budget is None else budget,
        temperature=tempered.temperature,
        met=tempered.met,
    )
