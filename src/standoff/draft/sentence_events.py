"""What is met in a sentence: finite verbs, coordinators, commas, and words that open clauses.

Words alone, from left to right; what they make of the sentence is `splitting`'s.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from standoff.draft.hedging import Cue

__all__ = [
    "Event",
    "FrameKind",
    "begins_finite",
    "content_length",
    "events_of",
    "finites_of",
    "is_infinitive",
    "is_listed_verb",
    "is_verb",
    "long_quotes",
    "opens_nothing",
    "verb_governors",
]  # fmt: skip

FrameKind = Literal["main", "condition", "concession", "adverbial", "relative", "question"]

_FINITE = re.compile(
    r"\b(?:(?:may|might|could|can|will|would|shall|should|must)(?: not|n[’']t)?|cannot|can not"
    r"|(?:is|are|was|were|has|have|had|do|does|did)(?: not|n[’']t)?|won[’']t)\b",
    re.IGNORECASE,
)
_ADVERBS = (
    r"(?:(?:\w+ly|not|never|also|still|now|then|thus|even|ever|soon|often|perhaps|indeed|again"
    r"|therefore|however|no longer|at least|in turn|in fact|rather|instead)\s*,?\s+)*"
)
_FILLS = re.compile(
    r"(?:\s+(?:not|never|also|still|now|then|thus|even|well|have|be|been|being|no longer|\w+ly))+",
    re.IGNORECASE,
)
_OPENERS: tuple[tuple[FrameKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))  # type: ignore[misc]
    for kind, words in (
        ("concession", r"even if|even though|although|though"),
        (
            "condition",
            r"only if|(?<!as )(?<!see )if(?! (?:any|not|only|possible|necessary|so)\b)|unless"
            r"|provided(?: that)?(?= (?:the|that|it|they|a|an|there|\w+ (?:is|are|do|does)))"
            r"|(?:so|as) long as|assuming(?: that)?|in (?:the )?(?:event|case)(?: of| that)?"
            r"|in the absence of|depending (?:up)?on|lest",
        ),
        (
            "adverbial",
            r"while|whereas|because(?! of)|until"
            r"|since(?= (?:the|it|they|he|this|these|any|such|[A-Z]))"
            r"|when(?! and how)|so that|in that(?= )|now that",
        ),
        (
            "relative",
            r"(?:(?:in|on|of|for|to|from|by|with|at|under) )?(?:which|whom|whose)|who|whereby",
        ),
        (
            "question",
            r"(?:as to )?(?:whether|how|what|why)(?! (?:amounts|is called))"
            r"|(?:extent|degree|way|manner) (?:to|in) which"
            r"|however(?= [a-z]+ (?:it|they|he|this|that|these|the)\b)"
            r"|whatever|whichever|no matter",
        ),
    )
)
_INVERTED = re.compile(r"(?:Should|Were|Had)\s+(?=[\w’'-]+\s)(?!(?:be|it is)\b)")
_THAT = re.compile(r"\bthat\b", re.IGNORECASE)
_COORD = re.compile(r"(?P<comma>[,;]?)\s+(?:and|but|or|nor|yet)(?:/or)?\s+(?=\S)", re.IGNORECASE)
_COMMA = re.compile(r",(?=\s)|\s[—–]\s|—")
_SEMI = re.compile(r";(?=\s)")
_TO_VERB = re.compile(rf"{_ADVERBS}to\s+{_ADVERBS}([a-z]+)\b")
_STARTS_FINITE = re.compile(rf"{_ADVERBS}(?={_FINITE.pattern})", re.IGNORECASE)
_BARE_VERB = re.compile(rf"{_ADVERBS}([a-z]+)\s+(\S+)")
_DETERMINER = re.compile(
    r"(?:the|a|an|its|their|his|her|our|any|all|some|this|that|these|those|every|each|no|further"
    r"|more|such|other|it|them|him|us|up|out|down|off|to|in|on|with|from|for|into|against|upon"
    r"|[A-Z][\w.’'-]*)\b"
)
_NOTHING = re.compile(
    r"(?:\W|\b(?:but|and|however|moreover|thus|indeed|that|similarly|nevertheless|furthermore"
    r"|therefore|then|also|yet|hence|nor|or|for example|on the other hand|in addition"
    r"|at the same time|in short)\b)*\Z",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*(?:”|\Z)|\"[^\"]*(?:\"|\Z)")
_CUT_OUT = re.compile(r"[,.]?\s*\[[^\]]*(?:declassified|illegible|missing)[^\]]*\]\s*\.?\s*\Z")
"""What an editor says of words that were cut out: the sentence ended before it."""
_INITIALS = re.compile(r"\b[A-Z]\.[A-Z]\.\Z")
_GOVERNOR = re.compile(
    rf"\b(to|may|might|could|can|will|would|shall|must)\s+{_ADVERBS}(?=([a-z]+)\b)"
)
_LONG_QUOTE = 6  # words from which on a quotation speaks for somebody else


class Event(NamedTuple):
    """Something met in a sentence. `order` settles what comes first at one place."""

    at: int
    order: int
    what: str
    end: int
    item: object = None


@cache
def _verbs() -> frozenset[str]:
    lines = (files("standoff.draft") / "verbs.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_verb(word: str) -> bool:
    """Whether a word is the base form of a verb of the list."""
    return bool(_verbs() & {word.lower(), f"{word.lower()}*"})


def _is_noun_too(word: str) -> bool:
    """Whether the list marks the word as a noun as well."""
    return f"{word.lower()}*" in _verbs()


def long_quotes(text: str) -> list[tuple[int, int]]:
    """Quotations of a sentence's length: what stands in them, somebody else says."""
    return [
        match.span() for match in _QUOTED.finditer(text) if len(match[0].split()) >= _LONG_QUOTE
    ]


def content_length(text: str) -> int:
    """Where the words of a sentence end, before its full stop and what editors say of a cut."""
    bare = _CUT_OUT.sub("", text)
    return len(bare if _INITIALS.search(bare) else bare.rstrip(" .!?"))


def finites_of(text: str) -> list[tuple[int, int]]:
    """Offsets of the finite auxiliaries of a sentence."""
    return [match.span() for match in _FINITE.finditer(text)]


def begins_finite(text: str, at: int) -> bool:
    """Whether a finite auxiliary stands at an offset, adverbs before it left aside."""
    return _STARTS_FINITE.match(text, at) is not None


def is_infinitive(text: str, at: int) -> bool:
    """Whether "to" and a verb stand at an offset."""
    return _TO_VERB.match(text, at) is not None


def is_listed_verb(text: str, at: int) -> bool:
    """Whether a verb that can be one of a list stands at an offset."""
    found = _BARE_VERB.match(text, at)
    if found is None or not is_verb(found[1]):
        return False
    return not _is_noun_too(found[1]) or _DETERMINER.match(found[2]) is not None


def opens_nothing(text: str) -> bool:
    """Whether words say nothing yet: "but", "moreover", white space."""
    return _NOTHING.match(text) is not None


def verb_governors(text: str, start: int, end: int) -> list[int]:
    """Where each modal, and each "to" with a verb after it, ends between two offsets."""
    return [
        start + match.start() + len(match[0].rstrip())
        for match in _GOVERNOR.finditer(text[start:end])
        if match[1] != "to" or is_verb(match[2])
    ]


def events_of(text: str, cues: list[Cue]) -> list[Event]:
    """Everything met in a sentence, in order; in quotations only the hedges."""
    quoted = [m.span() for m in _QUOTED.finditer(text)]
    found = [
        Event(m.start(), 1, "open", m.end(), kind)
        for kind, pattern in _OPENERS
        for m in pattern.finditer(text)
    ]
    inverted = _INVERTED.match(text)
    if inverted is not None and not text.rstrip().endswith("?"):
        found.append(Event(0, 1, "open", inverted.end() - 1, "condition"))
    # "even though" also holds "though": the longer one opens.
    found = [
        a for a in found
        if not any(b.at <= a.at and a.end <= b.end and b != a for b in found)
    ]  # fmt: skip
    found += [Event(m.start(), 3, "that", m.end()) for m in _THAT.finditer(text)]
    found += [
        Event(m.start(), 0, "coord", m.end(), bool(m["comma"])) for m in _COORD.finditer(text)
    ]
    found += [
        Event(m.start(), 2, "comma", m.end()) for m in _COMMA.finditer(text)
        if not any(e.what == "coord" and e.at == m.start() for e in found)
    ]  # fmt: skip
    found += [Event(m.start(), 2, "semi", m.end()) for m in _SEMI.finditer(text)]
    chain_end = -1
    for start, end in finites_of(text):
        if start < chain_end or (inverted is not None and start < inverted.end()):
            continue  # `have` in `may have`: one verb
        more = _FILLS.match(text, end)
        chain_end = more.end() if more else end
        found.append(Event(start, 4, "finite", chain_end))
    found = [
        e for e in found if not any(a < e.at < b and b - a > 2 for a, b in quoted)
    ]  # fmt: skip
    found += [Event(cue.start, 5, "cue", cue.end, cue) for cue in cues]
    return sorted(found)
