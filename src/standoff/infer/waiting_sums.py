"""The sums behind the worth of waiting: block of variants by block, on whole arrays.

Everything that is compared is an amount by edge at the nodes of a choice: what an actor can expect
if it goes that way. `Contrast` makes of it, type by type, the amount of waiting less that of
the best other move at each information set; the worth and all of its parts are such contrasts of
different amounts, with the best move of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Payload
from standoff.infer.continuation import Ascent, gain_of
from standoff.infer.options import units_of
from standoff.infer.reach import Part, blocks, descend, part
from standoff.infer.views import type_at, types_of
from standoff.infer.waiting_choice import Weighing, edges_of
from standoff.infer.waiting_contrast import Contrast, best_others, picking, typed
from standoff.infer.waiting_path import WaitingPath
from standoff.progress import Progress, check

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


class Sums:
    """The sums at several choices of one actor."""

    def __init__(self, path: WaitingPath, choices: Sequence[Weighing]) -> None:
        self.path = path
        self.choices = tuple(choices)
        inference = path.inference
        compiled, game = inference.compiled, inference.compiled.game
        first, last = game.type_start[path.player], game.type_start[path.player + 1]
        self.kind = game.profile_type[:, path.player]  # [K] type kept as an axis
        self.types = max(1, len(types_of(compiled, path.actor)))
        self.stake = inference.payload.stake[first:last]
        self.table = inference.payload.payoff[:, first:last] / self.stake[None, :, None]
        self.field = self._field()
        self.ascent = Ascent(self.field)
        self.origin = self._origin()

    def _field(self) -> Part:
        """All that may follow from the information sets of the choices."""
        game = self.path.inference.compiled.game
        source = np.zeros(game.n_nodes, dtype=bool)
        for choice in self.choices:
            mine = np.isin(game.cell, choice.cells)
            source |= mine
        keep = source.copy()
        for start, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
            here = slice(int(start), int(stop))
            above = keep[game.parent[here]]
            source[here] &= ~above
            keep[here] |= above
        return part(game, keep, source)

    def _origin(self) -> Part:
        """The same with all that leads there, entered at the root."""
        game = self.path.inference.compiled.game
        keep = np.zeros(game.n_nodes, dtype=bool)
        keep[self.field.nodes] = True
        at = np.unique(game.parent[self.field.nodes[self.field.source]])
        at = at[at >= 0]
        while len(at):
            keep[at] = True
            at = np.unique(game.parent[at])
            at = at[(at >= 0) & ~keep[np.maximum(at, 0)]]
        source = np.zeros(game.n_nodes, dtype=bool)
        source[0] = keep[0] = True
        return part(game, keep, source)

    def run(
        self, blind: Mapping[int, Float], progress: Progress | None = None
    ) -> list[dict[str, Float]]:
        """For each choice, numbers [T, V] by name; `blind` holds play [A, V] where less is seen
        after the choice at a step.
        """
        inference = self.path.inference
        flows = [self._flows(choice) for choice in self.choices]
        found: list[list[dict[str, Float]]] = [[] for _ in self.choices]
        for block in blocks(self.field, inference.n_variants, arrays=3):
            check(progress)
            here = _Block(self, block)
            for place, choice in enumerate(self.choices):
                found[place].append(here.choice(choice, flows[place], blind.get(choice.step)))
        return [
            {name: np.concatenate([one[name] for one in each], axis=-1) for name in each[0]}
            for each in found
        ]

    def _flows(self, choice: Weighing) -> dict[str, tuple[Int, Float]]:
        """By objective: [n] rows of the table at the nodes of the choice's window, and the table
        [rows, T, V] of what its rounds pay, in stakes.
        """
        from standoff.compile.payoffs import flow_parts

        inference = self.path.inference
        compiled = inference.compiled
        if not choice.rounds or not choice.objectives:
            return {}
        rows, place = np.unique(compiled.game.payoff_row[choice.window.nodes], return_inverse=True)
        made = flow_parts(compiled, inference.draws, choice.rounds, rows)
        units = units_of(inference, self.path.actor)
        found = {}
        for name in choice.objectives:
            table = made.of(self.path.actor, name) / self.stake[None, :, None]
            if units is not None:
                table = table * units[rows][:, None, None]
            found[name] = (place.ravel(), table)
        return found


class _Block:
    """A block of variants."""

    def __init__(self, sums: Sums, block: slice) -> None:
        inference = sums.path.inference
        self.sums = sums
        self.block = block
        self.path = sums.path
        self.payload: Payload = inference.payload.take(block)
        self.play = np.ascontiguousarray(inference.solution.strategy[:, block])
        self.all = slice(0, self.payload.n_variants)
        start = np.ascontiguousarray(sums.path.start[:, :, block])
        self.mass = descend(sums.path.way, self.payload, self.play, start, self.all)
        own = type_at(
            inference.compiled, sums.path.actor, sums.path.way.nodes[sums.path.way.source]
        )
        self.came = self._types(start, own)  # [n, T, v]
        self.gain = gain_of(sums.field, sums.table[:, :, block], sums.kind)
        (self.to_come,) = sums.ascent.to_come(self.payload, self.play, [self.gain])

    @cached_property
    def others(self) -> Float:
        """[n, K, v] reach of the nodes of `Sums.origin` by all but the actor."""
        game = self.path.inference.compiled.game
        free = self.play.copy()
        rows = np.repeat(game.cell_player == self.path.player, np.diff(game.row_start))
        free[rows] = 1.0
        return descend(self.sums.origin, self.payload, free, self.payload.prior[None], self.all)

    def choice(
        self, of: Weighing, flows: Mapping[str, tuple[Int, Float]], blind: Float | None
    ) -> dict[str, Float]:
        """All numbers [T, v] at one choice."""
        game = self.path.inference.compiled.game
        child = self.sums.field.place[game.child[of.edges]]
        each = (self.gain + self.to_come)[child]  # [e, K, v]
        mass = self.mass[self.path.way.place[of.nodes]]
        nodes, edges, _ = of.known
        at = self.sums.field.place[game.child[edges]]
        best = best_others(
            of, self.others[self.sums.origin.place[nodes]], (self.gain + self.to_come)[at]
        )
        weigh = Contrast(of, mass, each, best)
        out = {
            "came": self.came.sum(axis=0),
            "weight": weigh.weight,
            "whole": weigh.of(each),
            "against_mean": weigh.against_mean(self.play),
            "played": weigh.played(self.play),
        }
        for act, share in weigh.best_mass().items():
            out[f"best.{act}"] = share
        out["accrues"] = np.zeros_like(weigh.weight)
        for name in of.objectives:
            amount = np.zeros_like(weigh.weight)
            if name in flows:
                place, table = flows[name]
                gain = table[place[:, None], self.sums.kind[None, :], self.block]
                (rest,) = Ascent(of.window).to_come(self.payload, self.play, [gain])
                amount = weigh.of((gain + rest)[of.window.place[game.child[of.edges]]])
            out[f"accrues.{name}"] = amount
            out["accrues"] = out["accrues"] + amount
        if blind is not None:
            if of.hidden:
                play = np.ascontiguousarray(blind[:, self.block])
                (less,) = self.sums.ascent.to_come(self.payload, play, [self.gain])
                lost = each - (self.gain + less)[child]
            else:
                lost = np.zeros_like(each)
            out["learned"], out["learned_by_waiting"] = weigh.of(lost), weigh.waiting(lost)
        out["alone"] = weigh.of(self._alone(of, of.into))
        for step, into in of.into_by_step.items():
            out[f"alone.{step}"] = weigh.of(self._alone(of, into))
        self._events(of, mass, out)
        return out

    def _alone(self, of: Weighing, into: Int) -> Float:
        """[e, K, v] what the actor loses by making its next choice on less, all else as it was."""
        game, field = self.path.inference.compiled.game, self.sums.field
        lost = np.zeros((len(of.edges), game.n_profiles, self.payload.n_variants))
        count = np.bincount(into[np.unique(game.cell[of.next])], minlength=len(into))
        nodes = of.next[count[into[game.cell[of.next]]] > 1]
        if not len(nodes):
            return lost
        edge, owner = edges_of(game, nodes)
        width = np.diff(game.edge_start)[nodes]
        stop = np.cumsum(width)
        child = field.place[game.child[edge]]
        value = self.gain[child] + self.to_come[child]
        reach = self.others[self.sums.origin.place[nodes]]
        cell = game.cell[nodes]
        menu = game.edge_action[edge] - game.action_start[cell][owner]
        groups, group = np.unique(into[cell], return_inverse=True)
        sizes = np.diff(game.action_start)[groups]
        begin = np.cumsum(sizes) - sizes
        slot = begin[group.ravel()][owner] + menu  # [e'] action of a set that has become one
        total = int(sizes.sum())
        pick = picking(slot, total)
        axis = np.broadcast_to(self.sums.kind[None, :], (len(edge), len(self.sums.kind)))
        kinds = len(self.sums.stake)
        worth = typed(pick, reach[owner] * value, axis, kinds)
        base = typed(pick, np.broadcast_to(reach[owner], value.shape), axis, kinds)
        known = base > 0
        mean = np.divide(worth, base, out=np.zeros_like(worth), where=known)
        rate_row = np.zeros(total, dtype=np.intp)
        rate_row[slot] = game.rate_row[game.edge_action[edge]]
        logit = self.payload.precision * mean + self.payload.log_rate[rate_row][:, None]
        logit -= np.repeat(np.maximum.reduceat(logit, begin), sizes, axis=0)
        odds = np.exp(logit)
        odds /= np.repeat(np.add.reduceat(odds, begin), sizes, axis=0)
        then = odds[slot[:, None], axis] * value
        sure = known[slot[:, None], axis]
        now = self.to_come[field.place[nodes]]
        made = np.add.reduceat(then, stop - width)
        sure = np.minimum.reduceat(sure, stop - width)
        gap = np.where(sure, now - made, 0.0)
        short = of.short
        drop = np.zeros((len(short.nodes), *gap.shape[1:]))
        inside = short.place[nodes] >= 0
        drop[short.place[nodes[inside]]] = gap[inside]
        (rest,) = Ascent(short).to_come(self.payload, self.play, [drop])
        at = short.place[game.child[of.edges]]
        return np.asarray((drop + rest)[at])

    def _events(self, of: Weighing, mass: Float, out: dict[str, Float]) -> None:
        """What others and nature may do before the next choice: mass, and mass times worth."""
        compiled = self.path.inference.compiled
        between = of.meanwhile
        reach = descend(between, self.payload, self.play, np.ascontiguousarray(mass), self.all)
        inner = self.sums.field.place[between.nodes]
        gain = self.gain[inner]
        gain[between.source] = 0.0
        for hop in between.hops:
            gain[hop.child] += gain[hop.parent]
        at = of.leaves
        value = reach[at] * (gain[at] + self.to_come[inner[at]])
        own = type_at(compiled, self.path.actor, between.nodes[at])
        _, hit = of.events
        out["expects"] = self._types(value, own).sum(axis=0)
        odds = typed(hit, reach[at], own, self.sums.types)
        worth = typed(hit, value, own, self.sums.types)
        for row, act in enumerate(of.event_acts):
            out[f"odds.{act}"], out[f"value.{act}"] = odds[row], worth[row]

    def _types(self, values: Float, own: NDArray[Any]) -> Float:
        """[n, T, v] of values [n, K, v], by the actor's type [n, K]."""
        return np.stack(
            [(values * (own == t)[:, :, None]).sum(axis=1) for t in range(self.sums.types)], axis=1
        )
