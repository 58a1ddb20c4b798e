"""`standoff sources`: the documents of a workspace, added, listed, shown, searched, removed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standoff.cli.dropping import drop
from standoff.cli.options import Json, Workspace
from standoff.cli.sources_link import command as link_command

if TYPE_CHECKING:
    from standoff.sources.document import Document
    from standoff.sources.library import Library

app = typer.Typer(
    name="sources",
    help="Keep the documents that you work from: add, list, show, search, link, remove, drop.",
    no_args_is_help=True,
)
Volume = Annotated[str | None, typer.Option("--volume", help="Of this volume only.")]
Since = Annotated[
    str | None, typer.Option("--since", help="Written in this year, month or day, or later.")
]
Until = Annotated[
    str | None, typer.Option("--until", help="Written in this year, month or day, or earlier.")
]
Sender = Annotated[str | None, typer.Option("--from", help="Sent or signed by: part of a name.")]
Recipient = Annotated[
    str | None, typer.Option("--to", help="Sent or addressed to: part of a name.")
]
Person = Annotated[str | None, typer.Option("--person", help="Naming this person: part of a name.")]
Csl = Annotated[bool, typer.Option("--csl", help="Print CSL-JSON, for reference managers.")]


@app.command("add")
def add_sources(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="TEI (.xml), plain text (.txt), Markdown (.md), PDF with a text layer, or folders "
            "of these.",
        ),
    ],
    workspace: Workspace = None,
    json: Json = False,
) -> None:
    """Read files and keep their documents; read again, it says what changed.

    What one file changes is kept whole or not at all. A file that can't be read is told of, and
    the others are kept.
    """
    from standoff.cli.complaints import complain, show
    from standoff.cli.progress import shown
    from standoff.cli.sources_text import report
    from standoff.cli.stopping import stoppable
    from standoff.errors import StandoffError
    from standoff.sources.adding import add
    from standoff.sources.models import AddReport, FileReport, RefusedFile

    library = _library(workspace)
    done: list[FileReport] = []
    refused: list[RefusedFile] = []
    ended: StandoffError | None = None
    with shown() as progress, stoppable(progress) as wish:
        try:
            for found in add(library, paths, wish):
                if isinstance(found, FileReport):
                    done.append(found)
                else:
                    refused.append(found)
        except StandoffError as error:
            ended = error
    if json:
        said = AddReport(library=str(library.path), files=done, refused=refused)
        typer.echo(said.model_dump_json(indent=2))
    else:
        for line in report(done):
            typer.echo(line)
    for one in refused:
        show(one.problems, err=True)
    if ended is not None:
        raise typer.Exit(complain(ended))
    if refused:
        raise typer.Exit(2)


@app.command("list")
def list_sources(
    volume: Volume = None,
    since: Since = None,
    until: Until = None,
    sender: Sender = None,
    recipient: Recipient = None,
    person: Person = None,
    csl: Csl = False,
    workspace: Workspace = None,
    json: Json = False,
) -> None:
    """List the documents of the library, or some of them, by volume and number."""
    from standoff.cli.sources_text import table
    from standoff.sources.models import SourceList
    from standoff.sources.narrowing import Narrowing

    library = _library(workspace)
    wanted = Narrowing(volume, since, until, sender, recipient, person)
    if csl:
        _print_csl(library.read(wanted))
        return
    found = library.documents(wanted)
    if json:
        typer.echo(SourceList(library=str(library.path), documents=found).model_dump_json(indent=2))
    elif not found:
        asked = "no such documents" if wanted != Narrowing() else "no documents"
        typer.echo(f"{asked} in {library.path}")
    else:
        for line in table(found):
            typer.echo(line)


@app.command("show")
def show_source(
    document: Annotated[
        str,
        typer.Argument(
            metavar="DOC",
            help="A document as `list` names it (frus1961-63v06#d65), or a passage of it "
            "(frus1961-63v06#d65/p24).",
        ),
    ],
    csl: Csl = False,
    workspace: Workspace = None,
    json: Json = False,
) -> None:
    """Show a document: how to cite it, what is known of it, its text and notes; or one passage."""
    from standoff.cli.sources_text import whole
    from standoff.errors import Problem, SourceError, nearest
    from standoff.sources.citing import citation
    from standoff.sources.models import ShownDocument
    from standoff.sources.places import places, words_at

    library = _library(workspace)
    volume, mark, rest = document.rpartition("#")
    own, _, locator = rest.partition("/")
    name = f"{volume}{mark}{own}"
    listed, found = library.find(name)
    passage = words_at(found, locator) if locator else None
    if locator and passage is None:
        raise SourceError(
            Problem(
                "no-such-passage",
                "the document has no passage of this name",
                found=locator,
                expected=f"p1 to p{listed.paragraphs}" if listed.paragraphs else "a document",
                nearest=nearest(locator, places(found)),
            )
        )
    if csl:
        _print_csl([found])
    elif json:
        said = ShownDocument(
            listed=listed, citation=citation(found), passage=passage, document=found
        )
        typer.echo(said.model_dump_json(indent=2))
    elif passage is not None:
        from standoff.cli.plain import plain

        typer.echo(plain(passage))
    else:
        for line in whole(listed, found):
            typer.echo(line)


@app.command("search")
def search_sources(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS",
            help="Words that a passage must hold. In one pair of single quotes also phrases "
            "('\"missile bases\"'), alternatives ('base OR site'), exclusions ('missile -Turkey').",
        ),
    ],
    volume: Volume = None,
    since: Since = None,
    until: Until = None,
    sender: Sender = None,
    recipient: Recipient = None,
    person: Person = None,
    most: Annotated[
        int, typer.Option("--most", min=1, max=1000, help="So many passages, the best first.")
    ] = 10,
    meaning: Annotated[
        bool,
        typer.Option(
            "--meaning",
            help="Also passages that say it in other words (needs the optional extra `meaning`).",
        ),
    ] = False,
    workspace: Workspace = None,
    json: Json = False,
) -> None:
    """Search headings, paragraphs and notes; the best passages first, each with a snippet."""
    from standoff.cli.sources_text import passages
    from standoff.sources.narrowing import Narrowing

    wanted = Narrowing(volume, since, until, sender, recipient, person)
    library, query = _library(workspace), " ".join(words)
    if meaning:
        from standoff.cli.progress import shown
        from standoff.cli.stopping import stoppable
        from standoff.sources.meaning_search import search_meaning

        with shown() as progress, stoppable(progress) as wish:
            found = search_meaning(library, query, wanted, most, wish)
    else:
        from standoff.sources.searching import search

        found = search(library, query, wanted, most)
    if json:
        typer.echo(found.model_dump_json(indent=2))
        return
    for line in passages(found):
        typer.echo(line)


@app.command("remove")
def remove_source(
    document: Annotated[
        str,
        typer.Argument(
            metavar="DOC",
            help="A document as `list` names it, in all renderings unless one is named; or a "
            "volume, for all of its documents.",
        ),
    ],
    workspace: Workspace = None,
    json: Json = False,
) -> None:
    """Remove a document, or a whole volume, from the library; the files stay where they are."""
    from standoff.sources.models import RemoveReport

    library = _library(workspace)
    gone = library.remove(document)
    if json:
        typer.echo(RemoveReport(library=str(library.path), removed=gone).model_dump_json(indent=2))
        return
    kind = "document" if len(gone) == 1 else "documents"
    typer.echo(f"removed {document}: {len(gone)} {kind}")


app.command("drop")(drop)
app.command("link")(link_command)


def _library(workspace: Path | None) -> Library:
    from standoff.sources.library import Library
    from standoff.workspace import workspace as folder_of

    return Library(folder_of(workspace))


def _print_csl(documents: Iterable[Document]) -> None:
    from json import dumps

    from standoff.sources.citing import csl_items

    typer.echo(dumps(csl_items(documents), indent=2, ensure_ascii=False))
