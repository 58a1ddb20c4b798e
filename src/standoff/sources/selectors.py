"""Which words of a document are meant, and the places by which its passages go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standoff.sources.document import Document

__all__ = ["Selector", "place_of", "span_of"]

_SENTENCE = re.compile(r"s([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Selector:
    """Which words of a document are meant.

    `exact` with `prefix` and `suffix`, or `start` and `end` (the words begin and end so), or
    neither: then all words at `place`. `place` is a locator (`p24`, `p24/s2`), empty for the whole
    document. `position` (offsets) and `text_hash` say where the words stood in which text.
    """

    place: str = ""
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    start: str = ""
    end: str = ""
    position: tuple[int, int] | None = None
    text_hash: str = ""
    reader: str = ""

    @property
    def has_words(self) -> bool:
        """Whether it says any of the words."""
        return bool(self.exact or self.start or self.end)


def span_of(document: Document, place: str) -> tuple[int, int] | None:
    """Offsets of a passage (`p24`) or a sentence of it (`p24/s2`); None where there is none.

    Without a place it is the whole text.
    """
    if not place:
        return 0, len(document.text)
    locator, _, rest = place.partition("/")
    passage = document.passage(locator)
    if passage is None or not rest:
        return None if passage is None else (passage.start, passage.end)
    number = _SENTENCE.fullmatch(rest)
    if number is None or int(number.group(1)) > len(passage.sentences):
        return None
    sentence = passage.sentences[int(number.group(1)) - 1]
    return sentence.start, sentence.end


def place_of(document: Document, start: int, end: int) -> str:
    """The passage in which a span begins, and the sentence where it lies in one."""
    for passage in document.passages:
        if passage.start <= start < max(passage.end, passage.start + 1):
            for number, sentence in enumerate(passage.sentences, 1):
                if sentence.start <= start and end <= sentence.end:
                    return f"{passage.locator}/s{number}"
            return passage.locator
    return ""
