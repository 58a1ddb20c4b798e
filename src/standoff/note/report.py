"""The frame of a command's own report: what it is about and from which moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from standoff.note.dates import in_words
from standoff.note.outline import Block, Outline, Section


class About(Protocol):
    """What a command found about a crisis."""

    @property
    def title(self) -> str:
        """The scenario's."""

    @property
    def as_of(self) -> str:
        """ISO moment; empty at the end of the record."""


def report(
    kind: str,
    title: str,
    found: About,
    opening: Sequence[Block],
    sections: Sequence[Section],
    *,
    heading: Sequence[tuple[str, str]] = (),
) -> Outline:
    """An outline under a short heading block, with further lines of it in `heading`."""
    since = in_words(found.as_of) if found.as_of else "the end of the record"
    return Outline(
        kind=kind,
        title=f"{title}: {found.title}",
        language="en",
        marking="",
        heading=(("SUBJECT", found.title), ("AS OF", since), *heading),
        as_of=found.as_of,
        opening=tuple(opening),
        sections=tuple(sections),
        footnotes=(),
    )
