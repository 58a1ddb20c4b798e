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
Float = NDArray[np.float64]


class Contrast:
    """Waiting against the move that is `best` of the others, at each cell for each type."""

    def __init__(self, choice: Weighing, mass: Float, each: Float, best: Int) -> None:
        """`mass` [D, K, v] of the choice's nodes, what each of its edges is worth, and the places
        [c, T, v] on the menus of the best other moves (`best_others`).
        """
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
        self.best = best

    @property
    def weight(self) -> Float:
        """[T, v]"""
        return np.asarray(self.base.sum(axis=0))

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

    def played(self, play: Float) -> Float:
        """[T, v] mass times the odds with which a move that waits is played."""
        waits = (self.choice.menu >= 0) & ~self.choice.others
        odds = (self._odds(play) * waits[:, :, None, None]).sum(axis=1)
        return np.asarray((odds * self.base).sum(axis=0))

    def against_mean(self, play: Float) -> Float:
        """[T, v] the same against the mean of the other moves, with the odds that they have."""
        odds = np.where(self.choice.others[:, :, None, None], self._odds(play), 0.0)
        total = odds.sum(axis=1)
        mean = np.divide(
            (odds * self.amount).sum(axis=1), total, out=np.zeros_like(total), where=total > 0
        )
        waits = self.amount[self.cells, self.choice.waiting_place]
        return np.asarray((waits - mean).sum(axis=0))

    def _odds(self, play: Float) -> Float:
        """[c, a, T, v] odds of the moves of each type, 0 past the end of a menu."""
        path = self.choice.path
        compiled, game = path.inference.compiled, path.inference.compiled.game
        cells = self.choice.cells
        width = int(game.n_types[path.player])
        row = game.row_start[cells][:, None] + np.arange(self.shape[1])[None, :] * width
        menu = (self.choice.menu >= 0)[:, :, None]
        # A type that stands in the tree has one row; one that is an axis its own.
        kinds = _axis_of(compiled, path.actor, self.types, width)
        rows = np.where(menu, row[:, :, None] + kinds[None, None, :], 0)
        return np.where(menu[..., None], play[rows], 0.0)

    def best_mass(self) -> dict[str, Float]:
        """Other move -> [T, v] mass of its being the best of them."""
        menu = self.choice.menu
        best = menu[self.cells[:, None, None], self.best]  # [c, T, v] acts
        acts = self.choice.path.inference.compiled.acts
        return {
            acts[a].name: (self.base * (best == a)).sum(axis=0)
            for a in np.unique(menu[self.choice.others])
        }


def best_others(choice: Weighing, reach: Float, value: Float) -> Int:
    """[c, T, v] place on the menu of the move, other than waiting, that the actor thinks best:
    its belief at each cell is the `reach` [n, K, v] of the cell's nodes by everybody else, `value`
    [e, K, v] what each of their edges is worth to it (nodes and edges as in `Weighing.known`).
    """
    path = choice.path
    compiled = path.inference.compiled
    nodes, edges, owner = choice.known
    types = max(1, len(types_of(compiled, path.actor)))
    own = type_at(compiled, path.actor, nodes)[owner]
    cell, place = choice.slots(nodes, edges, owner)
    shape = choice.menu.shape
    pick = picking(cell * shape[1] + place, shape[0] * shape[1])
    worth = typed(pick, reach[owner] * value, own, types).reshape(*shape, types, -1)
    found: Int = np.where(choice.others[:, :, None, None], worth, -np.inf).argmax(axis=1)
    return found


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
