"""`standoff evidence` as a person types it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.cli import main

FEW = ("--variants", "4")
ITEM = "neighbor-call_up-advance-2031-03-04"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    before = sys.argv
    sys.argv = ["standoff", "evidence", *arguments]
    try:
        with pytest.raises(SystemExit) as stop:
            main.run()
    finally:
        sys.argv = before
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_text_and_json_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "signal", *FEW)
    assert code == 0 and "means to take the province" in out
    code, text, _ = run(capsys, "signal", *FEW, "--json", "--actor", "neighbor")
    assert code == 0
    jsonschema.validate(json.loads(text), json_schema("evidence"))
    cell = json.loads(text)["actors"][0]["items"][0]["cells"]["seize"]
    assert f"{cell['ratio']:.2g}" in out


def test_a_table_goes_out_is_rated_and_comes_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    code, _, err = run(capsys, "signal", *FEW, "--csv", str(path))
    assert code == 0 and "wrote" in err
    rows = path.read_text("utf-8").splitlines()
    place = rows[0].split(",").index(ITEM)
    cells = rows[2].split(",")
    assert cells[0] == "neighbor.seize" and cells[place] == ""
    cells[place] = "II"
    path.write_text("\n".join([rows[0], ",".join(cells)]), "utf-8-sig")
    code, out, _ = run(capsys, "signal", *FEW, "--ratings", str(path))
    assert code == 0 and "is rated II for" in out and "1 of 2 cells are not rated" in out
    code, out, _ = run(capsys, "signal", "--ratings", str(path), "--yaml")
    assert code == 0 and "ratings: {neighbor.seize: II}" in out and "signal.yaml:" in out


def test_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("a.md", "a.html", "a.json", "a.csv", "a.svg"):
        where = tmp_path / name
        code, _, err = run(capsys, "signal", *FEW, "-o", str(where))
        assert code == 0 and "wrote" in err and where.stat().st_size > 300
    assert (tmp_path / "a.csv").read_text("utf-8").startswith("hypothesis,label,prior")
    code, _, err = run(capsys, "signal", "-o", str(tmp_path / "a.docx"))
    assert code == 2 and ".docx can't be written" in err


def test_what_is_wrong_ends_with_two(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "signal", "--actor", "neighbour")
    assert code == 2 and "neighbor" in err
    code, _, err = run(capsys, "signal", "--actor", "us")
    assert code == 2 and "one type" in err
    code, _, err = run(capsys, "signal", "--yaml")
    assert code == 2 and "--ratings" in err
    code, _, err = run(capsys, "signal", "--as-of", "2031-03-03")
    assert code == 2 and "no evidence" in err
    bad = tmp_path / "bad.csv"
    bad.write_text(f"hypothesis,{ITEM}\nneighbor.seise,C\n", "utf-8")
    code, _, err = run(capsys, "signal", "--ratings", str(bad))
    assert code == 2 and "row 2, column A" in err and "neighbor.seize" in err
    assert not list(tmp_path.glob("*.json"))
