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
    "Certifier": "standoff.solve.certificates",
    "CorrelatedPlan": "standoff.solve.correlated_plan",
    "CrisisSignaling": "standoff.solve.private_shocks",
    "Equilibria": "standoff.solve.solution",
    "Solution": "standoff.solve.solution",
    "Solved": "standoff.solve.solved",
    "aqre": "standoff.solve.aqre",
    "aqre_branches": "standoff.solve.aqre_branches",
    "aqre_held": "standoff.solve.held",
    "aqre_path": "standoff.solve.aqre_path",
    "aqre_starts": "standoff.solve.aqre_starts",
    "backward_induction": "standoff.solve.backward_induction",
    "coarse_correlated": "standoff.solve.coarse_correlated",
    "cognitive_hierarchy": "standoff.solve.cognitive_hierarchy",
    "gains": "standoff.solve.deviation",
    "learned_play": "standoff.solve.learned_play",
    "level_k": "standoff.solve.level_k",
    "logit_residual": "standoff.solve.logit_residual",
    "normal_form": "standoff.solve.normal_form",
    "open_game": "standoff.solve.opening",
    "optimal_correlated": "standoff.solve.optimal_correlation",
    "private_shocks": "standoff.solve.private_shocks",
    "regret": "standoff.solve.regret",
    "sequence_form": "standoff.solve.sequence_form",
    "sequence_lcp": "standoff.solve.sequence_lcp",
    "sequence_lp": "standoff.solve.sequence_lp",
    "solve": "standoff.solve.solving",
    "stackelberg": "standoff.solve.stackelberg",
}
__all__ = list(_HOMES)

if TYPE_CHECKING:
    from standoff.solve.aqre import aqre as aqre
    from standoff.solve.aqre_branches import aqre_branches as aqre_branches
    from standoff.solve.aqre_path import aqre_path as aqre_path
    from standoff.solve.aqre_starts import aqre_starts as aqre_starts
    from standoff.solve.backward_induction import backward_induction as backward_induction
    from standoff.solve.certificates import Certifier as Certifier
    from standoff.solve.coarse_correlated import coarse_correlated as coarse_correlated
    from standoff.solve.cognitive_hierarchy import cognitive_hierarchy as cognitive_hierarchy
    from standoff.solve.correlated_plan import CorrelatedPlan as CorrelatedPlan
    from standoff.solve.deviation import gains as gains
    from standoff.solve.held import aqre_held as aqre_held
    from standoff.solve.learned_play import learned_play as learned_play
    from standoff.solve.level_k import level_k as level_k
    from standoff.solve.logit_residual import logit_residual as logit_residual
    from standoff.solve.normal_form import normal_form as normal_form
    from standoff.solve.opening import open_game as open_game
    from standoff.solve.optimal_correlation import optimal_correlated as optimal_correlated
    from standoff.solve.private_shocks import CrisisSignaling as CrisisSignaling
    from standoff.solve.private_shocks import private_shocks as private_shocks
    from standoff.solve.regret import regret as regret
    from standoff.solve.sequence_form import sequence_form as sequence_form
    from standoff.solve.sequence_lcp import sequence_lcp as sequence_lcp
    from standoff.solve.sequence_lp import sequence_lp as sequence_lp
    from standoff.solve.solution import FAILED as FAILED
    from standoff.solve.solution import SOLVED as SOLVED
    from standoff.solve.solution import Equilibria as Equilibria
    from standoff.solve.solution import Solution as Solution
    from standoff.solve.solved import Solved as Solved
    from standoff.solve.solving import solve as solve
    from standoff.solve.stackelberg import stackelberg as stackelberg


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'standoff.solve' has no attribute {name!r}")
    return getattr(import_module(home), name)


make_callable(__name__)
