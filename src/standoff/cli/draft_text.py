"""What a draft found in a note, as lines to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from standoff.cli.plain import plain
from standoff.draft.models import Clause, ClauseKind, DraftReport, FoundActor

_KINDS: tuple[ClauseKind, ...] = ("fact", "input", "inference", "forecast", "attitude")
_MOST_ACTORS = 6


def summary(report: DraftReport, folder: Path) -> Iterator[str]:
    """Everything found, what was left blank, and what to do next."""
    yield from _heading(report)
    yield from _actors(report.actors)
    yield from _clauses(report.clauses)
    if report.left_out:
        number = len(report.left_out)
        yield f"left out  {_count(number, 'place')} (questions, others' words)"
    yield f"blank     {len(report.blanks)} things that the note doesn't say:"
    for blank in report.blanks:
        yield plain(f"            {blank.path}: {blank.what}")
    if report.advice is not None:
        from standoff.cli.draft_advice import lines

        yield from lines(report.advice)
    for file in report.files:
        yield f"wrote {file}"
    yield f"next: fill in what is marked BLANK, and run: standoff check {folder}"


def _heading(report: DraftReport) -> Iterator[str]:
    facts = report.facts
    yield plain(f"note      {facts.title}")
    parties = (("from", facts.sender), ("to", facts.recipient))
    rows = (
        ("", ", ".join(f"{word} {who}" for word, who in parties if who)),
        ("document", facts.document),
        ("date", _date(report)),
        ("marking", facts.marking),
        ("kept", facts.source_note),
        ("pages", _pages(report)),
        ("sections", ", ".join(section.title for section in report.sections)),
    )
    for name, words in rows:
        if words:
            yield plain(f"{name:<10}{words}")


def _date(report: DraftReport) -> str:
    date = report.facts.date
    if date.day:
        return f"{date.day} ({date.year_from})" if date.year_from else date.day
    if date.years:
        return (
            f"{date.words}, of a year from {date.years[0]} to {date.years[-1]}: give it with --date"
        )
    return "not found: give it with --date"


def _pages(report: DraftReport) -> str:
    pages = report.facts.pages
    if not pages:
        return ""
    labels = ", ".join(page.label for page in pages[:12]) + (", ..." if len(pages) > 12 else "")
    medium = " of the facsimile" if all(page.medium == "facsimile" for page in pages) else ""
    return f"{labels}{medium}"


def _actors(actors: tuple[FoundActor, ...]) -> Iterator[str]:
    players = [actor for actor in actors if actor.player]
    others = [actor for actor in actors if not actor.player]
    name = "players"
    for actor in players:
        said = f"{actor.name} ({_count(actor.clauses, 'clause')})"
        doubt = f"; {actor.doubt}" if actor.doubt else ""
        yield plain(f"{name:<10}{said}{doubt}")
        name = ""
    if not players:
        yield "players   none found"
    if others:
        listed = ", ".join(f"{actor.name} ({actor.clauses})" for actor in others[:_MOST_ACTORS])
        more = f", and {len(others) - _MOST_ACTORS} more" if len(others) > _MOST_ACTORS else ""
        yield plain(f"others    {listed}{more}")


def _clauses(clauses: tuple[Clause, ...]) -> Iterator[str]:
    if not clauses:
        yield "clauses   none: no words that the rules know for an estimate (they know English)"
        return
    kinds = Counter(clause.kind for clause in clauses)
    listed = ", ".join(f"{kinds[kind]} {kind}" for kind in _KINDS if kinds[kind])
    yield f"clauses   {len(clauses)}: {listed}"
    banded = sum(bool(clause.bands) for clause in clauses)
    yield f"          {banded} in words that a standard gives a band"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
