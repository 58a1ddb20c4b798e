"""Sentence templates that keep likelihood and confidence apart.

Every template gives whole sentences, and no template mentions both: a reader must never wonder
whether "moderate" is how probable something is or how well founded the statement is.
"""

from __future__ import annotations

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


def figures(
    scale: Standard, probability: float, range90: tuple[float, float] | None, annex: str = ""
) -> str:
    """The bracket after an estimative word: the number and its range, or the line of the annex."""
    if scale.annex:
        return f"({annex})" if annex else ""
    number = percent(probability, scale)
    if range90 is None:
        return f"({number})"
    return f"({number}; {span(*range90)} {ASSUMPTIONS})"


def estimate(
    scale: Standard,
    clause: str,
    probability: float,
    range90: tuple[float, float] | None = None,
    annex: str = "",
) -> str:
    """`It is likely (67 in 100; from 55 to 78 in 100 over ...) that CLAUSE.` Where the standard
    wants numbers in an annex, `annex` is the line (`A3`) and the range is given in words.
    """
    band = scale.band(probability)
    bracket = figures(scale, probability, range90, annex)
    if scale.annex and range90 is not None:
        extent = f"; {ASSUMPTIONS}, {span_words(*range90, scale)}"
        bracket = f"({annex}{extent})" if annex else f"({extent[2:]})"
    middle = f" {bracket}" if bracket else ""
    return f"{band.opening}{middle} that {clause.strip().rstrip('.')}."


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


def precision_sentence(low: float, high: float) -> str:
    """Precision in words: how often a move worth a tenth of the stake less is chosen."""
    import math

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
