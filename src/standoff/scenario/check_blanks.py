"""Placeholders: names that begin with `blank`, which a draft puts where the language needs a name.

They are no errors, so that a draft can be read, checked and looked at while it is being filled in.
"""

from __future__ import annotations

from collections.abc import Iterator

from standoff.scenario.check_context import Context
from standoff.scenario.models import Choice, Scenario

__all__ = ["check_blanks", "placeholders"]


def check_blanks(context: Context) -> None:
    """Warn of every placeholder that still stands."""
    for what, name, path, key in _blank(context.scenario):
        context.warn(
            "blank", f"the {what} {name!r} is a placeholder", path, key=key,
            expected="what is meant, under a name of its own",
        )  # fmt: skip


def placeholders(scenario: Scenario) -> tuple[str, ...]:
    """Their names, each once, in the order of the language's keys."""
    return tuple(dict.fromkeys(name for _, name, _, _ in _blank(scenario)))


def _blank(scenario: Scenario) -> Iterator[tuple[str, str, str, bool]]:
    return (each for each in _named(scenario) if each[1].casefold().startswith("blank"))


def _named(scenario: Scenario) -> Iterator[tuple[str, str, str, bool]]:
    """(what it is, name, key path, whether the name is a key) of all that an author names."""
    for actor, model in scenario.actors.items():
        yield "actor", actor, f"actors.{actor}", True
        for name in model.types:
            yield "type", name, f"actors.{actor}.types.{name}", True
    for what, key, held in (
        ("parameter", "parameters", scenario.parameters),
        ("state variable", "state", scenario.state),
        ("move", "moves", scenario.moves),
        ("proposal", "proposals", scenario.proposals),
        ("ending", "ends", scenario.ends),
    ):
        for name in held:
            yield what, name, f"{key}.{name}", True
    for actor, wanted in scenario.objectives.items():
        for name in wanted:
            yield "objective", name, f"objectives.{actor}.{name}", True
    rounds = scenario.clock.rounds
    for index, each in enumerate(rounds if isinstance(rounds, tuple) else ()):
        yield "round", each.label, f"clock.rounds.{index}.label", False
    for index, turn in enumerate(scenario.turns):
        path = f"turns.{index}"
        yield "turn", turn.id, f"{path}.id", False
        yield from _menu(turn.moves, f"{path}.moves")
        yield from _menu(turn.outcomes, f"{path}.outcomes")
        for place, other in enumerate(turn.together or ()):
            yield from _menu(other.moves, f"{path}.together.{place}.moves")


def _menu(menu: Choice | None, path: str) -> Iterator[tuple[str, str, str, bool]]:
    for name in menu or {}:
        yield "move", name, f"{path}.{name}", True
