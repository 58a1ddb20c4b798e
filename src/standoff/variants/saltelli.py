"""Saltelli's design: the variants from which first-order and total Sobol indices are worked out.

Two independent points of the unit cube, A and B, and for each group of assumptions A with that
group's coordinates taken from B: ``N (G + 2)`` variants in all [@saltelli2010]. Assumptions that
are not independent of one another have no indices of their own, since no part of the variance is
due to one alone: those that are rank-correlated, and the odds of one actor's types, are a group.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.scenario.models import Scenario
from standoff.variants.points import TINY

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Groups:
    """The assumptions of a scenario in groups that are independent of one another."""

    keys: tuple[str, ...]  # [D] as `uncertain_columns` lists them
    group_of: tuple[int, ...]  # [D] place of the group in `names`
    names: tuple[str, ...]  # [G]

    def members(self, group: int) -> list[str]:
        """The keys of one group."""
        return [k for k, g in zip(self.keys, self.group_of, strict=True) if g == group]

    def problem(self) -> dict[str, object]:
        """The same in SALib's terms."""
        names = [f"x{j}" for j in range(len(self.keys))]  # SALib forbids some endings of names
        return {
            "num_vars": len(self.keys),
            "names": names,
            "bounds": [[0.0, 1.0]] * len(self.keys),
            "groups": [f"g{g}" for g in self.group_of],
        }


def groups_of(scenario: Scenario, keys: Sequence[str]) -> Groups:
    """Groups of a scenario's uncertain columns: correlated ones, and each actor's priors, together.

    A group of one has the name of its member, the odds of an actor's types ``prior.ACTOR``, any
    other the names of its members joined by ``+``.
    """
    leader = {key: key for key in keys}

    def root(key: str) -> str:
        while leader[key] != key:
            key = leader[key]
        return key

    def join(some: Sequence[str]) -> None:
        for other in some[1:]:
            a, b = sorted((root(some[0]), root(other)), key=list(keys).index)
            leader[b] = a

    priors = {
        actor: [key for key in keys if key.startswith(f"prior.{actor}.")]
        for actor in scenario.actors
    }
    for some in priors.values():
        join(some)
    for correlation in scenario.correlate:
        join([key for key in correlation.between if key in leader])
    names: list[str] = []
    places: dict[str, int] = {}
    for key in keys:
        if root(key) not in places:
            own = [other for other in keys if root(other) == root(key)]
            whose = [f"prior.{a}" for a, some in priors.items() if len(own) > 1 and own == some]
            places[root(key)] = len(names)
            names.append(whose[0] if whose else " + ".join(own))
    return Groups(tuple(keys), tuple(places[root(key)] for key in keys), tuple(names))


def design(groups: Groups, n: int, seed: int) -> Float:
    """[n (G + 2), D] points strictly inside the unit cube; n is a power of two. By SALib.

    Same groups, n and seed: same points.
    """
    from SALib.sample import sobol

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = sobol.sample(
            groups.problem(),
            n,
            calc_second_order=False,
            seed=np.random.default_rng([seed, 0x5A17]),
        )
    return np.clip(np.asarray(found, dtype=np.float64), TINY, 1.0 - TINY)


def rows(groups: Groups, n: int) -> int:
    """Variants that the design takes."""
    return n * (len(groups.names) + 2)
