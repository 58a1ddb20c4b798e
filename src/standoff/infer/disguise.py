"""The cheapest conduct by which a type is taken for another: belief moved against stake given up.

The observer's inference is fixed (`sights`). A type's conduct from the present on is its best
reply, against everybody else's solved play, to its payoff in stakes plus a reward for each unit of
belief in the other type at the end of a round. Sweeping the reward from nothing to very much gives
the frontier: no conduct is believed more for less. It is concave, since every point of it is the
best of something linear. Reputation is the same thing kept up (key ``kreps1982``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standoff.infer.conduct import Conduct, OwnLevel, best, played
from standoff.infer.pooling import Pooled, pool_means, ratio
from standoff.infer.sights import Sights

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]

FREE = 1e-6
"""The reward at which only what costs nothing is done."""
WHATEVER = 1e6
"""The reward at which belief counts and nothing else, as good as."""
REWARDS = (0.0, FREE, *(float(x) for x in np.geomspace(0.01, 81.92, 14)), WHATEVER)
"""Stakes for a belief raised from none to certainty: what the frontier is swept over."""
NEARLY = 0.01
"""Where a goal is out of reach in a variant, belief within so much of the most is as good."""
CLOSE = 1.001
"""Rewards closer than this stand on either side of one corner."""
ROUNDING = 1e-12
HALVINGS = 12
"""Steps in which the least reward that serves is looked for between FREE and WHATEVER: in the end
it is known within a hundredth of itself."""


@dataclass(frozen=True, eq=False)
class Point:
    """One conduct on the frontier."""

    reward: float | Float  # stakes for full belief, one for all variants or [V]
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


@dataclass(frozen=True, eq=False)
class Disguise:
    """The cheapest conduct that reaches a goal in each variant."""

    point: Point
    chosen: Bool  # [S, V] what is played at every own information set, also after the round
    reached: Bool  # [V] whether the goal can be reached; where not, it comes near the most

    @cached_property
    def reach(self) -> float:
        """Share of the variants, by weight, in which the goal can be reached."""
        weight = self.point.weight
        return float((weight * self.reached).sum() / weight.sum())


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
        self._found: dict[float, Point] = {}

    def at(self, reward: float) -> Point:
        """The best conduct at a reward."""
        if reward not in self._found:
            self._found[reward] = self._point(reward, self._best(reward))
        return self._found[reward]

    def frontier(self, rewards: Sequence[float] = REWARDS) -> tuple[Point, ...]:
        """Points from the natural best reply to the most that can be reached."""
        return tuple(self.at(reward) for reward in rewards)

    def refined(self, gap: float = 0.05, most: int = 12) -> tuple[Point, ...]:
        """The frontier with more points where it bends: between two that lie further apart in
        pooled belief than `gap`, at most so many more.
        """
        rewards = list(REWARDS)
        for _ in range(most):
            held = [self.at(reward).belief.value for reward in rewards]
            apart = np.diff(held)
            # Past the sweep there is nothing to refine: what follows costs what it may.
            apart[[0, -1]] = 0.0
            widest = int(np.argmax(apart))
            if not apart[widest] > gap:
                break
            middle = float(np.sqrt(rewards[widest] * rewards[widest + 1]))
            if middle <= rewards[widest] * CLOSE:
                break
            rewards.insert(widest + 1, middle)
        return self.frontier(rewards)

    def cheapest(self, goal: Float, halvings: int = HALVINGS) -> Disguise:
        """The first conduct of each variant's frontier at which the belief reaches its goal [V];
        where none does, the first that comes near the most that can be reached.
        """
        most = self._believed(self.at(WHATEVER))
        reached = most >= goal
        wanted = np.where(reached, goal, most - NEARLY) - ROUNDING
        low = np.full(len(wanted), np.log(FREE))
        high = np.full(len(wanted), np.log(WHATEVER))
        for _ in range(halvings):
            middle = (low + high) / 2
            enough = self._believed(self._point(0.0, self._best(np.exp(middle)))) >= wanted
            high = np.where(enough, middle, high)
            low = np.where(enough, low, middle)
        reward = np.exp(high)
        for free in (FREE, 0.0):
            reward = np.where(self._believed(self.at(free)) >= wanted, free, reward)
        chosen = self._best(reward)
        return Disguise(self._point(reward, chosen), self.whole(chosen), reached)

    def chosen(self, reward: float | Float) -> Bool:
        """[S, V] what is best at a reward at every own information set, also after the round."""
        return self.whole(self._best(reward))

    def whole(self, chosen: Bool) -> Bool:
        """What is chosen up to the round, and after it what is best for the type."""
        play = self.conduct.natural.copy()
        play[: self.size] = chosen
        return play

    def _best(self, reward: float | Float) -> Bool:
        return best(self.levels, self.pay + reward * self.belief)

    def _point(self, reward: float | Float, chosen: Bool) -> Point:
        reached = played(self.levels, chosen)
        paid = np.where(reached, self.pay, 0.0).sum(axis=0)
        return Point(
            reward,
            np.where(reached, self.belief, 0.0).sum(axis=0),
            np.maximum(self.conduct.natural_pay - paid, 0.0),
            self.conduct.weight,
        )

    def _believed(self, point: Point) -> Float:
        """[V] expected belief; 0 where the type has no mass."""
        return np.nan_to_num(ratio(point.believed, point.weight))
