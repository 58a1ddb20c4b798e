"""Solvers, one algorithm a file; each gives a `Solution` with a check of how good it is.

Names are imported when first used: a solver brings numba with it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from standoff.callable_module import make_callable

_HOMES = {
    "FAILED": "standoff.solve.solution",
    "SOLVED": "standoff.solve.solution",
    "Equilibria": "standoff.solve.solution",
    "Solution": "standoff.solve.solution",
    "Solved": "standoff.solve.solved",
    "aqre": "standoff.solve.aqre",
    "gains": "standoff.solve.deviation",
    "logit_residual": "standoff.solve.logit_residual",
    "open_game": "standoff.solve.opening",
    "solve": "standoff.solve.solving",
}
__all__ = list(_HOMES)

if TYPE_CHECKING:
    from standoff.solve.aqre import aqre as aqre
    from standoff.solve.deviation import gains as gains
    from standoff.solve.logit_residual import logit_residual as logit_residual
    from standoff.solve.opening import open_game as open_game
    from standoff.solve.solution import FAILED as FAILED
    from standoff.solve.solution import SOLVED as SOLVED
    from standoff.solve.solution import Equilibria as Equilibria
    from standoff.solve.solution import Solution as Solution
    from standoff.solve.solved import Solved as Solved
    from standoff.solve.solving import solve as solve


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'standoff.solve' has no attribute {name!r}")
    return getattr(import_module(home), name)


make_callable(__name__)
