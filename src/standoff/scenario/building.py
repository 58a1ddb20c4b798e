"""The Python way of writing a scenario: the same keys as in YAML, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standoff.errors import ScenarioError
from standoff.scenario.loading import finish
from standoff.scenario.models import Scenario
from standoff.scenario.positions import Positions
from standoff.scenario.shape import shaped
from standoff.scenario.write import plain

__all__ = ["build"]


def build(
    data: Mapping[str, Any] | Scenario, *, settings: Mapping[str, str] | None = None
) -> Scenario:
    """A scenario from nested dicts and lists (or from a model), checked and expanded like a file's.

    Numbers, booleans, dates and models may stand where YAML has text. Raises `ScenarioError` with
    every problem; problems carry key paths, there being no file to point into.

        standoff.scenario.build({"standoff": 1, "id": "border", "title": "...", ...})
    """
    tree = plain(data) if isinstance(data, Scenario) else _keyed(data)
    scenario, problems = shaped(tree, Positions())
    if scenario is None:
        raise ScenarioError(problems)
    return finish(scenario, settings)


def _keyed(value: Any) -> Any:
    """Plain data with text for keys and lists for tuples; models inside it as an author's text."""
    if isinstance(value, Mapping):
        return {str(k): _keyed(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_keyed(v) for v in value]
    if hasattr(value, "model_fields_set"):
        return plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else value
