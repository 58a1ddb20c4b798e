"""The reference page of the scenario language: every key has an entry and an example that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from standoff.compile import compile_scenario
from standoff.scenario import check, models, source_models
from standoff.scenario.annotations import keys_of
from standoff.scenario.check_context import parts
from standoff.scenario.loading import finish
from standoff.scenario.models import Scenario
from standoff.scenario.positions import Positions
from standoff.scenario.reader import read_text
from standoff.scenario.shape import shaped

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "scenario.md"
TEXT = PAGE.read_text("utf-8")
BLOCK = re.compile(r"^```yaml( base)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"\((\w+)\)(?:\n|:)")


def blocks() -> Iterator[tuple[int, bool, str]]:
    for found in BLOCK.finditer(TEXT):
        yield TEXT.count("\n", 0, found.start()) + 2, bool(found.group(1)), found.group(2)


BASE = next(text for _, base, text in blocks() if base)
FRAGMENTS = [pytest.param(text, id=f"line-{line}") for line, base, text in blocks() if not base]


def joined(base: Any, over: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return base | {k: joined(base[k], v) if k in base else v for k, v in over.items()}


def scenario_of(fragment: str) -> Scenario:
    data = joined(read_text(BASE).data, read_text(fragment).data)
    scenario, problems = shaped(data, Positions())
    assert scenario is not None, "\n".join(map(str, problems))
    return scenario


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_each_example_runs(fragment: str) -> None:
    scenario = finish(scenario_of(fragment))
    assert [str(p) for p in check(scenario) if p.severity == "error"] == []
    assert compile_scenario(scenario).game is not None


def every_model() -> dict[str, type[BaseModel]]:
    homes = (models.__name__, source_models.__name__)
    return {
        name: model
        for home in (models, source_models)
        for name, model in vars(home).items()
        if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ in homes
    }


def entries() -> dict[str, set[str]]:
    """Model -> the keys listed under the heading that names it."""
    out: dict[str, set[str]] = {}
    here = ""
    for line in TEXT.splitlines():
        heading = re.search(r"\((\w+)\):?$", line)
        if heading and heading[1] in every_model():
            here = heading[1]
        entry = re.match(r"- `(\w+)`:", line)
        if entry:
            out.setdefault(here, set()).add(entry[1])
    return out


@pytest.mark.parametrize("name", sorted(every_model()))
def test_each_key_has_its_entry(name: str) -> None:
    assert entries().get(name, set()) == set(keys_of(every_model()[name]))


def test_each_key_is_used_in_an_example() -> None:
    used: dict[str, set[str]] = {}
    for fragment in [BASE, *(p.values[0] for p in FRAGMENTS)]:
        for _, model in parts(scenario_of(str(fragment))):
            keys = {k.name for k in keys_of(type(model)).values()
                    if k.field in model.model_fields_set}  # fmt: skip
            used.setdefault(type(model).__name__, set()).update(keys)
    in_python = {"JointRow": {"p"}, "Round": {"first", "last", "label"}, "Scenario": {"joint"}}
    for name, model in every_model().items():
        missing = set(keys_of(model)) - used.get(name, set()) - in_python.get(name, set())
        assert missing == set(), f"{name}: no example uses {missing}"
