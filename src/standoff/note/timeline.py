"""What happened and what was known when: the timeline of the note."""

from __future__ import annotations

import datetime as dt

from standoff.assess.timeline_models import TimelineItem, TimelinePart, TimeSpan
from standoff.chart.timeline import Believed, Happening, timeline
from standoff.note.dates import short
from standoff.note.outline import Block, Column, Figure, Paragraph, Rich, Section, Table, Text, rich
from standoff.note.writer import NO_BREAK, Writer
from standoff.words.sentences import capital

TITLE = "What happened, what was known when"
MOST_ROWS = 24
"""Items in the chart: the latest, where there are more."""
MOST_LATE = 8
"""Rows of the table; the record's own table has all items."""


def section(w: Writer, part: TimelinePart) -> Section | None:
    """A chart of what happened, when it was known, and belief; a table of what was known late."""
    if not part.items:
        return None
    blocks: list[Block] = []
    drawn = figure(w, part)
    if drawn is not None:
        blocks.append(drawn)
    blocks.append(Paragraph(rich(_told(part))))
    late = _late(w, part)
    if late is not None:
        blocks.append(late)
    return Section("timeline", TITLE, tuple(blocks))


# ---------------------------------------------------------------------------------- in words


def _told(part: TimelinePart) -> str:
    many, late = len(part.items), sum(i.late for i in part.items)
    if many == 1:
        known = "The one item of the record was known " + (
            f"{_delay(part.items[0].delay)} after the event" if late else "within a day"
        )
    elif late:
        was = "was" if late == 1 else "were"
        known = f"Of {many} items of the record, {late} {was} known a day or more after the event"
    else:
        known = f"Of {many} items of the record, none was known as late as a day after the event"
    said = [f"{known}: what is decided on a day rests on what was known that day."]
    held = [d for d in part.documents if d.written is not None]
    if part.documents:
        without = len(part.documents) - len(held)
        if held:
            said.append(
                f"{len(held)} of {len(part.documents)} documents cited are dated from the library"
                + (f"; {without} are not in it or give no date." if without else ".")
            )
        else:
            said.append("No document cited is in the library; the days are the record's own.")
    after = [d for d in held if d.items and _after(part, d.written, d.items)]
    if after:
        keys = ", ".join(f"{d.key}" for d in after[:4])
        said.append(
            f"Written only after what rests on {'it' if len(after) == 1 else 'them'} was known "
            f"by the record: {keys}{' and more' if len(after) > 4 else ''}; look at these days."
        )
    guessed = sum(d.written is not None and d.written.year_assumed for d in held)
    if guessed:
        said.append(f"{guessed} of them give no year; that of the crisis is taken.")
    if held:
        said.append(
            f"Hours are those of {part.zone}; of a document that gives an hour without a zone only "
            "the day is taken."
        )
    return " ".join(said)


def _after(part: TimelinePart, written: TimeSpan | None, numbers: list[int]) -> bool:
    """Whether a document is younger than the knowledge that rests on it alone."""
    if written is None:
        return False
    for item in part.items:
        if item.number in numbers and len(item.documents) == 1:
            first, known = _parsed(written.first), _parsed(item.known.last)
            if first is not None and known is not None and first > known:
                return True
    return False


def _late(w: Writer, part: TimelinePart) -> Table | None:
    """What was known late, the longest delay first."""
    late = sorted((i for i in part.items if i.late), key=lambda i: (-i.delay, i.number))[:MOST_LATE]
    if not late:
        return None
    rows = tuple(
        (
            rich(str(i.number)),
            rich(_cut(i.text)),
            _moment(i.at),
            _moment(i.known),
            rich(Text(_delay(i.delay), "strong")),
        )
        for i in late
    )
    columns = (
        Column("No.", 0.3, number=True),
        Column("Item", 2.6),
        Column("Happened", 0.9),
        Column("Known", 0.9),
        Column("Delay", 0.7, number=True),
    )
    more = sum(i.late for i in part.items) - len(late)
    note = f"And {more} more." if more > 0 else ""
    return Table("Known late", columns, rows, rich(note))


def _cut(text: str, most: int = 90) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _delay(hours: float) -> str:
    """`30 hours`, `3 days`, `29 years`."""
    if hours < 48:
        return f"{hours:.0f} hours"
    days = hours / 24
    return f"{days:.0f} days" if days < 730 else f"{days / 365.25:.0f} years"


def _moment(span: TimeSpan) -> Rich:
    """A moment as short as its precision is true to."""
    if span.precision == "year":
        return rich(span.first[:4])
    if span.precision == "month":
        return rich(short(span.first).split(" ", 1)[1] + NO_BREAK + span.first[:4])
    if span.precision == "range":
        return rich(f"{_day(span.first)} to {_day(span.last)}".replace(" ", NO_BREAK))
    year = f" {span.first[:4]}"
    if span.precision == "day":
        return rich((_day(span.first) + year).replace(" ", NO_BREAK))
    return rich(short(span.first).replace(" ", NO_BREAK))


def _day(moment: str) -> str:
    return short(moment[:10])


# ---------------------------------------------------------------------------------- the chart


def figure(w: Writer, part: TimelinePart) -> Figure | None:
    """The chart; None where nothing can be dated."""
    shown = part.items[-MOST_ROWS:]
    written = {d.key: _pair(d.written) for d in part.documents if d.written is not None}
    rows = [_row(item, written) for item in shown]
    if not rows:
        return None
    loose = [pair for d in part.documents if not d.items and (pair := written.get(d.key))]
    several = len({actor for b in part.belief for actor in b.belief}) > 1
    beliefs = [
        Believed(
            _parsed(point.moment),
            (f"{w.actor(actor)}: " if several else "") + w.type_label(actor, kind),
            p,
            *point.range90.get(actor, {}).get(kind, (p, p)),
        )
        for point in part.belief
        for actor, by in point.belief.items()
        for kind, p in by.items()
    ]
    title = TITLE
    caption = (
        "A dot is when a thing happened, a diamond when it was known (none where at once), bars "
        "are days of which no hour is known; a thick line is a delay of a day or more, an arrow "
        "leads past the axis. Gray marks under a row are the days of documents"
        + (", triangles days by which statements are settled" if part.due else "")
        + ", the dashed line is the moment of this note. Below: belief in each type in 100, and "
        "its range."
    )
    late = [str(i.number) for i in part.items if i.late]
    description = caption + (
        f" Known late: {'items' if len(late) > 1 else 'item'} {', '.join(late)}." if late else ""
    )
    spec = timeline(
        rows,
        beliefs,
        as_of=_parsed(part.as_of),
        papers=loose,
        due=[d for each in part.due if (d := _parsed(each.day.last)) is not None],
        title=title,
        description=description,
    )
    return Figure("timeline", title, description, spec, caption)


def _row(item: TimelineItem, written: dict[str, tuple[dt.datetime, dt.datetime]]) -> Happening:
    return Happening(
        label=f"{item.number} {capital(' '.join(item.text.split()))}",
        at=_pair(item.at),
        known=_pair(item.known),
        late=item.late,
        papers=[written[key] for key in item.documents if key in written],
    )


def _pair(span: TimeSpan) -> tuple[dt.datetime, dt.datetime]:
    first, last = _parsed(span.first), _parsed(span.last)
    assert first is not None and last is not None, span
    return first, last


def _parsed(moment: str) -> dt.datetime | None:
    """Local time: the axis shows the desk's days."""
    try:
        return dt.datetime.fromisoformat(moment).replace(tzinfo=None)
    except ValueError:
        return None
