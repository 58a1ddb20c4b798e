"""What each judgement hangs on: signed rank correlations of parameters with the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.chart.theme import (
    BLUE,
    GREY,
    INK,
    LABELS,
    VERMILION,
    WIDTH,
    Spec,
    chart,
    lines,
    row_key,
    row_step,
    rows_axis,
)

WIDE = 34
"""Characters to a line: names of parameters are long."""


@dataclass(frozen=True)
class Driver:
    """Rank correlation of one parameter with one answer over the variants."""

    answer: str
    parameter: str
    correlation: float


def driver_dots(rows: Sequence[Driver], *, title: str, description: str) -> Spec:
    """A panel for each answer, a dot for each parameter on a scale from -1 to 1."""
    answers = list(dict.fromkeys(r.answer for r in rows))
    panels = [
        _panel(name, [r for r in rows if r.answer == name], last=name == answers[-1])
        for name in answers
    ]
    return chart(title, description, {"vconcat": panels, "spacing": 8})


def _panel(answer: str, rows: Sequence[Driver], *, last: bool) -> Spec:
    values = [
        {"row": row_key(i, r.parameter, WIDE), "r": round(r.correlation, 4), "zero": 0}
        for i, r in enumerate(rows)
    ]
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": None,
        "axis": rows_axis(minExtent=LABELS + 56, maxExtent=LABELS + 56),
    }
    x = {
        "field": "r",
        "type": "quantitative",
        "scale": {"domain": [-1, 1]},
        "axis": {
            "title": "rank correlation" if last else None,
            "values": [-1, 0, 1],
            "labels": last,
            "ticks": last,
            "labelExpr": "replace(format(datum.value, '~f'), '-', '\N{MINUS SIGN}')",
        },
    }
    # Sign by color and by side, so that color alone carries nothing.
    color = {"condition": {"test": "datum.r < 0", "value": VERMILION}, "value": BLUE}
    return {
        "title": {
            "text": lines(answer, 52, 2),
            "fontWeight": "normal",
            "fontSize": 11,
            "color": INK,
            "offset": 2,
        },
        "width": WIDTH - LABELS - 86,
        "height": {"step": row_step([r.parameter for r in rows], WIDE)},
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "color": GREY},
                "encoding": {"x": {"datum": 0, "type": "quantitative"}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"y": y, "x": {**x, "field": "zero"}, "x2": {"field": "r"}}
                | {"color": color},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {"y": y, "x": x, "color": color},
            },
        ],
    }
