"""One self-contained HTML page: inline style and SVG, no script, nothing from a network."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from standoff.chart.svg import svg
from standoff.chart.theme import INK
from standoff.note.outline import Break, Bullets, Figure, Mark, Outline, Paragraph, Table
from standoff.note.writer import NO_BREAK

if TYPE_CHECKING:
    from jinja2 import Environment


def html(note: Outline) -> str:
    """The note as a page. User text is escaped by Jinja2's autoescape, charts are ours."""
    return _environment().get_template("note.html.j2").render(note=note, prefix="") + "\n"


def fragment(note: Outline, prefix: str) -> str:
    """The note as a part of somebody else's page: without a head, every id after a prefix that
    nothing else on that page has.
    """
    return _environment().get_template("fragment.html.j2").render(note=note, prefix=prefix) + "\n"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def kind(block: object) -> str:
        names = {Paragraph: "paragraph", Bullets: "bullets", Table: "table", Figure: "figure"}
        return names[type(block)]

    def inline(part: object) -> str:
        return "mark" if isinstance(part, Mark) else "break" if isinstance(part, Break) else "text"

    def soft(text: str) -> str:
        # A narrow page may break what a printed table keeps whole; numbers are kept by the style.
        return text.replace(NO_BREAK, " ")

    def drawn(figure: Figure) -> Markup:
        # The page's own ink, so that the chart can be read in the dark too.
        return Markup(svg(figure.spec).replace(INK, "currentColor"))

    environment = Environment(
        loader=PackageLoader("standoff.note"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(kind=kind, drawn=drawn, inline=inline, soft=soft)
    return environment
