"""One choice between waiting and acting: where it is, what is on the menus, and which parts of the
tree lie between it and the next one. Nothing here depends on the variant.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import END, Game
from standoff.infer.reach import Part, part
from standoff.infer.unseen import merged_but_for, merged_cells
from standoff.infer.waiting_path import WaitingPath

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


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
        return edges_of(self.path.inference.compiled.game, self.nodes)[1]

    @cached_property
    def known(self) -> tuple[Int32, Int32, Int]:
        """All nodes of the cells of the choice, whatever the record says: they are where the actor
        thinks that it may be. With their edges and the place of each edge's node.
        """
        game = self.path.inference.compiled.game
        nodes = np.flatnonzero(np.isin(game.cell, self.cells)).astype(np.int32)
        return nodes, *edges_of(game, nodes)

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
        return self.slots(self.nodes, self.edges, self.owner)

    def slots(self, nodes: Int32, edges: Int32, owner: Int) -> tuple[Int, Int]:
        """The same of edges at other nodes of these cells."""
        game = self.path.inference.compiled.game
        cell = game.cell[nodes][owner]
        place = game.edge_action[edges] - game.action_start[cell]
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

    @cached_property
    def others(self) -> Bool:
        """[c, a] moves that don't wait."""
        other: Bool = ~np.append(self.path.waits, True)[self.menu]
        return other

    @property
    def acts(self) -> tuple[str, ...]:
        """What waiting is."""
        return self._named(np.unique(self.menu[np.arange(len(self.cells)), self.waiting_place]))

    @property
    def other_acts(self) -> tuple[str, ...]:
        """The other moves."""
        return self._named(np.unique(self.menu[self.others]))

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
    edges, _ = edges_of(game, nodes)
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


def edges_of(game: Game, nodes: NDArray[np.integer]) -> tuple[Int32, Int]:
    """Edges of some nodes, node by node, and the place of each edge's node among them."""
    width = np.diff(game.edge_start)[nodes]
    owner = np.repeat(np.arange(len(nodes)), width)
    first = (game.edge_start[nodes] - np.cumsum(width) + width)[owner]
    return (first + np.arange(len(owner))).astype(np.int32), owner


def _several(into: Int) -> int:
    """How many stand together with others."""
    count = np.bincount(into) if len(into) else np.zeros(0, dtype=np.intp)
    return int(count[count > 1].sum())
