"""The JSON form of what the answers survive (`standoff stability --json`)."""

from __future__ import annotations

from typing import Literal

from standoff.assess.concept_models import ConceptsPart
from standoff.assess.models import FormCheck
from standoff.assess.part import Part


class SteadyAnswer(Part):
    """One answer and what it survives."""

    id: str
    """As in form checks: a judgement or question, `ACTOR.TYPE`, a next move, `endings.ID`."""
    text: str
    kind: Literal["judgement", "question", "belief", "move", "ending"]
    """Judgements are the inferences and forecasts that the model judges."""
    probability: float
    """From all variants, as solved."""
    word: str
    concepts: dict[str, float]
    """What was played instead -> probability; of several equilibria the furthest."""
    turned: list[str]
    """Those of them under which the word is another one."""
    form: dict[str, float]
    """Change of form -> probability."""
    reworded: list[str]
    """Those of them under which the word is another one."""
    survives: bool
    """Neither."""


class Stability(Part):
    """Which answers survive other equilibria, other concepts and other ways to write the model."""

    scenario: str
    title: str
    as_of: str
    standard: Literal["icd203", "phia"]
    variants: int
    failed: int
    """Whose solver check did not hold: no weight."""
    effective: float
    """Kish's effective number under the likelihood of the record."""
    seed: int
    concepts: ConceptsPart
    form: list[FormCheck]
    """Empty where form was not checked."""
    survived: float | None
    """Share of the judgements that survive everything; null where there are none."""
    answers: list[SteadyAnswer]
    """Judgements and questions first, as the scenario lists them."""
