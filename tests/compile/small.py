"""A scenario to be bent by tests: two players, nature, one state variable."""

from __future__ import annotations

from typing import Any

import numpy as np

from standoff.compile import Draws
from standoff.scenario.models import Scenario


def raw(**changes: Any) -> dict[str, Any]:
    """As a dictionary, with some top-level keys replaced."""
    return {
        "standoff": 1, "id": "small", "title": "small",
        "clock": {"rounds": 2, "start": "1962-10-22"},
        "actors": {"ann": {}, "bob": {}, "fate": {"kind": "nature"}},
        "state": {"heat": {"range": [0, 3], "start": 0, "overflow": "clip"}},
        "turns": [
            {"id": "act", "actor": "ann",
             "moves": {"up": {"then": {"heat": "heat + 1"}}, "wait": {}}},
            {"id": "reply", "actor": "bob", "moves": {"hit": {"ends": "war"}, "hold": {}}},
        ],
        "ends": {"war": {}},
        "objectives": {
            "ann": {"gain": {"value": "heat"}},
            "bob": {"peace": {"value": "-(ending is war)"}},
        },
    } | changes  # fmt: skip


def made(**changes: Any) -> Scenario:
    """As a scenario."""
    return Scenario.model_validate(raw(**changes))


def drawn(scenario: Scenario, n: int = 3, **values: Any) -> Draws:
    """Draws by hand: `values` by parameter, even priors."""
    return Draws(
        {k: np.broadcast_to(np.asarray(v, dtype=float), n) for k, v in values.items()},
        {
            a: np.full((len(actor.types), n), 1 / len(actor.types))
            for a, actor in scenario.actors.items()
            if actor.types
        },
        None,
        np.full(n, 3.0),
    )
