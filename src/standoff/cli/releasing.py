"""`--release LEVEL` on every command that takes a scenario.

The command is handed the released scenario in place of the name of the full one, so that it can't
tell anything that is above the level, whatever it prints, keeps or complains of.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

Release = Annotated[
    str | None,
    typer.Option(
        "--release",
        metavar="LEVEL",
        help="Leave out what is marked above this handling level, and all that would tell of it.",
    ),
]
SCENARIOS = ("scenario", "other")
"""Parameters of commands that name a scenario."""


def releasable(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with `--release`, where it takes a scenario and has no such option of its own."""
    signature = inspect.signature(command)
    parameters = dict(signature.parameters)
    if "scenario" not in parameters or "release" in parameters:
        return command

    @wraps(command)
    def released(*args: Any, release: str | None = None, **options: Any) -> Any:
        if release is not None:
            for name in SCENARIOS:
                if _is_scenario(name, options.get(name)):
                    options[name] = _released(options[name], release)
        return command(*args, **options)

    own = inspect.Parameter(
        "release", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Release
    )
    hints = get_type_hints(command, include_extras=True)
    shown = [p.replace(annotation=hints[p.name]) for p in parameters.values()]
    shown = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in shown]
    released.__signature__ = signature.replace(parameters=[*shown, own])  # type: ignore[attr-defined]
    released.__annotations__ = {**hints, "release": Release}
    return released


def _is_scenario(name: str, value: Any) -> bool:
    if name == "scenario":
        return value is not None
    from standoff.cli.crux import names_scenario

    return value is not None and names_scenario(value)


def _released(source: str, level: str) -> Any:
    from standoff.assess import release

    return release(source, level)
