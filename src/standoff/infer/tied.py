"""What it is worth to an actor to tie its hands: a turn is held, and all else is solved anew.

The actor binds itself, in the open, to a move (or a mixture) wherever it comes to a turn; from the
present on everybody plays knowing that (strong Stackelberg commitment; von Stengel & Zamir 2010,
key `vonstengel2010`). What was played before the present stays as it was solved. Three readings:

- all types tie themselves alike: the tie says nothing of the type, and belief stays where it was;
- only some types would: whoever ties itself is taken for one of them, whoever does not for one of
  the others (`among`);
- the tie is a price: making another move at that turn costs so much of the stake (audience costs;
  Fearon 1994, key `fearon1994`), and the actor chooses (`costly`).

Moves that are tied away are cut off before solving, so that a tie to one move is quicker than the
crisis itself. Letters as in `standoff.game.game`; T are the actor's types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Payload
from standoff.game.remaining import Remainder, remainder
from standoff.infer.reach import blocks, descend, part
from standoff.infer.turns import Turn, adding
from standoff.infer.views import type_at, types_of
from standoff.progress import Progress

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]

CLOSE = 1e-5
"""Solver check of what is solved again: odds to five digits are more than a worth can show."""
Held = tuple[NDArray[Any], Float]
"""Rows that are tied, ascending, and the odds of each."""
NOTHING: Held = (np.zeros(0, dtype=np.intp), np.zeros(0))
FAINT = 1e-12
"""Share of the prior that types ruled out keep, so that their own beliefs are defined."""


@dataclass(frozen=True, eq=False)
class Worth:
    """What the actor's types can expect from the present on, and how it may end."""

    value: Float  # [T, V] in stakes of each type
    endings: Float  # [T, endings, V] odds, given the record and the type
    solved: Bool  # [V]
    come: Float | None = None  # [T, V] mass that may go back on a move, where that was asked for
    gone: Float | None = None  # [T, V] mass that makes another move there


class Tied:
    """One turn of one actor, to be tied: all that does not depend on the move."""

    def __init__(self, inference: Inference, turn: Turn, like: Tied | None = None) -> None:
        """`like` is another turn of the same actor, with which what both need is shared."""
        self.inference, self.turn = inference, turn
        compiled, game = inference.compiled, inference.compiled.game
        self.player = game.players.index(turn.actor)
        self.types = types_of(compiled, turn.actor) or ("",)
        self.axis = game.types[self.player]  # labels of the types that are kept as an axis
        self.frontier, self.start = inference.standing(inference.present)
        self._untied: dict[tuple[bool, ...], Worth] = {} if like is None else like._untied
        if like is not None:
            self.__dict__["mass"], self.__dict__["as_solved"] = like.mass, like.as_solved

        owner = np.repeat(np.arange(game.n_nodes, dtype=np.int32), np.diff(game.edge_start))
        level = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))
        here = np.isin(level[owner], turn.steps) & (game.actor[owner] == self.player)
        self._edges = np.flatnonzero(here)
        self._owner = owner[here]
        names = {act.name: i for i, act in enumerate(compiled.acts)}
        self._act = {name: names[name] for name in turn.acts}

    @property
    def may_signal(self) -> bool:
        """Whether belief can be moved by who ties itself: types are kept as an axis."""
        return len(self.axis) > 1

    @cached_property
    def mass(self) -> Float:
        """[T, V] likelihood of the record and each type of the actor."""
        own = type_at(self.inference.compiled, self.turn.actor, self.frontier)
        count = len(self.types)
        return np.stack([(self.start * (own == t)[:, :, None]).sum((0, 1)) for t in range(count)])

    @cached_property
    def possible(self) -> tuple[str, ...]:
        """The types that the record leaves possible."""
        return tuple(k for k, mass in zip(self.types, self.mass, strict=True) if mass.sum() > 0)

    @cached_property
    def as_solved(self) -> Worth:
        """With no tie."""
        whole = self._left(None)
        play = self.inference.solution.strategy[whole.rows]
        return self._worth(whole, self.inference.payload, play, self.inference.solution.solved)

    def tied(
        self,
        odds: Mapping[str, float],
        *,
        bound: Sequence[str] | None = None,
        among: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> Worth:
        """The turn is held at `odds` (move -> share) wherever a move named is open; where only some
        of them are, their shares are scaled up. `bound` are the types that are tied (all), `among`
        those that whoever sees the tie takes the actor for (all): the prior is theirs alone.
        """
        left = self._left(self._cut(odds) if bound is None else None)
        return self._solve(left, self._among(among), self._held(odds, bound), progress)

    def quietly(self, odds: Mapping[str, float]) -> Worth:
        """The same play at the turn, by all types, if nobody knows of it: everybody else, and the
        actor elsewhere, plays as solved.
        """
        left = self._left(self._cut(odds))
        play, _ = self._play(left, self._held(odds, None))
        return self._worth(left, self.inference.payload, play, self.inference.solution.solved)

    def untied(self, among: Sequence[str], progress: Progress | None = None) -> Worth:
        """No tie, where whoever sees that takes the actor for one of `among`."""
        key = tuple(t in among for t in self.types)
        if key not in self._untied:
            left = self._left(None)
            self._untied[key] = self._solve(left, self._among(among), NOTHING, progress)
        return self._untied[key]

    def costly(self, act: str, cost: float, progress: Progress | None = None) -> Worth:
        """Nobody is held, but making another move than `act` where it is open costs `cost` stakes
        of the type that makes it.
        """
        game, payload = self.inference.compiled.game, self.inference.payload
        closed = self._edges[self._closed({act: 1.0})]
        # Whatever is earned on arriving at the nodes behind the other moves, less the cost.
        after = game.child[closed]
        old, place = np.unique(game.payoff_row[after], return_inverse=True)
        pairs = slice(int(game.type_start[self.player]), int(game.type_start[self.player + 1]))
        more = payload.payoff[old].copy()
        more[:, pairs] -= cost * payload.stake[pairs][:, None]
        rows = game.payoff_row.copy()
        rows[after] = len(payload.payoff) + place.ravel()
        left = self._left(None)
        pay_rows, at = np.unique(np.append(rows[left.nodes], 0), return_inverse=True)
        left = replace(
            left,
            game=replace(left.game, payoff_row=at.ravel()[:-1].astype(np.int32)),
            pay_rows=pay_rows.astype(np.int32),
        )
        numbers = replace(payload, payoff=np.concatenate([payload.payoff, more]))
        return self._solve(left, numbers, NOTHING, progress, backing=after)

    # -- how

    def _left(self, cut: Bool | None) -> Remainder:
        return remainder(self.inference.compiled.game, self.frontier, cut)

    def _closed(self, odds: Mapping[str, float]) -> Bool:
        """[edges at the turn] other moves, where one that is named is open."""
        act = self.inference.compiled.edge_act[self._edges]
        named = np.isin(act, [self._act[name] for name, share in odds.items() if share > 0])
        open_ = np.zeros(self.inference.compiled.game.n_nodes, dtype=bool)
        open_[self._owner[named]] = True
        closed: Bool = ~named & open_[self._owner]
        return closed

    def _cut(self, odds: Mapping[str, float]) -> Bool:
        """[N] nodes to which no move leads any more."""
        game = self.inference.compiled.game
        cut = np.zeros(game.n_nodes, dtype=bool)
        cut[game.child[self._edges[self._closed(odds)]]] = True
        return cut

    def _held(self, odds: Mapping[str, float], bound: Sequence[str] | None) -> Held:
        """Rows that are tied, ascending, and the odds to which they are."""
        compiled, game = self.inference.compiled, self.inference.compiled.game
        T = len(self.axis)
        cell = game.cell[self._owner]
        row = game.row_start[cell] + (game.edge_action[self._edges] - game.action_start[cell]) * T
        share = np.zeros(len(compiled.acts) + 1)
        for name, of in odds.items():
            share[self._act[name]] = of
        rows, first = np.unique(row, return_index=True)  # one edge for each move of each cell
        wanted, cell = share[compiled.edge_act[self._edges[first]]], cell[first]
        total = np.bincount(cell, wanted, minlength=len(game.cell_player))[cell]
        rows, wanted = rows[total > 0], (wanted / np.where(total > 0, total, 1.0))[total > 0]
        own = [t for t, kind in enumerate(self.axis) if bound is None or kind in bound or T == 1]
        every = (rows[:, None] + np.array(own)).ravel()
        order = np.argsort(every)
        return every[order], np.repeat(wanted, len(own))[order]

    def _play(self, left: Remainder, held: Held) -> tuple[Float, Bool]:
        """The solved play [a, V] in what is left, with the tie in its place; and which rows [a] are
        held.
        """
        play = self.inference.solution.strategy[left.rows]
        rows, odds = held
        inside = np.isin(rows, left.rows)
        at = np.searchsorted(left.rows, rows[inside])
        play[at] = odds[inside][:, None]
        given = left.before.copy()
        given[at] = True
        return play, given

    def _among(self, among: Sequence[str] | None) -> Payload:
        """The payload with a prior of these types alone."""
        payload = self.inference.payload
        if among is None or not self.may_signal:
            return payload
        own = self.inference.compiled.game.profile_type[:, self.player]
        inside = np.array([label in among for label in self.axis])[own]
        kept = payload.prior * np.where(inside, 1.0, FAINT)[:, None]
        return replace(payload, prior=kept / kept.sum(axis=0))

    def _solve(
        self, left: Remainder, payload: Payload, held: Held, progress: Progress | None,
        backing: Int32 | None = None,
    ) -> Worth:  # fmt: skip
        from standoff.solve.held import aqre_held

        play, given = self._play(left, held)
        found = aqre_held(
            left.game, left.payload(payload), given, play, tolerance=CLOSE, progress=progress
        )
        solved = found.solved & self.inference.solution.solved
        return self._worth(left, payload, found.strategy, solved, backing)

    def _worth(
        self, left: Remainder, payload: Payload, play: Float, solved: Bool,
        backing: Int32 | None = None,
    ) -> Worth:  # fmt: skip
        compiled, game = self.inference.compiled, self.inference.compiled.game
        small = left.payload(payload)
        source = np.zeros(left.game.n_nodes, dtype=bool)
        source[np.searchsorted(left.nodes, self.frontier)] = True
        keep = source.copy()
        for low, high in zip(left.game.level_start[1:-1], left.game.level_start[2:], strict=True):
            keep[low:high] |= keep[left.game.parent[low:high]]
        below = part(left.game, keep, source)
        nodes = left.nodes[below.nodes]  # of the whole game
        ahead = np.flatnonzero((left.game.payoff_row[below.nodes] > 0) & ~source[below.nodes])
        rows = left.game.payoff_row[below.nodes[ahead]]
        own = type_at(compiled, self.turn.actor, nodes)
        kept = len(self.axis) > 1
        first = int(game.type_start[self.player])
        pairs = [first + (self.axis.index(t) if kept else 0) for t in self.types]
        place = np.full(game.n_nodes, -1, dtype=np.int32)
        place[nodes] = np.arange(len(nodes), dtype=np.int32)
        at_end = place[game.end_nodes[compiled.outcome_end]]
        outcome = np.flatnonzero(at_end >= 0)
        ending = adding(compiled.outcome_ending[outcome], len(compiled.endings))
        drawn = compiled.outcome_odds[outcome]
        # Only where the move could be made does another one go back on it.
        back = place[backing] if backing is not None else np.zeros(0, np.int32)
        back = back[back >= 0]
        there = np.unique(place[game.parent[nodes[back]]])

        T, V = len(self.types), self.inference.n_variants
        value, endings = np.zeros((T, V)), np.zeros((T, len(compiled.endings), V))
        come, gone = np.zeros((T, V)), np.zeros((T, V))
        for block in blocks(below, V):
            mass = descend(below, small, play, self.start[:, :, block], block)
            if kept:  # profiles are a grid of the players' types
                grid = mass.reshape(len(nodes), *game.n_types, mass.shape[2])
                others = tuple(1 + p for p in range(len(game.players)) if p != self.player)
                by_axis = grid.sum(axis=others)
            for t, pair in enumerate(pairs):
                if kept:
                    mine = by_axis[:, self.axis.index(self.types[t])]
                else:
                    mine = (mass * (own == t)[:, :, None]).sum(axis=1)
                pay = small.payoff[rows, pair, block] / small.stake[pair]
                value[t, block] = np.einsum("nv,nv->v", mine[ahead], pay)
                ended = mine[at_end[outcome]]
                ended[drawn >= 0] *= payload.odds[drawn[drawn >= 0], block]
                endings[t, :, block] = ending @ ended
                come[t, block], gone[t, block] = mine[there].sum(axis=0), mine[back].sum(axis=0)
        return Worth(
            over(value, self.mass), over(endings, self.mass[:, None]), solved,
            come if backing is not None else None, gone if backing is not None else None,
        )  # fmt: skip


def over(joint: Float, base: Float) -> Float:
    """``joint / base``, NaN where the base vanishes."""
    joint, base = np.broadcast_arrays(joint, base)
    found: Float = np.full(joint.shape, np.nan)
    np.divide(joint, base, out=found, where=base > 0)
    return found
