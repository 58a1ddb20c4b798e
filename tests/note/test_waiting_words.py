"""What the report on waiting says where there is no next choice, one choice, or none to come to."""

from __future__ import annotations

import pytest

import standoff as so
from standoff.note import render_waiting
from standoff.note.dates import short
from standoff.note.outline import Paragraph, Table, words_of
from standoff.note.waiting_worth import section, waiting_outline
from standoff.note.writer import Writer
from standoff.scenario.loading import loads
from standoff.words.numbers import plain

ONCE = """
standoff: 1
id: once
title: One round
clock: {start: 2031-03-03, step: 1, rounds: ROUNDS}
actors:
  prince: {name: the prince, types: {proud: {stake: 1}, meek: {stake: 1}}, prior: {proud: 0.5, meek: rest}}
  duke: {name: the duke, stake: 1}
turns:
  - id: ride
    actor: prince
    moves: {wait: {waits: true, label: waits}, hit: {label: hits, ends: war}}
  - {id: gate, actor: duke, moves: {give: {label: gives in, ends: gone}, no: {label: refuses}}}
ends: {war: {}, gone: {}}
objectives:
  prince: {v: {value: "(ending is gone) - blood*(ending is war)"}}
  duke: {v: {value: "-(ending is gone) - 2*(ending is war)"}}
parameters:
  blood: {by: prince, proud: 0.4, meek: 0.6}
"""  # noqa: E501


LONG = """
standoff: 1
id: long
title: A long wait
clock: {start: 2031-03-03, step: 2, rounds: 12}
actors:
  prince: {name: the prince, types: {proud: {stake: 1}, meek: {stake: 1}}, prior: {proud: 0.5, meek: rest}}
turns:
  - {id: ride, actor: prince, moves: {wait: {waits: true}, hit: {ends: war}}}
ends: {war: {}}
objectives:
  prince:
    prize: {value: ending is war, weight: {proud: 1, meek: 0.5}}
    rent: {each_round: 0.04}
"""  # noqa: E501


def words(found, format="text") -> str:
    return " ".join(str(render_waiting(found, format)).split())


def test_who_does_not_choose_again_has_no_use_for_learning():
    text = words(so.waiting(loads(ONCE.replace("ROUNDS", "1")), "prince", variants=2))
    assert "after that it does not choose again" in text
    assert "before its next choice if it waits" not in text
    assert "nothing that it could learn would be of use to it" in text
    assert "at every choice" not in text
    assert "Worth while on 3 March, the one choice weighed here." in text


def test_a_choice_to_which_a_type_does_not_come_is_empty_in_the_table():
    found = so.waiting(loads(ONCE.replace("ROUNDS", "2")), "prince", variants=2)
    (actor,) = found.actors
    assert len(actor.choices) == 2
    proud, meek = actor.choices[1].types
    assert proud.whole.value != pytest.approx(meek.whole.value, abs=0.01)
    assert "hardly ever comes" not in words(found)
    never = proud.model_copy(update={"reached": 0.001})
    last = actor.choices[1].model_copy(update={"types": [never, meek]})
    changed = actor.model_copy(update={"choices": [actor.choices[0], last]})
    text = words(found.model_copy(update={"actors": [changed]}))
    assert "–: it hardly ever comes to that choice." in text


def test_who_has_no_types_goes_by_its_name_and_each_table_by_its_days():
    lasting = ONCE.replace("ROUNDS", "2").replace("no: {", "no: {waits: true, ")
    text = words(so.waiting(loads(lasting), "duke", variants=2))
    assert "For the duke it" in text and "“the duke”" not in text
    for day in ("3 March", "4 March"):
        assert f"Worth of waiting at “gate”, {day}" in text


def test_many_choices_find_room_in_the_table():
    """The first, the last, and where it stops are among those that are shown."""
    found = so.waiting(loads(LONG), "prince", variants=2)
    (actor,) = found.actors
    assert len(actor.choices) == 12 and all(s.turn for s in actor.stops)
    (table,) = [
        b for s in waiting_outline(found).sections for b in s.blocks
        if isinstance(b, Table) and "waited until then" in b.caption
    ]  # fmt: skip
    days = [column.title for column in table.columns][1:-1]
    assert len(days) == 7
    assert {short(c.first) for c in (actor.choices[0], actor.choices[-1])} <= set(days)
    assert {short(s.day) for s in actor.stops} <= set(days)
    assert "Shown are 7 of 12 choices." in words(found)
    for row, stop in zip(table.rows, actor.stops, strict=True):
        for day, cell in zip(days, row[1:-1], strict=True):
            (choice,) = [c for c in actor.choices if short(c.first) == day]
            (own,) = [t for t in choice.types if t.type == stop.type]
            assert words_of(cell) == plain(own.whole.value)


def test_under_phia_odds_of_waiting_stay_out_of_the_text():
    found = so.waiting(loads(ONCE.replace("ROUNDS", "1")), "prince", variants=2)
    told = {}
    for standard in ("icd203", "phia"):
        made = section(
            Writer(so.assess("signal", variants=8, form=False, standard=standard)), found
        )
        told[standard] = " ".join(
            words_of(b.content) for b in made.blocks if isinstance(b, Paragraph)
        )
    assert "Odds with which it waits" in told["icd203"] and " in 100" in told["icd203"]
    assert "That it waits" in told["phia"] and " in 100" not in told["phia"]
