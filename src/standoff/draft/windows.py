"""A long document in parts that overlap, each small enough for a model to read.

A token is taken to be three characters, which is fewer than in most languages' own text: a part
may come out smaller than it could be, seldom larger. Paragraphs stay whole where they fit, and are
cut between sentences, then between words, where not. Each part but the first begins with the end
of the part before it (an eighth of its length at most), so that what stands across a cut is read
whole once.
"""

from __future__ import annotations

from dataclasses import dataclass

from standoff.sources.document import Document, Passage

__all__ = ["CHARACTERS_A_TOKEN", "MOST_WINDOWS", "Piece", "Window", "windows"]

CHARACTERS_A_TOKEN = 3
MOST_WINDOWS = 40
"""Parts of one document that are asked about, unless the caller says otherwise."""
_SMALLEST = 200  # tokens
_OVERLAP = 8  # the share of a part that may be repeated from the part before: an eighth


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a part of one that is too long: offsets in the document's text."""

    locator: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the document, as it is shown to the model."""

    pieces: tuple[Piece, ...]

    @property
    def first(self) -> str:
        """Locator of its first paragraph."""
        return self.pieces[0].locator

    @property
    def last(self) -> str:
        """Locator of its last paragraph."""
        return self.pieces[-1].locator

    @property
    def span(self) -> tuple[int, int]:
        """From where to where it reaches in the document's text."""
        return self.pieces[0].start, self.pieces[-1].end

    def text(self, document: Document) -> str:
        """Its paragraphs with their marks, a blank line between two."""
        return "\n\n".join(
            f"[{piece.locator}] {document.text[piece.start : piece.end]}" for piece in self.pieces
        )


def windows(document: Document, tokens: int) -> list[Window]:
    """The document in parts of at most so many tokens (at least 200), in reading order."""
    budget = max(tokens, _SMALLEST) * CHARACTERS_A_TOKEN
    pieces = [piece for one in document.passages for piece in _cut(document, one, budget // 2)]
    found: list[Window] = []
    held: list[Piece] = []
    fresh = False  # whether `held` has more than what is repeated
    for piece in pieces:
        if fresh and _length(held) + _size(piece) > budget:
            found.append(Window(tuple(held)))
            held, fresh = _tail(held, min(budget // _OVERLAP, budget - _size(piece))), False
        held.append(piece)
        fresh = True
    if fresh:
        found.append(Window(tuple(held)))
    return found


def _size(piece: Piece) -> int:
    return piece.end - piece.start + len(piece.locator) + 5  # its mark and the blank line


def _length(pieces: list[Piece]) -> int:
    return sum(map(_size, pieces))


def _tail(pieces: list[Piece], most: int) -> list[Piece]:
    """The last pieces that fit in `most` characters, but not all of them."""
    kept: list[Piece] = []
    for piece in reversed(pieces[1:]):
        if _length(kept) + _size(piece) > most:
            break
        kept.insert(0, piece)
    return kept


def _cut(document: Document, passage: Passage, most: int) -> list[Piece]:
    """The passage as pieces of at most `most` characters: whole, or cut at sentences or words."""
    if passage.end - passage.start <= most:
        return [Piece(passage.locator, passage.start, passage.end)] if _holds(passage) else []
    stops = [sentence.end for sentence in passage.sentences] or [passage.end]
    found, start = [], passage.start
    while start < passage.end:
        limit = start + most
        if limit >= passage.end:
            end = passage.end
        else:
            fitting = [stop for stop in stops if start < stop <= limit]
            space = document.text.rfind(" ", start + 1, limit)
            end = fitting[-1] if fitting else space if space > start else limit
        found.append(Piece(passage.locator, start, end))
        start = end
        while start < passage.end and document.text[start].isspace():
            start += 1
    return found


def _holds(passage: Passage) -> bool:
    return passage.end > passage.start
