"""`release`: a crisis at a handling level, before anything is computed from it.

Whatever follows (solving, notes, runs in the workspace, messages) sees the released scenario only,
so that nothing of the full one can reach it.
"""

from __future__ import annotations

from pathlib import Path

from standoff.assess.chain import Crisis
from standoff.errors import Problem, ScenarioError
from standoff.scenario.markings import rank
from standoff.scenario.models import Scenario
from standoff.scenario.release import kept, released

__all__ = ["release", "released_with"]


def release(source: Crisis, level: str) -> Scenario:
    """The scenario for readers at a level (one of its `markings`), ready to be assessed.

    Raises `ScenarioError` where there is no such level, and where the full scenario is at fault:
    then without saying in what, since its words may stand above the level.
    """
    return released_with(source, level)[0]


def released_with(source: Crisis, level: str) -> tuple[Scenario, list[Problem]]:
    """The same, with warnings about what stays although it rests on sources above the level."""
    from standoff.scenario.loading import finish

    scenario = source if isinstance(source, Scenario) else _as_written(source)
    rank(scenario, level)
    try:
        # Both before and after: what is found in the full scenario is not to be told.
        found, staying = released(scenario, level), kept(scenario, level)
    except ScenarioError as error:
        raise _fault(len(error.problems)) from None
    return finish(found), staying


def _as_written(source: Path | str) -> Scenario:
    """The full scenario as its author wrote it, known to be without errors."""
    from standoff.scenario.loading import locate, written

    path = locate(source)  # where it is nowhere, that may be told
    try:
        return written(path)
    except ScenarioError as error:
        raise _fault(len(error.problems)) from None


def _fault(count: int) -> ScenarioError:
    many = "an error" if count == 1 else f"{count} errors"
    return ScenarioError(
        Problem(
            "not-releasable",
            f"the full scenario has {many}, and can't be released",
            expected="one that `standoff check`, without --release, finds nothing wrong with",
        )
    )
