"""The types of one actor and what an observer sees of them: what all of its disguises share."""

from __future__ import annotations

from dataclasses import dataclass

from standoff.assess.chain import Chain
from standoff.assess.deception_asking import Asked
from standoff.infer.conduct import Conduct, conducts, part_ahead
from standoff.infer.disguise import Point, Race
from standoff.infer.inference import Inference
from standoff.infer.pooling import Pooled, pool_means
from standoff.infer.sights import Sights, sights

TOLERANCE = 0.05
"""A disguise is good enough within so much of the belief that the genuine type earns."""


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

    def possible(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those pairs of which the record rules out neither type."""
        alive = {kind for kind, c in self.conducts.items() if c.weight.sum() > 0}
        return [(true, believed) for true, believed in pairs if {true, believed} <= alive]

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

    def cheapest(self, true: str, believed: str) -> tuple[Point, bool, Race]:
        """The cheapest disguise for the headline day, and whether it reaches the goal."""
        race = self.race(true, believed, self.wanted.until)
        goal = self.earned(self.wanted.until, believed, believed).value - TOLERANCE
        point, in_reach = race.cheapest(goal)
        return point, in_reach, race
