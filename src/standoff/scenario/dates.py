"""Moments and the clock: what `1962-10-25T12:00` means, and in which round it falls.

A bare day is the whole day; where it cuts (`as_of`, `known`, `by`) its end counts. Moments without
a zone of their own are read in the clock's. Rounds are numbered from 1, as in the language.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from standoff.errors import Problem, ScenarioError
from standoff.scenario.models import Clock

__all__ = ["Calendar", "RoundDays", "When", "calendar", "moment", "rounds_of", "zone_of"]

_FORM = re.compile(
    r"(?P<y>\d{4})(?:-(?P<m>\d{2})(?:-(?P<d>\d{2})"
    r"(?:[T ](?P<H>\d{2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:\.(?P<f>\d{1,6}))?)?"
    r"(?P<z>Z|[+-]\d{2}:?\d{2})?)?)?)?"
)
_EXPECTED = "a day (1962-10-25), an hour (1962-10-25T12:00, with a zone: -04:00) or a year (1992)"
_TICK = dt.timedelta(microseconds=1)
_RANGE = re.compile(r"\s*(?P<a>\d+|last)\s*(?:(?:-|\.\.)\s*(?P<b>\d+|last)\s*)?")


@dataclass(frozen=True)
class When:
    """A stretch of time named by a text: a minute is a point, a day or a year is not."""

    first: dt.datetime
    last: dt.datetime
    text: str

    @property
    def cut(self) -> dt.datetime:
        """The moment up to which it counts, that moment included: the end of a bare day."""
        return self.last

    @property
    def exact(self) -> bool:
        """Whether an hour was given."""
        return self.first == self.last


@dataclass(frozen=True)
class RoundDays:
    """One round of the clock, resolved."""

    number: int
    """From 1."""
    first: dt.date
    last: dt.date
    label: str
    day: int
    """Days from the start of the clock to the first day of the round."""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Calendar:
    """The clock, resolved."""

    zone: ZoneInfo
    rounds: tuple[RoundDays, ...]

    def __len__(self) -> int:
        return len(self.rounds)

    @property
    def days(self) -> tuple[int, ...]:
        """Days of each round."""
        return tuple(r.days for r in self.rounds)

    @property
    def total(self) -> int:
        """Days of the whole clock."""
        return sum(self.days)

    def days_left(self, number: int) -> int:
        """Days from the first day of round `number` to the end of the clock."""
        return self.total - self.rounds[number - 1].day

    def moment(self, text: str) -> When:
        """`text` in this clock's zone. Raises `ScenarioError`."""
        return moment(text, self.zone)

    def start(self, number: int) -> dt.datetime:
        """The first moment of round `number`."""
        return dt.datetime.combine(self.rounds[number - 1].first, dt.time(), self.zone)

    def end(self, number: int) -> dt.datetime:
        """The last moment of round `number`."""
        after = self.rounds[number - 1].last + dt.timedelta(days=1)
        return dt.datetime.combine(after, dt.time(), self.zone) - _TICK

    def round_of(self, when: str | When | dt.datetime) -> int | None:
        """The round in which a moment falls (a bare day: its end), or None outside the clock."""
        point = self._point(when)
        for each in self.rounds:
            if self.start(each.number) <= point <= self.end(each.number):
                return each.number
        return None

    def rounds_over(self, when: str | When | dt.datetime) -> int:
        """How many rounds had ended before a moment, or end with it."""
        point = self._point(when)
        return sum(self.end(r.number) <= point for r in self.rounds)

    def _point(self, when: str | When | dt.datetime) -> dt.datetime:
        if isinstance(when, str):
            when = self.moment(when)
        return when.cut if isinstance(when, When) else when


def moment(text: str, zone: dt.tzinfo = dt.UTC) -> When:
    """Parse a moment; without an offset of its own it is read in `zone`.

    Raises `ScenarioError` (code `bad-date`).
    """
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise ScenarioError(
            Problem("bad-date", "this is no date", found=repr(text[:40]), expected=_EXPECTED)
        )
    try:
        return _moment(form, text, zone)
    except (ValueError, OverflowError) as error:
        raise ScenarioError(
            Problem("bad-date", f"there is no such date: {error}", found=text, expected=_EXPECTED)
        ) from None


def _moment(form: re.Match[str], text: str, zone: dt.tzinfo) -> When:
    year, month, day = (int(form[k]) if form[k] else None for k in "ymd")
    assert year is not None
    if form["H"]:
        offset = form["z"]
        own: dt.tzinfo = zone
        if offset:
            own = dt.datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo or zone
        point = dt.datetime(
            year,
            month or 1,
            day or 1,
            int(form["H"]),
            int(form["M"]),
            int(form["S"] or 0),
            int((form["f"] or "").ljust(6, "0")),  # a note's JSON has the last tick of a day
            tzinfo=own,
        ).astimezone(zone)
        return When(point, point, text)
    first = dt.datetime(year, month or 1, day or 1, tzinfo=zone)
    if day:
        after = (first + dt.timedelta(days=1)).replace(hour=0)
    elif month:
        after = first.replace(year=year + month // 12, month=month % 12 + 1)
    else:
        after = first.replace(year=year + 1)
    return When(first, after - _TICK, text)


def zone_of(clock: Clock) -> ZoneInfo:
    """The clock's zone. Raises `ScenarioError` (code `bad-zone`)."""
    try:
        return ZoneInfo(clock.zone)
    except (OSError, ValueError, KeyError):
        raise ScenarioError(
            Problem(
                "bad-zone",
                "there is no such zone",
                path="clock.zone",
                found=clock.zone,
                expected="an IANA zone",
                nearest=_nearest_zone(clock.zone),
            )
        ) from None


def _nearest_zone(name: str) -> str:
    from zoneinfo import available_timezones

    from standoff.errors import nearest

    return nearest(name, sorted(available_timezones()))


@lru_cache(maxsize=64)
def calendar(clock: Clock) -> Calendar:
    """The clock, resolved. Raises `ScenarioError` with every problem of it."""
    zone = zone_of(clock)
    problems: list[Problem] = []
    rounds: list[RoundDays] = []
    if isinstance(clock.rounds, int):
        if clock.start is None:
            raise ScenarioError(
                Problem(
                    "missing-key",
                    "`start` is missing: a number of rounds needs a first day",
                    path="clock",
                    expected="start: 1962-10-22",
                )
            )
        first = _day(clock.start, zone, "clock.start", problems)
        if first is not None:
            try:
                for index in range(clock.rounds):
                    begins = first + dt.timedelta(days=index * clock.step)
                    ends = begins + dt.timedelta(days=clock.step - 1)
                    rounds.append(RoundDays(index + 1, begins, ends, "", index * clock.step))
            except OverflowError:
                problems.append(
                    Problem("bad-date", "the clock runs past the year 9999", path="clock")
                )
    else:
        if not clock.rounds:
            problems.append(Problem("missing-key", "the clock has no rounds", path="clock.rounds"))
        if clock.start is not None:
            problems.append(
                Problem(
                    "one-of",
                    "rounds with days of their own leave no place for `start`",
                    path="clock.start",
                )
            )
        rounds = _listed(clock, zone, problems)
    if problems:
        raise ScenarioError(problems)
    return Calendar(zone, tuple(rounds))


def _listed(clock: Clock, zone: ZoneInfo, problems: list[Problem]) -> list[RoundDays]:
    rounds: list[RoundDays] = []
    whole = True  # a round whose days can't be read leaves no gap to complain of
    assert not isinstance(clock.rounds, int)
    for index, each in enumerate(clock.rounds):
        path = f"clock.rounds.{index}"
        first = _day(each.first, zone, f"{path}.first", problems)
        last = first if each.last is None else _day(each.last, zone, f"{path}.last", problems)
        if first is None or last is None:
            whole = False
            continue
        if last < first:
            problems.append(
                Problem(
                    "clock-order",
                    "the round ends before it begins",
                    path=f"{path}.last",
                    found=f"{first} to {last}",
                )
            )
            continue
        if rounds and whole:
            due = rounds[-1].last + dt.timedelta(days=1)
            if first != due:
                words = "there is a gap before this round" if first > due else "rounds overlap"
                problems.append(
                    Problem(
                        "clock-order",
                        words,
                        path=f"{path}.first",
                        found=str(first),
                        expected=str(due),
                    )
                )
        start = rounds[0].first if rounds else first
        rounds.append(RoundDays(index + 1, first, last, each.label, (first - start).days))
    return rounds


def _day(text: str, zone: ZoneInfo, path: str, problems: list[Problem]) -> dt.date | None:
    try:
        when = moment(text, zone)
    except ScenarioError as error:
        problems.extend(
            Problem(p.code, p.message, path=path, found=p.found, expected="a day (1962-10-25)")
            for p in error.problems
        )
        return None
    if when.exact or when.last - when.first > dt.timedelta(days=2):
        problems.append(
            Problem(
                "bad-date",
                "a round is made of whole days",
                path=path,
                found=text,
                expected="a day (1962-10-25)",
            )
        )
        return None
    return when.first.date()


def rounds_of(spec: Iterable[str] | None, count: int, path: str = "") -> tuple[int, ...]:
    """The rounds (from 1) that a turn's `rounds:` names among `count`; all where it is None.

    Raises `ScenarioError` (code `bad-rounds`).
    """
    if spec is None:
        return tuple(range(1, count + 1))
    named: set[int] = set()
    problems: list[Problem] = []
    for index, text in enumerate(spec):
        form = _RANGE.fullmatch(text)
        low, high = (
            (_number(form["a"], count), _number(form["b"] or form["a"], count)) if form else (0, 0)
        )
        if not 1 <= low <= high <= count:
            problems.append(
                Problem(
                    "bad-rounds",
                    "no such rounds",
                    path=f"{path}.{index}" if path else "",
                    found=repr(text[:40]),
                    expected=f"numbers from 1 to {count}, ranges (2-{max(count, 3)}) or `last`",
                )
            )
            continue
        named.update(range(low, high + 1))
    if problems:
        raise ScenarioError(problems)
    return tuple(sorted(named))


def _number(text: str, count: int) -> int:
    return count if text == "last" else min(int(text[:9]), count + 1)
