"""A game's tree, as JSON: flat arrays, a place in each for every node that is shown."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from standoff.assess.part import Part
from standoff.web.models import Asked


class Under(Asked):
    """What is assumed besides the job's own settings."""

    also: Annotated[str, Field(max_length=4000)] = ""
    """Odds of types and the precision, which an assessment takes from the scenario:
    `prior.ussr.hold:0.2~precision:3`.
    """

    @property
    def settings(self) -> dict[str, str]:
        """Key -> value."""
        parts = (one.partition(":") for one in self.also.split("~") if one)
        return {key: value for key, _, value in parts}


class TreeQuery(Under):
    """Which part of the tree."""

    root: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    """Node to begin at."""
    most: Annotated[int, Field(ge=1, le=5000)] = 400
    """Nodes shown at most; the likeliest first."""
    depth: Annotated[int, Field(ge=1, le=1000)] = 1000
    """Levels below the root that are shown."""
    reach: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Nodes that are reached less often are left out."""
    as_: Annotated[str, Field(alias="as", max_length=130)] = ""
    """Whose eyes: an actor, or `actor.type`; the desk's where nothing is said."""
    given: Literal["prior", "record"] = "prior"
    """By which odds nodes are chosen: before anything was seen, or given the record."""


class NodeQuery(Under):
    """How a node is looked at."""

    as_: Annotated[str, Field(alias="as", max_length=130)] = ""
    """Whose eyes: an actor, or `actor.type`; the desk's where nothing is said."""


class Place(Part):
    """Where something is written."""

    path: str
    """Key path in the scenario."""
    file: str
    line: int


class TreePlayer(Part):
    """A player."""

    id: str
    label: str
    types: list[str]
    labels: list[str]
    """Of the types, in words."""


class TreePart(Part):
    """A part of a game's tree. All lists of one length belong to the nodes shown, in an order in
    which parents stand before their children.
    """

    scenario: str
    players: list[TreePlayer]
    acts: list[str]
    """Moves and outcomes, by place: `actor.turn.move`, or what a draw at the root gave."""
    labels: list[str]
    """Of these, in words."""
    turns: list[str]
    turn_labels: list[str]
    endings: list[str]
    ending_labels: list[str]
    nodes_in_all: int
    histories: int
    """Nodes times combinations of types that are kept as axes."""
    variants: int
    """Over which odds are pooled."""
    view: str
    """Whose eyes; empty for the desk."""
    present: list[int]
    """Nodes at which history may stand now, the likeliest first (50 at most)."""
    way: list[int]
    """Nodes from the root to the likeliest of them."""
    node: list[int]
    """Number in the game."""
    parent: list[int]
    """Place in these lists; -1 at the root."""
    actor: list[int]
    """Who chooses: place in `players`, -1 for chance, -2 at an end."""
    cell: list[int]
    """Information set of whoever chooses; -1 where nobody does."""
    seen: list[int]
    """What the viewer has seen: nodes with the same number look alike. -1 from the desk's chair
    where no desk was written."""
    act: list[int]
    """Act that led here: place in `acts`; -1 at the root."""
    told: list[bool]
    """Whether the viewer can tell that it was this act; the desk is shown all of them."""
    turn: list[int]
    """Turn that is played here: place in `turns`; -1 where none is."""
    round: list[int]
    """From 1."""
    ending: list[int]
    """Place in `endings`; -1 where play goes on."""
    odds: list[float]
    """Of the act that led here, among those open there."""
    reach: list[float]
    """Probability of coming here, before anything was seen."""
    now: list[float]
    """Probability that history runs through here, given the record."""
    hidden: list[int]
    """Nodes below that are not shown."""
    children: list[int]
    """Nodes right below, shown or not."""


class Alternative(Part):
    """A move that is open at a node, to one type of its owner."""

    act: str
    label: str
    child: int
    """The node that it leads to from here."""
    odds: dict[str, float]
    """Type of the owner -> odds of the move (`""` where it has one type)."""
    value: dict[str, float]
    """Type -> what it can expect from it, in its stakes, relative to the best."""
    by_objective: dict[str, dict[str, float]]
    """Type -> objective -> the same, part by part."""
    written: Place | None
    """Where the move stands in the scenario."""


class StatePart(Part):
    """A state variable at a node."""

    name: str
    label: str
    value: str


class NodePart(Part):
    """What is known at a node."""

    node: int
    actor: str
    """Empty for chance, and at an end."""
    turn: str
    round: int
    cell: int
    ending: str
    way: list[int]
    """Nodes from the root."""
    acts: list[str]
    """Acts on that way, in words."""
    told: list[bool]
    """Of each, whether the viewer can tell that it was this one."""
    written: Place | None
    """Where the turn stands in the scenario."""
    alike: list[int]
    """Nodes that its owner can't tell from this one (200 at most)."""
    state: list[StatePart]
    belief: dict[str, dict[str, float]]
    """actor -> type -> odds at this node, for somebody who sees everything but types."""
    owner_believes: dict[str, dict[str, dict[str, float]]]
    """Type of the owner -> actor -> type -> odds, at its information set."""
    alternatives: list[Alternative]
