"""`standoff check`: everything that is wrong with a scenario, at its line."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli.options import Json, ScenarioArgument, Settings, settings


def command(
    scenario: ScenarioArgument,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", help="Also list the moves, types and states nobody could have written then."
        ),
    ] = None,
    json: Json = False,
    set_: Settings = None,
) -> None:
    """Check a scenario: its keys, its names, its game and its record."""
    from standoff.assess import check_all
    from standoff.cli.complaints import as_json, show

    problems = check_all(scenario, as_of=as_of, settings=settings(set_))
    errors = sum(p.severity == "error" for p in problems)
    if json:
        typer.echo(as_json(problems))
    else:
        show(problems)
        warnings = len(problems) - errors
        typer.echo(f"{scenario}: {_count(errors, 'error')}, {_count(warnings, 'warning')}")
    if errors:
        raise typer.Exit(2)


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
