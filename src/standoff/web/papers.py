"""The documents of the workspace and what rests on them, as they are asked for.

They are added by `documents`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from anyio import to_thread
from pydantic import Field

from standoff.assess.links_models import LinksPart
from standoff.sources.models import SearchResult, ShownDocument, SourceList
from standoff.web.endpoint import Call, Endpoint
from standoff.web.faults import Refusal
from standoff.web.models import Asked

if TYPE_CHECKING:
    from standoff.sources.narrowing import Narrowing

Words = Annotated[str | None, Field(max_length=200)]


class PapersQuery(Asked):
    """Which documents."""

    volume: Words = None
    """Of this volume only."""
    since: Words = None
    """Written in this year, month or day, or later."""
    until: Words = None
    """Written then or earlier."""
    from_: Annotated[Words, Field(alias="from")] = None
    """Sent or signed by: part of a name."""
    to: Words = None
    """Sent or addressed to: part of a name."""
    person: Words = None
    """Naming this person: part of a name."""


class SearchQuery(PapersQuery):
    """What to search for, and where."""

    q: Annotated[str, Field(min_length=1, max_length=400)]
    """Words, phrases in quotes, `OR`, `-without`."""
    most: Annotated[int, Field(ge=1, le=200)] = 20
    """Passages."""
    meaning: bool = False
    """Also passages that say it in other words."""


class PaperQuery(Asked):
    """Which document."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    """As it is cited: `frus1961-63v06#d65`, or a passage of it, `frus1961-63v06#d65/p24`."""


async def get_papers(call: Call) -> SourceList:
    """Documents of the library."""
    return await to_thread.run_sync(_listed, call)


async def get_search(call: Call) -> SearchResult:
    """Passages that hold some words, or mean something like them."""
    query: SearchQuery = call.query
    if not query.meaning:
        return await to_thread.run_sync(_searched, call)
    from dataclasses import asdict

    ticket = call.bench.worker.ask(
        "look", "search_meaning", workspace=str(call.bench.workspace), query=query.q,
        narrowing=asdict(_narrowed(query)), most=query.most,
    )  # fmt: skip
    try:
        return SearchResult.model_validate_json(await asyncio.wrap_future(ticket.future))
    except asyncio.CancelledError:  # nobody waits for it any more
        ticket.cancel()
        raise


async def get_paper(call: Call) -> ShownDocument:
    """One document."""
    return await to_thread.run_sync(_shown, call)


async def get_links(call: Call) -> LinksPart:
    """What rests on which passage, and whether its words are still there."""
    return await to_thread.run_sync(_linked, call)


def _listed(call: Call) -> SourceList:
    from standoff.sources.library import Library

    library = Library(call.bench.workspace)
    found = library.documents(_narrowed(call.query))
    return SourceList(library=str(library.path), documents=found)


def _searched(call: Call) -> SearchResult:
    from standoff.sources.library import Library
    from standoff.sources.searching import search

    query: SearchQuery = call.query
    return search(Library(call.bench.workspace), query.q, _narrowed(query), query.most)


def _shown(call: Call) -> ShownDocument:
    from standoff.sources.citing import citation
    from standoff.sources.library import Library
    from standoff.sources.places import words_at

    volume, mark, rest = call.query.key.rpartition("#")
    own, _, locator = rest.partition("/")
    key = f"{volume}{mark}{own}"
    listed, found = Library(call.bench.workspace).find(key)
    passage = words_at(found, locator) if locator else None
    if locator and passage is None:
        raise Refusal("no-such-passage", f"the document has no passage {locator!r}", 404)
    return ShownDocument(listed=listed, citation=citation(found), passage=passage, document=found)


def _linked(call: Call) -> LinksPart:
    from standoff.assess.links import links_of
    from standoff.scenario.loading import loads_files
    from standoff.sources.library import Library

    scenario = loads_files(call.bench.crises.yaml(call.place("crisis")))
    found = links_of(scenario, Library(call.bench.workspace))
    if found is None:
        raise Refusal("not-found", "this crisis cites nothing", 404)
    return found


def _narrowed(query: PapersQuery) -> Narrowing:
    from standoff.sources.narrowing import Narrowing

    return Narrowing(query.volume, query.since, query.until, query.from_, query.to, query.person)


ENDPOINTS = (
    Endpoint(
        "GET", "/api/sources", get_papers, "Documents of the library", SourceList,
        query=PapersQuery,
    ),
    Endpoint(
        "GET", "/api/sources/search", get_search, "Passages that hold some words", SearchResult,
        query=SearchQuery,
    ),
    Endpoint(
        "GET", "/api/sources/document", get_paper, "One document", ShownDocument,
        query=PaperQuery, faults=(404,),
    ),
    Endpoint(
        "GET", "/api/links/{crisis}", get_links, "What rests on which passage", LinksPart,
        faults=(422,),
    ),
)  # fmt: skip
