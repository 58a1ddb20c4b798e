"""What a promise is worth by what it costs to go back on it: a line for each type, from no promise
to one that nobody can go back on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.chart.theme import GREY, PALETTE, WIDTH, Spec, chart, lines

PLOT = WIDTH - 46
"""Pixels left for the plot beside its axis."""


@dataclass(frozen=True)
class Promise:
    """One series: its worth at each cost, in stakes."""

    name: str
    worth: Sequence[float]


def worth_by_cost(
    series: Sequence[Promise], costs: Sequence[str], *, title: str, description: str
) -> Spec:
    """Lines with points over `costs` in words, evenly spaced; the last need be no number. Each
    series has as many numbers as there are costs.
    """
    shown = list(series)[: len(PALETTE)]
    values = [
        {"name": number, "x": place, "y": round(worth, 4)}
        for number, one in enumerate(shown)
        for place, worth in enumerate(one.worth)
    ]
    names = [" ".join(lines(one.name, 58, 1)) for one in shown]
    color = {
        "field": "name",
        "type": "nominal",
        "scale": {"domain": list(range(len(shown))), "range": list(PALETTE[: len(shown)])},
        "legend": {
            "title": None, "orient": "bottom", "columns": 1, "symbolType": "stroke",
            "symbolOpacity": 1, "labelExpr": f"{_list(names)}[datum.value]",
        },
    }  # fmt: skip
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [-0.3, len(costs) - 0.7], "nice": False},
        "axis": {
            "title": "cost of going back, in stakes", "values": list(range(len(costs))),
            "labelExpr": f"{_list(costs)}[datum.value]", "grid": False,
        },
    }  # fmt: skip
    y = {
        "field": "y",
        "type": "quantitative",
        "axis": {
            "title": "worth, in stakes",
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
            "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 40, "filled": True}},
            "encoding": {"x": x, "y": y, "color": color, "detail": {"field": "name"}},
        },
    ]
    body: Spec = {"width": PLOT, "height": 180, "data": {"values": values}, "layer": layer}
    return chart(title, description, body)


def _list(texts: Sequence[str]) -> str:
    """Vega expression for a list of texts."""
    quoted = ", ".join("'" + t.replace("\\", "\\\\").replace("'", "\\'") + "'" for t in texts)
    return f"[{quoted}]"
