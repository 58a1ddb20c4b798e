"""Solvers, one algorithm a file; each gives a `Solution` with a check of how good it is.

Names are imported when first used: a solver brings numba with it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "FAILED": "standoff.solve.solution",
    "SOLVED": "standoff.solve.solution",
    "Solution": "standoff.solve.solution",
    "aqre": "standoff.solve.aqre",
    "gains": "standoff.solve.deviation",
    "logit_residual": "standoff.solve.logit_residual",
}
__all__ = list(_HOMES)

if TYPE_CHECKING:
    from standoff.solve.aqre import aqre as aqre
    from standoff.solve.deviation import gains as gains
    from standoff.solve.logit_residual import logit_residual as logit_residual
    from standoff.solve.solution import FAILED as FAILED
    from standoff.solve.solution import SOLVED as SOLVED
    from standoff.solve.solution import Solution as Solution


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'standoff.solve' has no attribute {name!r}")
    return getattr(import_module(home), name)
