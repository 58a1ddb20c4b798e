"""An answer as one parameter after another is moved: where it crosses a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.chart.theme import GREY, INK, PALETTE, WIDTH, Spec, chart, lines

MOST = len(PALETTE)
"""Curves that can be told apart."""
WIDE = WIDTH - 76
"""Pixels between the axis and the levels' names."""


@dataclass(frozen=True)
class Along:
    """An answer (None: unknown) at distances from the median of one parameter, in its own standard
    deviations; `turns` are the distances at which it crosses a level, with the answer there.
    """

    label: str
    distance: Sequence[float]
    answer: Sequence[float | None]
    turns: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True)
class Level:
    """A level that turns the answer, as it is written beside the axis."""

    at: float
    label: str


def tipping_curves(
    curves: Sequence[Along],
    levels: Sequence[Level],
    *,
    title: str,
    description: str,
    hundredths: bool = True,
) -> Spec:
    """A line for each parameter through the answer at the medians, a point where it crosses a
    level, a dashed line for each level. Answers are probabilities where `hundredths`.
    """
    unit = 100.0 if hundredths else 1.0
    shown = curves[:MOST]
    names = [" ".join(lines(c.label, 58, 1)) for c in shown]
    values = [
        {"name": i, "x": round(x, 5), "y": round(y * unit, 4)}
        for i, c in enumerate(shown)
        for x, y in zip(c.distance, c.answer, strict=True)
        if y is not None
    ]
    turns = [
        {"name": i, "x": round(x, 5), "y": round(y * unit, 4)}
        for i, c in enumerate(shown)
        for x, y in c.turns
    ]
    color = {
        "field": "name",
        "type": "nominal",
        "scale": {"domain": list(range(len(shown))), "range": list(PALETTE[: len(shown)])},
        "legend": {
            "title": None, "orient": "bottom", "columns": 1, "symbolType": "stroke",
            "symbolOpacity": 1, "labelExpr": _names(names),
        },
    }  # fmt: skip
    x = {
        "field": "x",
        "type": "quantitative",
        "axis": {
            "title": "distance from the median, in the parameter's standard deviations",
            "tickCount": 6,
            "labelExpr": "replace(format(datum.value, '~f'), '-', '\N{MINUS SIGN}')",
        },
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "axis": {
            "title": "in 100" if hundredths else "difference",
            "minExtent": 30,
            "maxExtent": 30,
            "labelExpr": "replace(format(datum.value, '~f'), '-', '\N{MINUS SIGN}')",
        },
        "scale": {"domain": [0, 100]} if hundredths else {"zero": False},
    }
    rules = [{"y": round(level.at * unit, 4), "what": level.label} for level in levels]
    layer: list[Spec] = [
        {
            "data": {"values": rules},
            "mark": {"type": "rule", "color": GREY, "strokeDash": [4, 3]},
            "encoding": {"y": {"field": "y", "type": "quantitative"}},
        },
        {
            "data": {"values": rules},
            "mark": {"type": "text", "align": "left", "baseline": "middle", "color": INK},
            "encoding": {
                "y": {"field": "y", "type": "quantitative"},
                "x": {"value": WIDE + 4},
                "text": {"field": "what"},
            },
        },
        {
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "color": color, "detail": {"field": "name"}},
        },
        {
            "data": {"values": turns},
            "mark": {
                "type": "point", "filled": True, "size": 70, "opacity": 1, "stroke": INK,
                "strokeWidth": 1,
            },
            "encoding": {"x": x, "y": y, "color": color},
        },
    ]  # fmt: skip
    body: Spec = {
        "width": WIDE,
        "height": 220,
        "data": {"values": values},
        "layer": layer,
    }
    return chart(title, description, body)


def _names(labels: Sequence[str]) -> str:
    """Vega expression that puts names in the place of numbers."""
    quoted = ", ".join("'" + x.replace("\\", "\\\\").replace("'", "\\'") + "'" for x in labels)
    return f"[{quoted}][datum.value]"
