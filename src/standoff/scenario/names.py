"""The symbol table: what every name of a scenario stands for.

`Names` wants the expanded scenario (`expand`): proposals and shared moves are plain moves there.
Parameters, defines, state variables, players, natures and endings share one space: a name that is
two of these is an error, since `P(war)` could mean either. So is a level that is also a parameter,
a define or a variable, and any of these that is a word of the language. An audience may have the
name of its state variable; moves, turns, types, objectives and tactics have places of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from standoff.errors import Problem, ScenarioError
from standoff.scenario.dates import Calendar, RoundDays, calendar
from standoff.scenario.models import (
    Distribution,
    Move,
    ParameterByType,
    Scenario,
    StartByType,
    StartDraw,
    StateVariable,
    Turn,
)
from standoff.scenario.place import Place
from standoff.scenario.positions import Positions, positions_of
from standoff.scenario.syntax import RESERVED

__all__ = [
    "ActInfo",
    "ActorInfo",
    "Names",
    "ParameterInfo",
    "TurnInfo",
    "VariableInfo",
    "record_ids",
]

VariableKind = Literal["boolean", "levels", "integer", "number"]
TIME = "time"
"""The ending that the clock brings about by running out."""


@dataclass(frozen=True)
class ParameterInfo:
    """A parameter: one distribution, or one for each type of the actor `by`."""

    name: str
    by: str | None
    distributions: Mapping[str, Distribution]  # "" where `by` is None

    @property
    def fixed(self) -> bool:
        """Whether it is the same number in every variant (of each type)."""
        return all(d.fixed for d in self.distributions.values())

    @property
    def keys(self) -> tuple[str, ...]:
        """Its names in `Draws.values`: `name`, or `name.type` for each type."""
        if self.by is None:
            return (self.name,)
        return tuple(f"{self.name}.{t}" for t in self.distributions)


@dataclass(frozen=True)
class VariableInfo:
    """A state variable. `levels` are in order, a level's number is its place."""

    name: str
    kind: VariableKind
    levels: tuple[str, ...]
    range: tuple[int, int] | None  # of booleans (0, 1), of levels (0, n - 1), None for numbers
    overflow: Literal["error", "clip"]


@dataclass(frozen=True)
class ActorInfo:
    """Somebody that moves; an audience is a nature with `audience` set."""

    name: str
    kind: Literal["player", "nature"]
    audience: bool
    types: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class TurnInfo:
    """A turn and its place in the order of play."""

    id: str
    index: int
    actors: tuple[str, ...]  # none for a drift, several for `together`
    path: str


@dataclass(frozen=True)
class ActInfo:
    """A move or outcome in its turn."""

    actor: str
    turn: str
    move: str
    turn_index: int
    part: int  # place within `together`
    path: str
    model: Move

    @property
    def name(self) -> str:
        """`actor.turn.move`"""
        return f"{self.actor}.{self.turn}.{self.move}"


class Names:
    """Everything that the names of `scenario` stand for.

    Raises `ScenarioError` with all clashes.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.positions: Positions = positions_of(scenario)
        self.parameters: dict[str, ParameterInfo] = {
            name: _parameter(name, p) for name, p in scenario.parameters.items()
        }
        self.defines: dict[str, str] = dict(scenario.defines)
        self.variables: dict[str, VariableInfo] = {
            name: _variable(name, v) for name, v in scenario.state.items()
        }
        self.actors: dict[str, ActorInfo] = {
            name: ActorInfo(name, a.kind, False, tuple(a.types), a.name or name)
            for name, a in scenario.actors.items()
        }
        for name, audience in scenario.audiences.items():
            self.actors.setdefault(name, ActorInfo(name, "nature", True, (), audience.name or name))
        self.turns: dict[str, TurnInfo] = {}
        for index, turn in enumerate(scenario.turns):
            info = TurnInfo(turn.id, index, _turn_actors(turn), f"turns.{index}")
            self.turns.setdefault(turn.id, info)
        self.acts: dict[str, ActInfo] = {}
        for act in _acts(scenario):
            self.acts.setdefault(act.name, act)
        self.endings: tuple[str, ...] = _endings(scenario, self.acts)
        self.objectives: dict[str, tuple[str, ...]] = {
            actor: tuple(terms) for actor, terms in scenario.objectives.items()
        }
        self.record: dict[str, int] = {
            item: index for index, item in enumerate(record_ids(scenario))
        }
        problems = list(_clashes(self))
        if problems:
            raise ScenarioError(problems)

    def place(self, path: str) -> Place:
        """Where the text at a key path stands, for `parse` and `bind`."""
        return Place(path, self.positions)

    @cached_property
    def players(self) -> tuple[str, ...]:
        """Actors that choose, in the order of the scenario."""
        return tuple(a.name for a in self.actors.values() if a.kind == "player")

    @cached_property
    def natures(self) -> tuple[str, ...]:
        """Actors (and audiences) that follow stated odds."""
        return tuple(a.name for a in self.actors.values() if a.kind == "nature")

    @cached_property
    def tactics(self) -> tuple[str, ...]:
        """Every tactic that some move is tagged with, in order of appearance."""
        return tuple(dict.fromkeys(t for a in self.acts.values() for t in a.model.tactic))

    @cached_property
    def levels(self) -> dict[str, tuple[str, ...]]:
        """Level -> the variables that have it"""
        found: dict[str, tuple[str, ...]] = {}
        for variable in self.variables.values():
            for level in variable.levels:
                found[level] = (*found.get(level, ()), variable.name)
        return found

    @cached_property
    def calendar(self) -> Calendar:
        """The clock, resolved."""
        return calendar(self.scenario.clock)

    @property
    def rounds(self) -> tuple[RoundDays, ...]:
        """The rounds of the clock with their days."""
        return self.calendar.rounds

    def types(self, actor: str) -> tuple[str, ...]:
        """Types of an actor, in order; none where it has no secrets."""
        return self.actors[actor].types

    def acts_named(self, text: str, actor: str | None = None) -> tuple[ActInfo, ...]:
        """Acts meant by `move`, `turn.move` or `actor.turn.move`, of one actor where one is given,
        in the order of play.
        """
        parts = text.split(".")
        return tuple(
            a
            for a in self.acts.values()
            if [a.actor, a.turn, a.move][-len(parts) :] == parts
            and len(parts) <= 3
            and actor in (None, a.actor)
        )

    def acts_with(self, tactic: str, actor: str | None = None) -> tuple[ActInfo, ...]:
        """Acts tagged with a tactic."""
        return tuple(
            a for a in self.acts.values() if tactic in a.model.tactic and actor in (None, a.actor)
        )

    def acts_of(self, actor: str, turn: str | None = None) -> tuple[ActInfo, ...]:
        """Acts of an actor, in one turn where one is given."""
        return tuple(a for a in self.acts.values() if a.actor == actor and turn in (None, a.turn))

    def expression_names(self) -> list[str]:
        """Names that may stand alone in an expression, for suggestions."""
        return [*self.variables, *self.parameters, *self.defines, *RESERVED, *self.actors]


def record_ids(scenario: Scenario) -> tuple[str, ...]:
    """A short name for each record item: its `id`, or one made from its move and day
    (`usa-line-board-1962-10-26`, with a number behind where that is taken).
    """
    taken = {item.id for item in scenario.record if item.id}
    names: list[str] = []
    for item in scenario.record:
        name = item.id
        if not name:
            what = item.move[0] if item.move else item.unknown or item.absence or "report"
            stem = "".join(c if c.isalnum() or c == "_" else "-" for c in what.split(" ")[0])
            day = (item.at or item.last or item.known or "")[:10]
            name = stem = f"{stem}-{day}" if day else stem
            count = 1
            while name in taken:
                count += 1
                name = f"{stem}-{count}"
            taken.add(name)
        names.append(name)
    return tuple(names)


def _parameter(name: str, model: ParameterByType | Distribution) -> ParameterInfo:
    if isinstance(model, ParameterByType):
        return ParameterInfo(name, model.by, model.by_type)
    return ParameterInfo(name, None, {"": model})


def _variable(name: str, model: StateVariable) -> VariableInfo:
    if model.levels is not None:
        return VariableInfo(
            name, "levels", model.levels, (0, len(model.levels) - 1), model.overflow
        )
    if model.range is not None:
        return VariableInfo(name, "integer", (), model.range, model.overflow)
    if all(v.strip() in ("true", "false", "rest") for v in _starts(model)):
        return VariableInfo(name, "boolean", (), (0, 1), model.overflow)
    return VariableInfo(name, "number", (), None, model.overflow)


def _starts(model: StateVariable) -> list[str]:
    if isinstance(model.start, StartByType):
        return list(model.start.by_type.values())
    if isinstance(model.start, StartDraw):
        return list(model.start.draw)
    return [model.start]


def _turn_actors(turn: Turn) -> tuple[str, ...]:
    if turn.together is not None:
        return tuple(part.actor for part in turn.together)
    return () if turn.actor is None else (turn.actor,)


def _acts(scenario: Scenario) -> Iterator[ActInfo]:
    for index, turn in enumerate(scenario.turns):
        path = f"turns.{index}"
        for key, menu in (("moves", turn.moves), ("outcomes", turn.outcomes)):
            for move, model in (menu or {}).items():
                yield ActInfo(
                    turn.actor or "", turn.id, move, index, 0, f"{path}.{key}.{move}", model
                )
        for place, part in enumerate(turn.together or ()):
            for move, model in part.moves.items():
                where = f"{path}.together.{place}.moves.{move}"
                yield ActInfo(part.actor, turn.id, move, index, place, where, model)


def _endings(scenario: Scenario, acts: Mapping[str, ActInfo]) -> tuple[str, ...]:
    """Declared ones, those of lotteries and of moves, and `time`."""
    found = list(scenario.ends)
    for ending in scenario.ends.values():
        found += ending.lottery or {}
    found += [a.model.ends for a in acts.values() if a.model.ends is not None]
    return tuple(dict.fromkeys([*found, TIME]))


def _clashes(names: Names) -> Iterator[Problem]:
    spaces: list[tuple[str, str, list[str]]] = [
        ("a parameter", "parameters", list(names.parameters)),
        ("a define", "defines", list(names.defines)),
        ("a state variable", "state", list(names.variables)),
        ("an actor", "actors", list(names.scenario.actors)),
        ("an ending", "ends", list(names.endings)),
    ]
    seen: dict[str, str] = {}
    for what, key, members in spaces:
        for name in members:
            path = f"{key}.{name}"
            if name in RESERVED:
                yield _clash(names, path, f"{name!r} is a word of the language, not {what}")
            elif name in seen:
                yield _clash(names, path, f"{name!r} is {what} and also {seen[name]}")
            seen.setdefault(name, what)
    for name in names.scenario.audiences:
        if name in names.scenario.actors:
            yield _clash(names, f"audiences.{name}", f"{name!r} is an audience and an actor")
    values = {n: w for n, w in seen.items() if w in ("a parameter", "a define", "a state variable")}
    for level, owners in names.levels.items():
        path = f"state.{owners[0]}.levels"
        if level in RESERVED:
            yield _clash(names, path, f"{level!r} is a word of the language, not a level")
        elif level in values:
            message = f"{level!r} is a level of {owners[0]!r} and also {values[level]}"
            yield _clash(names, path, message)
    turns = [t.id for t in names.scenario.turns]
    for index, turn in enumerate(turns):
        if turn in turns[:index]:
            path = f"turns.{index}.id"
            first = names.positions.at(f"turns.{turns.index(turn)}.id")
            yield Problem(
                "duplicate-id",
                f"two turns are called {turn!r}",
                names.positions.at(path),
                names.positions.written(path),
                found=repr(turn) + (f", as in line {first.line}" if first else ""),
                expected="another name",
            )


def _clash(names: Names, path: str, message: str) -> Problem:
    written = names.positions.written(path)
    place = names.positions.key(path)
    return Problem("name-is-two-things", message, place, written, expected="another name")
