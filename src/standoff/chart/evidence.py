"""The evidence table as a heat map: hypotheses in rows, items in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from standoff.chart.theme import (
    BLUE,
    FONT,
    GREY,
    LABELS,
    VERMILION,
    WIDTH,
    Spec,
    chart,
    row_key,
    row_step,
    rows_axis,
)

FAR = 10.0
"""The ratio (or one over it) at which the color is at its strongest."""
MOST_COLUMNS = 8
"""Items beside one another; more go on in a panel below."""
LIGHT, DARK = "#ffffff", "#111111"


@dataclass(frozen=True)
class Weighed:
    """What one item says of one hypothesis."""

    hypothesis: str
    item: int
    """Its number in the table."""
    ratio: float | None
    """Likelihood ratio; None where it is not defined."""
    rating: str = ""
    """By hand."""


def evidence_heat(cells: Sequence[Weighed], *, title: str, description: str) -> Spec:
    """A cell holds the ratio and, below it, the rating by hand. Blue speaks for the hypothesis and
    red against it, by the logarithm of the ratio; what a gray print loses, the numbers say: above 1
    for, below 1 against.
    """
    hypotheses = list(dict.fromkeys(c.hypothesis for c in cells))
    keys = {h: row_key(i, h) for i, h in enumerate(hypotheses)}
    numbers = sorted({c.item for c in cells})
    panels = ceil(len(numbers) / MOST_COLUMNS) or 1
    across = ceil(len(numbers) / panels) or 1
    step = min(40, (WIDTH - LABELS - 12) // across)
    rated = any(c.rating for c in cells)
    height = max(row_step(hypotheses), 30 if rated else 0)
    bodies = [
        _panel(
            [c for c in cells if c.item in numbers[i : i + across]], keys,
            [str(n) for n in numbers[i : i + across]], step, height, rated, first=not i,
        )
        for i in range(0, max(len(numbers), 1), across)
    ]  # fmt: skip
    body: Spec = bodies[0] if len(bodies) == 1 else {"vconcat": bodies, "spacing": 8}
    return chart(title, description, body)


def _panel(
    cells: Sequence[Weighed], keys: dict[str, str], numbers: list[str], step: int, height: int,
    rated: bool, *, first: bool,
) -> Spec:  # fmt: skip
    values = [
        {
            "row": keys[c.hypothesis],
            "item": str(c.item),
            "log": None if c.ratio is None else round(_log(c.ratio), 4),
            "text": _shown(c.ratio),
            "rating": c.rating,
        }
        for c in cells
    ]
    y = {"field": "row", "type": "ordinal", "sort": list(keys.values()), "axis": rows_axis(),
         "scale": {"domain": list(keys.values())}}  # fmt: skip
    x = {
        "field": "item",
        "type": "ordinal",
        "sort": numbers,
        "scale": {"domain": numbers},
        "axis": {
            "title": "item, by its number in the table" if first else None,
            "orient": "top",
            "labelAngle": 0,
            "ticks": False,
            "domain": False,
        },
    }
    color = {
        "field": "log",
        "type": "quantitative",
        "scale": {
            "domain": [-log10(FAR), 0, log10(FAR)],
            "range": [VERMILION, LIGHT, BLUE],
            "clamp": True,
            "interpolate": "rgb",
        },
        "legend": None,
    }
    ink = {"condition": {"test": f"abs(datum.log) > {0.6 * log10(FAR):.3f}", "value": LIGHT},
           "value": DARK}  # fmt: skip
    layer: list[Spec] = [
        {
            "mark": {"type": "rect", "stroke": GREY, "strokeOpacity": 0.35, "strokeWidth": 0.5},
            "encoding": {"x": x, "y": y, "color": color},
        },
        _words("text", x, y, ink, dy=-5 if rated else 0),
    ]
    if rated:
        layer.append(_words("rating", x, y, ink, dy=7, weight="bold"))
    return {
        "width": {"step": step},
        "height": {"step": height},
        "data": {"values": values},
        "layer": layer,
    }


def _words(field: str, x: Spec, y: Spec, ink: Spec, *, dy: int, weight: str = "normal") -> Spec:
    mark = {"type": "text", "font": FONT, "fontSize": 9, "baseline": "middle", "dy": dy,
            "fontWeight": weight}  # fmt: skip
    return {
        "mark": mark,
        "encoding": {"x": x, "y": y, "text": {"field": field, "type": "nominal"}, "color": ink},
    }


def _log(ratio: float) -> float:
    return log10(min(max(ratio, 1 / FAR), FAR))


def _shown(ratio: float | None) -> str:
    """A ratio in a narrow cell: `2.4`, `12`, `.08`."""
    if ratio is None:
        return "–"
    if ratio >= 1000:
        return ">999"
    if ratio >= 9.95:
        return f"{ratio:.0f}"
    if ratio >= 0.095:
        return f"{ratio:.1f}" if ratio >= 0.95 else f"{ratio:.2f}".removeprefix("0")
    return "<.01" if ratio < 0.01 else f"{ratio:.2f}".removeprefix("0")
