"""`standoff tip` as a person types it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.cli import main

QUICK = ("--variants", "16")


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["standoff", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)

    return called


def test_one_answer_twice_and_as_json(run: Run) -> None:
    first = run("tip", "signal", "intent", *QUICK)
    assert first.code == 0 and "What turns it, nearest first" in first.out
    again = run("tip", "signal", "intent", *QUICK)
    assert again.out == first.out and "taken over" in again.err
    told = json.loads(run("tip", "signal", "intent", "--json", *QUICK).out)
    jsonschema.validate(told, json_schema("tipping"))
    assert told["answers"][0]["points"][0]["parameter"] == "upkeep"


def test_what_is_kept_does_not_show(run: Run, tmp_path: Path) -> None:
    """Asked after another question or afresh elsewhere: the same bytes."""
    run("tip", "signal", "intent", "--at", "0.7", *QUICK)
    kept = run("tip", "signal", "intent", "--json", *QUICK).out
    fresh = run("tip", "signal", "intent", "--json", "--workspace", "elsewhere", *QUICK).out
    assert kept == fresh


def test_all_of_them(run: Run) -> None:
    ended = run("tip", "signal", *QUICK)
    assert ended.code == 0
    assert "The nearest single assumption that would turn each answer" in ended.out


@pytest.mark.parametrize("ending", ["svg", "html", "json", "md"])
def test_written_to_a_file(run: Run, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"tip.{ending}"
    ended = run(
        "tip", "signal", "intent", "--map", "upkeep", "most", *QUICK, "-o", str(target)
    )  # fmt: skip
    assert (ended.code, ended.out) == (0, "") and "wrote" in ended.err
    written = target.read_text("utf-8")
    if ending == "json":
        jsonschema.validate(json.loads(written), json_schema("tipping"))
    else:
        assert "over two assumptions" in written or ending == "md"


@pytest.mark.parametrize(("arguments", "told"), [
    (("intnt",), "did you mean intent?"),
    (("intent", "--to", "likly"), "did you mean likely?"),
    (("intent", "--at", "2"), "between 0 and 1"),
    (("intent", "--at", "0.5", "--to", "likely"), "not both"),
    (("intent", "--map", "upkep", "fight"), "did you mean upkeep?"),
    (("cost",), "can't be turned"),
    (("options", "--for", "them"), "names no player"),
    (("intent", "--as-of", "someday"), "someday"),
])  # fmt: skip
def test_what_can_not_be_asked(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    ended = run("tip", "signal", *arguments)
    assert ended.code == 2 and told in ended.err
    assert not (tmp_path / ".standoff" / "runs").exists()


def test_a_chart_is_of_one_answer(run: Run) -> None:
    assert run("tip", "signal", "-o", "all.svg").code == 2
