"""Confidence in an answer, from three printed parts: the tool proposes, the analyst may differ.

Confidence is about the ground an estimate stands on, never about how likely the estimate is;
effective sample size and solver checks are gates and no part of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from standoff.assess.models import Confidence, EvidenceItem

Level = Literal["low", "moderate", "high"]
LEVELS: tuple[Level, Level, Level] = ("low", "moderate", "high")
TELLING = 1.25
"""A likelihood ratio beyond this (or below one over it) tells something."""


def confidence(
    *,
    evidence: Sequence[EvidenceItem],
    range90: tuple[float, float],
    response: float | None,
    depends_on_form: bool,
    untested: Sequence[str] = (),
    analyst: str | None = None,
    about: str | None = None,
) -> Confidence:
    """Propose a confidence.

    `response` is the largest shift of the answer that the next indicators could bring (None where
    there are none); `untested` names load-bearing parameters without a distribution, which cap the
    level at low; `analyst` is what the analyst set, kept beside the proposal where it differs;
    `about` is the actor whose intention the answer is about, where it is about one: only what tells
    of that actor then counts as telling.
    """
    quality, quality_why = _evidence(evidence, about)
    spread, spread_why = _range(range90, depends_on_form)
    answer, answer_why = _responsiveness(response)
    level = sorted((quality, spread, answer), key=LEVELS.index)[1]
    if depends_on_form or untested:
        level = "low"
    if untested:
        spread_why += f"; held fixed though it bears on the answer: {', '.join(untested)}"
    return Confidence(
        level=level,
        evidence=quality,
        evidence_why=quality_why,
        range=spread,
        range_why=spread_why,
        responsiveness=answer,
        responsiveness_why=answer_why,
        analyst=analyst if analyst != level else None,
    )


def _evidence(items: Sequence[EvidenceItem], about: str | None) -> tuple[Level, str]:
    """Quality and independence: items that tell something, one choice counted once."""
    telling = {
        item.same_decision or item.id
        for item in items
        if any(
            ratio > TELLING or ratio < 1 / TELLING
            for actor, by_type in item.likelihood_ratio.items()
            if about in (None, actor)
            for ratio in by_type.values()
        )
    }
    n = len(telling)
    level = LEVELS[0 if n == 0 else 1 if n < 3 else 2]
    known = len({item.same_decision or item.id for item in items})
    if not known:
        return "low", "nothing has been observed yet"
    tell = "tells" if n == 1 else "tell"
    return level, f"{n} of {known} independent items {tell} one intention from another"


def _range(range90: tuple[float, float], depends_on_form: bool) -> tuple[Level, str]:
    """Range of reasonable opinion: spread over the assumptions, and over changes of form."""
    width = range90[1] - range90[0]
    level = LEVELS[2 if width <= 0.2 else 1 if width <= 0.45 else 0]
    why = f"the answer spans {round(100 * width)} points over the assumptions written down"
    if depends_on_form:
        return "low", why + ", and its word changes with how the model was written"
    return level, why


def _responsiveness(response: float | None) -> tuple[Level, str]:
    if response is None:
        return "moderate", "nothing that could be seen next was found to bear on it"
    level = LEVELS[2 if response <= 0.1 else 1 if response <= 0.25 else 0]
    return level, f"the next indicators could move it by up to {round(100 * response)} points"
