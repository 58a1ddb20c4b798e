"""What all charts share: palette, fonts, widths, and labels broken by us.

Charts are 360 pixels wide, so that they can be read on a telephone. Nothing in them depends on
the fonts of the machine: labels are broken into lines by counting characters and the room for
them is fixed, so the same data give the same bytes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH = 360
"""Pixels, labels included."""
INK = "#1b1b1b"
"""Text and axes; the page replaces it by its own ink."""
GREY = "#767676"
# Okabe and Ito's palette, which people with any color vision can tell apart (key `okabe2008`),
# without its black (ink) and yellow (too faint on white).
BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"
PURPLE, ORANGE, SKY = "#CC79A7", "#E69F00", "#56B4E9"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
FONT = "Libertinus Serif, Georgia, serif"
"""The first is the font that Typst brings along."""
LABELS = 132
"""Pixels kept for the labels of rows."""
CHARACTERS = 24
"""Characters to a line of such a label."""


def config() -> dict[str, Any]:
    """The Vega-Lite configuration of every chart."""
    text = {"labelFont": FONT, "titleFont": FONT, "labelColor": INK, "titleColor": INK}
    return {
        # The whole chart is one image with a title and a description; its parts need no names.
        "aria": False,
        "font": FONT,
        "background": None,
        "view": {"stroke": None},
        "axis": {
            **text,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "gridColor": GREY,
            "gridOpacity": 0.3,
            "domainColor": GREY,
            "tickColor": GREY,
            "labelLimit": 0,
            "titleLimit": 0,
        },
        "legend": {**text, "labelFontSize": 11, "labelLimit": 0},
        "header": {**text, "labelFontSize": 11, "labelLimit": 0},
        "title": {
            "font": FONT,
            "color": INK,
            "fontSize": 12,
            "anchor": "start",
            "frame": "bounds",
            "fontWeight": "bold",
            "limit": 0,
        },
        "text": {"font": FONT, "color": INK, "fontSize": 11},
    }


def chart(title: str, description: str, body: Spec) -> Spec:
    """A whole specification: schema, title, description, configuration, body."""
    return {
        "$schema": SCHEMA,
        "title": {"text": lines(title, 50)},
        "description": description,
        "padding": 4,
        "config": config(),
        **body,
    }


def lines(text: str, characters: int = CHARACTERS, most: int = 3) -> list[str]:
    """A text broken into at most so many lines; what does not fit ends in an ellipsis."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    broken = textwrap.wrap(flat, characters) or [""]
    if len(broken) <= most:
        return broken
    return [*broken[: most - 1], broken[most - 1][: characters - 1].rstrip() + "…"]


def row_key(index: int, text: str, characters: int = CHARACTERS) -> str:
    """The value of a row on an ordinal axis: unique, in order, its label after the bar.

    Two moves may carry the same label; they are still two rows.
    """
    return f"{index:03d}|" + "\n".join(lines(text, characters))


ROW_LABELS = "split(slice(datum.label, 4), '\\n')"
"""Vega expression that turns a `row_key` into the lines of its label."""


def rows_axis(**more: Any) -> dict[str, Any]:
    """The axis of labelled rows, with its room fixed."""
    return {
        "title": None,
        "labelExpr": ROW_LABELS,
        "minExtent": LABELS,
        "maxExtent": LABELS,
        "ticks": False,
        "domain": False,
        "labelPadding": 6,
        "labelLineHeight": 12,
        **more,
    }


def row_step(texts: Sequence[str], characters: int = CHARACTERS) -> int:
    """Height of a row in pixels: room for the longest label."""
    tallest = max((len(lines(t, characters)) for t in texts), default=1)
    return 10 + 12 * max(tallest, 1)


def hundredths_axis(**more: Any) -> dict[str, Any]:
    """An axis from 0 to 100."""
    return {"title": "in 100", "values": [0, 25, 50, 75, 100], "format": "d", **more}


def hundredths(value: float) -> float:
    """A fraction in hundredths, rounded so that the last bits of a sum do not show."""
    return round(value * 100, 4)
