"""`standoff new`: a first scenario to change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.options import Output


def command(
    name: Annotated[str, typer.Argument(help="Short name of the new scenario.")],
    output: Output = None,
) -> None:
    """Write a small scenario that runs, as a start."""
    from standoff.errors import Problem, ScenarioError
    from standoff.scenario import new_scenario
    from standoff.workspace import write_atomically

    path = output or Path(f"{name}.yaml")
    if path.exists():
        raise ScenarioError(
            Problem("exists", f"{path} exists already and is left as it is", expected="a new name")
        )
    write_atomically(path, new_scenario(name))
    typer.echo(f"wrote {path}; next: standoff check {path}")
