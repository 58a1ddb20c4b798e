"""A scenario from the texts of its files is the one from its folder."""

from __future__ import annotations

import pytest

from standoff.errors import ScenarioError
from standoff.scenario.loading import library, load, loads_files, shipped
from standoff.scenario.positions import positions_of


@pytest.mark.parametrize("name", shipped())
def test_texts_are_read_as_the_folder_is(name: str) -> None:
    texts = {p.name: p.read_text("utf-8") for p in (library() / name).glob("*.yaml")}
    backwards = dict(sorted(texts.items(), reverse=True))
    found = loads_files(backwards)
    assert found == load(name)
    place = positions_of(found).at("record.0")
    assert place is not None and place.file in texts


def test_problems_name_the_text_that_they_stand_in() -> None:
    texts = {"a.yaml": "standoff: 1\nid: [\n", "b.yaml": "title: x\ntitle: y\n"}
    with pytest.raises(ScenarioError) as caught:
        loads_files(texts)
    files = {p.position.file for p in caught.value.problems if p.position is not None}
    assert files == {"a.yaml", "b.yaml"}


def test_a_key_written_in_two_texts_is_told() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads_files({"a.yaml": "title: x\n", "b.yaml": "title: y\n"})
    (found,) = [p for p in caught.value.problems if p.code == "duplicate-key"]
    assert "a.yaml" in found.found
