"""Dates as a note prints them."""

from __future__ import annotations

import datetime as dt
from functools import cache

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _parsed(moment: str) -> dt.datetime | dt.date | None:
    try:
        if "T" in moment or " " in moment.strip():
            return dt.datetime.fromisoformat(moment)
        return dt.date.fromisoformat(moment)
    except ValueError:
        return None


@cache
def in_words(moment: str) -> str:
    """`1962-10-25T12:00-04:00` as `25 October 1962, 12:00 (UTC-04:00)`; other text unchanged."""
    parsed = _parsed(moment)
    if parsed is None:
        return moment
    day = f"{parsed.day} {_MONTHS[parsed.month - 1]} {parsed.year}"
    if not isinstance(parsed, dt.datetime):
        return day
    zone = parsed.strftime("%z")
    where = f" (UTC{zone[:3]}:{zone[3:5]})" if zone and parsed.utcoffset() else ""
    if zone and not parsed.utcoffset():
        where = " (UTC)"
    return f"{day}, {parsed.hour:02d}:{parsed.minute:02d}{where}"


@cache
def short(moment: str) -> str:
    """`25 Oct` or `25 Oct 12:00`, for tables and axes."""
    parsed = _parsed(moment)
    if parsed is None:
        return moment
    day = f"{parsed.day} {_MONTHS[parsed.month - 1][:3]}"
    if isinstance(parsed, dt.datetime) and (parsed.hour, parsed.minute) not in ((0, 0), (23, 59)):
        return f"{day} {parsed.hour:02d}:{parsed.minute:02d}"
    return day


def day_of(moment: str) -> dt.date | None:
    """The calendar day of a moment; None where it can't be read."""
    parsed = _parsed(moment)
    return parsed.date() if isinstance(parsed, dt.datetime) else parsed
