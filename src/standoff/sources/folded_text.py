"""Text with white space and typography folded, and the way back to its own offsets.

Two editions of a document differ first in line breaks, curly quotes and dashes. What is compared
is the folded text: a run of white space is one space, quotes and dashes are ASCII's, and what has
no width (soft hyphens, joiners) is left out. Letters and their case stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

__all__ = ["FoldedText", "fold", "folded_text"]

_SAME = str.maketrans(
    "‘’‚‛′`´“”„‟″«»‐‑‒–—―−",
    "'" * 7 + '"' * 7 + "-" * 7,
)
_NO_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_SPACE = re.compile(r"\s")
_RUN = re.compile(rf"[\s{_NO_WIDTH}]+")


class FoldedText(NamedTuple):
    """`text` is folded; `lowered` is the same in lower case, of the same length.

    From `starts[i]` in the folded text, the characters are those from `origins[i]` in the text
    itself, up to the next start.
    """

    text: str
    lowered: str
    starts: list[int]
    origins: list[int]
    length: int
    """Characters of the text itself."""

    def out(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text itself of a span in the folded text."""
        if end <= start:
            at = self._out(start) if start < len(self.text) else self.length
            return at, at
        return self._out(start), self._out(end - 1) + 1

    def _out(self, at: int) -> int:
        index = max(0, bisect_right(self.starts, at) - 1)
        return min(self.origins[index] + at - self.starts[index], self.length)

    def into(self, at: int) -> int:
        """The offset in the folded text of an offset in the text itself."""
        index = max(0, bisect_right(self.origins, at) - 1)
        found = self.starts[index] + max(0, at - self.origins[index])
        limit = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return min(found, limit)


@lru_cache(maxsize=8)
def folded_text(text: str) -> FoldedText:
    """Fold a text; the last few are kept, since many links lead to one document."""
    parts: list[str] = []
    starts, origins = [0], [0]
    done = length = 0
    for run in _RUN.finditer(text):
        if run.group() == " ":
            continue
        space = _SPACE.search(text, run.start(), run.end())
        kept = text[done : run.start()]
        parts.append(kept)
        length += len(kept)
        if space is not None:  # the first of the run stands for all
            parts.append(" ")
            starts.append(length)
            origins.append(space.start())
            length += 1
        starts.append(length)
        origins.append(run.end())
        done = run.end()
    parts.append(text[done:])
    folded = "".join(parts).translate(_SAME)
    lowered = folded.lower()
    if len(lowered) != len(folded):  # a few letters are longer in lower case
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)
    return FoldedText(folded, lowered, starts, origins, len(text))


def fold(words: str) -> str:
    """Words folded as a text is, composed, without space around them."""
    return folded_text(normalize("NFC", words)).text.strip()
