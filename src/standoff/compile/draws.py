"""One draw of everything uncertain for each of V variants. `standoff.variants` makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Draws:
    """V draws of the parameters, priors and precision.

    `values` holds every parameter of the scenario, fixed ones too: by name, or ``name.type`` where
    the parameter differs by type. `prior` holds, by actor, the odds of its types; where a `joint`
    table ties types together, `joint` has the odds of each row of that table instead.
    `importance` is what each draw stands for, where they are not drawn from the scenario's
    distributions: inference multiplies all masses by it.
    """

    values: Mapping[str, NDArray[np.float64]]  # each [V]
    prior: Mapping[str, NDArray[np.float64]]  # each [T, V]
    joint: NDArray[np.float64] | None  # [rows of the joint table, V]
    precision: NDArray[np.float64]  # [V]
    seed: int = 0
    method: Literal["lhs", "sobol", "random"] = "lhs"  # how points were drawn: lhs, sobol, random
    importance: NDArray[np.float64] | None = None  # [V]; None: 1 for each

    @property
    def n_variants(self) -> int:
        """V."""
        return len(self.precision)


def end_to_end(draws: Sequence[Draws]) -> Draws:
    """Draws of the same things one after another; seed and method are those of the first."""
    first = draws[0]

    def joined(parts: Sequence[Any]) -> Any:
        return None if parts[0] is None else np.concatenate(parts, axis=-1)

    return replace(
        first,
        values={name: joined([d.values[name] for d in draws]) for name in first.values},
        prior={name: joined([d.prior[name] for d in draws]) for name in first.prior},
        joint=joined([d.joint for d in draws]),
        precision=joined([d.precision for d in draws]),
        importance=joined([d.importance for d in draws]),
    )
