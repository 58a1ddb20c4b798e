"""`standoff price` as a person types it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    before = sys.argv
    sys.argv = ["standoff", *arguments]
    try:
        with pytest.raises(SystemExit) as stop:
            main.run()
    finally:
        sys.argv = before
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_text_json_and_query_agree(capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--variants", "8")
    code, out, _ = run(capsys, "price", "signal", "neighbor.bluff", "go_home", *few)
    assert code == 0 and "wants to be taken seriously" in " ".join(out.split())
    code, out, _ = run(capsys, "price", "signal", "neighbor.bluff", "go_home", *few, "--json")
    (counter,) = json.loads(out)["prices"]["counters"]
    (kind,) = counter["turns"][0]["types"]
    code, out, _ = run(capsys, "ask", "signal", "price(neighbor.bluff, go_home)", *few, "--json")
    assert code == 0
    assert json.loads(out)["value"] == pytest.approx(kind["price"])
    assert json.loads(out)["range90"] == pytest.approx(kind["range90"])


def test_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("a.md", "a.html", "a.json"):
        code, _, err = run(capsys, "price", "signal", "--variants", "4", "-o", str(tmp_path / name))
        assert code == 0 and "wrote" in err
        assert (tmp_path / name).stat().st_size > 1000
    svg = str(tmp_path / "a.svg")
    code, _, err = run(capsys, "price", "signal", "--variants", "4", "-o", svg)
    assert code == 2 and "no chart" in err
    assert not Path(svg).exists()


@pytest.mark.parametrize("command", ["wait", "commit", "deceive", "price", "stability"])
def test_a_kind_of_file_that_cannot_be_written_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    """Text in a file that is named as a document of another kind would open nowhere."""
    path = tmp_path / "a.docx"
    code, _, err = run(capsys, command, "signal", "--variants", "2", "-o", str(path))
    assert code == 2 and ".docx can't be written here" in " ".join(err.split())
    assert not path.exists()
    path = tmp_path / "report.of-march"  # says nothing: text
    code, _, _ = run(capsys, "wait", "signal", "--variants", "2", "-o", str(path))
    assert code == 0 and path.read_text("utf-8").startswith("WAITING")


def test_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "price", "signal", "neighbor", "go_hom")
    assert code == 2 and "go_home" in err
    code, _, err = run(capsys, "price", "signal", "nieghbor")
    assert code == 2 and "neighbor" in err


def test_the_json_has_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "price", "signal", "--variants", "4", "--json")
    jsonschema.validate(json.loads(out), json_schema("prices"))
