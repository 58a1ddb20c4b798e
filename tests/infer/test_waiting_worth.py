"""What waiting is worth: by hand, against twins written out, and what must not move it."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest

from standoff.assess.chain import Chain, chain
from standoff.infer.waiting import Waiting, Worth, waiting
from standoff.scenario import build

SHARP = 400.0
"""A precision at which a choice by a tenth of a stake is as good as sure."""


def solved(data: dict[str, Any], **more: Any) -> Chain:
    return chain(build(data), variants=more.pop("variants", 1), **more)


def weighed(data: dict[str, Any], actor: str, **more: Any) -> Waiting:
    named = {k: more.pop(k) for k in ("variants", "as_of") if k in more}
    found = waiting(solved(data, **named).inference, actor, solve_again=None, **more)
    assert found is not None
    return found


def value(worth: Worth, of: str) -> float:
    number = getattr(worth, of)
    assert number is not None
    return worth.pooled(number).value


def parts(worth: Worth) -> tuple[float, float, float, float]:
    return tuple(value(worth, name) for name in ("accrues", "learned", "risked", "whole"))


# --- one decision maker and a coin


def coin(
    p: float = 0.6, loss: float = 0.0, q: float = 0.0, flow: float = 0.0, precision: float = SHARP
) -> dict[str, Any]:
    """Invest now, or after seeing a coin; a store may burn down (odds q, cost `loss`) meanwhile."""
    return {
        "standoff": 1,
        "id": "coin",
        "title": "A coin seen tomorrow",
        "clock": {"start": "2030-01-01", "step": 1, "rounds": 2},
        "actors": {"us": {"stake": 1}, "fate": {"kind": "nature"}},
        "state": {
            "up": {"start": False},
            "burned": {"start": False},
            "decided": {"levels": ["open", "away", "bought"], "start": "open"},
        },
        "turns": [
            {
                "id": "now", "actor": "us", "rounds": 1,
                "moves": {
                    "wait": {"waits": True},
                    "invest": {"then": {"decided": "bought"}},
                    "leave": {"then": {"decided": "away"}},
                },
            },
            {
                "id": "fire", "actor": "fate", "rounds": 1, "when": "decided == open",
                "outcomes": {
                    "burns": {"odds": q, "then": {"burned": True}, "ends": "ashes"},
                    "stands": {"odds": "rest"},
                },
            },
            {
                "id": "coin", "actor": "fate", "rounds": 1,
                "outcomes": {"heads": {"odds": p, "then": {"up": True}}, "tails": {"odds": "rest"}},
            },
            {
                "id": "later", "actor": "us", "rounds": 2, "when": "decided == open",
                "moves": {
                    "invest": {"then": {"decided": "bought"}},
                    "leave": {"then": {"decided": "away"}},
                },
            },
        ],
        "ends": {"ashes": {}},
        "objectives": {
            "us": {
                "profit": {"value": "(decided == bought)*(1 if up else -1)"},
                "safety": {"value": "-burned", "weight": loss},
                "rent": {"each_round": "(decided == open)*(round == 1)", "weight": flow},
            }
        },
        "solve": {"precision": {"value": precision}},
    }  # fmt: skip


def test_a_coin_by_hand():
    """Acting now is worth 2p - 1, waiting p; without the coin waiting is worth 2p - 1 too."""
    found = weighed(coin(p=0.6, flow=0.05), "us")
    (at,) = found.at
    (worth,) = at.worth
    assert (at.turn, at.round, at.marked, at.acts) == ("now", 1, "waits", ("us.now.wait",))
    assert at.hidden == 2 and at.rounds == (1,)
    assert parts(worth) == pytest.approx((0.05, 0.4, 0.0, 0.45), abs=1e-9)
    assert value(worth, "alone") == pytest.approx(0.4, abs=1e-9)
    assert value(worth, "learned_by_waiting") == pytest.approx(0.4, abs=1e-9)
    assert worth.pays == 1.0
    assert worth.pooled(worth.by_objective["rent"]).value == pytest.approx(0.05, abs=1e-12)


def test_a_coin_with_a_fire_by_hand():
    """q(-L) + (1 - q)p + flow, less 2p - 1."""
    p, q, loss, flow = 0.55, 0.2, 1.5, 0.03
    (worth,) = weighed(coin(p=p, q=q, loss=loss, flow=flow), "us").at[0].worth
    now = 2 * p - 1
    blind = flow - q * loss + (1 - q) * now - now
    whole = flow - q * loss + (1 - q) * p - now
    assert parts(worth) == pytest.approx((flow, whole - blind, blind - flow, whole), abs=1e-9)
    fire = worth.events["fate.fire.burns"]
    assert fire.mass.sum() == pytest.approx(q)
    # Without a fire waiting would be worth p; the chance of it takes away q of p + L.
    assert worth.change(fire).value == pytest.approx(-q * (p + loss), abs=1e-9)


def test_which_turn_teaches():
    data = coin(p=0.6)
    data["turns"].insert(2, {
        "id": "rain", "actor": "fate", "rounds": 1,
        "outcomes": {"wet": {"odds": 0.5}, "dry": {"odds": "rest"}},
    })  # fmt: skip
    (at,) = weighed(data, "us", by_step=True).at
    (worth,) = at.worth
    steps = {
        found.turn: worth.pooled(worth.alone_by_step[i]).value
        for i, found in enumerate(_steps(data))
        if i in worth.alone_by_step
    }
    assert at.hidden == 4
    assert steps["coin"] == pytest.approx(0.4, abs=1e-9)
    assert steps["rain"] == pytest.approx(0.0, abs=1e-9)


def _steps(data):
    return solved(data).batch.compiled.steps


def test_a_coin_that_changes_nothing_teaches_nothing():
    data = coin()
    data["objectives"]["us"]["profit"]["value"] = "(decided == bought)*0.2"
    (at,) = weighed(data, "us").at
    (worth,) = at.worth
    assert at.hidden == 2
    assert abs(value(worth, "learned")) < 1e-9 and abs(value(worth, "alone")) < 1e-9


def test_blunt_play_by_hand():
    """At precision 3 the choice after the coin is a logit of it, or of its mean."""
    p, lam = 0.7, 3.0
    (worth,) = weighed(coin(p=p, precision=lam), "us").at[0].worth

    def soft(x: float) -> float:
        return x / (1 + math.exp(-lam * x))

    seen, unseen = p * soft(1) + (1 - p) * soft(-1), soft(2 * p - 1)
    best = max(2 * p - 1, 0.0)
    assert value(worth, "whole") == pytest.approx(seen - best, abs=1e-7)
    assert value(worth, "learned") == pytest.approx(seen - unseen, abs=1e-7)
    assert value(worth, "alone") == pytest.approx(seen - unseen, abs=1e-7)


# --- a war of attrition


def attrition(rounds: int = 4, precision: float = 3.0, **numbers: float) -> dict[str, Any]:
    """Two sides hold or quit in turn; every round in it costs each; who is left has the prize."""
    prize, cost = numbers.get("prize", 1.0), numbers.get("cost", 0.15)
    return {
        "standoff": 1,
        "id": "attrition",
        "title": "A war of attrition",
        "clock": {"start": "2030-01-01", "step": 1, "rounds": rounds},
        "actors": {"north": {"stake": 1}, "south": {"stake": 1}},
        "turns": [
            {"id": side[0], "actor": side,
             "moves": {"hold": {"waits": True}, "quit": {"ends": f"{side}_quits"}}}
            for side in ("north", "south")
        ],
        "ends": {"north_quits": {}, "south_quits": {}},
        "objectives": {
            side: {
                "prize": {"value": f"ending is {other}_quits", "weight": prize},
                "toll": {"each_round": -1, "weight": cost},
            }
            for side, other in (("north", "south"), ("south", "north"))
        },
        "solve": {"precision": {"value": precision}},
    }  # fmt: skip


def _attrition_twin(rounds: int, lam: float, prize: float, cost: float) -> list[tuple[float, ...]]:
    """Logit backward induction: for each choice, in order, what holding is worth to who moves."""
    values = [-0.0, -0.0]  # of both sides once the clock has run out
    worth = []
    for turn in reversed(range(2 * rounds)):
        mover = turn % 2
        ends_round = mover == 1
        # The round in which play ends is paid for in full, whoever ends it.
        quits = [-cost, -cost]
        quits[1 - mover] += prize
        holds = [values[0] - cost * ends_round, values[1] - cost * ends_round]
        gap = holds[mover] - quits[mover]
        odds = 1 / (1 + math.exp(-lam * gap))
        worth.append(gap)
        values = [odds * h + (1 - odds) * q for h, q in zip(holds, quits, strict=True)]
    return worth[::-1]


def test_a_war_of_attrition():
    rounds, lam, prize, cost = 4, 3.0, 1.0, 0.15
    data = attrition(rounds, lam, prize=prize, cost=cost)
    twin = _attrition_twin(rounds, lam, prize, cost)
    for side, actor in enumerate(("north", "south")):
        found = weighed(data, actor)
        assert [at.round for at in found.at] == [1, 2, 3, 4]
        for number, at in enumerate(found.at):
            (worth,) = at.worth
            accrues, learned, risked, whole = parts(worth)
            assert whole == pytest.approx(twin[2 * number + side], abs=1e-7)
            assert learned == 0.0 and value(worth, "alone") == 0.0 and at.hidden == 0
            assert accrues + learned + risked == pytest.approx(whole, abs=1e-12)


def test_what_accrues_in_a_war_of_attrition():
    """Holding pays the toll of each round until the next choice; so does quitting, once."""
    found = weighed(attrition(3, cost=0.2), "north")
    for at in found.at:
        assert at.rounds == (at.round,)
        # North quits or holds: the round's toll falls due either way.
        assert value(at.worth[0], "accrues") == pytest.approx(0.0, abs=1e-12)
    data = attrition(3, cost=0.2)
    data["state"] = {"done": {"start": False}}
    data["turns"][0]["moves"]["quit"] = {"then": {"done": True}, "ends": "north_quits"}
    data["objectives"]["north"]["toll"]["each_round"] = "-(not done)"
    for at in weighed(data, "north").at:
        assert value(at.worth[0], "accrues") == pytest.approx(-0.2, abs=1e-12)


def test_days_after_an_end_count_where_flows_run_to_the_horizon():
    data = attrition(3, cost=0.2)
    data["clock"]["step"] = 2
    data["objectives"]["north"]["rent"] = {"each_round": 0.1, "per": "day", "to": "horizon"}
    for at in weighed(data, "north").at:
        # Two days at a tenth each, whether it goes on or has ended.
        assert value(at.worth[0], "accrues") == pytest.approx(0.0, abs=1e-12)


def test_waiting_up_to_a_day_is_the_record_of_having_waited():
    data = attrition(4)
    later = weighed(data, "north").at[2]
    data["record"] = [
        {"at": f"2030-01-0{day}", "move": f"{side}.{side[0]}.hold"}
        for day in (1, 2)
        for side in ("north", "south")
    ]
    data["as_of"] = "2030-01-02"
    data["observer"] = {"desk": "ours", "sees_as": ["public"]}
    first = weighed(data, "north").at[0]
    assert (first.turn, first.round) == (later.turn, later.round)
    assert parts(first.worth[0]) == pytest.approx(parts(later.worth[0]), abs=1e-7)


# --- a rational and an obstinate type (Abreu & Gul 2000, in three rounds)


def bargaining(
    mu: float = 0.2, precision: float = SHARP, seen: bool = True, cost: float = 0.02
) -> dict[str, Any]:
    """We hold out or yield at once; they show whether they soften; then we press or yield.

    Obstinate they never soften, rational they always do: what each gets of it says so. Pressing a
    side that has not softened is a break that costs us .5; one that has gives way.
    """
    moves: dict[str, Any] = {
        "soften": {"then": {"soft": True}},
        "stand": {},
    }
    state: dict[str, Any] = {"soft": {"start": False}}
    if not seen:
        for move in moves.values():
            move["seen_by"] = ["them"]
            move["seen_as"] = "nothing"
        state["soft"]["seen_by"] = ["them"]
    return {
        "standoff": 1,
        "id": "bargaining",
        "title": "Who gives way",
        "clock": {"start": "2030-01-01", "step": 1, "rounds": 2},
        "actors": {
            "us": {"stake": 1},
            "them": {
                "types": {"obstinate": {"stake": 1}, "rational": {"stake": 1}},
                "prior": {"obstinate": mu, "rational": "rest"},
            },
        },
        "state": state,
        "turns": [
            {"id": "first", "actor": "us", "rounds": 1,
             "moves": {"hold": {"waits": True}, "yield": {"ends": "we_yield"}}},
            {"id": "show", "actor": "them", "rounds": 1, "moves": moves},
            {"id": "last", "actor": "us", "rounds": 2,
             "moves": {"press": {"ends": "pressed"}, "yield": {"ends": "we_yield"}}},
        ],
        "ends": {"we_yield": {}, "pressed": {}},
        "objectives": {
            "us": {
                "prize": {"value": "(ending is pressed)*(1 if soft else -0.5)"},
                "time": {"each_round": "-(round == 1)*(not soft or true)", "weight": cost},
            },
            "them": {
                "taste": {"value": "1 if soft else -1", "weight": {"obstinate": -1, "rational": 1}},
            },
        },
        "solve": {"precision": {"value": precision}},
    }  # fmt: skip


@pytest.mark.parametrize("mu", [0.1, 0.3, 0.8])
def test_an_obstinate_type_by_hand(mu):
    """Who holds out learns whom it faces: it presses the rational, and yields to the obstinate."""
    found = weighed(bargaining(mu), "us")
    (at,) = found.at
    (worth,) = at.worth
    blind = max(0.0, (1 - mu) - 0.5 * mu)
    whole = 1 - mu
    assert at.hidden == 2
    # The toll of the first round falls due either way.
    assert parts(worth) == pytest.approx((0.0, whole - blind, blind, whole), abs=1e-6)
    assert value(worth, "learned") > 0.0


@pytest.mark.parametrize("precision", [2.0, 5.0])
def test_hidden_is_as_if_written_so(precision):
    """The worth without what is learned is that of the crisis written with the showing unseen,
    where the others know it too; there is nothing to hide in that.
    """
    data = bargaining(0.3, precision)
    # What they show now moves them as well: they soften more where we shall see it.
    data["objectives"]["them"]["peace"] = {"value": "-(ending is pressed)", "weight": 0.7}
    (worth,) = weighed(data, "us").at[0].worth
    other = bargaining(0.3, precision, seen=False)
    other["objectives"] = data["objectives"]
    (unseen_at,) = weighed(other, "us").at
    (unseen,) = unseen_at.worth
    assert unseen_at.hidden == 0 and value(unseen, "learned") == 0.0
    assert value(worth, "learned") == pytest.approx(
        value(worth, "whole") - value(unseen, "whole"), abs=1e-6
    )
    assert abs(value(worth, "learned")) > 0.01
    assert abs(value(worth, "learned") - value(worth, "alone")) > 1e-4  # they answer it


def test_the_actor_chooses_by_what_it_knows_and_the_desk_weighs_by_what_it_knows():
    """A report tells the desk alone that the coin is likely tails: the actor would still invest."""
    data = coin(p=0.6)
    data["state"]["up"] = {"start": {"draw": {"true": 0.6, "false": "rest"}}, "seen_by": "nobody"}
    data["turns"][2] = {
        "id": "coin", "actor": "fate", "rounds": 1,
        "outcomes": {"heads": {"when": "up", "odds": 1}, "tails": {"when": "not up", "odds": 1}},
    }  # fmt: skip
    data["observer"] = {"desk": "ours", "sees_as": ["public"]}
    data["as_of"] = "2030-01-01T02:00"
    data["record"] = [{
        "id": "whisper", "at": "2030-01-01T01:00",
        "report": "the coin is bad", "odds": [{"when": "up", "p": 0.2}, {"else": 0.8}],
    }]  # fmt: skip
    (worth,) = weighed(data, "us").at[0].worth
    posterior = 0.6 * 0.2 / (0.6 * 0.2 + 0.4 * 0.8)
    assert value(worth, "whole") == pytest.approx(posterior - (2 * posterior - 1), abs=1e-9)
    assert worth.best["us.now.invest"].sum() == pytest.approx(worth.weight.sum())


def test_what_was_played_before_today_is_held(monkeypatch):
    """Solving again changes nothing before the present; a variant that fails counts in nothing."""
    from standoff.solve import held

    data = bargaining(0.3, 3.0)
    data["turns"].insert(0, {
        "id": "before", "actor": "them", "rounds": 1,
        "moves": {"nod": {}, "frown": {"then": {"soft": False}}},
    })  # fmt: skip
    data["parameters"] = {"p": {"uniform": [0.2, 0.9]}}
    data["objectives"]["them"]["manners"] = {"value": "soft", "weight": "p"}
    data["observer"] = {"desk": "ours", "sees_as": ["public"]}
    data["as_of"] = "2030-01-01T12:00"
    data["record"] = [{"at": "2030-01-01T08:00", "move": "them.before.nod"}]
    inference = solved(data, variants=6).inference
    assert inference.present == 1
    solve, seen = held.aqre_held, []

    def failing(game, payload, rows, strategy, **more):
        found = solve(game, payload, rows, strategy, **more)
        seen.append((rows, strategy, found.strategy))
        found.status[2] = 1
        return found

    monkeypatch.setattr(held, "aqre_held", failing)
    result = waiting(inference, "us")
    assert result is not None
    ((rows, before, after),) = seen
    assert rows.any() and not rows.all()
    assert (before[rows] == after[rows]).all()
    (at,) = result.at
    (worth,) = at.worth
    assert at.failed == 1 and (worth.weight > 0).sum() == 5
    assert sum(parts(worth)[:3]) == pytest.approx(value(worth, "whole"), abs=1e-12)


# --- what must not move it


def test_constants_and_names_do_not_count():
    data = coin(p=0.65, q=0.1, loss=0.4, flow=0.02, precision=4.0)
    base = parts(weighed(data, "us").at[0].worth[0])
    more = copy.deepcopy(data)
    more["objectives"]["us"]["gift"] = {"value": 7.5}
    assert parts(weighed(more, "us").at[0].worth[0]) == pytest.approx(base, abs=1e-7)
    twice = copy.deepcopy(data)
    moves = twice["turns"][0]["moves"]
    moves["sit"] = copy.deepcopy(moves["wait"])
    for move in ("wait", "sit"):
        moves[move]["rate"] = 0.5
    same = weighed(twice, "us").at[0].worth[0]
    assert parts(same) == pytest.approx(base, abs=1e-7)
    assert same.odds.value == pytest.approx(weighed(data, "us").at[0].worth[0].odds.value)
    named = copy.deepcopy(data)
    turns = named["turns"]
    turns[0]["moves"] = {
        "leave": turns[0]["moves"]["leave"],
        "abide": turns[0]["moves"]["wait"],
        "go": turns[0]["moves"]["invest"],
    }
    turns[3]["moves"] = dict(reversed(turns[3]["moves"].items()))
    turns[2]["outcomes"] = dict(reversed(turns[2]["outcomes"].items()))
    assert parts(weighed(named, "us").at[0].worth[0]) == pytest.approx(base, abs=1e-7)


def test_types_in_the_tree_or_on_an_axis():
    """A type that odds ask about is drawn at the root; the numbers are those of an axis."""
    data = bargaining(0.3, 4.0)
    base = weighed(data, "us").at[0].worth[0]
    tied = copy.deepcopy(data)
    tied["actors"]["fate"] = {"kind": "nature"}
    tied["turns"].append({
        "id": "idle", "actor": "fate", "rounds": 2,
        "outcomes": {"a": {"odds": "0.5 if them is obstinate else 0.5"}, "b": {"odds": "rest"}},
    })  # fmt: skip
    made = solved(tied)
    assert made.batch.compiled.game.n_profiles == 1
    (worth,) = weighed(tied, "us").at[0].worth
    assert parts(worth) == pytest.approx(parts(base), abs=1e-6)


def test_parts_that_cancel_are_in_stakes_of_the_type_all_the_same():
    """Rent and toll of a round are as much; a stake of the rich type is four of the poor one's."""
    data = {
        "standoff": 1,
        "id": "tenants",
        "title": "Rent and toll",
        "clock": {"start": "2030-01-01", "step": 1, "rounds": 3},
        "actors": {
            "us": {
                "types": {"rich": {"stake": 4}, "poor": {"stake": 1}},
                "prior": {"rich": 0.5, "poor": "rest"},
            },
            "fate": {"kind": "nature"},
        },
        "state": {"out": {"start": False}},
        "turns": [
            {"id": "stay", "actor": "us",
             "moves": {"wait": {"waits": True}, "go": {"then": {"out": True}, "ends": "gone"}}},
            {"id": "idle", "actor": "fate",
             "outcomes": {"a": {"odds": "0.5 if us is rich else 0.5"}, "b": {"odds": "rest"}}},
        ],
        "ends": {"gone": {}},
        "objectives": {
            "us": {
                "rent": {"each_round": "0.2*(not out)"},
                "toll": {"each_round": "-0.2*(not out)"},
                "prize": {"value": "ending is gone"},
            }
        },
        "solve": {"precision": {"value": 2}},
    }  # fmt: skip
    assert solved(data).batch.compiled.game.n_profiles == 1
    for at in weighed(data, "us").at:
        for worth, stake in zip(at.worth, (4, 1), strict=True):
            told = {name: worth.pooled(x).value for name, x in worth.by_objective.items()}
            assert told == pytest.approx({"rent": 0.2 / stake, "toll": -0.2 / stake})


def test_no_move_that_waits():
    data = coin()
    data["turns"][0]["moves"]["wait"] = {}
    inference = solved(data).inference
    assert waiting(inference, "us") is None
    named = waiting(inference, "us", named=["now.wait"])
    assert named is not None and named.at[0].marked == "named"
    quiet = coin()
    quiet["turns"][0]["moves"]["wait"] = {"quiet": True}
    found = weighed(quiet, "us")
    assert found.at[0].marked == "quiet"
    assert np.isclose(value(found.at[0].worth[0], "whole"), 0.4)


def test_holding_out_for_a_name_by_hand():
    """Abreu and Gul's other side: the rational type holds out as the obstinate one does, and is
    yielded to where obstinate types are common enough.
    """
    mu, cost, prize = 0.6, 0.05, 1.0
    data = {
        "standoff": 1,
        "id": "name",
        "title": "A name for obstinacy",
        "clock": {"start": "2030-01-01", "step": 1, "rounds": 2},
        "actors": {
            "them": {
                "types": {"obstinate": {"stake": 1}, "rational": {"stake": 1}},
                "prior": {"obstinate": mu, "rational": "rest"},
            },
            "us": {"stake": 1},
        },
        "state": {"over": {"start": False}},
        "turns": [
            {"id": "stand", "actor": "them", "rounds": 1,
             "moves": {"hold": {"waits": True},
                       "give": {"ends": "they_give", "then": {"over": True}}}},
            {"id": "reply", "actor": "us", "rounds": 2,
             "moves": {"yield": {"ends": "we_yield"}, "fight": {"ends": "fought"}}},
        ],
        "ends": {"they_give": {}, "we_yield": {}, "fought": {}},
        "objectives": {
            "them": {
                "prize": {"value": "ending is we_yield", "weight": prize},
                "pride": {"value": "-(ending is they_give)",
                          "weight": {"obstinate": 2, "rational": 0}},
                "fight": {"value": "-(ending is fought)",
                          "weight": {"obstinate": 0.1, "rational": 1}},
                "toll": {"each_round": "-(not over)*(round == 1)", "weight": cost},
            },
            "us": {  # a win over the rational, a loss to the obstinate
                "fight": {"value": "(ending is fought)*(-1 if them is obstinate else 1)"},
            },
        },
        "solve": {"precision": {"value": SHARP}},
    }  # fmt: skip
    obstinate, rational = weighed(data, "them").at[0].worth
    # We yield: fighting would be worth (1 - mu) - mu < 0 after a move that tells nothing.
    assert parts(rational) == pytest.approx((-cost, 0.0, prize, prize - cost), abs=1e-6)
    assert parts(obstinate) == pytest.approx((-cost, 0.0, prize + 2, prize + 2 - cost), abs=1e-6)
    assert rational.odds.value == pytest.approx(1.0)


def test_learned_is_what_options_lose_by_it():
    """The worth under the play that was solved with less to see, by way of the options' sums."""
    from dataclasses import replace

    from standoff.infer.options import options_at
    from standoff.infer.waiting import _blind
    from standoff.infer.waiting_choice import weighing
    from standoff.infer.waiting_path import waiting_path

    data = bargaining(0.3, 4.0)
    # Another move after which there is a next choice, with less to win in it.
    data["turns"][0]["moves"]["stall"] = {"then": {"tired": True}}
    data["state"]["tired"] = {"start": False}
    prize = data["objectives"]["us"]["prize"]
    prize["value"] = f"({prize['value']})*(0.6 if tired else 1)"
    data["objectives"]["them"]["peace"] = {"value": "-(ending is pressed)", "weight": 0.7}
    data["parameters"] = {"p": {"uniform": [0.2, 0.9]}}
    data["objectives"]["them"]["taste"]["weight"]["rational"] = "p"
    inference = solved(data, variants=5).inference
    found = waiting(inference, "us")
    path = waiting_path(inference, "us")
    assert found is not None and path is not None
    (worth,) = found.at[0].worth
    play, lost = _blind(inference, weighing(path, 0), None)
    assert not lost.any()
    less = inference.seen_with(inference.evidence)
    less.solution = replace(inference.solution, strategy=play)
    (turn,) = inference.next_moves("us")
    pays = [
        {o.act: o.paid for o in options_at(who, "us", (None,), turn)[0].pay}
        for who in (inference, less)
    ]
    others = [act for act in pays[0] if act != "us.first.hold"]
    best = np.argmax([pays[0][act] for act in others], axis=0)
    whole, blind = (p["us.first.hold"] - np.choose(best, [p[act] for act in others]) for p in pays)
    assert worth.whole == pytest.approx(whole, abs=1e-12)
    assert worth.learned == pytest.approx(whole - blind, abs=1e-12)
    waits = pays[0]["us.first.hold"] - pays[1]["us.first.hold"]
    assert worth.learned_by_waiting == pytest.approx(waits, abs=1e-12)
    assert np.abs(worth.learned).max() > 1e-3


def test_it_can_be_stopped():
    from standoff.errors import Cancelled
    from standoff.progress import Progress

    class Impatient(Progress):
        @property
        def cancelled(self) -> bool:
            return True

    inference = solved(coin()).inference
    with pytest.raises(Cancelled):
        waiting(inference, "us", solve_again=0, progress=Impatient())
