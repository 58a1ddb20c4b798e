"""How a player responds to what it believes of the others, once and for all: no fixed point.

Beliefs are realization plans, one list for each player: what the player is thought to do, then what
it is thought to do if that is refuted, and so on. Each entry counts as infinitely likelier than the
next. At an information set that the first plans cannot reach, the mover therefore turns to the
likeliest combination of plans that can, and goes on in that belief.

The response is sequentially rational: at each set the values of the actions are what the mover
expects given that the set was reached, the others playing as believed and the mover itself, further
down, by the same response. It plays the logit of precision times these values, with the rates as
reference measure, or at infinite precision the best actions, in proportion to their rates.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Game, Payload, chance_reach
from standoff.solve.sequence_form import (
    SequenceForm,
    Treeplex,
    behavior,
    own_moves,
    plans,
    sequence_form,
)

Float = NDArray[np.float64]
Int = NDArray[np.intp]

Beliefs = Sequence[Sequence[Float]]
"""For each player its plans [S], the likeliest first."""

FAINT = 1e-290
"""Weights below this may have lost terms to underflow, and count as zero."""
TIE = 1e-11
"""Values that differ by less than this share of the largest payoff are tied."""


@dataclass(frozen=True, eq=False)
class _Visits:
    """The nodes at which one player moves, in every profile that can occur."""

    set: Int  # [M] information set
    sequence: NDArray[np.int32]  # [M, P] what each player has done
    weight: Float  # [M] chance's part and the prior's


class Responder:
    """One game at one variant, arranged for responses. Raises `ImperfectRecall`."""

    def __init__(self, game: Game, payload: Payload, precision: float | None = None) -> None:
        """`precision` replaces the payload's; infinite for best responses."""
        if precision is not None:
            if not precision >= 0:
                raise ValueError(f"a precision is not negative; this is {precision}")
            payload = replace(payload, precision=np.full(payload.n_variants, precision))
        self.game = game
        self.payload = payload
        self.form: SequenceForm = sequence_form(game, payload)
        self._visits = _visits(game, payload, self.form)

    def level_zero(self) -> Float:
        """[A] play in proportion to the rates: uniform where they are equal."""
        game = self.game
        cell = np.repeat(np.arange(len(game.cell_player)), np.diff(game.action_start))
        rate = np.exp(self.payload.log_rate[game.rate_row, 0])
        total = np.bincount(cell, rate, minlength=len(game.cell_player))
        share = rate / total[cell]
        T = game.n_types[game.cell_player[cell]]
        return np.repeat(share, T)

    def plans(self, strategy: Float) -> list[Float]:
        """The plan [S] of each player."""
        return plans(self.form, strategy)

    def behavior(self, kept: Sequence[Float]) -> Float:
        """[A] the behavior strategy of one plan for each player."""
        return behavior(self.form, kept, self.game)

    def respond(self, beliefs: Beliefs) -> Float:
        """[A] everybody's response to its beliefs about the others.

        A set that no belief can explain (chance or the prior excludes it) is played in proportion
        to the rates.
        """
        strategy = np.zeros(self.game.n_rows)
        for p in range(len(self.game.players)):
            if self.form.plexes[p].n_sets:
                self._respond_one(p, beliefs, strategy)
        return strategy

    def _respond_one(self, p: int, beliefs: Beliefs, strategy: Float) -> None:
        plex, visits = self.form.plexes[p], self._visits[p]
        weight: list[Float] = []  # of each set, one entry for each order of likelihood
        direct: list[Float] = []  # what each sequence earns itself
        order = np.full(plex.n_sets, -1)
        depth = 1 + sum(len(kept) - 1 for j, kept in enumerate(beliefs) if j != p)
        for m in range(depth):
            mass = np.zeros(len(visits.weight))
            earned = np.zeros(len(self.form.payoff))
            for pick in _picks(beliefs, p, m):
                mass += _product(beliefs, pick, visits.sequence)
                earned += _product(beliefs, pick, self.form.sequence)
            weight.append(_total(visits.set, mass * visits.weight, plex.n_sets))
            gain = earned * self.form.payoff[:, p]
            direct.append(_total(self.form.sequence[:, p], gain, plex.n_sequences))
            order[(order < 0) & (weight[-1] > FAINT)] = m
            if (order >= 0).all():
                break
        self._choose(p, plex, np.array(weight), np.array(direct), order, strategy)

    def _choose(
        self, p: int, plex: Treeplex, weight: Float, value: Float, order: Int, strategy: Float
    ) -> None:
        """From the last sets to the first: `value` ``[orders, S]`` is filled on the way."""
        game, payload = self.game, self.payload
        pair = game.type_start[p] + plex.type
        precision = float(payload.precision[0])
        sharpness = precision / payload.stake[pair]
        largest = np.abs(payload.payoff[:, :, 0]).max(axis=0)[pair]
        log_rate = payload.log_rate[game.rate_row[_actions(game, plex)], 0]  # [S], the first unused
        for low, high in zip(plex.stage_start[-2::-1], plex.stage_start[:0:-1], strict=True):
            sets = slice(int(low), int(high))
            first = plex.first[sets] - plex.first[low]
            here = slice(int(plex.first[low]), int(plex.first[high]))
            rows = plex.row[here]
            home = plex.set_of[here] - low
            # Where no order has weight there is no value either: all actions are tied.
            use = np.maximum(order[sets], 0)
            scale = np.where(order[sets] >= 0, weight[use, np.arange(low, high)], 1.0)
            expected = value[use[home], np.arange(here.start, here.stop)] / scale[home]
            if np.isinf(precision):
                top = np.maximum.reduceat(expected, first)
                good = expected >= (top - TIE * largest[sets])[home]
                odds = np.where(good, np.exp(log_rate[here]), 0.0)
            else:
                logit = log_rate[here] + sharpness[sets][home] * expected
                odds = np.exp(logit - np.maximum.reduceat(logit, first)[home])
            odds /= np.add.reduceat(odds, first)[home]
            strategy[rows] = odds
            mean = np.add.reduceat(value[:, here] * odds, first, axis=1)
            for m in range(len(value)):
                value[m] += _total(plex.parent[sets], mean[m], plex.n_sequences)


def _total(place: NDArray[np.integer[Any]], amount: Float, length: int) -> Float:
    """[length] sum of the amounts at each place."""
    found: Float = np.bincount(place, amount, minlength=length).astype(np.float64)
    return found


def _actions(game: Game, plex: Treeplex) -> Int:
    """[S] cell-action of each sequence, -1 for the empty one."""
    home = plex.set_of[1:]
    number = np.arange(1, plex.n_sequences) - plex.first[home]
    found: Int = np.concatenate([[-1], game.action_start[plex.cell[home]] + number])
    return found


def _picks(beliefs: Beliefs, p: int, order: int) -> Iterator[tuple[int, ...]]:
    """Which plan of each player other than `p` (-1), so that their places add up to `order`."""
    menus = [range(-1, 0) if j == p else range(len(kept)) for j, kept in enumerate(beliefs)]
    return (pick for pick in itertools.product(*menus) if sum(pick) + 1 == order)


def _product(beliefs: Beliefs, pick: tuple[int, ...], sequence: NDArray[np.int32]) -> Float:
    """Product of the plans picked, at each combination of sequences."""
    total = np.ones(len(sequence))
    for j, place in enumerate(pick):
        if place >= 0:
            total *= beliefs[j][place][sequence[:, j]]
    return total


def _visits(game: Game, payload: Payload, form: SequenceForm) -> list[_Visits]:
    """The visits of each player."""
    P = len(game.players)
    last = own_moves(game)
    reach = chance_reach(game, payload.odds[:, 0])
    prior = payload.prior[:, 0]
    profiles = np.flatnonzero(prior > 0)
    kinds = game.profile_type[profiles]  # [k, P]
    sequence_of = []
    for p, plex in enumerate(form.plexes):
        of = np.zeros((int(game.action_start[-1]) + 1, int(game.n_types[p])), dtype=np.int32)
        home = plex.set_of[1:]
        of[_actions(game, plex)[1:], plex.type[home]] = np.arange(1, plex.n_sequences)
        sequence_of.append(of)  # the last row is the empty sequence
    found = []
    for p, plex in enumerate(form.plexes):
        set_of = np.zeros((len(game.cell_player), int(game.n_types[p])), dtype=np.intp)
        set_of[plex.cell, plex.type] = np.arange(plex.n_sets)
        nodes = np.flatnonzero((game.actor == p) & (reach > 0))
        sequence = np.stack(
            [sequence_of[j][last[nodes, j]][:, kinds[:, j]].ravel() for j in range(P)], axis=1
        )
        found.append(
            _Visits(
                set_of[game.cell[nodes]][:, kinds[:, p]].ravel(),
                sequence,
                (reach[nodes, None] * prior[profiles]).ravel(),
            )
        )
    return found
