"""What rests on which passages: how many still stand, and whose support is gone or single."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from standoff.assess.links_models import LinkPart, LinksPart, TargetPart
from standoff.note.outline import Block, Bullets, Paragraph, Section, rich
from standoff.note.writer import Writer
from standoff.words.sentences import capital, quoted

__all__ = ["marks", "section"]

MOST = 8
"""Things that one list names; the others are counted."""
_STATES = {
    "ok": "as they were",
    "moved": "moved or altered",
    "lost": "lost",
    "unchecked": "not checked, since the library doesn't hold the document",
}
_ONE = {"as they were": "as it was"}
_KINDS = {
    "record": "the record item",
    "judgement": "the statement",
    "parameter": "the parameter",
    "prior": "the prior",
    "move": "the move",
    "question": "the question",
}
_GONE = {"denied": "denied", "deceptive": "meant to deceive"}


def section(w: Writer, part: LinksPart) -> Section | None:
    """Counts by state, what is unsupported, what rests on one root only, what has moved.

    None where there are no links and nothing could be looked up.
    """
    linked = sum(part.links.values())
    if not linked and not part.checked:
        return None
    blocks: list[Block] = [Paragraph(rich(_counts(part)))]
    own = [t for t in part.targets if not t.target.endswith(".resolved")]
    gone = [t for t in own if t.unsupported]
    single = [t for t in own if t.kind == "judgement" and t.roots == 1 and not t.unsupported]
    moved = [(t, p) for t in part.targets for p in t.passages if p.state == "moved"]
    if gone:
        text = "Every passage of these is lost, only denies it, or is meant to deceive:"
        blocks.append(Paragraph(rich(text), lead="Unsupported", warning=True))
        blocks.append(_list([f"{capital(_name(t))}: {_why_gone(t)}." for t in gone]))
    if single:
        blocks.append(Paragraph(rich(_single(single)), lead="One root"))
    if moved:
        text = "The words were found again elsewhere, or altered; look whether they still say it:"
        blocks.append(Paragraph(rich(text), lead="Moved"))
        blocks.append(_list([f"{capital(_name(t))}: {_where(p)}." for t, p in moved]))
    return Section("links", "What rests on which passages", tuple(blocks))


def marks(part: LinksPart) -> dict[str, str]:
    """A few words on the support of each target, by key path: for a cell of the audit."""
    return {t.target: _mark(t) for t in part.targets}


def _mark(t: TargetPart) -> str:
    if t.unsupported:
        return f"unsupported: {_why_gone(t)}"
    passages = _number(t.supporting, "passage", "passages")
    roots = _number(t.roots, "root", "roots")
    lost = sum(p.state == "lost" for p in t.passages)
    moved = sum(p.state == "moved" and p.supports for p in t.passages)
    more = [f"{lost} lost"] if lost else []
    more += [f"{moved} moved"] if moved else []
    return ", ".join([passages, roots, *more])


def _why_gone(t: TargetPart) -> str:
    one = len(t.passages) == 1
    lost = sum(p.state == "lost" for p in t.passages)
    if lost == len(t.passages):
        what = "link" if t.passages[0].link is not None else "citation"
        return f"its {what} is lost" if one else f"all its {lost} passages are lost"
    said = sorted({_GONE[p.mark] for p in t.passages if p.mark in _GONE and p.state != "lost"})
    words = " or ".join(said)
    if one:
        return f"what its passage says is {words}"
    more = f"; {lost} lost" if lost else ""
    return f"what its passages say is {words}{more}"


def _counts(part: LinksPart) -> str:
    said = []
    for what, counts in (("link", part.links), ("citation", part.citations)):
        total = sum(counts.values())
        states = [(n, _STATES[state]) for state, n in counts.items() if n]
        whole = _number(total, what, f"{what}s")
        if not part.checked:
            said += [whole] if total else []
        elif len(states) == 1:
            words = f"all {states[0][1]}" if total > 1 else _ONE.get(states[0][1], states[0][1])
            said.append(f"{whole}, {words}")
        elif states:
            said.append(f"{whole}: {', '.join(f'{n} {words}' for n, words in states)}")
    if not part.checked:
        return f"{capital(' and '.join(said))}. There was no library of documents to look in."
    return f"{capital('; '.join(said))}."


def _single(targets: Sequence[TargetPart]) -> str:
    """Statements that rest on one source, by the document where many rest on the same."""
    rest = _number(len(targets), "statement rests", "statements rest")
    head = f"{capital(rest)} on one independent source only, whatever the number of passages"
    if len(targets) <= MOST:
        return f"{head}: {', '.join(quoted(t.label) for t in targets)}."
    counts = Counter(
        next(p.passage.partition("/")[0] for p in t.passages if p.supports) for t in targets
    )
    shown = [f"{count} on {document}" for document, count in counts.most_common(MOST)]
    more = sum(counts.values()) - sum(count for _, count in counts.most_common(MOST))
    return f"{head}: {', '.join(shown)}{f', {more} on others' if more else ''}."


def _list(lines: Sequence[str]) -> Bullets:
    shown = [*lines[:MOST]]
    if len(lines) > MOST:
        shown.append(f"And {len(lines) - MOST} more.")
    return Bullets(tuple(rich(line) for line in shown))


def _where(p: LinkPart) -> str:
    document = p.passage.partition("/")[0]
    score = "" if p.score is None else f" ({p.score:.0f} of 100 alike)"
    return f"{p.passage}, now {document}/{p.place}{score}" if p.place else f"{p.passage}{score}"


def _name(t: TargetPart) -> str:
    label = quoted(t.label) if t.label else t.target
    return f"{_KINDS.get(t.kind, '')} {label}".strip()


def _number(count: int, one: str, many: str) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return f"{words[count] if count < len(words) else count} {one if count == 1 else many}"
