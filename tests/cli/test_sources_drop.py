"""`standoff sources drop`: where it finds the scenario, what it writes, what it refuses."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.cli import main
from standoff.scenario import load
from standoff.scenario.loading import library

QUICK = ("--variants", "6")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command in an empty folder: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["standoff", "sources", "drop", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return called


def border(folder: Path) -> Path:
    """The small crisis as a file of the user's."""
    file = folder / "border.yaml"
    file.write_text((library() / "signal" / "signal.yaml").read_text("utf-8"), "utf-8")
    return file


def test_json_follows_its_schema(run: Run) -> None:
    code, out, _ = run("attache", "--in", "signal", "--dry-run", "--json", *QUICK)
    found = json.loads(out)
    jsonschema.validate(found, json_schema("ripple"))
    assert code == 0 and found["dropped"] == ["attache"]
    code, out, _ = run("--all", "--in", "signal", "--json", *QUICK)
    jsonschema.validate(json.loads(out), json_schema("ripples"))
    assert code == 0


def test_the_scenario_of_the_folder_is_meant(run: Run, tmp_path: Path) -> None:
    code, _, err = run("attache", "--dry-run")
    assert code == 2 and "no scenario in the current folder" in err
    border(tmp_path)
    code, out, _ = run("attache", "--dry-run", *QUICK)
    assert code == 0 and "A mobilization on the border" in out


def test_the_scenario_without_it_is_written_elsewhere(run: Run, tmp_path: Path) -> None:
    file = border(tmp_path)
    before = file.read_bytes()
    code, _, err = run("attache")
    assert code == 2 and "-o FILE.yaml" in err
    code, _, err = run("attache", "-o", "border.yaml")
    assert code == 2 and "over itself" in err
    assert file.read_bytes() == before
    code, _, err = run("attache", "--in", str(file), "-o", "without/less.yaml")
    assert code == 0 and "1 record item forgotten, 3 parts without support" in err
    left = load(tmp_path / "without" / "less.yaml")
    assert [item.unknown for item in left.record] == ["call_up"] and not left.sources
    assert file.read_bytes() == before


def test_a_folder_is_not_written_into(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "crisis"
    folder.mkdir()
    border(folder)
    code, _, err = run("attache", "--in", str(folder), "-o", str(folder / "border.yaml"))
    assert code == 2 and "over itself" in err
    # A further file in the folder would be part of the scenario.
    code, _, err = run("attache", "--in", str(folder), "-o", str(folder / "more.yaml"))
    assert code == 2 and "over itself" in err
    assert sorted(p.name for p in folder.iterdir()) == ["border.yaml"]


def test_documents_or_all(run: Run) -> None:
    assert run("--in", "signal", "--dry-run")[0] == 2
    assert run("attache", "--all", "--in", "signal")[0] == 2
    code, _, err = run("attach", "--in", "signal", "--dry-run")
    assert code == 2 and "did you mean attache?" in err


def test_a_report_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("attache", "--in", "signal", "--dry-run", "-o", "ripple.html", *QUICK)
    assert code == 0 and not out
    assert "<html" in (tmp_path / "ripple.html").read_text("utf-8")
