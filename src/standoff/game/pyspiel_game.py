"""The classes that OpenSpiel sees of a game of ours. Importing this imports `pyspiel`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyspiel

if TYPE_CHECKING:
    from standoff.game.pyspiel_export import _Tables

_CHANCE, _END = -1, -2  # as in `standoff.game.game`


class StandoffGame(pyspiel.Game):  # type: ignore[misc]
    """A game of flat arrays behind OpenSpiel's interface. Made by `to_pyspiel`."""

    def __init__(self, tables: _Tables, kind: Any, info: Any, chances: int) -> None:
        super().__init__(kind, info, {})
        self.tables = tables
        self._chances = chances

    def new_initial_state(self, text: str | None = None) -> StandoffState:
        """The root."""
        if text is not None:
            raise ValueError("states of this game are not read from text")
        return StandoffState(self)

    def max_chance_nodes_in_history(self) -> int:
        """The most chance moves in one history."""
        return self._chances

    def make_py_observer(self, kind: Any = None, params: Any = None) -> SetObserver:
        """What players know, as text: the same for observations and information states."""
        if params:
            raise ValueError(f"observations have no parameters; found {params}")
        return SetObserver()


class StandoffState(pyspiel.State):  # type: ignore[misc]
    """A history: the node at which it stands and the profile of types.

    OpenSpiel copies a state's attributes one by one, so there are two, both numbers.
    """

    def __init__(self, game: StandoffGame) -> None:
        super().__init__(game)
        self.node = 0
        self.profile = -1 if game.tables.opens else 0  # -1: types are still to be drawn

    @property
    def tables(self) -> _Tables:
        """What is looked up."""
        return self.get_game().tables  # type: ignore[no-any-return]

    def current_player(self) -> int:
        """Who moves."""
        if self.profile < 0:
            return int(pyspiel.PlayerId.CHANCE)
        actor = self.tables.actor[self.node]
        if actor == _END:
            return int(pyspiel.PlayerId.TERMINAL)
        return int(pyspiel.PlayerId.CHANCE) if actor == _CHANCE else actor

    def is_terminal(self) -> bool:
        """Whether play has stopped."""
        return self.profile >= 0 and self.tables.actor[self.node] == _END

    def _legal_actions(self, player: int) -> list[int]:
        tables, node = self.tables, self.node
        return list(range(tables.first[node + 1] - tables.first[node]))

    def chance_outcomes(self) -> list[tuple[int, float]]:
        """Possible outcomes with their odds; outcomes without odds are left out."""
        tables = self.tables
        if self.profile < 0:
            return tables.prior
        first, last = tables.first[self.node], tables.first[self.node + 1]
        return [(i, p) for i, p in enumerate(tables.odds[first:last]) if p > 0]

    def _apply_action(self, action: int) -> None:
        tables = self.tables
        if self.profile < 0:
            self.profile = int(action)
        else:
            self.node = tables.child[tables.first[self.node] + action]

    def _action_to_string(self, player: int, action: int) -> str:
        tables = self.tables
        if player < 0:
            if self.profile < 0:
                return tables.profile_names[action]
            return f"outcome {tables.outcome[tables.first[self.node] + action]}"
        return str(tables.actions[tables.action_start[tables.cell[self.node]] + action])

    def returns(self) -> list[float]:
        """What each player has earned when play has stopped; zeros before."""
        tables = self.tables
        if not self.is_terminal():
            return [0.0] * tables.players
        return tables.earned[self.node, tables.pairs[self.profile]].tolist()  # type: ignore[no-any-return]

    def __str__(self) -> str:
        if self.profile < 0:
            return "types are drawn"
        names = self.tables.profile_names[self.profile]
        return f"node {self.node}" + (f" ({names})" if names else "")


class SetObserver:
    """A player's knowledge as text: the label of its information set where it moves; elsewhere the
    last of its sets on the way and what it did there.
    """

    tensor = None
    dict: dict[str, Any] = {}  # noqa: RUF012 - OpenSpiel looks for it; there are no tensors

    def set_from(self, state: StandoffState, player: int) -> None:
        """Nothing: there are no tensors."""

    def string_from(self, state: StandoffState, player: int) -> str:
        """What `player` knows at a state."""
        tables, node, profile = state.tables, state.node, state.profile
        if profile < 0:
            return f"{player} before the start"
        if tables.actor[node] == player:
            return tables.set_key(node, profile)
        action = int(tables.place[node])
        node = tables.parent[node]
        while node >= 0 and tables.actor[node] != player:
            action = int(tables.place[node])
            node = tables.parent[node]
        if node < 0:
            names = tables.type_of[profile][player]
            return f"{player} at the start, type {names}"
        done = tables.actions[tables.action_start[tables.cell[node]] + action]
        return f"{player} after {done} at {tables.set_key(node, profile)}"
