"""The way from one view's answer to another's, assumption by assumption."""

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

WIDE = 30
"""Characters to a line: assumptions have long names."""
EDGE = 80.0
"""Past this the number stands on the other side of its bar."""
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
    answer of the first view (name and probability) to that of the second.
    """
    names = [first[0], *(s.assumption for s in steps), second[0]]
    keys = [row_key(i, name, WIDE) for i, name in enumerate(names)]
    ends = [first[1]]
    for step in steps:
        ends.append(ends[-1] + step.share)
    bars = [
        {
            "row": key,
            "from": hundredths(start),
            "to": hundredths(stop),
            "way": _WAYS[0] if step.share >= 0 else _WAYS[1],
            "points": f"{hundredths(step.share) + 0.0:+.1f}".replace("-", "\N{MINUS SIGN}"),
            "low": hundredths(min(start, stop)),
            "high": hundredths(max(start, stop)),
        }
        for key, step, start, stop in zip(keys[1:-1], steps, ends[:-1], ends[1:], strict=True)
    ]
    whole = [
        {"row": keys[0], "p": hundredths(first[1])},
        {"row": keys[-1], "p": hundredths(second[1])},
    ]
    links = [
        {"row": above, "row2": below, "p": hundredths(p)}
        for above, below, p in zip(keys[:-1], keys[1:], ends, strict=True)
    ]
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": None,
        "scale": {"domain": keys},
        "axis": rows_axis(minExtent=LABELS + 36, maxExtent=LABELS + 36),
    }
    axis = hundredths_axis(grid=True)
    axis["title"] = "the answer, in 100"
    x = {"field": "p", "type": "quantitative", "scale": {"domain": [0, 100]}, "axis": axis}
    band = {"height": {"band": 0.5}}
    body: Spec = {
        "width": WIDTH - LABELS - 66,
        "height": {"step": row_step(names, WIDE)},
        "layer": [
            {
                "data": {"values": whole},
                "mark": {"type": "bar", "color": GREY, "opacity": 0.6, **band},
                "encoding": {"y": y, "x": x},
            },
            {
                "data": {"values": links},
                "mark": {"type": "rule", "color": INK, "strokeWidth": 0.7},
                "encoding": {"y": y, "y2": {"field": "row2"}, "x": x},
            },
            {
                "data": {"values": bars},
                "mark": {"type": "bar", **band},
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
                "data": {"values": [bar for bar in bars if _right(bar)]},
                "mark": {"type": "text", "align": "left", "dx": 4, "color": INK},
                "encoding": {"y": y, "x": {**x, "field": "high"}, "text": {"field": "points"}},
            },
            {
                "data": {"values": [bar for bar in bars if not _right(bar)]},
                "mark": {"type": "text", "align": "right", "dx": -4, "color": INK},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "text": {"field": "points"}},
            },
        ],
    }
    return chart(title, description, body)


def _right(bar: dict[str, object]) -> bool:
    """Whether there is room for the number on the right of its bar."""
    high = bar["high"]
    return isinstance(high, float) and high <= EDGE
