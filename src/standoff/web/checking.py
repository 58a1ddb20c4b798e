"""The checker of the command line, over texts that stand in no file yet."""

from __future__ import annotations

from collections.abc import Mapping

from standoff.errors import Problem, ScenarioError
from standoff.scenario import check as static
from standoff.scenario.loading import loads_files
from standoff.web.faults import problem_part
from standoff.web.models import Checked


def checked(files: Mapping[str, str], *, as_of: str | None, whole: bool) -> Checked:
    """Every problem, errors and warnings; `whole` also builds the game and follows the record."""
    problems = _found(files, as_of, whole)
    return Checked(
        problems=[problem_part(p) for p in problems],
        errors=sum(p.severity == "error" for p in problems),
    )


def _found(files: Mapping[str, str], as_of: str | None, whole: bool) -> list[Problem]:
    yaml = {n: t for n, t in files.items() if not n.endswith(".md")}
    try:
        scenario = loads_files(yaml)
        if whole:
            from standoff.assess import check_all

            return check_all(scenario, as_of=as_of)
        return list(static(scenario, as_of=as_of))
    except ScenarioError as error:
        return list(error.problems)
