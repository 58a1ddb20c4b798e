"""The chart of what waiting is worth by day."""

from __future__ import annotations

import datetime as dt

from standoff.chart import svg
from standoff.chart.waiting import LATER, WorthAt, worth_by_day


def day(number: int) -> dt.date:
    return dt.date(1962, 10, number)


POINTS = [
    WorthAt(day(26), "keep 'them'", -0.05, -0.1, 0.0),
    WorthAt(day(26), "keep 'them'", 0.02, -0.1, 0.1),  # a second choice on that day
    WorthAt(day(28), "keep 'them'", 0.4, 0.1, 0.7),
    WorthAt(day(26), "leave", 0.0, -0.2, 0.1),
    WorthAt(day(28), "leave", -0.6, -1.0, -0.3),
]


def test_series_days_and_ranges_are_all_there() -> None:
    spec = worth_by_day(POINTS, title="Worth", description="what it shows")
    values = spec["data"]["values"]
    assert [v["name"] for v in values] == [0, 0, 0, 1, 1]
    assert [(v["y"], v["low"], v["high"]) for v in values] == [
        (p.value, p.low, p.high) for p in POINTS
    ]
    first, second, third, other, last = (v["x"] for v in values)
    assert second - first == LATER and third - first == 2
    assert abs(other - first) < LATER and last - other == 2  # beside, not on top of it


def test_it_can_be_drawn_and_is_the_same_each_time() -> None:
    spec = worth_by_day(POINTS, title="Worth", description="what it shows")
    drawn = svg(spec)
    assert drawn == svg(worth_by_day(POINTS, title="Worth", description="what it shows"))
    for words in ("26 Oct", "28 Oct", "keep 'them'", "leave", "stakes of each type"):
        assert words in drawn.replace("&#39;", "'").replace("&apos;", "'")
