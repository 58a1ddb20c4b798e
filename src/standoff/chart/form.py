"""Form checks: for each answer, where it stands and where it goes under each change."""

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
class FormDot:
    """One answer under one change."""

    answer: str
    change: str
    probability: float
    base: float
    word_changed: bool


_KINDS = ("same word", "another word")


def form_dots(rows: Sequence[FormDot], *, title: str, description: str) -> Spec:
    """A row for each answer, a dot for each change; hollow where the word changed."""
    answers = list(dict.fromkeys(r.answer for r in rows))
    keys = {a: row_key(i, a) for i, a in enumerate(answers)}
    values = [
        {
            "row": keys[r.answer],
            "p": hundredths(r.probability),
            "kind": _KINDS[r.word_changed],
            "change": r.change,
        }
        for r in rows
    ]
    bases = [
        {"row": keys[a], "p": hundredths(next(r.base for r in rows if r.answer == a))}
        for a in answers
    ]
    spans = [
        {
            "row": keys[a],
            "low": hundredths(min(r.probability for r in rows if r.answer == a)),
            "high": hundredths(max(r.probability for r in rows if r.answer == a)),
        }
        for a in answers
    ]
    y = {"field": "row", "type": "ordinal", "sort": None, "axis": rows_axis(grid=True)}
    x = {
        "field": "p",
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": hundredths_axis(),
    }
    legend = {"orient": "bottom", "title": None, "columns": 2}
    body: Spec = {
        "width": WIDTH - LABELS - 36,
        "height": {"step": row_step(answers)},
        "layer": [
            {
                "data": {"values": spans},
                "mark": {"type": "rule", "color": GREY, "strokeWidth": 2, "opacity": 0.6},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "data": {"values": bases},
                "mark": {"type": "tick", "color": INK, "thickness": 2, "size": 16},
                "encoding": {"y": y, "x": x},
            },
            {
                "data": {"values": values},
                "mark": {"type": "point", "filled": True, "size": 50, "opacity": 0.85},
                "encoding": {
                    "y": y,
                    "x": x,
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": list(_KINDS), "range": [BLUE, VERMILION]},
                        "legend": legend,
                    },
                    "shape": {
                        "field": "kind",
                        "type": "nominal",
                        "scale": {"domain": list(_KINDS), "range": ["circle", "diamond"]},
                        "legend": legend,
                    },
                },
            },
        ],
    }
    return chart(title, description, body)
