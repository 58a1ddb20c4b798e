"""Games written as nested moves, and what can be done to such a tree without changing the game.

    Move(0, "ace", {"raise": ..., "fold": End(1, -1)})

An information set is known by its name; nodes that share one offer the same actions. `earned` is
what each player gets on arriving at the node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from standoff.game.building import build_game
from standoff.game.game import CHANCE, END
from standoff.game.loaded import Labels, LoadedGame


@dataclass(frozen=True)
class Node:
    """Any node."""


@dataclass(frozen=True, init=False)
class End(Node):
    """Play stops."""

    earned: tuple[float, ...]

    def __init__(self, *earned: float) -> None:
        object.__setattr__(self, "earned", earned)


@dataclass(frozen=True)
class Move(Node):
    """`player` chooses at the information set called `at`."""

    player: int
    at: str
    to: Mapping[str, Node]
    earned: tuple[float, ...] = ()


@dataclass(frozen=True)
class Chance(Node):
    """Nature draws: each outcome's odds and what follows."""

    to: Mapping[str, tuple[Fraction | float, Node]]
    earned: tuple[float, ...] = ()


@dataclass(frozen=True)
class Nested:
    """A game."""

    players: tuple[str, ...]
    root: Node
    title: str = field(default="", compare=False)

    def load(self) -> LoadedGame:
        """As arrays, with the names of sets and actions as labels."""
        P = len(self.players)
        parent, number, actor, info, odds, earned, outcome = [], [], [], [], [], [], []
        sets: dict[str, tuple[int, int, tuple[str, ...]]] = {}  # name -> (number, player, actions)
        drawn: dict[str, int] = {}

        def add(node: Node, above: int, place: int, share: float, what: int) -> None:
            n = len(parent)
            parent.append(above), number.append(place), odds.append(share), outcome.append(what)
            earned.append(node.earned or (0.0,) * P)
            kind, at = END, -1
            below: list[tuple[Node, float, int]] = []
            if isinstance(node, Chance):
                kind = CHANCE
                for name, (p, child) in node.to.items():
                    below.append((child, float(p), drawn.setdefault(name, len(drawn))))
            elif isinstance(node, Move):
                kind = node.player
                known = sets.setdefault(node.at, (len(sets), node.player, tuple(node.to)))
                assert known[1:] == (node.player, tuple(node.to)), f"two sets are named {node.at}"
                at = known[0]
                below = [(child, 1.0, -1) for child in node.to.values()]
            actor.append(kind), info.append(at)
            for i, (child, p, label) in enumerate(below):
                add(child, n, i, p, label)

        add(self.root, -1, 0, 1.0, -1)
        built = build_game(
            self.players,
            parent=np.array(parent), action=np.array(number),
            actor=np.array(actor, dtype=np.int8), info=np.array(info), odds=np.array(odds),
            payoff=np.array(earned, dtype=float),
        )  # fmt: skip
        names = list(sets)
        labels = Labels(
            self.title, self.players, [names[i] for i in built.info],
            [a for i in built.info for a in sets[names[i]][2]],
        )  # fmt: skip
        return LoadedGame(
            built.game, built.payload, labels,
            np.array(outcome, dtype=np.int32)[built.edge_node], "efg",
        )  # fmt: skip

    def each(self, change: Callable[[Node], Node]) -> Nested:
        """`change` at every node, from the ends up."""

        def walk(node: Node) -> Node:
            if isinstance(node, Chance):
                node = replace(node, to={a: (p, walk(m)) for a, (p, m) in node.to.items()})
            elif isinstance(node, Move):
                node = replace(node, to={a: walk(m) for a, m in node.to.items()})
            return change(node)

        return replace(self, root=walk(self.root))

    def earning(self, change: Callable[[tuple[float, ...]], tuple[float, ...]]) -> Nested:
        """`change` of what is earned, wherever something is."""

        def swap(node: Node) -> Node:
            if isinstance(node, End):
                return End(*change(node.earned))
            return replace(node, earned=change(node.earned)) if node.earned else node

        return self.each(swap)

    def scaled(self, factor: Mapping[int, float]) -> Nested:
        """Payoffs of some players times a positive number."""
        return self.earning(lambda pay: tuple(x * factor.get(p, 1.0) for p, x in enumerate(pay)))

    def plus(self, constant: Mapping[int, float]) -> Nested:
        """A constant more at every end for some players."""

        def change(node: Node) -> Node:
            if not isinstance(node, End):
                return node
            return End(*(x + constant.get(p, 0.0) for p, x in enumerate(node.earned)))

        return self.each(change)

    def players_as(self, place: tuple[int, ...]) -> Nested:
        """Player p becomes player ``place[p]``; sets and actions keep their names."""

        def change(node: Node) -> Node:
            pay = [0.0] * len(place)
            for p, x in enumerate(node.earned):
                pay[place[p]] = x
            if isinstance(node, End):
                return End(*pay)
            node = replace(node, earned=tuple(pay) if node.earned else ())
            return replace(node, player=place[node.player]) if isinstance(node, Move) else node

        names = [""] * len(place)
        for p, name in enumerate(self.players):
            names[place[p]] = name
        return replace(self.each(change), players=tuple(names))

    def reversed(self) -> Nested:
        """Actions and outcomes in the opposite order."""

        def change(node: Node) -> Node:
            if isinstance(node, End):
                return node
            return replace(node, to=dict(reversed(node.to.items())))

        return self.each(change)

    def chance_in_steps(self) -> Nested:
        """Every chance move of three or more in two steps: the first outcome or not, then which
        of the others.
        """

        def change(node: Node) -> Node:
            if not isinstance(node, Chance) or len(node.to) < 3:
                return node
            (name, (p, first)), *rest = node.to.items()
            others = sum(q for _, (q, _) in rest)
            if others == 0:
                return node
            later = Chance({a: (q / others, m) for a, (q, m) in rest})
            return replace(node, to={name: (p, first), "another": (others, later)})

        return self.each(change)

    def outcome_twice(self) -> Nested:
        """The first outcome of every chance move twice, with half its odds each."""

        def change(node: Node) -> Node:
            if not isinstance(node, Chance):
                return node
            (name, (p, first)), *rest = node.to.items()
            halves = {f"{name} 1": (p / 2, first), f"{name} 2": (p / 2, first)}
            return replace(node, to={**halves, **dict(rest)})

        return self.each(change)

    def with_worse(self, at: str, worse: float) -> Nested:
        """One more action at a set, which earns its owner `worse` at once and ends the game; the
        others get the opposite.
        """

        def change(node: Node) -> Node:
            if not isinstance(node, Move) or node.at != at:
                return node
            pay = [-worse] * len(self.players)
            pay[node.player] = worse
            return replace(node, to={**node.to, "worse": End(*pay)})

        return self.each(change)

    def nodes(self) -> Iterator[Node]:
        """All nodes, the root first."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node, Chance):
                waiting.extend(m for _, m in node.to.values())
            elif isinstance(node, Move):
                waiting.extend(node.to.values())

    @property
    def sets(self) -> dict[str, Move]:
        """One node of each information set."""
        return {node.at: node for node in self.nodes() if isinstance(node, Move)}


Play = Mapping[str, Mapping[str, float]]
"""A behavior strategy: set -> action -> odds. Actions left out have odds zero; sets left out,
even odds."""


def strategy_of(loaded: LoadedGame, play: Play) -> np.ndarray:
    """[A] in the game's own layout."""
    game, labels = loaded.game, loaded.labels
    assert set(play) <= set(labels.sets), set(play) - set(labels.sets)
    rows = np.empty(game.n_rows)
    for c, name in enumerate(labels.sets):
        actions = labels.actions[game.action_start[c] : game.action_start[c + 1]]
        here = play.get(name, dict.fromkeys(actions, 1.0 / len(actions)))
        assert set(here) <= set(actions), (name, here)
        rows[game.row_start[c] : game.row_start[c + 1]] = [here.get(a, 0.0) for a in actions]
    return rows


def play_of(loaded: LoadedGame, strategy: np.ndarray) -> dict[str, dict[str, float]]:
    """The strategy by names."""
    game, labels = loaded.game, loaded.labels
    return {
        name: {
            labels.actions[game.action_start[c] + a]: float(strategy[game.row_start[c] + a])
            for a in range(game.action_start[c + 1] - game.action_start[c])
        }
        for c, name in enumerate(labels.sets)
    }
