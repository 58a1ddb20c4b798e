"""The types of one actor and what an observer sees of them: what all of its disguises share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from standoff.assess.chain import Chain
from standoff.assess.deception_asking import Asked
from standoff.infer.conduct import Conduct, conducts, part_ahead
from standoff.infer.disguise import Disguise, Race
from standoff.infer.inference import Inference
from standoff.infer.pooling import Pooled, pool_means
from standoff.infer.sights import Sights, sights

PASSING = 0.8
"""A disguise is good enough so far of the way from the belief that the true type earns as it plays
to what the genuine one earns."""


@dataclass(eq=False)
class Crew:
    """The types of one actor, and what the observer sees of them."""

    ready: Chain
    actor: str
    wanted: Asked
    rounds: tuple[int, ...]

    def __post_init__(self) -> None:
        self.inference: Inference = self.ready.inference
        below = part_ahead(self.inference)
        self.conducts: dict[str, Conduct] = {
            c.type: c for c in conducts(self.inference, self.actor, below)
        }
        self.types = list(self.conducts)
        self.sights: dict[int, Sights] = {
            s.round: s
            for s in sights(self.inference, self.actor, self.wanted.observer, below, self.rounds)
        }
        self._races: dict[tuple[str, str, int], Race] = {}
        self._cheapest: dict[tuple[str, str, int], Disguise] = {}

    @property
    def alive(self) -> dict[str, Conduct]:
        """The types that the record does not rule out."""
        return {kind: c for kind, c in self.conducts.items() if c.weight.sum() > 0}

    def possible(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those pairs of which the record rules out neither type."""
        alive = set(self.alive)
        return [(true, believed) for true, believed in pairs if {true, believed} <= alive]

    def odds(self, kind: str) -> float:
        """Belief in a type now."""
        weight = {each: float(c.weight.sum()) for each, c in self.conducts.items()}
        return weight[kind] / sum(weight.values())

    @property
    def headline(self) -> Sights:
        """What is seen by the headline day."""
        return self.sights[self.wanted.until]

    def race(self, true: str, believed: str, number: int) -> Race:
        """One type against the belief at the end of a round."""
        key = (true, believed, number)
        if key not in self._races:
            place = self.types.index(believed)
            self._races[key] = Race(self.conducts[true], self.sights[number], place)
        return self._races[key]

    def earned(self, number: int, believed: str, by: str) -> Pooled:
        """Belief in a type that the solved play of a type earns by the end of a round."""
        seen = self.sights[number]
        joint = seen.earned(self.types.index(believed), self.types.index(by))
        return pool_means(joint, self.conducts[by].weight)

    def genuine(self, number: int, believed: str, true: str) -> Pooled:
        """Belief that the type `believed` itself earns, in the variants in which the type `true`
        would be taken for it: weighted as that type's own belief is, so that both compare.
        """
        each = self.earned(number, believed, believed).per_variant
        weight = self.conducts[true].weight
        return pool_means(np.nan_to_num(each) * weight, np.where(np.isfinite(each), weight, 0.0))

    def cheapest(self, true: str, believed: str, number: int | None = None) -> Disguise:
        """The cheapest disguise until the end of a round (the headline's): in each variant the
        first on the frontier that is believed `PASSING` of the way to what the genuine type earns.
        """
        number = self.wanted.until if number is None else number
        key = (true, believed, number)
        if key not in self._cheapest:
            genuine = np.nan_to_num(self.earned(number, believed, believed).per_variant)
            plain = np.nan_to_num(self.earned(number, believed, true).per_variant)
            goal = plain + PASSING * np.maximum(genuine - plain, 0.0)
            self._cheapest[key] = self.race(*key).cheapest(goal)
        return self._cheapest[key]
