"""Hedges: the words by which a statement is an estimate, and the bands that they suggest.

The list is `hedges.toml`; what a band is, the standards say (`standoff.words`). A word that no
standard speaks of gets no band here either: readers differ by much in what they take even common
words for [wallsten1986], "possible" has meant different things in every study [mosteller1990], and
the estimators themselves could not agree on a number for "may" [kent1964].
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from standoff.draft.models import BandOf, Hedge, HedgeKind
from standoff.words.standards import STANDARDS

__all__ = ["Cue", "Entry", "bands_of", "cues", "entries"]


@dataclass(frozen=True)
class Entry:
    """A hedge of the list, in all its forms."""

    id: str
    kind: HedgeKind
    weak: bool
    """It colors a clause that is there for another reason, and makes none by itself."""
    noun: bool
    """It counts only where "is", "that" or "to" follows."""
    bands: tuple[BandOf, ...]
    why: str


@dataclass(frozen=True)
class Cue:
    """An entry met in a text: offsets there."""

    entry: Entry
    start: int
    end: int


_MONTH = re.compile(
    r"May\b(?=\s+\d)|(?<=\d\s)May\b|(?<=[Ii]n\s)May\b|(?<=early\s)May\b|(?<=\bof\s)May\b"
)
_NOUN_WILL = re.compile(
    r"(?:\b(?:the|their|its|his|her|our|a|of|free|political|good|ill|no|this|that)\s+)\Z", re.I
)
_AFTER_NOUN = re.compile(
    r"[^.;]{0,160}?(?:\b(?:is|was|are|were|be|been|remains?|seems?)\s+(?:\w+ly\s+|now\s+|still\s+)*"
    r"(?:to|that|the|one|not)\b|:\s*to\b)",
    re.IGNORECASE,
)
"""What says what an aim is: `the objective at the UN is to keep ...`."""
_ONE_OF = re.compile(
    r"\b(?:is|was|are|were)\s+(?:\w+ly\s+)?(?:one of )?(?:the|its|their|his|a)\s+\Z", re.IGNORECASE
)
_LETTER_BEFORE = re.compile(r"[\w’'-]\Z")
_BE = re.compile(r"\b(?:is|are|was|were|be|been|been|not|very|more|most|seems?|it)\s+\Z", re.I)


@cache
def entries() -> tuple[Entry, ...]:
    """The list, in its own order."""
    return tuple(entry for entry, _ in _read())


@cache
def _read() -> tuple[tuple[Entry, str], ...]:
    data = tomllib.loads((files("standoff.draft") / "hedges.toml").read_text("utf-8"))
    found = []
    for item in data["hedge"]:
        entry = Entry(
            id=item["id"],
            kind=item["kind"],
            weak=item.get("weak", False),
            noun=item.get("noun", False),
            bands=tuple(_band(name, word) for name, word in item.get("band", {}).items()),
            why=item.get("why", ""),
        )
        found.append((entry, "|".join(f"(?:{form})" for form in item["words"])))
    return tuple(found)


def _band(standard: str, word: str) -> BandOf:
    """The standard's own band: the list names it, its numbers are not written twice."""
    band = next(b for b in STANDARDS[standard].bands if b.word == word)
    return BandOf(standard=standard, word=word, low=band.low / 100, high=band.high / 100)


@cache
def _patterns() -> tuple[tuple[Entry, re.Pattern[str]], ...]:
    return tuple(
        (entry, re.compile(rf"\b(?:{forms})\b(?!['’]s\b)".replace(" ", r"\s+"), re.IGNORECASE))
        for entry, forms in _read()
    )


def cues(text: str) -> list[Cue]:
    """Hedges in a text, in order; of two that overlap the one that begins first, or is longer."""
    met = [
        Cue(entry, match.start(), match.end())
        for entry, pattern in _patterns()
        for match in pattern.finditer(text)
        if _counts(entry, text, match)
    ]
    met.sort(key=lambda cue: (cue.start, -cue.end))
    kept: list[Cue] = []
    for cue in met:
        if not kept or cue.start >= kept[-1].end:
            kept.append(cue)
    return kept


def _counts(entry: Entry, text: str, match: re.Match[str]) -> bool:
    """Whether the words are a hedge here: not a month, nor a noun of the same letters."""
    word = match.group().lower()
    before = text[max(0, match.start() - 24) : match.start()]
    if _LETTER_BEFORE.search(before):  # `mid-May`, `self-seeking`
        return False
    if word == "may" and match.group() == "May":
        near = text[max(0, match.start() - 8) : match.end() + 8]
        return match.start() == 0 and _MONTH.search(near) is None
    if word in ("will", "might") and _NOUN_WILL.search(before):
        return False
    if word in ("wish", "desire", "desires", "hope", "hopes", "aims", "plan to", "plans to"):
        return _verb_or_hoped(text, match, before)
    if word == "likely" and text[match.end() : match.end() + 1] == "-":
        return False
    if word == "probable" and _BE.search(before) is None:
        return False  # "the probable date": weak at best
    if entry.id == "intend" and re.search(r"\b(?:announced|stated|declared)\s+\Z", before, re.I):
        return False  # somebody's words, not the note's guess
    if entry.noun:
        told = _AFTER_NOUN.match(text, match.end()) is not None
        return told or _ONE_OF.search(before) is not None
    return True


def _verb_or_hoped(text: str, match: re.Match[str], before: str) -> bool:
    """A wish as a noun counts where it is said what is hoped for."""
    noun = re.search(r"\b(?:the|a|its|their|his|her|our|any|no|every|of|in)\s+\Z", before, re.I)
    if noun is None:
        return True
    return re.match(r"\s+(?:that|of|to|is|are)\b", text[match.end() :], re.I) is not None


def bands_of(hedges: Sequence[Hedge]) -> tuple[BandOf, ...]:
    """What the hedges of a clause suggest together: the bands of its only banded hedge.

    Two such words in one clause ("probably ... unlikely") are not multiplied: which of them governs
    the statement is for the analyst, and there is no band.
    """
    banded: Iterator[tuple[BandOf, ...]] = (hedge.bands for hedge in hedges if hedge.bands)
    distinct = list(dict.fromkeys(banded))
    return distinct[0] if len(distinct) == 1 else ()
