"""`check`: everything that is wrong with a scenario: its text, its game and its record."""

from __future__ import annotations

from collections.abc import Mapping

from standoff.assess.chain import Crisis, opened
from standoff.errors import Problem, ScenarioError, TooLarge
from standoff.scenario.models import Scenario
from standoff.scenario.positions import positions_of


def check_all(
    source: Crisis, *, as_of: str | None = None, settings: Mapping[str, str] | None = None
) -> list[Problem]:
    """Every problem that can be found without solving, errors first by place in the file.

    The text and its names are looked at first; only a scenario without errors is compiled, and
    only one that compiles has its record followed.
    """
    from standoff.scenario import check as static

    try:
        scenario = opened(source, settings)
    except ScenarioError as error:
        return list(error.problems)
    found = list(static(scenario, as_of=as_of))
    if not any(p.severity == "error" for p in found):
        found += _played(scenario)
    return found


check = check_all
"""The name under which it is exported: ``so.check("crisis.yaml")``."""


def _played(scenario: Scenario) -> list[Problem]:
    from standoff.compile import compile_scenario, payload
    from standoff.infer.evidence import Evidence
    from standoff.variants import draw, reference

    positions = positions_of(scenario)
    try:
        compiled = compile_scenario(scenario)
        # Odds, payoffs and stakes of a few variants: sums and finiteness show here.
        payload(compiled, draw(scenario, 16, seed=0), reference=reference(scenario))
    except ScenarioError as error:
        return [positions.problem(p) for p in error.problems]
    except TooLarge as error:
        return [Problem("too-large", str(error), path="turns")]
    found = [positions.problem(p) for p in compiled.warnings]
    from standoff.assess.backtesting import replayed_days_of

    # Without a record too: play may be over before it begins.
    for moment in (None, *replayed_days_of(scenario)):
        problems = Evidence(compiled, moment, lenient=True).problems
        found += [p for p in problems if p not in found]
    return found
