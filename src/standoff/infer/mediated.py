"""What a mediator could bring about from the present on, at one variant: the device that both sides
obey and that makes something least or most, beside what is played as solved.

The mediator writes a sealed envelope for each information set; who comes there opens its own and
reads one move. So it need not know anybody's type: who holds which type opens the envelopes of
that type.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE
from standoff.infer.position import Position, ahead, position
from standoff.progress import Progress
from standoff.solve.disobedience import Disobedience, Obedience, summed
from standoff.solve.mediating import disobeyed

if TYPE_CHECKING:
    from standoff.infer.inference import Inference
    from standoff.solve.correlated_plan import Concept, CorrelatedPlan

Int = NDArray[np.intp]
Float = NDArray[np.float64]

TIE = 1e-5
"""Weight of both sides' stakes together beside an ending's odds: it settles ties, no more."""
FEW = 1_500
"""Nodes of the game ahead up to which its equilibria without a mediator are looked for."""


@dataclass(frozen=True, eq=False)
class Aim:
    """What the mediator wants: endings as rare as can be, or most for whoever is named."""

    endings: tuple[str, ...] = ()  # least of these; or
    actor: str = ""  # most for this actor (of this type); both together where none is named
    type: str = ""


@dataclass(frozen=True, eq=False)
class Outcome:
    """How play from the present on comes out: odds and stakes, the record given."""

    mass: Float  # [n] of each node of the game ahead
    endings: Float  # [endings] of the compiled scenario
    worth: Float  # [Q] what each (player, type) expects, in its stakes; NaN where it is ruled out


@dataclass(frozen=True, eq=False)
class Crossroads:
    """A crisis from the present (or the start) on at one variant, ready for a mediator."""

    inference: Inference
    variant: int
    position: Position
    ending: Float  # [n, endings] odds of each ending at the ends of the game ahead, else 0
    kind: Int  # [n, P] type of each player, as kept as an axis; 0 where none is

    def outcome(self, mass: Float) -> Outcome:
        """What some masses [n] amount to."""
        game = self.inference.compiled.game
        small = self.position.game
        paid = self.position.payload.payoff[:, :, 0][small.payoff_row]  # [n, P]
        worth = np.full(int(game.type_start[-1]), np.nan)
        ends = self.position.ends
        for p in range(len(game.players)):
            pair = game.type_start[p] + self.kind[:, p]
            earned = summed(pair[1:], (mass * paid[:, p])[1:], len(worth))
            base = summed(pair[ends], mass[ends], len(worth))
            np.divide(earned, base, out=worth, where=base > 0)
        return Outcome(mass, mass @ self.ending, worth)

    @cached_property
    def as_solved(self) -> Outcome:
        """What is played without a mediator."""
        return self.outcome(reach(self.position, self.position.played))

    @cached_property
    def odds_of_type(self) -> Float:
        """[Q] how likely each type is now."""
        game, ends = self.inference.compiled.game, self.position.ends
        mass = self.as_solved.mass[ends]
        size = int(game.type_start[-1])
        each = [
            summed(game.type_start[p] + self.kind[ends, p], mass, size)
            for p in range(len(game.players))
        ]
        return np.asarray(np.sum(each, axis=0))

    def reward(self, aim: Aim) -> Float:
        """[n] what arriving at a node adds to what the mediator wants; to be made least where it
        is endings, else most.
        """
        game, small = self.inference.compiled.game, self.position.game
        paid = self.position.payload.payoff[:, :, 0][small.payoff_row]
        if aim.endings:
            names = self.inference.compiled.endings
            bad = self.ending[:, [names.index(e) for e in aim.endings]].sum(axis=1)
            return np.asarray(bad - TIE * paid.sum(axis=1))
        if not aim.actor:
            return np.asarray(paid.sum(axis=1))
        player = game.players.index(aim.actor)
        own = paid[:, player].copy()
        if aim.type:
            own[self.kind[:, player] != game.types[player].index(aim.type)] = 0.0
        return own

    def value(self, outcome: Outcome, aim: Aim) -> float:
        """What the mediator wants, of an outcome: odds of the endings, or expected stakes."""
        if aim.endings:
            names = self.inference.compiled.endings
            return float(sum(outcome.endings[names.index(e)] for e in aim.endings))
        game = self.inference.compiled.game
        odds = self.odds_of_type
        expected = np.where(odds > 0, np.nan_to_num(outcome.worth) * odds, 0.0)
        if not aim.actor:
            return float(expected.sum())
        player = game.players.index(aim.actor)
        first = int(game.type_start[player])
        if aim.type:
            return float(outcome.worth[first + game.types[player].index(aim.type)])
        return float(expected[first : int(game.type_start[player + 1])].sum())


@dataclass(frozen=True, eq=False)
class Mediated:
    """A device, what it brings about, and what disobeying it gains."""

    crossroads: Crossroads
    aim: Aim
    plan: CorrelatedPlan
    outcome: Outcome
    check: Disobedience
    value: float  # of the aim, if all obey
    bound: float  # no mediator does better


def crossroads(
    inference: Inference, variant: int, horizon: int | None = None, *, start: bool = False
) -> Crossroads:
    """See `Crossroads`; recommendations are made at the turns before step `horizon`."""
    place = position(inference, variant, horizon, start=start)
    compiled, payload = inference.compiled, inference.payload
    game = compiled.game
    each = np.zeros((game.n_nodes, len(compiled.endings)))
    nodes = game.end_nodes[compiled.outcome_end]
    row = compiled.outcome_odds
    odds = np.ones(len(row))
    odds[row >= 0] = payload.odds[row[row >= 0], variant]
    np.add.at(each, (nodes, compiled.outcome_ending), odds)
    strategy = inference.solution.strategy[:, variant]
    later = ahead(game, payload, strategy, variant, each)  # [N, endings, K]
    ending = np.zeros((place.game.n_nodes, len(compiled.endings)))
    ends = place.ends
    ending[ends] = later[place.node[ends], :, place.profile[ends]]
    kind = game.profile_type[np.maximum(place.profile, 0)].astype(np.intp)
    return Crossroads(inference, variant, place, ending, kind)


def mediated(
    place: Crossroads,
    aim: Aim,
    *,
    concept: Concept = "efce",
    limit: int | None = None,
    progress: Progress | None = None,
) -> Mediated:
    """The best device for an aim. Raises `TooManyPairs` past `limit` (the solver's own where none
    is given).
    """
    from standoff.solve.optimal_correlation import LIMIT, optimal_correlated

    game, payload = place.position.game, place.position.payload
    reward = place.reward(aim)
    plan = optimal_correlated(
        game, payload, concept=concept, objective=reward, sense="min" if aim.endings else "max",
        limit=LIMIT if limit is None else limit, progress=progress,
    )  # fmt: skip
    outcome = place.outcome(plan.mass[:, 0])
    check = disobeyed(plan, Obedience(game, payload))
    value = place.value(outcome, aim)
    return Mediated(place, aim, plan, outcome, check, value, _bound(place, aim, plan))


def _bound(place: Crossroads, aim: Aim, plan: CorrelatedPlan) -> float:
    """The bound without what settles ties; for a type, given that type."""
    if aim.endings:
        paid = place.position.payload.payoff[:, :, 0].sum(axis=1)[place.position.game.payoff_row]
        low = TIE * float(least(place.position, paid))
        return min(max(plan.bound + low, 0.0), 1.0)
    if aim.type:
        game = place.inference.compiled.game
        player = game.players.index(aim.actor)
        at = int(game.type_start[player]) + game.types[player].index(aim.type)
        return plan.bound / float(place.odds_of_type[at])
    return plan.bound


def least(place: Position, paid: Float) -> float:
    """The least that anybody could make of a reward [n] on arriving at nodes, chance apart."""
    game = place.game
    value = paid.copy()
    for low, high in zip(game.level_start[-2::-1], game.level_start[:0:-1], strict=True):
        for chance in (True, False):
            nodes = np.arange(low, high)
            mover = game.actor[nodes]
            nodes = nodes[(mover == CHANCE) if chance else (mover >= 0)]
            if not len(nodes):
                continue
            count = game.edge_start[nodes + 1] - game.edge_start[nodes]
            begin = np.cumsum(count) - count
            edge = np.repeat(game.edge_start[nodes] - begin, count) + np.arange(int(count.sum()))
            below = value[game.child[edge]]
            if chance:
                below = below * place.payload.odds[game.edge_action[edge], 0]
                value[nodes] += np.add.reduceat(below, begin)
            else:
                value[nodes] += np.minimum.reduceat(below, begin)
    return float(value[0])


def reach(place: Position, strategy: Float) -> Float:
    """[n] how likely each node of the game ahead is under a strategy [a] of its own."""
    game = place.game
    mass = np.ones(game.n_nodes)
    for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        here = np.arange(low, high)
        above, edge = game.parent[here], game.parent_edge[here]
        chance = game.actor[above] == CHANCE
        action = game.edge_action[edge]
        odds = np.empty(len(here))
        odds[chance] = place.payload.odds[action[chance], 0]
        # No types here: a row of the strategy is a cell-action.
        odds[~chance] = strategy[action[~chance]]
        mass[here] = mass[above] * odds
    return mass


def equilibria(place: Crossroads, *, limit: int = FEW) -> list[Float]:
    """Equilibria of the game ahead without a mediator, as strategies [a]: those that are found, and
    none where it has more than `limit` nodes.
    """
    from standoff.solve.certificates import Certifier
    from standoff.solve.sequence_lcp import sequence_lcp

    game, payload = place.position.game, place.position.payload
    if game.n_nodes > limit or len(game.players) != 2:
        return []
    try:
        found = sequence_lcp(game, payload, every=game.n_nodes <= limit // 10, seed=0)
    except (ValueError, ArithmeticError):
        return []
    certifier = Certifier(game, payload)
    return [s for s in found.strategies if certifier.nash_conv(s) <= 1e-6]
