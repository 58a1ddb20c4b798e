"""The way from one view's answer to another's, assumption by assumption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from standoff.chart.theme import (
    BLUE,
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

WIDE = 30
"""Characters to a line: assumptions have long names."""
ROOM = 0.75
"""Share of the axis past which a number stands on the left of its bar."""
_WAYS = ("up", "down")


@dataclass(frozen=True)
class Step:
    """What one assumption adds to the answer, or takes from it."""

    assumption: str
    share: float


def waterfall(
    first: tuple[str, float],
    steps: Sequence[Step],
    second: tuple[str, float],
    *,
    title: str,
    description: str,
) -> Spec:
    """A bar for each assumption in the order given, each where the one before ended: from the
    answer of the first view (name and probability, a point) to that of the second.
    """
    names = [first[0], *(s.assumption for s in steps), second[0]]
    keys = [row_key(i, name, WIDE) for i, name in enumerate(names)]
    at = [first[1]]
    for step in steps:
        at.append(at[-1] + step.share)
    low, high = _extent([hundredths(p) for p in at])
    bars: list[Spec] = [
        {
            "row": key,
            "from": hundredths(start),
            "to": hundredths(stop),
            "way": _WAYS[0] if step.share >= 0 else _WAYS[1],
            "text": _points(step.share),
            "low": hundredths(min(start, stop)),
            "high": hundredths(max(start, stop)),
        }
        for key, step, start, stop in zip(keys[1:-1], steps, at[:-1], at[1:], strict=True)
    ]
    ends: list[Spec] = [
        {"row": key, "text": f"{100 * p:.0f}", "low": hundredths(p), "high": hundredths(p)}
        for key, p in ((keys[0], first[1]), (keys[-1], second[1]))
    ]
    links = [
        {"row": above, "row2": below, "p": hundredths(p)}
        for above, below, p in zip(keys[:-1], keys[1:], at, strict=True)
    ]
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": None,
        "scale": {"domain": keys},
        "axis": rows_axis(minExtent=LABELS + 36, maxExtent=LABELS + 36),
    }
    ticks = list(range(low, high + 1, 10 if high - low <= 60 else 25))
    axis = hundredths_axis(grid=True, values=ticks)
    axis["title"] = "the answer, in 100"
    x = {
        "field": "p",
        "type": "quantitative",
        "scale": {"domain": [low, high], "zero": False},
        "axis": axis,
    }
    edge = low + ROOM * (high - low)
    right = [each for each in (*ends, *bars) if each["high"] <= edge]
    left = [each for each in (*ends, *bars) if each["high"] > edge]
    body: Spec = {
        "width": WIDTH - LABELS - 66,
        "height": {"step": row_step(names, WIDE)},
        "layer": [
            {
                "data": {"values": links},
                "mark": {"type": "rule", "color": INK, "strokeWidth": 0.7},
                "encoding": {"y": y, "y2": {"field": "row2"}, "x": x},
            },
            {
                "data": {"values": ends},
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, "color": INK},
                "encoding": {"y": y, "x": {**x, "field": "low"}},
            },
            {
                "data": {"values": bars},
                "mark": {"type": "bar", "height": {"band": 0.5}},
                "encoding": {
                    "y": y,
                    "x": {**x, "field": "from"},
                    "x2": {"field": "to"},
                    # The sign beside the bar says it as well: color alone carries nothing.
                    "color": {
                        "field": "way",
                        "type": "nominal",
                        "scale": {"domain": list(_WAYS), "range": [BLUE, VERMILION]},
                        "legend": None,
                    },
                },
            },
            {
                "data": {"values": right},
                "mark": {"type": "text", "align": "left", "dx": 6, "color": INK},
                "encoding": {"y": y, "x": {**x, "field": "high"}, "text": {"field": "text"}},
            },
            {
                "data": {"values": left},
                "mark": {"type": "text", "align": "right", "dx": -6, "color": INK},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "text": {"field": "text"}},
            },
        ],
    }
    return chart(title, description, body)


def _extent(values: Sequence[float]) -> tuple[int, int]:
    """The part of the axis that is shown, in tens: with room about it, three of them at least."""
    low, high = int((min(values) - 3) // 10) * 10, -int((-max(values) - 3) // 10) * 10
    low, high = max(low, 0), min(high, 100)
    while high - low < 30:
        low, high = max(low - 10, 0), min(high + 10, 100)
    return (0, 100) if high - low > 60 else (low, high)


def _points(share: float) -> str:
    """A share with its sign, in points; never `-0.0`."""
    value = round(100 * share, 1)
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}") if value else "0.0"
