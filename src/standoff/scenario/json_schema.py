"""The JSON Schema of the scenario language, for editors (yaml-language-server and its kin).

YAML that an editor reads has numbers and booleans where ours has only text, and short forms (one
item without brackets, a number for a distribution) that validators turn into long ones: the schema
made by Pydantic is widened to take them.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from standoff.scenario.model_base import as_list
from standoff.scenario.models import Scenario

__all__ = ["schema", "schema_text"]

_ID = "standoff/scenario-1.json"
_TEXT = ["string", "number", "boolean"]
_SHORT = {"Distribution", "Resolved"}
"""Models that may be written as a bare value."""


class _Generator(GenerateJsonSchema):
    """Widens what validators accept before the model proper sees it."""

    def function_before_schema(self, schema: Any) -> dict[str, Any]:
        inner = self.generate_inner(schema["schema"])
        function = schema["function"].get("function")
        if function is as_list:
            return _one_or_list(inner)
        return inner

    def model_schema(self, schema: Any) -> dict[str, Any]:
        inner = super().model_schema(schema)
        if schema["cls"].__name__ in _SHORT:
            title = inner.pop("title", "")
            words = inner.pop("description", "")
            return {"title": title, "description": words, "anyOf": [{"type": _TEXT}, inner]}
        return inner

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])  # defaults would be offered as completions


def _one_or_list(inner: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in inner:  # a list or nothing
        return {
            "anyOf": [v for each in inner["anyOf"] for v in _one_or_list(each).get("anyOf", [each])]
        }
    if inner.get("type") != "array":
        return inner
    return {"anyOf": [inner, inner.get("items", {"type": _TEXT})]}


@lru_cache(maxsize=1)
def _made() -> str:
    made = Scenario.model_json_schema(by_alias=True, schema_generator=_Generator)
    out = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": _ID,
        **_widened(made),
    }
    out["title"] = "Standoff scenario, version 1"
    return json.dumps(out, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario file, as plain data."""
    out: dict[str, Any] = json.loads(_made())
    return out


def schema_text() -> str:
    """The same as text, as published."""
    return _made()


def _widened(node: Any) -> Any:
    """Numbers and booleans where text is wanted, an empty value where a key may be left out."""
    if isinstance(node, list):
        return [_widened(n) for n in node]
    if not isinstance(node, dict):
        return node
    out = {k: _widened(v) for k, v in node.items() if k != "properties"}
    if "properties" in node:
        out["properties"] = {k: _widened(v) for k, v in node["properties"].items()}
    kind = node.get("type")
    if kind == "string" and "enum" not in node and "const" not in node:
        if "pattern" not in node:
            out["type"] = list(_TEXT)
    elif {"true", "false"} <= set(node.get("enum", ())):
        out = {**out, "enum": [*node["enum"], True, False]}
        out.pop("type", None)
    elif kind == "array" and "prefixItems" in node:
        out["items"] = False
    out.pop("title", None)
    if "anyOf" in out and "default" not in out:
        out["anyOf"] = _distinct(out["anyOf"])
        if len(out["anyOf"]) == 1:
            (only,) = out.pop("anyOf")
            out = {**only, **out}
    return out


def _distinct(branches: list[Any]) -> list[Any]:
    seen: list[Any] = []
    for branch in branches:
        if branch not in seen:
            seen.append(branch)
    return seen
