"""How tipping points are said: the answer, what turns it, how far away that is."""

from __future__ import annotations

from standoff.assess.tipping_models import TippedAnswer, TippingPart, TippingPoint
from standoff.words.numbers import compact, percent, plain
from standoff.words.sentences import quoted
from standoff.words.standards import Standard, standard

CAPTION = "All other parameters stand at their medians."


def first_sentence(part: TippingPart, a: TippedAnswer) -> str:
    """The answer at the medians and the nearest thing that turns it."""
    known = a.reference is not None or a.best is not None
    said = (
        f"With every parameter at its median: {now(part, a)}{_over_all(part, a)}." if known else ""
    )
    if not a.points:
        return f"{said} {a.note[:1].upper()}{a.note[1:]}.".strip()
    p = a.points[0]
    side = "up" if p.value > p.median else "down"
    far = f"{distance(p)} {'levels' if p.unit == 'levels' else 'standard deviations'}"
    leap = " (it leaps there)" if p.jumps else ""
    tie = f" {a.note[:1].upper()}{a.note[1:]}." if a.note else ""
    return (
        f"{said}{tie} The nearest single assumption that turns it: {p.label or p.parameter} {side} "
        f"from {figure(p.median)} to {turns_at(p)}, {far} away; then {becomes(part, p)}{leap}."
    )


def _over_all(part: TippingPart, a: TippedAnswer) -> str:
    """The answer over all variants, where it has another word than at the medians."""
    scale = _scale(part)
    if a.probability is None or scale.word(a.probability) == a.words:
        return ""
    said = f"{percent(a.probability, scale)}, {scale.word(a.probability)}"
    return f" (over all variants {said})"


def about(a: TippedAnswer) -> str:
    """The answer itself: a statement in quotation marks."""
    return quoted(a.text.rstrip(".")) if a.kind != "options" else a.text[:1].upper() + a.text[1:]


def now(part: TippingPart, a: TippedAnswer) -> str:
    """What it is with every parameter at its median."""
    if a.kind == "options":
        return label_of(part, a.best or "")
    if a.reference is None:
        return ""
    if a.kind == "comparison":
        holds = "holds" if a.reference >= 0 else "does not hold"
        return f"{holds} (by {plain(abs(a.reference), 3)})"
    scale = _scale(part)
    p = min(max(a.reference, 0.0), 1.0)
    return f"{percent(p, scale)}, {scale.word(p)}"


def becomes(part: TippingPart, p: TippingPoint) -> str:
    """What it is just beyond the point."""
    if p.crosses == "even odds":
        return f"{'above' if p.after > p.before else 'below'} even odds"
    return label_of(part, p.becomes) if p.crosses == "option" else p.becomes


def crosses(p: TippingPoint) -> str:
    """What is crossed there."""
    if p.crosses == "option":
        return "the best option"
    if p.crosses == "zero":
        return "no difference"
    return "even odds" if p.crosses == "even odds" else f"{compact(p.level)} in 100"


def turns_at(p: TippingPoint) -> str:
    """The value, or the level of a choice."""
    return p.level_name or figure(p.value)


def distance(p: TippingPoint) -> str:
    """How far that is from the median."""
    return f"{p.distance:.0f}" if p.unit == "levels" else f"{p.distance:.2f}"


def hundred(value: float | None) -> str:
    """A share in hundredths; empty where there is none."""
    return "" if value is None else compact(min(max(value, 0.0), 1.0))


def figure(value: float) -> str:
    """A value of a parameter, to three digits."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def label_of(part: TippingPart, key: str) -> str:
    """A parameter or an option in words."""
    found = part.labels.get(key)
    if found:
        return found
    held = {p.parameter: p.label for a in part.answers for p in a.points}
    held.update({c.parameter: c.label for a in part.answers for c in a.curves})
    return held.get(key, key)


def _scale(part: TippingPart) -> Standard:
    return standard(part.standard)
