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
        known = {p.path for p in found if p.code == "unreachable"}
        found += [
            p
            for p in _played(scenario)
            if not (p.code.startswith("unreachable") and p.path in known)
        ]
    return found


check = check_all
"""The name under which it is exported: ``so.check("crisis.yaml")``."""


def _played(scenario: Scenario) -> list[Problem]:
    from standoff.compile import compile_scenario, payload
    from standoff.infer.evidence import Evidence
    from standoff.infer.record import problem
    from standoff.variants import draw, reference

    positions = positions_of(scenario)
    found: list[Problem] = []
    try:
        draws = draw(scenario, 16, seed=0)
        compiled = compile_scenario(scenario)
        found += [positions.problem(p) for p in compiled.warnings]
        # Odds, payoffs and stakes of a few variants: sums and finiteness show here.
        payload(compiled, draws, reference=reference(scenario))
    except ScenarioError as error:
        return [*found, *(positions.problem(p) for p in error.problems)]
    except TooLarge as error:
        message = str(error).partition("\n")[0]
        told = Problem("too-large", message, path="turns", expected="; ".join(error.advice))
        return [*found, positions.problem(told, key=True)]
    from standoff.assess.backtesting import replayed_days_of

    # Without a record too: play may be over before it begins.
    for moment in (None, *replayed_days_of(scenario)):
        evidence = Evidence(compiled, moment, lenient=True)
        problems = list(evidence.problems)
        for reading in evidence.readings:
            try:
                most = reading.table(draws).max(axis=1)
                if reading.case.size and not most[reading.case].any():
                    problems.append(
                        problem(
                            scenario,
                            "record-impossible",
                            "no history that the items before it leave could have brought this",
                            reading.placed.path,
                            expected="an item that some history explains",
                        )
                    )
            except ScenarioError as error:
                problems += error.problems
        found += [p for p in problems if p not in found]
    return found
