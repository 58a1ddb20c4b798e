"""`standoff crux` as a person types it."""

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
from standoff.scenario.loading import library

QUICK = ("--variants", "8")
VIEW = """
views:
  dove:
    author: the embassy
    because: thinks that a clash would cost the neighbor dearly
    set: {prize.seize: 0.85, fight: 1.8, upkeep: 0.09}
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in this process, in a folder with two scenarios."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    written = (library() / "signal/signal.yaml").read_text("utf-8")
    Path("mine.yaml").write_text(written + VIEW, "utf-8")
    bold = written.replace("fight: {triangular: [0.8, 1.2, 2.0]", "fight: {uniform: [0.4, 0.8]")
    Path("bold.yaml").write_text(bold, "utf-8")

    def called(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["standoff", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)

    return called


def test_every_view_and_one_answer(run: Run) -> None:
    found = run("crux", "mine.yaml", *QUICK)
    told = " ".join(found.out.split())
    assert found.code == 0 and "THE EMBASSY AGAINST THE SCENARIO AS WRITTEN" in told
    assert "thinks that a clash would cost the neighbor dearly".capitalize()[:20] in told
    assert "all of it" in told and "What makes the gap" in told
    one = run("crux", "mine.yaml", "neighbor.seize", *QUICK)
    assert one.code == 0 and one.out.count("What makes the gap") == 1


def test_json_is_as_its_schema_says_and_the_same_again(run: Run) -> None:
    first = run("crux", "mine.yaml", "intent", "--views", "-", "dove", "--json", *QUICK)
    told = json.loads(first.out)
    jsonschema.validate(told, json_schema("crux"))
    (answer,) = told["pairs"][0]["answers"]
    assert abs(sum(s["share"] for s in answer["shares"]) - answer["gap"]) < 1e-12
    again = run("crux", "mine.yaml", "intent", "--views", "-", "dove", "--json", *QUICK)
    assert again.out == first.out


def test_two_files_and_one_answer(run: Run) -> None:
    found = run("crux", "mine.yaml", "bold.yaml", "neighbor.seize", *QUICK)
    assert found.code == 0 and "cost of a clash" not in found.err
    told = json.loads(run("crux", "mine.yaml", "bold.yaml", "--json", *QUICK).out)
    shares = told["pairs"][0]["answers"][0]["shares"]
    assert [s["id"] for s in shares] == ["fight"] and "to" in shares[0]["first"]


@pytest.mark.parametrize("ending", ["md", "html", "pdf", "svg", "json"])
def test_files(run: Run, tmp_path: Path, ending: str) -> None:
    found = run("crux", "mine.yaml", "intent", "-o", f"out.{ending}", *QUICK)
    assert found.code == 0 and (tmp_path / f"out.{ending}").stat().st_size > 500


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("signal",), "no views"),
        (("mine.yaml", "--views", "dove", "dov"), "did you mean dove"),
        (("mine.yaml", "cuba-1962"), "not the same crisis"),
        (("mine.yaml", "nowhere", "intent"), "no file, folder or shipped crisis"),
        (("mine.yaml", "bold.yaml", "--views", "-", "dove"), "not both"),
    ],
)
def test_what_is_wrong_is_said(run: Run, arguments: tuple[str, ...], said: str) -> None:
    found = run("crux", *arguments, *QUICK)
    assert found.code == 2 and said in found.err
