"""The published JSON Schema: fresh, right about valid scenarios, and useful to an editor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from small_crisis import TEXT

from standoff.scenario import load, new_scenario, schema, shipped, to_yaml
from standoff.scenario.loading import library

VALIDATOR = jsonschema.Draft202012Validator(schema())


def as_editors_see_it(text: str) -> Any:
    """YAML as a language server loads it (YAML 1.2: dates are text)."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [r for r in resolvers if r[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    # an editor's keys are text, whatever they look like (`{true: 0.5}`)
    return json.loads(json.dumps(yaml.load(text, Loader)))


def faults(text: str) -> list[str]:
    return [
        f"{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}"
        for e in VALIDATOR.iter_errors(as_editors_see_it(text))
    ]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", shipped())
def test_shipped_crises_are_valid(name: str) -> None:
    merged: dict[str, Any] = {}
    for path in sorted((library() / name).glob("*.yaml")):
        for key, value in as_editors_see_it(path.read_text("utf-8")).items():
            held = merged.get(key)
            if isinstance(held, dict):
                held.update(value)
            elif isinstance(held, list):
                held.extend(value)
            else:
                merged[key] = value
    assert [e.message for e in VALIDATOR.iter_errors(merged)] == []
    assert faults(to_yaml(load(name))) == []


def test_the_small_crisis_and_the_template_are_valid() -> None:
    assert faults(TEXT) == []
    assert faults(new_scenario("x")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("as_of:", "as_off:"),
        ("kind: nature", "kind: natur"),
        ("rounds: last", "round: last"),
        ("title: A small crisis\n", ""),
        ("quiet: true", "quiet: {}"),
        ("between: [gain.hawk, luck]", "between: [luck]"),
        ("{uniform: [0.1, 0.4]}", "{unifrom: [0.1, 0.4]}"),
        ("standoff: 1", "standoff: 2"),
        ("rank: 0.5", "rank: 5"),
    ],
)
def test_an_editor_underlines(old: str, new: str) -> None:
    assert faults(TEXT.replace(old, new))


def properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for name, inner in node.get("properties", {}).items():
            yield name, inner
        for inner in node.values():
            yield from properties(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from properties(inner)


def test_every_key_says_what_it_is() -> None:
    models = schema()["$defs"]

    def words(inner: dict[str, Any]) -> str:
        named = models.get(inner.get("$ref", "").rpartition("/")[2], {})
        return inner.get("description") or named.get("description", "")

    silent = {name for name, inner in properties(schema()) if not words(inner)}
    assert silent == set()


def test_expressions_may_be_numbers_and_booleans() -> None:
    move = schema()["$defs"]["Move"]["properties"]
    assert set(move["rate"]["type"]) == {"string", "number", "boolean"}
    assert move["serves"]["anyOf"], "one name, or a list"
