"""The JSON form of what other equilibria and other concepts say: part of an assessment."""

from __future__ import annotations

from standoff.assess.part import Part


class RivalAnswer(Part):
    """One answer if something else were played."""

    id: str
    """As in form checks."""
    base: float
    """On the same variants, as the answer was worked out."""
    probability: float
    """If the other thing were played; of several equilibria the choice that moves it furthest."""
    low: float
    """Least over all ways to choose one of the equilibria found in each variant."""
    high: float
    """And most; both are `probability` where there is no choice."""
    word: str
    """The estimative word of `probability`."""
    survives: bool
    """Whether the word is the same, up to a move of half a point across a band's edge."""


class ConceptPart(Part):
    """The answers under another concept, or in the other equilibria of the same."""

    id: str
    """`equilibria`, `level-k-1`, `level-k-2`, `cognitive-hierarchy`, `nash`, `cce`."""
    what: str
    """What is played, in words."""
    variants: int
    """Tried."""
    found: int
    """In which something was found whose certificate holds."""
    several: int = 0
    """Of `equilibria` and `nash`: variants in which more than one was found."""
    most: int = 1
    """Of these: the most found in one variant; of `cce`: the most profiles of a device."""
    undefined: int = 0
    """Variants in which the record has odds of zero, so that there is no belief: no weight."""
    certificate: str
    """What was measured; empty where nothing is claimed (bounded reasoning)."""
    check: float | None = None
    """Its largest value over what is used."""
    tolerance: float | None = None
    """What it had to be at most."""
    budget: str
    """What was spent at most."""
    answers: list[RivalAnswer]
    changed: list[str]
    """Ids of all answers whose word is another one."""
    survived: float | None
    """Share of the judgements whose word is the same; null where none could be compared."""
    turned: list[str]
    """Ids of the judgements whose word is another one."""
    note: str = ""
    """What has to be said with it: several equilibria, failed variants, undefined beliefs."""


class ConceptsPart(Part):
    """Whether the judgements survive other equilibria and other concepts."""

    variants: int
    """Of the sample: the first so many."""
    concepts: list[ConceptPart]
    judgements: list[str]
    """Ids of the judgements that were compared."""
    survived: float | None
    """Share of them that survive everything tried; null where there are none."""
    turned: dict[str, list[str]]
    """judgement -> what turns it; those that survive everything are left out."""
    note: str = ""
    """Why nothing could be compared, where nothing could."""
