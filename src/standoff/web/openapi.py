"""The description of the interface, made from the endpoints and the models: OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from standoff.web.endpoint import PLACES, Endpoint
from standoff.web.models import Fault

_FAULTS = {
    400: "What was sent is no JSON.",
    401: "The token is missing.",
    403: "The request comes from another page, or changes what can only be read.",
    404: "There is nothing of that name.",
    408: "The body did not arrive in time.",
    409: "Somebody was faster, or a name is taken.",
    413: "The body is too large.",
    415: "The body is of another kind.",
    421: "The server answers for another host.",
    422: "What was asked can't be done; the fault says why.",
    500: "A fault of Standoff, or of the disk.",
    503: "Too many requests at once.",
}
_DOOR = (401, 421, 500, 503)
_CHANGING = (403,)
_BODY = (400, 408, 413, 415, 422)


def description(endpoints: Sequence[Endpoint], version: str) -> dict[str, Any]:
    """The document."""
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Fault, "serialization"): None}
    for one in endpoints:
        for model in (one.answer, one.conflict):
            if model is not None:
                models[model, "serialization"] = None
        if one.body is not None:
            models[one.body, "validation"] = None
    refs, schemas = models_json_schema(
        list(models), ref_template="#/components/schemas/{model}", by_alias=True
    )
    named: dict[Any, dict[str, str]] = {**refs}
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Standoff",
            "version": version,
            "summary": "The interface that the pages of the workbench use.",
            "description": "Pages show the token in a cookie that they can't read themselves; "
            "programs send it with each request.",
        },
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(one: Endpoint, refs: dict[Any, dict[str, str]]) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(one.status): {"description": one.summary, "content": _content(one, refs)}
    }
    statuses = {*_DOOR, *one.faults}
    if one.method != "GET":
        statuses |= set(_CHANGING)
    if one.body is not None:
        statuses |= set(_BODY)
    if one.query is not None:
        statuses.add(422)
    if one.in_path:
        statuses.add(404)
    if one.conflict is not None:
        statuses.add(409)
    for status in sorted(statuses):
        model = one.conflict if status == 409 and one.conflict is not None else Fault
        answers[str(status)] = {
            "description": _FAULTS[status],
            "content": {"application/json": {"schema": refs[model, "serialization"]}},
        }
    operation: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [*_in_path(one), *_in_query(one)],
        "responses": answers,
    }
    if one.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": refs[one.body, "validation"]}},
        }
    return operation


def _content(one: Endpoint, refs: dict[Any, dict[str, str]]) -> dict[str, Any]:
    if one.answer is not None:
        return {"application/json": {"schema": refs[one.answer, "serialization"]}}
    return {media: {} for media in one.media}


def _in_path(one: Endpoint) -> list[dict[str, Any]]:
    found = []
    for name in one.in_path:
        schema = dict(PLACES[name])
        words = schema.pop("description")
        found.append(
            {"name": name, "in": "path", "required": True, "description": words, "schema": schema}
        )
    return found


def _in_query(one: Endpoint) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    schema = one.query.model_json_schema(by_alias=True)
    needed = set(schema.get("required", ()))
    return [
        {
            "name": name, "in": "query", "required": name in needed,
            "description": about.get("description", ""),
            "schema": {k: v for k, v in about.items() if k not in ("description", "title")},
        }
        for name, about in schema["properties"].items()
    ]  # fmt: skip
