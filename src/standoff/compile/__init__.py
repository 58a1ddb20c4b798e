"""From a scenario to a game, and from numbers back to lines."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "Compiled": "compiled",
    "Draws": "draws",
    "Estimate": "estimating",
    "Parts": "payoffs",
    "WalkStep": "walking",
    "compile_scenario": "compiling",
    "estimate": "estimating",
    "explain": "walking",
    "parts": "payoffs",
    "payload": "numbers",
    "walk": "walking",
}
__all__ = list(_HOMES)

if TYPE_CHECKING:
    from standoff.compile.compiled import Compiled as Compiled
    from standoff.compile.compiling import compile_scenario as compile_scenario
    from standoff.compile.draws import Draws as Draws


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'standoff.compile' has no attribute {name!r}")
    return getattr(import_module(f"standoff.compile.{home}"), name)
