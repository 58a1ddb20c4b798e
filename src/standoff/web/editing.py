"""What the editor asks while somebody types."""

from __future__ import annotations

from anyio import to_thread
from starlette.responses import Response

from standoff.web.checking import checked
from standoff.web.completing import completions
from standoff.web.crises import revision_of
from standoff.web.editing_models import Edit, Edited, Forms, ReadForms, Solved
from standoff.web.endpoint import Call, Endpoint
from standoff.web.forms import edited, forms
from standoff.web.models import Check, Checked, Complete, Completions
from standoff.web.solved import last_solved


async def post_check(call: Call) -> Checked | Response:
    """What is wrong with a scenario."""
    body: Check = call.body
    if not body.whole:
        return await to_thread.run_sync(lambda: checked(body.files, as_of=body.as_of, whole=False))
    key = ("check", revision_of(body.files), body.as_of)
    text = await call.bench.look(key, "check", files=dict(body.files), as_of=body.as_of, whole=True)
    return Response(text, media_type="application/json")


async def post_completions(call: Call) -> Completions:
    """What could be written at a place."""
    body: Complete = call.body
    return await to_thread.run_sync(completions, body.files, body.file, body.line, body.column)


async def post_edit(call: Call) -> Edited:
    """Change values in the text, each where it stands."""
    body: Edit = call.body
    return await to_thread.run_sync(edited, body.files, body.changes)


async def post_forms(call: Call) -> Forms:
    """What the text says, for forms."""
    body: ReadForms = call.body
    return await to_thread.run_sync(forms, body.files)


async def get_solved(call: Call) -> Solved:
    """The text of a crisis when it was last solved."""
    crisis = call.place("crisis")
    await to_thread.run_sync(call.bench.crises.folder, crisis)
    return await to_thread.run_sync(last_solved, call.bench.workspace, crisis)


ENDPOINTS = (
    Endpoint("POST", "/api/check", post_check, "What is wrong with a scenario", Checked, Check),
    Endpoint(
        "POST", "/api/completions", post_completions, "What could be written at a place",
        Completions, Complete,
    ),
    Endpoint("POST", "/api/edit", post_edit, "Change values where they stand", Edited, Edit),
    Endpoint("POST", "/api/forms", post_forms, "What a text says, for forms", Forms, ReadForms),
    Endpoint(
        "GET", "/api/scenario/{crisis}/solved", get_solved, "The text when it was last solved",
        Solved, faults=(404,),
    ),
)  # fmt: skip
