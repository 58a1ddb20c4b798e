"""What a language model is asked for, and how much of an answer is taken.

The JSON Schema of `Asked` goes to the model: as structured output where it knows that, in the
prompt where not. Nothing here names an id, a key or a place in a file: ids are made from the words
(`slugs`), and where something goes in the scenario is never the model's to say. Every item must
quote the document; what becomes of the quote is told in `verifying`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "KINDS",
    "LARGEST_ANSWER",
    "MOST_ITEMS",
    "Asked",
    "AskedActor",
    "AskedClaim",
    "AskedItem",
    "AskedMove",
    "AskedObjective",
    "AskedRelation",
    "AskedType",
]

LARGEST_ANSWER = 200_000
"""Characters of one answer that are read; it is broken off there."""
MOST_ITEMS = 100
"""Items of one kind that are taken from one answer."""

Who = Annotated[str, Field(min_length=1, max_length=120)]
Words = Annotated[str, Field(min_length=1, max_length=400)]
Quote = Annotated[str, Field(max_length=2000)]
Place = Annotated[str, Field(max_length=40)]


class AskedItem(BaseModel):
    """What every item has: the words of the document that it rests on."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    quote: Quote
    """Words copied from the document letter by letter: at least four, at most sixty, without gaps.
    They must say what the item says."""
    where: Place = ""
    """The mark of the paragraph that holds the quote, without brackets: p3."""


class AskedActor(AskedItem):
    """Somebody who acts, or could."""

    name: Who
    """The name that the document uses."""


class AskedType(AskedItem):
    """Something that an actor may secretly intend, and the others can't see."""

    actor: Who
    """Whose intention, by the name in the document."""
    label: Words
    """The intention, as in "means to keep the bases"."""


class AskedObjective(AskedItem):
    """Something that an actor wants."""

    actor: Who
    """Who wants it."""
    label: Words
    """What it wants."""


class AskedMove(AskedItem):
    """Something that an actor did, does or could do."""

    actor: Who
    """Who acts."""
    label: Words
    """What it does, as in "accepts the standstill"."""


class AskedClaim(AskedItem):
    """A statement that the document makes and that could turn out wrong."""

    text: Words
    """The statement in one sentence."""
    kind: Literal["fact", "input", "inference", "forecast", "attitude"]
    """fact: said to be so; input: assumed; inference: concluded about what can't be seen;
    forecast: about what will happen; attitude: about what somebody hopes, fears or believes."""
    about: Annotated[str, Field(max_length=120)] = ""
    """Whom it is about."""
    hedge: Annotated[str, Field(max_length=120)] = ""
    """The document's words that say how sure it is: may, will attempt to, probably."""


class AskedRelation(AskedItem):
    """How two actors stand to each other, where the document says so."""

    first: Who
    """An actor."""
    second: Who
    """Another."""
    kind: Literal["adversary", "ally", "sponsor", "mediator", "other"]
    """What the first is to the second."""


class Asked(BaseModel):
    """What the document says of a crisis. Empty lists where it says nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    actors: tuple[AskedActor, ...] = ()
    """Who acts."""
    types: tuple[AskedType, ...] = ()
    """What they may secretly intend."""
    objectives: tuple[AskedObjective, ...] = ()
    """What they want."""
    moves: tuple[AskedMove, ...] = ()
    """What they did, do or could do."""
    claims: tuple[AskedClaim, ...] = ()
    """What the document claims."""
    relations: tuple[AskedRelation, ...] = ()
    """How they stand to each other."""


KINDS: dict[str, type[AskedItem]] = {
    "actors": AskedActor,
    "types": AskedType,
    "objectives": AskedObjective,
    "moves": AskedMove,
    "claims": AskedClaim,
    "relations": AskedRelation,
}
"""Key of an answer -> what stands in its list, in the order of `Asked`."""
