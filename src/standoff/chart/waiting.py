"""What waiting is worth by day: a line for each type, with its range, about the line at zero."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from standoff.chart.theme import GREY, PALETTE, WIDTH, Spec, chart, lines

PLOT = WIDTH - 46
"""Pixels left for the plot beside its axis."""

LATER = 0.4
"""Days between two choices of one day."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class WorthAt:
    """What waiting is worth to one series on one day, in stakes."""

    day: dt.date
    series: str
    value: float
    low: float
    high: float


def worth_by_day(points: Sequence[WorthAt], *, title: str, description: str) -> Spec:
    """Lines with points and thin bars for the ranges; series in the order in which they come."""
    series = list(dict.fromkeys(p.series for p in points))[: len(PALETTE)]
    days = sorted({p.day for p in points})
    last = (days[-1] - days[0]).days if days else 0
    names = [" ".join(lines(name, 58, 1)) for name in series]
    told: Counter[tuple[str, dt.date]] = Counter()
    values = []
    for p in points:
        if p.series not in series:
            continue
        number = series.index(p.series)
        # Side by side where several series have one day, one after the other where one has several.
        x_place = _place(p.day, days) + _aside(number, len(series))
        x_place += LATER * told[p.series, p.day]
        told[p.series, p.day] += 1
        values.append({
            "name": number,
            "x": round(x_place, 4),
            "y": round(p.value, 4),
            "low": round(p.low, 4),
            "high": round(p.high, 4),
        })  # fmt: skip
    color = {
        "field": "name",
        "type": "nominal",
        "scale": {"domain": list(range(len(series))), "range": list(PALETTE[: len(series)])},
        "legend": {
            "title": None, "orient": "bottom", "columns": 1, "symbolType": "stroke",
            "symbolOpacity": 1, "labelExpr": f"{_list(names)}[datum.value]",
        },
    }  # fmt: skip
    ticks = [_place(day, days) for day in days]
    words = [f"{day.day} {MONTHS[day.month - 1]}" for day in days]
    where = f"indexof({ticks}, datum.value)"
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [-0.5, last + 0.5], "nice": False},
        "axis": {
            "title": None, "values": ticks, "labelExpr": f"{_list(words)}[{where}]",
            "labelOverlap": True,
        },
    }  # fmt: skip
    y = {
        "field": "y",
        "type": "quantitative",
        "axis": {
            "title": "stakes of each type",
            "minExtent": 30,
            "maxExtent": 30,
            "labelExpr": "replace(format(datum.value, '~f'), '-', '\N{MINUS SIGN}')",
        },
    }
    layer: list[Spec] = [
        {
            "data": {"values": [{"y": 0}]},
            "mark": {"type": "rule", "color": GREY, "strokeDash": [4, 3]},
            "encoding": {"y": {"field": "y", "type": "quantitative"}},
        },
        {
            "mark": {"type": "rule", "opacity": 0.5},
            "encoding": {
                "x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": color,
            },
        },
        {
            "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 40, "filled": True}},
            "encoding": {"x": x, "y": y, "color": color, "detail": {"field": "name"}},
        },
    ]  # fmt: skip
    body: Spec = {"width": PLOT, "height": 200, "data": {"values": values}, "layer": layer}
    return chart(title, description, body)


def _place(day: dt.date, days: Sequence[dt.date]) -> int:
    return (day - days[0]).days


def _aside(number: int, count: int) -> float:
    return 0.12 * (number - (count - 1) / 2)


def _list(texts: Sequence[str]) -> str:
    """Vega expression for a list of texts."""
    quoted = ", ".join("'" + t.replace("\\", "\\\\").replace("'", "\\'") + "'" for t in texts)
    return f"[{quoted}]"
