"""What headings and source notes say in words: number, kind, sender, marking, archive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from standoff.sources.document import Person
from standoff.sources.sentences import sentences

_NUMBER = re.compile(r"^\[?(?P<number>\d{1,4}[A-Z]?)\]?\.?\s+(?=\S)")
_KINDS = (
    "editorial note", "special national intelligence estimate", "national intelligence estimate",
    "memorandum of telephone conversation", "memorandum of conversation",
    "memorandum of a conversation", "memorandum of discussion", "memorandum for the record",
    "memorandum for the files", "telephone conversation", "circular telegram", "telegram",
    "airgram", "despatch", "instruction", "letter", "message", "minutes", "diary entry",
    "intelligence note", "delegation record", "summary record", "record", "memorandum", "notes",
    "note", "paper", "report", "statement", "communiqué", "resolution", "press release", "estimate",
    "summary", "cable", "outline", "list", "testimony",
)  # fmt: skip
_KIND = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, _KINDS), key=len, reverse=True)) + r")\b",
    re.IGNORECASE,
)
# Where the naming of the paper ends and parties, dates or subjects begin.
_NAMED = re.compile(r"\s+(?:from|to|by|between|prepared|for|on)\s", re.IGNORECASE)
_MARKINGS = (
    r"Top Secret|Secret|Confidential|Official Use Only|Limited Official Use|Limited Distribution"
    r"|Unclassified|Restricted|Personal|Private|No classification(?: marking| indicated)?"
    r"|Classification not (?:declassified|indicated)|Eyes Only|For Official Use Only"
)
# A marking is a sentence; one of the strong ones may also follow a comma in the archive's sentence.
_MARKED = re.compile(
    rf"(?:(?:^|\.\s+)(?=(?:{_MARKINGS})\b)|[,;]\s+(?=(?:Top Secret|Secret|Confidential)\s*[.;]))"
    r"(?P<marking>[^.]{1,120}?)(?=\.|$|\s+\d{1,3}\s+pp?\.)"
)
_CITED = re.compile(
    rf"[.\s]\s*(?P<note>(?:(?:{_MARKINGS})\b[^.]{{0,80}}?\.?\s+)?\d{{1,3}}\s+pp?\.(?:\s|$).*)"
)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_PARTY = r"(?:the\s+)?(?=[A-Z“\"])(?:(?!\s+to\s+(?:the\s+)?[A-Z]).)+?"
_STOP = rf"(?=,\s+(?:(?:{_MONTH})\b|undated|[A-Z][\w–-]*\d|\d)|\s*$)"
_FROM = re.compile(
    rf"\b[Ff]rom\s+(?P<sender>{_PARTY})(?:\s+to\s+(?P<recipient>(?:the\s+)?(?=[A-Z]).+?))?{_STOP}"
)
# `From the Mission to X to Y`: a post is named by where it was sent, if another " to " follows.
_POSTS = "".join(
    rf"(?<!{post})"
    for post in ("Delegation", "Mission", "Ambassador", "Representative", "Assistant", "Adviser")
)
_FROM_POST = re.compile(
    rf"\b[Ff]rom\s+(?P<sender>(?:the\s+)?(?=[A-Z“\"]).+?){_POSTS}"
    rf"\s+to\s+(?P<recipient>(?:the\s+)?(?=[A-Z]).+?){_STOP}"
)
# `Telegram 4292 to CIA from Agency personnel in Nicaragua`
_TO_FIRST = re.compile(
    r"^(?:[A-Z]?[a-z]+\s+)?(?:telegram|cable|airgram|letter|message|despatch|memorandum)"
    r"(?:\s+[\w–-]*\d[\w–-]*)?\s+to\s+"
    rf"(?P<recipient>(?:the\s+)?(?=[A-Z])(?:(?!\s+from\s).)+?)(?:\s+from\s+(?P<sender>.+?))?{_STOP}",
    re.IGNORECASE,
)
# `Telegram 84 to Tegucigalpa, 134 to Guatemala City, and 69 to Managua`
_NUMBERED = r"(?:[A-Z]+-?)?\d[\w/–-]*"
_CITY = r"[A-Z][\w.’-]*(?:\s+[A-Z][\w.’-]*){0,3}"
_MANY_POSTS = re.compile(
    rf"^(?:[A-Z]?[a-z]+\s+)?[A-Za-z]+\s+{_NUMBERED}\s+to\s+{_CITY}"
    rf"(?:(?:;|,|,?\s+and)\s+{_NUMBERED}\s+to\s+{_CITY}){{1,40}}"
)
_POST_OF_MANY = re.compile(rf"\b{_NUMBERED}\s+to\s+({_CITY})")
# `Embassies in Turkey, Greece, and Cyprus`
_KINDS_OF_POSTS = {
    "Embassies": "Embassy", "Legations": "Legation", "Missions": "Mission",
    "Consulates": "Consulate", "Consulates General": "Consulate General",
    "Delegations": "Delegation", "Ambassadors": "Ambassador",
}  # fmt: skip
_SEVERAL = re.compile(
    rf"^(?:the\s+)?(?P<kinds>{'|'.join(sorted(_KINDS_OF_POSTS, key=len, reverse=True))})\s+"
    r"(?P<where>in|at|to)\s+(?P<list>.+)$"
)
_BETWEEN_NAMES = re.compile(r",\s+and\s+|\s+and\s+|,\s+")
_ABOUT_SOURCE = re.compile(r"^\[?\s*Sources?\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True)
class SourceNote:
    """What a source note says: where the paper is kept, how it was marked."""

    archive: str
    marking: str


def numbered(heading: str) -> tuple[str, str]:
    """(number, the rest) of a heading; the number is empty where it doesn't begin with one."""
    found = _NUMBER.match(heading)
    return (found["number"], heading[found.end() :]) if found else ("", heading)


def kind_of(heading: str) -> str:
    """What sort of paper the heading names, in lower case; empty where it doesn't say."""
    named = _NAMED.search(heading)
    found = _KIND.search(heading, 0, named.start() if named else len(heading))
    return found.group().lower().replace(" of a ", " of ") if found else ""


def without_citation(heading: str) -> tuple[str, str]:
    """(heading, source note) of a heading that has its source note in its own words.

    The note begins with the marking, or with the number of pages where there is no marking:
    `Confidential. 2 pp. Kennedy Library...`. It is empty where there is no such thing.
    """
    found = _CITED.search(heading)
    if found is None:
        return heading, ""
    return heading[: found.start("note")].strip().rstrip("."), found["note"].strip()


def parties(heading: str) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """(senders, recipients) as the first sentence of a heading names them in words."""
    first = next((heading[a:b] for a, b in sentences(heading)), "")
    first = first.rstrip(".").rstrip()[:400]
    many = _MANY_POSTS.match(first)
    if many is not None:
        return (), tuple(Person(city) for city in _POST_OF_MANY.findall(many.group()))
    found = _TO_FIRST.match(first) or _FROM_POST.search(first) or _FROM.search(first)
    if found is None:
        return (), ()
    return _person(found["sender"]), _each(found["recipient"])


def posts(words: str) -> tuple[str, ...]:
    """The posts that are named together: `Embassies in Turkey and Greece` are two embassies.

    Empty where the words name one, or none that can be told (`Certain Diplomatic Missions`).
    """
    found = _SEVERAL.match(words.strip())
    if found is None:
        return ()
    names = _BETWEEN_NAMES.split(found["list"])
    kind = _KINDS_OF_POSTS[found["kinds"]]
    return tuple(f"{kind} {found['where']} {name.strip()}" for name in names if name.strip())


def _each(words: str | None) -> tuple[Person, ...]:
    """The addressees one by one, where the words name several posts; else as they stand."""
    whole = _person(words)
    if not whole:
        return ()
    named = posts(whole[0].words)
    if len(named) > 1:
        where = re.compile(r"^.*?\s(?:in|at|to)\s+(?:the\s+)?")
        return tuple(Person(where.sub("", name, count=1), name=name) for name in named)
    parts = [part for part in _BETWEEN_NAMES.split(whole[0].words) if part]
    if len(parts) > 1 and all(re.fullmatch(r"[A-Z]{3,}[A-Z/]*", part) for part in parts):
        return tuple(Person(part) for part in parts)  # CINCLANT, CINCONAD, and CINCSAC
    return whole


def _person(words: str | None) -> tuple[Person, ...]:
    said = re.sub(r"^the\s+", "", (words or "").strip(" ,"))
    return (Person(said),) if said else ()


def is_source_note(text: str) -> bool:
    """Whether a note begins as a source note does."""
    return bool(_ABOUT_SOURCE.match(text))


def source_note(text: str) -> SourceNote:
    """Archive and marking. The archive stands before the marking, or else after it."""
    said = _ABOUT_SOURCE.sub("", text).strip().removesuffix("]")
    found = _MARKED.search(said)
    if found is None:
        rest = _after_pages(said)
        return SourceNote(next((rest[a:b].rstrip(".") for a, b in sentences(rest)), ""), "")
    before = said[: found.start()].strip(" .,;")
    # Where nothing stands before the marking, the archive follows the number of pages.
    after = _after_pages(said[found.end() :]).rstrip(". ")
    return SourceNote(before or after, found["marking"])


def _after_pages(text: str) -> str:
    return re.sub(r"^[.\s]*(?:\d{1,3}\s+pp?(?:\.|$)\s*)?", "", text).strip()
