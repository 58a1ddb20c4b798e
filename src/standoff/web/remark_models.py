"""What pages say and are told about the analyst's remarks in a note."""

from __future__ import annotations

from standoff.assess.part import Part
from standoff.note.remarks import Remark, Remarks
from standoff.web.models import Asked, Revision


class RemarkList(Part):
    """What the analyst has added to the note of a crisis."""

    revision: str
    """Changes with them; a write has to name it."""
    remarks: list[Remark]


class KeepRemarks(Asked):
    """All remarks, in place of those before."""

    remarks: Remarks
    revision: Revision
    """Of those that they were made from."""


class PlacePart(Part):
    """Where a remark can stand."""

    at: str
    title: str


class NumberPart(Part):
    """A number that a remark can name."""

    name: str
    """Written in braces: `{judgements.hope}`."""
    what: str
    probability: float | None


class Remarkable(Part):
    """What remarks on a note can be about."""

    places: list[PlacePart]
    """Its sections."""
    judgements: list[PlacePart]
    numbers: list[NumberPart]
