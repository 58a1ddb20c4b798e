"""A branch of logit equilibria: how often moves are made as play gets sharper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.chart.theme import PALETTE, WIDTH, Spec, chart, hundredths, hundredths_axis, lines

MOST = len(PALETTE)
"""Lines that can be told apart."""
SHARP = 50.0
"""Precision past which the axis is logarithmic but for its beginning."""


@dataclass(frozen=True)
class MoveAlong:
    """A move and its probability at each point of the branch, in the order of the branch."""

    label: str
    precision: Sequence[float]
    probability: Sequence[float]


def branch_lines(moves: Sequence[MoveAlong], *, title: str, description: str) -> Spec:
    """A line for each move, at most `MOST`; a branch that folds goes back and forth."""
    shown = moves[:MOST]
    values = [
        {"move": number, "at": i, "precision": x, "p": hundredths(p)}
        for number, move in enumerate(shown)
        for i, (x, p) in enumerate(zip(move.precision, move.probability, strict=True))
    ]
    top = max((x for move in shown for x in move.precision), default=1.0)
    scale = {"type": "symlog", "constant": 1} if top > SHARP else {"type": "linear"}
    legend = {
        "title": None, "orient": "bottom", "columns": 1, "symbolType": "stroke",
        "labelExpr": _names([" ".join(lines(move.label, 58, 1)) for move in shown]),
    }  # fmt: skip
    numbers = list(range(len(shown)))
    body: Spec = {
        "width": WIDTH - 56,
        "height": 200,
        "data": {"values": values},
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "x": {
                "field": "precision",
                "type": "quantitative",
                "scale": {**scale, "domain": [0, top], "nice": False},
                "axis": {"title": "precision", "tickCount": 6},
            },
            "y": {
                "field": "p",
                "type": "quantitative",
                "scale": {"domain": [0, 100]},
                "axis": hundredths_axis(minExtent=26, maxExtent=26),
            },
            "order": {"field": "at"},
            "color": {
                "field": "move",
                "type": "nominal",
                "scale": {"domain": numbers, "range": list(PALETTE[: len(shown)])},
                "legend": legend,
            },
        },
    }
    return chart(title, description, body)


def _names(labels: Sequence[str]) -> str:
    """Vega expression that puts names in the place of numbers: two moves may have the same one."""
    quoted = ", ".join("'" + x.replace("\\", "\\\\").replace("'", "\\'") + "'" for x in labels)
    return f"[{quoted}][datum.value]"
