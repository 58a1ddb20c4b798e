"""The audit: the model's range, its probability, the author's estimate and the outcome."""

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
    row_key,
    row_step,
    rows_axis,
)


@dataclass(frozen=True)
class Audited:
    """One statement; `estimate` and `outcome` (0 or 1) where there are any."""

    label: str
    probability: float
    low: float
    high: float
    estimate: float | None = None
    outcome: float | None = None


_KINDS = ("the model", "its author", "what happened")


def audit_dots(rows: Sequence[Audited], *, title: str, description: str) -> Spec:
    """A row for each statement; shapes tell the three apart without color."""
    ranges, dots = [], []
    for i, r in enumerate(rows):
        key = row_key(i, r.label)
        ranges.append({"row": key, "low": hundredths(r.low), "high": hundredths(r.high)})
        for kind, value in zip(_KINDS, (r.probability, r.estimate, r.outcome), strict=True):
            if value is not None:
                dots.append({"row": key, "p": hundredths(value), "kind": kind})
    y = {"field": "row", "type": "ordinal", "sort": None, "axis": rows_axis(grid=True)}
    x = {
        "field": "p",
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": hundredths_axis(),
    }
    domain = list(_KINDS)
    legend = {"orient": "bottom", "title": None, "columns": 3}
    body: Spec = {
        "width": WIDTH - LABELS - 36,
        "height": {"step": row_step([r.label for r in rows])},
        "layer": [
            {
                "data": {"values": ranges},
                "mark": {"type": "rule", "color": GREY, "strokeWidth": 3, "opacity": 0.6},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "data": {"values": dots},
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {
                    "y": y,
                    "x": x,
                    "shape": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": domain, "range": ["circle", "diamond", "triangle-up"]},
                        "legend": legend,
                    },
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": domain, "range": [BLUE, VERMILION, INK]},
                        "legend": legend,
                    },
                },
            },
        ],
    }
    return chart(title, description, body)
