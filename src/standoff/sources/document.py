"""A document as read: its text with stable offsets, and everything that points into it.

All offsets count characters (code points) of `Document.text`, from 0, the end not included; `text`
is the passages in reading order, a blank line between two. White space is folded and each run of
characters is in Unicode's composed form (NFC), so that offsets don't depend on how a file was
indented.
Notes, page marks and references are not part of the text: they hang on it by an offset.

Everything here is frozen and plain (strings, integers, tuples of dataclasses), so that it can be
written as JSON and read back without loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Rendering = Literal["tei", "text", "markdown", "pdf"]
PassageKind = Literal["paragraph", "item", "row", "heading", "signature", "dateline"]
Precision = Literal["year", "month", "day", "hour", "minute", "second", ""]

BETWEEN = "\n\n"
"""What stands in `Document.text` between two passages."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: offsets in `Document.text`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of the text: a paragraph, an item of a list, a row of a table, a heading in it...

    `locator` names it within its document: `p24` is the 24th paragraph. Each kind counts by
    itself (`i3` an item, `r2` a row, `h1` a heading, `s1` a signature, `l1` the dateline), so that
    paragraphs are numbered alike whatever stands between them. `page` is the label of the page on
    which the passage begins, empty where that isn't known.
    """

    locator: str
    kind: PassageKind
    start: int
    end: int
    page: str = ""
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the edition. `at` is the offset where its mark stands; None for the heading's.

    The source note (where the paper is kept, how it was classified) has `is_source`.
    """

    id: str
    label: str
    text: str
    at: int | None = None
    is_source: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page that begins at offset `at`, of the print or of the facsimile.

    `carried` says that the page began before the document did: the document starts somewhere on
    it. `image` is the edition's name for the picture of the page, where it has one.
    """

    label: str
    at: int
    medium: Literal["print", "facsimile"] = "print"
    image: str = ""
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A cross-reference: to what (`#d84`, `frus1961-63v11#d56`, an address), in which words.

    `at` is the offset where the words begin in the text; None where they stand in a note or the
    heading.
    """

    target: str
    words: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone named: by the document's words, and by the volume's list where that has an entry.

    `id` is the entry's (`p_KNS2`), `name` its name there and `gloss` what it says of the person. A
    post that a heading names together with others has its own full name (`Embassy in Greece`).
    """

    words: str
    id: str = ""
    name: str = ""
    gloss: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """An abbreviation or a code word, with the volume's gloss of it (`t_ACDA1`)."""

    words: str
    id: str = ""
    name: str = ""
    gloss: str = ""


@dataclass(frozen=True, slots=True)
class Date:
    """A date as the source gives it.

    `when` is the machine's form as written, never converted to another zone
    (`1962-10-26T22:00:00+03:00`); for a range it is empty, and `first` and `last` bound it. A day
    whose year the source doesn't give is `--10-25`. `precision` is that of `when` (of `first` for a
    range). `zone` is `Z`, `+03:00`, or empty where none is said. `place` tells where in the
    document the date stands (`edition`: bounds that the editors set, with no words), `words` in
    which words. `read_from_words` marks a date that the file doesn't encode.
    """

    words: str
    when: str = ""
    first: str = ""
    last: str = ""
    precision: Precision = ""
    zone: str = ""
    place: Literal["dateline", "heading", "text", "edition"] = "dateline"
    read_from_words: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that the editors corrected: `printed` is what stood there."""

    start: int
    end: int
    printed: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A letter or message inside a telegram: who speaks in it to whom, and where it stands.

    `start` and `end` are offsets in `Document.text`, of whole passages; the end is where the text
    says so, or the document's. Either side is empty where nothing says who it is.
    """

    speakers: tuple[Person, ...]
    spoken_to: tuple[Person, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Volume:
    """What a document is part of. `id` is its short name (`frus1961-63v06`)."""

    id: str
    title: str = ""
    series: str = ""
    subseries: str = ""
    number: str = ""
    name: str = ""
    editors: tuple[str, ...] = ()
    general_editors: tuple[str, ...] = ()
    publisher: str = ""
    place: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One document, read from one file.

    What was sent and who speaks are kept apart: `senders` and `recipients` are those of the heading
    (for a telegram: the posts between which it went), `speakers` those who sign in the text (a
    letter inside a telegram is signed by its author), `spoken_to` who is addressed there; the
    letters themselves, with who writes to whom in them, are in `enclosed`.
    """

    volume: Volume
    number: str
    """As printed: a string, since `273A` exists. Empty where the document has none."""
    id: str
    """Within the volume: `d60`."""
    rendering: Rendering
    """From which form it was read: the same document may be held in several."""
    reader: str
    """The reader and its version (`tei/1`): offsets hold for this one."""
    address: str = ""
    """The canonical address on the web, where it has one."""
    heading: str = ""
    """Without its number and without the notes that hang on it."""
    kind: str = ""
    """`telegram`, `letter`, `editorial note`...; empty where the heading doesn't say."""
    section: tuple[str, ...] = ()
    """Headings of the parts of the volume that it stands in, outermost first."""
    senders: tuple[Person, ...] = ()
    recipients: tuple[Person, ...] = ()
    speakers: tuple[Person, ...] = ()
    spoken_to: tuple[Person, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    """Letters inside a telegram: whoever is in `speakers` and in none of these signs for the post
    that wired it."""
    dates: tuple[Date, ...] = ()
    place: str = ""
    """Where it was written, after the dateline."""
    marking: str = ""
    """Handling as the source note states it: `Secret; Niact`."""
    archive: str = ""
    """Where the paper is kept, after the source note."""
    text: str = ""
    passages: tuple[Passage, ...] = ()
    notes: tuple[Note, ...] = ()
    pages: tuple[Page, ...] = ()
    references: tuple[Reference, ...] = ()
    persons: tuple[Person, ...] = ()
    """Everyone named in heading, text and notes, once each, in order of first mention."""
    terms: tuple[Term, ...] = ()
    corrections: tuple[Correction, ...] = ()
    remarks: tuple[str, ...] = ()
    """What the reader wants known: only a heading and images, no year in the date..."""

    @property
    def key(self) -> str:
        """What a citation writes: `frus1961-63v06#d60`. With `rendering` it is unique."""
        return f"{self.volume.id}#{self.id}"

    @property
    def date(self) -> str | None:
        """The first `when` of the dateline, not converted; None where the dateline has none."""
        return next((d.when for d in self.dates if d.place == "dateline" and d.when), None)

    @property
    def best_date(self) -> str | None:
        """The date to sort and search by: of the dateline, else heading, editors, text.

        Of a range it is the first day. Dates without a year come last, as `--10-25`.
        """
        order = {"dateline": 0, "heading": 1, "edition": 2, "text": 3}
        found = [(d.when or d.first, d.place) for d in self.dates if d.when or d.first]
        found.sort(key=lambda one: (one[0].startswith("--"), order[one[1]]))
        return found[0][0] if found else None

    @property
    def paragraphs(self) -> tuple[Passage, ...]:
        """The passages that are paragraphs: `p1`, `p2`..."""
        return tuple(p for p in self.passages if p.kind == "paragraph")

    @property
    def has_text(self) -> bool:
        """False where only a heading and names of images are there."""
        return bool(self.text)

    @property
    def source_note(self) -> Note | None:
        """The note that says where the paper is kept."""
        return next((n for n in self.notes if n.is_source), None)

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text: what a link to a passage holds on to."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def digest(self) -> str:
        """SHA-256 of everything that was read: whether a document changed."""
        return sha256(self.to_json()).hexdigest()

    def to_json(self) -> bytes:
        """The document as JSON; `from_json` gives the same document back."""
        return _json().dump_json(self)

    @staticmethod
    def from_json(plain: bytes | str) -> Document:
        """The document that `to_json` wrote; a `ValueError` where it is something else."""
        return _json().validate_json(plain)

    def words(self, span: Passage | Sentence) -> str:
        """The words of a passage or a sentence."""
        return self.text[span.start : span.end]

    def passage(self, locator: str) -> Passage | None:
        """The passage of that name (`p24`), or None."""
        return next((p for p in self.passages if p.locator == locator), None)

    def page_at(self, offset: int, medium: Literal["print", "facsimile"] = "print") -> str:
        """The label of the page on which the character at `offset` stands; empty if unknown."""
        label = ""
        for page in self.pages:
            if page.medium == medium and page.at <= offset:
                label = page.label
        return label

    def __iter__(self) -> Iterator[tuple[Passage, str]]:
        """Passages with their words, in reading order."""
        for passage in self.passages:
            yield passage, self.words(passage)


@cache
def _json() -> TypeAdapter[Document]:
    from pydantic import TypeAdapter

    return TypeAdapter(Document)
