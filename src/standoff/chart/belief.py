"""Belief over the record: a panel for each type, a step at each item, the 90 per cent band."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from standoff.chart.theme import (
    INK,
    PALETTE,
    WIDTH,
    Spec,
    chart,
    hundredths,
    hundredths_axis,
    lines,
)

PLOT = WIDTH - 46
"""Pixels left for a panel beside its axis."""
_DAY = 86_400_000


@dataclass(frozen=True)
class BeliefAt:
    """Belief in one type at one moment (naive local time)."""

    moment: dt.datetime
    series: str
    probability: float
    low: float
    high: float
    item: str = ""


def belief_over_record(points: Sequence[BeliefAt], *, title: str, description: str) -> Spec:
    """Lines with bands; panels in the order in which the series first come."""
    series = list(dict.fromkeys(p.series for p in points))
    first = min((p.moment for p in points), default=dt.datetime(2000, 1, 1))
    last = max((p.moment for p in points), default=first)
    ticks = _ticks(first, last)
    panels = []
    for number, name in enumerate(series):
        own = sorted((p for p in points if p.series == name), key=lambda p: p.moment)
        values = [
            {
                "t": _milliseconds(p.moment),
                "p": hundredths(p.probability),
                "low": hundredths(p.low),
                "high": hundredths(p.high),
            }
            for p in own
        ]
        if values and own[-1].moment == last:  # carried to the edge, so that the last step shows
            values.append({**values[-1], "t": values[-1]["t"] + max(_span(first, last) // 25, 1)})
        color = PALETTE[number % len(PALETTE)]
        x = {
            "field": "t",
            "type": "quantitative",
            "scale": {"domain": _domain(first, last), "nice": False},
            "axis": {
                "title": None,
                "values": ticks,
                "labelExpr": "utcFormat(datum.value, '%-d %b')",
                "labels": number == len(series) - 1,
                "ticks": number == len(series) - 1,
                "grid": True,
            },
        }
        y = {
            "field": "low",
            "type": "quantitative",
            "scale": {"domain": [0, 100]},
            "axis": hundredths_axis(title=None, values=[0, 50, 100], minExtent=26, maxExtent=26),
        }
        panels.append(
            {
                "title": {
                    "text": lines(name, 56),
                    "fontWeight": "normal",
                    "fontSize": 11,
                    "color": INK,
                    "offset": 4,
                    "frame": "group",
                },
                "width": PLOT,
                "height": 78,
                "data": {"values": values},
                "layer": [
                    {
                        "mark": {
                            "type": "area",
                            "interpolate": "step-after",
                            "color": color,
                            "opacity": 0.2,
                        },
                        "encoding": {"x": x, "y": y, "y2": {"field": "high"}},
                    },
                    {
                        "mark": {
                            "type": "line",
                            "interpolate": "step-after",
                            "color": color,
                            "strokeWidth": 2,
                            "point": False,
                        },
                        "encoding": {"x": x, "y": {**y, "field": "p"}},
                    },
                ],
            }
        )
    return chart(title, description, {"vconcat": panels, "spacing": 10})


def _milliseconds(moment: dt.datetime) -> int:
    return int(moment.replace(tzinfo=dt.UTC).timestamp() * 1000)


def _span(first: dt.datetime, last: dt.datetime) -> int:
    return max(_milliseconds(last) - _milliseconds(first), _DAY // 2)


def _domain(first: dt.datetime, last: dt.datetime) -> list[int]:
    start = _milliseconds(first)
    return [start, start + _span(first, last) * 26 // 25]


def _ticks(first: dt.datetime, last: dt.datetime) -> list[int]:
    """Midnights, at most seven of them."""
    day = first.replace(hour=0, minute=0, second=0, microsecond=0)
    step = max(1, -(-((last - day).days + 1) // 7))
    count = (last - day).days // step + 1
    days = [day + dt.timedelta(days=step * i) for i in range(count)]
    inside = [_milliseconds(d) for d in days if d >= first]
    return inside or [_milliseconds(first)]
