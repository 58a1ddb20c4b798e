"""Letters inside telegrams: who speaks in them to whom, apart from the posts that wired them.

A post hands on what somebody wrote: "Please deliver following message from President to Prime
Minister", a salutation, the words, "/s/" or "Signed:" and a name. Each of these marks is looked for
in the text, passage by passage; a letter is where one of them opens it. Nothing is guessed: what no
mark says stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from standoff.sources.document import Enclosed, Passage, Person

__all__ = ["addressed", "enclosed_in", "spoken"]

WIRED = frozenset(["telegram", "circular telegram", "airgram", "cable", "despatch", "instruction"])
"""Kinds of papers that hand on others."""

_OPENING = r"[\s“\"‘'(\[]*"
_NOUN = r"(?i:letter|message|reply|note|communication|response|answer)(?!\s+no\b)"
_OFFICE = (
    r"(?:(?:Acting|Vice|Under|Deputy)\s+)?(?:President|Prime\s+Min(?:ister)?|PriMin|Premier|Chairman"
    r"|Chancellor|King|Secretary(?:\s+General)?|SYG|Foreign\s+(?:Minister|Secretary)|Fon(?:Min|Sec)"
    r"|Minister|Ambassador|Generalissimo|General|Archbishop|Senator|Admiral|Colonel|Marshal"
    r"|Dalai\s+Lama|Consul(?:\s+General)?)\b|(?:Gen|Mr|Messrs|Dr|Sen)\."
)
_DAY = (
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:January|February|March|April|May|June|July"
    r"|August|September|October|November|December)\b)"
)
_WORD = rf"{_DAY}[A-ZÉÖÜ][\w’'–-]{{0,40}}\w\b"
_LAST = r"(?!(?:Sincerely|Faithfully|Respectfully|Cordially|Yours|As|With|End|Begin|Best)\b)"
_FAMILY = rf"(?:[A-ZÉÖÜ]\.\s?){{0,4}}{_WORD}"
_NAME = rf"{_LAST}{_FAMILY}(?:\s+(?:(?:de|von|van)\s+)?{_FAMILY}){{0,5}}"
_ONE = rf"(?:the\s+)?(?:(?:{_OFFICE})(?:\s+{_NAME})?|{_NAME})"
_LIST = rf"{_ONE}(?:(?:,\s+and|,|\s+and|/)\s*{_ONE}){{0,6}}"
_BY, _TO = rf"(?P<by>{_LIST})", rf"(?P<to>{_LIST})"
_BETWEEN = r"(?:(?!\b(?:from|to)\b)[^.:;]){0,60}?"
_FOLLOWS = (
    rf"\b[Ff]ollowing\b{_BETWEEN}\b{_NOUN}\b|\b[Tt]ext\b{_BETWEEN}\b{_NOUN}\b(?=.{{0,400}}(?:follows|:$))"
    rf"|\b(?:[Dd]eliver|[Pp]ass|[Cc]onvey|[Tt]ransmit)\b{_BETWEEN}\bfollowing\b{_BETWEEN}\b{_NOUN}\b"
)
_FROM_TO = re.compile(
    rf"(?:{_FOLLOWS}){_BETWEEN}\bfrom\s+{_BY}"
    rf"(?:{_BETWEEN}\bto\s+{_TO})?"
)
_TO_FROM = re.compile(
    rf"(?:{_FOLLOWS}){_BETWEEN}\b(?:from\s+me\s+)?(?:to|for)\s+(?!delivery\b){_TO}"
    rf"(?!\s+to\s+(?:deliver|hand|pass))(?:{_BETWEEN}\bfrom\s+{_BY})?"
)
_AFTER = re.compile(
    rf"\b{_NOUN}\b{_BETWEEN}(?:\bfrom\s+{_BY}\s+)?\bto\s+{_TO}"
    r"\s+follows\b"
)
_OWN = re.compile(
    rf"\b(?:[Ff]ollowing|[Tt]ext(?=[^.]{{0,300}}(?:follows|:)))\b[^.:;]{{0,60}}?\b{_BY}[’']s?\s+"
    rf"(?:[\w.]+\s+){{0,3}}?{_NOUN}\b(?:{_BETWEEN}\bto\s+{_TO})?"
)
# At the head of a telegram whose words are a letter: `For the President from the Secretary.`
_FOR = re.compile(rf"\b[Ff]or\s+{_TO}\s+[Ff]rom\s+{_BY}[.:]?\s*$")
_DEAR = re.compile(
    rf"^{_OPENING}(?:[\w., ]{{0,24}}\.\s+)?(?:[Mm]y\s+|MY\s+)?(?:[Dd]ear|DEAR)\s+"
    r"(?P<who>(?:(?i:Mr|Mrs|Dr|Gen)\.\s*)?[A-Z][^:,.;—]{0,60}?)\s*(?:[:,.;—–]|$)"
)
_SIGNED = re.compile(
    r"(?:/s/|\((?i:signed)\)|\b[Ss]igned[:;]|(?:^|[.,”\"]\s+)[Ss]igned(?=\s+[A-Z]))\s*"
    rf"(?P<who>{_NAME})?"
)
_GREETED = re.compile(
    r"(?:Faithfully|Sincerely|Respectfully|Cordially|[Ww]ith\s+(?:\w+\s+){0,3}(?:regards?|respect"
    r"|wishes)|[Bb]est\s+(?:regards?|wishes)|[Aa]s\s+[Ee]ver|Yours)(?:\s+yours)?[,.]?"
    rf"(?:\s+[Yy]ours[,.]?|\s+[Aa]s\s+[Ee]ver[,.]?|\s+Sincerely[,.]?)*{_OPENING}(?P<who>{_NAME})?"
    r"[.”\"’,\s]*$"
)
# What stands behind a signature without being a part of it: a date, the end of the text.
_BEHIND = re.compile(
    r"(?:\.?\s*(?:(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December)(?:\s+\d{1,2})?(?:,\s*\d{4})?"
    r"|End\s+(?:of\s+)?(?:verbatim\s+)?(?:text|quote|message))[.”\"]*)+\s*$",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:End|Close)\s+(?:of\s+)?(?:verbatim\s+)?(?:text|quote|message)\b|\bUnquote\b",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"{_OPENING}(?P<who>(?=\S+\s+\S){_NAME})[.”\"’,\s]*")
_FIRST = 5  # passages in which a letter is announced, the dateline among them
_SIGNATURE = 200  # characters at a passage's end in which one signs
_SHORT = 60  # characters of a passage that is a name


@dataclass
class _Letter:
    """A letter while it is read."""

    start: int
    by: list[str] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    saluted: bool = False
    greeted: int = 0
    """Where the salutation's passage ends."""
    awaits: bool = False
    """The next passage may be the name of who signs."""
    closed: bool = False
    """It ends there in any case."""
    end: int = 0


def enclosed_in(
    kind: str, text: str, passages: Sequence[Passage], persons: Iterable[Person] = ()
) -> tuple[Enclosed, ...]:
    """The letters that a document of this kind hands on; `persons` are those it names."""
    if kind not in WIRED:
        return ()
    known = tuple(persons)
    found: list[_Letter] = []
    open_: _Letter | None = None
    head: tuple[list[str], list[str]] = ([], [])
    last = max((i for i, p in enumerate(passages) if p.kind == "signature"), default=-1)
    for index, passage in enumerate(passages):
        words = text[passage.start : passage.end]
        if open_ is not None and open_.awaits:
            open_.awaits = False
            name = re.fullmatch(rf"{_OPENING}(?P<who>{_NAME})[.”\"’,\s]*", words)
            # The last signature is that of the post, where another mark has closed the letter.
            if name is not None and len(words) < _SHORT and index != last:
                open_.by, open_.end = [name["who"]], passage.end
                found.append(open_)
                open_ = None
                continue
            if open_.closed:
                found.append(open_)
                open_ = None
        before = passages[index - 1].end if index else 0
        if passage.kind == "signature" and index != last and found and found[-1].end == before:
            found[-1].end = passage.end
            if not _ENDS.search(words):
                found[-1].by.append(words)  # a second one signs
            continue
        dear = _DEAR.match(words)
        if dear is not None:
            if open_ is not None and open_.saluted and open_.end == before == open_.greeted:
                if all(_last(dear["who"]) != _last(one) for one in open_.to):
                    open_.to.append(dear["who"])  # two are greeted, one below the other
                open_.end = open_.greeted = passage.end
                continue
            if open_ is None or open_.saluted:
                if open_ is not None:
                    found.append(open_)
                open_ = _Letter(passage.start, *head)
                head = ([], [])
            open_.saluted, open_.start, open_.greeted = True, passage.start, passage.end
            open_.to = open_.to or [dear["who"]]
        elif open_ is None and index < _FIRST:
            open_ = _announced(words, passage, passages[index + 1 :], known)
            on = _FOR.search(words)
            if on is not None:
                head = (_names(on["by"], known), _names(on["to"], known))
            elif len(words) > _SHORT:
                head = ([], [])
        if open_ is not None:
            open_.end = passage.end
        if _close(open_, passage, words, index == last) and open_ is not None:
            found.append(open_)
            open_ = None
        elif open_ is None and (signed := _signed(words)) and signed["who"]:
            found.append(_Letter(passages[0].start, [signed["who"]], head[1], end=passage.end))
    if open_ is not None:
        found.append(open_)
    return tuple(
        Enclosed(_persons(one.by, known), _persons(one.to, known), one.start, one.end)
        for one in found
        if one.by or one.to
    )


def spoken(signed: Sequence[Person], letters: Iterable[Enclosed]) -> tuple[Person, ...]:
    """Who speaks in a document: those who sign, and those who do within its letters."""
    return _with(signed, (person for one in letters for person in one.speakers))


def addressed(saluted: Sequence[Person], letters: Iterable[Enclosed]) -> tuple[Person, ...]:
    """Who is spoken to in a document, those to whom its letters go among them."""
    return _with(saluted, (person for one in letters for person in one.spoken_to))


def _with(first: Sequence[Person], others: Iterable[Person]) -> tuple[Person, ...]:
    found = list(first)
    for person in others:
        if not any(_same(person, one) for one in found):
            found.append(person)
    return tuple(found)


def _same(one: Person, other: Person) -> bool:
    return one.words.casefold() == other.words.casefold()


def _close(letter: _Letter | None, passage: Passage, words: str, is_last: bool) -> bool:
    """Whether the passage ends the letter; who signs is kept, or awaited in the next passage."""
    if letter is None:
        return False
    signed = _signed(words)
    if signed is not None:
        letter.by = [signed["who"]] if signed["who"] else letter.by
        letter.awaits = letter.closed = not signed["who"]
        return bool(signed["who"])
    alone = _ALONE.fullmatch(words)
    if (passage.kind == "signature" or alone) and not is_last and not _ENDS.search(words):
        letter.by = [alone["who"] if alone else words]
        return True
    greeted = _GREETED.search(_BEHIND.sub("", words[-_SIGNATURE:]))
    if greeted is not None:
        letter.by = [greeted["who"]] if greeted["who"] else letter.by
        letter.awaits = not greeted["who"]
        return bool(greeted["who"])
    return bool(_ENDS.search(words)) and passage.start > letter.start


def _signed(words: str) -> re.Match[str] | None:
    if "igned" not in words and "IGNED" not in words and "/s/" not in words:
        return None
    return _SIGNED.search(words)


def _announced(
    words: str, passage: Passage, rest: Sequence[Passage], known: Sequence[Person]
) -> _Letter | None:
    if "ollow" not in words and "ext" not in words:
        return None  # as all patterns have it: most paragraphs are passed over so
    best: tuple[int, re.Match[str], list[str], list[str]] | None = None
    for pattern in (_FROM_TO, _TO_FROM, _AFTER, _OWN):
        for found in pattern.finditer(words):
            by, to = _names(found["by"], known), _names(found["to"], known)
            said = bool(by) + bool(to)
            if said and (best is None or said > best[0]):
                best = (said, found, by, to)
    if best is None:
        return None
    _, found, by, to = best
    # Its words begin in the next passage, or after the colon of this one.
    colon = words.find(":", found.end())
    here = 0 <= colon < len(words) - 20
    return _Letter(passage.start if here or not rest else rest[0].start, by, to)


def _names(words: str | None, known: Sequence[Person]) -> list[str]:
    """The parties of a list of them: who holds an office, and names of persons that are named."""
    if not words:
        return []
    parts = re.split(r",\s+and\s+|\s+and\s+|,\s*|/", words)
    said = [re.sub(r"^the\s+|[’']s?$", "", part.strip()) for part in parts]
    return [
        one
        for one in said
        if re.match(_OFFICE, one) or any(_last(one) == _last(person.words) for person in known)
    ]


def _last(name: str) -> str:
    """The last word of a name, where most have the family's."""
    return re.split(r"[\s.]+", name.strip(" ,.’'"))[-1]


def _persons(names: Sequence[str], known: Sequence[Person]) -> tuple[Person, ...]:
    found = [" ".join(name.split()).strip(' ,.“”"') for name in names]
    # `Dear Chairman Khrushchev and Chairman Brezhnev`
    each = [one for name in found for one in re.split(rf"\s+and\s+(?={_OFFICE})", name)]
    return tuple(_known(name, known) for name in each if name)


def _known(name: str, known: Sequence[Person]) -> Person:
    """With the entry of the one person of the document whom the name can mean, if there is one."""
    same = {p.id: p for p in known if p.id and _last(p.words) == _last(name)}
    if len(same) != 1:
        return Person(name)
    entry = next(iter(same.values()))
    office = re.match(_OFFICE, name)
    own = name[office.end() :] if office else name
    # An office alone is no family's name; of one family there may be a president and another.
    if not own.strip() or (
        office and office.group() == "President" and "President" not in entry.gloss
    ):
        return Person(name)
    first = re.findall(r"[^\W\d_]+", own)[:-1]
    theirs = {word[0] for word in re.findall(r"[^\W\d_]+", entry.name)}
    if theirs and any(word[0] not in theirs for word in first if word[0].isupper()):
        return Person(name)
    return Person(name, entry.id, entry.name, entry.gloss)
