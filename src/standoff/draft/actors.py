"""Who the note is about: every actor it names, and the two that most of its estimates are about.

A capital stands for its government, a people for its state, a leader for the state that he leads
where the lists say which. The two players are those that most clauses are about, as more than the
place where something is ("in Cuba"); where the third is
close to the second, or a word can mean two states, the draft says so.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from standoff.draft.gazetteer import Gazetteer, Known
from standoff.draft.models import Clause, Found, FoundActor

__all__ = ["Cast", "cast"]

_PRONOUN = re.compile(
    r"\b(?:they|it|its|their|them|he|his|she|her|this|these|both)\b", re.IGNORECASE
)
_PLACE = re.compile(
    r"\b(?:in|to|from|at|near|on|of|off|around|over|into)\s+(?:the\s+)?\Z", re.IGNORECASE
)
_MOST_MENTIONS = 200
_CLOSE = 0.75
"""The third is close to the second from this share of its clauses on."""


@dataclass(frozen=True)
class Cast:
    """The actors, and the clauses with whom they are about."""

    actors: tuple[FoundActor, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class _Mention:
    start: int
    end: int
    known: Known
    others: tuple[Known, ...]
    place: bool
    """Whether it names where something is rather than who does it: `in Cuba`."""


def cast(
    text: str, clauses: Sequence[Clause], words: Gazetteer, found: Callable[[int, int], Found]
) -> Cast:
    """The actors of a text; `found` makes a `Found` of offsets."""
    mentions = _mentions(text, words)
    by_id = {known.id: known for m in mentions for known in (m.known, *m.others)}
    table = {known.id: known for held in words.by_word.values() for known in held}
    given: list[Clause] = []
    begins = [mention.start for mention in mentions]
    last: tuple[str, ...] = ()
    subjects: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    acting: Counter[str] = Counter()
    for clause in clauses:
        inside = mentions[bisect_left(begins, clause.start) : bisect_left(begins, clause.end)]
        about = _about(text, clause, inside, last, table)
        given.append(clause.model_copy(update={"about": about}))
        if about:
            subjects[about[0]] += 1
            last = about[:1]
        counts.update(about)
        named = [_stands_for(m.known, table) for m in inside if not m.place]
        acting.update({*about[:1], *named})
    for id in counts:
        by_id.setdefault(id, table[id])
    score = {id: (counts[id], subjects[id]) for id in by_id}
    first = {id: min((m.start for m in mentions if m.known.id == id), default=0) for id in by_id}
    eligible = [k for k in by_id.values() if k.kind == "state" and counts[k.id]]
    if len(eligible) < 2:
        eligible = [k for k in by_id.values() if counts[k.id] and not k.of] or eligible
    weight = subjects + acting
    eligible.sort(key=lambda k: (-weight[k.id], -counts[k.id], first[k.id]))
    players = [known.id for known in eligible[:2]]
    actors = []
    for known in by_id.values():
        mine = [m for m in mentions if m.known.id == known.id]
        if not mine and not counts[known.id]:
            continue
        actors.append(
            FoundActor(
                id=known.id, name=known.name, kind=known.kind, of=known.of, gloss=known.gloss,
                mentions=tuple(found(m.start, m.end) for m in mine[:_MOST_MENTIONS]),
                clauses=score[known.id][0], subject=score[known.id][1],
                player=known.id in players,
                doubt=_doubt(known, mine, text, players, eligible, weight),
            )
        )  # fmt: skip
    actors.sort(
        key=lambda a: (
            players.index(a.id) if a.player else len(players),
            -a.clauses, -len(a.mentions), first[a.id], a.id,
        )
    )  # fmt: skip
    return Cast(tuple(actors), tuple(given))


def _mentions(text: str, words: Gazetteer) -> list[_Mention]:
    met = []
    for match in words.pattern().finditer(text):
        held = words.by_word.get(" ".join(match.group().split()))
        if not held:
            continue
        before = text[max(0, match.start() - 12) : match.start()]
        place = _PLACE.search(before) is not None
        met.append(_Mention(match.start(), match.end(), held[0], tuple(held[1:]), place))
    return met


def _about(
    text: str,
    clause: Clause,
    inside: Sequence[_Mention],
    last: tuple[str, ...],
    table: dict[str, Known],
) -> tuple[str, ...]:
    """Actors of a clause, its subject first; persons count for the state they lead."""
    outside = [(c.start, c.end) for c in clause.conditions]
    own = [m for m in inside if not any(a <= m.start < b for a, b in outside)]
    hedges = [h.start for h in clause.hedges if clause.start <= h.start < clause.end]
    verb = min(hedges, default=clause.end)
    before = [m for m in own if m.start < verb]
    subject: tuple[str, ...] = ()
    acting = [m for m in before if not m.place]
    if acting:
        subject = (_stands_for(acting[0].known, table),)
    elif (
        clause.text.startswith("[")
        or _PRONOUN.search(text[clause.start : verb])
        or (not before and last)
    ):
        subject = last
    rest = [_stands_for(m.known, table) for m in [*own, *inside]]
    return tuple(dict.fromkeys([*subject, *rest]))


def _stands_for(known: Known, table: dict[str, Known]) -> str:
    return known.of if known.kind == "person" and known.of in table else known.id


def _doubt(
    known: Known,
    mine: Sequence[_Mention],
    text: str,
    players: Sequence[str],
    eligible: Sequence[Known],
    weight: Counter[str],
) -> str:
    """What a reader should know before taking the actor as it is."""
    said = []
    unsure = {m.known.id: m for m in mine if m.others}
    for mention in unsure.values():
        names = " or ".join(k.name for k in mention.others)
        said.append(f"“{text[mention.start : mention.end]}” may also mean {names}")
    if len(players) == 2 and known.id == players[1] and len(eligible) > 2:
        third = eligible[2]
        if weight[third.id] >= _CLOSE * weight[known.id]:
            said.append(f"chosen by a hair: nearly as many clauses are about {third.name}")
    if known.kind == "person" and not known.of:
        said.append("for whom this person speaks isn't said")
    return "; ".join(said)
