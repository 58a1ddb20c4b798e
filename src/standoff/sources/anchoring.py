"""Finding words in a document again: where a link leads, and how surely.

The words are the authority: a text-quote selector (the words, with what stands before and after
them), or a range of two (how the words begin, how they end), as the Web Annotation model has them
[webannotation]. Passage and offset are hints: they say which of several places is meant, and
whether the words are still where they were. Everything is compared folded (`folded_text`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from standoff.errors import Problem, SourceError
from standoff.sources.folded_text import FoldedText, fold, folded_text
from standoff.sources.near_words import near_words, similarity
from standoff.sources.selectors import Selector, place_of, span_of

if TYPE_CHECKING:
    from standoff.sources.document import Document

__all__ = [
    "MOVED",
    "Anchor",
    "Selector",
    "State",
    "anchor",
    "bounds",
    "place_of",
    "quote",
    "span_of",
]

State = Literal["ok", "moved", "lost"]

MOVED = 75.0
"""The least score of words that count as found. In volume VI of 1961-1963, forty characters or more
of one document are at most 65 alike to anything in another; with one character in ten garbled they
are 71 and more, mostly 90, alike to themselves. Shorter ones say less: phrases recur."""
SHORTEST = 16
"""Fewer characters are found only as they are: something like a short word stands everywhere."""
_SURE = 95.0  # words that stand so are not looked for in an altered form
_AROUND = 64  # characters of context that are compared
_FEW = 24  # characters that context always weighs, however short the words
_IN_FULL = 24  # words that are quoted in full rather than by their ends
_MOST_PLACES = 200
_LONGEST_RANGE = 20_000
_LONGEST_QUOTE = 4000


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where words stand: offsets in `Document.text`, 0 and 0 where they are lost.

    `ok`: as they are in the selector and where it says. `moved`: elsewhere, or altered. `score` is
    how like they are, with what stands around them: 100 where nothing is altered, 0 where there
    is nothing to compare. `place` is the passage (with the sentence where they lie in one) at which
    they stand now, `why` says in words what isn't as it was.
    """

    start: int
    end: int
    state: State
    score: float
    place: str = ""
    why: str = ""


class _Found(NamedTuple):
    """A candidate: a span of the folded text, how like the words it is, and with its context."""

    start: int
    end: int
    exact: bool
    score: float


def anchor(document: Document, selector: Selector, hint: tuple[int, int] | None = None) -> Anchor:
    """Find the words that `selector` means; `hint` is where they may stand, if it is known better.

    Time is linear in the text, however often the words are repeated in it.
    """
    at = hint if hint is not None else selector.position
    within = span_of(document, selector.place)
    if not selector.has_words:
        return _whole(document, selector, within)
    text = folded_text(document.text)
    same = selector.text_hash != "" and selector.text_hash == document.text_hash
    if same and at is not None and _stands(text, selector, at):
        return _anchored(document, at, "ok", 100.0)
    hints = [text.into(span[0]) for span in (at, within) if span is not None]
    inside = None if within is None else (text.into(within[0]), text.into(within[1]))
    search = _Search(text, selector, inside, tuple(hints))
    best, equals = search.best()
    if best is None or best.score < MOVED:
        score = 0.0 if best is None else round(best.score, 1)
        return Anchor(0, 0, "lost", score, "", _why_lost(document, selector, within, best))
    span = text.out(best.start, best.end)
    why: list[str] = []
    if not best.exact:
        why.append("the words are altered")
    if selector.place and within is None:
        why.append(f"the document has no {selector.place}")
    elif not search.inside(best):
        why.append(f"the words stand elsewhere than at {selector.place}")
    if equals > 1 and not selector.place and at is None:
        why.append("the words stand at several places, and nothing says at which")
    return _anchored(document, span, "moved" if why else "ok", best.score, "; ".join(why))


def quote(document: Document, start: int, end: int) -> Selector:
    """A selector of the words from `start` to `end`, with as much around them as tells them apart.

    Words too long to be quoted are named by how they begin and end. Raises `SourceError` where the
    span holds no words.
    """
    known = _known(document, start, end)
    start, end = known.position or (start, end)
    words = document.text[start:end]
    if len(words) > _LONGEST_QUOTE:
        first, last = _ends(words)
        return _with(known, start=first, end=last)
    text = folded_text(document.text)
    for around in (32, 64, 128, 256, 512):
        before = document.text[max(0, start - around) : start]
        after = document.text[end : end + around]
        whole = folded_text(before + words + after).text.strip()
        at = text.text.find(whole)
        if at < 0 or text.text.find(whole, at + 1) < 0:
            break
    return _with(known, exact=words, prefix=before, suffix=after)


def bounds(document: Document, start: int, end: int) -> Selector:
    """The same by how the words begin and end, at most eight words each; by a quotation where they
    are few, or where that would not lead back to them. Raises `SourceError` likewise.
    """
    known = _known(document, start, end)
    span = known.position or (start, end)
    words = document.text[slice(*span)]
    if len(words) <= _LONGEST_QUOTE and len(words.split()) <= _IN_FULL:
        return quote(document, *span)
    first, last = _ends(words)
    found = anchor(document, Selector(known.place, start=first, end=last))
    if len(words) <= _LONGEST_QUOTE and (found.start, found.end) != span:
        return quote(document, *span)
    return _with(known, start=first, end=last)


def _known(document: Document, start: int, end: int) -> Selector:
    """Place, offsets, hash and reader of the words of a span, without space around them."""
    if not 0 <= start < end <= len(document.text) or not document.text[start:end].strip():
        raise SourceError(
            Problem(
                "no-words", "there are no words there to hold on to", path=document.key,
                found=f"{start} to {end}", expected=f"offsets from 0 to {len(document.text)}",
            )
        )  # fmt: skip
    while document.text[start].isspace():
        start += 1
    while document.text[end - 1].isspace():
        end -= 1
    return Selector(
        place=place_of(document, start, end),
        position=(start, end),
        text_hash=document.text_hash,
        reader=document.reader,
    )


def _ends(words: str, most: int = 8) -> tuple[str, str]:
    """The first and last words, at most eight and at most 200 characters of each."""
    # Not the whole text is cut into words: it may be long.
    head, tail = words[:400].split()[:most], words[-400:].split()[-most:]
    return " ".join(head)[:200], " ".join(tail)[-200:]


def _with(known: Selector, **words: str) -> Selector:
    from dataclasses import replace

    return replace(known, **words)  # type: ignore[arg-type]


def _anchored(
    document: Document, span: tuple[int, int], state: State, score: float, why: str = ""
) -> Anchor:
    place = place_of(document, *span)
    return Anchor(span[0], span[1], state, round(score, 1), place, why)


def _whole(document: Document, selector: Selector, within: tuple[int, int] | None) -> Anchor:
    """A place without words: it is there or not, and the text is the one that was linked or not."""
    if within is None:
        return Anchor(0, 0, "lost", 0.0, "", f"the document has no {selector.place}")
    place = selector.place
    if selector.text_hash in ("", document.text_hash) or selector.position == within:
        return Anchor(*within, "ok", 100.0, place)
    why = "the document has changed, and the link says no words to look for"
    return Anchor(*within, "moved", MOVED, place, why)


def _stands(text: FoldedText, selector: Selector, at: tuple[int, int]) -> bool:
    """Whether the words stand at these offsets."""
    if not 0 <= at[0] < at[1] <= text.length:
        return False
    words = text.text[text.into(at[0]) : text.into(at[1])].strip()
    if selector.exact:
        return words == fold(selector.exact)
    return words.startswith(fold(selector.start)) and words.endswith(fold(selector.end))


def _why_lost(
    document: Document,
    selector: Selector,
    within: tuple[int, int] | None,
    best: _Found | None,
) -> str:
    if not document.has_text:
        return "the document as held has no text"
    if best is not None and best.exact:
        return "the words stand there, but nothing of what stood around them"
    gone = "" if within is not None else f", and no {selector.place}"
    return f"the document has no such words{gone}"


class _Search:
    """One search: the text, what is looked for, and where it is likely to stand."""

    def __init__(
        self,
        text: FoldedText,
        selector: Selector,
        inside: tuple[int, int] | None,
        hints: tuple[int, ...],
    ) -> None:
        self.text = text
        self.span = inside
        self.hints = hints
        self.prefix = fold(selector.prefix)[-_AROUND:]
        self.suffix = fold(selector.suffix)[:_AROUND]
        self.exact = fold(selector.exact)
        self.first, self.last = fold(selector.start), fold(selector.end)

    def inside(self, found: _Found) -> bool:
        """Whether it begins in the passage that the selector names."""
        return self.span is not None and self.span[0] <= found.start < max(*self.span)

    def best(self) -> tuple[_Found | None, int]:
        """The best candidate, and how many are as good but for where they stand."""
        found = list(self._standing())
        if not any(one.score > _SURE for one in found):
            known = {(one.start, one.end) for one in found}
            found += [one for one in self._altered() if (one.start, one.end) not in known]
        if not found:
            return None, 0
        hint = self.hints[0] if self.hints else 0
        found = sorted(
            dict.fromkeys(found),
            key=lambda f: (-f.score, not self.inside(f), abs(f.start - hint), f.start, f.end),
        )
        first = found[0]
        return first, sum(one.score == first.score for one in found)

    def _standing(self) -> Iterator[_Found]:
        """Places where the words stand as they are."""
        if self.exact:
            for at in self._whole_context():
                yield self._scored(at, at + len(self.exact), 100.0, True)
            for at in self._occurrences(self.exact):
                yield self._scored(at, at + len(self.exact), 100.0, True)
            return
        for at in self._occurrences(self.first or self.last):
            if not self.first or not self.last:
                end = at + len(self.first or self.last)
                yield self._scored(at, end, 100.0, True)
                continue
            end = self._end_after(at)
            if end > 0:
                yield self._scored(at, end, 100.0, True)

    def _end_after(self, at: int) -> int:
        """Where words that begin at `at` end: past the next place of the last words; 0 if none."""
        least = at + len(self.first)
        place = max(at, least - len(self.last))
        limit = at + _LONGEST_RANGE
        if self.span is not None and self.span[0] <= at < self.span[1] and self.span[1] < limit:
            found = self.text.text.find(self.last, place, self.span[1])
            if found >= 0:
                return found + len(self.last)
        found = self.text.text.find(self.last, place, limit)
        return found + len(self.last) if found >= 0 else 0

    def _whole_context(self) -> Iterator[int]:
        """Places of the words with all that stood around them: few, however often they stand."""
        if not self.prefix and not self.suffix:
            return
        for before in ("", " ") if self.prefix else ("",):
            for after in ("", " ") if self.suffix else ("",):
                head = self.prefix + before
                for at in self._occurrences(head + self.exact + after + self.suffix):
                    yield at + len(head)

    def _occurrences(self, words: str) -> list[int]:
        """Where words stand: the first places in their passage, after and before the hints, and
        in the text.
        """
        text = self.text.text
        found: dict[int, None] = {}
        spans = [] if self.span is None else [self.span]
        spans += [(hint, len(text)) for hint in self.hints]
        for low, high in [*spans, (0, len(text))]:
            at = low - 1
            for _ in range(_MOST_PLACES):
                at = text.find(words, at + 1, max(high, low))
                if at < 0:
                    break
                found[at] = None
        for hint in self.hints:
            at = hint + len(words)
            for _ in range(_MOST_PLACES):
                at = text.rfind(words, 0, max(0, at + len(words) - 1))
                if at < 0:
                    break
                found[at] = None
        return list(found)

    def _altered(self) -> Iterator[_Found]:
        """Places where something like the words stands."""
        if self.exact:
            if len(self.exact) >= SHORTEST:
                for near in self._near(self.exact):
                    yield self._scored(near.start, near.end, near.score, False)
            return
        if len(self.first) + len(self.last) < 2 * SHORTEST:
            return
        heads = [near for near in self._near(self.first) if near.score >= MOVED][:_AROUND]
        tails = [near for near in self._near(self.last) if near.score >= MOVED][:_AROUND]
        for head in heads:
            later = [t for t in tails if t.start >= head.start and t.end >= head.end]
            tail = min(later, key=lambda t: t.start, default=None)
            if tail is not None and tail.end - head.start <= _LONGEST_RANGE:
                score = (head.score + tail.score) / 2
                yield self._scored(head.start, tail.end, score, False)

    def _near(self, words: str) -> list[_Found]:
        low = folded_text(words).lowered
        found = near_words(self.text.lowered, low, self.hints)
        return [_Found(n.start, n.end, False, n.score) for n in found]

    def _scored(self, start: int, end: int, score: float, exact: bool) -> _Found:
        """With context: it weighs by its characters, but at most half as much as long words."""
        before = self.text.lowered[max(0, start - _AROUND - 8) : start].rstrip()
        after = self.text.lowered[end : end + _AROUND + 8].lstrip()
        length = end - start
        parts = []
        if self.prefix:
            low = self.prefix.lower()
            parts.append((len(low), similarity(low, before[-len(low) :])))
        if self.suffix:
            low = self.suffix.lower()
            parts.append((len(low), similarity(low, after[: len(low)])))
        weight = sum(part for part, _ in parts)
        if not weight:
            return _Found(start, end, exact, score)
        around = sum(part * like for part, like in parts) / weight
        weight = min(weight, max(_FEW, length // 2))
        return _Found(start, end, exact, (length * score + weight * around) / (length + weight))
