"""The scenario language: reading, checking, expressions and queries, and the shipped crises."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# No module has the name of a function here: importing it would put it in the function's place.
_HOMES = {
    "Scenario": "models",
    "build": "building",
    "check": "checking",
    "expand": "expansion",
    "load": "loading",
    "loads": "loading",
    "new_scenario": "template",
    "positions_of": "positions",
    "schema": "json_schema",
    "shipped": "loading",
    "to_yaml": "write",
}
__all__ = list(_HOMES)

if TYPE_CHECKING:
    from standoff.scenario.checking import check as check
    from standoff.scenario.expansion import expand as expand
    from standoff.scenario.loading import load as load
    from standoff.scenario.loading import loads as loads
    from standoff.scenario.loading import shipped as shipped
    from standoff.scenario.models import Scenario as Scenario
    from standoff.scenario.positions import positions_of as positions_of


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'standoff.scenario' has no attribute {name!r}")
    return getattr(import_module(f"standoff.scenario.{home}"), name)
