"""Waiting against the best other move at every information set of a choice, by type.

Amounts stand by edge of the choice's nodes [e, K, v]; what is made of them is mass times amount,
added up over histories, by type of whoever chooses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.infer.views import type_at, types_of
from standoff.infer.waiting_choice import Weighing

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Int = NDArray[np.intp]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


class Contrast:
    """Waiting against the best other move, which is the best by the amounts it is made with."""

    def __init__(self, choice: Weighing, mass: Float, each: Float) -> None:
        """`mass` [D, K, v] of the choice's nodes, and what each of its edges is worth."""
        self.choice = choice
        path = choice.path
        compiled = path.inference.compiled
        self.types = max(1, len(types_of(compiled, path.actor)))
        self.own = type_at(compiled, path.actor, choice.nodes)[choice.owner]  # [e, K]
        self.mass = mass[choice.owner]  # [e, K, v]
        cell, place = choice.slot
        self.shape = choice.menu.shape
        self.pick = picking(cell * self.shape[1] + place, self.shape[0] * self.shape[1])
        self.cells = np.arange(self.shape[0])
        base = self._table(np.ones_like(each))
        self.base = base[self.cells, choice.waiting_place]  # [c, T, v]
        amount = self._table(each)
        self.amount = amount
        others = np.where(self._other()[:, :, None, None], amount, -np.inf)
        self.best = others.argmax(axis=1)  # [c, T, v]

    @property
    def weight(self) -> Float:
        """[T, v]"""
        return np.asarray(self.base.sum(axis=0))

    def _other(self) -> Bool:
        """[c, a] moves other than waiting."""
        other = self.choice.menu >= 0
        other[self.cells, self.choice.waiting_place] = False
        return other

    def _table(self, each: Float) -> Float:
        """[c, a, T, v] mass times an amount by edge [e, K, v]."""
        found = typed(self.pick, self.mass * each, self.own, self.types)
        return found.reshape(*self.shape, *found.shape[1:])

    def waiting(self, each: Float) -> Float:
        """[T, v] mass times the amount of waiting."""
        table = self._table(each)
        return np.asarray(table[self.cells, self.choice.waiting_place].sum(axis=0))

    def of(self, each: Float) -> Float:
        """[T, v] mass times the amount of waiting less that of the best other move."""
        table = self._table(each)
        best = np.take_along_axis(table, self.best[:, None], axis=1)[:, 0]
        waits = table[self.cells, self.choice.waiting_place]
        return np.asarray((waits - best).sum(axis=0))

    def against_mean(self, play: Float) -> Float:
        """[T, v] the same against the mean of the other moves, with the odds that they have."""
        path = self.choice.path
        compiled, game = path.inference.compiled, path.inference.compiled.game
        cells = self.choice.cells
        width = int(game.n_types[path.player])
        row = game.row_start[cells][:, None] + np.arange(self.shape[1])[None, :] * width
        other = self._other()
        # A type that stands in the tree has one row; one that is an axis its own.
        kinds = _axis_of(compiled, path.actor, self.types, width)
        rows = np.where(other[:, :, None], row[:, :, None] + kinds[None, None, :], 0)
        odds = np.where(other[:, :, None, None], play[rows], 0.0)  # [c, a, T, v]
        total = odds.sum(axis=1)
        mean = np.divide(
            (odds * self.amount).sum(axis=1), total, out=np.zeros_like(total), where=total > 0
        )
        waits = self.amount[self.cells, self.choice.waiting_place]
        return np.asarray((waits - mean).sum(axis=0))

    def best_mass(self) -> dict[str, Float]:
        """Other move -> [T, v] mass of its being the best of them."""
        menu = self.choice.menu
        best = menu[self.cells[:, None, None], self.best]  # [c, T, v] acts
        acts = self.choice.path.inference.compiled.acts
        return {
            acts[a].name: (self.base * (best == a)).sum(axis=0)
            for a in np.unique(menu[self._other()])
        }


def _axis_of(compiled: Compiled, actor: str, types: int, width: int) -> Int:
    """[T] place of each of an actor's types on its axis; 0 where it has none."""
    if width == 1:
        return np.zeros(types, dtype=np.intp)
    order = compiled.game.types[compiled.game.players.index(actor)]
    return np.array([order.index(t) for t in types_of(compiled, actor)], dtype=np.intp)


def picking(label: NDArray[np.integer], n: int) -> csr_matrix:
    """Matrix [n, len(label)] that adds up by label."""
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(label)), (label, np.arange(len(label)))), shape=(n, len(label)))


def typed(pick: csr_matrix, values: Float, own: NDArray[Any], types: int) -> Float:
    """[n, T, v] of values [e, K, v] added up by a matrix [n, e], by type [e, K]."""
    found = [np.asarray(pick @ (values * (own == t)[:, :, None]).sum(axis=1)) for t in range(types)]
    return np.stack(found, axis=1)
