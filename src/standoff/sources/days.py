"""Days between which a document was written, for lists and searches by date.

Dates are compared as written, in the writer's own zone: an instant that would be converted could
fall on another day than the one printed.
"""

from __future__ import annotations

import re
from calendar import monthrange

from standoff.errors import Problem, ScenarioError
from standoff.sources.document import Date, Document, Volume

__all__ = ["first_day", "last_day", "own_date", "span_of", "spans_of"]

_NO_YEAR = re.compile(r"--(\d\d(?:-\d\d)?)(?=$|T|Z|[+-]\d\d:)")
_YEARS = re.compile(r"(\d{4})(?:\s*[-–—/]\s*(\d{4}|\d\d))?")
_MOST_YEARS = 30  # no series of documents that shares a title covers more
_START = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?=$|T|Z|[+-]\d\d:)")


def own_date(document: Document) -> Date | None:
    """The date that `Document.best_date` is of."""
    best = document.best_date
    return next((d for d in document.dates if best and (d.when or d.first) == best), None)


def span_of(document: Document) -> tuple[str | None, str | None]:
    """The first and the last day on which it may have been written (ISO); None where unknown."""
    chosen = own_date(document)
    if chosen is None:
        return None, None
    earliest = _day(chosen.when or chosen.first, last=False)
    latest = _day(chosen.when or chosen.last or chosen.first, last=True)
    return earliest, latest if earliest is not None else None


def spans_of(document: Document) -> list[tuple[str, str]]:
    """First and last days between which it may have been written: one pair, none, or several.

    A date without a year may be of any year that the volume covers, so that a search by date finds
    too much rather than too little.
    """
    earliest, latest = span_of(document)
    if earliest is not None and latest is not None:
        return [(earliest, latest)]
    chosen = own_date(document)
    found = _NO_YEAR.match(chosen.when or chosen.first) if chosen is not None else None
    if found is None:
        return []
    days = [
        (_day(f"{year}-{found[1]}", last=False), _day(f"{year}-{found[1]}", last=True))
        for year in _years_of(document.volume)
    ]
    return [(first, last) for first, last in days if first is not None and last is not None]


def _years_of(volume: Volume) -> range:
    """The years that a volume covers: its subseries, or those in a name like `frus1961-63v06`."""
    named = volume.id.removeprefix("frus") if volume.id.startswith("frus") else ""
    found = _YEARS.search(volume.subseries) or _YEARS.match(named)
    if found is None:
        return range(0)
    first, last = int(found[1]), found[2] or found[1]
    # A range that goes over the century names it: 1999-2001.
    until = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    return range(first, until + 1) if first <= until < first + _MOST_YEARS else range(0)


def first_day(given: str, option: str) -> str:
    """The first day of a year, month or day that a user gave; an error that names the option."""
    return _asked(given, option, last=False)


def last_day(given: str, option: str) -> str:
    """The last day of a year, month or day that a user gave."""
    return _asked(given, option, last=True)


def _asked(given: str, option: str, *, last: bool) -> str:
    day = _day(given.strip(), last=last)
    if day is None:
        raise ScenarioError(
            Problem(
                "bad-date",
                f"{option} can't be read",
                found=repr(given),
                expected="a year, month or day: 1962, 1962-10 or 1962-10-25",
            )
        )
    return day


def _day(written: str, *, last: bool) -> str | None:
    """The first or last day of what was written; None for what is no date with a year."""
    found = _START.match(written)
    if found is None:
        return None
    year, month, day = found.groups()
    month = month or ("12" if last else "01")
    if int(year) < 1 or not 1 <= int(month) <= 12:
        return None
    longest = monthrange(int(year), int(month))[1]
    day = day or (f"{longest:02}" if last else "01")
    return f"{year}-{month}-{day}" if 1 <= int(day) <= longest else None
