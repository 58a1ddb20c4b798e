"""The price of a move by level of a variable: a panel for each move, a line for each type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from standoff.chart.theme import GREY, INK, PALETTE, WIDTH, Spec, chart, lines

PLOT = WIDTH - 60
"""Pixels left for a panel beside its axis."""
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class PriceAt:
    """The price of a move for one type at one level; `faint` where it is hardly ever reached."""

    series: str
    place: int
    """Of the level among those of the axis, so that a gap shows as one."""
    price: float
    low: float
    high: float
    faint: bool = False


@dataclass(frozen=True)
class Priced:
    """One panel: a move, the levels of its axis in order, and its prices."""

    label: str
    axis: str
    levels: Sequence[str]
    points: Sequence[PriceAt]


def price_curves(panels: Sequence[Priced], *, title: str, description: str) -> Spec:
    """Lines with their 90 per cent bands, in stakes; levels that are hardly ever reached grey and
    hollow. A level without points is left empty: no line runs past what was reached.
    """
    names = list(dict.fromkeys(p.series for panel in panels for p in panel.points))
    bodies = [_panel(panel, names) for panel in panels]
    body = {
        "vconcat": bodies,
        "spacing": 14,
        "resolve": {"scale": {"color": "independent"}, "legend": {"color": "independent"}},
    }
    return chart(title, description, body)


def _panel(panel: Priced, names: Sequence[str]) -> Spec:
    own = [n for n in names if any(p.series == n for p in panel.points)]
    color: dict[str, Any] = {
        "field": "name",
        "type": "nominal",
        "scale": {
            "domain": list(range(len(own))),
            "range": [PALETTE[names.index(n) % len(PALETTE)] for n in own],
        },
        "legend": {
            "title": None, "orient": "bottom", "columns": 1, "symbolType": "stroke",
            "symbolOpacity": 1, "labelExpr": _listed([" ".join(lines(n, 54, 1)) for n in own]),
        },
    }  # fmt: skip
    values = [
        {
            "name": own.index(p.series), "x": p.place, "y": round(p.price, 5),
            "low": round(p.low, 5), "high": round(p.high, 5), "faint": p.faint,
        }
        for p in sorted(panel.points, key=lambda p: (own.index(p.series), p.place))
    ]  # fmt: skip
    last = max(len(panel.levels) - 1, 1)
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [-0.2, last + 0.2], "nice": False},
        "axis": {
            "title": lines(panel.axis, 56, 2),
            "values": list(range(len(panel.levels))),
            "labelExpr": _listed(panel.levels),
            "grid": False,
        },
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "axis": {
            "title": "price, in stakes", "minExtent": 34, "maxExtent": 34, "tickCount": 5,
            "labelExpr": f"replace(format(datum.value, '~f'), '-', '{MINUS}')",
        },
    }  # fmt: skip
    detail = {"field": "name"}
    point = {"type": "point", "size": 42, "opacity": 1, "strokeWidth": 1.5}
    layer: list[Spec] = [
        {
            "data": {"values": [{"y": 0}]},
            "mark": {"type": "rule", "color": GREY, "strokeDash": [4, 3]},
            "encoding": {"y": {"field": "y", "type": "quantitative"}},
        },
        {
            "mark": {"type": "area", "opacity": 0.15},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"},
                         "color": color, "detail": detail},
        },
        {
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "color": color, "detail": detail},
        },
        {
            "transform": [{"filter": "!datum.faint"}],
            "mark": {**point, "filled": True},
            "encoding": {"x": x, "y": y, "color": color},
        },
        {
            "transform": [{"filter": "datum.faint"}],
            "mark": {**point, "filled": False, "color": GREY},
            "encoding": {"x": x, "y": y},
        },
    ]  # fmt: skip
    return {
        "title": {
            "text": lines(panel.label, 56), "fontWeight": "normal", "fontSize": 11, "color": INK,
            "offset": 4, "frame": "group",
        },
        "width": PLOT,
        "height": 150,
        "data": {"values": values},
        "layer": layer,
    }  # fmt: skip


def _listed(labels: Sequence[str]) -> str:
    """Vega expression that puts names in the place of numbers."""
    quoted = ", ".join("'" + x.replace("\\", "\\\\").replace("'", "\\'") + "'" for x in labels)
    return f"[{quoted}][datum.value]"
