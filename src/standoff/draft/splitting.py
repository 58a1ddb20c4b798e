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
from typing import Literal

from standoff.draft.hedging import Cue
from standoff.draft.sentence_events import (
    Event,
    FrameKind,
    begins_finite,
    content_length,
    events_of,
    finites_of,
    is_infinitive,
    is_listed_verb,
    is_verb,
    opens_nothing,
    verb_governors,
)

__all__ = ["Frame", "Piece", "Role", "frames_of"]

Role = Literal["main", "coordinate", "relative", "complement", "condition"]


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
    in_subject: bool = False
    """Whether it tells apart what the clause around it is about."""
    end: int = -1

    @property
    def piece(self) -> Piece:
        """The one being read."""
        return self.pieces[-1]


def frames_of(text: str, cues: list[Cue]) -> list[Frame]:
    """The main clause and all that hangs in it, in order of their beginnings.

    `cues` are those of the sentence `text`; each goes to the piece whose own it is.
    """
    return _Cutter(text, cues).cut()


class _Cutter:
    def __init__(self, text: str, cues: list[Cue]) -> None:
        self.text = text
        self.length = content_length(text)
        main = Frame(
            "main", 0, 0, leading=False, after_comma=False, pieces=[Piece(0, len(text), "main")]
        )
        self.stack = [main]
        self.all = [main]
        self.finites = finites_of(text)
        self.events = events_of(text, cues)

    def cut(self) -> list[Frame]:
        for event in self.events:
            getattr(self, f"_{event.what}")(event)
        while self.stack:
            self._pop(self.length)
        return self.all

    # --- what is met ---

    def _open(self, event: Event) -> None:
        kind: FrameKind = event.item  # type: ignore[assignment]
        top = self.stack[-1]
        before = self.text[max(top.piece.start, top.opened) : event.at]
        after_comma = before.rstrip().endswith((",", "—", "–"))
        leading = kind in ("condition", "concession", "adverbial") and (
            opens_nothing(before)
            or (
                (top.piece.finite < 0 or top.piece.governed)
                and (after_comma or before.rstrip().endswith("that"))
            )
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
        hungry = not after_comma and (top.piece.finite < 0 or top.piece.governed)
        frame = Frame(kind, event.at, event.end, leading, after_comma, [piece], hungry)
        top.piece.frames.append(frame)
        self.stack.append(frame)
        self.all.append(frame)

    def _that(self, event: Event) -> None:
        if begins_finite(self.text, self._next(event.end)) and self.stack[-1].piece.finite >= 0:
            self._open(Event(event.at, 1, "open", event.end, "relative"))
        else:
            self.stack[-1].piece.governed = True

    def _comma(self, event: Event) -> None:
        top = self.stack[-1]
        if self._lists_verb(event) or self._lists_clause(event):
            return
        leading = next((frame for frame in self.stack if frame.leading), None)
        if leading is not None:
            rest = self.text[event.end :]
            stop = re.search(r"[,;]", rest)
            near = rest[: stop.start()] if stop else rest
            if (
                self._first_finite(event.end - 1, event.end + len(near)) >= 0
                or any(
                    e.what == "cue" and event.end <= e.at < event.end + len(near)
                    for e in self.events
                )
                or (leading.after_comma and is_listed_verb(self.text, self._next(event.end)))
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
        if begins_finite(self.text, event.end):
            if comma and top.kind == "relative" and not top.leading:
                self._pop(event.at)
            piece = self.stack[-1].piece
            if piece.finite >= 0:
                self._next_piece(event.at, event.end, "coordinate", (piece.start, piece.finite))
            return
        if self._joins_hedged_verb(event):
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
        piece = self.stack[-1].piece
        if piece.finite >= 0 and not piece.governed:
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
        believes = cue.entry.kind in ("attitude", "aim") or cue.entry.id == "our judgment"
        if words.endswith(" that") or (believes and not words.endswith(" to")):
            piece.governed = True
        if piece.finite < 0 and self._is_finite(cue):
            piece.finite = cue.start

    # --- what "and" joins ---

    def _joins_hedged_verb(self, event: Event) -> bool:
        """`wants a pause and expects a coup`"""
        start = self._next(event.end)
        piece = self.stack[-1].piece
        follows = [e.item for e in self.events if e.what == "cue" and e.at == start]
        if piece.finite < 0 or not any(isinstance(c, Cue) and self._is_finite(c) for c in follows):
            return False
        if not any(self._is_finite(cue) and cue.start == piece.finite for cue in piece.cues) and (
            self.text[start:].split()[0].lower().rstrip("s") == self.text[start:].split()[0].lower()
        ):
            return False  # "will hope and seek": one modal governs both
        self._next_piece(event.at, event.end, "coordinate", (piece.start, piece.finite))
        return True

    def _lists_clause(self, event: Event) -> bool:
        """`one will pass it, the other may delay it, and the third ...`: a comma that joins."""
        top = self.stack[-1]
        if top.kind != "main" or top.piece.finite < 0 or top.piece.governed:
            return False
        later = [e for e in self.events if e.at > event.at and e.what in ("comma", "coord", "open")]
        if not later or later[0].what != "coord" or not later[0].item:
            return False
        finite = self._first_finite(event.end, later[0].at)
        words = self.text[event.end : finite].split() if finite >= 0 else []
        if not 1 <= len(words) <= 6 or words[0].endswith(("ing", "ed", "ly")):
            return False
        self._next_piece(event.at, event.end, "coordinate", None)
        return True

    def _lists_infinitive(self, event: Event) -> bool:
        """`hope to raise ... and to deter ...`"""
        if not is_infinitive(self.text, event.end):
            return False
        for frame in reversed(self.stack):
            governing = [cue for cue in frame.piece.cues if self._takes_infinitive(cue)]
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
        if not is_listed_verb(self.text, start):
            return False
        frame = self.stack[-1]
        piece = frame.piece
        governor = self._governor(piece, event.at)
        if governor is None or not piece.cues:
            return False
        inherited = [c for c in piece.cues if c.end <= governor and not c.entry.weak]
        last = self.text[: event.at].rstrip(" ,").rpartition(" ")[2]
        if not inherited or (is_verb(last) and self._back(event.at) - len(last) <= governor + 1):
            return False  # "to seize and hold the islands": two verbs for one object
        self._next_piece(event.at, start, "coordinate", (piece.start, governor), inherited)
        return True

    def _governor(self, piece: Piece, before: int) -> int | None:
        """End of the last modal or "to" that a verb of the list follows, before an offset."""
        origin = piece.taken_over[0] if piece.taken_over else piece.start
        least = piece.taken_over[1] if piece.taken_over else None
        found = verb_governors(self.text, origin, before)
        if not found:
            return least
        return found[-1] if least is None else max(found[-1], least)

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

    def _takes_infinitive(self, cue: Cue) -> bool:
        if cue.entry.kind == "aim":
            return True
        verb = cue.entry.kind in ("attitude", "intention") or cue.entry.id in ("tend", "seem")
        said = self.text[cue.start : cue.end + 4].lower()
        return verb and said.endswith((" to", " to "))
