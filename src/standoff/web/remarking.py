"""The analyst's remarks in notes, as they are asked for."""

from __future__ import annotations

from anyio import to_thread
from starlette.responses import Response

from standoff.note.remarks import read_remarks
from standoff.web.crises import revision
from standoff.web.endpoint import Call, Endpoint
from standoff.web.models import Conflict
from standoff.web.remark_models import KeepRemarks, Remarkable, RemarkList


async def get_remarks(call: Call) -> RemarkList:
    """What was added to a crisis' note."""
    text = await to_thread.run_sync(call.bench.crises.remarks, call.place("crisis"))
    return RemarkList(revision=revision(text), remarks=read_remarks(text))


async def put_remarks(call: Call) -> RemarkList:
    """Keep them."""
    body: KeepRemarks = call.body
    text = "[" + ",\n ".join(one.model_dump_json() for one in body.remarks) + "]"
    at = await to_thread.run_sync(
        call.bench.crises.keep_remarks, call.place("crisis"), text, body.revision
    )
    return RemarkList(revision=at, remarks=body.remarks)


async def get_remarkable(call: Call) -> Response:
    """Where remarks can stand, and which numbers they can name."""
    id = call.place("job")
    assessment = await call.bench.jobs.result(id)
    text = await call.bench.look(("remarkable", id), "remarkable", assessment=assessment)
    return Response(text, media_type="application/json")


ENDPOINTS = (
    Endpoint(
        "GET", "/api/remarks/{crisis}", get_remarks, "Remarks on the note of a crisis", RemarkList,
        faults=(422,),
    ),
    Endpoint(
        "PUT", "/api/remarks/{crisis}", put_remarks, "Keep remarks", RemarkList, KeepRemarks,
        faults=(404,), conflict=Conflict,
    ),
    Endpoint(
        "GET", "/api/remarkable/{job}", get_remarkable, "What remarks on a note can be about",
        Remarkable, faults=(409,),
    ),
)  # fmt: skip
