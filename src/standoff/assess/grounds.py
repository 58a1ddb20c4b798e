"""What an assessment rests on: passages, the evidence in a table, the days, the documents that
carry it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standoff.assess.evidence_table import evidence_of
from standoff.assess.links import links_of
from standoff.assess.rippling import ripple_of
from standoff.assess.timeline import timeline_of
from standoff.progress import Progress, check

if TYPE_CHECKING:
    from standoff.assess.chain import Chain
    from standoff.assess.desk import StandardName
    from standoff.assess.evidence_models import EvidencePart
    from standoff.assess.links_models import LinksPart
    from standoff.assess.ripple_models import RipplePart
    from standoff.assess.timeline_models import TimelinePart
    from standoff.infer.belief import Moment
    from standoff.sources.library import Library


@dataclass(frozen=True, eq=False)
class Grounds:
    """The parts; each None where there is nothing to say."""

    links: LinksPart | None = None
    evidence_table: EvidencePart | None = None
    timeline: TimelinePart | None = None
    ripple: RipplePart | None = None


def grounds(
    ready: Chain,
    library: Library | None,
    *,
    moments: Sequence[Moment],
    standard: StandardName,
    ripple: bool,
    weighed: bool,
    progress: Progress | None = None,
) -> Grounds:
    """What rests on what, with documents as the `library` holds them, where there is one; `ripple`
    also asks what falls with each document; `moments` are belief over the record. Without weight
    (not `weighed`) no number is told.
    """
    check(progress)
    if progress is not None:
        progress.say("looking up what rests on which passages")
    known = {one.id for one in ready.sight.evidence.items}
    linked = links_of(ready.scenario, library, known)
    if not weighed:
        return Grounds(links=linked)
    return Grounds(
        links=linked,
        evidence_table=evidence_of(ready, standard=standard, progress=progress),
        timeline=timeline_of(ready, library, moments=moments),
        ripple=ripple_of(ready, progress=progress) if ripple else None,
    )
