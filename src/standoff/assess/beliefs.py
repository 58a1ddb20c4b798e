"""The beliefs of an assessment as one thing that can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.shown import Shown

if TYPE_CHECKING:
    from standoff.assess.models import Assessment


@dataclass(frozen=True, eq=False)
class Beliefs(Shown):
    """Belief in each actor's types before the record, now, and over the record."""

    assessment: Assessment

    def __repr__(self) -> str:
        return f"Beliefs({self.assessment.scenario!r})"
