"""What a link can be put under: the parts of a scenario that rest on passages, by key path."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.assess.links import Kind, kind_of, label_of
from standoff.assess.part import Part
from standoff.scenario.key_paths import leads_nowhere
from standoff.scenario.models import Scenario
from standoff.scenario.names import record_ids

__all__ = ["Linkable", "linkable"]


class Linkable(Part):
    """Something that can rest on a passage."""

    target: str
    """Its key path: `judgements.hope`."""
    kind: Kind
    """What it is."""
    label: str
    """In words, where it has them."""


def linkable(scenario: Scenario) -> list[Linkable]:
    """Judgements first, then what the record says, then what was assumed."""
    return [
        Linkable(target=path, kind=kind_of(path), label=label_of(scenario, path))
        for path in dict.fromkeys(_paths(scenario))
        if leads_nowhere(scenario, path) is None
    ]


def _paths(scenario: Scenario) -> Iterator[str]:
    yield from (f"judgements.{one.id}" for one in scenario.judgements)
    yield from (f"record.{name}" for name in record_ids(scenario))
    yield from (f"questions.{one.id}" for one in scenario.questions)
    for name, parameter in scenario.parameters.items():
        yield f"parameters.{name}"
        values = getattr(parameter, "values", None)
        if isinstance(values, dict):
            yield from (f"parameters.{name}.{key}" for key in values)
    for name, actor in scenario.actors.items():
        yield f"actors.{name}"
        yield f"actors.{name}.prior"
        yield from (f"actors.{name}.types.{key}" for key in getattr(actor, "types", None) or {})
    for key in ("moves", "objectives", "proposals", "endings", "ends"):
        held = getattr(scenario, key, None)
        if isinstance(held, dict):
            yield from (f"{key}.{name}" for name in held)
    for turn in scenario.turns:
        moves = getattr(turn, "moves", None)
        if turn.id and isinstance(moves, dict):
            yield from (f"turns.{turn.id}.moves.{key}" for key in moves)
