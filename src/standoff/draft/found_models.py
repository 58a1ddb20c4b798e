"""Words of a document that something was found in, as JSON."""

from __future__ import annotations

from standoff.assess.part import Part

__all__ = ["Found"]


class Found(Part):
    """Words of the document, and where they stand."""

    quote: str
    """The words, as the document has them."""
    start: int
    """Offset of the first character in the document's text."""
    end: int
    """Offset after the last character."""
    passage: str
    """The passage they begin in: `p2`; with its sentence where there are several: `p2/s3`."""
    where: str
    """Page, paragraph and sentence as a judgement's `where` has them: `p1 ¶2 s3`."""
