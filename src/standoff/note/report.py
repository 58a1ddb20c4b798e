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


class Counted(Protocol):
    """What was found on variants."""

    @property
    def variants(self) -> int:
        """All of them."""

    @property
    def failed(self) -> int:
        """Whose solver check did not hold."""


def variants_of(found: Counted) -> str:
    """`200 variants, 3 of which failed the solver check`."""
    many = "1 variant" if found.variants == 1 else f"{found.variants:,} variants"
    return many + (f", {found.failed} of which failed the solver check" if found.failed else "")


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
