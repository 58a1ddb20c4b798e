"""The library and the editor's files, as they are asked for."""

from __future__ import annotations

from anyio import to_thread

from standoff.errors import ScenarioError
from standoff.web.crises import Crises, id_in, revision, revision_of
from standoff.web.describing import described, sources_of, to_try, unreadable, views_of
from standoff.web.endpoint import Call, Endpoint
from standoff.web.faults import Refusal
from standoff.web.models import (
    Conflict,
    CrisisPage,
    CrisisPart,
    Duplicate,
    FilePart,
    Import,
    KeepDraft,
    Library,
    Made,
    Removed,
    WriteFile,
    Written,
)

MOST_DESCRIBED = 500


async def get_library(call: Call) -> Library:
    """All crises."""
    return await to_thread.run_sync(_library, call.bench.crises)


def _library(crises: Crises) -> Library:
    return Library(crises=[_about(crises, one, comes_with) for one, comes_with in crises.ids()])


def _about(crises: Crises, crisis: str, comes_with: bool) -> CrisisPart:
    """A crisis in the list, described once for each text that it has had."""
    try:
        files = crises.files(crisis)
    except ScenarioError as error:
        return unreadable(crisis, comes_with, len(error.problems))
    at = (crisis, revision_of(files))
    known = crises.described.get(at)
    if known is None:
        known = described(crisis, comes_with, files)
        if len(crises.described) >= MOST_DESCRIBED:
            crises.described.clear()
        crises.described[at] = known
    return known


async def get_scenario(call: Call) -> CrisisPage:
    """One crisis."""
    return await to_thread.run_sync(_page, call.bench.crises, call.place("crisis"))


def _page(crises: Crises, crisis: str) -> CrisisPage:
    _, comes_with = crises.folder(crisis)
    files = crises.files(crisis)
    readme = files.get("README.md", "")
    parts = []
    for name, text in files.items():
        draft = crises.draft(crisis, name)
        kept = draft is not None and draft[1] != text
        parts.append(
            FilePart(
                name=name,
                text=text,
                revision=revision(text),
                draft=draft[1] if draft and kept else None,
                draft_revision=draft[0] if draft and kept else None,
            )
        )
    yaml = {n: t for n, t in files.items() if not n.endswith(".md")}
    return CrisisPage(
        id=crisis,
        shipped=comes_with,
        about=_about(crises, crisis, comes_with),
        files=parts,
        revision=revision_of(yaml),
        readme=readme,
        to_try=to_try(readme, yaml),
        sources=sources_of(yaml),
        views=views_of(yaml),
    )


async def put_file(call: Call) -> Written:
    """Write a file."""
    body: WriteFile = call.body
    crisis, name = call.place("crisis"), call.place("file")
    at = await to_thread.run_sync(call.bench.crises.write, crisis, name, body.text, body.revision)
    return Written(name=name, revision=at)


async def put_draft(call: Call) -> Written:
    """Keep what is being written."""
    body: KeepDraft = call.body
    crisis, name = call.place("crisis"), call.place("file")
    await to_thread.run_sync(call.bench.crises.keep_draft, crisis, name, body.text, body.revision)
    return Written(name=name, revision=body.revision)


async def delete_draft(call: Call) -> Written:
    """Forget it."""
    crisis, name = call.place("crisis"), call.place("file")
    await to_thread.run_sync(call.bench.crises.drop_draft, crisis, name)
    return Written(name=name, revision="")


async def post_duplicate(call: Call) -> Made:
    """Copy a crisis."""
    body: Duplicate = call.body
    await to_thread.run_sync(call.bench.crises.duplicate, body.crisis, body.as_)
    return Made(id=body.as_)


async def post_import(call: Call) -> Made:
    """Bring in a crisis."""
    body: Import = call.body
    crisis = body.as_ or id_in(body.files)
    if crisis is None:
        raise Refusal("no-id", "these files don't say `id:`; give the crisis a name", 422)
    await to_thread.run_sync(call.bench.crises.add, crisis, body.files)
    return Made(id=crisis)


async def delete_crisis(call: Call) -> Removed:
    """Put a crisis into the trash."""
    crisis = call.place("crisis")
    return Removed(id=crisis, trash=await to_thread.run_sync(call.bench.crises.remove, crisis))


ENDPOINTS = (
    Endpoint("GET", "/api/library", get_library, "All crises", Library),
    Endpoint(
        "POST", "/api/library/duplicate", post_duplicate, "Copy a crisis", Made, Duplicate,
        faults=(404, 409), status=201,
    ),
    Endpoint(
        "POST", "/api/library/import", post_import, "Bring in a crisis", Made, Import,
        faults=(409,), status=201,
    ),
    Endpoint(
        "DELETE", "/api/library/{crisis}", delete_crisis, "Put a crisis into the trash", Removed,
        faults=(404,),
    ),
    Endpoint(
        "GET", "/api/scenario/{crisis}", get_scenario, "A crisis with its files", CrisisPage,
        faults=(404, 422),
    ),
    Endpoint(
        "PUT", "/api/scenario/{crisis}/file/{file}", put_file, "Write a file", Written, WriteFile,
        faults=(404,), conflict=Conflict,
    ),
    Endpoint(
        "PUT", "/api/scenario/{crisis}/draft/{file}", put_draft, "Keep what is being written",
        Written, KeepDraft, faults=(404,),
    ),
    Endpoint(
        "DELETE", "/api/scenario/{crisis}/draft/{file}", delete_draft, "Forget a draft", Written,
        faults=(404,),
    ),
)  # fmt: skip
