"""A small crisis with one of each kind of name, for the tests of expressions and queries."""

from typing import Any

from standoff.scenario.models import Scenario
from standoff.scenario.names import Names

CRISIS: dict[str, Any] = {
    "standoff": 1,
    "id": "small",
    "title": "A small crisis",
    "clock": {"rounds": 3, "start": "1962-10-22", "step": 2},
    "parameters": {
        "odds_of_war": {"uniform": ["0", "1"]},
        "half": "0.5",
        "keep": {"by": "ussr", "hold": "1", "trade": {"uniform": ["0", "1"]}},
    },
    "defines": {
        "strain": "tension + half",
        "worth": "strain*2 if quarantine == strict else odds_of_war",
        "answered": "lenient if tension < 2 else strict",
    },
    "actors": {
        "ussr": {"types": {"hold": {}, "trade": {}}},
        "usa": {"types": {"firm": {}, "soft": {}}},
        "chance": {"kind": "nature"},
    },
    "audiences": {"world": {"name": "world opinion"}},
    "state": {
        "bases": {"start": "true"},
        "tension": {"range": ["0", "5"], "start": "0"},
        "quarantine": {"levels": ["none", "lenient", "strict"], "start": "none"},
        "offer": {"levels": ["none", "pledge"], "start": "none"},
        "struck": {"start": "false"},
        "depth": {"start": "1.5"},
        "world": {"range": ["-2", "2"], "start": "0", "audience": "world"},
    },
    "turns": [
        {
            "id": "line",
            "actor": "usa",
            "moves": {
                "board": {"tactic": "coerce"},
                "ease": {},
                "strike": {"ends": "hit", "then": {"struck": "true"}},
            },
        },
        {
            "id": "letter",
            "actor": "ussr",
            "moves": {
                "pledge": {"tactic": ["offer"]},
                "withdraw": {"ends": "gone"},
            },
        },
        {
            "id": "both",
            "together": [
                {"actor": "usa", "moves": {"hold_fire": {}, "strike": {"ends": "hit"}}},
                {"actor": "ussr", "moves": {"talk": {"tactic": ["offer", "delay"]}, "gone": {}}},
            ],
        },
        {
            "id": "u2",
            "actor": "chance",
            "outcomes": {"shot": {"odds": "0.2"}, "quiet": {"odds": "rest"}},
        },
        {"id": "drift", "then": {"tension": "tension"}},
    ],
    "ends": {
        "war": {"when": "tension == 5"},
        "hit": {"lottery": {"war": "odds_of_war", "destroyed": "rest"}},
    },
    "objectives": {
        "ussr": {"bases": {"value": "bases"}},
        "usa": {"removal": {"value": "-bases"}},
    },
    "record": [
        {"id": "boarded-early", "move": "usa.line.board", "at": "1962-10-22"},
    ],
    "observer": {"sees_as": ["public"]},
}

NAMES = Names(Scenario.model_validate(CRISIS))
