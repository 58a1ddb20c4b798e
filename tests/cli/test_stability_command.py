"""`standoff stability` as a person types it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.assess.stability_models import Stability
from standoff.cli import main
from standoff.note import render_stability

Run = Callable[..., tuple[int, str, str]]
ASKED = ("signal", "--variants", "16", "--sample", "8", "--concept", "level-k-1")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["standoff", "stability", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return called


def test_one_table_of_concepts_and_form(run: Run) -> None:
    code, out, _ = run(*ASKED, "--concept", "equilibria")
    assert code == 0
    head = next(line for line in out.splitlines() if line.startswith("Answer"))
    cells = [cell.strip() for cell in head.split("│")]
    assert cells[1:3] == ["Now", "Sample"] and cells[-1] == "Form" and len(cells) == 6
    said = " ".join(out.split())
    assert "what else might be played was tried on 8 of them" in said
    assert "No second equilibrium was found in any of 8 variants" in said
    assert "changes of form change the word of some answer" in said
    assert all(len(line) <= 88 for line in out.splitlines())


def test_json_fits_its_schema_and_a_second_run_takes_over(run: Run) -> None:
    code, out, _ = run(*ASKED, "--json")
    found = json.loads(out)
    jsonschema.validate(found, json_schema("stability"))
    assert code == 0 and [c["id"] for c in found["concepts"]["concepts"]] == ["level-k-1"]
    for answer in found["answers"]:
        assert answer["survives"] == (not answer["turned"] and not answer["reworded"])
    judged = [a for a in found["answers"] if a["kind"] == "judgement"]
    assert [a["id"] for a in judged] == ["intent", "no-crossing"]
    assert found["survived"] == sum(a["survives"] for a in judged) / 2
    code, again, said = run(*ASKED, "--json")
    assert code == 0 and again == out and "taken over" in said
    # A table more of the same run.
    code, more, said = run(*ASKED, "--concept", "level-k-2", "--json")
    assert code == 0 and "taken over" in said
    assert json.loads(more)["concepts"]["concepts"][0] == found["concepts"]["concepts"][0]


def test_without_form_and_with_every_format(run: Run, tmp_path: Path) -> None:
    for name in ("s.html", "s.md", "s.json", "s.txt"):
        code, out, said = run(*ASKED, "--no-form", "-o", name)
        assert code == 0 and out == "" and f"wrote {name}" in said
        assert "Form" not in (tmp_path / name).read_text("utf-8").split("WRITTEN")[0][:2000]
    found = Stability.model_validate_json((tmp_path / "s.json").read_bytes())
    assert found.form == [] and found.concepts.variants == 8
    text = render_stability(found)
    assert isinstance(text, str) and "0/0" not in text
    none = found.model_copy(update={"answers": [], "survived": None})
    assert "There is no judgement to try" in str(render_stability(none))


def test_a_wrong_name_says_which_there_are(run: Run) -> None:
    code, out, said = run(*ASKED[:-1], "level-1")
    assert code == 2 and out == "" and "level-k-1" in said
