"""A sentence cut into the clauses that it asserts.

No parser that has learned: finite verbs, coordinators, commas and the words that open subordinate
clauses are met from left to right, and a stack holds the clauses that are open. One finite verb
fills a clause; a second one, with nothing between that would join them, closes it and goes on with
the clause around it ("the price that they might get | will depend on ..."). What follows "and" is a
clause of its own where it has a finite verb, or is one more thing that the verb before governs
("hope to raise the pressure | and to deter the other side", "tend to establish it | and maximize
its value").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from standoff.draft.hedging import Cue

__all__ = ["Frame", "Piece", "Role", "frames_of", "is_verb"]

Role = Literal["main", "coordinate", "relative", "complement", "condition"]
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
        ("question", r"(?:as to )?(?:whether|how|what|why)(?! (?:amounts|is called))"),
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
_LONG_QUOTE = 6  # words from which on a quotation speaks for somebody else


class Event(NamedTuple):
    """Something met in a sentence. `order` settles what comes first at one place."""

    at: int
    order: int
    what: str
    end: int
    item: object = None


@dataclass
class Piece:
    """One assertion: offsets in the sentence, and the hedges that are its own."""

    start: int
    end: int
    role: Role
    cues: list[Cue] = field(default_factory=list)
    finite: int = -1
    """Where its finite verb begins; -1 where none was met."""
    governed: bool = False
    """Whether "that" (said or left out) lets another finite verb follow."""
    taken_over: tuple[int, int] | None = None
    """What it takes over from the clause before: `the Soviets hope`."""
    conditions: list[tuple[int, int]] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


@dataclass
class Frame:
    """A clause that was opened, and the pieces that "and" makes of it."""

    kind: FrameKind
    start: int
    """Where the word that opens it begins."""
    opened: int
    """Where that word ends."""
    leading: bool
    after_comma: bool
    pieces: list[Piece]
    end: int = -1

    @property
    def piece(self) -> Piece:
        """The one being read."""
        return self.pieces[-1]


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


def frames_of(text: str, cues: list[Cue]) -> list[Frame]:
    """The main clause and all that hangs in it, in order of their beginnings.

    `cues` are those of the sentence `text`; each goes to the piece whose own it is.
    """
    return _Cutter(text, cues).cut()


class _Cutter:
    def __init__(self, text: str, cues: list[Cue]) -> None:
        self.text = text
        bare = _CUT_OUT.sub("", text)
        self.length = len(bare if _INITIALS.search(bare) else bare.rstrip(" .!?"))
        main = Frame("main", 0, 0, False, False, [Piece(0, len(text), "main")])
        self.stack = [main]
        self.all = [main]
        self.finites = [m.span() for m in _FINITE.finditer(text)]
        self.events = sorted(self._events(cues))

    def cut(self) -> list[Frame]:
        for event in self.events:
            getattr(self, f"_{event.what}")(event)
        while self.stack:
            self._pop(self.length)
        return self.all

    def _events(self, cues: list[Cue]) -> list[Event]:
        text = self.text
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
        for start, end in self.finites:
            if start < chain_end or (inverted is not None and start < inverted.end()):
                continue  # `have` in `may have`: one verb
            more = _FILLS.match(text, end)
            chain_end = more.end() if more else end
            found.append(Event(start, 4, "finite", chain_end))
        found = [
            e for e in found if not any(a < e.at < b and b - a > 2 for a, b in quoted)
        ]  # fmt: skip
        found += [Event(cue.start, 5, "cue", cue.end, cue) for cue in cues]
        return found

    # --- what is met ---

    def _open(self, event: Event) -> None:
        kind: FrameKind = event.item  # type: ignore[assignment]
        top = self.stack[-1]
        before = self.text[max(top.piece.start, top.opened) : event.at]
        after_comma = before.rstrip().endswith((",", "—", "–"))
        leading = kind in ("condition", "concession", "adverbial") and (
            _NOTHING.match(before) is not None
            or (top.piece.finite < 0 and (after_comma or before.rstrip().endswith("that")))
        )
        if after_comma and top.kind == "relative" and kind != "relative":
            self._pop(event.at)
            top = self.stack[-1]
        role: Role = {
            "relative": "relative",
            "condition": "condition",
            "concession": "condition",
        }.get(kind, "coordinate")  # type: ignore[assignment]
        piece = Piece(event.end, self.length, role)
        frame = Frame(kind, event.at, event.end, leading, after_comma, [piece])
        top.piece.frames.append(frame)
        self.stack.append(frame)
        self.all.append(frame)

    def _that(self, event: Event) -> None:
        follows = _STARTS_FINITE.match(self.text, self._next(event.end))
        if follows is not None and self.stack[-1].piece.finite >= 0:
            self._open(Event(event.at, 1, "open", event.end, "relative"))
        else:
            self.stack[-1].piece.governed = True

    def _comma(self, event: Event) -> None:
        top = self.stack[-1]
        if self._lists_verb(event):
            return
        leading = next((frame for frame in self.stack if frame.leading), None)
        if leading is not None:
            rest = self.text[event.end :]
            stop = re.search(r"[,;]", rest)
            near = rest[: stop.start()] if stop else rest
            if (
                _FINITE.search(near)
                or any(
                    e.what == "cue" and event.end <= e.at < event.end + len(near)
                    for e in self.events
                )
                or (leading.after_comma and self._listed(event.end))
            ):
                while leading in self.stack:
                    self._pop(event.at)
                self._lists_verb(event)
        elif (top.kind == "relative" and top.after_comma) or (
            top.kind == "question" and self.stack[0].piece.finite < 0
        ):
            self._pop(event.at)

    def _semi(self, event: Event) -> None:
        while len(self.stack) > 1:
            self._pop(event.at)
        self._next_piece(event.at, self._next(event.end), "coordinate", None)

    def _coord(self, event: Event) -> None:
        comma = bool(event.item)
        rest = self.text[event.end :]
        top = self.stack[-1]
        if top.kind == "question" and re.match(r"(?:whether|how|what|why)\b", rest):
            return
        if _STARTS_FINITE.match(rest):
            if comma and top.kind == "relative" and not top.leading:
                self._pop(event.at)
            piece = self.stack[-1].piece
            if piece.finite >= 0:
                self._next_piece(event.at, event.end, "coordinate", (piece.start, piece.finite))
            return
        if re.match(r"that\b", rest) and self._governing_that(event):
            return
        if self._lists_infinitive(event) or self._lists_verb(event):
            return
        if not comma and top.kind != "main" and top.leading:
            return
        near = re.split(r"[,;]|\b(?:which|who|that|if|while|whether)\b", rest, maxsplit=1)[0]
        finite = self._first_finite(event.end, event.end + len(near))
        if finite < 0 or len(self.text[event.end : finite].split()) > 10:
            return
        if top.kind != "main" and not comma:
            return
        while len(self.stack) > 1:
            if self.stack[-1].leading and not comma:
                return
            self._pop(event.at)
        if self.stack[-1].piece.finite >= 0:
            self._next_piece(event.at, event.end, "coordinate", None)

    def _finite(self, event: Event) -> None:
        while len(self.stack) > 1:
            top = self.stack[-1]
            full = top.piece.finite >= 0 and not top.piece.governed
            hungry = any(frame.piece.finite < 0 for frame in self.stack[:-1])
            if not (full and hungry):
                break
            self._pop(self._back(event.at))
        piece = self.stack[-1].piece
        if piece.finite < 0:
            piece.finite = event.at
        piece.governed = False

    def _cue(self, event: Event) -> None:
        cue: Cue = event.item  # type: ignore[assignment]
        piece = self.stack[-1].piece
        piece.cues.append(cue)
        words = self.text[cue.start : cue.end].lower()
        if cue.entry.kind in ("attitude", "mark", "aim") or words.endswith(" that"):
            piece.governed = True
        if piece.finite < 0 and self._is_finite(cue):
            piece.finite = cue.start

    # --- what "and" joins ---

    def _lists_infinitive(self, event: Event) -> bool:
        """`hope to raise ... and to deter ...`"""
        if not _TO_VERB.match(self.text, event.end):
            return False
        for frame in reversed(self.stack):
            governing = [cue for cue in frame.piece.cues if _takes_infinitive(cue)]
            if governing:
                while self.stack[-1] is not frame:
                    self._pop(event.at)
                cue = governing[0]
                end = cue.end - 2 if self.text[cue.start : cue.end].endswith("to") else cue.end
                self._next_piece(
                    event.at, event.end, "coordinate", (frame.piece.start, end), governing[:1]
                )
                return True
        return False

    def _lists_verb(self, event: Event) -> bool:
        """`tend to establish ... and maximize ...`, also in a list with commas."""
        start = self._next(event.end)
        if not self._listed(start):
            return False
        frame = self.stack[-1]
        piece = frame.piece
        governor = self._governor(piece, event.at)
        if governor is None or not piece.cues:
            return False
        inherited = [c for c in piece.cues if c.end <= governor and not c.entry.weak]
        if not inherited:
            return False
        self._next_piece(event.at, start, "coordinate", (piece.start, governor), inherited)
        return True

    def _listed(self, start: int) -> bool:
        """Whether the words at an offset begin with a verb that can be one of a list."""
        found = _BARE_VERB.match(self.text, self._next(start))
        if found is None or not is_verb(found[1]):
            return False
        return not _is_noun_too(found[1]) or _DETERMINER.match(found[2]) is not None

    def _governor(self, piece: Piece, before: int) -> int | None:
        """End of the last modal or "to" that a verb of the list follows, before an offset."""
        origin = piece.taken_over[0] if piece.taken_over else piece.start
        found = None
        for match in re.finditer(
            rf"\b(to|may|might|could|can|will|would|shall|must)\s+{_ADVERBS}(?=([a-z]+)\b)",
            self.text[origin:before],
        ):
            if is_verb(match[2]) or match[1] != "to":
                found = origin + match.start() + len(match[0].rstrip())
                if piece.taken_over and found <= piece.taken_over[1]:
                    found = piece.taken_over[1]
        if found is None and piece.taken_over:
            return piece.taken_over[1]
        return found

    def _governing_that(self, event: Event) -> bool:
        for frame in reversed(self.stack):
            piece = frame.piece
            ending = [c for c in piece.cues if self.text[c.start : c.end].lower().endswith("that")]
            if ending:
                while self.stack[-1] is not frame:
                    self._pop(event.at)
                cue = ending[0]
                taken = (piece.start, cue.end - 4)
                self._next_piece(event.at, event.end, "coordinate", taken, [cue])
                self.stack[-1].piece.governed = True
                return True
        return False

    # --- the stack ---

    def _next_piece(
        self,
        end: int,
        start: int,
        role: Role,
        taken: tuple[int, int] | None,
        cues: list[Cue] | None = None,
    ) -> None:
        frame = self.stack[-1]
        old = frame.piece
        if old.taken_over and taken and taken[0] == old.start:
            taken = (old.taken_over[0], old.taken_over[1])
        old.end = end
        keeps = {"relative": "relative", "condition": "condition"}.get(old.role, role)
        new = Piece(start, self.length, keeps, list(cues or []), taken_over=taken)  # type: ignore[arg-type]
        if taken is not None:
            new.finite = -1 if not cues else start
        frame.pieces.append(new)

    def _pop(self, at: int) -> None:
        frame = self.stack.pop()
        at = max(at, frame.opened)
        frame.end = min(at, self.length)
        frame.piece.end = max(frame.piece.start, frame.end)
        grants = self.text[frame.start : frame.opened].lower() in (
            "although",
            "though",
            "even though",
        )
        if self.stack and frame.kind in ("condition", "concession") and not grants:
            self.stack[-1].piece.conditions.append((frame.start, frame.end))

    # --- looking around ---

    def _next(self, at: int) -> int:
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def _back(self, at: int) -> int:
        return len(self.text[:at].rstrip())

    def _first_finite(self, start: int, end: int) -> int:
        return next((a for a, _ in self.finites if start < a < end), -1)

    def _is_finite(self, cue: Cue) -> bool:
        """Whether a hedge is itself the verb of its clause: `hopes`, but not `to hope`."""
        if cue.entry.kind not in ("attitude", "intention", "mark"):
            return False
        words = self.text[cue.start : cue.end].lower().split()
        before = self.text[: cue.start].rstrip().lower()
        return not (
            words[0].endswith(("ing", "ly"))
            or words[0]
            in (
                "in",
                "with",
                "so",
                "for",
                "our",
                "the",
                "this",
                "reluctant",
                "loath",
                "willing",
                "unwilling",
            )
            or before.endswith((" to", " the", " a", " its", " their", " of", " not"))
        )


def _takes_infinitive(cue: Cue) -> bool:
    return cue.entry.kind in ("attitude", "intention", "aim") or cue.entry.id in ("tend", "seem")
