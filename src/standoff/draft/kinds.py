"""What a clause is: fact, input, inference, forecast or attitude, by rules that name themselves.

The rules are tried in order; docs/background/estimative-clauses.md lists them with examples. They
look at the words alone, so they are wrong where the words mislead: the analyst has the last word,
and the draft says by which rule each kind was chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from standoff.draft.hedging import Cue
from standoff.draft.models import ClauseKind

__all__ = ["kind_of"]

_PERFECT = re.compile(
    r"(?:may|might|could|must|would|will)(?:\s+(?:not|well|also|already|\w+ly))*\s+have\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"(?:may|might|could)(?:\s+(?:not|well|also|\w+ly))*\s+"
    r"(?:be(?!\s+(?:able|prepared|ready|expected|forced|obliged|compelled|\w+ed)\b)|mean|reflect|indicate"
    r"|represent|seem|appear|exist|include|contain|know|feel|regard|consider|believe|assume)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|shall|would|won[’']t|(?:is|are) going to|(?:is|are) about to)\b", re.I
)
_PAST = re.compile(r"\b(?:was|were|had|has|have|did)\b", re.IGNORECASE)
_LIKELY_TO = re.compile(
    r"\b(?:likely|unlikely|certain|bound|sure|expected|doubtful|probable|chances?|likelihood|prospects?|"
    r"possibility|danger|risk)\b.{0,40}?\b(?:to|that|of|will|would)\b",
    re.IGNORECASE,
)


def kind_of(
    words: str, sentence: str, cues: Sequence[Cue], *, conceded: bool
) -> tuple[ClauseKind, str]:
    """(kind, the rule that chose it) of a clause.

    `words` are the clause's own with what it takes over from the one before; `cues` its hedges in
    the `sentence`, in order; `conceded` says that it is what an "even if" or "although" grants.
    """
    strong = [cue for cue in cues if not cue.entry.weak]
    if not strong:
        return "fact", "it says flatly what was done"
    if conceded:
        return "input", "it is granted or assumed, after “even if” or “although”"
    head = _head(strong)
    if head is not None:
        kind, said = head.entry.kind, sentence[head.start : head.end]
        if kind == "attitude":
            return "attitude", f"“{said}” says what somebody wants, fears or believes"
        if kind == "aim":
            return "inference", f"“{said}” says what somebody is after"
        if kind == "intention" and not _FUTURE.search(words):
            return "inference", f"“{said}” says to what end somebody acts"
    ids = {cue.entry.id for cue in strong}
    if ids <= {"raise", "suggest"}:
        return "inference", "it reads a meaning out of what was seen"
    if _PERFECT.search(words):
        return "inference", "a modal with “have” guesses at what has happened"
    if _FUTURE.search(words):
        return "forecast", "it says what will or would be"
    if ids & {"tend", "must", "suggest", "seem", "capable"} and not _LIKELY_TO.search(words):
        return "inference", "it says how things are, not what will be"
    if _STATE.search(words):
        return "inference", "a modal with “be” guesses at how things are"
    if ids & {"may", "might", "could", "may well"}:
        return "forecast", "a modal with a verb of doing says what may come"
    if _LIKELY_TO.search(words) and not _PAST.search(words):
        return "forecast", "it gives odds that something comes"
    return "inference", "it judges how things are or were"


def _head(cues: Sequence[Cue]) -> Cue | None:
    """The hedge that governs the clause: the first that is no modal, no odds and no mark."""
    for cue, after in zip(cues, [*cues[1:], None], strict=True):
        if cue.entry.kind in ("attitude", "aim", "intention"):
            return cue
        joined = after is not None and after.start - cue.end <= 1  # `tend to believe`
        if cue.entry.id in ("tend", "suggest", "capable") and not joined:
            return None
    return None
