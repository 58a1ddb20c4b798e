"""`standoff stability`: which answers survive other equilibria, other concepts, other forms."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from standoff.cli.delivering import deliver, format_of
from standoff.cli.options import (
    AsOf,
    Json,
    Output,
    ScenarioArgument,
    Seed,
    Settings,
    Variants,
    Workspace,
    settings,
)


def command(
    scenario: ScenarioArgument,
    concept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="equilibria, level-k-1, level-k-2, cognitive-hierarchy, nash or cce; may be "
            "repeated. All of them by default.",
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=512,
            help="Variants in which something else is played. 16 by default, 64 of a small game.",
        ),
    ] = None,
    form: Annotated[
        bool, typer.Option("--form/--no-form", help="Also write the model a little differently.")
    ] = True,
    as_of: AsOf = None,
    variants: Variants = 200,
    seed: Seed = 0,
    standard: Annotated[
        Literal["icd203", "phia"], typer.Option(help="Words of estimative probability.")
    ] = "icd203",
    workspace: Workspace = None,
    json: Json = False,
    output: Output = None,
    set_: Settings = None,
) -> None:
    """Say which answers survive other equilibria, other concepts and other ways to write the model.

    The ending of the output file (.html, .md, .pdf, .json) says what is written.
    """
    from standoff.assess.chain import opened
    from standoff.assess.concepts import refuse
    from standoff.assess.steady import stability
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.cli.run_folder import run_folder
    from standoff.note import render_stability
    from standoff.variants.rivals import CONCEPTS
    from standoff.variants.store.manifest import manifest
    from standoff.workspace import workspace as folder_of

    wanted = list(dict.fromkeys(concept or CONCEPTS))
    refuse(wanted)
    crisis = opened(scenario, settings(set_))
    run = manifest(
        crisis, command="stability", variants=variants, seed=seed, as_of=as_of, standard=standard,
        form=form, options={"sample": str(sample or "default")},
    )  # fmt: skip
    with shown() as progress, run_folder(folder_of(workspace), run, progress) as store:
        found = stability(
            crisis,
            concepts=wanted,
            sample=sample,
            form=form,
            as_of=as_of,
            variants=variants,
            seed=seed,
            standard=standard,
            store=store,
            progress=progress,
        )
        store.finish()
        content = render_stability(found, format_of(output, json=json))
    deliver(content, output)
    unfinished(found.failed, found.variants)
