"""What is said of games that are played: how one is started, joined, seen."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from standoff.assess.part import Part
from standoff.play.play_models import SeatView
from standoff.web.models import Asked, CrisisId

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=60)]
Act = Annotated[str, Field(min_length=1, max_length=200)]


class StartGame(Asked):
    """A new game."""

    crisis: CrisisId
    """Which crisis is played."""
    people: Annotated[list[Name], Field(max_length=16)] = []
    """Players whose moves people choose; the model plays the others."""
    policy: dict[Name, Literal["model", "response"]] = {}
    """How the model plays: the equilibrium (`model`, as where nothing is said) or a best response
    to it."""
    types: dict[Name, Name] = {}
    """Secret types by player; those not named are drawn by the prior."""
    stepped: bool = False
    """Whether nature and the model wait for the facilitator."""
    facilitator: bool = True
    """Whether there is a seat that sees all."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    """Of what is drawn; a random one where none is given."""
    precision: Annotated[float, Field(gt=0, le=100)] | None = None
    """How sharply the model plays; as the scenario says where none is given."""


class StartedGame(Part):
    """A game that was started."""

    code: str
    """Its code: whoever has it can join."""
    facilitator: str
    """The token of the seat that sees all; empty where there is none."""


class SeatPart(Part):
    """A seat at the table."""

    seat: str
    """The player, or `facilitator`."""
    name: str
    """In words."""
    taken: bool
    """Whether somebody sits there."""


class GamePart(Part):
    """What everybody who has the code may know of a game."""

    code: str
    """Its code."""
    crisis: str
    """Id of the crisis."""
    title: str
    """The crisis in words."""
    summary: str
    """A paragraph."""
    seats: list[SeatPart]
    """Who can sit where."""
    over: bool
    """Whether play has ended."""
    actors: dict[str, str]
    """Names in words of everybody in the crisis."""
    types: dict[str, dict[str, str]]
    """Actor -> type -> in words, of whoever may have a secret."""
    host: bool
    """Whether who asks is the host of the workbench, not a guest."""
    join: list[str]
    """For the host: addresses that let others in, the best first; empty where only this machine is
    served."""


class TypeChoice(Part):
    """A secret type."""

    type: str
    """Its id."""
    name: str
    """In words."""


class PlayerPart(Part):
    """A player of a crisis: somebody can take its seat."""

    player: str
    """Its id."""
    name: str
    """In words."""
    types: list[TypeChoice]
    """What it may secretly be; empty where it has no secrets."""
    objectives: list[str]
    """What it wants, in words."""


class PlayersPart(Part):
    """What can be chosen before a game of a crisis is started."""

    crisis: str
    """Its id."""
    title: str
    """In words."""
    summary: str
    """A paragraph."""
    rounds: int
    """Rounds of its clock."""
    players: list[PlayerPart]
    """In order."""


class JoinGame(Asked):
    """Take a seat."""

    seat: Annotated[str, Field(min_length=1, max_length=60)]
    """Which."""


class JoinedGame(Part):
    """A seat that was taken."""

    code: str
    """The game."""
    seat: str
    """The seat."""
    token: str
    """What holds it; told once. Sent as `X-Seat` with everything asked from this seat."""


class SeenGame(Part):
    """What a seat sees."""

    mark: str
    """A name for the view: ask for what is newer than it."""
    view: SeatView
    """The view."""


class SinceMark(Asked):
    """From where on."""

    mark: Annotated[str, Field(max_length=16)] = ""
    """The view that is known; the answer comes when there is another, or after a while."""


class ChooseMove(Asked):
    """A move, or an event."""

    act: Act
    """`actor.turn.move`, or the move alone."""
    mark: Annotated[str, Field(max_length=16)] = ""
    """The view on which the choice rests: refused where there is a newer one."""


class GameAsRecord(Asked):
    """Make a crisis of a game."""

    as_: Annotated[CrisisId, Field(alias="as")]
    """Id of the copy of the crisis whose record the game is."""
