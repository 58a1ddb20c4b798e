"""What waiting is worth, as a command and a note are told of it."""

from __future__ import annotations

from typing import Any

import pytest

import standoff as so
from standoff.assess.chain import Chain, chain
from standoff.assess.waiting_models import WaitingWorth
from standoff.assess.waiting_worth import of_chain, waiting_numbers, waiting_of
from standoff.errors import ScenarioError
from standoff.note.outline import Bullets, Figure, Paragraph, Table
from standoff.note.waiting_worth import render_waiting, section
from standoff.note.writer import Writer
from standoff.scenario import build


def siege(stakes: tuple[int, int] = (1, 1), rain: str = "storms", **more: Any) -> Chain:
    """Two types besiege a town for three weeks; there is weather, and the town may give up."""
    data = {
        "standoff": 1,
        "id": "siege",
        "title": "A siege",
        "clock": {"start": "2031-05-01", "step": 7, "rounds": 3},
        "parameters": {"toll": {"uniform": [0.05, 0.2]}, "storms": {"uniform": [0.1, 0.4]}},
        "actors": {
            "host": {
                "name": "the host",
                "types": {
                    "rich": {"label": "can wait", "stake": stakes[0]},
                    "poor": {"label": "must feed its men", "stake": stakes[1]},
                },
                "prior": {"rich": 0.5, "poor": "rest"},
            },
            "town": {"name": "the town", "stake": 1},
            "sky": {"kind": "nature"},
        },
        "state": {"wet": {"start": False}, "camped": {"start": True}},
        "turns": [
            {"id": "camp", "label": "before the walls", "actor": "host",
             "moves": {
                 "sit": {"label": "sits before the walls", "waits": True},
                 "assault": {"label": "storms the walls", "ends": "assault",
                             "then": {"camped": False}},
                 "leave": {"label": "goes home", "ends": "left", "then": {"camped": False}},
             }},
            {"id": "sky", "label": "the weather", "actor": "sky",
             "outcomes": {
                 "rain": {"label": "it rains", "odds": rain, "then": {"wet": True}},
                 "dry": {"label": "it stays dry", "odds": "rest", "then": {"wet": False}},
             }},
            {"id": "gate", "label": "the gate", "actor": "town",
             "moves": {"hold": {"label": "holds"}, "open": {"label": "opens", "ends": "opened"}}},
        ],
        "ends": {
            "opened": {"label": "the town opens its gates"},
            "left": {"label": "the host goes home"},
            "assault": {"label": "the walls are stormed"},
        },
        "objectives": {
            "host": {
                "prize": {"label": "the town", "value": "ending in [opened, assault]"},
                "blood": {"label": "men lost", "value": "-(ending is assault)*(0.7 + 0.5*wet)"},
                "bread": {"label": "feeding the host", "each_round": "-camped",
                          "weight": {"rich": "toll*0.5", "poor": "toll*3"}},
            },
            "town": {
                "liberty": {"value": "-(ending in [opened, assault])"},
                "hunger": {"each_round": -1, "weight": 0.2},
                "blood": {"value": "-(ending is assault)"},
            },
        },
        "solve": {"precision": {"uniform": [3, 6]}},
        "observer": {"desk": "ours", "sees_as": ["public", "town"], "actor": "town"},
    }  # fmt: skip
    return chain(build(data), variants=more.pop("variants", 12), **more)


READY = siege()


def found(**more: Any) -> WaitingWorth:
    return of_chain(READY, **more)


def test_all_choices_of_all_types_in_order():
    result = found()
    host, town = result.actors
    assert (host.actor, town.actor) == ("host", "town")  # the desk's own side last
    assert town.choices == [] and "no move that waits" in town.note
    assert [(c.round, c.first, c.last) for c in host.choices] == [
        (1, "2031-05-01", "2031-05-07"),
        (2, "2031-05-08", "2031-05-14"),
        (3, "2031-05-15", "2031-05-21"),
    ]
    assert [c.until for c in host.choices] == ["2031-05-08", "2031-05-15", "2031-05-21"]
    for choice in host.choices:
        assert [t.type for t in choice.types] == ["rich", "poor"]
        rich, poor = choice.types
        assert poor.whole.value < rich.whole.value  # feeding its men costs it more
        assert poor.accrues.value < rich.accrues.value < 0
        for t in choice.types:
            assert t.learned is not None and t.risked is not None
            total = t.accrues.value + t.learned.value + t.risked.value
            assert total == pytest.approx(t.whole.value, abs=1e-12)
            low, high = t.whole.range90
            assert low <= t.whole.value <= high and 0 <= t.pays <= 1 and 0 <= t.reached <= 1
            assert {o.id for o in t.others} == {"host.camp.assault", "host.camp.leave"}
            assert sum(o.best for o in t.others) == pytest.approx(1.0)
    reached = [c.types[0].reached for c in host.choices]
    assert reached[0] == pytest.approx(1.0) and reached[0] > reached[1] > reached[2]


def test_odds_of_waiting_are_those_of_the_outlook():
    (turn,) = READY.inference.next_moves("host")
    (sit,) = [m for m in turn.moves if m.act == "host.camp.sit"]
    for t in found().actors[0].choices[0].types:
        assert t.odds == pytest.approx(sit.by_type[t.type].value)


def test_rain_is_worth_knowing_and_the_turn_that_tells_it_is_named():
    host = found().actors[0]
    first = host.choices[0].types[0]
    assert host.choices[0].hidden == 2
    assert {u.turn for u in first.unseen} == {"sky"}
    assert first.unseen[0].label == "the weather"
    assert first.unseen[0].learned.value == pytest.approx(first.learned_alone.value, abs=1e-12)
    assert first.learned_alone.value > 0
    events = {e.id: e for e in first.meanwhile}
    assert events["town.gate.open"].change.value > 0
    assert events["sky.sky.rain"].change.value == pytest.approx(
        -events["sky.sky.dry"].change.value
        * events["sky.sky.rain"].probability
        / events["sky.sky.dry"].probability,
        abs=0.05,
    )


def test_until_when():
    host = found().actors[0]
    for stop in host.stops:
        worth = [
            (c.turn, c.first, t.whole.value)
            for c in host.choices
            for t in c.types
            if t.type == stop.type
        ]
        bad = [x for x in worth if x[2] <= 0]
        if not bad:
            assert stop.turn == "" and stop.pays is None
        else:
            assert (stop.turn, stop.day) == bad[0][:2]
            after = worth[worth.index(bad[0]) + 1 :]
            assert stop.again == [day for _, day, value in after if value > 0]


def test_one_type_one_turn():
    result = found(whom="host.poor", turn="camp")
    (host,) = result.actors
    assert all([t.type for t in c.types] == ["poor"] for c in host.choices)
    assert [s.type for s in host.stops] == ["poor"]
    whole = found().actors[0]
    assert host.choices[1].types[0] == whole.choices[1].types[1]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"whom": "hots"}, "host"),
        ({"whom": "host.rihc"}, "rich"),
        ({"whom": "host", "turn": "cmap"}, "camp"),
        ({"whom": "host", "turn": "gate"}, "no such turn"),
        ({"moves": ["camp.sti"]}, "sit"),
    ],
)
def test_wrong_names_are_told(wrong, says):
    with pytest.raises(ScenarioError, match=says):
        found(**wrong)


def test_a_move_can_be_named():
    result = found(moves=["gate.hold"])
    town = result.actors[1]
    assert [c.marked for c in town.choices] == ["named"] * 3
    assert town.choices[0].waits == ["town.gate.hold"]


def test_headline_numbers_are_those_of_the_report():
    numbers = waiting_numbers(READY)
    first = found().actors[0].choices[0]
    assert numbers == {f"waiting.host.{t.type}": pytest.approx(t.whole.value) for t in first.types}


def test_a_note_has_nothing_to_say_where_nobody_can_wait():
    ready = chain("signal", variants=8)
    assert waiting_of(ready) is None and waiting_numbers(ready) == {}


def test_the_section_is_short_and_says_all():
    part = waiting_of(READY)
    assert part is not None
    note = so.assess("signal", variants=8, form=False)
    made = section(Writer(note), part)
    assert made is not None
    assert sum(isinstance(b, Figure) for b in made.blocks) == 1
    table, days = [b for b in made.blocks if isinstance(b, Table)]
    titles = [column.title for column in days.columns]
    assert titles == ["Type", "1 May", "8 May", "15 May", "Stops"]
    assert [column.title for column in table.columns] == [
        "Type", "Accrues", "Learned", "The rest", "Whole", "Range", "Pays",
    ]  # fmt: skip
    assert len(table.rows) == 2
    text = " ".join(
        run.text
        for b in made.blocks
        for rich in (
            [b.content] if isinstance(b, Paragraph) else b.items if isinstance(b, Bullets) else []
        )
        for run in rich
    )
    assert "can wait" in text and "sits before the walls" in text
    assert "host.camp" not in text and "rich" not in text  # labels, not ids


@pytest.mark.parametrize("format", ["text", "md", "html"])
def test_every_format_tells_the_same(format):
    content = render_waiting(found(), format)
    assert isinstance(content, str)
    for words in ("before the walls", "must feed its men", "storms the walls", "the weather"):
        assert words in content
    assert ("<svg" in content or "vega" in content.lower()) == (format == "html")


def test_json_holds_it_all():
    result = found()
    again = WaitingWorth.model_validate_json(str(render_waiting(result, "json")))
    assert again == result


def test_same_arguments_same_bytes():
    one = of_chain(siege(variants=5)).model_dump_json()
    assert one == of_chain(siege(variants=5)).model_dump_json()


def test_who_waits_may_have_its_types_in_the_tree():
    """The same crisis with the host's type drawn at the root, and stakes that differ by type."""
    base = siege(stakes=(1, 2))
    tree = siege(stakes=(1, 2), rain="storms if host is rich else storms")
    assert base.batch.compiled.game.n_profiles == 2
    assert tree.batch.compiled.game.n_profiles == 1
    one, other = (of_chain(ready).actors[0] for ready in (base, tree))
    for a, b in zip(one.choices, other.choices, strict=True):
        for x, y in zip(a.types, b.types, strict=True):
            assert x.type == y.type
            for name in ("whole", "accrues", "learned", "learned_alone", "risked", "against_mean"):
                first, second = getattr(x, name), getattr(y, name)
                assert first.value == pytest.approx(second.value, abs=1e-6), (x.type, name)
            assert [p.value for p in x.by_objective] == pytest.approx(
                [p.value for p in y.by_objective], abs=1e-9
            )
