"""Where altered words stand: the stretch of a text that is most like some words.

Seed and extend: the words are cut into short pieces, the rarest of which are looked for exactly;
each place where one stands votes for where the words would begin, and the stretches with most
votes are compared by Levenshtein's distance (rapidfuzz). Of e pieces with fewer than e mistakes in
all one is whole [baezayates1999], so that words which a scanner garbled are found. Time is bounded:
pieces, votes and stretches are counted, and each search is linear in the text.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

__all__ = ["Near", "near_words", "similarity"]

PIECE = 6
"""Characters of a piece. At one mistake in ten characters, half of them are whole."""
_MOST_PIECES = 48
_MOST_VOTES = 64  # of one piece
_MOST_STRETCHES = 12
_MOST_REFINED = 4
_WORDS = re.compile(r"\S+")
_WORD = 24  # characters of a word at most
_EDGE = 64  # characters by which the edges of a stretch are found


class Near(NamedTuple):
    """A stretch of the text and how like the words it is, from 0 to 100."""

    start: int
    end: int
    score: float


def similarity(first: str, second: str) -> float:
    """100 less the share of characters (in per cent) that must change to make one the other."""
    from rapidfuzz.distance import Levenshtein

    return 100 * Levenshtein.normalized_similarity(first, second)


def near_words(text: str, words: str, guesses: tuple[int, ...] = ()) -> list[Near]:
    """Stretches of `text` like `words`, the most like first; both in the same case.

    `guesses` are offsets where they might begin (where they stood, where their passage begins).
    """
    if not words or not text:
        return []
    found: dict[tuple[int, int], float] = {}
    for begin in _beginnings(text, words, guesses):
        for start, end in _whole_words(text, *_edges(text, words, begin)):
            if (start, end) not in found:
                found[start, end] = similarity(words, text[start:end])
    for span in sorted(found, key=lambda s: (-found[s], s))[:_MOST_REFINED]:
        for start, end in _widened(text, *span):
            if (start, end) not in found:
                found[start, end] = similarity(words, text[start:end])
    best = [Near(start, end, score) for (start, end), score in found.items()]
    return sorted(best, key=lambda near: (-near.score, near.start, near.end))


def _beginnings(text: str, words: str, guesses: tuple[int, ...]) -> list[int]:
    """Offsets where the words may begin, those with most votes first."""
    step = max(2, len(words) // _MOST_PIECES)  # short words: pieces that overlap
    pieces = [(at, words[at : at + PIECE]) for at in range(0, max(1, len(words) - 2), step)]
    votes: Counter[int] = Counter()
    width = max(8, len(words) // 8)
    for at, piece in pieces:
        if len(piece) < 3:
            continue
        for place in _places(text, piece, guesses):
            votes[(place - at) // width] += 1
    # Two neighbours may share the votes of one beginning.
    summed = {b: n + max(votes.get(b - 1, 0), votes.get(b + 1, 0)) for b, n in votes.items()}
    ranked = sorted(summed, key=lambda b: (-summed[b], b))[:_MOST_STRETCHES]
    return [*guesses, *(b * width + width // 2 for b in ranked)]


def _places(text: str, piece: str, guesses: tuple[int, ...]) -> list[int]:
    """Where a piece stands: the first few places, and the next ones about each guess."""
    found: dict[int, None] = {}
    at = -1
    for _ in range(_MOST_VOTES):
        at = text.find(piece, at + 1)
        if at < 0:
            return list(found)
        found[at] = None
    for guess in guesses:
        at = guess - 1
        for _ in range(_MOST_VOTES // 8):
            at = text.find(piece, at + 1)
            if at < 0:
                break
            found[at] = None
    return list(found)


def _edges(text: str, words: str, begin: int) -> tuple[int, int]:
    """The stretch about `begin` whose first and last characters are most like the words'."""
    from rapidfuzz.fuzz import partial_ratio_alignment

    slack = len(words) // 4 + 24
    low, high = max(0, begin - slack), min(len(text), begin + len(words) + slack)
    head, tail = words[:_EDGE], words[-_EDGE:]
    first = text[low : min(high, low + 2 * slack + len(head))]
    found = partial_ratio_alignment(head, first) if first else None
    start = low + found.dest_start if found is not None else low
    near_end = max(start, min(len(text), start + len(words)) - len(tail) - slack)
    last = text[near_end : min(len(text), start + len(words) + slack)]
    found = partial_ratio_alignment(tail, last) if last else None
    end = near_end + found.dest_end if found is not None else high
    return start, max(start, end)


def _whole_words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretch with the words that are cut at its sides, and without them."""
    starts = {_left(text, start), _right(text, start)}
    ends = {_left(text, end), _right(text, end)}
    found = set()
    for first in starts:
        for last in ends:
            while first < last and text[first].isspace():
                first += 1
            while last > first and text[last - 1].isspace():
                last -= 1
            if first < last:
                found.add((first, last))
    return sorted(found)


def _widened(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretch with up to three more words before it, or behind it: an altered word at a side
    is no part of the best alignment.
    """
    before = [m.start() for m in _WORDS.finditer(text, max(0, start - 3 * _WORD), start)]
    after = [m.end() for m in _WORDS.finditer(text, end, end + 3 * _WORD)]
    return [*((at, end) for at in before[-3:]), *((start, at) for at in after[:3])]


def _left(text: str, at: int) -> int:
    """The beginning of the word in which `at` lies; `at` itself in none, or in a very long one."""
    for back in range(min(at, _WORD)):
        if not _cut(text, at - back):
            return at - back
    return at


def _right(text: str, at: int) -> int:
    """Its end, likewise."""
    for forth in range(min(len(text) - at, _WORD)):
        if not _cut(text, at + forth):
            return at + forth
    return at


def _cut(text: str, at: int) -> bool:
    """Whether a word is cut at `at`."""
    return 0 < at < len(text) and text[at].isalnum() and text[at - 1].isalnum()
