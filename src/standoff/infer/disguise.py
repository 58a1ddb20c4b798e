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
from standoff.infer.pooling import Pooled, pool_means
from standoff.infer.sights import Sights
from standoff.infer.views import types_of

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]
Int = NDArray[np.intp]

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
STARTS = (0.0, 0.01, 0.1, 1.0, 10.0, WHATEVER)
"""Rewards between which the cheapest disguise is looked for."""
MOST_CORNERS = 60
"""Corners looked at between two of them: more than a frontier has there."""
CORNER = 1e-11
"""A corner less far out than this, in stakes, is rounding."""
ROUNDING = 1e-12


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
        kinds = types_of(conduct.inference.compiled, conduct.actor)
        held = sights.held(target, kinds.index(conduct.type))
        self.belief = conduct.sums(sights.nodes, held)[: self.size]
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

    def cheapest(self, goal: Float) -> Disguise:
        """The first corner of each variant's frontier at which the belief reaches its goal [V];
        where none does, the first that comes near the most that can be reached.

        Between a corner short of the goal and one past it, the reward at which both are worth alike
        either finds a corner between them, or shows that there is none. So the corner is exact.
        """
        weight = self.conduct.weight
        starts = [self._best(reward) for reward in STARTS]
        found = [self._sums(chosen) for chosen in starts]
        most = found[-1][0]
        reached = most >= goal * weight * (1 - ROUNDING)
        wanted = np.where(reached, goal * weight, most - NEARLY * weight) * (1 - ROUNDING)
        enough = np.stack([held >= wanted for held, _ in found])
        enough[-1] = True
        past = np.argmax(enough, axis=0)
        short = np.maximum(past - 1, 0)
        every = np.arange(len(wanted))
        held, paid = (np.stack(each) for each in zip(*found, strict=True))
        low = held[short, every], paid[short, every]
        high = held[past, every], paid[past, every]
        whole = np.stack(starts)
        chosen = np.ascontiguousarray(whole[past, :, every].T)
        reward = np.array(STARTS)[past]
        left = np.flatnonzero((past > 0) & (high[0] > low[0]))
        for _ in range(MOST_CORNERS):
            if not len(left):
                break
            rise = high[0][left] - low[0][left]
            slope = np.maximum((low[1][left] - high[1][left]) / rise, 0.0)
            play = best(self.levels, self.pay[:, left] + slope * self.belief[:, left])
            held_, paid_ = self._sums(play, left)
            gained = paid_ + slope * held_ - (high[1][left] + slope * high[0][left])
            between = gained > CORNER * weight[left] * (1 + slope)
            serves = between & (held_ >= wanted[left])
            for side, new in ((high, serves), (low, between & ~serves)):
                side[0][left[new]], side[1][left[new]] = held_[new], paid_[new]
            chosen[:, left[serves]] = play[:, serves]
            reward[left] = slope
            left = left[between & (high[0][left] > low[0][left])]
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
        held, paid = self._sums(chosen)
        given = np.maximum(self.conduct.natural_pay - paid, 0.0)
        return Point(reward, held, given, self.conduct.weight)

    def _sums(self, chosen: Bool, some: Int | None = None) -> tuple[Float, Float]:
        """[V] mass times belief and mass times pay of what is chosen, in `some` of the variants."""
        reached = played(self.levels, chosen)
        belief, pay = self.belief, self.pay
        if some is not None:
            belief, pay = belief[:, some], pay[:, some]
        return (
            np.asarray(np.where(reached, belief, 0.0).sum(axis=0)),
            np.asarray(np.where(reached, pay, 0.0).sum(axis=0)),
        )
