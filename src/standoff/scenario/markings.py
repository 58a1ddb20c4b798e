"""Handling levels: their order, and what carries one."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.errors import Problem, ScenarioError, nearest
from standoff.scenario.models import Judgement, Question, RecordItem, Scenario, View
from standoff.scenario.names import record_ids
from standoff.scenario.positions import positions_of
from standoff.scenario.source_models import Source

__all__ = ["Marked", "marked", "marking_problems", "rank"]

Marked = Source | RecordItem | Judgement | Question | View
"""What may carry a level."""


def marked(scenario: Scenario) -> Iterator[tuple[str, str, Marked]]:
    """Everything that may carry a level: its key path, the same with ids, and itself."""
    for name, source in scenario.sources.items():
        yield f"sources.{name}", f"sources.{name}", source
    for index, (id, item) in enumerate(zip(record_ids(scenario), scenario.record, strict=True)):
        yield f"record.{index}", f"record.{id}", item
    for index, judgement in enumerate(scenario.judgements):
        yield f"judgements.{index}", f"judgements.{judgement.id}", judgement
    for index, question in enumerate(scenario.questions):
        yield f"questions.{index}", f"questions.{question.id}", question
    for name, view in scenario.views.items():
        yield f"views.{name}", f"views.{name}", view


def rank(scenario: Scenario, level: str) -> int:
    """The place of a level among `markings`, from 0 for the lowest. Raises `ScenarioError`."""
    if level in scenario.markings:
        return scenario.markings.index(level)
    raise ScenarioError(
        Problem(
            "unknown-marking",
            f"there is no level {level!r}",
            found=level,
            expected="one of " + ", ".join(scenario.markings),
            nearest=nearest(level, scenario.markings),
        )
    )


def marking_problems(scenario: Scenario) -> Iterator[Problem]:
    """Levels that are none, and levels that stand in the list twice."""
    place = positions_of(scenario)
    for index, level in enumerate(scenario.markings):
        if level in scenario.markings[:index] or not level.strip():
            yield place.problem(
                Problem(
                    "duplicate-marking" if level.strip() else "missing-value",
                    "the levels are all different, and none is empty",
                    path=f"markings.{index}",
                    found=repr(level),
                    expected="each level once, the lowest first",
                )
            )
    for path, _, model in marked(scenario):
        if model.marking and model.marking not in scenario.markings:
            yield place.problem(
                Problem(
                    "unknown-marking",
                    f"there is no level {model.marking!r}",
                    path=f"{path}.marking",
                    found=repr(model.marking),
                    expected="one of " + ", ".join(scenario.markings),
                    nearest=nearest(model.marking, scenario.markings),
                )
            )
