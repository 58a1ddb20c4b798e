"""`price`: what is said of a crisis, for everybody, one actor, one type, one move."""

from __future__ import annotations

import itertools

import pytest

import standoff as so
from standoff.assess.chain import chain
from standoff.assess.prices import prices_numbers, prices_of
from standoff.errors import Cancelled, QueryError
from standoff.scenario.loading import loads

HAGGLE = """
standoff: 1
id: haggle
title: A quarrel over a well
as_of: 2031-03-03T06:00
clock:
  rounds:
    - {first: 2031-03-03}
    - {first: 2031-03-04}
    - {first: 2031-03-05}
    - {first: 2031-03-06}
parameters:
  thirst: {uniform: [0.6, 0.9]}
  pride: {uniform: [0.05, 0.15]}
actors:
  north:
    name: the north
    types:
      greedy: {label: wants the well, stake: "1"}
      tired: {label: wants to go home, stake: "1"}
    prior: {greedy: 0.5, tired: rest}
  south: {name: the south, stake: "1"}
  press: {kind: nature, name: the press}
audiences: {readers: {name: the readers}}
state:
  sided: {range: [-2, 2], start: 0, audience: readers, label: whose side the readers take}
  terms: {levels: [nothing, shares_water, shares_both], start: nothing, label: what the south gives}
proposals:
  water: {by: north, to: south, label: leaving for water, terms: {well: shared}}
  pasture:
    by: north
    to: south
    label: leaving for water and pasture
    terms: {well: shared, pasture: shared}
turns:
  - id: papers
    label: the papers
    actor: press
    rounds: 1
    outcomes:
      for_north: {odds: 0.3, then: {sided: 1}}
      for_south: {odds: rest, then: {sided: -1}}
  - id: bid
    label: the bid
    actor: north
    rounds: 2
    moves:
      silent: {quiet: true}
    proposes: [water, pasture]
  - id: reply
    label: the reply
    actor: south
    rounds: 3
    moves:
      ignore: {quiet: true, when: water == none and pasture == none}
      accept_water: {then: {terms: shares_water}}
      accept_pasture: {then: {terms: shares_both}}
    answers: [water, pasture]
  - id: leaving
    label: the leaving
    actor: north
    rounds: 4
    moves:
      leave: {label: leaves the well, ends: left}
      stay: {label: stays}
ends:
  left: {label: the north has left}
  time: {label: they still stand there}
objectives:
  north:
    well: {value: ending is time, weight: {greedy: thirst, tired: 0.2}}
    given: {value: "(ending is left)*(0.5*(terms >= shares_water) + 0.2*(terms == shares_both))"}
  south:
    free: {value: ending is left}
    cost: {value: "-(0.3 + pride*sided)*(terms >= shares_water) - 1.5*(terms == shares_both)"}
observer: {desk: the south, sees_as: [public, south], actor: south}
"""


class Stopped:
    """A progress that asks to stop."""

    cancelled = True

    def say(self, what: str) -> None:
        pass

    def step(self, done: int, of: int) -> None:
        pass


@pytest.fixture(scope="module")
def found() -> so.assess.prices_models.Prices:  # type: ignore[name-defined]
    return so.price(loads(HAGGLE), variants=24)


def test_the_counters_of_a_crisis(found):
    part = found.prices
    assert [(c.id, c.role) for c in part.counters] == [
        ("north.water", "propose"), ("south.water", "accept"), ("north.pasture", "propose"),
        ("south.pasture", "accept"), ("north.leave", "end"),
    ]  # fmt: skip
    assert part.observer == "south"
    assert part.charts == ["south.pasture@reply.3:sided"] or part.charts[0].startswith("south.")
    for counter, turn in ((c, t) for c in part.counters for t in c.turns):
        for t in turn.types:
            assert t.range90[0] <= t.price <= t.range90[1]
            assert t.payoff == pytest.approx(t.price)  # a stake is one unit
            assert 0 <= t.odds <= 1
            assert t.bound == 0
        assert counter.actor_label.startswith("the ")


def test_what_nobody_would_take_is_said_to_move_opinion_alone(found):
    water, pasture = found.prices.proposals
    assert not water.refused_by_all
    assert all(z.agree for z in water.zone if z.by == "tired")
    assert pasture.refused_by_all
    assert all(p < 0.2 for p in pasture.accepted.values())
    assert [z.gain_to < 0 for z in pasture.zone] == [True, True]
    assert water.bits_proposing > 0
    assert set(water.proposed) == {"greedy", "tired"}


def test_terms_lower_the_price_of_leaving(found):
    leaving = [t for t in found.prices.terms if t.actor == "north"]
    assert [(t.without, t.with_) for t in leaving] == [
        ("nothing", "shares water"), ("shares water", "shares both"),
    ]  # fmt: skip
    # Nobody moves after the north: a term lowers its price by what the term is worth to it.
    for part, worth in zip(leaving, (0.5, 0.2), strict=True):
        assert list(part.worth.values()) == pytest.approx([worth, worth], abs=1e-6)
    (ours,) = [t for t in found.prices.terms if t.actor == "south"]
    assert ours.with_ == "the same with pasture: shared"
    assert next(iter(ours.worth.values())) < -1


def test_the_curve_tells_what_is_never_reached(found):
    counter = next(c for c in found.prices.counters if c.id == "south.water")
    (curve,) = counter.turns[0].curves
    assert [level.label for level in curve.levels] == ["\N{MINUS SIGN}1", "1"]
    assert curve.missing == ["\N{MINUS SIGN}2", "0", "2"]
    assert (curve.low, curve.high) == ("below 0", "above 0")
    (contrast,) = curve.contrasts
    # Two levels apart, each a `pride` that is between .05 and .15 (and types that differ a little).
    assert 0.1 < contrast.range90[0] < contrast.difference < contrast.range90[1] < 0.35
    assert contrast.difference == pytest.approx(contrast.high - contrast.low, abs=0.02)
    assert contrast.share == 1.0


def test_one_actor_one_type_one_move(found):
    all_of = {c.id: c for c in found.prices.counters}
    north = so.price(loads(HAGGLE), "north", variants=24).prices
    assert [c.id for c in north.counters] == ["north.water", "north.pasture", "north.leave"]
    assert north.counters[2] == all_of["north.leave"]
    tired = so.price(loads(HAGGLE), "north.tired", "leave", variants=24).prices
    assert [t.type for t in tired.counters[0].turns[0].types] == ["tired"]
    asked = so.ask(loads(HAGGLE), "price(north.tired, leave)", variants=24)
    assert tired.counters[0].turns[0].types[0].price == pytest.approx(asked.value)
    silent = so.price(loads(HAGGLE), "north", "bid.silent", variants=24).prices
    assert [(c.id, c.role) for c in silent.counters] == [("north.bid.silent", "move")]
    pasture = so.price(loads(HAGGLE), "south", "pasture", variants=24).prices
    assert pasture.proposals == [found.prices.proposals[1]]


@pytest.mark.parametrize(
    ("actor", "what", "near"),
    [
        ("nord", None, "north"),
        ("north.tyred", None, "tired"),
        ("north", "laeve", "leave"),
        ("south", "watre", "water"),
    ],
)
def test_wrong_names_are_told_before_anything_is_solved(actor, what, near):
    with pytest.raises(QueryError) as raised:
        so.price(loads(HAGGLE), actor, what, variants=10**6)
    assert raised.value.problems[0].nearest == near
    assert "P(" not in str(raised.value)  # what was typed, not how it is looked up


def test_other_mistakes():
    for actor, what in ((None, "leave"), ("north", "leave | sided > 0"), ("press", None)):
        with pytest.raises(QueryError):
            so.price(loads(HAGGLE), actor, what, variants=10**6)
    with pytest.raises(QueryError) as raised:  # at the end of play nothing is open
        so.price("cuba-1962", "ussr", "answer.decline", variants=2)
    assert raised.value.problems[0].code == "never-open"


def test_headline_numbers_are_those_of_the_part(found):
    ready = chain(loads(HAGGLE), variants=24)
    part, numbers = prices_of(ready), prices_numbers(ready)
    assert part == found.prices
    prices = {
        f"price.{c.actor}.{t.type + '.' if t.type else ''}{turn.turn}.{c.what}": t.price
        for c in part.counters
        for turn in c.turns
        for t in turn.types
    }
    told = {id: x for id, x in numbers.items() if id in prices}
    assert told == pytest.approx({id: prices[id] for id in told})
    assert "price.north.tired.leaving.leave" in told
    assert 3 <= len(numbers) <= 8


def test_where_nothing_is_left_there_is_no_part():
    over = HAGGLE.replace("as_of: 2031-03-03T06:00", "as_of: 2031-03-20")
    over += """
record:
  - {at: 2031-03-03, move: press.papers.for_north}
  - {at: 2031-03-04, move: north.bid.silent}
  - {at: 2031-03-05, move: south.reply.ignore}
  - {at: 2031-03-06, move: north.leaving.stay}
"""
    assert so.price(loads(over), variants=4).prices is None
    assert prices_numbers(chain(loads(over), variants=4)) == {}


def test_it_can_be_stopped():
    ready = chain(loads(HAGGLE), variants=4)
    progress = Stopped()
    with pytest.raises(Cancelled):
        prices_of(ready, progress=progress)


def test_same_bytes():
    first, second = (so.price("signal", variants=8).model_dump_json() for _ in range(2))
    assert first == second
    assert not any(w in first for w in itertools.chain(("NaN", "Infinity")))


def test_cuba():
    """What the model says of the note's claim: the price of Turkey depends on whose case carries,
    for as long as somebody assumes that it does.
    """
    found = so.price("cuba-1962", variants=16)
    part = found.prices
    assert found.failed == 0
    assert {p.id for p in part.proposals} == {"guarantee", "swap"}  # the standstill is answered
    counters = {(c.id, c.role): c for c in part.counters}
    sunday = next(t for t in counters["ussr.withdraw", "end"].turns if t.turn == "sunday")
    hold, trade, exit_ = (t.price for t in sunday.types)
    assert exit_ < trade < hold
    (accepting,) = counters["usa.swap", "accept"].turns
    world = next(c for c in accepting.curves if c.variable == "world")
    assert world.missing == ["\N{MINUS SIGN}2", "2"]
    for x in world.contrasts:
        assert x.difference > 0
        assert x.drivers[0].id == "swing"
    without = so.price("cuba-1962", "usa", "swap", variants=16, settings={"swing": "0"}).prices
    (curve,) = [
        c for c in without.counters[0].turns[0].curves if c.variable == "world"
    ]  # fmt: skip
    for before, after in zip(world.contrasts, curve.contrasts, strict=True):
        assert abs(after.difference) < before.difference / 2
    turkey = [t for t in part.terms if t.actor == "ussr" and t.with_ == "turkey too"]
    assert len(turkey) == 2


def test_a_counter_proposal_is_one_that_its_maker_makes():
    text = (
        HAGGLE.replace(
            "label: leaving for water, terms",
            "label: leaving for water, counter: nothing_at_all, terms",
        )
        .replace(
            "proposals:\n",
            "proposals:\n  nothing_at_all: {by: south, to: north, label: leaving for nothing}\n",
        )
        .replace(
            "    answers: [water, pasture]\n",
            "    answers: [water, pasture]\n"
            "  - {id: last_word, actor: north, rounds: 3, when: nothing_at_all == open, "
            "answers: nothing_at_all, moves: {accept_nothing_at_all: {ends: left}}}\n",
        )
    )
    asked = so.ask(loads(text), "price(south, nothing_at_all)", variants=8)
    same = so.ask(loads(text), "price(south, reply.counter_nothing_at_all)", variants=8)
    assert asked.value == pytest.approx(same.value)
    part = so.price(loads(text), variants=8).prices
    ids = {(c.id, c.role) for c in part.counters}
    assert {("south.nothing_at_all", "propose"), ("north.nothing_at_all", "accept")} <= ids
    (proposal,) = [p for p in part.proposals if p.id == "nothing_at_all"]
    assert len(proposal.zone) == 2 and proposal.by == "south"
