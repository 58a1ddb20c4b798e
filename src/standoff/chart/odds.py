"""Odds of exclusive outcomes (next moves, endings): bars with ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.chart.theme import (
    BLUE,
    INK,
    LABELS,
    WIDTH,
    Spec,
    chart,
    hundredths,
    hundredths_axis,
    row_key,
    row_step,
    rows_axis,
)


@dataclass(frozen=True)
class Odds:
    """One bar; `shown` is the number as the note prints it."""

    label: str
    probability: float
    low: float
    high: float
    shown: str


def odds_bars(rows: Sequence[Odds], *, title: str, description: str) -> Spec:
    """Horizontal bars in the order given, each with its range and its number."""
    values = [
        {
            "row": row_key(i, r.label),
            "p": hundredths(r.probability),
            "low": hundredths(r.low),
            "high": hundredths(r.high),
            "shown": r.shown,
        }
        for i, r in enumerate(rows)
    ]
    y = {"field": "row", "type": "ordinal", "sort": None, "axis": rows_axis()}
    x = {
        "field": "p",
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": hundredths_axis(),
    }
    body: Spec = {
        "width": WIDTH - LABELS - 56,
        "height": {"step": row_step([r.label for r in rows])},
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "bar", "color": BLUE, "opacity": 0.55, "height": {"band": 0.55}},
                "encoding": {"y": y, "x": x},
            },
            {
                "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "tick", "color": INK, "thickness": 2, "size": 12},
                "encoding": {"y": y, "x": x},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"y": y, "x": {"datum": 100}, "text": {"field": "shown"}},
            },
        ],
    }
    return chart(title, description, body)
