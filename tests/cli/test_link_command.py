"""`standoff sources link` as it is typed, and `standoff new --from`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.cli import main
from standoff.scenario import load


class Ended(NamedTuple):
    code: int
    out: str
    err: str


class Desk:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *arguments: str) -> Ended:
        self.monkeypatch.setattr(sys, "argv", ["standoff", *arguments])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = self.capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)


@pytest.fixture
def desk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Desk:
    monkeypatch.chdir(tmp_path)
    run = Desk(monkeypatch, capsys)
    Path("berg.md").write_text("The fleet has left the harbor. It may return before the ice.\n")
    assert run("sources", "add", "berg.md").code == 0
    assert run("new", "mine", "--from", "signal").code == 0
    with Path("mine/signal.yaml").open("a") as file:
        file.write("  berg: {title: Consul Berg}\n")
    return run


LINK = ("sources", "link", "mine", "--rests", "judgements.intent", "--passage", "berg#d1/p1")


def test_a_copy_has_its_own_name_and_is_the_same_elsewhere(desk: Desk) -> None:
    mine, theirs = load("mine"), load("signal")
    assert mine.id == "mine"
    assert mine.turns == theirs.turns
    again = desk("new", "mine", "--from", "signal")
    assert (again.code, "exists already" in again.err) == (2, True)
    bad = desk("new", "no name", "--from", "signal")
    assert (bad.code, Path("no name").exists()) == (2, False)
    assert desk("new", "x", "--from", "berg.md").code == 2


def test_the_table_and_the_exit_code(desk: Desk) -> None:
    assert desk(*LINK, "--quote", "has left the harbor", "--grade", "B2").code == 0
    found = desk("sources", "link", "mine")
    assert found.code == 0
    (row,) = [line for line in found.out.splitlines() if "berg#d1" in line]
    assert row.split()[2:5] == ["ok", "reported", "B2"]
    Path("berg.md").write_text("Nothing of it is left: all quiet.\n")
    assert desk("sources", "add", "berg.md").code == 0
    found = desk("sources", "link", "mine")
    assert found.code == 1
    assert "1 link (1 lost)" in found.out
    found = desk("sources", "link", "mine", "--json")
    assert found.code == 1
    jsonschema.validate(json.loads(found.out), json_schema("links"))


def test_links_travel_as_annotations(desk: Desk) -> None:
    assert desk(*LINK).code == 0
    assert desk("sources", "link", "mine", "--export", "links.jsonld").code == 0
    before = load("mine").links
    Path("mine/links.yaml").unlink()
    found = desk("sources", "link", "mine", "--import", "links.jsonld")
    assert found.code == 0
    assert load("mine").links == before
    assert desk("sources", "link", "mine", "--import", "berg.md").code == 2
    assert desk("sources", "link", "mine", "--import", "nothing.jsonld").code == 2


def test_what_is_asked_wrongly(desk: Desk) -> None:
    assert desk(*LINK, "--reanchor").code == 2
    assert desk(*LINK[:5]).code == 2
    shipped = desk("sources", "link", "signal", *LINK[3:])
    assert shipped.code == 2
    assert "standoff new NAME --from signal" in shipped.err
    assert not Path("mine/links.yaml").exists()


def test_without_a_library_all_is_unchecked(desk: Desk) -> None:
    found = desk("sources", "link", "mine", "--workspace", "elsewhere")
    assert found.code == 0
    assert "no library" in found.out
    assert not Path("elsewhere").exists()
