"""The command line's reference page, made from the commands' own signatures.

``python -m standoff.cli.reference > docs/reference/cli.md`` writes it; a test holds it fresh.
Signatures are read rather than Typer's objects, which differ from version to version.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from standoff.cli.main import app

HEAD = """# The command line

Made from the commands by `python -m standoff.cli.reference`; do not edit.

Exit codes: 0 fine, 1 the answer is no, 2 bad input, 3 unfinished (or more than 2 in 100 variants
failed the solver check), 70 our fault, 130 stopped. No command opens a socket
but with `--dask` and, on this machine only, with `--workers`.
"""


def page() -> str:
    """The page, in Markdown."""
    groups = [
        ("", app),
        *(
            (f"{g.name or g.typer_instance.info.name} ", g.typer_instance)
            for g in app.registered_groups
            if g.typer_instance is not None
        ),
    ]
    commands = {
        f"{group}{registered.name}": registered.callback
        for group, held in groups
        for registered in held.registered_commands
        if registered.callback is not None
    }
    return "\n".join([HEAD, *(_entry(name, commands[name]) for name in sorted(commands))])


def _entry(name: str, command: Callable[..., Any]) -> str:
    hints = get_type_hints(command, include_extras=True)
    rows = [
        _row(parameter.name, hints[parameter.name], parameter.default)
        for parameter in inspect.signature(command).parameters.values()
    ]
    return (
        f"## standoff {name}\n\n{inspect.getdoc(command) or ''}\n\n"
        "| | | default |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


def _row(name: str, hint: Any, default: Any) -> str:
    kind, info = hint, None
    if get_origin(hint) is Annotated:
        kind, info = get_args(hint)[:2]
    if type(info).__name__ == "ArgumentInfo":
        shown = f"`{getattr(info, 'metavar', None) or name.upper()}`"
    else:
        # Under Annotated, the first name given to typer.Option lands where a default would be.
        given = [getattr(info, "default", None), *(getattr(info, "param_decls", None) or ())]
        flags = [flag for flag in given if isinstance(flag, str) and flag.startswith("-")]
        flags = flags or [f"--{name.replace('_', '-')}"]
        shown = ", ".join(f"`{flag}`" for flag in flags)
    choices = next((get_args(k) for k in (kind, *get_args(kind)) if get_origin(k) is Literal), ())
    if choices:
        shown += f" ({', '.join(str(choice) for choice in choices)})"
    words = (getattr(info, "help", None) or "").replace("|", "\\|")
    if default is inspect.Parameter.empty:
        value = "required"
    elif default is None or default is False or isinstance(default, NoneType) or default == "":
        value = ""
    else:
        value = f"`{default}`"
    return f"| {shown} | {words} | {value} |"


if __name__ == "__main__":
    print(page())
