"""The JSON form of what the answers hang on (`standoff sensitivity --json`)."""

from __future__ import annotations

from typing import Literal

from standoff.assess.driver_models import SensitivityPart
from standoff.assess.part import Part


class SobolDesign(Part):
    """The variants behind the Sobol indices, or what they would take."""

    n: int
    """Points of the base sample, a power of two; 0 where no design was solved."""
    groups: int
    """Assumptions, those that are not independent of one another counted as one."""
    variants: int
    """n (groups + 2)."""
    failed: int = 0
    """Whose solver check did not hold."""
    note: str = ""
    """Why it was not done and what it would take, where it was not."""


class Sensitivity(Part):
    """What the answers hang on."""

    scenario: str
    title: str
    as_of: str
    variants: int
    """Draws at hand."""
    failed: int
    """Whose solver check did not hold: no weight."""
    effective: float
    """Kish's effective number under the likelihood of the record."""
    withheld: bool = False
    """Effective below 10 per cent: the measures on the draws at hand rest on too few."""
    weighting: Literal["importance", "tempered"] = "importance"
    """Draws at hand: from the assumptions as written, weighted by the record; or, where these were
    worth too little, from what the record leaves of them."""
    seed: int
    design: SobolDesign
    answers: list[SensitivityPart]
