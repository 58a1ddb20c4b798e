"""What a note says of how its variants were drawn and weighted."""

from __future__ import annotations

from standoff.assess.models import TemperingPart, TemperingStep, VariantsPart
from standoff.note.tempering import drawn_words, tempered_in_vain

PLAIN = VariantsPart(n=2000, effective=813.2, failed=0, seed=3)
STEPS = [
    TemperingStep(temperature=t, effective=1000.0, acceptance=[0.5, 0.4]) for t in (0.2, 0.7, 1.0)
]


def tempered(**changes: object) -> VariantsPart:
    part: dict[str, object] = {
        "before": 7.25, "effective": 1912.0, "steps": STEPS, "solved": 12_000, "budget": 40_000,
        "temperature": 1.0, "met": True, **changes,
    }  # fmt: skip
    return PLAIN.model_copy(
        update={
            "draws": "sobol",
            "weighting": "tempered",
            "effective": 1912.0,
            "tempering": TemperingPart.model_validate(part),
        }
    )


def test_weighted_variants() -> None:
    assert drawn_words(PLAIN) == (
        "2,000 drawn in a Latin hypercube (seed 3); weighted by how probable each makes the record "
        "they are worth 813 equally weighted ones"
    )
    assert tempered_in_vain(PLAIN) == ""


def test_tempered_variants() -> None:
    assert drawn_words(tempered()) == (
        "2,000 drawn along a scrambled Sobol sequence (seed 3); weighted by how probable each "
        "makes the record they are worth 7.2 equally weighted ones, too few. So as many were drawn "
        "again from the posterior, by tempering in 3 steps: "
        "12,000 more were solved of a budget of 40,000, and the posterior was reached. They are "
        "worth 1912 equally weighted ones"
    )
    assert tempered_in_vain(tempered()) == ""


def test_a_spent_budget() -> None:
    short = tempered(steps=STEPS[:1], temperature=0.2, met=False, solved=40_000)
    assert "in 1 step: 40,000 more" in drawn_words(short)
    assert "the record was let in to the power 0.20 only" in drawn_words(short)
    assert "spent its budget of 40,000 more" in tempered_in_vain(short)
    assert "too few that differ" in drawn_words(tempered(met=False))
