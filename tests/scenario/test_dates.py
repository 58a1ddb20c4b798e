"""Moments and the clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import ScenarioError
from standoff.scenario.dates import calendar, moment, rounds_of
from standoff.scenario.models import Clock, Round

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1962-10-25", "1962-10-25T00:00:00-04:00", "1962-10-25T23:59:59.999999-04:00"),
        ("1962-10-25T12:00", "1962-10-25T12:00:00-04:00", "1962-10-25T12:00:00-04:00"),
        ("1962-10-25 12:00:30", "1962-10-25T12:00:30-04:00", "1962-10-25T12:00:30-04:00"),
        ("1962-10-26T16:43+03:00", "1962-10-26T09:43:00-04:00", "1962-10-26T09:43:00-04:00"),
        ("1962-10-26T16:43Z", "1962-10-26T12:43:00-04:00", "1962-10-26T12:43:00-04:00"),
        ("1992", "1992-01-01T00:00:00-05:00", "1992-12-31T23:59:59.999999-05:00"),
        ("1962-12", "1962-12-01T00:00:00-05:00", "1962-12-31T23:59:59.999999-05:00"),
        # summer time ended on 28 October 1962: a day of 25 hours
        ("1962-10-28", "1962-10-28T00:00:00-04:00", "1962-10-28T23:59:59.999999-05:00"),
    ],
)
def test_moment(text: str, first: str, last: str) -> None:
    when = moment(text, NEW_YORK)
    assert when.first.isoformat() == first
    assert when.cut.isoformat() == last
    assert when.exact == (first == last)


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "62-10-25", "1962-13", "1962-02-30", "1962-10-25T25:00", "0000",
             "1962-10-25T12", "9999-12-31", "1962-10-25T12:00+99:00", "١٩٦٢-10-25x"],
)  # fmt: skip
def test_no_moment(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        moment(text, NEW_YORK)
    assert [p.code for p in caught.value.problems] == ["bad-date"]


def clock(*rounds: tuple[str, str | None], zone: str = "UTC") -> Clock:
    return Clock(rounds=tuple(Round(first=a, last=b) for a, b in rounds), zone=zone)


def test_rounds_of_unequal_length() -> None:
    found = calendar(clock(("1962-10-22", "1962-10-23"), ("1962-10-24", None),
                           ("1962-10-25", "1962-10-31"), zone="America/New_York"))  # fmt: skip
    assert found.days == (2, 1, 7)
    assert found.total == 10
    assert [r.day for r in found.rounds] == [0, 2, 3]
    assert [found.days_left(n) for n in (1, 2, 3)] == [10, 8, 7]
    assert found.round_of("1962-10-23") == 1
    assert found.round_of("1962-10-24T00:00") == 2
    assert found.round_of("1962-10-24T03:00Z") == 1  # still the 23rd in New York
    assert found.round_of("1962-10-21T23:59") is None
    assert found.round_of("1962-11-01") is None
    assert found.rounds_over("1962-10-24") == 2
    assert found.rounds_over("1962-10-24T12:00") == 1
    assert found.end(3).isoformat() == "1962-10-31T23:59:59.999999-05:00"


def test_rounds_of_equal_length() -> None:
    found = calendar(Clock(rounds=3, start="2024-02-27", step=2))
    assert [(str(r.first), str(r.last)) for r in found.rounds] == [
        ("2024-02-27", "2024-02-28"), ("2024-02-29", "2024-03-01"), ("2024-03-02", "2024-03-03"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        (Clock(rounds=3), "clock"),
        (Clock(rounds=10_000, start="9990-01-01", step=1000), "clock"),
        (Clock(rounds=()), "clock.rounds"),
        (clock(("2024-01-01T12:00", None)), "clock.rounds.0.first"),
        (clock(("2024", None)), "clock.rounds.0.first"),
        (clock(("2024-01-02", "2024-01-01")), "clock.rounds.0.last"),
        (clock(("2024-01-01", None), ("2024-01-03", None)), "clock.rounds.1.first"),
        (Clock(rounds=(Round(first="2024-01-01"),), start="2024-01-01"), "clock.start"),
        (Clock(rounds=1, start="2024-01-01", zone="../../etc/passwd"), "clock.zone"),
        (Clock(rounds=1, start="2024-01-01", zone=""), "clock.zone"),
    ],
)
def test_bad_clock(bad: Clock, path: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        calendar(bad)
    assert [p.path for p in caught.value.problems] == [path]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(0, 400))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_each_day_has_one_round(lengths: list[int], offset: int) -> None:
    start = dt.date(2023, 6, 1)
    rounds, first = [], start
    for length in lengths:
        last = first + dt.timedelta(days=length - 1)
        rounds.append((str(first), str(last)))
        first = last + dt.timedelta(days=1)
    found = calendar(clock(*rounds, zone="Europe/Vienna"))
    day = start + dt.timedelta(days=offset)
    number = found.round_of(str(day))
    if day >= first:
        assert number is None
    else:
        assert number is not None
        each = found.rounds[number - 1]
        assert each.first <= day <= each.last
        assert found.start(number).date() == each.first
        assert found.end(number).date() == each.last


@pytest.mark.parametrize(
    ("spec", "want"),
    [(None, (1, 2, 3, 4)), (("2",), (2,)), (("last",), (4,)), (("2-last", "1"), (1, 2, 3, 4)),
     (("3..4",), (3, 4))],
)  # fmt: skip
def test_rounds_of_a_turn(spec: tuple[str, ...] | None, want: tuple[int, ...]) -> None:
    assert rounds_of(spec, 4) == want


@pytest.mark.parametrize("spec", ["0", "5", "3-2", "first", "", "9" * 100, "1-9"])
def test_no_such_rounds(spec: str) -> None:
    with pytest.raises(ScenarioError, match="no such rounds"):
        rounds_of((spec,), 4)
