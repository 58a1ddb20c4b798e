"""The sums behind the worth of waiting: block of variants by block, on whole arrays.

Everything that is compared is an amount by edge at the nodes of a choice: what an actor can expect
if it goes that way. `_Block.contrast` makes of it, type by type, the amount of waiting less that of
the best other move at each information set; the worth and all of its parts are such contrasts of
different amounts, with the best move of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import END, Payload
from standoff.infer.continuation import Ascent, gain_of
from standoff.infer.options import units_of
from standoff.infer.reach import Part, blocks, descend, part
from standoff.infer.unseen import merged_but_for, merged_cells
from standoff.infer.views import type_at, types_of
from standoff.infer.waiting_path import WaitingPath

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Weighing:
    """One choice between waiting and acting: what does not depend on the variant."""

    path: WaitingPath
    step: int
    nodes: Int32  # [D] where it chooses
    edges: Int32  # [e] edges at these nodes, node by node
    next: Int32  # nodes of its next choice after any move there, by whatever history
    until: int | None  # first step of these after waiting, as the record has it
    rounds: tuple[int, ...]  # rounds that end before that
    into: Int  # [C] cells that become one where nothing is seen in between
    into_by_step: dict[int, Int]  # the same where one step's doings are not seen

    @property
    def hidden(self) -> int:
        """Cells that become one with others."""
        return int(
            _several(self.into[np.unique(self.path.inference.compiled.game.cell[self.next])])
        )

    @cached_property
    def owner(self) -> Int:
        """[e] place of each edge's node among `nodes`."""
        game = self.path.inference.compiled.game
        return np.repeat(np.arange(len(self.nodes)), np.diff(game.edge_start)[self.nodes])

    @cached_property
    def waits(self) -> Bool:
        """[e] whether an edge is waiting."""
        return np.asarray(self.path.wait_edge[self.nodes][self.owner] == self.edges)

    @cached_property
    def cells(self) -> Int32:
        """[c] cells of the choice, ascending."""
        return np.unique(self.path.inference.compiled.game.cell[self.nodes]).astype(np.int32)

    @cached_property
    def slot(self) -> tuple[Int, Int]:
        """[e] each edge's cell among `cells` and its place on the menu."""
        game = self.path.inference.compiled.game
        cell = game.cell[self.nodes][self.owner]
        place = game.edge_action[self.edges] - game.action_start[cell]
        return np.searchsorted(self.cells, cell), place.astype(np.intp)

    @cached_property
    def menu(self) -> Int32:
        """[c, a] act at each place of each cell's menu, -1 past its end."""
        cell, place = self.slot
        found = np.full((len(self.cells), int(place.max()) + 1), -1, dtype=np.int32)
        found[cell, place] = self.path.inference.compiled.edge_act[self.edges]
        return found

    @cached_property
    def waiting_place(self) -> Int:
        """[c] place of waiting on each cell's menu."""
        cell, place = self.slot
        found = np.zeros(len(self.cells), dtype=np.intp)
        found[cell[self.waits]] = place[self.waits]
        return found

    @property
    def acts(self) -> tuple[str, ...]:
        """What waiting is."""
        return self._named(np.unique(self.menu[np.arange(len(self.cells)), self.waiting_place]))

    @property
    def other_acts(self) -> tuple[str, ...]:
        """The other moves."""
        kept = self.menu.copy()
        kept[np.arange(len(self.cells)), self.waiting_place] = -1
        return self._named(np.unique(kept[kept >= 0]))

    def _named(self, acts: NDArray[np.integer]) -> tuple[str, ...]:
        return tuple(self.path.inference.compiled.acts[a].name for a in acts)

    @cached_property
    def objectives(self) -> tuple[str, ...]:
        """Objectives of the actor that are paid by the round."""
        terms = self.path.inference.compiled.rules.terms
        mine = [t for t in terms if t.player == self.path.player and t.each_round is not None]
        return tuple(t.name for t in mine)

    # -- the parts of the tree that count

    @cached_property
    def short(self) -> Part:
        """From the choice to the next one, or to the end."""
        game = self.path.inference.compiled.game
        owner = np.repeat(np.arange(len(game.cell_player)), np.diff(game.action_start))
        since = np.where(self.path.last >= 0, owner[np.maximum(self.path.last, 0)], -1)
        return self._below(np.isin(since, self.cells))

    @cached_property
    def window(self) -> Part:
        """From the choice to where the last of `rounds` has ended."""
        compiled = self.path.inference.compiled
        round_ = np.array([s.round for s in compiled.steps] + [10**6])
        level = self.path.inference.evidence.histories.level
        above = round_[level[np.maximum(compiled.game.parent, 0)]]
        return self._below(above <= (self.rounds[-1] if self.rounds else -1))

    @cached_property
    def meanwhile(self) -> Part:
        """From the choice, waiting, to the next choice or the end."""
        inside = np.zeros(self.path.inference.compiled.game.n_nodes, dtype=bool)
        inside[self.short.nodes] = True
        on_way = np.zeros_like(inside)
        on_way[self.path.way.nodes] = True
        game = self.path.inference.compiled.game
        source = np.zeros_like(inside)
        source[self.nodes] = True
        above = np.maximum(game.parent, 0)
        forced = np.where(source[above] & (game.parent >= 0), 1.0, np.nan)
        return part(game, inside & on_way, source, forced=forced)

    @cached_property
    def leaves(self) -> Int:
        """Places in `meanwhile` where the actor chooses next, or play has stopped."""
        game = self.path.inference.compiled.game
        nodes = self.meanwhile.nodes
        stops = (game.actor[nodes] == END) | self.path.choice[nodes]
        stops[self.meanwhile.source] = False
        return np.flatnonzero(stops)

    @cached_property
    def events(self) -> tuple[Int32, csr_matrix]:
        """Acts of others and of nature that may come in between, and which leaves [acts, leaves]
        they lead to.
        """
        from scipy.sparse import csr_matrix

        compiled = self.path.inference.compiled
        game, level = compiled.game, self.path.inference.evidence.histories.level
        acts: list[Int32] = []
        leaf: list[Int] = []
        at = self.meanwhile.nodes[self.leaves]
        left = np.arange(len(at))
        while len(at):
            up = game.parent[at]
            go = level[up] > self.step
            left, at, up = left[go], at[go], up[go]
            other = game.actor[up] != self.path.player
            acts.append(compiled.edge_act[game.parent_edge[at[other]]])
            leaf.append(left[other])
            at = up
        act = np.concatenate([np.zeros(0, np.int32), *acts])
        where = np.concatenate([np.zeros(0, np.intp), *leaf])
        known = act >= 0
        names, row = np.unique(act[known], return_inverse=True)
        shape = (len(names), len(self.leaves))
        hit = csr_matrix((np.ones(len(row)), (row.ravel(), where[known].astype(np.intp))), shape)
        hit.data[:] = 1.0
        return names.astype(np.int32), hit

    @property
    def event_acts(self) -> tuple[str, ...]:
        """Their names."""
        return self._named(self.events[0])

    def _below(self, mark: Bool) -> Part:
        """The nodes of the choice and, from them on, nodes that are marked."""
        game = self.path.inference.compiled.game
        source = np.zeros(game.n_nodes, dtype=bool)
        source[self.nodes] = True
        keep = source.copy()
        for start, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
            here = slice(int(start), int(stop))
            keep[here] |= keep[game.parent[here]] & mark[here]
        return part(game, keep, source)


def weighing(path: WaitingPath, step: int, *, by_step: bool = False) -> Weighing:
    """The choice at one step of an actor's way; `by_step` also finds what single steps tell."""
    inference = path.inference
    compiled, game = inference.compiled, inference.compiled.game
    level = inference.evidence.histories.level
    nodes = path.nodes_at(step)
    width = np.diff(game.edge_start)[nodes]
    first = np.repeat(game.edge_start[nodes] - np.cumsum(width) + width, width)
    edges = (first + np.arange(len(first))).astype(np.int32)
    after = path.next_choices(path.cells_at(step))
    on_way = np.zeros(game.n_nodes, dtype=bool)
    on_way[path.way.nodes] = True
    soon = after[on_way[after]]
    until = int(level[soon].min()) if len(soon) else None
    this = compiled.steps[step].round
    last = (
        compiled.steps[until].round if until is not None else len(compiled.rules.calendar.days) + 1
    )
    into = merged_cells(compiled, inference.payload, path.last, after)
    apart: dict[int, Int] = {}
    if by_step and _several(into[np.unique(game.cell[after])]):
        for between in range(step + 1, int(level[after].max())):
            if compiled.steps[between].actor == path.actor:
                continue
            found = merged_but_for(compiled, inference.payload, path.last, after, level, between)
            if (found != np.arange(len(found))).any():
                apart[between] = found
    return Weighing(path, step, nodes, edges, after, until, tuple(range(this, last)), into, apart)


def _several(into: Int) -> int:
    """How many stand together with others."""
    count = np.bincount(into) if len(into) else np.zeros(0, dtype=np.intp)
    return int(count[count > 1].sum())


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
        hides = any((c.into != np.arange(len(c.into))).any() for c in choices)
        self.origin = self._origin() if hides else None

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

    def run(self, blind: Mapping[int, Float]) -> list[dict[str, Float]]:
        """For each choice, numbers [T, V] by name; `blind` holds play [A, V] where less is seen
        after the choice at a step.
        """
        inference = self.path.inference
        flows = [self._flows(choice) for choice in self.choices]
        found: list[list[dict[str, Float]]] = [[] for _ in self.choices]
        for block in blocks(self.field, inference.n_variants, arrays=3):
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
        origin = self.sums.origin
        assert origin is not None
        return descend(origin, self.payload, free, self.payload.prior[None], self.all)

    def choice(
        self, of: Weighing, flows: Mapping[str, tuple[Int, Float]], blind: Float | None
    ) -> dict[str, Float]:
        """All numbers [T, v] at one choice."""
        game = self.path.inference.compiled.game
        child = self.sums.field.place[game.child[of.edges]]
        each = (self.gain + self.to_come)[child]  # [e, K, v]
        mass = self.mass[self.path.way.place[of.nodes]]
        weigh = _Contrast(self, of, mass, each)
        out = {
            "came": self.came.sum(axis=0),
            "weight": weigh.weight,
            "whole": weigh.of(each),
            "against_mean": weigh.against_mean(self.play),
        }
        for act, best in weigh.best_mass().items():
            out[f"best.{act}"] = best
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
        origin = self.sums.origin
        assert origin is not None
        width = np.diff(game.edge_start)[nodes]
        stop = np.cumsum(width)
        owner = np.repeat(np.arange(len(nodes)), width)
        edge = np.repeat(game.edge_start[nodes] - stop + width, width) + np.arange(len(owner))
        child = field.place[game.child[edge]]
        value = self.gain[child] + self.to_come[child]
        reach = self.others[origin.place[nodes]]
        cell = game.cell[nodes]
        menu = game.edge_action[edge] - game.action_start[cell][owner]
        groups, group = np.unique(into[cell], return_inverse=True)
        sizes = np.diff(game.action_start)[groups]
        begin = np.cumsum(sizes) - sizes
        slot = begin[group.ravel()][owner] + menu  # [e'] action of a set that has become one
        total = int(sizes.sum())
        pick = _picking(slot, total)
        axis = np.broadcast_to(self.sums.kind[None, :], (len(edge), len(self.sums.kind)))
        kinds = len(self.sums.stake)
        worth = _typed(pick, reach[owner] * value, axis, kinds)
        base = _typed(pick, np.broadcast_to(reach[owner], value.shape), axis, kinds)
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
        odds = _typed(hit, reach[at], own, self.sums.types)
        worth = _typed(hit, value, own, self.sums.types)
        for row, act in enumerate(of.event_acts):
            out[f"odds.{act}"], out[f"value.{act}"] = odds[row], worth[row]

    def _types(self, values: Float, own: NDArray[Any]) -> Float:
        """[n, T, v] of values [n, K, v], by the actor's type [n, K]."""
        return np.stack(
            [(values * (own == t)[:, :, None]).sum(axis=1) for t in range(self.sums.types)], axis=1
        )


class _Contrast:
    """Waiting against the best other move, at every information set of a choice, by type."""

    def __init__(self, block: _Block, of: Weighing, mass: Float, each: Float) -> None:
        self.of_ = of
        self.block = block
        inference = block.path.inference
        self.own = type_at(inference.compiled, block.path.actor, of.nodes)[of.owner]  # [e, K]
        self.mass = mass[of.owner]  # [e, K, v]
        cell, place = of.slot
        self.shape = of.menu.shape
        self.pick = _picking(cell * self.shape[1] + place, self.shape[0] * self.shape[1])
        self.cells = np.arange(self.shape[0])
        base = self._table(np.ones_like(each))
        self.base = base[self.cells, of.waiting_place]  # [c, T, v]
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
        other = self.of_.menu >= 0
        other[self.cells, self.of_.waiting_place] = False
        return other

    def _table(self, each: Float) -> Float:
        """[c, a, T, v] mass times an amount by edge [e, K, v]."""
        found = _typed(self.pick, self.mass * each, self.own, self.block.sums.types)
        return found.reshape(*self.shape, *found.shape[1:])

    def waiting(self, each: Float) -> Float:
        """[T, v] mass times the amount of waiting."""
        table = self._table(each)
        return np.asarray(table[self.cells, self.of_.waiting_place].sum(axis=0))

    def of(self, each: Float) -> Float:
        """[T, v] mass times the amount of waiting less that of the best other move."""
        table = self._table(each)
        best = np.take_along_axis(table, self.best[:, None], axis=1)[:, 0]
        waits = table[self.cells, self.of_.waiting_place]
        return np.asarray((waits - best).sum(axis=0))

    def against_mean(self, play: Float) -> Float:
        """[T, v] the same against the mean of the other moves, with the odds that they have."""
        path = self.block.path
        compiled, game = path.inference.compiled, path.inference.compiled.game
        cells = self.of_.cells
        width = int(game.n_types[path.player])
        row = game.row_start[cells][:, None] + np.arange(self.shape[1])[None, :] * width
        other = self._other()
        # A type that stands in the tree has one row; one that is an axis its own.
        kinds = _axis_of(compiled, path.actor, self.block.sums.types, width)
        rows = np.where(other[:, :, None], row[:, :, None] + kinds[None, None, :], 0)
        odds = np.where(other[:, :, None, None], play[rows], 0.0)  # [c, a, T, v]
        total = odds.sum(axis=1)
        mean = np.divide(
            (odds * self.amount).sum(axis=1), total, out=np.zeros_like(total), where=total > 0
        )
        waits = self.amount[self.cells, self.of_.waiting_place]
        return np.asarray((waits - mean).sum(axis=0))

    def best_mass(self) -> dict[str, Float]:
        """Other move -> [T, v] mass of its being the best of them."""
        menu = self.of_.menu
        best = menu[self.cells[:, None, None], self.best]  # [c, T, v] acts
        acts = self.block.path.inference.compiled.acts
        return {
            acts[a].name: (self.base * (best == a)).sum(axis=0)
            for a in np.unique(menu[self._other()])
        }


def _axis_of(compiled: Any, actor: str, types: int, width: int) -> Int:
    """[T] place of each of an actor's types on its axis; 0 where it has none."""
    if width == 1:
        return np.zeros(types, dtype=np.intp)
    order = compiled.game.types[compiled.game.players.index(actor)]
    return np.array([order.index(t) for t in types_of(compiled, actor)], dtype=np.intp)


def _picking(label: NDArray[np.integer], n: int) -> csr_matrix:
    """Matrix [n, len(label)] that adds up by label."""
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(label)), (label, np.arange(len(label)))), shape=(n, len(label)))


def _typed(pick: csr_matrix, values: Float, own: NDArray[Any], types: int) -> Float:
    """[n, T, v] of values [e, K, v] added up by a matrix [n, e], by type [e, K]."""
    found = [np.asarray(pick @ (values * (own == t)[:, :, None]).sum(axis=1)) for t in range(types)]
    return np.stack(found, axis=1)
