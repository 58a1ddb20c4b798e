"""What a language model proposed, on the terminal: counts, what to look at, what was dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from standoff.cli.plain import plain

if TYPE_CHECKING:
    from standoff.draft.proposal_models import ModelReport

_WIDTH = 88
_MOST = 30  # lines of one kind


def lines(advice: ModelReport) -> Iterator[str]:
    """The report, line by line."""
    yield f"proposals of {plain(advice.model)}{' (recorded)' if advice.replayed else ''}"
    kept = Counter(one.about for one in advice.kept)
    counted = ", ".join(_several(number, about) for about, number in kept.items())
    yield f"  kept: {counted or 'nothing'}"
    twins = sum(bool(one.found_by_rules) for one in advice.kept)
    if twins:
        yield f"  of these {_several(twins, 'claim')} that the rules had found"
    doubts = [(one, doubt) for one in advice.kept for doubt in one.doubts]
    for one, doubt in doubts[:_MOST]:
        yield f"  look at {one.about} {one.id}: {plain(doubt)}"
    if len(doubts) > _MOST:
        yield f"  look also at {len(doubts) - _MOST} more, in proposals.yaml"
    if advice.dropped:
        yield f"  dropped: {len(advice.dropped)}"
    for gone in advice.dropped[:_MOST]:
        yield f"    {gone.about}: {_cut(gone.label)}"
        said = f" “{_cut(gone.quote)}”" if gone.quote else ""
        yield f"      {plain(gone.told)}{said}"
    if len(advice.dropped) > _MOST:
        yield f"    and {len(advice.dropped) - _MOST} more, which --json lists"
    for part in advice.silent:
        span = part.first if part.first == part.last else f"{part.first} to {part.last}"
        yield f"  no usable answer about {span}: {plain(part.why)}"
    if advice.unread:
        yield f"  too long to be shown whole: {advice.unread[0]} to {advice.unread[-1]} were not"
    for remark in advice.remarks:
        yield f"  {plain(remark)}"


def _several(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _cut(words: str) -> str:
    text = plain(words)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1].rstrip() + "…"
