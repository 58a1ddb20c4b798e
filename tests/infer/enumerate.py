"""The slow, obvious twin of `standoff.infer`: every history, one by one, in plain Python.

It reads the game's structure and the strategies, walks the tree by recursion, applies the record
to each history on its own and adds up. Events are Python functions of a `History`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from standoff.compile.compiled import Compiled
from standoff.game.game import CHANCE, END, Payload
from standoff.scenario.dates import calendar


@dataclass
class History:
    """One way that play comes out, types included, under one variant."""

    acts: dict[int, str]  # level -> `actor.turn.move` ("" for a root draw)
    menus: dict[int, int]  # level -> moves that were open there
    nodes: list[int]  # from the root to the end
    levels: list[int]  # of those nodes
    outcome: int
    ending: str
    types: dict[str, str]
    profile: int
    probability: float
    edges: dict[int, int] = field(default_factory=dict)
    end: int = 0  # row among the ends
    payoff: dict[str, float] = field(default_factory=dict)  # by player

    def at(self, level: int) -> int:
        """The node at which the history stands as a step begins."""
        return next(n for n, at in zip(self.nodes, self.levels, strict=True) if at >= level)


Event = Callable[[History], bool]


class Enumeration:
    """All histories of one variant of a game."""

    def __init__(self, compiled: Compiled, payload: Payload, strategy, variant: int = 0) -> None:
        self.compiled, self.payload, self.variant = compiled, payload, variant
        self.strategy = strategy
        self.game = compiled.game
        self.calendar = calendar(compiled.scenario.clock)
        self.level_of = [
            level
            for level in range(len(self.game.level_start) - 1)
            for _ in range(self.game.level_start[level], self.game.level_start[level + 1])
        ]
        self.end_row = {int(n): i for i, n in enumerate(self.game.end_nodes)}
        self.histories: list[History] = []
        self.forced: Callable[[History, int, int], float | None] | None = None
        self.values: dict[str, float] = {}  # parameters, by name
        self.build()

    def build(self) -> None:
        self.histories = []
        for profile in range(self.game.n_profiles):
            prior = float(self.payload.prior[profile, self.variant])
            self._walk(0, profile, prior, [0], {}, {}, {})

    def edge_odds(self, node: int, edge: int, profile: int) -> float:
        game, actor = self.game, int(self.game.actor[node])
        action = int(game.edge_action[edge])
        if actor == CHANCE:
            return float(self.payload.odds[action, self.variant])
        cell = int(game.cell[node])
        types = len(game.types[actor])
        t = int(game.profile_type[profile, actor])
        row = int(game.row_start[cell]) + (action - int(game.action_start[cell])) * types + t
        return float(self.strategy[row, self.variant])

    def _walk(self, node, profile, p, nodes, acts, menus, edges) -> None:
        game, compiled = self.game, self.compiled
        if game.actor[node] == END:
            z = self.end_row[node]
            for y in range(len(compiled.outcome_end)):
                if compiled.outcome_end[y] != z:
                    continue
                row = int(compiled.outcome_odds[y])
                q = 1.0 if row < 0 else float(self.payload.odds[row, self.variant])
                types = {
                    player: labels[game.profile_type[profile, i]]
                    for i, (player, labels) in enumerate(zip(game.players, game.types, strict=True))
                    if labels[game.profile_type[profile, i]]
                }
                for name, value in zip(
                    compiled.state_names, compiled.states[compiled.node_state[node]], strict=True
                ):
                    if name.startswith("type:"):
                        actor = name[5:]
                        types[actor] = list(compiled.scenario.actors[actor].types)[int(value)]
                payoff = {}
                for i, player in enumerate(game.players):
                    pair = int(game.type_start[i]) + int(game.profile_type[profile, i])
                    payoff[player] = sum(
                        float(self.payload.payoff[game.payoff_row[n], pair, self.variant])
                        for n in nodes
                    )
                self.histories.append(
                    History(
                        dict(acts),
                        dict(menus),
                        list(nodes),
                        [self.level_of[n] for n in nodes],
                        y,
                        compiled.endings[int(compiled.outcome_ending[y])],
                        types,
                        profile,
                        p * q,
                        dict(edges),
                        z,
                        payoff,
                    )
                )
            return
        level = self.level_of[node]
        first, last = int(game.edge_start[node]), int(game.edge_start[node + 1])
        for edge in range(first, last):
            act = int(compiled.edge_act[edge])
            name = compiled.acts[act].name if act >= 0 else ""
            child = int(game.child[edge])
            q = self.edge_odds(node, edge, profile)
            if self.forced is not None:
                sure = self.forced(node, level, edge)
                q = q if sure is None else sure
            self._walk(
                child,
                profile,
                p * q,
                [*nodes, child],
                {**acts, level: name},
                {**menus, level: last - first},
                {**edges, level: edge},
            )

    # -- the record

    def levels(self, name: str, number: int) -> int | None:
        """Level of `actor.turn.move` in a round."""
        actor, turn, _ = name.split(".")
        for level, step in enumerate(self.compiled.steps):
            if (step.actor, step.turn, step.round) == (actor, turn, number):
                return level
        return None

    def present(self, as_of: dt.datetime | None) -> int:
        steps = self.compiled.steps
        over = 0 if as_of is None else self.calendar.rounds_over(as_of)
        now = next((i for i, s in enumerate(steps) if s.turn and s.round > over), len(steps))
        for item in self.compiled.scenario.record:
            if as_of is None or self._known(item) > as_of or item.report or item.absence:
                continue
            number = self.calendar.round_of(item.at)
            if item.unknown:
                found = [
                    i for i, s in enumerate(steps) if (s.turn, s.round) == (item.unknown, number)
                ]
            else:
                found = [self.levels(item.move[0], number)]
            now = max([now, *(i + 1 for i in found)])
        return now

    def _known(self, item) -> dt.datetime:
        return self.calendar.moment(item.known or item.at or item.last).cut

    def right(self, item) -> float:
        """Odds that an item is right, from its own text and this variant's parameters."""
        return float(eval(item.reliability or "1", {}, self.values))  # noqa: S307

    def weights(
        self,
        as_of: dt.datetime | None,
        reports: dict[str, list[tuple[Event, float]]] | None = None,
    ) -> list[float]:
        """Each history's probability times the factor that the record gives it."""
        if as_of is None:
            return [h.probability for h in self.histories]
        present = self.present(as_of)
        factors = [self.factor(h, as_of, present, reports or {}) for h in self.histories]
        return [h.probability * f for h, f in zip(self.histories, factors, strict=True)]

    def factor(self, h: History, as_of, present: int, reports, upto=None, item=None) -> float:
        """What the record makes of a history; with `upto` only what bears on earlier steps (and the
        one item of that step)."""
        one_item, stop = item, present if upto is None else upto
        steps, record = self.compiled.steps, self.compiled.scenario.record
        acts = {a.name: a for a in self.compiled.acts}
        factor = 1.0
        documented: set[int] = set()
        known_levels: set[int] = set()
        named: set[int] = set()
        refined = {i.refines for i in record if i.refines and self._known(i) <= as_of}
        for item in record:
            number = self.calendar.round_of(item.at) if item.at else None
            known = self._known(item) <= as_of
            if item.unknown:
                found = {
                    i for i, s in enumerate(steps) if s.turn == item.unknown and s.round == number
                }
                documented |= found  # known later: as if unknown, which it says
                if known:
                    known_levels |= found
                continue
            if item.report:
                if known:
                    q, cases = self.right(item), reports[item.id]
                    even = sum(p for _, p in cases) / len(cases)
                    factor *= q * next(p for event, p in cases if event(h)) + (1 - q) * even
                continue
            level = self.levels(item.move[0], number)
            documented.add(level)  # known later: as if unknown
            if known:
                known_levels.add(level)
            if not known or (item.id and item.id in refined):
                continue
            if level >= stop and item is not one_item:
                continue
            if level not in h.acts:
                return 0.0
            done = h.acts[level] in item.move
            if done:
                named.add(level)
            q = self.right(item)
            factor *= q * done + (1 - q) / h.menus[level]
        for level in range(stop):
            if level in h.acts and level not in documented and steps[level].turn:
                act = acts[h.acts[level]]
                if not act.quiet and act.desk_sees:
                    return 0.0
        last = max(h.acts, default=-1)
        ended_round = int(self.compiled.end_round[h.end])
        by_clock = self.compiled.endings[int(self.compiled.end_ending[h.end])] == "time"
        if last < stop and not by_clock:
            # The round we stand in, which need not have a step any more.
            now = max(
                self.calendar.rounds_over(as_of) + 1,
                *(steps[i].round for i in documented if i < present and i in known_levels),
                1,
            )
            at_close = ended_round > (steps[last].round if last >= 0 else 0)
            if at_close:
                if ended_round < now:
                    return 0.0
            elif last not in named:
                return 0.0
        return factor


def share(
    pairs: Iterable[tuple[Enumeration, list[float]]], event: Event, given: Event = lambda h: True
) -> float:
    """Pooled P(event | given): masses added over variants, then divided."""
    top = bottom = 0.0
    for game, weights in pairs:
        for h, w in zip(game.histories, weights, strict=True):
            if given(h):
                bottom += w
                if event(h):
                    top += w
    return top / bottom


def mean(pairs, value: Callable[[History], float], given: Event = lambda h: True) -> float:
    """Pooled E(value | given)."""
    top = bottom = 0.0
    for game, weights in pairs:
        for h, w in zip(game.histories, weights, strict=True):
            if given(h):
                bottom += w
                top += w * value(h)
    return top / bottom
