"""What an assessment holds of the other side of the table, and how it hangs on form."""

from __future__ import annotations

import pytest

import standoff as so
from standoff.assess.chain import chain
from standoff.assess.forming import Form
from standoff.assess.models import Assessment, DissentPart, FormCheck
from standoff.assess.other_side import form_numbers, from_crux, numbers, other_side
from standoff.note import render
from standoff.note.opposite import number_label
from standoff.note.writer import Writer
from standoff.words import lint


@pytest.fixture(scope="module")
def assessed() -> Assessment:
    return so.assess("signal", variants=16)


def check(id: str) -> FormCheck:
    return FormCheck(id=id, what=f"{id} in words", variants=1, answers={}, base={}, changed=[])


def test_every_part_that_the_scenario_allows_is_there(assessed: Assessment) -> None:
    parts = (assessed.deception, assessed.prices, assessed.mediation, assessed.commitment)
    assert all(part is not None for part in parts)
    assert assessed.waiting_worth is None  # no move that waits
    assert assessed.crux is None  # no views
    again = Assessment.model_validate_json(assessed.model_dump_json())
    assert again == assessed


def test_without_it_nothing_is_asked() -> None:
    plain = so.assess("signal", variants=4, form=False)
    assert plain.deception is None and plain.prices is None and not plain.form_numbers
    alone = so.assess("signal", variants=4, form=False, other_side=True)
    assert alone.deception is not None and not alone.form_numbers


def test_numbers_go_through_all_changes_of_form(assessed: Assessment) -> None:
    kinds = {n.id.partition(".")[0] for n in assessed.form_numbers}
    assert {"deceive", "price", "mediation", "commitment"} <= kinds
    done = sum(bool(c.answers) for c in assessed.form)
    for number in assessed.form_numbers:
        assert 0 < number.changes <= done
        assert number.low <= number.high
        assert len(number.turned) <= number.changes
    # Splitting a move in place changes the game after it was compiled: nothing is lost there.
    assert all(n.changes == done for n in assessed.form_numbers if n.id.startswith("mediation"))


def test_the_unchanged_numbers_are_those_of_the_parts() -> None:
    ready = chain("signal", variants=8)
    found, parts = numbers(ready), other_side(ready)
    assert parts.deception is not None
    prices = {
        f"deceive.{p.actor}.{p.true}.{p.believed}": p.cost.value for p in parts.deception.pairs
    }
    for id, price in prices.items():
        assert found[id] == pytest.approx(price, abs=1e-9)


def test_least_most_and_signs() -> None:
    form = Form(
        [check("a"), check("b"), check("c")], [],
        numbers={"x": 1.0, "y": -1.0, "z": 3.0},
        changed_numbers={"a": {"x": 2.0, "y": 1.0}, "b": {"x": -1.0}, "c": {}},
    )  # fmt: skip
    x, y = form_numbers(form)  # nothing answers z under any change
    assert (x.low, x.low_under, x.high, x.high_under) == (-1.0, "b in words", 2.0, "a in words")
    assert x.changes == 2 and x.turned == ["b in words"]
    assert y.changes == 1 and y.turned == ["a in words"]


def test_dissents_take_over_what_the_crux_has() -> None:
    ready = chain("cuba-1962", variants=4)
    crux = other_side(ready).crux
    assert crux is not None
    gap = crux.pairs[0].gaps[0]
    told = DissentPart(
        view=crux.pairs[0].second.id, author="", because="",
        answers={gap.id: 0.0, "gone": 0.25}, base={gap.id: 1.0, "gone": 0.5},
    )  # fmt: skip
    (better,) = from_crux([told], crux)
    assert (better.base[gap.id], better.answers[gap.id]) == (gap.first, gap.second)
    assert (better.base["gone"], better.answers["gone"]) == (0.5, 0.25)
    assert from_crux([told], None) == [told]


@pytest.mark.parametrize("standard", ["icd203", "phia"])
def test_the_note_says_all_of_it_in_words(standard: str) -> None:
    found = so.assess("signal", variants=8, standard=standard)  # type: ignore[arg-type]
    text = render(found, "text")
    for title in ("HOW THEY WOULD FOOL US", "WHAT THEY WOULD TAKE", "WHAT A MEDIATOR"):
        assert title in text
    assert not [str(p) for p in lint(text, standard)]
    writer = Writer(found)
    for number in found.form_numbers:
        label = number_label(writer, number.id)
        assert number.id not in label and "." not in label.replace("...", "")
