"""What a language model proposed about a note, as JSON: what was kept, what was dropped and why."""

from __future__ import annotations

from typing import Literal

from standoff.assess.part import Part
from standoff.draft.found_models import Found

__all__ = ["About", "DroppedItem", "KeptItem", "ModelReport", "SilentPart", "Why"]

About = Literal["actor", "type", "objective", "move", "claim", "relation"]
Why = Literal[
    "not-there", "in-part", "too-short", "altered", "addressed-to-a-model", "no-such-actor", "form"
]


class KeptItem(Found):
    """Something that the model proposed, with words of the document that were looked up."""

    about: About
    """What it proposes."""
    id: str
    """Short name, made from its words; unique among items of its kind (types, objectives: of their
    actor)."""
    actor: str
    """Id of the actor that it is about; empty where it is about none."""
    second: str = ""
    """For a relation: the other actor's id."""
    label: str
    """What the model says, in its own words."""
    kind: str = ""
    """For a claim: fact, input, inference, forecast, attitude. For a relation: what the first is to
    the second."""
    hedge: str = ""
    """For a claim: the words that say how sure it is, where they stand in the quotation."""
    score: float
    """How well the quotation was found: 100 where it stands as the model gave it."""
    said: str = ""
    """The quotation as the model gave it, where the document's words differ."""
    times: int = 1
    """How many proposals were merged into this one."""
    found_by_rules: str = ""
    """Id of the clause that the rules had found at these words; such a claim isn't added again."""
    doubts: tuple[str, ...] = ()
    """What a person should look at before accepting it."""


class DroppedItem(Part):
    """Something that the model proposed and that isn't used."""

    about: About
    """What it proposed."""
    label: str
    """What the model says, cut."""
    quote: str
    """The words that it gave for the document's, cut."""
    place: str
    """Where it said that they stand."""
    why: Why
    """`not-there`: the quote isn't there; `in-part`: it is found only in part; `too-short`: too
    short to identify a passage; `altered`: it changes a number, a negation or a hedge, or has other
    words; `addressed-to-a-model`: its passage speaks to a model, not to a reader; `no-such-actor`:
    the document names no such actor; `form`: the item is not in the form asked for."""
    told: str
    """The same in words, with what is particular to it."""
    score: float = 0.0
    """How like the quote the nearest words of the document are, 0 to 100; 0 where that wasn't
    asked."""


class SilentPart(Part):
    """A part of the document about which the model gave no answer that could be used."""

    part: int
    """Which, from 1."""
    first: str
    """Its first paragraph."""
    last: str
    """Its last paragraph."""
    why: str
    """What was wrong with the last answer."""


class ModelReport(Part):
    """What asking a model came to."""

    model: str
    """Who answered."""
    replayed: bool
    """Whether the answers were recorded before."""
    prompt_version: int
    """Of the prompt's template."""
    prompt_hash: str
    """SHA-256 of template and schema."""
    parts: int
    """In how many parts the document was shown."""
    asked: int
    """How many prompts were answered."""
    unread: tuple[str, ...]
    """First and last paragraph of what was not shown, since the document is too long; empty where
    all of it was."""
    silent: tuple[SilentPart, ...]
    """Parts without a usable answer."""
    kept: tuple[KeptItem, ...]
    """What the document bears out, in the order of its text within each kind."""
    dropped: tuple[DroppedItem, ...]
    """What it does not, in the order in which the model gave it."""
    remarks: tuple[str, ...] = ()
    """What else should be known."""
