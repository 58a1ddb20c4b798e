"""A game on a board: who has which seat, where it stands, what comes next.

A session is its options and the list of what happened; everything else follows from these, so that
a game that was interrupted is picked up by playing its list again, and undoing is shortening it.
Nature and the model draw from a generator seeded by the game's seed and the length of the list: the
same choices give the same game.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standoff.errors import StandoffError, nearest
from standoff.game.game import CHANCE, END
from standoff.play.board import Board

Who = Literal["person", "model", "response", "chance", "facilitator"]
Policy = Literal["model", "response"]
Float = NDArray[np.float64]

__all__ = ["Event", "PlayError", "Seats", "Session"]


class PlayError(StandoffError):
    """What was asked can't be done in this game now."""

    exit_code = 2


@dataclass(frozen=True)
class Event:
    """Something happened: an edge of the tree was taken, by whom."""

    edge: int
    who: Who


@dataclass(frozen=True)
class Seats:
    """How a game is set up.

    `people` are the players whose moves persons choose; the model plays the others, each by its
    `policy`: `model` (the equilibrium) or `response` (a best response to it). `types` names secret
    types; those not named are drawn by the prior. With `stepped`, nature and the model wait until
    the facilitator lets them move.
    """

    people: tuple[str, ...]
    policy: Mapping[str, Policy] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    stepped: bool = False
    seed: int = 0
    facilitator: bool = True


class Session:
    """One game. Not safe for two threads at once: who serves it holds a lock."""

    def __init__(self, board: Board, seats: Seats, events: Sequence[Event] = ()) -> None:
        self.board = board
        self.seats = seats
        self.events: list[Event] = []
        self.injected: dict[str, str] = {}
        self._check()
        self.profile = self._profile()
        self.node = 0
        self._settle_roots()
        for event in events:
            self._take(event)
        if not events:
            self.run()

    # -- where it stands

    @property
    def over(self) -> bool:
        """Whether play has ended."""
        return bool(self.board.game.actor[self.node] == END)

    @property
    def mover(self) -> str | None:
        """The player whose turn it is; None where nature draws or play is over."""
        actor = int(self.board.game.actor[self.node])
        return self.board.players[actor] if actor >= 0 else None

    @property
    def waits_for(self) -> str | None:
        """Who must choose now: a player with a person, `facilitator` where nature or the model
        waits to be let go on, None where play is over.
        """
        if self.over:
            return None
        mover = self.mover
        if mover in self.seats.people and not self._only(self.node):
            return mover
        return "facilitator" if self.seats.stepped else None

    @property
    def ending(self) -> str:
        """How play ended; empty while it goes on."""
        if not self.over:
            return ""
        compiled = self.board.compiled
        ending: str = compiled.endings[compiled.end_ending[compiled.end_row[self.node]]]
        return ending

    def type_of(self, player: str) -> str:
        """A player's type; empty where it has but one."""
        from standoff.infer.views import types_of

        types = types_of(self.board.compiled, player)
        if not types:
            return ""
        place = self.board.players.index(player)
        return types[self.board.kind(place, self.node, self.profile)]

    def menu(self, node: int | None = None) -> dict[str, int]:
        """`actor.turn.move` -> edge, of what is open at a node (the present one)."""
        compiled = self.board.compiled
        edges = self.board.edges(self.node if node is None else node)
        return {compiled.acts[compiled.edge_act[e]].name: e for e in edges}

    # -- what may be done

    def choose(self, player: str, act: str) -> None:
        """A person makes a move for a player; then play runs on to the next choice."""
        if self.waits_for != player:
            raise PlayError("it isn't this player's turn")
        self._take(Event(self._edge(act), "person"))
        self.run()

    def step(self) -> None:
        """The facilitator lets nature or the model make one move."""
        if self.waits_for != "facilitator":
            raise PlayError("nothing waits for the facilitator")
        self._take(self._drawn())
        self._forced()

    def inject(self, act: str) -> None:
        """The facilitator decides what nature, or a player that the model plays, does now."""
        if self.over or self.waits_for not in (None, "facilitator"):
            raise PlayError("a person chooses here; an event comes where nature or the model moves")
        self._take(Event(self._edge(act), "facilitator"))
        self._forced() if self.seats.stepped else self.run()

    def undo(self) -> Event:
        """Take back what happened since the last choice of a person (or the last step of the
        facilitator), that choice included.
        """
        kept = [i for i, e in enumerate(self.events) if self._by_somebody(e)]
        if not kept:
            raise PlayError("there is nothing to take back")
        undone = self.events[kept[-1]]
        rest = self.events[: kept[-1]]
        self.events, self.node = [], 0
        self._settle_roots()
        for event in rest:
            self._take(event)
        return undone

    def run(self) -> None:
        """Nature and the model move until a person must choose, or the facilitator."""
        while not self.over and self.waits_for is None:
            self._take(self._drawn())
        self._forced()

    # -- how

    def _by_somebody(self, event: Event) -> bool:
        return event.who in ("person", "facilitator") or self.seats.stepped

    def _only(self, node: int) -> bool:
        return len(self.board.edges(node)) == 1

    def _forced(self) -> None:
        """What has no alternative happens by itself, in stepped games too."""
        while not self.over and self._only(self.node):
            self._take(self._drawn())
            if not self.seats.stepped:
                self.run()

    def _take(self, event: Event) -> None:
        if event.edge not in self.board.edges(self.node):
            raise PlayError("the list of moves doesn't fit the game: was the scenario changed?")
        self.events.append(event)
        self.node = int(self.board.game.child[event.edge])

    def _drawn(self) -> Event:
        """What nature, or the model, does here."""
        board, game = self.board, self.board.game
        edges = np.asarray(board.edges(self.node))
        actor = int(game.actor[self.node])
        if actor == CHANCE:
            odds, who = board.odds[edges, self.profile], "chance"
        else:
            policy = self.seats.policy.get(board.players[actor], "model")
            play = board.response(actor) if policy == "response" else board.strategy
            odds = play[board.rows(edges)[:, self.profile]]
            who = policy
        draw = np.random.default_rng([self.seats.seed, 2, len(self.events)])
        place = int(draw.choice(len(edges), p=odds / odds.sum()))
        return Event(int(edges[place]), who)  # type: ignore[arg-type]

    def _profile(self) -> int:
        """Types kept as axes: as named, else drawn by the prior given those."""
        board, game = self.board, self.board.game
        odds = board.prior.copy()
        for player, kind in self.seats.types.items():
            p = board.players.index(player)
            if kind in game.types[p]:
                odds[game.profile_type[:, p] != game.types[p].index(kind)] = 0.0
        if not odds.sum() > 0:
            raise PlayError("these types can't occur together: the prior gives them no odds")
        draw = np.random.default_rng([self.seats.seed, 1])
        return int(draw.choice(len(odds), p=odds / odds.sum()))

    def _settle_roots(self) -> None:
        """Draws at the root, which come before the first turn: types as named where the tree holds
        them, the rest by their odds.
        """
        board, compiled = self.board, self.board.compiled
        while board.game.actor[self.node] == CHANCE:
            edges = np.asarray(board.edges(self.node))
            if compiled.edge_act[edges[0]] >= 0:
                return
            odds = board.odds[edges, self.profile].copy()
            for player, kind in self.seats.types.items():
                held = self._kinds(player, edges)
                if held is not None and (held == kind).any():
                    odds[held != kind] = 0.0
            if not odds.sum() > 0:
                raise PlayError("these types can't occur together: the prior gives them no odds")
            draw = np.random.default_rng([self.seats.seed, 0, self.node])
            place = int(draw.choice(len(edges), p=odds / odds.sum()))
            self.node = int(board.game.child[edges[place]])

    def _kinds(self, player: str, edges: NDArray[np.intp]) -> NDArray[np.str_] | None:
        """The player's type after each of some draws, where the draws settle it."""
        compiled = self.board.compiled
        column = f"type:{player}"
        if column not in compiled.state_names:
            return None
        place = compiled.state_names.index(column)
        held = compiled.states[compiled.edge_state[edges], place].astype(int)
        if len(set(held)) == 1:
            return None
        found: NDArray[np.str_] = np.array(list(compiled.scenario.actors[player].types))[held]
        return found

    def _edge(self, act: str) -> int:
        menu = self.menu()
        if act not in menu:
            short = {name.rpartition(".")[2]: name for name in menu}
            if act in short:
                return menu[short[act]]
            near = nearest(act, [*menu, *short])
            raise _refused("this move isn't open now", act, near, "one of " + ", ".join(menu))
        return menu[act]

    def _check(self) -> None:
        """Seats and types that exist."""
        actors = self.board.scenario.actors
        for player in (*self.seats.people, *self.seats.policy):
            if player not in self.board.players:
                near = nearest(player, self.board.players)
                raise _refused(
                    "there is no such player", player, near, ", ".join(self.board.players)
                )
        for actor, kind in self.seats.types.items():
            known = actors[actor].types if actor in actors else {}
            if kind not in known:
                near = nearest(kind, known)
                raise _refused(f"{actor} has no such type", kind, near, ", ".join(known))


def _refused(message: str, found: str, near: str, expected: str) -> PlayError:
    said = f"{message}: found {found!r}"
    said += f"; did you mean {near!r}?" if near else f"; expected {expected}" if expected else ""
    return PlayError(said)
