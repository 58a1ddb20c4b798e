"""What the assessment rests on, in the note: days, the evidence in a table, passages, documents."""

from __future__ import annotations

from standoff.note import evidence_table, links, ripple, timeline
from standoff.note.opposite import written

what_was_known_when = written(lambda a: a.timeline, timeline.section)
evidence_in_a_table = written(lambda a: a.evidence_table, evidence_table.section)
which_passages = written(lambda a: a.links, links.section)
what_falls_with_a_source = written(lambda a: a.ripple, ripple.section)
