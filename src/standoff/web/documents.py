"""Documents brought in, links made, and what falls with a document, as they are asked for.

A file that is sent is read in the process that solves, never here: whatever its reader does, the
server goes on. What the user's own crises rest on is written into their own files.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from anyio import to_thread
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from standoff.assess.links_models import LinksReport
from standoff.errors import Cancelled, ScenarioError
from standoff.sources.models import FileReport
from standoff.web.crises import revision_of
from standoff.web.document_models import (
    Added,
    AddLink,
    CitablePart,
    LibraryAbout,
    LinkablePart,
    PassagePart,
    PassageQuery,
    Reanchor,
    RippleQuery,
    UploadQuery,
)
from standoff.web.endpoint import Call, Endpoint
from standoff.web.faults import Refusal, fault_of
from standoff.web.guard import LARGEST

FOLDER = "documents"
"""Of the workspace: files that were sent."""
ENDINGS = (".xml", ".tei", ".txt", ".text", ".md", ".markdown", ".pdf")
_QUIET = 15.0


async def get_about(call: Call) -> LibraryAbout:
    """What can be done with documents."""
    from standoff.sources.library import Library

    return LibraryAbout(
        library=str(Library(call.bench.workspace).path),
        meaning=find_spec("wordllama") is not None,
        largest=LARGEST,
        endings=list(ENDINGS),
    )


# --- bringing in


async def post_document(call: Call) -> Added:
    """Keep a file that is sent, and its documents."""
    query: UploadQuery = call.query
    name = _named(query.name)
    try:
        content = await call.request.body()
    except ClientDisconnect:
        raise Refusal("gone", "the request was broken off", 400) from None
    if not content:
        raise Refusal("empty", f"{name} is empty", 422)
    home = call.bench.workspace / FOLDER / name
    staged = await to_thread.run_sync(_staged, home, content, query.replace)
    try:
        ticket = call.bench.worker.ask(
            "look", "add_document", workspace=str(call.bench.workspace),
            staged=str(staged), home=str(home),
        )  # fmt: skip
        try:
            text = await asyncio.wrap_future(ticket.future)
        except asyncio.CancelledError:
            ticket.cancel()
            raise
    except ScenarioError as error:
        raise Refusal("unreadable", _first(error, name), 422, problems=error.problems) from None
    finally:
        await to_thread.run_sync(lambda: shutil.rmtree(staged.parent, ignore_errors=True))
    return Added(file=str(home), report=FileReport.model_validate_json(text))


def _named(given: str) -> str:
    """The file's name as it is kept: no folders, no hidden files, only endings that are read."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(given.replace("\\", "/")).name).strip("-.")
    if Path(name).suffix.lower() not in ENDINGS or not Path(name).stem.strip("-."):
        words = ", ".join(ENDINGS)
        raise Refusal("unknown-kind", f"{given[:80]!r} can't be read here; {words} can", 422)
    return name


def _staged(home: Path, content: bytes, replace: bool) -> Path:
    """The bytes aside, under the file's own name (from which its documents have theirs)."""
    if home.is_symlink() or (home.exists() and not home.is_file()):
        raise Refusal("taken", f"{home.name} is no plain file in the workspace", 409)
    if home.exists() and not replace and home.read_bytes() != content:
        words = f"there is another {home.name} already: give it another name, or replace it"
        raise Refusal("taken", words, 409)
    home.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".sent-", dir=home.parent)) / home.name
    aside.write_bytes(content)
    return aside


def _first(error: ScenarioError, name: str) -> str:
    problem = error.problems[0]
    more = f"; it wants {problem.expected}" if problem.expected else ""
    return f"{name}: {problem.message}{more}"


# --- links


async def get_linkable(call: Call) -> LinkablePart:
    """What links can lead from and to."""
    return await to_thread.run_sync(_linkable, call)


def _linkable(call: Call) -> LinkablePart:
    from standoff.assess.linkable import linkable
    from standoff.scenario.loading import loads_files

    crisis = call.place("crisis")
    _, shipped = call.bench.crises.folder(crisis)
    files = call.bench.crises.yaml(crisis)
    scenario = loads_files(files)
    sources = [
        CitablePart(id=id, title=one.title, volume=one.volume, url=one.url)
        for id, one in scenario.sources.items()
    ]
    return LinkablePart(
        revision=revision_of(files), shipped=shipped, targets=linkable(scenario), sources=sources
    )


async def get_passage(call: Call) -> PassagePart:
    """Where a citation leads."""
    return await to_thread.run_sync(_passage, call)


def _passage(call: Call) -> PassagePart:
    from standoff.assess.links import volume_of
    from standoff.scenario.loading import loads_files
    from standoff.sources.cited import Cited
    from standoff.sources.library import Library

    scenario = loads_files(call.bench.crises.yaml(call.place("crisis")))
    passage = call.query.passage
    known = scenario.sources.get(passage.partition("#")[0])
    library = Library(call.bench.workspace)
    cited = Cited(library if library.path.exists() else None)
    found = cited.place(passage, volume_of(scenario, passage))
    return PassagePart(
        passage=passage,
        document=found.document.key if found.document is not None else "",
        rendering=found.document.rendering if found.document is not None else "",
        place=found.place,
        state="unchecked" if found.state == "moved" else found.state,
        why=found.why,
        title=known.title if known is not None else "",
        url=known.url if known is not None else "",
    )


async def post_link(call: Call) -> LinksReport:
    """Add a link."""
    return await to_thread.run_sync(_link, call)


def _link(call: Call) -> LinksReport:
    from standoff.assess.linking import link

    body: AddLink = call.body

    def doing(folder: Path) -> LinksReport:
        made = _source_file(folder, body)
        try:
            return link(
                folder, body.rests, body.passage, quote=body.quote, grade=body.grade,
                mark=body.as_, rendering=body.rendering, note=body.note,
                workspace=call.bench.workspace,
            )  # fmt: skip
        except BaseException:
            if made is not None:  # a source under which nothing stands is not left behind
                made.unlink(missing_ok=True)
            raise

    return call.bench.crises.change(call.place("crisis"), body.revision, doing)


def _source_file(folder: Path, body: AddLink) -> Path | None:
    """A file of its own that names the passage's source; None where nothing is to be named."""
    if not body.new_source.strip():
        return None
    source = body.passage.partition("#")[0]
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,50}", source):
        words = "letters, digits, - and _; it begins with a letter"
        raise Refusal("bad-name", f"a scenario can't call a source {source[:80]!r}: {words}", 422)
    path = folder / f"source-{source}.yaml"
    if path.exists():
        raise Refusal("taken", f"there is a file {path.name} already", 409)
    from standoff.workspace import write_atomically

    # JSON's strings are YAML's.
    title = json.dumps(" ".join(body.new_source.split()), ensure_ascii=False)
    write_atomically(path, f"sources:\n  {source}:\n    title: {title}\n")
    return path


async def post_reanchor(call: Call) -> LinksReport:
    """Write moved links as their words stand now."""
    return await to_thread.run_sync(_reanchor, call)


def _reanchor(call: Call) -> LinksReport:
    from standoff.assess.linking import reanchor

    body: Reanchor = call.body
    return call.bench.crises.change(
        call.place("crisis"),
        body.revision,
        lambda folder: reanchor(folder, workspace=call.bench.workspace),
    )


# --- what falls


async def get_ripple(call: Call) -> StreamingResponse:
    """Follow the work of asking what falls: events `said`, then `done` or `failed`."""
    files = await to_thread.run_sync(call.bench.crises.yaml, call.place("crisis"))
    query: RippleQuery = call.query
    named = [one.strip() for one in query.document.split(",") if one.strip()]
    given = {
        "files": files, "documents": named, "as_of": query.as_of, "variants": query.variants,
        "seed": query.seed,
    }  # fmt: skip
    closing = call.request.scope.get("standoff.closing")
    return StreamingResponse(_rippling(call, given, closing), media_type="text/event-stream")


async def _rippling(call: Call, given: dict[str, Any], closing: Any) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    changed, said = asyncio.Event(), {"stage": "waiting for its turn", "done": 0, "total": 0}

    def told(what: str, done: int, total: int) -> None:
        said.update(stage=what, done=done, total=total)
        loop.call_soon_threadsafe(changed.set)

    ticket = call.bench.worker.ask("solve", "ripple", tell=told, **given)
    ticket.future.add_done_callback(
        lambda _: None if loop.is_closed() else loop.call_soon_threadsafe(changed.set)
    )
    quiet = 0.0
    try:
        while closing is None or not closing.is_set():
            if ticket.future.done():
                error = ticket.future.exception()
                if error is None:
                    yield f"event: done\ndata: {ticket.future.result()}\n\n"
                elif not isinstance(error, Cancelled):
                    yield f"event: failed\ndata: {fault_of(error).model_dump_json()}\n\n"
                return
            if changed.is_set() or not quiet:
                changed.clear()
                yield f"event: said\ndata: {json.dumps(said)}\n\n"
            try:
                await asyncio.wait_for(changed.wait(), 0.5)
            except TimeoutError:
                quiet += 0.5
                if quiet >= _QUIET:  # a proxy may close what says nothing
                    quiet = 0.5
                    yield ": still there\n\n"
    finally:
        ticket.cancel()  # whoever asked may have gone; nothing where it is over


ENDPOINTS = (
    Endpoint("GET", "/api/sources/about", get_about, "What can be done with documents",
             LibraryAbout),
    Endpoint(
        "POST", "/api/sources/document", post_document, "Keep a document that is sent", Added,
        query=UploadQuery, faults=(400, 408, 409, 413), status=201,
    ),
    Endpoint(
        "GET", "/api/links/{crisis}/linkable", get_linkable, "What links can lead from and to",
        LinkablePart, faults=(422,),
    ),
    Endpoint(
        "GET", "/api/links/{crisis}/passage", get_passage, "Where a citation leads", PassagePart,
        query=PassageQuery, faults=(422,),
    ),
    Endpoint(
        "POST", "/api/links/{crisis}", post_link, "Add a link", LinksReport, AddLink,
        faults=(404, 409), status=201,
    ),
    Endpoint(
        "POST", "/api/links/{crisis}/reanchor", post_reanchor,
        "Write moved links as their words stand now", LinksReport, Reanchor, faults=(404, 409),
    ),
    Endpoint(
        "GET", "/api/ripple/{crisis}/events", get_ripple, "Follow what falls with a document",
        query=RippleQuery, media=("text/event-stream",),
    ),
)  # fmt: skip
