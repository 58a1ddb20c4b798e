"""What is found in a note, as JSON: `standoff draft --json` prints a `DraftReport`.

Everything that was found holds the words it was found in: a `Found` has the quotation and its
offsets in `Document.text`, so that whoever doubts it can look it up. What a language model proposes
(`--llm`) stands in `advice`: `Found`s too, whose quotation has been looked up. `Draft` (in
`drafting`) holds a document and its report.
"""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part
from standoff.draft.found_models import Found
from standoff.draft.proposal_models import ModelReport

__all__ = [
    "ActorKind",
    "BandOf",
    "Blank",
    "Clause",
    "ClauseKind",
    "DraftReport",
    "Found",
    "FoundActor",
    "FoundDate",
    "FoundPage",
    "FoundSection",
    "Hedge",
    "HedgeKind",
    "NoteFacts",
]

ClauseKind = Literal["fact", "input", "inference", "forecast", "attitude"]
HedgeKind = Literal["probability", "possibility", "intention", "attitude", "aim", "future", "mark"]
ActorKind = Literal["state", "organization", "person", "group"]


class BandOf(Part):
    """Probabilities that a word stands for in a standard."""

    standard: str
    """`icd203` or `phia`."""
    word: str
    """The standard's word."""
    low: float
    """From this probability on."""
    high: float
    """Up to this one."""


class Hedge(Found):
    """A word by which a statement is more, or less, than said flatly."""

    entry: str
    """Its entry in the list of hedges: `may`, `will attempt`."""
    kind: HedgeKind
    """`probability` (likely), `possibility` (may), `future` (will), `intention` (will attempt),
    `aim` (objective), `attitude` (hope, fear), `mark` (what else marks an estimate: seems)."""
    bands: tuple[BandOf, ...]
    """By standard; none where the standards give the word no band."""


class Clause(Found):
    """A clause that estimates something, or states a fact on which estimates rest."""

    id: str
    """Short name of the judgement."""
    text: str
    """The note's words; what a coordinate clause takes over from the one before stands in square
    brackets."""
    kind: ClauseKind
    """What it is."""
    why: str
    """The rule that says so."""
    hedges: tuple[Hedge, ...]
    """Hedges in the clause, in order; none for a fact."""
    bands: tuple[BandOf, ...]
    """What the hedges suggest, by standard; none where the words have no agreed band."""
    about: tuple[str, ...]
    """Ids of the actors it is about, its subject first."""
    negated: bool = False
    """Whether it says that something is not so."""
    conditions: tuple[Found, ...] = ()
    """What it holds under: `if`, `even if`, `unless`, `so long as`."""
    role: Literal["main", "coordinate", "relative", "complement", "condition"] = "main"
    """How it hangs in its sentence."""
    section: str = ""
    """Heading of the section it stands in."""


class FoundActor(Part):
    """Somebody the note is about."""

    id: str
    """Short name."""
    name: str
    """In full."""
    kind: ActorKind
    """What it is."""
    of: str = ""
    """The state (or organization) that a person stands for; empty where that isn't known."""
    gloss: str = ""
    """What the volume's list says of a person."""
    mentions: tuple[Found, ...] = ()
    """Where it is named."""
    clauses: int = 0
    """How many estimative clauses are about it."""
    subject: int = 0
    """In how many of these it is what does or wants something."""
    player: bool = False
    """Whether it was taken as one of the two players."""
    doubt: str = ""
    """What is ambiguous: other readings of the words, or why it was chosen by a hair."""


class FoundSection(Found):
    """A headed section."""

    title: str
    """The heading without its full stop."""
    run_in: bool
    """Whether the heading opens a paragraph instead of standing on a line of its own."""


class FoundPage(Part):
    """A page of the print or of the facsimile."""

    label: str
    """As marked."""
    medium: Literal["print", "facsimile"]
    """Of what."""
    at: int
    """Offset in the document's text at which it begins."""


class FoundDate(Part):
    """When the note was written."""

    words: str
    """As the note has it; empty where the date isn't in the note."""
    when: str
    """ISO; `--10-25` where the year isn't known."""
    day: str
    """The day that the scenario takes; empty where none can be had."""
    year_from: str = ""
    """In words, where the year comes from if the note doesn't say it."""
    years: tuple[int, ...] = ()
    """Years that are possible, where there are several."""


class NoteFacts(Part):
    """What the document says of itself."""

    document: str
    """Its key: `frus1961-63v10-12mSupp#d403`."""
    rendering: str
    """From which form it was read."""
    reader: str
    """The reader and its version."""
    text_hash: str
    """SHA-256 of the text."""
    volume: str
    """Title of the volume, or its short name."""
    address: str
    """Canonical address."""
    number: str
    """Its number in the volume."""
    kind: str
    """Intelligence note, memorandum..."""
    heading: str
    """The heading."""
    title: str
    """Title of the note."""
    sender: str
    """Who signs."""
    recipient: str
    """To whom."""
    marking: str
    """Handling, as the source note states it."""
    source_note: str
    """Where the paper is kept."""
    date: FoundDate
    """When it was written."""
    pages: tuple[FoundPage, ...]
    """Pages marked in it."""
    words: int
    """Words of its text."""
    remarks: tuple[str, ...] = ()
    """What the reader was not sure of."""


class Blank(Part):
    """Something that a scenario needs and the note doesn't say."""

    path: str
    """Key path in the scenario."""
    what: str
    """What is to be decided."""
    example: str
    """How it would be written."""


class DraftReport(Part):
    """`standoff draft --json`: what was found in a note, and what was left blank."""

    id: str
    """Id of the scenario."""
    facts: NoteFacts
    """What the document says of itself."""
    sections: tuple[FoundSection, ...]
    """Headed sections."""
    actors: tuple[FoundActor, ...]
    """Actors, the players first, then by how many clauses are about them."""
    clauses: tuple[Clause, ...]
    """Estimative clauses in the order of the text."""
    left_out: tuple[Found, ...]
    """Questions and quotations of others that have hedges and were not taken as estimates."""
    blanks: tuple[Blank, ...]
    """What the note doesn't say."""
    advice: ModelReport | None = None
    """What a language model proposed (`--llm`): what was kept, and what was dropped and why; null
    where none was asked."""
    files: tuple[str, ...] = ()
    """Files that were written."""
