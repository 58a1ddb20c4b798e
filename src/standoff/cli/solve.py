"""`standoff solve`: an equilibrium of a game from anywhere, with its check."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from standoff.cli.options import Json, Output, Seed, Settings, settings

GameArgument = Annotated[
    str,
    typer.Argument(
        metavar="GAME",
        help="A Gambit file (.efg, .nfg), a saved game (.sgame), `openspiel:NAME(parameters)`, "
        "or a scenario.",
    ),
]


def command(
    game: GameArgument,
    concept: Annotated[
        Literal[
            "nash",
            "aqre",
            "cce",
            "efce",
            "efcce",
            "nfcce",
            "spe",
            "level_k",
            "cognitive_hierarchy",
        ],
        typer.Option(help="What to look for."),
    ] = "nash",
    precision: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Of the logit: multiplies payoffs as written in game files, in units of stakes "
            "in scenarios (default: 1, or the scenario's own).",
        ),
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(min=0, help="What the concept's check may be at most, in its own unit."),
    ] = None,
    equilibria: Annotated[
        Literal["one", "all"], typer.Option(help="One, or as many as can be found.")
    ] = "one",
    time: Annotated[
        float | None, typer.Option(min=0, help="Seconds; past them the best so far is given.")
    ] = None,
    method: Annotated[
        str, typer.Option(help="The algorithm; `auto` chooses by the kind and size of the game.")
    ] = "auto",
    level: Annotated[
        int, typer.Option(min=0, help="Steps of reasoning (level_k, cognitive_hierarchy).")
    ] = 2,
    tau: Annotated[
        float, typer.Option(min=0, help="Mean number of steps (cognitive_hierarchy).")
    ] = 1.5,
    path: Annotated[
        bool,
        typer.Option(
            "--path",
            help="Also give the branch from uniform play (aqre); with -o FILE.svg, its picture.",
        ),
    ] = False,
    objective: Annotated[
        str,
        typer.Option(
            metavar="welfare|PLAYER",
            help="What a mediator wants most of (efce, efcce, nfcce): both payoffs together, or "
            "one player's.",
        ),
    ] = "welfare",
    seed: Seed = 0,
    json: Json = False,
    output: Output = None,
    set_: Settings = None,
) -> None:
    """Solve a game: a file, one of OpenSpiel's, or a scenario."""
    from standoff.cli.progress import shown
    from standoff.cli.stopping import stoppable
    from standoff.solve.opening import open_game
    from standoff.solve.solving import solve

    fixed = settings(set_)
    with shown() as watching, stoppable(watching) as progress:
        progress.say("reading the game")
        loaded = open_game(game, settings=fixed or None, progress=progress)
        found = solve(
            loaded,
            concept,
            precision=precision,
            tolerance=tolerance,
            equilibria=equilibria,
            time=time,
            method=method,
            seed=seed,
            level=level,
            tau=tau,
            path=path,
            objective=objective,
            progress=progress,
        )
    ending = "" if output is None else output.suffix.lower()
    if ending == ".svg":
        from standoff.cli.branch_chart import branch_svg

        text = branch_svg(found)
    elif json or ending == ".json":
        text = found.model().model_dump_json(indent=2) + "\n"
    else:
        from standoff.cli.solved_text import solved_text

        text = solved_text(found)
    if output is None:
        typer.echo(text.rstrip("\n"))
    else:
        from standoff.workspace import write_atomically

        write_atomically(output, text)
        typer.echo(f"wrote {output}", err=True)
    if found.status != "solved":
        if json or output is not None:
            typer.echo(found.advice, err=True)
        raise typer.Exit(130 if found.status == "stopped" else 3)
