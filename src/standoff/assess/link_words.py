"""A link and the words of its document: found when it is made, and named anew when they moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.assess.links import volume_of
from standoff.errors import Problem, SourceError, nearest
from standoff.sources.anchoring import Selector, anchor, bounds, place_of, quote, span_of
from standoff.sources.folded_text import fold, folded_text

if TYPE_CHECKING:
    from standoff.scenario.models import Scenario
    from standoff.scenario.source_models import Link
    from standoff.sources.cited import Cited, Found
    from standoff.sources.document import Document

__all__ = ["again", "placed", "shortened"]

_FEW_PLACES = 4


def placed(scenario: Scenario, new: Link, words: str, cited: Cited) -> tuple[Link, str]:
    """A link with the selector of its words, and what should be known of it."""
    volume = volume_of(scenario, new.passage)
    held, place = cited.documents(new.passage, volume, new.rendering)
    readable = [document for document in held if document.has_text]
    if not readable:
        name = new.passage.partition("/")[0]
        why = f"holds {name} without its text" if held else f"doesn't hold {name}"
        return new.model_copy(update={"exact": words}), f"not checked: the library {why}"
    if not words:
        document = next((d for d in readable if span_of(d, place) is not None), None)
        span = None if document is None else span_of(document, place)
        if document is None or span is None:
            known = [p.locator for p in readable[0].passages]
            raise SourceError(
                Problem(
                    "no-such-passage", "the document has no such passage", path=new.passage,
                    found=place, expected="a passage or a sentence: p3, p3/s2",
                    nearest=nearest(place, known),
                )
            )  # fmt: skip
        made = bounds(document, *span)
        return _with_words(new, made, document, held), ""
    tried = [(document, anchor(document, Selector(place, exact=words))) for document in readable]
    document, found = max(tried, key=lambda one: (one[1].state == "ok", one[1].score))
    if found.state == "lost" or found.score < 100:
        told, expected = "these words don't stand in the document", "words as the document has them"
        if found.state == "moved":
            expected = f"the nearest stands at {found.place}, {found.score:.0f} of 100 alike"
        note = next((n for n in document.notes if fold(words) in fold(n.text)), None)
        if note is not None:
            told = (
                f"these words stand in note {note.label or note.id}, which is no part of the text"
            )
            expected = "words of the text itself"
        raise SourceError(
            Problem("not-there", told, path=new.passage, found=shortened(words), expected=expected)
        )
    if "several" in found.why:
        raise SourceError(
            Problem(
                "several-places", "these words stand at several places", path=new.passage,
                found=shortened(words),
                expected=f"more of them, or one passage: {_several(document, words)}",
            )
        )  # fmt: skip
    made = quote(document, found.start, found.end)
    moved = found.state == "moved" or not place
    if moved:
        new = new.model_copy(update={"passage": _passage(new.passage, document, found.place)})
    remark = f"the words stand at {found.place}" if found.state == "moved" else ""
    return _with_words(new, made, document, held), remark


def again(old: Link, found: Found) -> Link:
    """A link that names its words as they stand now."""
    assert found.document is not None
    assert found.anchor is not None
    document, at = found.document, found.anchor
    if old.exact:
        made = quote(document, at.start, at.end)
    elif old.start:
        made = bounds(document, at.start, at.end)
    else:
        made = Selector(
            position=(at.start, at.end), text_hash=document.text_hash, reader=document.reader
        )
    own = _place(old.passage, document)
    span = span_of(document, own)
    stays = span is not None and span[0] <= at.start and at.end <= span[1]
    place = own if stays else at.place if "/" in own else at.place.partition("/")[0]
    new = old.model_copy(update={"passage": _passage(old.passage, document, place)})
    return _with_words(new, made, document, [document] if not old.rendering else [])


def _with_words(new: Link, made: Selector, document: Document, held: list[Document]) -> Link:
    several = len(held) > 1 or bool(new.rendering)
    return new.model_copy(
        update={
            "exact": made.exact, "prefix": made.prefix, "suffix": made.suffix,
            "start": made.start, "end": made.end, "position": made.position,
            "text_hash": made.text_hash, "reader": made.reader,
            "rendering": document.rendering if several else "",
        }
    )  # fmt: skip


def _place(passage: str, document: Document) -> str:
    """The place in the document that a passage names."""
    first, _, rest = passage.partition("#")[2].partition("/")
    return rest if first == document.id else passage.partition("#")[2]


def _passage(passage: str, document: Document, place: str) -> str:
    """A passage with another place in the same document."""
    source, _, locator = passage.partition("#")
    first = locator.partition("/")[0]
    head = f"{first}/" if first == document.id else ""
    return f"{source}#{head}{place}" if place else f"{source}#{first}"


def _several(document: Document, words: str) -> str:
    """The first passages in which some words stand."""
    text, folded = folded_text(document.text), fold(words)
    places: dict[str, None] = {}
    at = text.text.find(folded)
    while at >= 0 and len(places) < _FEW_PLACES:
        places[place_of(document, *text.out(at, at + len(folded)))] = None
        at = text.text.find(folded, at + len(folded))
    return ", ".join(name for name in places if name)


def shortened(words: str) -> str:
    """The first few of some words."""
    parts = words.split()
    return " ".join(parts[:8])[:120] + ("…" if len(parts) > 8 else "")
