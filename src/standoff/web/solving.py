"""Solving, as it is asked for: jobs, their events, what they found, and quick answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from anyio import to_thread
from starlette.responses import Response, StreamingResponse

from standoff.assess.models import Assessment
from standoff.web import policy
from standoff.web.crises import revision_of
from standoff.web.endpoint import Call, Endpoint
from standoff.web.faults import Refusal
from standoff.web.jobs import Job
from standoff.web.models import (
    Asked,
    AskParameters,
    ChartList,
    ChartPart,
    CrisisId,
    JobList,
    JobPart,
    Labels,
    ParameterList,
    Revision,
    Solve,
    Source,
)
from standoff.web.quick_models import AskQuick, Quick
from standoff.web.solved import remember

HEARTBEAT = 15.0
"""Seconds after which a stream without news says that it is still there."""
_TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown",
    "text": "text/plain",
    "json": "application/json",
}


async def files_of(call: Call, source: Source) -> dict[str, str]:
    """The texts that are to be solved."""
    if (source.crisis is None) == (source.files is None):
        raise Refusal("bad-request", "give either a crisis or files", 422)
    if source.files is not None:
        return {n: t for n, t in source.files.items() if not n.endswith(".md")}
    assert source.crisis is not None
    files = await to_thread.run_sync(call.bench.crises.yaml, source.crisis)
    if source.revision is not None and source.revision != revision_of(files):
        raise Refusal("conflict", "the files of this crisis have changed since", 409)
    return files


async def post_solve(call: Call) -> JobPart:
    """Ask for an assessment."""
    ask: Solve = call.body
    files = await files_of(call, ask)
    job = await call.bench.jobs.ask(files, ask)
    if ask.crisis is not None:  # so that the editor can say what has changed since
        await to_thread.run_sync(remember, call.bench.workspace, ask.crisis, job.id, files)
    return job.part()


async def get_jobs(call: Call) -> JobList:
    """What was asked for."""
    return JobList(jobs=[job.part() for job in call.bench.jobs.all()])


async def get_job(call: Call) -> JobPart:
    """How far it is."""
    return (await call.bench.jobs.get(call.place("job"))).part()


async def post_job(call: Call) -> JobPart:
    """Ask again."""
    return (await call.bench.jobs.again(call.place("job"))).part()


async def delete_job(call: Call) -> JobPart:
    """Stop it."""
    job = await call.bench.jobs.get(call.place("job"))
    call.bench.jobs.stop(job)
    return job.part()


async def get_events(call: Call) -> Response:
    """Follow a job: server-sent events, each with the whole state under its number.

    A browser that comes back says the number of the last event that it has seen, and is told what
    has changed since.
    """
    job = await call.bench.jobs.get(call.place("job"))
    seen = call.request.headers.get("last-event-id", "")
    after = int(seen) if seen.isdecimal() and len(seen) < 10 else -1
    closing = call.request.scope.get("standoff.closing")
    return StreamingResponse(_events(job, after, closing), media_type="text/event-stream")


async def _events(job: Job, after: int, closing: Any) -> AsyncIterator[str]:
    quiet = 0.0
    # A number of an earlier server says nothing here. That a job is over is said to whoever asks,
    # or a browser whose last number happens to be ours would ask for ever.
    if after > job.last or job.over:
        after = -1
    yield "retry: 1000\n\n"
    while closing is None or not closing.is_set():
        changed = job.changed
        if job.last > after or (after < 0 and not job.last):
            after, quiet = job.last, 0.0
            yield f"id: {after}\nevent: job\ndata: {job.part().model_dump_json()}\n\n"
        if job.over:
            return
        try:
            await asyncio.wait_for(changed.wait(), 0.5)
        except TimeoutError:
            quiet += 0.5
            if quiet >= HEARTBEAT:
                quiet = 0.0
                yield ": still there\n\n"


async def get_assessment(call: Call) -> Response:
    """What a job found."""
    text = await call.bench.jobs.result(call.place("job"))
    return Response(text, media_type="application/json")


class NoteQuery(Asked):
    """How a note is written."""

    short: bool = False
    """Two to four pages of it."""
    download: bool = False
    """To be kept, not shown."""
    remarks: CrisisId | None = None
    """With what the analyst has added to this crisis' note."""
    at: Revision = ""
    """Of the remarks: says nothing, but a page that names it is not shown an older note."""


async def get_note(call: Call) -> Response:
    """The note, as it will print."""
    format, query = call.place("format"), call.query
    id = call.place("job")
    text = await call.bench.jobs.result(id)
    if format == "json":
        content = text.encode()
    else:
        own = "[]"
        if query.remarks is not None:
            own = await to_thread.run_sync(call.bench.crises.remarks, query.remarks)
        content = await call.bench.look(
            ("note", id, format, query.short, own), "note",
            assessment=text, format=format, short=query.short, remarks=own,
        )  # fmt: skip
    headers = {}
    if query.download:
        job = await call.bench.jobs.get(id)
        ending = "txt" if format == "text" else format
        headers["content-disposition"] = f'attachment; filename="{_plain(job.scenario)}.{ending}"'
    made = Response(content, media_type=_TYPES[format], headers=headers)
    if format == "html":
        for name, value in policy.headers(policy.NOTES):
            made.headers[name.decode()] = value.decode()
    return made


async def get_charts(call: Call) -> ChartList:
    """The charts of an assessment."""
    return ChartList(charts=[ChartPart(id=c["id"], title=c["title"],
                                       description=c["description"])
                             for c in await _charts(call)])  # fmt: skip


async def get_chart(call: Call) -> Response:
    """One chart, as a Vega-Lite specification."""
    for chart in await _charts(call):
        if chart["id"] == call.place("chart"):
            return Response(json.dumps(chart["spec"]), media_type="application/json")
    raise Refusal("not-found", "there is no chart of that name", 404)


async def _charts(call: Call) -> list[dict[str, Any]]:
    id = call.place("job")
    text = await call.bench.jobs.result(id)
    made: str = await call.bench.look(("charts", id), "charts", assessment=text)
    found: list[dict[str, Any]] = json.loads(made)
    return found


async def post_quick(call: Call) -> Response:
    """Headline numbers under some settings, from few variants."""
    ask: AskQuick = call.body
    files = await files_of(call, ask)
    text = await call.bench.quick(
        ask.slot, files=files, settings=dict(ask.settings), as_of=ask.as_of, for_=ask.for_,
        variants=ask.variants, seed=ask.seed, standard=ask.standard,
    )  # fmt: skip
    return Response(text, media_type="application/json")


async def get_parameters(call: Call) -> Response:
    """What can be set in a crisis."""
    files = await to_thread.run_sync(call.bench.crises.yaml, call.place("crisis"))
    return await _parameters(call, files)


async def get_labels(call: Call) -> Response:
    """What a crisis calls its names."""
    files = await to_thread.run_sync(call.bench.crises.yaml, call.place("crisis"))
    text = await call.bench.look(("labels", revision_of(files)), "labels", files=files)
    return Response(text, media_type="application/json")


async def post_parameters(call: Call) -> Response:
    """What can be set in a scenario that is being written."""
    body: AskParameters = call.body
    return await _parameters(call, {n: t for n, t in body.files.items() if not n.endswith(".md")})


async def _parameters(call: Call, files: dict[str, str]) -> Response:
    key = ("parameters", revision_of(files))
    text = await call.bench.look(key, "parameters", files=files)
    return Response(text, media_type="application/json")


ENDPOINTS = (
    Endpoint(
        "GET", "/api/parameters/{crisis}", get_parameters, "What can be set in a crisis",
        ParameterList, faults=(422,),
    ),
    Endpoint(
        "GET", "/api/labels/{crisis}", get_labels, "What a crisis calls its names", Labels,
        faults=(422,),
    ),
    Endpoint(
        "POST", "/api/parameters", post_parameters, "What can be set in a text", ParameterList,
        AskParameters,
    ),
    Endpoint(
        "POST", "/api/solve", post_solve, "Ask for an assessment", JobPart, Solve,
        faults=(404, 409), status=202,
    ),
    Endpoint(
        "POST", "/api/quick", post_quick, "Headline numbers under some settings", Quick, AskQuick,
        faults=(404, 409),
    ),
    Endpoint("GET", "/api/jobs", get_jobs, "What was asked for", JobList),
    Endpoint("GET", "/api/jobs/{job}", get_job, "How far a job is", JobPart),
    Endpoint("POST", "/api/jobs/{job}", post_job, "Ask the same again", JobPart),
    Endpoint("DELETE", "/api/jobs/{job}", delete_job, "Stop a job", JobPart),
    Endpoint(
        "GET", "/api/jobs/{job}/events", get_events, "Follow a job", media=("text/event-stream",)
    ),
    Endpoint(
        "GET", "/api/assessment/{job}", get_assessment, "What a job found", Assessment,
        faults=(409,),
    ),
    Endpoint(
        "GET", "/api/note/{job}.{format}", get_note, "The note", query=NoteQuery,
        media=tuple(_TYPES.values()), faults=(409, 422),
    ),
    Endpoint("GET", "/api/charts/{job}", get_charts, "The charts", ChartList, faults=(409, 422)),
    Endpoint(
        "GET", "/api/charts/{job}/{chart}", get_chart, "One chart as Vega-Lite",
        faults=(409, 422),
    ),
)  # fmt: skip


def _plain(text: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in text)
