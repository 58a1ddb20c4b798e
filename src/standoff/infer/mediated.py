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
from standoff.infer.views import type_at, types_of
from standoff.progress import Progress
from standoff.solve.disobedience import Disobedience, Obedience
from standoff.solve.mediating import disobeyed, pairs_of
from standoff.solve.overhearing import overheard
from standoff.solve.sequence_pairs import summed
from standoff.solve.threats import unthreatened

if TYPE_CHECKING:
    from standoff.infer.inference import Inference
    from standoff.solve.correlated_plan import Concept, CorrelatedPlan

Int = NDArray[np.intp]
Float = NDArray[np.float64]

TIE = 1e-5
"""Weight of both sides' stakes together beside an ending's odds: it settles ties, no more."""
CLOSE = 1e-3
"""A device is improved until it is so close to the bound: odds of endings, or stakes."""
FEW, ALL = 3_000, 150
"""Nodes of the game ahead up to which an equilibrium without a mediator is looked for, and as many
as can be found."""


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
    worth: Float  # [sides] what each expects, in its stakes; NaN where it is ruled out


@dataclass(frozen=True, eq=False)
class Crossroads:
    """A crisis from the present (or the start) on at one variant, ready for a mediator."""

    inference: Inference
    variant: int
    position: Position
    ending: Float  # [n, endings] odds of each ending at the ends of the game ahead, else 0
    sides: tuple[tuple[str, str], ...]  # (actor, type); one with "" for an actor of one type
    side: Int  # [n, P] place of each player's type among `sides`

    @cached_property
    def paid(self) -> Float:
        """[n, P] stakes earned on arriving at a node."""
        return self.position.payload.payoff[:, :, 0][self.position.game.payoff_row]

    def outcome(self, mass: Float) -> Outcome:
        """What some masses [n] amount to."""
        worth = np.full(len(self.sides), np.nan)
        ends = self.position.ends
        for p in range(self.side.shape[1]):
            earned = summed(self.side[1:, p], (mass * self.paid[:, p])[1:], len(worth))
            base = summed(self.side[ends, p], mass[ends], len(worth))
            np.divide(earned, base, out=worth, where=base > 0)
        return Outcome(mass, mass @ self.ending, worth)

    @cached_property
    def as_solved(self) -> Outcome:
        """What is played without a mediator."""
        return self.outcome(reach(self.position, self.position.played))

    @cached_property
    def odds_of_side(self) -> Float:
        """[sides] how likely each type is now."""
        ends = self.position.ends
        mass = self.as_solved.mass[ends]
        each = [summed(of, mass, len(self.sides)) for of in self.side[ends].T]
        return np.asarray(np.sum(each, axis=0))

    def possible(self) -> list[str]:
        """The endings that may still come about."""
        able = self.ending.sum(axis=0) > 0
        return [name for name, a in zip(self.inference.compiled.endings, able, strict=True) if a]

    def worth_of_endings(self) -> Float:
        """[endings, P] mean stakes from now on of each ending as solved; NaN where it can't be."""
        game, ends = self.position.game, self.position.ends
        total = self.paid.copy()
        for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
            total[low:high] += total[game.parent[low:high]]
        mass = self.as_solved.mass[ends, None] * self.ending[ends]  # [z, endings]
        base = mass.sum(axis=0)
        found: Float = np.full((len(base), total.shape[1]), np.nan)
        np.divide(mass.T @ total[ends], base[:, None], out=found, where=base[:, None] > 0)
        return found

    def reward(self, aim: Aim) -> Float:
        """[n] what arriving at a node adds to what the mediator wants; to be made least where it
        is endings, else most.
        """
        if aim.endings:
            bad = self.ending[:, self._endings(aim)].sum(axis=1)
            return np.asarray(bad - TIE * self.paid.sum(axis=1))
        if not aim.actor:
            return np.asarray(self.paid.sum(axis=1))
        player = self.inference.compiled.game.players.index(aim.actor)
        own = self.paid[:, player].copy()
        if aim.type:
            own[self.side[:, player] != self.sides.index((aim.actor, aim.type))] = 0.0
        return own

    def value(self, outcome: Outcome, aim: Aim) -> float:
        """What the mediator wants, of an outcome: odds of the endings, or expected stakes."""
        if aim.endings:
            return float(outcome.endings[self._endings(aim)].sum())
        if aim.type:
            return float(outcome.worth[self.sides.index((aim.actor, aim.type))])
        asked = np.array([aim.actor in ("", actor) for actor, _ in self.sides])
        worth = np.where(asked & (self.odds_of_side > 0), outcome.worth, 0.0)
        return float(np.where(asked, worth * self.odds_of_side, 0.0).sum())

    def _endings(self, aim: Aim) -> list[int]:
        return [self.inference.compiled.endings.index(e) for e in aim.endings]


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
    sides: list[tuple[str, str]] = []
    side = np.zeros((place.game.n_nodes, len(game.players)), dtype=np.intp)
    at = np.maximum(place.node, 0).astype(np.int32), np.maximum(place.profile, 0)
    for p, actor in enumerate(game.players):
        kinds = type_at(compiled, actor, at[0])[np.arange(len(side)), at[1]]
        side[:, p] = len(sides) + kinds
        sides += [(actor, kind) for kind in types_of(compiled, actor) or ("",)]
    return Crossroads(inference, variant, place, ending, tuple(sides), side)


def mediated(
    place: Crossroads,
    aim: Aim,
    *,
    concept: Concept = "efce",
    limit: int | None = None,
    close: float = CLOSE,
    progress: Progress | None = None,
) -> Mediated:
    """The best device for an aim, to within `close`. Raises `TooManyPairs` past `limit` (the
    solver's own where none is given).
    """
    from standoff.solve.optimal_correlation import LIMIT, optimal_correlated

    game, payload = place.position.game, place.position.payload
    reward = place.reward(aim)
    plan = optimal_correlated(
        game, payload, concept=concept, objective=reward, sense="min" if aim.endings else "max",
        limit=LIMIT if limit is None else limit, close=close, progress=progress,
    )  # fmt: skip
    outcome = place.outcome(plan.mass[:, 0])
    check = disobeyed(plan, Obedience(game, payload))
    value = place.value(outcome, aim)
    return Mediated(place, aim, plan, outcome, check, value, _bound(place, aim, plan))


def bound_of(
    place: Crossroads, aim: Aim, concept: Concept, limit: int, progress: Progress | None = None
) -> float:
    """What no mediator can do better than under a concept; no device is made where chance deals in
    private.
    """
    from standoff.solve.optimal_correlation import optimal_correlated

    plan = optimal_correlated(
        place.position.game, place.position.payload, concept=concept, objective=place.reward(aim),
        sense="min" if aim.endings else "max", limit=limit, bound_only=True, progress=progress,
    )  # fmt: skip
    return _bound(place, aim, plan)


def _bound(place: Crossroads, aim: Aim, plan: CorrelatedPlan) -> float:
    """The bound without what settles ties; for a type, given that type."""
    if aim.endings:
        low = TIE * least(place.position, place.paid.sum(axis=1))
        return min(max(plan.bound + low, 0.0), 1.0)
    if aim.type:
        return plan.bound / float(place.odds_of_side[place.sides.index((aim.actor, aim.type))])
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
        found = sequence_lcp(game, payload, every=game.n_nodes <= ALL, seed=0)
    except (ValueError, ArithmeticError):
        return []
    certifier = Certifier(game, payload)
    return [s for s in found.strategies if certifier.nash_conv(s) <= 1e-6]


def within(
    inference: Inference, variant: int, limit: int, *, start: bool = False
) -> tuple[int | None, int, int, int]:
    """How many turns a mediator can recommend at where its program may have `limit` relevant pairs
    of sequences: the horizon (None: all), those pairs, turns taken in, turns ahead at which
    somebody chooses. The next turn is taken in whatever it takes.
    """
    from standoff.solve.correlation_plans import count_pairs

    compiled = inference.compiled
    game = compiled.game
    present = 0 if start else inference.present
    whole = position(inference, variant, None, start=start)
    below = whole.node[whole.game.actor >= 0]
    level = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))
    steps = [int(s) for s in np.unique(level[below]) if s >= present]
    taken: tuple[int | None, int, int] = (None, 0, 0)
    for number, step in enumerate(steps, 1):
        last = number == len(steps)
        horizon = None if last else step + 1
        place = whole if last else position(inference, variant, horizon, start=start)
        pairs = count_pairs(place.game, place.payload)
        if pairs > limit and number > 1:
            break
        taken = (horizon, pairs, number)
    return *taken, len(steps)


def without_threats(found: Mediated) -> Float:
    """[2] what each side would gain by disobeying if the other played as solved wherever obedience
    never leads.
    """
    place = found.crossroads.position
    check = Obedience(place.game, place.payload)
    return unthreatened(check, pairs_of(found.plan), place.played, found.plan.concept)


@dataclass(frozen=True, eq=False)
class Kept:
    """What one side may not overhear at one step."""

    actor: str
    of: str
    step: int
    hidden: float  # bits of the other's recommendations that stay unknown to it there
    told: float  # bits that its own recommendation says of them
    gain: float  # by overhearing and disobeying, over its types


def secrets(found: Mediated) -> list[Kept]:
    """What each side may not overhear of what the other has been told, step by step."""
    place = found.crossroads.position
    game, players = place.game, place.game.players
    check = Obedience(game, place.payload)
    whole = found.crossroads.inference.compiled.game
    level = np.repeat(np.arange(len(whole.level_start) - 1), np.diff(whole.level_start))
    cell = np.repeat(np.arange(len(game.cell_player)), np.diff(game.row_start))
    step = level[place.node[game.cell_node[game.cell_start[:-1]]]][cell]
    kept = []
    for p, actor in enumerate(players):
        heard = overheard(check, pairs_of(found.plan), p, place.sound)
        at = step[heard.row]
        for number in np.unique(at[heard.odds > 0]).tolist():
            here = (at == number) & (heard.odds > 0)
            odds, row, label = heard.odds[here], heard.row[here], heard.label[here]
            if len(np.unique(label)) < 2:
                continue
            by_row = _margin(row, odds)
            by_set = _margin(cell[row], odds)
            by_ear = _margin(cell[row] * (int(label.max()) + 2) + label + 1, odds)
            whole_of = odds.sum()
            hidden = float((odds * np.log2(by_row / odds)).sum() / whole_of)
            told = float((odds * np.log2(odds * by_set / (by_row * by_ear))).sum() / whole_of)
            gain = float(heard.gain[here].sum())
            kept.append(
                Kept(actor, players[1 - p], number, abs(hidden), max(told, 0.0), gain)
            )  # fmt: skip
    return kept


def _margin(key: Int, odds: Float) -> Float:
    """[t] the odds of everything that has the same key."""
    _, place = np.unique(key, return_inverse=True)
    return summed(place, odds, int(place.max()) + 1)[place.reshape(-1)]
