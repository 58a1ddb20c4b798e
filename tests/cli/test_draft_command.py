"""`standoff draft` as a person types it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.cli import main
from standoff.draft import draft
from standoff.errors import Cancelled

NOTE = """# Note on the harbor

Moscow will probably try to win over the pilots. Washington may wait and hopes to learn more.
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.md").write_text(NOTE, "utf-8")

    def called(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["standoff", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)

    return called


def test_it_says_what_was_found_and_what_to_do_next(run: Run) -> None:
    ended = run("draft", "note.md", "-o", "harbor", "--date", "1902-05-04")
    assert ended.code == 0
    assert "players   United States (2 clauses)\n          Soviet Union (1 clause)" in ended.out
    assert "clauses   3: 2 forecast, 1 attitude" in ended.out
    assert "date      1902-05-04 (given with --date)" in ended.out
    assert "standoff check harbor" in ended.out
    checked = run("check", "harbor")
    assert checked.code == 0
    assert "no errors" in checked.out


def test_json_has_the_published_shape(run: Run) -> None:
    ended = run("draft", "note.md", "--json")
    assert ended.code == 0
    found = json.loads(ended.out)
    jsonschema.validate(found, json_schema("draft"))
    assert [Path(name).name for name in found["files"]] == [
        f"{found['id']}.yaml",
        "judgements.yaml",
    ]
    assert [clause["kind"] for clause in found["clauses"]] == ["forecast", "forecast", "attitude"]


def test_it_refuses_to_write_over_a_draft(run: Run) -> None:
    assert run("draft", "note.md", "-o", "harbor").code == 0
    again = run("draft", "note.md", "-o", "harbor")
    assert again.code == 2
    assert "left as it is" in again.err
    assert run("draft", "note.md", "-o", "harbor", "--force").code == 0


@pytest.mark.parametrize("name", ["nowhere.txt", "frus1961-63v06#d65", "."])
def test_what_cannot_be_read_ends_with_2(run: Run, name: str) -> None:
    ended = run("draft", name)
    assert ended.code == 2
    assert "error" in ended.err


def test_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Note\n\nMoscow may yield.")))
    ended = run("draft", "-", "-o", "typed")
    assert ended.code == 0
    assert "clauses   1: 1 forecast" in ended.out


def test_it_can_be_stopped(run: Run) -> None:
    class Wish:
        cancelled = True

        def say(self, what: str) -> None: ...

        def step(self, done: int, total: int) -> None: ...

    with pytest.raises(Cancelled):
        draft(Path("note.md"), progress=Wish())
    assert [path.name for path in Path().iterdir()] == ["note.md"]
