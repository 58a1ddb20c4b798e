"""Every estimative clause of a text, with its hedges and conditions.

A clause counts where a hedge of the list is its own, or where it says flatly what an actor has
done or refused to do. Left out, and listed: questions, long quotations and what is reported as
somebody else's words, since they are no estimate of the note's; what the writer asks for, offers or
wants for himself is left out without a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from standoff.draft.hedging import Cue, bands_of, cues
from standoff.draft.kinds import kind_of
from standoff.draft.models import Clause, Found, Hedge
from standoff.draft.prose import Statement
from standoff.draft.sentence_events import long_quotes
from standoff.draft.splitting import Frame, Piece, frames_of

__all__ = ["Clauses", "clauses"]

_CONDUCT = re.compile(
    r"\b(?:has|have)\s+"
    r"(?:(?:not|also|already|now|so far|thus far|again|as yet|yet|\w+ly)\s+)*"
    r"(?:refused|denied|rejected|accepted|agreed|declined|announced|declared|offered|proposed"
    r"|threatened|warned|promised|admitted|acknowledged|demanded|called|begun|started|stopped|halted|suspended"
    r"|resumed|continued|increased|reduced|stepped up|moved|deployed|withdrawn|sent|shipped|ordered"
    r"|failed|avoided|refrained|given|made|taken|turned|shown|indicated|sought|tried|attempted)\b",
    re.IGNORECASE,
)
_FLAT = re.compile(r"\braises? the question\b", re.IGNORECASE)
_LONGEST = 4000  # characters: what is longer is a table or a list, not a sentence
_OPENING = re.compile(
    r"(?:(?:but|and|or|yet|however|moreover|nevertheless|thus|hence|furthermore|therefore|indeed"
    r"|similarly|also|then|that)\b[,;]?\s*|[,;:—–]\s*|\([a-z0-9]{1,3}\)\s*)+",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"[\s.,;:!—–]+\Z")
_TASK = re.compile(
    r"To (?:estimate|assess|describe|evaluate|examine|determine|consider|review|analyze)\b"
)
_SAID = re.compile(
    r"\b(?:(?:said|says|told|replied|remarked|asked|inquired|wondered|answered)\b"
    r"|(?:stated|asserted|claimed|declared|explained|insisted|reported|commented|observed|added"
    r"|thought|felt|wrote|argued|emphasized|stressed|mentioned|pointed out|noted|hoped|warned)"
    r"(?=\s+(?:to \w+ )?that\b|,))",
    re.IGNORECASE,
)
_WRITER = re.compile(r"\b(?:I|you)\s+(?:\w+ly\s+)?\Z|\b(?:I|you)\b[^,;]{0,24}\Z")
_WE = re.compile(r"\bwe\s+(?:\w+ly\s+)?\Z", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|never|no longer|cannot|neither|nor)\b|n[’']t\b"
    r"|\bno\s+(?=intention|desire|wish|hope)|\b(?:under no circumstances|in no case)\b",
    re.I,
)
_NOT_NEGATION = re.compile(
    r"\bnot only\b|\bnot likely\b|\bwhether or not\b|\bif not\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Clauses:
    """What a text estimates, and what looked like it and was left out."""

    taken: tuple[Clause, ...]
    left_out: tuple[Found, ...]


@dataclass(frozen=True)
class _Text:
    """A sentence of a text: its words, and where they stand."""

    words: str
    at: int
    statement: Statement


def clauses(text: str, statements: tuple[Statement, ...], place: Callable[[int], str]) -> Clauses:
    """The estimative clauses of the statements of a text, their `about` left empty.

    `place` says in which passage and sentence an offset stands.
    """
    taken: list[Clause] = []
    left: list[Found] = []
    names: dict[str, int] = {}
    for statement in statements:
        sentence = _Text(text[statement.start : statement.end], statement.start, statement)
        if len(sentence.words) > _LONGEST:
            continue
        found = cues(sentence.words)
        if not found and not _CONDUCT.search(sentence.words):
            continue
        if _speaks_for_others(sentence.words):
            if any(not cue.entry.weak for cue in found):
                left.append(_found(sentence, 0, len(sentence.words), place))
            continue
        quotes = long_quotes(sentence.words)
        inside = [c for c in found if any(a <= c.start < b for a, b in quotes)]
        if any(not cue.entry.weak for cue in inside):
            left += [
                _found(sentence, a, b, place)
                for a, b in quotes
                if any(a <= c.start < b for c in inside)
            ]
        own = [cue for cue in found if cue not in inside]
        for frame, piece in _asserted(frames_of(sentence.words, own)):
            clause = _clause(sentence, frame, piece, place)
            if clause is not None:
                taken.append(clause.model_copy(update={"id": _named(clause, names)}))
    return Clauses(tuple(taken), tuple(left))


def _speaks_for_others(words: str) -> bool:
    """Questions, tasks, and what is reported as another's words throughout."""
    bare = words.rstrip("”\"' )")
    if bare.endswith("?") or _TASK.match(words):
        return True
    first = _SAID.search(words)
    if first is None:
        return False
    before = words[: first.start()]
    marked = any(not cue.entry.weak for cue in cues(before))
    passive = re.search(r"\b(?:is|are|was|were|be|been|it is)\s+(?:\w+ly\s+)?\Z", before)
    return not marked and passive is None


def _asserted(frames: list[Frame]) -> Iterator[tuple[Frame, Piece]]:
    """Pieces that assert something, in the order of the text."""
    found = [
        (frame, piece)
        for frame in frames
        if frame.kind not in ("question", "condition")
        for piece in frame.pieces
    ]
    found.sort(key=lambda pair: (pair[1].start, pair[1].end))
    yield from found


def _clause(
    sentence: _Text, frame: Frame, piece: Piece, place: Callable[[int], str]
) -> Clause | None:
    words = sentence.words
    start, end = _trimmed(words, piece.start, piece.end)
    if end - start < 8:
        return None
    strong = [cue for cue in piece.cues if not cue.entry.weak]
    own = [cue for cue in strong if cue.start >= piece.start]
    conceded = words[frame.start : frame.opened].lower() == "even if"
    if conceded and not _conceded_estimate(strong):
        return None
    if strong:
        if not own and piece.taken_over is None:
            return None
        if frame.kind == "relative" and (
            frame.in_subject or all(c.entry.kind == "attitude" for c in strong)
        ):
            return None  # "the price that they might get ...": taken for granted, not asserted
        if _is_writers(words, strong[0]) or _only_frame(strong, words[start:end]):
            return None
    elif not _states_conduct(words, piece, frame):
        return None
    taken = ""
    if piece.taken_over is not None:
        a, b = _trimmed(words, *piece.taken_over)
        a = max([a, *(end for begin, end in frame.pieces[0].conditions if begin <= a < end < b)])
        a, b = _trimmed(words, a, b)
        taken = f"[{words[a:b]}] " if b > a else ""
    elif frame.kind == "relative":
        taken = _antecedent(words, frame.start)
        start = _connective(words, frame.start)
    text = f"{taken}{words[start:end]}"
    full = (words[piece.taken_over[0] : piece.taken_over[1]] + " " if piece.taken_over else "") + (
        words[start:end]
    )
    kind, why = kind_of(_outer(words, piece, full), words, strong, conceded=conceded)
    hedges = tuple(_hedge(sentence, cue, place) for cue in piece.cues)
    role = piece.role
    return Clause(
        **_found(sentence, start, end, place).model_dump(),
        id="clause", text=text, kind=kind, why=why, hedges=hedges, bands=bands_of(hedges),
        about=(), negated=_negated(words, piece, start, end), role=role,
        conditions=tuple(
            _found(sentence, a, len(words[:b].rstrip(" ,.;")), place)
            for a, b in piece.conditions if b - a > 3
        ),
        section=sentence.statement.section,
    )  # fmt: skip


def _outer(words: str, piece: Piece, full: str) -> str:
    """A clause's words without the clauses that hang in it: their modals are not its own."""
    out = full
    for frame in piece.frames:
        inner = words[frame.start : frame.end]
        if inner:
            out = out.replace(inner, " ")
    return out


def _conceded_estimate(strong: list[Cue]) -> bool:
    """An "even if" grants an estimate only where one stands in it."""
    return any(cue.entry.kind in ("possibility", "probability", "future") for cue in strong)


def _is_writers(words: str, cue: Cue) -> bool:
    """What the writer will do or hopes for, or asks of the reader, is no estimate of others."""
    before = words[: cue.start]
    if cue.entry.id == "our judgment":
        return False
    if _WRITER.search(before):
        return True
    return cue.entry.kind in ("attitude", "intention") and _WE.search(before) is not None


def _only_frame(strong: list[Cue], words: str) -> bool:
    """Whether nothing is there but “we believe”, with what it is about in another clause."""
    return all(c.entry.id == "our judgment" for c in strong) and len(words.split()) < 5


def _states_conduct(words: str, piece: Piece, frame: Frame) -> bool:
    """Whether a clause without a hedge says what an actor has done or refused to do."""
    if frame.kind != "main":
        return False
    span = words[piece.start : piece.end]
    outer = _outer(words, piece, span)
    if _FLAT.search(outer):
        return True
    found = _CONDUCT.search(outer)
    if found is None:
        return False
    before = outer[: found.start()].split()
    return any(word[:1].isupper() and word.lower() not in _NO_NAMES for word in before[-4:])


def _antecedent(words: str, at: int) -> str:
    """What "which" goes back to, cut short, in brackets."""
    before = words[:at].rstrip(" ,")
    verb = _VERB_BEFORE.search(before)
    if verb is not None:  # "this would mean talks which", "talks might follow which"
        before = verb["object"] or before[: verb.start()]
    tail = before.split()[-5:]
    for index in range(len(tail) - 1, -1, -1):
        if tail[index].lower() in _SMALL:
            tail = tail[index + 1 :]
            break
    return f"[{' '.join(tail)}] " if tail else ""


_VERB_BEFORE = re.compile(
    r"\s(?:may|might|could|will|would|can|is|are|was|were)\s+(?:(?:not|also|be|\w+ly)\s+)*\w+"
    r"\s*(?P<object>[^,;]{0,40})\Z"
)
_SMALL_WORDS = """
    to of in on at by for from with upon into and or but that which is are was were
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def _connective(words: str, at: int) -> int:
    while at < len(words) and words[at] in " ,":
        at += 1
    return at


def _trimmed(words: str, start: int, end: int) -> tuple[int, int]:
    opening = _OPENING.match(words, start, end)
    while start < end and words[start].isspace():
        start += 1
    opening = _OPENING.match(words, start, end)
    if opening is not None:
        start = opening.end()
    trailing = _TRAILING.search(words, start, end)
    if trailing is not None and not re.search(r"\b[A-Z]\.[A-Z]\.\Z", words[start:end]):
        end = trailing.start()
    return start, end


def _negated(words: str, piece: Piece, start: int, end: int) -> bool:
    """Whether a "not" stands by the verb or the first hedge, here or in what is taken over."""
    first = next((c.start for c in piece.cues if c.start >= start), start)
    anchor = piece.finite if start <= piece.finite < end else first
    near = _without(
        words, piece, max(start, min(anchor, first) - 24), min(end, max(anchor, first) + 40)
    )
    if piece.taken_over is not None:
        near = f"{words[slice(*piece.taken_over)][-48:]} {near}"
    opens = re.match(r"(?:neither|nor)\b", words[start:end], re.IGNORECASE) is not None
    opens = opens or words[:start].rstrip().lower().endswith(" nor")
    return opens or _NEGATION.search(_NOT_NEGATION.sub(" ", near)) is not None


def _without(words: str, piece: Piece, start: int, end: int) -> str:
    """Words between two offsets without those of conditions: their "not" is not the clause's."""
    kept = (
        " " if any(a <= at < b for a, b in piece.conditions) else words[at]
        for at in range(start, end)
    )  # fmt: skip
    return "".join(kept)


def _hedge(sentence: _Text, cue: Cue, place: Callable[[int], str]) -> Hedge:
    return Hedge(
        **_found(sentence, cue.start, cue.end, place).model_dump(),
        entry=cue.entry.id, kind=cue.entry.kind, bands=cue.entry.bands,
    )  # fmt: skip


def _found(sentence: _Text, start: int, end: int, place: Callable[[int], str]) -> Found:
    at = sentence.at + start
    return Found(
        quote=sentence.words[start:end], start=at, end=sentence.at + end,
        passage=place(at), where=sentence.statement.where,
    )  # fmt: skip


_NO_NAMES = frozenset(
    ["the", "this", "that", "a", "an", "it", "they", "he", "she", "there", "i", "we"]
)
_EMPTY_WORDS = """
    the a an of to in on at by for from with upon into and or but that which who whom whose is are
    was were be been being it its their his her our they he she we this these those there as than
    not no may might could can will would shall should must has have had do does did if even also
    still then some any all more most such other both either probably likely hope hopes seek seeks
    attempt continue believe expect tend appear seem
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def _named(clause: Clause, names: dict[str, int]) -> str:
    """A short name out of the clause's own words, counted where it was given before."""
    hedges = [(h.start, h.end) for h in clause.hedges]
    done = _CONDUCT.search(clause.quote) if clause.kind == "fact" else None
    after = max((e for s, e in hedges[:1] if s >= clause.start), default=clause.start)
    if done is not None:
        after = clause.start + done.start()
    words = clause.quote[max(0, after - clause.start) :]
    picked = [w.lower() for w in re.findall(r"[A-Za-z][A-Za-z]+", words) if w.lower() not in _EMPTY]
    if len(picked) < 2:
        picked = [
            w.lower() for w in re.findall(r"[A-Za-z]{2,}", clause.quote) if w.lower() not in _EMPTY
        ]
    base = "-".join(picked[:3])[:48].strip("-") or "clause"
    if base.startswith("blank"):
        base = f"the-{base}"
    names[base] = names.get(base, 0) + 1
    return base if names[base] == 1 else f"{base}-{names[base]}"
