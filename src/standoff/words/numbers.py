"""Probabilities, ranges and ratios as a reader sees them. Nothing is ever 0 or 100 per cent."""

from __future__ import annotations

import math

from standoff.words.standards import Standard

BELOW = "less than 1"
ABOVE = "more than 99"
NOTHING = (0.8, 1.25)
"""Likelihood ratios between these tell nothing: evens become 44 to 56 in 100 at most."""


def hundredths(probability: float, scale: Standard | None = None) -> str:
    """A probability as a number of hundredths, without "in 100".

    Whole where that is true to the word of `scale`: .547 is "roughly even chance" under ICD 203,
    and beside that word 55 would be wrong, so it is printed as 54.7 (.54999 as "just under 55").
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"a probability lies between 0 and 1, not at {probability!r}")
    value = round(probability * 100, 9)
    if value < 1:
        return BELOW
    if value > 99:
        return ABOVE
    if scale is None:
        return f"{value:.0f}"
    word = scale.word(probability)
    for digits in (0, 1):
        text = f"{value:.{digits}f}"
        if scale.word(float(text) / 100) == word:
            return text
    nearest = float(f"{value:.1f}")
    return f"just {'under' if value < nearest else 'over'} {nearest:g}"


def percent(probability: float, scale: Standard | None = None) -> str:
    """`67 in 100`; past the ends `less than 1 in 100` and `more than 99 in 100`."""
    return f"{hundredths(probability, scale)} in 100"


def span(low: float, high: float) -> str:
    """A range in words: `from 55 to 78 in 100`."""
    a, b = hundredths(low), hundredths(high)
    return f"{a} in 100 throughout" if a == b else f"from {a} to {b} in 100"


def compact(probability: float, scale: Standard | None = None) -> str:
    """For table cells: `67`, `<1`, `>99`."""
    text = hundredths(probability, scale)
    return {BELOW: "<1", ABOVE: ">99"}.get(text, text)


def compact_span(low: float, high: float) -> str:
    """For table cells: `55 to 78`."""
    return f"{compact(low)} to {compact(high)}"


def span_words(low: float, high: float, scale: Standard) -> str:
    """A range in the words of a standard: `from unlikely to likely`."""
    a, b = scale.word(low), scale.word(high)
    return f"{a} throughout" if a == b else f"from {a} to {b}"


def ratio(value: float) -> str:
    """A likelihood ratio: `1.3`, `12`, `0.04`, `more than 1000`."""
    if math.isnan(value):
        return "not defined"
    if value > 1000:
        return "more than 1000"
    if value < 0.001:
        return "less than 0.001"
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def ratio_words(value: float, label: str) -> str:
    """What a likelihood ratio for a type (or an event) tells: near 1, "tells you nothing"."""
    if math.isnan(value):
        return "tells you nothing: it was impossible either way"
    if NOTHING[0] <= value <= NOTHING[1]:
        return "tells you nothing"
    size = max(value, 1 / value) if value > 0 else math.inf
    strength = "weakly" if size < 2 else "clearly" if size < 10 else "strongly"
    return f"points {strength} {'to' if value > 1 else 'away from'} {label}"


def share(value: float, noun: str = "variants") -> str:
    """A share: `83 of 100 variants`; never none of them nor all."""
    if value < 0.01:
        return f"fewer than 1 of 100 {noun}"
    if value > 0.99:
        return f"more than 99 of 100 {noun}"
    return f"{value * 100:.0f} of 100 {noun}"


def signed(value: float, digits: int = 2) -> str:
    """A signed number with a true minus sign, never `-0.00`."""
    text = f"{value:+.{digits}f}"
    if float(text) == 0:
        return f"{0:.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def plain(value: float, digits: int = 2) -> str:
    """A number with a true minus sign, without a plus."""
    return signed(value, digits).removeprefix("+")


def count(number: int) -> str:
    """A whole number with thousands apart: `109,776`."""
    return f"{number:,}"


def gap(analyst: float, model: float, scale: Standard) -> str:
    """The gap between an analyst's estimate and the model's, in words."""
    difference = round((analyst - model) * 100)
    same = scale.word(analyst) == scale.word(model)
    if difference == 0:
        return "the analyst's estimate and the model's agree"
    side = "higher" if difference > 0 else "lower"
    size = "one point" if abs(difference) == 1 else f"{abs(difference)} points"
    tail = "the same word" if same else "another word"
    return f"the analyst's estimate is {size} in 100 {side} than the model's, {tail}"
