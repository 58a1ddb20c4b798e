"""Every static problem of a scenario: what can be said without compiling it."""

from __future__ import annotations

from standoff.errors import Problem, ScenarioError
from standoff.scenario.dates import calendar
from standoff.scenario.models import Scenario
from standoff.scenario.positions import positions_of

__all__ = ["check"]


def check(scenario: Scenario) -> list[Problem]:
    """Every static problem, errors and warnings, in file order."""
    problems: list[Problem] = []
    try:
        calendar(scenario.clock)
    except ScenarioError as error:
        problems.extend(error.problems)
    positions = positions_of(scenario)
    return [positions.problem(p) for p in problems]
