"""What pages say and are told about documents and links."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from standoff.assess.linkable import Linkable
from standoff.assess.part import Part
from standoff.sources.models import FileReport
from standoff.web.models import Asked, Moment, Revision

Place = Annotated[str, Field(min_length=1, max_length=300)]
Target = Annotated[str, Field(min_length=1, max_length=300)]


class LibraryAbout(Part):
    """What can be done with documents here."""

    library: str
    """The library's file."""
    meaning: bool
    """Whether passages can be searched by meaning."""
    largest: int
    """Bytes that a file may have to be sent."""
    endings: list[str]
    """Of files that can be read."""


class UploadQuery(Asked):
    """A file that is sent."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    """Its name, with its ending."""
    replace: bool = False
    """In place of another file of that name."""


class Added(Part):
    """What became of a file that was sent."""

    file: str
    """Where it is kept now."""
    report: FileReport
    """What it changed in the library."""


class CitablePart(Part):
    """A source of the scenario."""

    id: str
    title: str
    volume: str
    """What the library calls it, where that isn't its id."""
    url: str


class LinkablePart(Part):
    """What a link of a crisis can lead from and to."""

    revision: str
    """Of the crisis' YAML files: a link has to name it."""
    shipped: bool
    """Whether it comes with Standoff and isn't changed."""
    targets: list[Linkable]
    """What can rest on a passage."""
    sources: list[CitablePart]
    """What the scenario cites."""


class PassageQuery(Asked):
    """A passage, as a scenario cites it."""

    passage: Place


class PassagePart(Part):
    """Where a citation leads."""

    passage: str
    """As it was asked."""
    document: str
    """Key of the document in the library; empty where it isn't held."""
    rendering: str
    """Which of them, where it is held."""
    place: str
    """In the document: `p24`; empty for all of it, or where it isn't there."""
    state: Literal["ok", "lost", "unchecked"]
    why: str
    """What isn't as it should be."""
    title: str
    """Of the source, as the scenario has it."""
    url: str
    """Where it stands on the web, as the scenario has it."""


class AddLink(Asked):
    """Something rests on these words."""

    revision: Revision
    """Of the crisis that it was asked on."""
    rests: Target
    passage: Place
    """`SOURCE#LOCATOR`."""
    quote: Annotated[str, Field(max_length=20_000)] = ""
    """Words of the passage; all of it where nothing is said."""
    grade: Annotated[str, Field(pattern=r"^([A-F][1-6])?$")] = ""
    as_: Annotated[
        Literal["reported", "denied", "deceptive", "inferred"], Field(alias="as")
    ] = "reported"  # fmt: skip
    rendering: Annotated[str, Field(max_length=20)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""
    new_source: Annotated[str, Field(max_length=300)] = ""
    """Title under which the passage's source is added to the scenario, where it names none such."""


class Reanchor(Asked):
    """Write moved links as their words stand now."""

    revision: Revision


class RippleQuery(Asked):
    """What if documents fell."""

    document: Annotated[str, Field(max_length=2000)] = ""
    """As the scenario cites them, parted by commas; each of all in turn where none is named."""
    as_of: Moment | None = None
    variants: Annotated[int, Field(ge=1, le=2000)] = 200
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
