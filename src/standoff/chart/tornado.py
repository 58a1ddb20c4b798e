"""The tornado: how far an answer goes from where each assumption is low to where it is high."""

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
    hundredths,
    hundredths_axis,
    lines,
    row_key,
    row_step,
    rows_axis,
)

WIDE = 30
"""Characters to a line: assumptions have long names."""
_ENDS = ("its lowest fifth", "its highest fifth")


@dataclass(frozen=True)
class Swing:
    """One assumption and one answer: the mean answer where the assumption is low and high."""

    answer: str
    assumption: str
    at_low: float
    at_high: float
    overall: float
    """The answer over all variants."""


def tornado(rows: Sequence[Swing], *, title: str, description: str) -> Spec:
    """A panel for each answer, a bar for each assumption in the order given: a circle where it is
    low, a diamond where it is high, a tick line at the answer itself.
    """
    answers = list(dict.fromkeys(r.answer for r in rows))
    alone = len(answers) == 1
    panels = [
        _panel(
            "" if alone and name == title else name,
            [r for r in rows if r.answer == name],
            last=name == answers[-1],
        )
        for name in answers
    ]
    return chart(title, description, {"vconcat": panels, "spacing": 8})


def _panel(answer: str, rows: Sequence[Swing], *, last: bool) -> Spec:
    keys = [row_key(i, r.assumption, WIDE) for i, r in enumerate(rows)]
    bars = [
        {
            "row": key,
            "low": hundredths(min(r.at_low, r.at_high)),
            "high": hundredths(max(r.at_low, r.at_high)),
        }
        for key, r in zip(keys, rows, strict=True)
    ]
    ends = [
        {"row": key, "p": hundredths(p), "end": end}
        for key, r in zip(keys, rows, strict=True)
        for end, p in zip(_ENDS, (r.at_low, r.at_high), strict=True)
    ]
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": None,
        "axis": rows_axis(minExtent=LABELS + 36, maxExtent=LABELS + 36),
    }
    axis = hundredths_axis(labels=last, ticks=last, grid=True)
    axis["title"] = "the answer, in 100" if last else None
    x = {"field": "p", "type": "quantitative", "scale": {"domain": [0, 100]}, "axis": axis}
    # The panels share it: it is drawn once.
    legend = {"orient": "bottom", "title": None, "columns": 2}
    spec: Spec = {
        "width": WIDTH - LABELS - 66,
        "height": {"step": row_step([r.assumption for r in rows], WIDE)},
        "layer": [
            {
                "data": {"values": [{"p": hundredths(rows[0].overall)}]},
                "mark": {"type": "rule", "color": INK, "strokeDash": [3, 3]},
                "encoding": {"x": x},
            },
            {
                "data": {"values": bars},
                "mark": {"type": "bar", "color": GREY, "opacity": 0.45, "height": {"band": 0.35}},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "data": {"values": ends},
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {
                    "y": y,
                    "x": x,
                    # By shape and by color, so that color alone carries nothing.
                    "color": {
                        "field": "end",
                        "type": "nominal",
                        "scale": {"domain": list(_ENDS), "range": [BLUE, VERMILION]},
                        "legend": legend,
                    },
                    "shape": {
                        "field": "end",
                        "type": "nominal",
                        "scale": {"domain": list(_ENDS), "range": ["circle", "diamond"]},
                        "legend": legend,
                    },
                },
            },
        ],
    }
    if answer:
        spec["title"] = {
            "text": lines(answer, 52, 2),
            "fontWeight": "normal",
            "fontSize": 11,
            "color": INK,
            "offset": 2,
        }
    return spec
