"""Places in a document that have a name: its heading, its passages, its notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from standoff.sources.document import Document

__all__ = ["Place", "places", "searched", "words_at"]

HEADING = "heading"


class Place(NamedTuple):
    """A place: its name (`heading`, `p24`, a note's id), the page it is on, its words."""

    name: str
    page: str
    words: str


def searched(document: Document) -> Iterator[Place]:
    """All places in reading order, the notes last; `page` is empty where it isn't known."""
    first = document.passages[0].page if document.passages else ""
    yield Place(HEADING, first, document.heading)
    for passage, words in document:
        yield Place(passage.locator, passage.page, words)
    for note in document.notes:
        page = first if note.at is None else document.page_at(note.at)
        yield Place(note.id, page, note.text)


def places(document: Document) -> list[str]:
    """Names of all places."""
    return [place.name for place in searched(document)]


def words_at(document: Document, name: str) -> str | None:
    """The words of a place; None where there is none of that name."""
    return next((place.words for place in searched(document) if place.name == name), None)
