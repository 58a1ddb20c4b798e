"""The library as JSON: what `standoff sources` prints with `--json`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from standoff.errors import Problem
from standoff.sources.document import Document, Rendering

What = Literal["added", "changed", "same", "moved", "removed"]


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, serialize_by_alias=True
    )


class ListedDocument(_Part):
    """A document of the library."""

    key: str
    """What a citation in a scenario writes: `frus1961-63v06#d65`."""
    rendering: Rendering
    """From which form it was read; with the key it is unique."""
    volume: str
    """Short name of the volume, or of the file where there is none."""
    number: str
    """As printed (`273A`); empty where the document has none."""
    kind: str
    """`telegram`, `letter`...; empty where the heading doesn't say."""
    date: str | None
    """The first date of the dateline in its machine's form as written, not converted to another
    zone; null where the dateline has none."""
    best_date: str | None
    """The date to sort and search by: the dateline's, else the heading's, else the text's."""
    sender: str | None = Field(alias="from")
    """Who sent it, after the heading, parted by semicolons; null where it isn't said."""
    recipient: str | None = Field(alias="to")
    """To whom, likewise."""
    heading: str
    """Without number and notes."""
    pages: list[str]
    """Labels of its pages in print, or of its facsimile where no page of the print is marked."""
    paragraphs: int
    """How many it has; 0 where only the heading and names of images are there."""
    file: str
    """Where it was last read from."""


class SourceList(_Part):
    """`standoff sources list --json`: documents by volume, in the order of their files."""

    library: str
    """The library's file."""
    documents: list[ListedDocument]
    """Those that were asked for."""


class Change(_Part):
    """What became of one document."""

    key: str
    """Of the document."""
    rendering: Rendering
    """Of the document."""
    what: What
    """`added`, `changed`, `same`; `moved`: a file that is gone held it, word for word, by another
    name; `removed`: no file holds it any longer."""
    remarks: list[str] = []
    """What reader and library want known."""


class FileReport(_Part):
    """What reading one file changed."""

    file: str
    """The file."""
    changes: list[Change]
    """A document each, in the order of the file, what was removed last."""

    def count(self, what: What) -> int:
        """How many documents were so."""
        return sum(change.what == what for change in self.changes)


class RefusedFile(_Part):
    """A file that can't be read. Nothing of it is kept; what it held before stays."""

    file: str
    """The file, as it was named or found."""
    problems: list[Problem]
    """What is wrong with it, as `standoff check --json` has it."""


class AddReport(_Part):
    """`standoff sources add --json`."""

    library: str
    """The library's file."""
    files: list[FileReport]
    """In the order in which they were read."""
    refused: list[RefusedFile] = []
    """Files that can't be read, in that order."""


class RemoveReport(_Part):
    """`standoff sources remove --json`."""

    library: str
    """The library's file."""
    removed: list[ListedDocument]
    """Documents that are gone."""


class ShownDocument(_Part):
    """`standoff sources show --json`."""

    listed: ListedDocument
    """As it is listed."""
    citation: str
    """In the form that the Office of the Historian asks for."""
    passage: str | None
    """The words of the passage that was asked for; null where the document was."""
    document: Document
    """The whole of it, as schema/source-1.json says; offsets count characters of its text."""


class FoundPassage(_Part):
    """A passage that holds what was searched."""

    document: ListedDocument
    """Whose it is."""
    place: str
    """`p24` is the 24th paragraph, `heading` the heading; notes have the edition's name."""
    page: str
    """Label of the page; empty where it isn't known."""
    score: float
    """The larger, the better; comparable within one search only (bm25; by meaning, the fused
    rankings' sum)."""
    snippet: str
    """Words around the best place, with an ellipsis where something is left out."""
    matches: list[tuple[int, int]]
    """Where the words searched stand in the snippet: first character, one past the last."""
    word_rank: int | None = None
    """By meaning: its place among the passages with such words, from 1; null where it has none of
    them, or too many are better."""
    meaning_rank: int | None = None
    """By meaning: its place among the passages that mean something like it, likewise."""
    likeness: float | None = None
    """By meaning: the cosine between its vector and the query's, from -1 to 1."""


class SearchResult(_Part):
    """`standoff sources search --json`: passages, best first."""

    library: str
    """The library's file."""
    query: str
    """What was searched."""
    total: int
    """How many passages hold it; by meaning, how many were compared with it."""
    passages: list[FoundPassage]
    """The best of them."""
    model: str | None = None
    """By meaning: the model, with its version; null for a search for words."""
