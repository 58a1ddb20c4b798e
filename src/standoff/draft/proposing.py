"""What a language model proposes about a document, with every quote looked up.

Nothing gets past `quoting.verify`: an item whose words are not the document's is dropped and
listed. What the model says in its own words (a label, a claim) can't be verified so; it stands
beside the quote for a person to compare, with doubts where the two differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from standoff.draft.answers import Misshapen
from standoff.draft.asked import (
    AskedActor,
    AskedClaim,
    AskedItem,
    AskedMove,
    AskedObjective,
    AskedRelation,
    AskedType,
)
from standoff.draft.asking import Heard, ask
from standoff.draft.language_model import Answering
from standoff.draft.models import Clause, FoundActor
from standoff.draft.prompting import PromptText, prompt_hash, prompt_version
from standoff.draft.proposal_models import About, DroppedItem, KeptItem, ModelReport, SilentPart
from standoff.draft.quoting import Refused, Verified, before, turns, verify
from standoff.draft.slugs import slug
from standoff.draft.windows import MOST_WINDOWS
from standoff.progress import Progress, check
from standoff.sources.document import Document
from standoff.sources.folded_text import fold, folded_text

__all__ = ["MOST_DROPPED", "MOST_KEPT", "WINDOW", "propose"]

WINDOW = 4000
"""Tokens of a part of the document, unless the caller says otherwise."""
MOST_KEPT = 600
"""Proposals of one document that are kept: what is written must be read again, and by a person."""
MOST_DROPPED = 2000
"""Dropped items of one document that are listed."""
_ALIKE = 90.0  # of 100: labels that say the same (token_set_ratio)
_ABOUT: dict[str, About] = {
    "actors": "actor",
    "types": "type",
    "objectives": "objective",
    "moves": "move",
    "claims": "claim",
    "relations": "relation",
}
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had", "has",
    "have", "he", "her", "his", "in", "into", "is", "it", "its", "of", "on", "or", "our", "she",
    "so", "than", "that", "the", "their", "them", "then", "these", "they", "this", "those", "to",
    "upon", "was", "we", "were", "what", "which", "while", "who", "will", "with", "would",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Checked:
    """An item whose quote was found."""

    about: About
    item: AskedItem
    found: Verified
    label: str
    actor: str
    second: str


def propose(
    document: Document,
    model: Answering,
    *,
    where: Callable[[int, int], str],
    actors: Sequence[FoundActor] = (),
    clauses: Sequence[Clause] = (),
    window: int = WINDOW,
    most: int = MOST_WINDOWS,
    replayed: bool = False,
    keep: Callable[[int, int, PromptText, str], None] | None = None,
    progress: Progress | None = None,
) -> ModelReport:
    """Ask `model` about `document` and look up everything that it says.

    `where` gives page, paragraph and sentence of a span; `actors` and `clauses` are what the rules
    found: names that lead to one of the actors get its id, and claims at one of the clauses are
    marked. `keep` is told each prompt and answer.
    """
    heard = ask(document, model, window=window, most=most, keep=keep, progress=progress)
    if progress is not None:
        progress.say("looking up what it quotes")
    names = _Names(document, actors)
    checked: list[_Checked] = []
    dropped: list[DroppedItem] = []
    for about, item, shown in _items(heard):
        check(progress)
        if isinstance(item, Misshapen):
            dropped.append(_misshapen(about, item))
            continue
        found = _check(document, names, about, item, shown)
        if isinstance(found, DroppedItem):
            dropped.append(found)
        else:
            checked.append(found)
    groups = _in_order(_merged(checked))
    kept = _named(document, groups[:MOST_KEPT], clauses, where)
    told = f"one document may have {MOST_KEPT} proposals"
    dropped += [
        _refused(group[0].about, group[0].item, group[0].label, Refused("form", told))
        for group in groups[MOST_KEPT:]
    ]
    dropped = _once(dropped)
    remarks = []
    if len(dropped) > MOST_DROPPED:
        remarks.append(f"{len(dropped) - MOST_DROPPED} more were dropped and are not listed")
    return ModelReport(
        model=_plain(model.name, 200),
        replayed=replayed,
        prompt_version=prompt_version(),
        prompt_hash=prompt_hash(),
        parts=len(heard.replies) + len(heard.unread),
        asked=heard.asked,
        unread=(heard.unread[0].first, heard.unread[-1].last) if heard.unread else (),
        silent=tuple(
            SilentPart(part=part, first=one.window.first, last=one.window.last, why=one.wrong)
            for part, one in enumerate(heard.replies, 1)
            if one.read is None
        ),
        kept=tuple(kept),
        dropped=tuple(dropped[:MOST_DROPPED]),
        remarks=tuple(remarks),
    )


def _items(heard: Heard) -> Iterator[tuple[About, AskedItem | Misshapen, tuple[int, int]]]:
    """All items of all parts, with what was shown. Actors come first: the others may name them."""
    reads = [(one.window.span, one.read) for one in heard.replies if one.read is not None]
    for key, about in _ABOUT.items():
        for shown, read in reads:
            yield from ((about, item, shown) for kind, item in read.items if kind == key)
            yield from ((about, bad, shown) for bad in read.misshapen if bad.kind == key)


class _Names:
    """Names of actors, and the ids that they lead to."""

    def __init__(self, document: Document, actors: Sequence[FoundActor]) -> None:
        self._text = _spaced(folded_text(f"{document.heading}\n{document.text}").text)
        self._ids: dict[str, str] = {}
        for one in actors:
            for name in (one.id, one.name, *(mention.quote for mention in one.mentions)):
                self._ids.setdefault(_spaced(name), one.id)
        self._taken = {one.id for one in actors}

    def id_of(self, name: str) -> str:
        """The id of an actor whom the document names; empty where it doesn't."""
        low = _spaced(name)
        bare = low.removeprefix(" the")
        for tried in (low, bare, f" the{bare}"):
            if tried.strip() and tried in self._ids:
                return self._ids[tried]
        if not bare.strip() or low not in self._text:
            return ""
        longer = {id for known, id in self._ids.items() if known.endswith(bare)}
        if len(longer) == 1:  # "the Company", where one company is known
            return longer.pop()
        found = slug(name, self._taken, otherwise="actor")
        self._taken.add(found)
        self._ids[low] = found
        return found


def _check(
    document: Document, names: _Names, about: About, item: AskedItem, shown: tuple[int, int]
) -> _Checked | DroppedItem:
    label, who, other = _said_of(item)
    if not _WORD.search(label):
        return _refused(about, item, label, Refused("form", "it says nothing"))
    found = verify(document, item.quote, item.where, shown)
    if isinstance(found, Refused):
        return _refused(about, item, label, found)
    ids = [names.id_of(name) if name else "" for name in (who, other)]
    for name, id in zip((who, other), ids, strict=True):
        if name and not id and not isinstance(item, AskedClaim):
            told = f"the document names no {_plain(name, 60)!r}"
            return _refused(about, item, label, Refused("no-such-actor", told, found.score))
    return _Checked(about, item, found, label, *ids)


def _said_of(item: AskedItem) -> tuple[str, str, str]:
    """Its words, whom it is about, and the other actor of a relation."""
    match item:
        case AskedActor():
            return _plain(item.name, 120), item.name, ""
        case AskedType() | AskedObjective() | AskedMove():
            return _plain(item.label, 400), item.actor, ""
        case AskedClaim():
            return _plain(item.text, 400), item.about, ""
        case AskedRelation():
            label = f"{item.first} - {item.kind} - {item.second}"
            return _plain(label, 400), item.first, item.second
    raise TypeError(type(item).__name__)


def _refused(about: About, item: AskedItem, label: str, why: Refused) -> DroppedItem:
    return DroppedItem(
        about=about, label=_plain(label, 120), quote=_plain(item.quote, 200),
        place=_plain(item.where, 40), why=why.why, told=why.told, score=why.score,
    )  # fmt: skip


def _misshapen(about: About, bad: Misshapen) -> DroppedItem:
    told = f"not in the form asked for: {bad.why}"
    return DroppedItem(
        about=about, label=_plain(bad.said, 120), quote="", place="", why="form",
        told=_plain(told, 300),
    )  # fmt: skip


def _merged(checked: Sequence[_Checked]) -> list[list[_Checked]]:
    """Items that say the same, together; the one whose quote was found best comes first.

    They are of one kind and one actor, and have the same words, or nearly the same at words of the
    document that touch.
    """
    from rapidfuzz.fuzz import token_set_ratio

    groups: list[list[_Checked]] = []
    same: dict[tuple[str, ...], list[_Checked]] = {}
    beside: dict[tuple[str, ...], list[tuple[str, frozenset[str], list[_Checked]]]] = {}
    for one in checked:
        key = (one.about, one.actor, one.second)
        low = "" if one.about == "actor" else _spaced(one.label)
        group = same.get((*key, low))
        if group is None:
            turning = turns(one.label)
            for other, others, candidate in beside.setdefault(key, []):
                first = candidate[0].found
                touch = one.found.start < first.end and first.start < one.found.end
                if touch and turning == others and token_set_ratio(low, other) >= _ALIKE:
                    group = candidate
                    break
            else:
                group = []
                groups.append(group)
                beside[key].append((low, turning, group))
            same[(*key, low)] = group
        group.append(one)
    return [sorted(group, key=lambda c: -c.found.score) for group in groups]


def _in_order(groups: Iterable[list[_Checked]]) -> list[list[_Checked]]:
    """By kind and place."""
    order = list(_ABOUT.values())
    return sorted(groups, key=lambda g: (order.index(g[0].about), g[0].found.start, g[0].found.end))


def _named(
    document: Document,
    groups: Iterable[list[_Checked]],
    clauses: Sequence[Clause],
    where: Callable[[int, int], str],
) -> list[KeptItem]:
    """The items, each with an id of its own among those of its kind."""
    taken: dict[str, set[str]] = {"claim": {clause.id for clause in clauses}}
    kept: list[KeptItem] = []
    for group in groups:
        first = group[0]
        among = first.actor if first.about in ("type", "objective") else ""
        ids = taken.setdefault(f"{first.about}/{among}" if among else first.about, set())
        id = (
            first.actor if first.about == "actor" else slug(first.label, ids, otherwise=first.about)
        )
        ids.add(id)
        stands = document.text[first.found.start : first.found.end]
        twin = _clause_at(clauses, first) if first.about == "claim" else ""
        hedge, doubts = _doubts(first, stands)
        cut = turns(before(document, first.found.start))
        if first.about != "claim":
            cut &= {"a negation"}
        if cut and first.about != "actor":
            doubts.append(f"just before the words quoted stands: {', '.join(sorted(cut))}")
        kept.append(
            KeptItem(
                quote=stands,
                start=first.found.start,
                end=first.found.end,
                passage=first.found.place,
                where=where(first.found.start, first.found.end),
                about=first.about,
                id=id,
                actor=first.actor,
                second=first.second,
                label=first.label,
                kind=getattr(first.item, "kind", ""),
                hedge=hedge,
                score=first.found.score,
                said=""
                if fold(first.item.quote) == fold(stands)
                else _plain(first.item.quote, 600),
                times=len(group),
                found_by_rules=twin,
                doubts=tuple(doubts),
            )
        )
    return kept


def _clause_at(clauses: Sequence[Clause], one: _Checked) -> str:
    """The clause of which at least half is quoted, or that holds the whole quote."""
    best, most = "", 0
    for clause in clauses:
        shared = min(clause.end, one.found.end) - max(clause.start, one.found.start)
        smaller = min(clause.end - clause.start, one.found.end - one.found.start)
        if 2 * shared >= smaller and shared > most:
            best, most = clause.id, shared
    return best


def _doubts(one: _Checked, stands: str) -> tuple[str, list[str]]:
    """The hedge as far as the quote has it, and what in the item the quote doesn't bear out."""
    doubts: list[str] = []
    hedge = ""
    if one.about == "actor":
        if _spaced(one.label) not in _spaced(stands):
            doubts.append("the name stands elsewhere than in the words quoted")
        return hedge, doubts
    if one.about != "relation" and not _content(one.label) & _content(stands):
        doubts.append("it shares no word with the words quoted")
    if isinstance(one.item, AskedClaim):
        if one.item.hedge and _spaced(one.item.hedge) in _spaced(stands):
            hedge = _plain(one.item.hedge, 120)
        elif one.item.hedge:
            doubts.append("its hedge does not stand in the words quoted")
        lost = sorted(turns(stands) - turns(one.label))
        new = sorted(turns(one.label) - turns(stands))
        if lost:
            doubts.append(f"it leaves out of the words quoted: {', '.join(lost)}")
        if new:
            doubts.append(f"it adds to the words quoted: {', '.join(new)}")
    return hedge, doubts


def _once(dropped: Iterable[DroppedItem]) -> list[DroppedItem]:
    """Each once: parts overlap, and a part may be told of twice."""
    return list(dict.fromkeys(dropped))


def _content(words: str) -> set[str]:
    """Beginnings of the words that mean something: `negotiate` and `negotiation` agree."""
    found = _WORD.findall(fold(words).lower())
    return {word[:5] for word in found if word not in _SMALL}


def _spaced(words: str) -> str:
    """Words in lower case, a space before and after each."""
    return " " + " ".join(_WORD.findall(fold(words).lower())) + " "


def _plain(words: str, most: int) -> str:
    """On one line, without what can't be printed, and not too long."""
    text = " ".join("".join(c if c.isprintable() else " " for c in words[: 4 * most]).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
