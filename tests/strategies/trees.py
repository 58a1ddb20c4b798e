"""Small trees written node by node, and random ones of perfect information with many ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st

from standoff.game.building import Built, build_game
from standoff.game.game import CHANCE, END


@dataclass
class Tree:
    """A tree under construction; node 0 is the root."""

    players: int
    parent: list[int] = field(default_factory=lambda: [-1])
    actor: list[int] = field(default_factory=lambda: [END])
    odds: list[float] = field(default_factory=lambda: [1.0])
    payoff: list[Sequence[float]] = field(default_factory=list)
    info: dict[int, int] = field(default_factory=dict)  # own set each where not named

    def __post_init__(self) -> None:
        if not self.payoff:
            self.payoff = [(0.0,) * self.players]

    def add(self, above: int, *, odds: float = 1.0, pay: Sequence[float] = ()) -> int:
        """A new node below `above`, its last child."""
        self.parent.append(above)
        self.actor.append(END)
        self.odds.append(odds)
        self.payoff.append(tuple(pay) or (0.0,) * self.players)
        return len(self.parent) - 1

    def decide(self, node: int, player: int, *, info: int | None = None) -> None:
        """Let a player move there."""
        self.actor[node] = player
        if info is not None:
            self.info[node] = info

    def below(self, node: int) -> list[int]:
        """Children in order of action."""
        return [n for n, above in enumerate(self.parent) if above == node]

    def build(self) -> Built:
        """As arrays."""
        N = len(self.parent)
        seen: dict[int, int] = {}
        action = np.zeros(N, dtype=np.intp)
        for n, above in enumerate(self.parent):
            action[n] = seen.get(above, 0)
            seen[above] = int(action[n]) + 1
        info = np.array([self.info.get(n, N + n) for n in range(N)])
        return build_game(
            tuple(f"player {p + 1}" for p in range(self.players)),
            parent=np.array(self.parent), action=action,
            actor=np.array(self.actor, dtype=np.int8), info=info, odds=np.array(self.odds),
            payoff=np.array(self.payoff, dtype=float),
        )  # fmt: skip


@st.composite
def perfect_information(draw: st.DrawFn, *, most_profiles: int = 1000) -> Tree:
    """One to three players, chance, payoffs on the way, whole numbers small enough to tie."""
    tree = Tree(draw(st.integers(1, 3)))
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    profiles, waiting = 1, [0]
    for _ in range(draw(st.integers(1, 9))):
        if not waiting:
            break
        node = waiting.pop(int(rng.integers(len(waiting))))
        width = int(rng.integers(1, 4))
        if rng.random() < 0.2:
            tree.actor[node] = CHANCE
            odds = [(1.0,), (0.5, 0.5), (0.1, 0.2, 0.7)][width - 1]
        else:
            if profiles * width > most_profiles:
                break
            profiles *= width
            tree.decide(node, int(rng.integers(tree.players)))
            odds = (1.0,) * width
        waiting += [tree.add(node, odds=share) for share in odds]
    for n in range(len(tree.parent)):
        if tree.actor[n] == END or rng.random() < 0.2:
            tree.payoff[n] = tuple(float(x) for x in rng.integers(0, 3, tree.players))
    return tree
