"""A pure waiting game: one actor, who may quit or wait in each round of a month of 32 days."""

from __future__ import annotations

from standoff.scenario import build
from standoff.scenario.models import Scenario

DAYS = 32
RATE = 0.05
"""Rate of quitting, by the day where waiting lets time pass, else by the round."""
FLOW = 0.02
"""What a day of staying pays, beside 1 for having quit and 0 for never quitting."""


def waiting_game(rounds: int, *, by_days: bool, precision: float) -> Scenario:
    """The 32 days in so many rounds of equal length. `by_days` marks the move that lets time pass,
    so that the odds of quitting are proportional to the days of a round; else they are per round.
    """
    return build(
        {
            "standoff": 1,
            "id": "waiting",
            "title": "A pure waiting game",
            "clock": {"start": "2030-01-01", "step": DAYS // rounds, "rounds": rounds},
            "actors": {"them": {"stake": 1}},
            "state": {"gone": {"start": False}},
            "turns": [
                {
                    "id": "day",
                    "actor": "them",
                    "moves": {
                        "wait": {"waits": by_days},
                        "quit": {"rate": RATE if by_days else 1, "then": {"gone": True}},
                    },
                }
            ],
            "ends": {"over": {"when": "gone"}},
            "objectives": {
                "them": {
                    "prize": {"value": "gone"},
                    "stay": {"each_round": f"{FLOW}*(not gone)", "per": "day"},
                }
            },
            "solve": {"precision": {"value": precision}},
            "observer": {"desk": "ours", "sees_as": ["public"]},
        }
    )
