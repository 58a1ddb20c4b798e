"""How variants were drawn and weighted, in words."""

from __future__ import annotations

from standoff.assess.models import TemperingPart, VariantsPart
from standoff.words.numbers import count

DRAWN = {
    "lhs": "in a Latin hypercube",
    "sobol": "along a scrambled Sobol sequence",
    "random": "independently",
}


def drawn_words(v: VariantsPart) -> str:
    """`200 drawn in a Latin hypercube (seed 0); weighted ... equally weighted ones`."""
    drawn = f"{count(v.n)} drawn {DRAWN[v.draws]} (seed {v.seed})"
    weighted = f"{drawn}; weighted by how probable each makes the record they are worth"
    if v.tempering is None:
        return f"{weighted} {v.effective:.0f} equally weighted ones"
    t = v.tempering
    return (
        f"{weighted} {_effective(t.before)} equally weighted ones, too few. So as many were drawn "
        f"again from the posterior, by tempering in {_steps(t)}: "
        f"{count(t.solved)} more were solved of a budget of {count(t.budget)}, and {_reached(t)}. "
        f"They are worth {v.effective:.0f} equally weighted ones"
    )


def tempered_in_vain(v: VariantsPart) -> str:
    """Why judgements are withheld although variants were tempered; empty where they weren't."""
    t = v.tempering
    if t is None or t.met:
        return ""
    return (
        f"Only {_effective(t.before)} of {count(v.n)} variants carry the weight of the record, and "
        f"tempering spent its budget of {count(t.budget)} more before enough were found that do, "
        "so no judgement is given. Beliefs are shown, marked, for what they are worth."
    )


def _effective(number: float) -> str:
    return f"{number:.1f}" if number < 10 else f"{number:.0f}"


def _steps(t: TemperingPart) -> str:
    return f"{len(t.steps)} step{'' if len(t.steps) == 1 else 's'}"


def _reached(t: TemperingPart) -> str:
    if t.met:
        return "the posterior was reached"
    if t.temperature == 1.0:
        return "the posterior was reached with too few that differ"
    return f"the record was let in to the power {t.temperature:.2f} only"
