"""Form checks: answers by changes, with how far each moved and where the word became another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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

FAR = 25
"""Points in 100 at which the color is at its strongest."""
LIGHT, DARK = "#ffffff", "#111111"
"""The cells keep their own ground on a dark page, and so what stands on them keeps its color."""
WIDEST = 30
"""Pixels of a column at most."""


@dataclass(frozen=True)
class FormCell:
    """One answer under one change, which has its number in the table of changes."""

    answer: str
    change: int
    probability: float
    base: float
    word_changed: bool


def form_matrix(cells: Sequence[FormCell], *, title: str, description: str) -> Spec:
    """A row for each answer, a column for each change. A cell holds the points in 100 by which the
    answer moved (nothing under half a point); a frame marks another word.
    """
    answers = list(dict.fromkeys(c.answer for c in cells))
    numbers = sorted({c.change for c in cells})
    keys = {a: row_key(i, a) for i, a in enumerate(answers)}
    values = [
        {
            "row": keys[c.answer],
            "change": str(c.change),
            "points": _points(c),
            "text": _signed(_points(c)),
            "word": c.word_changed,
        }
        for c in cells
    ]
    y = {"field": "row", "type": "ordinal", "sort": None, "axis": rows_axis()}
    x = {
        "field": "change",
        "type": "ordinal",
        "sort": [str(n) for n in numbers],
        "axis": {
            "title": "change, by its number in the table",
            "orient": "top",
            "labelAngle": 0,
            "ticks": False,
            "domain": False,
        },
    }
    color = {
        "field": "points",
        "type": "quantitative",
        "scale": {
            "domain": [-FAR, 0, FAR],
            "range": [VERMILION, LIGHT, BLUE],
            "clamp": True,
            "interpolate": "rgb",
        },
        "legend": None,
    }
    far = f"abs(datum.points) > {0.6 * FAR}"
    body: Spec = {
        "width": {"step": min(WIDEST, (WIDTH - LABELS - 12) // max(len(numbers), 1))},
        "height": {"step": row_step(answers)},
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rect", "stroke": GREY, "strokeOpacity": 0.35, "strokeWidth": 0.5},
                "encoding": {"x": x, "y": y, "color": color},
            },
            {
                "transform": [{"filter": "datum.word"}],
                "mark": {"type": "rect", "fillOpacity": 0, "stroke": DARK, "strokeWidth": 1.6},
                "encoding": {"x": x, "y": y},
            },
            {
                "mark": {"type": "text", "font": FONT, "fontSize": 9, "baseline": "middle"},
                "encoding": {
                    "x": x,
                    "y": y,
                    "text": {"field": "text", "type": "nominal"},
                    "color": {"condition": {"test": far, "value": LIGHT}, "value": DARK},
                },
            },
        ],
    }
    return chart(title, description, body)


def _points(cell: FormCell) -> float:
    return round((cell.probability - cell.base) * 100, 4)


def _signed(points: float) -> str:
    """Whole points with their sign; nothing where they round to none."""
    whole = round(points)
    if not whole:
        return ""
    return f"+{whole}" if whole > 0 else f"\N{MINUS SIGN}{-whole}"
