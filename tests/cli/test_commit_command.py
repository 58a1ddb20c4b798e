"""`standoff commit` as a person types it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.cli import main

FEW = ("--variants", "4")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    before = sys.argv
    sys.argv = ["standoff", "commit", *arguments]
    try:
        with pytest.raises(SystemExit) as stop:
            main.run()
    finally:
        sys.argv = before
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_text_and_json_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "signal", "us.answer", *FEW)
    assert code == 0 and "reinforces the province" in out
    code, text, _ = run(capsys, "signal", "us.answer", *FEW, "--json")
    assert code == 0
    jsonschema.validate(json.loads(text), json_schema("commitment"))
    best = json.loads(text)["actors"][0]["turns"][0]["ties"][0]
    assert f"{best['gain']['value']:+.2f}".replace("-", "−") in out


def test_files_and_costs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("a.md", "a.html", "a.json"):
        where = str(tmp_path / name)
        code, _, err = run(capsys, "signal", *FEW, "-o", where)
        assert code == 0 and "wrote" in err and Path(where).stat().st_size > 1000
    given = ("--cost", "0.5", "--cost", "0.25", "--move", "hold")
    _, text, _ = run(capsys, "signal", "us.answer", *FEW, *given, "--json")
    audience = json.loads(text)["actors"][0]["turns"][0]["audience"]
    assert [point["cost"] for point in audience["points"]] == [0.25, 0.5]
    assert audience["move"] == "us.answer.hold"


def test_settings_count(capsys: pytest.CaptureFixture[str]) -> None:
    worth = []
    for value in ("0.05", "0.2"):
        fixed = ("--set", f"deploying={value}")
        _, text, _ = run(capsys, "signal", "us.answer", *FEW, *fixed, "--json")
        worth.append(json.loads(text)["actors"][0]["turns"][0]["ties"][0]["gain"]["value"])
    assert worth[0] != worth[1]


def test_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "signal", "us.anwser", *FEW)
    assert code == 2 and "us.answer" in err
    code, _, err = run(capsys, "signal", "us.answer", "--move", "reinforc", *FEW)
    assert code == 2 and "reinforce" in err
    code, _, err = run(capsys, "signal", "--mixed", *FEW)
    assert code == 2 and "ACTOR.TURN" in err
