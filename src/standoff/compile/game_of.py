"""From what was unrolled to the arrays of `Game` and `Compiled`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.compile.flows import Classes, read_columns
from standoff.compile.interning import distinct, kinds, pairs
from standoff.compile.known import known_zero
from standoff.compile.reached import unreached
from standoff.compile.rules import Rules
from standoff.compile.scene import Scene
from standoff.compile.unroll import Unrolling
from standoff.game.game import END, Game
from standoff.scenario.expressions import Clock, leaves

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


def compiled_from(tree: Unrolling) -> Compiled:
    """The finished game. Empties `tree` on the way, so that memory is held once."""
    rules, grown = tree.rules, tree.grown
    ends = _Ends(tree)
    n, z = grown.nodes, len(ends.state)
    rows = _PayoffRows(tree, ends)
    round_state = _round_states(tree, ends)
    outcome = _outcomes(tree, ends)
    ends.flow = ends.chain = np.empty(0, np.int32)
    parent = _whole(grown.parent, ends.parent)
    parent_edge = _whole(grown.parent_edge, ends.edge)
    child = np.empty(grown.n_edges, dtype=np.int32)
    led = parent_edge >= 0
    child[parent_edge[led]] = np.flatnonzero(led)
    cell = _whole(grown.cell, np.full(z, -1, np.int32))
    edge_start = np.zeros(n + z + 1, dtype=np.int32)
    np.cumsum(_whole(grown.count, np.zeros(z, np.int32)), out=edge_start[1:])
    sizes = [*grown.level_size, z]
    cell_nodes = np.flatnonzero(cell >= 0).astype(np.int32)
    order = np.argsort(cell[cell_nodes], kind="stable")
    widths = _whole(tree.cells.width)
    n_cells = tree.cells.n_cells
    game = Game(
        players=rules.players,
        types=tuple(
            rules.names.types(p) if rules.names.types(p) and p not in rules.in_tree else ("",)
            for p in rules.players
        ),
        level_start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        parent=parent,
        parent_edge=parent_edge,
        actor=np.concatenate([*grown.actor, np.full(z, END, np.int8)]),
        cell=cell,
        edge_start=edge_start,
        child=child,
        edge_action=_whole(grown.edge_action),
        payoff_row=rows.of_nodes,
        cell_player=np.concatenate([np.empty(0, np.int8), *tree.cells.player]),
        cell_level=_whole(tree.cells.level),
        action_start=np.concatenate([[0], np.cumsum(widths)]).astype(np.int32),
        rate_row=_whole(tree.cells.rate_row),
        cell_start=np.searchsorted(cell[cell_nodes][order], np.arange(n_cells + 1)).astype(
            np.int32
        ),
        cell_node=cell_nodes[order],
    )
    seen = np.empty((len(tree.eyes.viewers), n + z), dtype=np.int32)
    for viewer, held in enumerate(grown.seen):
        seen[viewer] = _whole(held, ends.seen[viewer])
        ends.seen[viewer] = np.empty(0, np.int32)
    chances = tree.chances
    return Compiled(
        scenario=rules.scenario,
        names=rules.names,
        rules=rules,
        game=game,
        steps=tuple(tree.steps),
        acts=tuple(rules.acts),
        edge_act=_whole(grown.edge_act),
        edge_label=tuple(grown.labels),
        state_names=rules.columns.names,
        states=tree.table.table.copy(),
        node_state=_whole(grown.state, ends.state),
        edge_state=_whole(grown.edge_state),
        viewers=tree.eyes.viewers,
        node_seen=seen,
        endings=rules.endings,
        end_ending=ends.ending,
        end_round=ends.round,
        outcome_end=outcome[0],
        outcome_ending=outcome[1],
        outcome_odds=outcome[2],
        round_state=round_state,
        flow_row=rows.flow_row,
        flow_state=rows.flow_state,
        flow_round=rows.flow_round,
        final_row=rows.final_row,
        final_state=rows.final_state,
        final_ending=rows.final_ending,
        final_round=rows.final_round,
        n_payoff_rows=rows.count,
        odds_act=_whole(chances.act),
        odds_state=_whole(chances.state),
        odds_round=_whole(chances.round),
        odds_root=tuple(chances.key),
        odds_group=_whole(chances.group),
        rate_act=np.array(tree.cells.rate_act, dtype=np.int32),
        rate_round=np.array(tree.cells.rate_round, dtype=np.int32),
        rate_state=np.array(tree.cells.rate_state, dtype=np.int32),
        warnings=unreached(tree, outcome[1]),
    )


def _whole(held: list[Int32], *more: Int32) -> Int32:
    out = np.concatenate([np.empty(0, np.int32), *held, *more])
    held.clear()
    return out


class _Ends:
    """The ends, in the order in which they came about."""

    def __init__(self, tree: Unrolling) -> None:
        over = tree.grown.over
        none = np.empty(0, np.int32)

        def whole(name: str) -> Int32:
            out = np.concatenate([getattr(f, name) for f in over])
            for each in over:  # held once
                setattr(each, name, none)
            return out

        self.parent, self.edge = whole("parent"), whole("edge")
        self.state, self.flow, self.chain = whole("state"), whole("flow"), whole("chain")
        self.seen: list[Int32] = []
        for viewer in range(len(tree.eyes.viewers)):
            self.seen.append(np.concatenate([f.seen[viewer] for f in over]))
            for each in over:
                each.seen[viewer] = none
        self.ending = np.concatenate(tree.grown.over_ending).astype(np.int32)
        self.round = np.concatenate(tree.grown.over_round)
        over.clear()


class _PayoffRows:
    """Rows of the payoff table: flows on the way to a node, flows and the final value at an end."""

    def __init__(self, tree: Unrolling, ends: _Ends) -> None:
        table = tree.table.table
        flow = _whole(tree.grown.flow)
        used, of_node = distinct(flow)
        if not len(used) or used[0] != 0:  # row 0 is always there, and zero
            used, of_node = np.concatenate([[0], used]), of_node + np.int32(1)
        # One row for each (flows so far, flow of the last round, final value).
        ids, place = distinct(ends.state)
        last, last_first = tree.flows.kinds(table[ids])
        finals = Classes.of_finals(tree.rules)
        joint, at = pairs(
            place, ends.ending * np.int32(tree.rules.rounds + 1) + ends.round,
            len(tree.rules.endings) * (tree.rules.rounds + 1),
        )  # fmt: skip
        span = len(tree.rules.endings) * (tree.rules.rounds + 1)
        row_state, rest = joint // span, (joint % span).astype(np.int32)
        row_ending, row_round = np.divmod(rest, np.int32(tree.rules.rounds + 1))
        kind, kind_first = finals.kinds(table[ids[row_state]], row_ending, row_round)
        felt = [kind[at], ends.flow]
        if tree.flows.any:
            felt += [last[place], ends.round]
        row, first = kinds(felt)
        base = len(used)
        self.count = base + len(first)
        self.of_nodes = np.concatenate([of_node, row + np.int32(base)])
        rows = np.arange(base, self.count, dtype=np.int32)
        self.final_row = rows
        best = kind_first[kind[at[first]]]
        self.final_state = ids[row_state[best]].astype(np.int32)
        self.final_ending = row_ending[best].astype(np.int32)
        self.final_round = ends.round[first] if not finals.round else row_round[best]
        flows = [self._listed(tree, np.arange(base, dtype=np.int32), used.astype(np.int32))]
        if tree.flows.any:
            flows.append(self._listed(tree, rows, ends.flow[first]))
            flows.append((rows, ids[last_first[last[place[first]]]].astype(np.int32),
                          ends.round[first]))  # fmt: skip
        self.flow_row, self.flow_state, self.flow_round = (
            np.concatenate([f[i] for f in flows]).astype(np.int32) for i in range(3)
        )

    @staticmethod
    def _listed(tree: Unrolling, rows: Int32, flow: Int32) -> tuple[Int32, Int32, Int32]:
        before, state, number = tree.pending.arrays
        listed: list[tuple[Int32, Int32, Int32]] = []
        while len(rows):
            left = flow > 0
            rows, flow = rows[left], flow[left]
            listed.append((rows, state[flow], number[flow]))
            flow = before[flow]
        empty = np.empty(0, np.int32)
        return (
            np.concatenate([empty, *(r for r, _, _ in listed)]),
            np.concatenate([empty, *(s for _, s, _ in listed)]),
            np.concatenate([empty, *(n for _, _, n in listed)]),
        )


def _round_states(tree: Unrolling, ends: _Ends) -> Int32:
    """[rounds, Z] the state when each round ends; a history that is over keeps its last one."""
    before, state, number = tree.chains.arrays
    out = np.repeat(ends.state[None, :], tree.rules.rounds, axis=0)
    left, chain = np.arange(len(ends.state), dtype=np.int32), ends.chain
    while len(left):
        some = chain > 0
        left, chain = left[some], chain[some]
        out[number[chain] - 1, left] = state[chain]
        chain = before[chain]
    return out


def _outcomes(tree: Unrolling, ends: _Ends) -> tuple[Int32, Int32, Int32]:
    """(end, ending, row of odds or -1) of every outcome, by end."""
    rules = tree.rules
    z = len(ends.state)
    if not rules.lotteries:
        return np.arange(z, dtype=np.int32), ends.ending, np.full(z, -1, np.int32)
    plain = ~np.isin(ends.ending, list(rules.lotteries))
    end = [np.flatnonzero(plain).astype(np.int32)]
    ending = [ends.ending[plain]]
    odds = [np.full(len(end[0]), -1, np.int32)]
    for lottery, outcomes in rules.lotteries.items():
        mine = np.flatnonzero(ends.ending == lottery).astype(np.int32)
        if not len(mine):
            continue
        # Ends share rows where the odds read the same.
        written = [odds for _, odds, _ in outcomes]
        table, place = np.unique(ends.state[mine], return_inverse=True)
        read = [tree.table.table[table, c][place] for c in read_columns(rules, written)]
        clocked = any(isinstance(leaf, Clock) for e in written if e for leaf in leaves(e))
        kind, first = kinds([*read, ends.round[mine] if clocked else np.zeros_like(mine)])
        ids, number = ends.state[mine][first], ends.round[mine][first]
        open_ = lottery_open(rules, lottery, tree.table.table[ids], number)
        base = tree.chances.lottery(lottery, open_, ids, number)
        row, place = np.nonzero(open_[kind])
        offset = np.cumsum(open_, axis=1) - 1
        labels = np.array([o for o, _, _ in outcomes], dtype=np.int32)
        end.append(mine[row])
        ending.append(labels[place])
        odds.append((base[kind[row]] + offset[kind[row], place]).astype(np.int32))
    ends_, endings, rows = np.concatenate(end), np.concatenate(ending), np.concatenate(odds)
    order = np.argsort(ends_, kind="stable")
    assert len(np.unique(ends_)) == z
    return ends_[order], endings[order], rows[order]


def lottery_open(rules: Rules, lottery: int, states: Float, number: Int32) -> NDArray[np.bool_]:
    """[rows, outcomes] which outcomes of a lottery have odds that are not zero in every variant."""
    outcomes = rules.lotteries[lottery]
    open_ = np.ones((len(states), len(outcomes)), dtype=np.bool_)
    total = np.zeros(len(states))
    scene = Scene(rules, states, number)
    for place, (_, expr, _) in enumerate(outcomes):
        if expr is not None:
            zero, value = known_zero(rules, expr, scene)
            open_[:, place] = ~zero
            total += value
    for place, (_, expr, _) in enumerate(outcomes):
        if expr is None:
            open_[:, place] = ~(np.abs(1.0 - total) < 1e-12)
    return open_
