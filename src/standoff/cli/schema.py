"""`standoff schema`: the JSON Schemas of what Standoff reads and writes."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from standoff.cli.options import Output


def command(
    which: Annotated[
        Literal["scenario", "assessment", "backtest", "answer"], typer.Argument(help="Of what.")
    ] = "scenario",
    output: Output = None,
) -> None:
    """Print the JSON Schema of scenarios, or of a JSON output."""
    from standoff.assess import json_schema

    text = json.dumps(json_schema(which), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        typer.echo(text.rstrip("\n"))
    else:
        from standoff.workspace import write_atomically

        write_atomically(output, text)
