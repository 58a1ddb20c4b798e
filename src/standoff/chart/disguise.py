"""What disguises cost: belief against stake given up, a line for each pair of types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.chart.theme import INK, PALETTE, WIDTH, Spec, chart, hundredths, lines

MOST = len(PALETTE)
"""Lines that can be told apart."""
AROUND = 1.6
"""The axis of costs reaches so much further than the dearest of the disguises told."""
LEAST = 0.1
"""And at least so far."""


@dataclass(frozen=True)
class DisguiseLine:
    """The frontier of one type that would be taken for another: costs and beliefs that belong
    together, and the place of the cheapest disguise that serves.
    """

    label: str
    cost: Sequence[float]
    belief: Sequence[float]
    at: tuple[float, float]


def disguise_lines(pairs: Sequence[DisguiseLine], *, title: str, description: str) -> Spec:
    """A line for each pair from the best reply to the most that can be reached, a point at the
    disguise that is told. Costs far beyond those of the points are cut off.
    """
    shown = pairs[:MOST]
    far = max([LEAST, *(AROUND * p.at[0] for p in shown)])
    names = ["\n".join(lines(p.label, 58, 2)) for p in shown]
    values = [
        {"name": i, "x": round(x, 5), "y": hundredths(y)}
        for i, p in enumerate(shown)
        for x, y in _until(p, far)
    ]
    marks = [
        {"name": i, "x": round(p.at[0], 5), "y": hundredths(p.at[1])} for i, p in enumerate(shown)
    ]
    quoted = ", ".join(
        "['" + "', '".join(n.replace("\\", "\\\\").replace("'", "\\'") for n in name.split("\n"))
        + "']"
        for name in names
    )  # fmt: skip
    color = {
        "field": "name",
        "type": "nominal",
        "scale": {"domain": list(range(len(shown))), "range": list(PALETTE[: len(shown)])},
        "legend": {
            "title": None, "orient": "bottom", "columns": 1, "symbolType": "stroke",
            "symbolOpacity": 1, "labelExpr": f"[{quoted}][datum.value]", "rowPadding": 14,
        },
    }  # fmt: skip
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0, round(far, 4)], "nice": False},
        "axis": {"title": "given up, in the type's own stakes", "tickCount": 5},
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": {"title": "believed, in 100", "values": [0, 25, 50, 75, 100]},
    }
    layer: list[Spec] = [
        {
            "mark": {"type": "line", "strokeWidth": 2, "clip": True},
            "encoding": {
                "x": x, "y": y, "color": color, "detail": {"field": "name"},
                "order": {"field": "y", "type": "quantitative"},
            },
        },
        {
            "data": {"values": marks},
            "mark": {
                "type": "point", "filled": True, "size": 70, "opacity": 1, "stroke": INK,
                "strokeWidth": 1,
            },
            "encoding": {"x": x, "y": y, "color": color},
        },
    ]  # fmt: skip
    body: Spec = {"width": WIDTH - 40, "height": 220, "data": {"values": values}, "layer": layer}
    return chart(title, description, body)


def _until(line: DisguiseLine, far: float) -> list[tuple[float, float]]:
    """The points of a line up to a cost, the last one between two of its own where it goes on."""
    found: list[tuple[float, float]] = []
    for x, y in zip(line.cost, line.belief, strict=True):
        if x > far:
            if found and x > found[-1][0]:
                a, b = found[-1]
                found.append((far, b + (y - b) * (far - a) / (x - a)))
            break
        found.append((x, y))
    return found
