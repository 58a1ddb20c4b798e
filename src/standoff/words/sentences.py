"""Sentence templates that keep likelihood and confidence apart.

Every template gives whole sentences, and no template mentions both: a reader must never wonder
whether "moderate" is how probable something is or how well founded the statement is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from standoff.words.numbers import percent, span, span_words
from standoff.words.standards import Standard

ASSUMPTIONS = "over the assumptions written down"
"""What a range is a range over; it is never called a confidence interval."""

MODEL_DERIVED = (
    "model-derived: it shows what the written actors, moves, types, clock and payoffs imply; "
    "nothing here shows that governments choose this way."
)
"""The sentence that every note carries."""

REPLAY = (
    "a replay by authors who know the ending: it can show that a model is wrong, not that it is "
    "good"
)
"""The caveat that every replay carries."""


def quoted(text: str) -> str:
    """Somebody else's words in quotation marks, inner marks made single."""
    inner = " ".join(text.split()).replace("“", "‘").replace("”", "’").replace('"', "’")
    return f"“{inner}”"


def bracket(
    scale: Standard,
    probability: float,
    range90: tuple[float, float] | None,
    annex: str = "",
    *,
    brief: bool = False,
) -> str:
    """What stands in brackets after an estimative word.

    The number and its range; under a standard with an annex the line of the annex (`A3`) and the
    range in words. `brief` leaves out what the range is a range over, for a paragraph that has
    said it already.
    """
    over = "" if brief else f" {ASSUMPTIONS}"
    if scale.annex:
        extent = span_words(*range90, scale) + over if range90 is not None else ""
        return "; ".join(part for part in (annex, extent) if part)
    extent = span(*range90) + over if range90 is not None else ""
    return "; ".join(part for part in (percent(probability, scale), extent) if part)


def _bracketed(text: str) -> str:
    return f" ({text})" if text else ""


def estimate(
    scale: Standard,
    clause: str,
    probability: float,
    range90: tuple[float, float] | None = None,
    annex: str = "",
    *,
    brief: bool = False,
) -> str:
    """`It is likely (67 in 100; from 55 to 78 in 100 over the assumptions ...) that CLAUSE.`"""
    inner = bracket(scale, probability, range90, annex, brief=brief)
    opening = scale.band(probability).opening
    return f"{opening}{_bracketed(inner)} that {clause.strip().rstrip('.')}."


def likeliest(
    scale: Standard,
    what: str,
    name: str,
    probability: float,
    range90: tuple[float, float] | None = None,
    annex: str = "",
) -> str:
    """`The likeliest ending is "war": unlikely (31 in 100; ...).` For the first of several
    exclusive answers, none of which need be likely.
    """
    inner = bracket(scale, probability, range90, annex)
    word = scale.word(probability)
    article = "a " if word.endswith(("chance", "possibility")) and " no " not in word else ""
    return f"The likeliest {what} is {name}: {article}{word}{_bracketed(inner)}."


def prior_sentence(
    scale: Standard,
    prior: float,
    range90: tuple[float, float] | None,
    probability: float,
    annex: str = "",
) -> str:
    """A posterior's prior, beside its own range, and what the record did to it."""
    points = round((probability - prior) * 100)
    if abs(points) < 1:
        moved = "the record has not moved it"
    else:
        moved = f"the record has moved it {'up' if points > 0 else 'down'}"
        if not scale.annex:
            moved += " by one point" if abs(points) == 1 else f" by {abs(points)} points"
    if scale.annex:
        where = f" ({annex})" if annex else ""
        extent = f", {span_words(*range90, scale)}" if range90 else ""
        return f"Before the record the words were {scale.word(prior)}{extent}{where}; {moved}."
    extent = f" ({span(*range90)})" if range90 else ""
    return f"Before the record it stood at {percent(prior, scale)}{extent}; {moved}."


def confidence(
    level: str, parts: Sequence[tuple[str, str, str]], analyst: str | None = None
) -> str:
    """`Confidence in this is moderate. Evidence: ...` from (name, level, why) triples."""
    sentences = [f"Confidence in this is {analyst or level}."]
    if analyst and analyst != level:
        sentences.append(f"The program proposed {level}; the analyst set {analyst}.")
    for name, part, why in parts:
        reason = f": {why.strip().rstrip('.')}" if why.strip() else ""
        sentences.append(f"{name}, {part}{reason}.")
    return " ".join(sentences)


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def brief_confidence(
    level: str, parts: Sequence[tuple[str, str]], analyst: str | None = None
) -> str:
    """`Confidence in this is moderate (evidence high, range low).` from (name, level) pairs."""
    told = ", ".join(f"{name.lower()} {part}" for name, part in parts)
    proposed = f"; the program proposed {level}" if analyst and analyst != level else ""
    return f"Confidence in this is {analyst or level} ({told}{proposed})."


def precision_sentence(low: float, high: float) -> str:
    """Precision in words: how often a move worth a tenth of the stake less is chosen."""

    def times(p: float) -> str:
        return f"{math.exp(-p / 10):.2f}"

    a, b = f"{low:.1f}", f"{high:.1f}"
    if a == b:
        return (
            f"Precision is {a}: a move worth a tenth of the stake less is chosen {times(low)} "
            "times as often."
        )
    return (
        f"Precision is uncertain, from {a} to {b}: a move worth a tenth of the stake less is "
        f"chosen between {times(high)} and {times(low)} times as often."
    )
