"""The command line: one thin command for each thing that the library does.

Commands live in one file each and import what they need when they are called, so that
``standoff --help`` costs nothing but Typer. `run` turns errors into words and exit codes:
0 fine, 1 the answer is no, 2 bad input, 3 unfinished (or more than 2 in 100 variants failed),
70 our fault, 130 stopped.
"""

from __future__ import annotations

import os
import sys
import threading

import typer

from standoff.cli import (
    ask,
    assess,
    backtest,
    check,
    commit,
    crux,
    deceive,
    draft,
    evidence,
    explain,
    export,
    mediate,
    new,
    price,
    runs,
    schema,
    sensitivity,
    serve,
    solve,
    sources,
    stability,
    tip,
    wait,
    warmup,
)
from standoff.cli.releasing import releasable

app = typer.Typer(
    name="standoff",
    help="Think hard about a crisis between adversaries: a scenario is solved as a game of "
    "incomplete information, conditioned on what was seen, and written up as a sourced note.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for module in (
    assess, ask, check, new, explain, sensitivity, tip, stability, price, backtest, solve, export,
    schema, warmup, deceive, wait, crux, commit, mediate, evidence, serve, draft,
):  # fmt: skip
    app.command()(releasable(module.command))
app.add_typer(runs.app)
app.add_typer(sources.app)


def _version(wanted: bool) -> None:
    if wanted:
        from standoff import __version__

        typer.echo(f"standoff {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Options before the command."""


for registered in app.registered_commands:
    if registered.callback is not None:
        registered.name = registered.callback.__module__.rsplit(".", 1)[1]


def run() -> None:
    """Entry point of the console script."""
    from standoff.errors import StandoffError

    try:
        code = app(standalone_mode=False)
        if code == 130:  # an interrupt that Typer has caught itself
            typer.echo("stopped", err=True)
    except typer.Exit as stop:
        code = stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("stopped", err=True)
        code = 130
    except StandoffError as error:
        from standoff.cli.complaints import complain

        code = complain(error)
    except BrokenPipeError:
        code = 0
    except OSError as error:  # a file that can't be written, a full disk: not ours to mend
        code = _usage_or_fault(error) if error.filename is None else 2
        if error.filename is not None:
            where = error.filename2 or error.filename
            typer.echo(f"error: {where}: {error.strerror or error}", err=True)
    except Exception as error:
        code = _usage_or_fault(error)
    if code == 130 and threading.active_count() > 1:
        # A worker may be compiling a kernel, which nothing can interrupt and which the interpreter
        # would wait for. Files are written whole or not at all, so nothing is lost by leaving now.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(130)
    sys.exit(code if isinstance(code, int) else 0)


def _usage_or_fault(error: Exception) -> int:
    """Say what is wrong with the call; anything else is our fault and shows its traceback."""
    # Typer carries a click of its own, whose place differs between versions: ask for the method.
    show = getattr(error, "show", None)
    if callable(show) and hasattr(error, "format_message"):
        show()
        return 2
    import traceback

    traceback.print_exc()
    typer.echo(
        "This is a fault of Standoff, not of your scenario. Please report it with the text above.",
        err=True,
    )
    return 70
