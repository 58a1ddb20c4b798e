"""The cheapest conduct by which a type is taken for another: belief moved against stake given up.

The observer's inference is fixed (`sights`). A type's conduct from the present on is its best
reply, against everybody else's solved play, to its payoff in stakes plus a reward for each unit of
belief in the other type at the end of a round. Sweeping the reward from nothing to very much gives
the frontier: no conduct is believed more for less. It is concave, since every point of it is the
best of something linear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standoff.infer.conduct import Conduct, OwnLevel, best, played
from standoff.infer.pooling import Pooled, pool_means
from standoff.infer.sights import Sights

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]

FREE = 1e-6
"""The reward at which only what costs nothing is done."""
WHATEVER = 1e6
"""The reward at which belief counts and nothing else, as good as."""
REWARDS = (0.0, FREE, *(float(x) for x in np.geomspace(0.01, 81.92, 14)), WHATEVER)
"""Stakes for a belief raised from none to certainty: what the frontier is swept over."""
COARSE = REWARDS[::2]
"""Fewer of them, for the cost by day."""
NEARLY = 0.005
"""What is within so much of the most that can be reached counts as reached."""
HALVINGS = 12


@dataclass(frozen=True, eq=False)
class Point:
    """One conduct on the frontier."""

    reward: float  # stakes for full belief
    believed: Float  # [V] mass of the type times belief in the other
    given: Float  # [V] mass of the type times stake given up
    weight: Float  # [V] mass of the type

    @cached_property
    def belief(self) -> Pooled:
        """Expected belief in the other type at the end of the round."""
        return pool_means(self.believed, self.weight)

    @cached_property
    def cost(self) -> Pooled:
        """Stake given up against the best reply."""
        return pool_means(self.given, self.weight)


class Race:
    """One type that would be taken for another by the end of one round.

    What comes after the round is played as is best for the type: its own sequences from there on
    are folded into those before, once for all rewards.
    """

    def __init__(self, conduct: Conduct, sights: Sights, target: int) -> None:
        """`target` is the place of the other type among the actor's."""
        self.conduct, self.sights, self.target = conduct, sights, target
        own = conduct.sequences
        self.levels: tuple[OwnLevel, ...] = tuple(
            at for at in own.levels if at.level < sights.level
        )
        self.size = self.levels[-1].last if self.levels else 1
        self.pay = conduct.folded(sights.level)[: self.size]
        self.belief = conduct.sums(sights.nodes, sights.held(target))[: self.size]
        self._found: dict[float, tuple[Point, Bool]] = {}

    def at(self, reward: float) -> Point:
        """The best conduct at a reward."""
        return self._at(reward)[0]

    def chosen(self, reward: float) -> Bool:
        """[S, V] what is played then at every own information set, also after the round."""
        own = self.conduct.sequences
        whole = self.conduct.natural.copy()
        whole[: self.size] = self._at(reward)[1]
        assert whole.shape[0] == own.size
        return whole

    def _at(self, reward: float) -> tuple[Point, Bool]:
        if reward not in self._found:
            chosen = best(self.levels, self.pay + reward * self.belief)
            reached = played(self.levels, chosen)
            point = Point(
                reward,
                np.where(reached, self.belief, 0.0).sum(axis=0),
                np.maximum(
                    self.conduct.natural_pay - np.where(reached, self.pay, 0.0).sum(axis=0), 0.0
                ),
                self.conduct.weight,
            )
            self._found[reward] = point, chosen
        return self._found[reward]

    def frontier(self, rewards: Sequence[float] = REWARDS) -> tuple[Point, ...]:
        """Points from the natural best reply to the most that can be reached."""
        return tuple(self.at(reward) for reward in rewards)

    def cheapest(self, goal: float) -> tuple[Point, bool]:
        """The first point of the frontier at which the pooled belief reaches the goal, and whether
        any does; where none does, the first that comes near the most that can be reached.
        """
        most = self.at(WHATEVER).belief.value
        reached = most >= goal
        wanted = goal if reached else most - NEARLY
        low, high = 0.0, WHATEVER
        for point in self.frontier():
            if point.belief.value >= wanted:
                high = point.reward
                break
            low = point.reward
        if high <= FREE:
            return self.at(high), reached
        for _ in range(HALVINGS):
            middle = float(np.sqrt(max(low, FREE) * high))
            if self.at(middle).belief.value >= wanted:
                high = middle
            else:
                low = middle
        return self.at(high), reached

    def price(self, belief: float, rewards: Sequence[float] = REWARDS) -> float | None:
        """Stake given up, pooled, for a belief: read off the frontier, straight between its points
        (conducts may be mixed); None where it is out of reach.
        """
        points = self.frontier(rewards)
        held = np.maximum.accumulate([p.belief.value for p in points])
        cost = np.maximum.accumulate([p.cost.value for p in points])
        if belief > held[-1] + NEARLY:
            return None
        return float(np.interp(belief, held, cost))
