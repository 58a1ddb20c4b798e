"""What a citation leads to in a library: documents, in the renderings held, and a place in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from standoff.sources.anchoring import Anchor, Selector, anchor, span_of
from standoff.sources.narrowing import Narrowing
from standoff.sources.places import places

if TYPE_CHECKING:
    from standoff.sources.document import Document
    from standoff.sources.library import Library
    from standoff.sources.models import ListedDocument

__all__ = ["Cited", "CitedState", "Found"]

CitedState = Literal["ok", "moved", "lost", "unchecked"]
_ORDER: dict[str, int] = {"ok": 0, "moved": 1, "lost": 2}


class Found(NamedTuple):
    """What was found of a citation or a link: its state, and where it stands in which document."""

    state: CitedState
    score: float = 0.0
    place: str = ""
    why: str = ""
    document: Document | None = None
    anchor: Anchor | None = None


class Cited:
    """Citations (`SOURCE#LOCATOR`) looked up in one library; each document is read once."""

    def __init__(self, library: Library | None) -> None:
        self.library = library
        self._listed: dict[str, list[ListedDocument]] = {}
        self._read: dict[str, Document] = {}

    def documents(
        self, citation: str, volume: str = "", rendering: str = ""
    ) -> tuple[list[Document], str]:
        """The renderings that are held of a cited document, those with text first, and the place
        in it. `volume` is what the library calls the source, where that isn't its name.
        """
        source, _, locator = citation.partition("#")
        for held in dict.fromkeys(filter(None, (volume, source))):
            entries = self._of(held)
            first, _, rest = locator.partition("/")
            mine = [one for one in entries if one.key == f"{held}#{first}"]
            if not mine and len({one.key for one in entries}) == 1:
                mine, rest = entries, locator  # a source of one document: the place alone will do
            mine = [one for one in mine if rendering in ("", one.rendering)]
            if mine:
                found = [self._document(one) for one in mine]
                return sorted(found, key=lambda d: (not d.has_text, d.rendering)), rest
        return [], ""

    def place(self, citation: str, volume: str = "") -> Found:
        """Whether the library holds what a plain citation names."""
        held, place = self.documents(citation, volume)
        if not held:
            return Found("unchecked", why="the document is not in the library")
        for document in held:
            if not place or span_of(document, place) is not None or place in places(document):
                return Found("ok", 100.0, place, document=document)
        if not any(document.has_text for document in held):
            return Found("unchecked", why="the document is held without its text", document=held[0])
        return Found("lost", why=f"the document has no {place}", document=held[0])

    def words(
        self, citation: str, selector: Selector, volume: str = "", rendering: str = ""
    ) -> Found:
        """Where the words of a link stand; `selector` needs no place of its own."""
        wanted = rendering or selector.reader.partition("/")[0]
        held, place = self.documents(citation, volume, wanted)
        if not held and not rendering:
            held, place = self.documents(citation, volume)
        if not held:
            return Found("unchecked", why="the document is not in the library")
        readable = [document for document in held if document.has_text]
        if not readable:
            return Found("unchecked", why="the document is held without its text", document=held[0])
        selector = replace(selector, place=place)
        tried = [(document, anchor(document, selector)) for document in readable]
        document, best = min(tried, key=lambda one: (_ORDER[one[1].state], -one[1].score))
        return Found(best.state, best.score, best.place, best.why, document, best)

    def _of(self, volume: str) -> list[ListedDocument]:
        if volume not in self._listed:
            found = [] if self.library is None else self.library.documents(Narrowing(volume))
            self._listed[volume] = found
        return self._listed[volume]

    def _document(self, entry: ListedDocument) -> Document:
        assert self.library is not None
        name = f"{entry.key}@{entry.rendering}"
        if name not in self._read:
            self._read[name] = self.library.get(name)
        return self._read[name]
