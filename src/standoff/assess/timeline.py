"""The timeline: what happened, what was known when, and what was believed, on one axis.

Moments are kept as well as they are known: a day is a stretch, and so is a date that a document
gives as a range. Nothing that was known only after `as_of` is in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

from standoff.assess.answering import unit, unit_range
from standoff.assess.chain import Chain
from standoff.assess.timeline_models import (
    DueDay,
    TimelineBelief,
    TimelineDocument,
    TimelineItem,
    TimelinePart,
    TimePrecision,
    TimeSpan,
)
from standoff.errors import ScenarioError, SourceError
from standoff.infer.belief import Moment, over_time
from standoff.infer.record import Placed
from standoff.scenario.dates import Calendar, When, calendar
from standoff.scenario.models import Scenario
from standoff.scenario.roots import document_of, pieces

if TYPE_CHECKING:
    from standoff.sources.document import Date, Document
    from standoff.sources.library import Library

HALF_A_YEAR = dt.timedelta(days=183)
LATE = 24.0
"""Hours after which an item counts as known late: a day's note was written without it."""


def timeline_of(
    ready: Chain, library: Library | None = None, *, moments: Sequence[Moment] | None = None
) -> TimelinePart | None:
    """The timeline of a solved crisis; None where nothing has been recorded.

    Documents are dated by the `library`, where it holds them. `moments` saves working out belief
    over the record again where that is at hand.
    """
    inference = ready.inference
    placed = [one for one in inference.evidence.items if one.kind != "unknown"]
    if not placed:
        return None
    scenario = ready.scenario
    clock = calendar(scenario.clock)
    items = [_item(scenario, clock, number, one) for number, one in enumerate(placed, 1)]
    numbers = {one.id: number for number, one in enumerate(placed, 1)}
    held = over_time(inference) if moments is None else moments
    as_of = inference.evidence.as_of
    return TimelinePart(
        as_of=as_of.isoformat() if as_of else "",
        zone=clock.zone.key,
        items=items,
        documents=_documents(scenario, clock, items, library),
        belief=[_belief(point, numbers) for point in held],
        due=_due(scenario, clock),
    )


# ---------------------------------------------------------------------------------- the record


def _item(scenario: Scenario, clock: Calendar, number: int, placed: Placed) -> TimelineItem:
    item = placed.item
    # An absence covers all the days on which the thing was not seen.
    happened = _when(clock, item.at or item.last or item.known or "")
    if item.absence is not None and item.first is not None:
        happened = _between(_when(clock, item.first), happened)
    known = _when(clock, item.known) if item.known else happened
    delay = max((_hours(known.first) - _hours(happened.last)), 0.0) if item.known else 0.0
    cited = [one.citation for one in pieces(scenario)[placed.index] if one.supports]
    return TimelineItem(
        number=number,
        id=placed.id,
        text=item.text or item.report or " or ".join(item.move or ()) or item.absence or placed.id,
        at=happened,
        known=known,
        delay=round(delay, 4),
        late=delay >= LATE,
        documents=list(dict.fromkeys(document_of(text) for text in cited)),
    )


def _when(clock: Calendar, text: str) -> TimeSpan:
    return _span(clock.moment(text))


def _span(when: When, zone: str = "") -> TimeSpan:
    """A moment as the scenario gives it."""
    given = when.text.strip()
    if when.exact:
        precision: TimePrecision = "minute"
    else:
        precision = "year" if len(given) == 4 else "month" if len(given) == 7 else "day"
    return TimeSpan(
        first=when.first.isoformat(), last=when.last.isoformat(), precision=precision,
        written=given, zone=zone or _zone(given),
    )  # fmt: skip


def _zone(text: str) -> str:
    """The zone that a moment names itself."""
    clock = text[11:]
    if clock.endswith("Z"):
        return "Z"
    at = max(clock.rfind("+"), clock.rfind("-"))
    return clock[at:] if at > 0 else ""


def _between(first: TimeSpan, last: TimeSpan) -> TimeSpan:
    return TimeSpan(
        first=first.first, last=last.last, precision="range",
        written=f"{first.written} to {last.written}",
    )  # fmt: skip


def _hours(moment: str) -> float:
    return dt.datetime.fromisoformat(moment).timestamp() / 3600


def _belief(point: Moment, numbers: dict[str, int]) -> TimelineBelief:
    return TimelineBelief(
        moment=point.moment.isoformat() if point.moment else "",
        items=[numbers[id] for id in point.items if id in numbers],
        belief={a: {t: unit(p.value) for t, p in by.items()} for a, by in point.belief.items()},
        range90={
            a: {t: unit_range(p.range90) or (0.0, 1.0) for t, p in by.items()}
            for a, by in point.belief.items()
        },
    )


def _due(scenario: Scenario, clock: Calendar) -> list[DueDay]:
    found = [
        DueDay(judgement=j.id, text=" ".join(j.text.split()), day=_when(clock, j.resolves.day))
        for j in scenario.judgements
        if j.resolves is not None
    ]
    return sorted(found, key=lambda each: each.day.last)


# ---------------------------------------------------------------------------------- documents


def _documents(
    scenario: Scenario, clock: Calendar, items: Sequence[TimelineItem], library: Library | None
) -> list[TimelineDocument]:
    """Every document that an item, a judgement or a link rests on; sources without documents of
    their own (general knowledge) have no date and are left out.
    """
    by_item: dict[str, list[int]] = {}
    for item in items:
        for key in item.documents:
            by_item.setdefault(key, []).append(item.number)
    others: dict[str, list[str]] = {}
    cited = [(f"judgements.{j.id}", text) for j in scenario.judgements for text in j.source]
    cited += [(each.rests, each.passage) for each in scenario.links
              if not each.rests.startswith("record.")]  # fmt: skip
    for path, text in cited:
        where = others.setdefault(document_of(text), [])
        if path not in where:
            where.append(path)
    found = []
    for key in dict.fromkeys([*by_item, *others]):
        document = _held(library, key)
        if document is None and "#" not in key:
            continue
        found.append(
            TimelineDocument(
                key=key,
                heading=document.heading if document else "",
                written=_written(clock, document) if document else None,
                held=document is not None,
                items=by_item.get(key, []),
                others=others.get(key, []),
            )
        )
    return sorted(found, key=lambda d: (d.written is None, d.written.first if d.written else "",
                                        d.key))  # fmt: skip


def _held(library: Library | None, key: str) -> Document | None:
    """The document of the library; of several renderings the first that has a date."""
    if library is None:
        return None
    try:
        return library.get(key)
    except SourceError as error:
        if error.problems[0].code != "several-renderings":
            return None
    names = [f"{key}@{each}" for each in ("tei", "text", "markdown", "pdf")]
    kept = []
    for name in names:
        try:
            kept.append(library.get(name))
        except SourceError:
            continue
    return next((one for one in kept if one.best_date), kept[0] if kept else None)


def _written(clock: Calendar, document: Document) -> TimeSpan | None:
    """When a document was written, as well as it says; None where it gives no year."""
    from standoff.sources.days import own_date, spans_of

    date = own_date(document)
    if date is None:
        return None
    if (date.when or date.first).startswith("--"):
        return _without_year(clock, date, spans_of(document))
    try:
        if date.when:
            return _dated(clock, date)
        first = clock.moment(_readable(date.first))
        last = clock.moment(_readable(date.last or date.first))
    except ScenarioError:
        return None
    return TimeSpan(
        first=first.first.isoformat(), last=last.last.isoformat(), precision="range",
        written=f"{date.first} to {date.last or date.first}", zone=date.zone,
    )  # fmt: skip


def _without_year(clock: Calendar, date: Date, spans: Sequence[tuple[str, str]]) -> TimeSpan | None:
    """A day without a year: of the years that the volume covers the one next to the crisis, where
    that is within half a year of it.
    """
    start = clock.start(1)
    near = []
    for first, last in spans:
        begin, end = clock.moment(first), clock.moment(last)
        if abs(begin.first - start) <= HALF_A_YEAR:
            near.append((abs(begin.first - start), begin, end))
    if not near:
        return None
    _, begin, end = min(near, key=lambda each: each[0])
    return TimeSpan(
        first=begin.first.isoformat(), last=end.last.isoformat(), precision="day",
        written=date.words or date.when, zone=date.zone, year_assumed=True,
    )  # fmt: skip


def _dated(clock: Calendar, date: Date) -> TimeSpan:
    written, precision = date.when, "minute" if date.precision == "second" else date.precision
    if not date.zone and "T" in written:
        # Moscow's five in the afternoon is Washington's morning: without a zone only the day holds.
        written, precision = written[:10], "day"
    when = clock.moment(_readable(written))
    last = when.last
    if precision == "hour" and when.exact:  # an hour is not its first minute
        last = when.first + dt.timedelta(minutes=59)
    return TimeSpan(
        first=when.first.isoformat(),
        last=last.isoformat(),
        precision=next((p for p in get_args(TimePrecision) if p == precision), ""),
        written=date.words or date.when,
        zone=date.zone,
    )


def _readable(form: str) -> str:
    """A machine date in a form that the clock reads: an hour without minutes gets them."""
    day, mark, clock = form.partition("T")
    if mark and len(clock) >= 2 and (len(clock) == 2 or clock[2] in "Z+-"):
        return f"{day}T{clock[:2]}:00{clock[2:]}"
    return form
