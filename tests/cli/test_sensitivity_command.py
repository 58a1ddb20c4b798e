"""`standoff sensitivity` as a person types it."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.cli import main

Run = Callable[..., tuple[int, str, str]]
ASKED = ("signal", "--answer", "intent", "--variants", "64")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["standoff", "sensitivity", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return called


def test_a_table_and_a_sentence(run: Run) -> None:
    code, out, _ = run(*ASKED, "--sobol", "16")
    assert code == 0
    assert "It hangs most on upkeep: as it rises, the answer falls" in " ".join(out.split())
    assert "160 variants more: a base sample of 16 x (8" in " ".join(out.split())
    head = next(line for line in out.splitlines() if line.startswith("Assumption"))
    assert [cell.strip() for cell in head.split("│")][2:] == ["Rank", "Delta", "S1", "ST"]
    assert all(len(line) <= 88 for line in out.splitlines())


def test_json_fits_its_schema_and_a_second_run_takes_over(run: Run) -> None:
    code, out, _ = run(*ASKED, "--sobol", "16", "--json")
    found = json.loads(out)
    jsonschema.validate(found, json_schema("sensitivity"))
    assert code == 0 and found["design"]["variants"] == 160
    assert [a["id"] for a in found["answers"]] == ["intent"]
    code, again, said = run(*ASKED, "--sobol", "16", "--json")
    assert code == 0 and again == out and "taken over" in said


def test_the_ending_says_what_is_written(run: Run) -> None:
    for name in ("r.html", "r.md", "r.csv", "r.svg", "r.json", "r.txt"):
        code, out, said = run(*ASKED, "--sobol", "0", "-o", name)
        assert (code, out) == (0, "") and f"wrote {name}" in said
    rows = list(csv.DictReader(Path("r.csv").read_text("utf-8").splitlines()))
    assert len(rows) == 8 and rows[0]["id"] == "upkeep" and rows[0]["noise"] == "false"
    assert float(rows[0]["swing"]) < 0 and rows[0]["sobol_total"] == ""
    drawn = ElementTree.fromstring(Path("r.svg").read_text("utf-8"))
    assert drawn.get("role") == "img"
    page = Path("r.html").read_text("utf-8")
    assert "<svg" in page and "hangs most on upkeep" in page
    assert "No Sobol indices" in Path("r.txt").read_text("utf-8")


def test_what_is_wrong_is_told_before_anything_is_solved(run: Run) -> None:
    code, _, said = run("signal", "--answer", "intend")
    assert code == 2 and "intent" in said
    code, _, said = run("signal", "--sobol", "100")
    assert code == 2 and "power of two" in said and "128" in said
    assert not Path(".standoff").exists()
