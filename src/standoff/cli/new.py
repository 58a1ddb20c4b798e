"""`standoff new`: a first scenario to change, or a copy of one that is there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.options import Output


def command(
    name: Annotated[str, typer.Argument(help="Short name of the new scenario.")],
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="SCENARIO",
            help="Copy this file, folder or shipped crisis into a folder, under the new name.",
        ),
    ] = None,
    output: Output = None,
) -> None:
    """Write a small scenario that runs, as a start; or copy one, to change it."""
    from standoff.errors import Problem, ScenarioError
    from standoff.scenario import new_scenario
    from standoff.scenario.copying import copied
    from standoff.workspace import write_atomically

    path = output or Path(name if from_ is not None else f"{name}.yaml")
    if path.exists():
        raise ScenarioError(
            Problem("exists", f"{path} exists already and is left as it is", expected="a new name")
        )
    if from_ is None:
        write_atomically(path, new_scenario(name))
    else:
        for file, text in copied(from_, name).items():
            write_atomically(path / file, text)
    typer.echo(f"wrote {path}; next: standoff check {path}")
