"""What the editor asks while somebody types."""

from __future__ import annotations

from anyio import to_thread
from starlette.responses import Response

from standoff.web.checking import checked
from standoff.web.completing import completions
from standoff.web.crises import revision_of
from standoff.web.endpoint import Call, Endpoint
from standoff.web.models import Check, Checked, Complete, Completions


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


ENDPOINTS = (
    Endpoint("POST", "/api/check", post_check, "What is wrong with a scenario", Checked, Check),
    Endpoint(
        "POST", "/api/completions", post_completions, "What could be written at a place",
        Completions, Complete,
    ),
)  # fmt: skip
