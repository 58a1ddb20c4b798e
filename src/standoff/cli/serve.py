"""`standoff serve`: the workbench, a local page."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from standoff.cli.options import Workspace


def command(
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65_535, help="Where; a free one by default.", show_default=False
        ),
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    host: Annotated[
        str,
        typer.Option("--host", help="Another than this machine's own needs --password or --token."),
    ] = "127.0.0.1",
    password: Annotated[
        str | None,
        typer.Option(
            "--password", envvar="STANDOFF_PASSWORD", help="Ask for it before anything is shown."
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option("--token", envvar="STANDOFF_TOKEN", help="One of your own, in the link."),
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Open the workbench: a page on this machine over the same functions as the commands.

    Prints the link that opens it. Ctrl-C stops it; what was solved is kept in the workspace.
    """
    from standoff.web.serving import Serving, elsewhere, serve
    from standoff.workspace import workspace as folder_of

    how = Serving(folder_of(workspace).absolute(), host, port, password, token)

    def ready(link: str) -> None:
        print(link, flush=True)
        for line in elsewhere(how, link):  # on standard error, since scripts read the link alone
            print(f"on other machines: {line}", file=sys.stderr, flush=True)
        if browser:
            import webbrowser

            webbrowser.open(link)

    serve(how, ready)
    raise typer.Exit(130)
