"""Whether the words that a model gives for the document's are in the document, and where.

Links are found again from words that somebody once took from the document; here the words may be
made up. So more is asked for than of a link: they must be enough to identify a passage, be found
whole, and may differ from the text by a letter here and there, not by a word, and not in a number,
a negation or a hedge. What is kept are the document's words, never the model's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from standoff.draft.proposal_models import Why
from standoff.sources.anchoring import Selector, anchor, place_of, span_of
from standoff.sources.document import Document, Volume
from standoff.sources.folded_text import fold, folded_text

__all__ = ["NEAR", "SHORTEST", "Refused", "Verified", "before", "turns", "verify"]

NEAR = 90.0
"""The least score of words that differ from the document's: one character in ten. A link that moved
is kept from 75; but a link's words were once in the document."""
SHORTEST = 3
"""Words of a quote that can identify a passage, and at least `_LETTERS` characters."""
_LETTERS = 12
_MOST_RUNS = 100  # of a quote are looked for
_MARK = re.compile(r"^\[[a-z]{1,2}[0-9]{1,6}\]")
_RUN = 5  # words that stand there as they are, for a quote to be there in part
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_NEGATIONS = frozenset((
    "not", "no", "never", "none", "nor", "neither", "cannot", "without", "hardly", "scarcely",
    "unlikely", "refuse", "refused", "refuses", "deny", "denied", "denies", "fail", "failed",
    "fails",
))  # fmt: skip
_HEDGES = frozenset((
    "may", "might", "can", "could", "will", "would", "shall", "should", "must", "likely",
    "probable", "probably", "possible", "possibly", "perhaps", "unlikely", "certain", "certainly",
    "if", "unless",
))  # fmt: skip
_ARTICLES = frozenset(("a", "an", "the", "that"))
_LIKE = 70.0  # of 100: words that differ by a slip, as those do that differ by one letter
_ADDRESSED = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,20}\b(?:all|any|previous|prior|earlier|above|your)\b"
    r".{0,20}\b(?:instructions?|prompts?|rules)\b"
    r"|\bsystem prompt\b|\b(?:as|you are) an? (?:AI|assistant|language model|LLM)\b"
    r"|\byour (?:JSON|output)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verified:
    """Words of the document: offsets in its text, place, and how well the quote was found."""

    start: int
    end: int
    place: str
    score: float


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a quote isn't taken."""

    why: Why
    told: str
    score: float = 0.0


def verify(
    document: Document, quote: str, where: str = "", shown: tuple[int, int] | None = None
) -> Verified | Refused:
    """Look a quote up. `where` (a locator) is a hint: it tells apart equal words, no more.

    Words as they stand are found anywhere; altered ones only in what was `shown` to the model
    (offsets in the text; all of it where nothing is said), so that time is bounded by its length.
    """
    given = _MARK.sub("", fold(quote).strip(" \"'")).strip(" \"'")
    words = _WORD.findall(given)
    if not given:
        return Refused("too-short", "no words are quoted")
    place = _place(document, where)
    if given in folded_text(document.text).text:
        found = anchor(document, Selector(place=place, exact=given))
    else:
        low, high = shown or (0, len(document.text))
        part = _part(document.text[low:high])
        found = anchor(part, Selector(exact=given))
        if found.score < NEAR or found.state == "lost":
            return _missing(part, given, words, found.score)
        found = replace(found, start=found.start + low, end=found.end + low)
    stands = document.text[found.start : found.end]
    if len(words) < SHORTEST or len(given) < _LETTERS:
        return Refused("too-short", "the quote is too short to identify a passage", found.score)
    if fold(stands) != given:
        changed = sorted(_weighty(given) ^ _weighty(stands))
        if changed:
            told = f"the quote alters words that matter: {', '.join(changed)}"
            return Refused("altered", told, found.score)
        other = _other_words(document, words, _WORD.findall(fold(stands)))
        if other:
            return Refused("altered", f"the quote has other words: {other}", found.score)
    elif not _identified(document, given, place, found.start):
        return Refused("too-short", "the quote stands at several places", found.score)
    if _ADDRESSED.search(_passages_at(document, found.start, found.end)):
        return Refused(
            "addressed-to-a-model", "the passage speaks to a model, not to a reader", found.score
        )
    return Verified(found.start, found.end, place_of(document, found.start, found.end), found.score)


@lru_cache(maxsize=4)
def _part(text: str) -> Document:
    """A piece of a text as a document without passages, to find words in."""
    return Document(volume=Volume(""), number="", id="", rendering="text", reader="", text=text)


def _weighty(words: str) -> frozenset[str]:
    """The words that turn a statement: numbers, negations and hedges."""
    found = set()
    for word in _WORD.findall(fold(words).lower()):
        if word in _NEGATIONS or word in _HEDGES or any(c.isdigit() for c in word):
            found.add(word)
        elif word.endswith("n't"):
            found.add("not")
    return frozenset(found)


def _other_words(document: Document, given: list[str], stands: list[str]) -> str:
    """The first place where words differ by more than a slip: `attack for defend`; empty if none.

    A slip is like the word that stands there, and no word of the document itself. Articles may come
    and go, and words may be parted or joined.
    """
    from difflib import SequenceMatcher

    from rapidfuzz.distance.Levenshtein import distance
    from rapidfuzz.fuzz import ratio

    _, vocabulary = _words_of(document.text)
    one, two = [word.lower() for word in given], [word.lower() for word in stands]
    for _, i, j, k, m in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        mine = [word for word in one[i:j] if word not in _ARTICLES]
        theirs = [word for word in two[k:m] if word not in _ARTICLES]
        if "".join(mine) == "".join(theirs):
            continue
        alike = len(mine) == len(theirs) and all(
            a == b or (a not in vocabulary and (distance(a, b) <= 1 or ratio(a, b) >= _LIKE))
            for a, b in zip(mine, theirs, strict=True)
        )
        if not alike:
            return f"{' '.join(mine) or 'nothing'} for {' '.join(theirs) or 'nothing'}"
    return ""


def turns(words: str) -> frozenset[str]:
    """The same for comparing other words with them: one negation is as good as another."""
    found = _weighty(words)
    plain = found - _NEGATIONS
    return plain if plain == found else plain | {"a negation"}


def before(document: Document, start: int, words: int = 4) -> str:
    """The last few words of the sentence before a span: a `not` there is easily cut off."""
    for passage in document.passages:
        for one in passage.sentences:
            if one.start <= start < one.end:
                return " ".join(document.text[one.start : start].split()[-words:])
    return ""


def _place(document: Document, where: str) -> str:
    """The locator that a model gave, if the document has it: `p3`, `[p3]`, `p3/s1`."""
    named = re.match(r"\W{0,4}([a-z]{1,2}[1-9][0-9]{0,5})\b", where.strip().lower())
    if named is None or span_of(document, named[1]) is None:
        return ""
    return named[1]


@lru_cache(maxsize=4)
def _words_of(text: str) -> tuple[str, frozenset[str]]:
    """A text's words in lower case, a space before and after each; and which there are."""
    words = _WORD.findall(folded_text(text).lowered)
    return f" {' '.join(words)} ", frozenset(words)


def _missing(document: Document, given: str, words: list[str], score: float) -> Refused:
    """Nothing like it, or only a piece of it."""
    if len(words) < SHORTEST or len(given) < _LETTERS:
        return Refused("too-short", "the quote is too short to identify a passage", score)
    own, _ = _words_of(document.text)
    low = [word.lower() for word in words]
    runs = [" ".join(low[at : at + _RUN]) for at in range(max(1, len(low) - _RUN + 1))]
    if len(low) >= _RUN and any(f" {run} " in own for run in runs[:_MOST_RUNS]):
        return Refused("in-part", "the quote is found only in part", score)
    return Refused("not-there", "the quote isn't there", score)


def _identified(document: Document, given: str, place: str, start: int) -> bool:
    """Whether the words stand once in the document, or once in the paragraph named."""
    text = folded_text(document.text).text
    first = text.find(given)
    if first < 0 or text.find(given, first + 1) < 0:
        return True
    span = span_of(document, place) if place else None
    if span is None or not span[0] <= start < span[1]:
        return False
    inside = fold(document.text[span[0] : span[1]])
    first = inside.find(given)
    return first >= 0 and inside.find(given, first + 1) < 0


def _passages_at(document: Document, start: int, end: int) -> str:
    """The words of all passages that a span touches: a command may take several sentences."""
    return "\n".join(
        document.words(passage)
        for passage in document.passages
        if passage.start < end and start < passage.end
    )
