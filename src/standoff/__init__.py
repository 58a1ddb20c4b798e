"""Standoff: a crisis between adversaries as a game of incomplete information.

The names below are all that most people need; each is imported when it is first used, so that
``import standoff`` loads neither numba nor a chart.

    import standoff as so
    note = so.assess("cuba-1962")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Assessment": "standoff.assess.models",
    "Draft": "standoff.draft",
    "Draws": "standoff.compile.draws",
    "Game": "standoff.game.game",
    "Payload": "standoff.game.game",
    "Problem": "standoff.errors",
    "Scenario": "standoff.scenario.models",
    "ScenarioError": "standoff.errors",
    "Solution": "standoff.solve.solution",
    "Solved": "standoff.solve.solved",
    "StandoffError": "standoff.errors",
    "aqre": "standoff.solve",
    "ask": "standoff.assess",
    "assess": "standoff.assess",
    "backtest": "standoff.assess",
    "check": "standoff.assess",
    "cite": "standoff.cite",
    "commitment": "standoff.assess",
    "compile_scenario": "standoff.compile",
    "crux": "standoff.assess",
    "deceive": "standoff.assess",
    "draft": "standoff.draft",
    "draw": "standoff.variants",
    "evidence": "standoff.assess",
    "explain": "standoff.assess",
    "link": "standoff.assess.linking",
    "links": "standoff.assess.linking",
    "load": "standoff.scenario",
    "mediate": "standoff.assess",
    "open_game": "standoff.solve",
    "payload": "standoff.compile",
    "price": "standoff.assess",
    "release": "standoff.assess",
    "render": "standoff.note",
    "ripple": "standoff.assess",
    "ripples": "standoff.assess",
    "sensitivity": "standoff.assess",
    "solve": "standoff.solve",
    "stability": "standoff.assess",
    "tip": "standoff.assess",
    "to_pyspiel": "standoff.game.pyspiel_export",
    "to_yaml": "standoff.scenario",
    "waiting": "standoff.assess",
}
__all__ = ["__version__", *_HOMES]

if TYPE_CHECKING:
    from standoff.assess import ask as ask
    from standoff.assess import assess as assess
    from standoff.assess import backtest as backtest
    from standoff.assess import check as check
    from standoff.assess import commitment as commitment
    from standoff.assess import crux as crux
    from standoff.assess import deceive as deceive
    from standoff.assess import evidence as evidence
    from standoff.assess import explain as explain
    from standoff.assess import mediate as mediate
    from standoff.assess import price as price
    from standoff.assess import release as release
    from standoff.assess import ripple as ripple
    from standoff.assess import ripples as ripples
    from standoff.assess import sensitivity as sensitivity
    from standoff.assess import stability as stability
    from standoff.assess import tip as tip
    from standoff.assess import waiting as waiting
    from standoff.assess.linking import link as link
    from standoff.assess.linking import links as links
    from standoff.assess.models import Assessment as Assessment
    from standoff.cite import cite as cite
    from standoff.compile import compile_scenario as compile_scenario
    from standoff.compile import payload as payload
    from standoff.compile.draws import Draws as Draws
    from standoff.draft import Draft as Draft
    from standoff.draft import draft as draft
    from standoff.errors import Problem as Problem
    from standoff.errors import ScenarioError as ScenarioError
    from standoff.errors import StandoffError as StandoffError
    from standoff.game.game import Game as Game
    from standoff.game.game import Payload as Payload
    from standoff.game.pyspiel_export import to_pyspiel as to_pyspiel
    from standoff.note import render as render
    from standoff.scenario import load as load
    from standoff.scenario import to_yaml as to_yaml
    from standoff.scenario.models import Scenario as Scenario
    from standoff.solve import aqre as aqre
    from standoff.solve import open_game as open_game
    from standoff.solve import solve as solve
    from standoff.solve.solution import Solution as Solution
    from standoff.solve.solved import Solved as Solved
    from standoff.variants import draw as draw


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'standoff' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
