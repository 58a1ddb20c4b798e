"""What forms over a scenario's text are told and say, as JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from standoff.assess.part import Part
from standoff.web.models import Asked, Files, ProblemPart

KeyPath = Annotated[str, Field(min_length=1, max_length=400)]


class Change(Asked):
    """One thing to change in a text."""

    path: KeyPath
    """Key path: `parameters.keep.because`, `record.3.text`; an item with the number of items
    there are is a new one.
    """
    value: JsonValue = None
    """Text, or lists and mappings of text; null takes the key or item out."""
    key: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    """Where given, what the key is called from now on; its value stays, and `value` is not read."""


class Edit(Asked):
    """Change values in a scenario's text."""

    files: Files
    changes: Annotated[list[Change], Field(min_length=1, max_length=50)]
    """In order: all of them are made, or none."""


class Edited(Part):
    """The texts after a change."""

    files: dict[str, str]
    """Name -> text of those that have changed."""
    file: str
    """Where the last change was made; empty where nothing had to change."""
    line: int
    """From 1."""


class ReadForms(Asked):
    """Ask what a scenario's text says, for forms."""

    files: Files


class Standing(Part):
    """Where something stands."""

    file: str
    line: int
    """From 1."""


class Forms(Part):
    """What a scenario's text says, as written: every value is text, nothing is filled in."""

    data: dict[str, JsonValue]
    """The parts of the scenario that have forms."""
    places: dict[str, Standing]
    """Key path -> where it stands; two levels deep, and the keys of actors."""
    names: dict[str, list[str]]
    """What can be named: `acts`, `sources`, `actors`."""
    problems: list[ProblemPart]
    """Where the text can't be read: why. All else is empty then."""


class Solved(Part):
    """What was asked for last of a crisis."""

    job: str
    """Empty where nothing was."""
    files: dict[str, str]
    """The texts as they were then."""
