"""`standoff check`: everything that is wrong with a scenario, at its line."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli.options import Json, ScenarioArgument, Settings, settings
from standoff.cli.releasing import Release


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
    release: Release = None,
) -> None:
    """Check a scenario: its keys, its names, its game and its record.

    With --release also what stays in it although it rests on sources above the level.
    """
    from standoff.assess import check_all
    from standoff.cli.complaints import as_json, show

    if release is None:
        problems = check_all(scenario, as_of=as_of, settings=settings(set_))
    else:
        from standoff.assess.releasing import released_with

        crisis, staying = released_with(scenario, release)
        problems = [*check_all(crisis, as_of=as_of, settings=settings(set_)), *staying]
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
