"""An assessment as its short note; an answer as the command line gives it."""

from __future__ import annotations

from secrets import token_hex

from standoff.assess.models import Answer, Assessment
from standoff.notebook.markup_parts import Html, bar, box, folded, line
from standoff.shown import Shown


def markup(shown: Shown) -> str:
    """The short note as a part of a page; an answer with a bar and its details."""
    if isinstance(shown, Assessment):
        from standoff.note.build import outline
        from standoff.note.html import fragment

        # Several notes may stand in one notebook, saved by several sessions.
        return fragment(outline(shown, short=True), f"n{token_hex(4)}-")
    assert isinstance(shown, Answer)
    rows = [row for row in plain(shown).splitlines() if row.strip()]
    title = shown.text or shown.query
    parts: list[Html] = [line(shown.query)] if shown.text and shown.text != shown.query else []
    if shown.probability is not None:
        parts.append(bar(shown.probability, shown.range90, shown.prior))
    said = [row.strip() for row in rows if row.strip() not in (title, shown.query)]
    return box(title, *parts, *(line(row) for row in said[:3]), folded("All of it", rows))


def plain(shown: Shown) -> str:
    """The same as text."""
    if isinstance(shown, Assessment):
        from standoff.note.formats import render

        return render(shown, "text", short=True)
    from standoff.note.answer import render_answer

    assert isinstance(shown, Answer)
    return render_answer(shown)
