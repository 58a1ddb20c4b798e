"""Who sees what of a move: the move itself, a signal, that the turn took place, or nothing.

Viewers are the players in order and, where the scenario has an observer, its desk (named ""), which
sees whatever the public or one of the actors it reads along with sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standoff.scenario.models import Move, Scenario, StateVariable

PUBLIC = "public"
EVERYONE = ("public", "everyone")
DESK = ""


@dataclass(frozen=True)
class Sight:
    """What one viewer gets of one move: `now` is a text (of the move or signal), "" where only the
    turn is seen, None where nothing is; `later` whether the move itself follows next round.
    """

    now: str | None
    later: bool = False


@dataclass(frozen=True)
class Eyes:
    """The viewers of a scenario."""

    players: tuple[str, ...]
    desk: tuple[str, ...] | None  # what the desk sees as; None without an observer

    @property
    def viewers(self) -> tuple[str, ...]:
        """Players in order, then the desk."""
        return self.players if self.desk is None else (*self.players, DESK)

    def members(self, viewer: str) -> tuple[str, ...]:
        """Whose sights a viewer has: an actor its own, the desk several."""
        return (self.desk or (PUBLIC,)) if viewer == DESK else (viewer,)

    def variable(self, variable: StateVariable, viewer: str) -> bool:
        """Whether a viewer sees the value of a variable when it changes."""
        return any(
            variable.seen_by is None or _among(m, variable.seen_by) for m in self.members(viewer)
        )

    def move(self, move_id: str, move: Move, mover: str, turn_seen: bool, viewer: str) -> Sight:
        """What a viewer gets of a move of `mover`."""
        sights = [_one(move_id, move, mover, turn_seen, m) for m in self.members(viewer)]
        if any(s.now == move_id and not s.later for s in sights):
            return Sight(move_id)
        # A signal says more than that the turn took place, and that more than nothing.
        now = max((s.now for s in sights), key=lambda text: (text is not None, text or ""))
        return Sight(now, any(s.later for s in sights))

    def trace(self, move_id: str, move: Move, mover: str) -> bool:
        """Whether the desk (the public, without one) ever sees the move or a signal of it."""
        sight = self.move(move_id, move, mover, False, DESK)
        return sight.now is not None or sight.later


def eyes_of(scenario: Scenario) -> Eyes:
    """The viewers of a scenario."""
    players = tuple(name for name, actor in scenario.actors.items() if actor.kind == "player")
    desk: tuple[str, ...] | None = None
    if scenario.observer is not None:
        desk = tuple(scenario.observer.sees_as)
        if "everyone" in desk:
            desk = (PUBLIC, *players)
    return Eyes(players, desk)


def _among(member: str, seen_by: Sequence[str]) -> bool:
    return member in seen_by or any(word in seen_by for word in EVERYONE)


def _one(move_id: str, move: Move, mover: str, turn_seen: bool, member: str) -> Sight:
    if member == mover or move.seen_by is None:
        return Sight(move_id)
    if _among(member, tuple(move.seen_by)):
        when = "now"
        if isinstance(move.seen_by, dict):
            words = [move.seen_by[k] for k in (member, *EVERYONE) if k in move.seen_by]
            when = words[0]
        if when == "now":
            return Sight(move_id)
        return Sight("" if turn_seen else None, later=True)
    if move.seen_as is not None:
        return Sight(move.seen_as)
    return Sight("" if turn_seen else None)
