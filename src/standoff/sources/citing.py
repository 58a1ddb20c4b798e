"""Citations of documents: in the form that the Office of the Historian asks for, and as CSL-JSON.

The form names series, subseries, volume, title, editors, imprint, and the number of the document,
which is the same in print, on the web and in an e-book; a page's number is not
(https://history.state.gov/historicaldocuments/citing-frus). A document that is in no volume is
cited by its heading, its date and where it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from standoff.sources.days import own_date, span_of
from standoff.sources.document import Document, Person, Volume

__all__ = ["citation", "csl_item", "csl_items"]


def citation(document: Document) -> str:
    """One sentence that leads to the document."""
    volume = document.volume
    if not _is_volume(volume):
        return _loose(document)
    editors = f"{'eds.' if len(volume.editors) > 1 else 'ed.'} {_listed(volume.editors)}"
    imprint = ": ".join(part for part in (volume.place, _publisher(volume)) if part)
    printed = ", ".join(part for part in (imprint, volume.year) if part)
    where = ", ".join([_title(volume), *([editors] if volume.editors else [])])
    if printed:
        where = f"{where} ({printed})"
    if document.number:
        which = f"Document {document.number}"
    else:
        which = f"“{document.heading}.”" if document.heading else document.id
    return _ended(f"{where}, {which}")


def csl_item(document: Document) -> dict[str, Any]:
    """The document as an item of CSL-JSON, known by its key.

    In a volume it is a chapter: `issued` is the volume's year, `original-date` the document's own,
    `chapter-number` its number. Elsewhere it is a document, `issued` when it was written.
    """
    volume = document.volume
    in_volume = _is_volume(volume)
    own = _csl_date(document)
    found: dict[str, Any] = {
        "id": document.key,
        "type": "chapter" if in_volume else "document",
        "title": document.heading or document.key,
        "author": _csl_names(document.senders),
        "recipient": _csl_names(document.recipients),
        "genre": document.kind,
        "archive": document.archive,
        "URL": document.address,
    }
    if in_volume:
        found |= {
            "container-title": _title(volume),
            "editor": [{"literal": name} for name in volume.editors],
            "publisher": _publisher(volume),
            "publisher-place": volume.place,
            "chapter-number": document.number,
            "issued": {"date-parts": [[int(volume.year)]]} if volume.year.isdecimal() else None,
            "original-date": own,
        }
    else:
        found["issued"] = own
    return {name: value for name, value in found.items() if value}


def csl_items(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """CSL-JSON of documents; what is there in several renderings is one item."""
    items: dict[str, dict[str, Any]] = {}
    for document in documents:
        items.setdefault(document.key, csl_item(document))
    return list(items.values())


def _is_volume(volume: Volume) -> bool:
    return bool(volume.series or volume.title)


def _title(volume: Volume) -> str:
    """Series, subseries, number, name in the order of the form, where the volume says them all."""
    parts = (volume.series, volume.subseries, volume.number, volume.name)
    if all(parts) or not volume.title:
        return ", ".join(part for part in parts if part)
    return volume.title


def _publisher(volume: Volume) -> str:
    """Without the country: the form has the place before it."""
    return volume.publisher.removeprefix("United States ").removeprefix("U.S. ")


def _loose(document: Document) -> str:
    own = own_date(document)
    when = own.words or own.when or own.first if own is not None else ""
    held = document.archive or document.volume.id
    # Many headings end in their date.
    parts = [when if when not in document.heading else "", held]
    rest = ", ".join(part for part in parts if part)
    title = f"“{document.heading},”" if document.heading else f"{document.key},"
    return _ended(f"{title} {rest}")


def _csl_date(document: Document) -> dict[str, Any] | None:
    own = own_date(document)
    if own is None:
        return None
    first, last = span_of(document)
    if first is None or last is None:
        return {"literal": own.words} if own.words else None
    kept = {"year": 1, "month": 2}.get(own.precision, 3)
    days = [first] if own.when else list(dict.fromkeys((first, last)))
    return {"date-parts": [[int(part) for part in day.split("-")[:kept]] for day in days]}


def _csl_names(people: Sequence[Person]) -> list[dict[str, str]]:
    return [{"literal": person.name or person.words} for person in people]


def _listed(names: Sequence[str]) -> str:
    if len(names) > 2:
        return f"{', '.join(names[:-1])}, and {names[-1]}"
    return " and ".join(names)


def _ended(text: str) -> str:
    return text if text.endswith((".", ".”", "?", "!")) else f"{text}."
