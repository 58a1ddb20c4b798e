"""Maps over two parameters: an answer as a heat map with its levels as lines; the best option."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from standoff.chart.theme import FONT, GREY, INK, PALETTE, WIDTH, Spec, chart, lines

SIDE = WIDTH - 110
"""Pixels of the square."""
BLUES = ("#f3f7fb", "#c6dbef", "#7fb3d9", "#3182bd", "#0b4a82")
"""One hue, light to dark: order is seen without telling colors apart."""


@dataclass(frozen=True)
class Across:
    """One side of a map: a label, the values in order, and the names of levels where it has any."""

    label: str
    values: Sequence[float]
    names: Sequence[str] = ()

    def edges(self) -> list[float]:
        """Where the cells begin and end: halfway between the values."""
        v = list(self.values)
        if len(v) == 1:
            return [v[0] - 0.5, v[0] + 0.5]
        inner = [(a + b) / 2 for a, b in pairwise(v)]
        return [2 * v[0] - inner[0], *inner, 2 * v[-1] - inner[-1]]


@dataclass(frozen=True)
class Line:
    """A piece of a line at a level, from one point to another."""

    x: float
    y: float
    x2: float
    y2: float


def answer_map(
    x: Across,
    y: Across,
    answers: Sequence[Sequence[float | None]],
    contours: Sequence[tuple[str, Sequence[Line]]],
    best: Sequence[Sequence[str | None]],
    *,
    title: str,
    description: str,
    hundredths: bool = True,
) -> Spec:
    """A row of `answers` for each value of y (None: unknown, left white); `contours` are the lines
    at each level, with what it is called. Where `best` holds several labels a second map shows.
    """
    unit = 100.0 if hundredths else 1.0
    cells = _cells(x, y, [[None if v is None else round(v * unit, 4) for v in r] for r in answers])
    color: Spec = {
        "field": "v",
        "type": "quantitative",
        "scale": {"range": list(BLUES), **({"domain": [0, 100]} if hundredths else {})},
        "legend": {
            "title": "in 100" if hundredths else "difference", "titleFont": FONT,
            "titleFontSize": 11, "titleFontWeight": "normal", "gradientLength": SIDE - 30,
        },
    }  # fmt: skip
    layer: list[Spec] = [_rects(x, y, cells, color)]
    for name, pieces in contours:
        if not pieces:
            continue
        layer += _contour(x, y, name, pieces)
    panels: list[Spec] = [{"width": SIDE, "height": SIDE, "layer": layer}] if cells else []
    kinds = list(dict.fromkeys(o for row in best for o in row if o is not None))
    if len(kinds) > 1 or not panels:
        panels.append(_options(x, y, best, kinds))
    body: Spec = panels[0] if len(panels) == 1 else {
        "vconcat": panels, "spacing": 16, "resolve": {"scale": {"color": "independent"}},
    }  # fmt: skip
    return chart(title, description, body)


def _cells(x: Across, y: Across, rows: Sequence[Sequence[float | str | None]]) -> list[Spec]:
    across, along = x.edges(), y.edges()
    return [
        {"x": across[j], "x2": across[j + 1], "y": along[i], "y2": along[i + 1], "v": value}
        for i, row in enumerate(rows)
        for j, value in enumerate(row)
        if value is not None
    ]


def _rects(x: Across, y: Across, cells: list[Spec], color: Spec) -> Spec:
    return {
        "data": {"values": cells},
        "mark": {"type": "rect", "clip": True, "strokeWidth": 0.6},
        "encoding": {
            "x": _axis("x", x),
            "x2": {"field": "x2"},
            "y": _axis("y", y),
            "y2": {"field": "y2"},
            "color": color,
            # An edge of its own color closes the seams between cells.
            "stroke": {k: v for k, v in color.items() if k != "legend"} | {"legend": None},
        },
    }


def _axis(field: str, side: Across) -> Spec:
    edges = side.edges()
    low, high = min(edges), max(edges)
    axis: Spec = {
        "title": lines(side.label, 46, 2),
        "grid": False,
        "tickCount": 5,
        "labelExpr": "replace(format(datum.value, '~g'), '-', '\N{MINUS SIGN}')",
    }
    if side.names:
        quoted = ", ".join(
            "'" + n.replace("\\", "\\\\").replace("'", "\\'") + "'" for n in side.names
        )
        axis |= {"values": list(side.values), "labelExpr": f"[{quoted}][datum.value]"}
    if field == "y":
        axis |= {"minExtent": 34, "maxExtent": 34}
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": axis,
    }


def _contour(x: Across, y: Across, name: str, pieces: Sequence[Line]) -> list[Spec]:
    """The pieces of a line, dark on a light edge so that it shows on any ground, and its name."""
    values = [{"x": p.x, "y": p.y, "x2": p.x2, "y2": p.y2} for p in pieces]
    encoding = {
        "x": {"field": "x", "type": "quantitative"},
        "y": {"field": "y", "type": "quantitative"},
        "x2": {"field": "x2"},
        "y2": {"field": "y2"},
    }
    middle = pieces[len(pieces) // 2]
    place = {"x": (middle.x + middle.x2) / 2, "y": (middle.y + middle.y2) / 2, "name": name}
    text = {
        "x": {"field": "x", "type": "quantitative"},
        "y": {"field": "y", "type": "quantitative"},
        "text": {"field": "name"},
    }
    rule = {"type": "rule", "clip": True, "strokeCap": "round"}
    return [
        {
            "data": {"values": values},
            "mark": {**rule, "color": "white", "strokeWidth": 3.5},
            "encoding": encoding,
        },
        {
            "data": {"values": values},
            "mark": {**rule, "color": INK, "strokeWidth": 1.5},
            "encoding": encoding,
        },
        {
            "data": {"values": [place]},
            "mark": {"type": "text", "color": "white", "stroke": "white", "strokeWidth": 4},
            "encoding": text,
        },
        {"data": {"values": [place]}, "mark": {"type": "text", "color": INK}, "encoding": text},
    ]


def _options(
    x: Across, y: Across, best: Sequence[Sequence[str | None]], kinds: Sequence[str]
) -> Spec:
    cells = _cells(x, y, best)
    shown = list(kinds[: len(PALETTE)])
    color: Spec = {
        "field": "v",
        "type": "nominal",
        "scale": {
            "domain": list(kinds),
            "range": [*PALETTE[: len(shown)], *([GREY] * (len(kinds) - len(shown)))],
        },
        "legend": {"title": None, "orient": "bottom", "columns": 1},
    }
    return {
        "title": {
            "text": ["The best option"], "fontWeight": "normal", "fontSize": 11, "color": INK,
            "offset": 2,
        },
        "width": SIDE,
        "height": SIDE,
        **_rects(x, y, cells, color),
    }  # fmt: skip
