"""What a player could gain by disobeying a mediator: three kinds of disobedience, by code that
shares nothing with whatever found the device.

A mediator draws what it will recommend, and tells each player at each information set its own
recommendation and no more. Who disobeys is told nothing further (von Stengel & Forges 2008, key
`vonstengel2008`; Farina, Bianchi & Sandholm 2020, key `farina2020coarse`):

- ``efce``: a player sees a recommendation and then may turn to a plan of its own;
- ``efcce``: it must say at a set, before it sees what is recommended there, whether it will obey;
- ``nfcce``: it must say so before play begins.

What a player earns by disobeying is linear in the odds with which the device recommends its own
sequence of moves together with each of the other's: no more of the device is needed, whether it
is a list of profiles or a plan over pairs of sequences that were never told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE, Game, Payload
from standoff.solve.certificates import Certifier
from standoff.solve.sequence_pairs import Lookup, Pairs, summed

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]
Mediated = Literal["efce", "efcce", "nfcce"]


@dataclass(frozen=True, eq=False)
class Temptations:
    """The triggers of one player: at what it may stop obeying, and what it gains by that."""

    row: Int32  # [t] efce: row recommended; efcce: first row of the set; nfcce: -1
    odds: Float  # [t] how likely the device comes to recommend it, chance and the other aside
    gain: Float  # [t] the best plan of its own, less what obedience earns from there on


@dataclass(frozen=True, eq=False)
class Disobedience:
    """What disobedience is worth, in payoffs and before anything is drawn or played."""

    concept: Mediated
    gain: Float  # [P] the most that each player gains by stopping to obey at triggers of its choice
    values: Float  # [P] what each expects if all obey
    triggers: tuple[Temptations, ...]  # P
    slack: float
    """How far `Pairs` are from being a plan: odds that are negative, do not add up over the moves
    of a set to those of what leads there, or do not carry the whole of chance to the ends."""

    @property
    def gap(self) -> float:
        """The largest gain of one player: zero at an equilibrium of the concept."""
        return float(self.gain.max(initial=0.0))


class Obedience:
    """Checks devices for one game at one variant; its tables are made once.

    Raises `ImperfectRecall` where a player forgets what it did.
    """

    def __init__(self, game: Game, payload: Payload, variant: int = 0) -> None:
        self.game = game
        self._certifier = Certifier(game, payload, variant)
        self._certifier._insist_on_recall()
        self.prior = payload.prior[:, variant]
        self._pay = payload.payoff[:, :, variant]
        self._odds = payload.odds[:, variant]

    def of_profiles(
        self, strategies: Sequence[Float], weights: Float, concept: Mediated = "efce"
    ) -> Disobedience:
        """A device that draws profile d (a behavior strategy [A]) with odds ``weights[d]`` and
        recommends what the profile does; any number of players.
        """
        odds = np.asarray(weights, dtype=np.float64)
        if len(odds) != len(strategies) or not len(odds):
            raise ValueError(f"{len(strategies)} profiles with {len(odds)} weights")
        if (odds < 0).any() or abs(float(odds.sum()) - 1.0) > 1e-9:
            raise ValueError(f"the weights of a device are odds; these add up to {odds.sum():.12g}")
        rows = self.game.n_rows
        P = len(self.game.players)
        asked = [self._triggers(p, concept) for p in range(P)]
        below = [self._below(p, concept) for p in range(P)]
        reach = [np.zeros(len(a.row)) for a in asked]
        worth = [np.zeros(len(b[0])) for b in below]
        follow = np.zeros(rows + len(self.owner_type))
        for share, strategy in zip(odds, strategies, strict=True):
            if share == 0.0:
                continue
            certifier = self._certifier
            played = certifier._rows(strategy)
            credit, _ = certifier._weigh(played)
            plan = np.append(self._plan(played), 1.0)
            follow += share * credit * plan[: len(credit)]
            for p in range(P):
                told = plan[asked[p].row]
                reach[p] += share * told
                trigger, own = below[p]
                worth[p] += share * told[trigger] * credit[own]
        return self._found(
            concept, asked, reach,
            [(*below[p], worth[p]) for p in range(P)], follow, 0.0,
        )  # fmt: skip

    def of_pairs(self, plan: Pairs, concept: Mediated = "efce") -> Disobedience:
        """A device of two players, known by the odds of pairs of sequences alone."""
        if len(self.game.players) != 2:
            raise ValueError(f"pairs are of two players, not {len(self.game.players)}")
        weigh = Lookup(plan, self.game.n_rows)
        asked, reach, entries = [], [], []
        follow = np.zeros(self.game.n_rows + len(self.owner_type))
        leaf, pay = self.leaves
        for p in range(2):
            triggers = self._triggers(p, concept)
            own, other = leaf[:, p], leaf[:, 1 - p]
            np.add.at(follow, own, pay[:, p] * weigh.at(own, other, p))
            trigger, at = self._expanded(p, concept, own)
            value = pay[at, p] * weigh.at(triggers.row[trigger], other[at], p)
            asked.append(triggers)
            nothing = np.full(len(triggers.row), -1)
            reach.append(weigh.at(triggers.row, nothing, p))
            entries.append((trigger, own[at], value))
        return self._found(concept, asked, reach, entries, follow, self._slack(plan, weigh))

    def ends(self, plan: Pairs) -> Float:
        """[Z, K] how likely each end is, with each profile of types, if all obey."""
        ends = self.game.end_nodes
        weigh = Lookup(plan, self.game.n_rows)
        kinds = self.game.profile_type
        base = self.base[ends]
        rows = [self._told(base[:, p, None] + kinds[None, :, p]) for p in range(2)]
        odds = weigh.at(rows[0].ravel(), rows[1].ravel(), 0).reshape(len(ends), len(kinds))
        return np.asarray(odds * self.chance[ends, None] * self.prior)

    # -- tables of the game

    @property
    def base(self) -> Int32:
        """[N, P] row of the last thing that each player's first type did on the way to a node; past
        the strategy's rows where it did nothing yet. That of type t stands t rows on.
        """
        return self._certifier._base

    @cached_property
    def chance(self) -> Float:
        """[N] odds with which chance plays its part in reaching a node."""
        game = self.game
        reach = np.ones(game.n_nodes)
        for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
            here = np.arange(low, high)
            above = game.parent[here]
            drawn = game.actor[above] == CHANCE
            edge = game.parent_edge[here]
            reach[here] = reach[above]
            reach[here[drawn]] *= self._odds[game.edge_action[edge[drawn]]]
        return reach

    @cached_property
    def owner_type(self) -> Int:
        """[Q] player of each (player, type) pair."""
        return np.repeat(np.arange(len(self.game.players)), self.game.n_types)

    @cached_property
    def _owner(self) -> Int:
        """[A + Q] player of each row; the rows past A stand for having done nothing."""
        widths = np.diff(self.game.row_start)
        return np.concatenate([np.repeat(self.game.cell_player, widths), self.owner_type])

    @cached_property
    def set_of(self) -> Int:
        """[A] information set of each row: one for each cell and type of its owner."""
        game = self.game
        T = game.n_types[game.cell_player]
        cell = np.repeat(np.arange(len(T)), np.diff(game.row_start))
        kind = (np.arange(game.n_rows) - game.row_start[cell]) % T[cell]
        starts = np.concatenate([[0], np.cumsum(T)])
        return np.asarray(starts[cell] + kind)

    @cached_property
    def sets(self) -> tuple[Int, Int, Int, Int]:
        """Of each information set: its first row, the step to the next, how many, the row above."""
        game = self.game
        T = game.n_types[game.cell_player].astype(np.intp)
        cell = np.repeat(np.arange(len(T)), T)
        kind = np.arange(len(cell)) - np.repeat(np.cumsum(T) - T, T)
        return (
            game.row_start[cell] + kind, T[cell], np.diff(game.action_start)[cell].astype(np.intp),
            self._certifier._above[cell] + kind,
        )  # fmt: skip

    @cached_property
    def depth(self) -> Int:
        """[A + Q] how many own moves a row's sequence has."""
        above = self.sets[3]
        depth = np.zeros(self.game.n_rows + len(self.owner_type), dtype=np.intp)
        while True:
            found = depth[above][self.set_of] + 1
            if (depth[: self.game.n_rows] == found).all():
                return depth
            depth[: self.game.n_rows] = found

    @cached_property
    def leaves(self) -> tuple[Int, Float]:
        """[L, P] row that ends each player's sequence where something is earned, and [L, P] what,
        times the odds of chance and of the types.
        """
        game = self.game
        nodes = np.flatnonzero((game.payoff_row > 0) & (self.chance > 0))
        kinds = game.profile_type
        P = len(game.players)
        row = self.base[nodes][:, None, :] + kinds[None]
        mass = self.chance[nodes, None] * self.prior
        paid = self._pay[game.payoff_row[nodes]]
        pay = np.stack([paid[:, game.type_start[p] + kinds[:, p]] * mass for p in range(P)], axis=2)
        return row.reshape(-1, P).astype(np.intp), pay.reshape(-1, P)

    def _told(self, row: NDArray[np.integer]) -> Int:
        """Rows with -1 for having done nothing, whatever the type."""
        return np.where(row < self.game.n_rows, row, -1).astype(np.intp)

    def _plan(self, strategy: Float) -> Float:
        """[A + Q] product of the owner's own odds down to each row."""
        plan = np.ones(self.game.n_rows + len(self.owner_type))
        above = self.sets[3][self.set_of]
        depth = self.depth[: self.game.n_rows]
        for d in range(1, int(depth.max(initial=0)) + 1):
            here = np.flatnonzero(depth == d)
            plan[here] = plan[above[here]] * strategy[here]
        return plan

    # -- triggers

    def _triggers(self, player: int, concept: Mediated) -> Temptations:
        """The triggers of a player, in order of their rows; `odds` and `gain` are still to come.

        The row is the one whose weight counts: -1 for none.
        """
        rows = np.flatnonzero(self._owner[: self.game.n_rows] == player)
        if concept == "efce":
            told = rows
        elif concept == "efcce":
            first, _, _, above = self.sets
            mine = np.flatnonzero(self._owner[first] == player)
            told = self._told(above[mine])
        else:
            told = np.array([-1])
        empty = np.zeros(0)
        return Temptations(told.astype(np.int32), empty, empty)

    def _number(self, player: int, concept: Mediated) -> Int:
        """[A + Q] the trigger of a row as recommended (efce), of its set (efcce), of all (nfcce);
        -1 for rows of others.
        """
        number = np.full(self.game.n_rows + len(self.owner_type), -1)
        mine = self._owner == player
        if concept == "nfcce":
            number[mine] = 0
            return number
        rows = np.flatnonzero(mine[: self.game.n_rows])
        if concept == "efce":
            number[rows] = np.arange(len(rows))
        else:
            number[rows] = np.unique(self.set_of[rows], return_inverse=True)[1].reshape(-1)
        return number

    def _below(self, player: int, concept: Mediated) -> tuple[Int, Int]:
        """Every (trigger, own row that may be played once it has been pulled)."""
        own = np.flatnonzero(self._owner == player)
        trigger, at = self._expanded(player, concept, own)
        return trigger, own[at]

    def _expanded(self, player: int, concept: Mediated, own: Int) -> tuple[Int, Int]:
        """Every (trigger, place in `own`) of rows that may be played once it has been pulled."""
        number = self._number(player, concept)
        if concept == "nfcce":
            return np.zeros(len(own), dtype=np.intp), np.arange(len(own))
        first, step, width, above = self.sets
        triggers, places = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.intp)]
        at = np.flatnonzero(own < self.game.n_rows)
        row = own[at]
        while len(at):
            sets = self.set_of[row]
            count = width[sets] if concept == "efce" else np.ones(len(sets), dtype=np.intp)
            place = np.repeat(np.arange(len(at)), count)
            act = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
            triggers.append(number[first[sets][place] + act * step[sets][place]])
            places.append(at[place])
            row = above[sets]
            deeper = row < self.game.n_rows
            at, row = at[deeper], row[deeper]
        return np.concatenate(triggers), np.concatenate(places)

    # -- what triggers are worth

    def _found(
        self, concept: Mediated, asked: list[Temptations], reach: list[Float],
        entries: list[tuple[Int, Int, Float]], follow: Float, slack: float,
    ) -> Disobedience:  # fmt: skip
        """All of it, from what each trigger leaves to each row (summed) and `follow` [A + Q] what
        obedience earns at each row.
        """
        P = len(self.game.players)
        total = self._gathered(follow)
        gain, triggers = np.zeros(P), []
        values = summed(self._owner, follow, P)
        for p in range(P):
            own = self.best_after(self._home(p, concept), *entries[p])
            obeyed = self._obeyed(p, concept, total, len(asked[p].row))
            left = own - obeyed
            gain[p] = self._chosen(p, concept, left)
            triggers.append(
                Temptations(self._shown(p, concept, asked[p].row), reach[p], left)
            )  # fmt: skip
        return Disobedience(concept, gain, values, tuple(triggers), slack)

    def _home(self, player: int, concept: Mediated) -> Int:
        """[t] the set of each trigger."""
        if concept == "nfcce":
            return np.array([-1])
        if concept == "efce":
            return np.asarray(self.set_of[self._owner[: self.game.n_rows] == player])
        return np.flatnonzero(self._owner[self.sets[0]] == player)

    def _shown(self, player: int, concept: Mediated, told: Int32) -> Int32:
        if concept != "efcce":
            return told
        first = self.sets[0]
        return np.asarray(first[self._owner[first] == player], dtype=np.int32)

    def _gathered(self, follow: Float) -> Float:
        """[A + Q] what obedience earns at each row and below."""
        total = follow.copy()
        depth = self.depth[: self.game.n_rows]
        above = self.sets[3][self.set_of]
        for d in range(int(depth.max(initial=0)), 0, -1):
            here = np.flatnonzero(depth == d)
            np.add.at(total, above[here], total[here])
        return total

    def _obeyed(self, player: int, concept: Mediated, total: Float, count: int) -> Float:
        """[count] what obedience earns from each trigger on."""
        number = self._number(player, concept)
        rows = self.game.n_rows
        if concept == "nfcce":
            mine = self.owner_type == player
            return np.array([total[rows:][mine].sum()])
        own = np.flatnonzero(number[:rows] >= 0)
        return summed(number[own], total[own], count)

    def best_after(self, home: Int, trigger: Int, row: Int, value: Float) -> Float:
        """[t] what the best plan earns once each trigger has been pulled at its set ``home[t]``
        (-1: before everything): `value` is what is earned at `row` (added up where given more than
        once) if the trigger's owner then plays down to it.
        """
        rows = self.game.n_rows
        width, above = self.sets[2:]
        best = np.zeros(len(home))
        stride = np.int64(rows + len(self.owner_type))
        key, place = np.unique(trigger * stride + row, return_inverse=True)
        value = summed(place, value, len(key))
        while len(key):
            trigger, row = np.divmod(key, stride)
            done = row >= rows
            np.add.at(best, trigger[done], value[done])
            depth = self.depth[row]
            deepest = int(depth.max())
            if not deepest:
                break
            here = depth == deepest
            both = trigger[here] * stride + self.set_of[row[here]]
            group, member = np.unique(both, return_inverse=True)
            top = np.full(len(group), -np.inf)
            np.maximum.at(top, member.reshape(-1), value[here])
            pulled, of = np.divmod(group, stride)
            listed = np.bincount(member.reshape(-1), minlength=len(group))
            top = np.where(listed < width[of], np.maximum(top, 0.0), top)
            own = home[pulled] == of
            np.add.at(best, pulled[own], top[own])
            keep = ~here & ~done
            key = np.concatenate([key[keep], pulled[~own] * stride + above[of[~own]]])
            value = np.concatenate([value[keep], top[~own]])
            key, place = np.unique(key, return_inverse=True)
            value = summed(place, value, len(key))
        return best

    def _chosen(self, player: int, concept: Mediated, left: Float) -> float:
        """The most that a player gains by stopping where it likes, given what each trigger by
        itself gains: as soon as it has pulled one it meets no other.
        """
        if concept == "nfcce":
            return float(max(left[0], 0.0))
        rows = self.game.n_rows
        number = self._number(player, concept)
        above = self.sets[3]
        first = self.sets[0]
        later = np.zeros(rows + len(self.owner_type))  # gains at sets below each row
        mine = np.flatnonzero(self._owner[first] == player)
        depth = self.depth[first[mine]]
        own = np.flatnonzero(number[:rows] >= 0)
        for d in range(int(depth.max(initial=0)), 0, -1):
            here = own[self.depth[own] == d]
            sets = self.set_of[here]
            each = np.maximum(left[number[here]], later[here]) if concept == "efce" else later[here]
            known, member = np.unique(sets, return_inverse=True)
            at = summed(member, each, len(known))
            if concept == "efcce":
                at = np.maximum(at, left[number[first[known]]])
            np.add.at(later, above[known], at)
        return float(later[rows:].sum())

    def _slack(self, plan: Pairs, weigh: Lookup) -> float:
        """See `Disobedience.slack`."""
        worst = max(0.0, -float(plan.weight.min(initial=0.0)))
        nothing = np.array([-1])
        worst = max(worst, abs(float(weigh.at(nothing, nothing, 0)[0]) - 1.0))
        above = self._told(self.sets[3])
        stride = np.int64(self.game.n_rows + 1)
        for p, (own, other) in enumerate(((plan.first, plan.second), (plan.second, plan.first))):
            moved = own >= 0
            key = self.set_of[own[moved]] * stride + other[moved].astype(np.int64) + 1
            group, member = np.unique(key, return_inverse=True)
            total = summed(member, plan.weight[moved], len(group))
            sets, theirs = np.divmod(group, stride)
            led = weigh.at(above[sets], theirs - 1, p)
            worst = max(worst, float(np.abs(total - led).max(initial=0.0)))
        return max(worst, abs(float(self.ends(plan).sum()) - 1.0))
