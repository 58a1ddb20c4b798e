"""`standoff export`: a game from anywhere as a file that others read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from standoff.cli.options import Output, Settings, settings
from standoff.cli.solve import GameArgument
from standoff.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from standoff.game.loaded import LoadedGame

Format = Literal["efg", "nfg", "sgame"]


def command(
    game: GameArgument,
    to: Annotated[
        Format | None,
        typer.Option("--to", help="Taken from the output file's ending where not given."),
    ] = None,
    output: Output = None,
    set_: Settings = None,
) -> None:
    """Write a game as a Gambit file (.efg, .nfg), or compactly for Standoff (.sgame)."""
    from standoff.cli.progress import shown
    from standoff.solve.opening import open_game

    chosen = to or (output.suffix.lower().lstrip(".") if output is not None else "efg")
    if chosen not in {"efg", "nfg", "sgame"}:
        raise ScenarioError(
            Problem("no-format", f"there is no format {chosen!r}", expected="efg, nfg, sgame")
        )
    fixed = settings(set_)
    with shown() as progress:
        progress.say("reading the game")
        loaded = open_game(game, settings=fixed or None, progress=progress)
        progress.say("writing the game")
        if chosen == "sgame":
            from standoff.game.sgame import save_game

            if output is None:
                raise ScenarioError(
                    Problem("no-output", "a saved game is no text", expected="-o FILE.sgame")
                )
            save_game(loaded, output)
        else:
            text = _text(loaded, chosen)
    if chosen == "sgame":
        typer.echo(f"wrote {output}", err=True)
    elif output is None:
        typer.echo(text.rstrip("\n"))
    else:
        from standoff.workspace import write_atomically

        write_atomically(output, text)
        typer.echo(f"wrote {output}", err=True)


def _text(loaded: LoadedGame, to: str) -> str:
    """The text of a Gambit file; a file that was read as such comes back byte for byte."""
    if loaded.source == to and loaded.document is not None:
        return str(loaded.document.text())
    if to == "efg":
        from standoff.game.efg_write import to_efg

        return to_efg(
            loaded.game,
            loaded.payload,
            title=loaded.labels.title or "Standoff",
            labels=loaded.labels,
            outcome=loaded.outcome,
        )
    from standoff.game.nfg_write import to_nfg

    return to_nfg(loaded.game, loaded.payload, title=loaded.labels.title or "Standoff")
