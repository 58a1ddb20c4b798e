"""What a game of play says as JSON: what a seat sees, the review afterwards, the games kept."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = [
    "Alternative", "GameRow", "NewsLine", "OpenMove", "PlayedGames", "Review", "ReviewPoint",
    "SeatView", "WantedEnding",
]  # fmt: skip


class PlayModel(BaseModel):
    """Base: frozen, docstrings reach the schema."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class NewsLine(PlayModel):
    """One thing that a seat has seen."""

    round: int
    """Round in which it was seen."""
    kind: Literal["move", "signal", "turn", "change", "draw", "ending"]
    """A move itself, a signal of one, that a turn took place, a value that changed, a draw of types
    (facilitator only), the end."""
    actor: str = ""
    """Whose move."""
    text: str
    """In words."""


class OpenMove(PlayModel):
    """A move that is open now."""

    act: str
    """`actor.turn.move`."""
    text: str
    """In words."""


class WantedEnding(PlayModel):
    """An ending, as a type sees it."""

    text: str
    """In words."""
    worth: float
    """From 1, its best, to 0, its worst."""


class SeatView(PlayModel):
    """What somebody at the table sees: nothing in it depends on what the seat has not seen."""

    seat: str
    """The player, or `facilitator`."""
    name: str = ""
    """The player in words."""
    type: str = ""
    """Its secret type."""
    type_text: str = ""
    """The type in words."""
    objectives: list[str] = []
    """What it wants, in words."""
    endings: list[WantedEnding] = []
    """Endings from its best to its worst, by what play that leads there earns it on average."""
    round: int
    """Round, from 1."""
    rounds: int
    """How many there are."""
    date: str
    """The round's days."""
    news: list[NewsLine]
    """What was seen so far, oldest first."""
    values: dict[str, str]
    """State variables that the seat sees, by label."""
    turn: str = ""
    """What is to be decided, where it is this seat's turn."""
    moves: list[OpenMove] = []
    """What is open, where it is this seat's turn."""
    over: bool = False
    """Whether play has ended."""
    ending: str = ""
    """How, in words."""
    waits_for: str = ""
    """Facilitator only: who must choose now."""
    types: dict[str, str] = {}
    """Facilitator only: everybody's type."""
    injectable: list[OpenMove] = []
    """Facilitator only: what nature or the model could be made to do now."""
    odds: dict[str, float] = {}
    """Facilitator only: the odds of each of these."""


class Alternative(PlayModel):
    """A move that was open."""

    act: str
    """`actor.turn.move`."""
    text: str
    """In words."""
    odds: float
    """Odds with which the model would have made it."""
    behind: float | None = None
    """By how much it was expected to do worse than the best, in units of the mover's stake; only of
    players' moves."""


class ReviewPoint(PlayModel):
    """One step of the path taken."""

    round: int
    """Round, from 1."""
    turn: str
    """The turn, in words."""
    actor: str
    """Who moved."""
    who: Literal["person", "model", "response", "chance", "facilitator"]
    """Who chose: a person, the model (equilibrium), its best response, nature, the facilitator."""
    act: str
    """`actor.turn.move`."""
    text: str
    """In words."""
    alternatives: list[Alternative]
    """What was open, the move made among it."""
    cost: float | None = None
    """What the choice cost: how much less it was expected to bring than the best, in stakes."""
    beliefs: dict[str, dict[str, dict[str, float]]]
    """Player -> actor -> type -> odds: what each side believed before the move, had it reasoned as
    the model does; no entry where the model rules out what that player had seen."""
    record: list[str]
    """What the scenario's record says of this step, in words; empty where it says nothing."""
    as_recorded: bool | None = None
    """Whether the move is what the record says."""


class Review(PlayModel):
    """A game looked back upon."""

    scenario: str
    """Its id."""
    title: str
    """Its title."""
    types: dict[str, str]
    """Everybody's type."""
    ending: str
    """How play ended, in words; empty where it goes on."""
    points: list[ReviewPoint]
    """The path taken, step by step."""
    cost: dict[str, float]
    """Player -> what its choices cost in all, in stakes, where a person chose."""
    payoffs: dict[str, float]
    """Player -> what it earned, in stakes, on a scale without a natural zero."""
    precision: float
    """Precision of the equilibrium that the review compares with."""


class GameRow(PlayModel):
    """A game that is kept."""

    code: str
    """Its code."""
    scenario: str
    """The crisis."""
    started: str
    """When, in UTC."""
    moves: int
    """Steps so far."""
    over: bool
    """Whether it has ended."""
    ending: str = ""
    """How."""


class PlayedGames(PlayModel):
    """Games that are kept."""

    games: list[GameRow]
    """Latest first."""
