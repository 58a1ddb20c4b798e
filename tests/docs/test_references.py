"""Reference pages that are made from the code are fresh; those that are not leave nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest

import standoff as so
from standoff.assess import json_schema, reference
from standoff.assess.schemas import SCHEMAS
from standoff.cli.schema import file_name, schema_text

ROOT = Path(__file__).resolve().parents[2]


def test_each_public_name_has_its_entry() -> None:
    page = (ROOT / "docs/reference/python.md").read_text("utf-8")
    entries = re.split(r"^### `so\.(\w+)`$", page, flags=re.MULTILINE)[1:]
    named = dict(zip(entries[::2], entries[1::2], strict=True))
    assert set(named) == set(so.__all__)
    for name, text in named.items():
        assert "```python" in text, f"{name} has no example"
        assert len(re.sub(r"```.*?```", "", text, flags=re.DOTALL).strip()) > 0 or name == (
            "__version__"
        ), f"{name} has no words"


@pytest.mark.parametrize("name", [n for n in so.__all__ if callable(getattr(so, n))])
def test_entries_say_the_arguments_that_there_are(name: str) -> None:
    """Where an entry gives a signature, its names are the function's, in order."""
    import inspect

    page = (ROOT / "docs/reference/python.md").read_text("utf-8")
    given = re.search(rf"^`{name}\(([^`]*?)\)\s*->\s*[^`]+`$", page, re.MULTILINE | re.DOTALL)
    if given is None:
        assert isinstance(getattr(so, name), type), f"{name}: a function without a signature"
        return
    found = getattr(so, name)
    function = getattr(found, name) if inspect.ismodule(found) else found
    names = [part.partition("=")[0].strip(" *\n") for part in given[1].split(",")]
    assert [n for n in names if n] == list(inspect.signature(function).parameters)


def test_the_page_of_the_json_is_fresh() -> None:
    stored = (ROOT / "docs/reference/json.md").read_text("utf-8")
    assert stored.strip() == reference.page().strip(), (
        "run: python -m standoff.assess.reference > docs/reference/json.md"
    )


@pytest.mark.parametrize("which", SCHEMAS)
def test_the_published_schemas_are_fresh(which: str) -> None:
    path = ROOT / "schema" / file_name(which)
    assert path.read_text("utf-8") == schema_text(which), "run: standoff schema all -o schema"
    jsonschema.Draft202012Validator.check_schema(json_schema(which))


def test_an_assessment_fits_its_schema() -> None:
    import json

    found = so.assess("signal", variants=8, form=False)
    jsonschema.validate(json.loads(so.render(found, "json")), json_schema("assessment"))
