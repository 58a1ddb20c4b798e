"""The game of a job, as it is asked for."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from standoff.web.endpoint import Call, Endpoint
from standoff.web.tree_models import NodePart, NodeQuery, TreePart, TreeQuery


async def get_game(call: Call) -> Response:
    """A part of the tree."""
    query: TreeQuery = call.query
    id, crisis = await _crisis(call, query.settings)
    given = query.model_dump(by_alias=False, exclude={"also"})
    key = ("tree", id, query.also, *given.values())
    text = await call.bench.look(key, "tree", crisis=crisis, **given)
    return Response(text, media_type="application/json")


async def get_node(call: Call) -> Response:
    """What is known at a node."""
    query: NodeQuery = call.query
    id, crisis = await _crisis(call, query.settings)
    number = int(call.place("node"))
    key = ("node", id, query.also, number, query.as_)
    text = await call.bench.look(key, "node", crisis=crisis, number=number, as_=query.as_)
    return Response(text, media_type="application/json")


async def _crisis(call: Call, also: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """What a job is about; whether it is solved by now does not matter."""
    job = await call.bench.jobs.get(call.place("job"))
    ask = job.ask
    return job.id, {
        "files": job.files, "settings": {**ask.settings, **also}, "as_of": ask.as_of,
        "variants": ask.variants, "seed": ask.seed,
    }  # fmt: skip


ENDPOINTS = (
    Endpoint(
        "GET", "/api/game/{job}", get_game, "A part of the game's tree", TreePart,
        query=TreeQuery,
    ),
    Endpoint(
        "GET", "/api/game/{job}/node/{node}", get_node, "What is known at a node", NodePart,
        query=NodeQuery, faults=(422,),
    ),
)  # fmt: skip
