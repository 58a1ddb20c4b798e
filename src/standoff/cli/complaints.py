"""Errors as a person reads them: file, line, column, excerpt with a caret, what would mend it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import typer

from standoff.errors import Cancelled, Problem, ScenarioError, StandoffError, TooLarge


def complain(error: StandoffError) -> int:
    """Print an error to standard error; returns the exit code."""
    if isinstance(error, ScenarioError):
        show(error.problems, err=True)
    elif isinstance(error, Cancelled):
        typer.echo("stopped", err=True)
    elif isinstance(error, TooLarge):
        typer.echo(f"error: {error}", err=True)
    else:
        typer.echo(f"error: {error}", err=True)
    return error.exit_code


def show(problems: Sequence[Problem], err: bool = False) -> None:
    """Print problems with their excerpts."""
    from standoff.cli.excerpts import print_problems

    print_problems(problems, err=err)


def unfinished(failed: int, n: int) -> None:
    """End with 3 where more than 2 in 100 variants failed the solver check."""
    if failed * 50 > n:
        typer.echo(f"{failed} of {n} variants failed the solver check", err=True)
        raise typer.Exit(3)


def as_json(problems: Sequence[Problem]) -> str:
    """Problems as a JSON list."""
    return json.dumps([asdict(p) for p in problems], indent=2, ensure_ascii=False)
