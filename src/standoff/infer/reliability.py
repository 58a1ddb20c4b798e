"""How likely it is that an item of the record is right, in each variant.

Written as a number it is the same in all of them. Written over parameters (the grade of the source,
say) it may differ by variant, and what the item makes of a history with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.compile.draws import Draws
from standoff.scenario.expressions import Expr, Parameter, evaluate, leaves
from standoff.scenario.place import Place

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reliability:
    """Odds that an item is right, as an expression over parameters."""

    odds: Expr
    where: Place

    def by_variant(self, draws: Draws) -> Float:
        """[V] Raises `ScenarioError`, naming the parameters, where they are no odds above 0."""
        value = np.asarray(evaluate(self.odds, lambda leaf: draws.values[leaf.name]), dtype=float)
        if not ((value > 0) & (value <= 1)).all():
            wrong = value[~((value > 0) & (value <= 1))].reshape(-1)
            names = dict.fromkeys(n.name for n in leaves(self.odds) if isinstance(n, Parameter))
            of = f", from {', '.join(names)}" if names else ""
            raise self.where.fail(
                "bad-odds",
                "odds that an item is right must lie above 0 and be at most 1",
                found=f"{wrong[0]:g} in some variant{of}",
                expected="a number above 0, at most 1, whatever the parameters",
            )
        return np.broadcast_to(value, (draws.n_variants,))


def constant(text: str) -> float | None:
    """Odds that are written as a number; None where they are an expression."""
    try:
        return float(text)
    except ValueError:
        return None
