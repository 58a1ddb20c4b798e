"""Dates as sources give them: machine forms with their precision, or words alone."""

from __future__ import annotations

import re
from typing import Literal

from standoff.sources.document import Date, Precision

Where = Literal["dateline", "heading", "text", "edition"]

_FORM = re.compile(
    r"(?P<year>-?\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?)?"
)
_MONTH_NAMES = """
    January February March April May June July August September October November December
"""
_MONTHS = _MONTH_NAMES.split()
_WORDS = re.compile(
    rf"\b(?P<month>{'|'.join(_MONTHS)})\s+(?:(?P<day>\d{{1,2}})(?!\d)"
    r"(?:\s*[–—-]\s*\d{1,2}(?!\d))?(?:,?\s+(?P<year>\d{4})(?!\d))?|(?P<only>\d{4})(?!\d))"
)
_UNDATED = re.compile(r"\bundated\b", re.IGNORECASE)


def encoded(words: str, when: str, first: str, last: str, place: Where) -> Date:
    """A date that the file encodes: `when`, or a range by its bounds."""
    form = when or first or last
    found = _FORM.fullmatch(form)
    return Date(
        words=words,
        when=when,
        first=first,
        last=last,
        precision=_precision(found, words) if found else "",
        zone=(found["zone"] or "") if found else "",
        place=place,
    )


def _precision(form: re.Match[str], words: str) -> Precision:
    if form["second"] is not None and form["second"] != "00":
        return "second"
    if form["minute"] is not None and (form["minute"] != "00" or ":" in words):
        return "minute"
    named: tuple[Precision, ...] = ("hour", "day", "month")
    return next((name for name in named if form[name] is not None), "year")


def in_words(text: str, place: Where) -> Date | None:
    """The first date that stands in `text` in words; None where there is none.

    A year that isn't said is left open (`--10-25`); of a range of days it is the first one.
    """
    found = _WORDS.search(text)
    if found is None:
        undated = _UNDATED.search(text)
        return Date(words=undated.group(), place=place, read_from_words=True) if undated else None
    month = _MONTHS.index(found["month"]) + 1
    if found["only"]:
        form, precision = f"{found['only']}-{month:02}", "month"
    else:
        day = int(found["day"])
        if not 1 <= day <= 31:
            return None
        form, precision = f"{found['year'] or '-'}-{month:02}-{day:02}", "day"
    return Date(
        words=found.group(),
        when=form,
        precision="month" if precision == "month" else "day",
        place=place,
        read_from_words=True,
    )
