"""Pieces of HTML that all displays are made of: no script, no style sheet, nothing from elsewhere.

Colors are the page's own or stand out on light and dark alike, since notebooks tell nobody which of
the two they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from standoff.chart.game_tree import FONT, flat
from standoff.chart.theme import BLUE

BOX = f"font-family:{FONT};line-height:1.45;color:inherit"
PLACED = "vertical-align:middle;padding:.2em 1em .2em 0;border:0"
CELL = f"text-align:left;{PLACED}"
NUMBER = f"text-align:right;{PLACED};font-variant-numeric:tabular-nums;white-space:nowrap"
CAPTION = "text-align:left;font-weight:600;color:inherit;caption-side:top"
BAR, TALL = 160, 14
"""Pixels of a bar from 0 to 1, and its height."""


class Html(str):
    """Markup that is ours; every other text is escaped."""

    __slots__ = ()


def said(text: str) -> Html:
    """Text as it may stand in markup or in an attribute's quotes."""
    return text if isinstance(text, Html) else Html(escape(flat(text)))


def box(title: str, *parts: str) -> str:
    """A whole display under its title."""
    head = f'<p style="margin:.2em 0;font-weight:600">{said(title)}</p>'
    return f'<div style="{BOX}">{head}{"".join(said(part) for part in parts)}</div>'


def line(text: str) -> Html:
    """A paragraph, not as loud as the rest."""
    return Html(f'<p style="margin:.2em 0;opacity:.8">{said(text)}</p>')


def scroll(markup: str, label: str) -> Html:
    """What may be wider than the page, to be moved by keys as well."""
    return Html(
        f'<div role="region" tabindex="0" aria-label="{said(label)}" '
        f'style="overflow-x:auto;margin:.4em 0">{markup}</div>'
    )


def folded(summary: str, lines: Iterable[str]) -> Html:
    """Lines of text behind a summary."""
    rows = "\n".join(escape("".join(c if c.isprintable() else " " for c in row)) for row in lines)
    return Html(
        f'<details style="margin:.4em 0"><summary>{said(summary)}</summary>'
        f'<pre style="overflow-x:auto;margin:.4em 0;background:none;color:inherit">{rows}</pre>'
        "</details>"
    )


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()
) -> Html:
    """A table; the columns at `numbers` are aligned right."""
    right = set(numbers)
    styles = [NUMBER if i in right else CELL for i in range(len(heads))]
    top = "".join(
        f'<th scope="col" style="{style};font-weight:400;font-style:italic">{said(head)}</th>'
        for head, style in zip(heads, styles, strict=True)
    )
    body = "".join(
        '<tr style="background:none">'
        + "".join(f'<td style="{s}">{said(cell)}</td>' for cell, s in zip(row, styles, strict=True))
        + "</tr>"
        for row in rows
    )
    return scroll(
        '<table style="border-collapse:collapse;margin:.4em 0;border:0;color:inherit">'
        f'<caption style="{CAPTION}">{said(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>",
        caption,
    )


def bar(
    value: float,
    span: tuple[float, float] | None = None,
    before: float | None = None,
    color: str = BLUE,
) -> Html:
    """A probability as a bar; its range a line through it, what it was before a notch. The numbers
    stand beside it, so that it needs no words of its own.
    """

    def x(part: float) -> str:
        return f"{min(max(part, 0.0), 1.0) * BAR + 1:.1f}"

    parts = [
        f'<rect x="1" y="2" width="{BAR}" height="{TALL - 4}" fill="none" stroke="currentColor" '
        'stroke-opacity=".35"/>',
        f'<rect x="1" y="2" width="{float(x(value)) - 1:.1f}" height="{TALL - 4}" fill="{color}"/>',
    ]
    if span is not None:
        middle = TALL / 2
        parts.append(
            f'<path d="M{x(span[0])} {middle}H{x(span[1])}" stroke="currentColor" '
            'stroke-width="2"/>'
        )
    if before is not None:
        parts.append(
            f'<path d="M{x(before)} 0V{TALL}" stroke="currentColor" stroke-width="2" '
            'stroke-dasharray="3 2"/>'
        )
    return Html(
        '<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" '
        f'width="{BAR + 2}" height="{TALL}" '
        f'viewBox="0 0 {BAR + 2} {TALL}" style="vertical-align:middle">{"".join(parts)}</svg>'
    )
