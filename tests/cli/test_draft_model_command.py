"""`standoff draft --llm`, `--replay`, `--record`: what they print and write, how they end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from standoff.cli import main
from standoff.draft.models import DraftReport
from standoff.scenario import load
from strategies.scripted_model import ScriptedModel, known_to_llm

RECORDS = Path(__file__).resolve().parents[1] / "draft" / "records"
NOTE, FAIR = str(RECORDS / "ferry.txt"), str(RECORDS / "fair.jsonl")
MADE_UP = str(RECORDS / "hallucinated.jsonl")


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Run]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))

    def called(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["standoff", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)

    yield called


def answer() -> str:
    last = (RECORDS / "fair.jsonl").read_text("utf-8").splitlines()[-1]
    return str(json.loads(last)["answer"])


def test_a_replay_writes_proposals_beside_the_draft(run: Run) -> None:
    plain = run("draft", NOTE, "-o", "plain")
    found = run("draft", NOTE, "-o", "advised", "--replay", FAIR)
    assert (plain.code, found.code) == (0, 0)
    assert "proposals of example-large (recorded)" in found.out and "proposals" not in plain.out
    one, two = ({p.name: p.read_bytes() for p in Path(f).iterdir()} for f in ("plain", "advised"))
    assert set(two) - set(one) == {"proposals.yaml"}
    assert all(one[name] == two[name] for name in one), "the rules' part does not change"
    assert load("plain") == load("advised"), "proposals are comments"
    assert run("check", "advised").code == 0


def test_all_that_is_proposed_can_be_accepted(run: Run) -> None:
    run("draft", NOTE, "-o", "advised", "--replay", FAIR)
    path = Path("advised/proposals.yaml")
    path.write_text(re.sub("^#", "", path.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    scenario = load("advised")
    assert {"ferry_company", "town_council", "bishop_aune"} <= set(scenario.actors)
    assert len(scenario.actors["ferry_company"].types) == 2 and len(scenario.moves) == 3
    checked = run("check", "advised")
    assert checked.code == 0 and "no errors" in checked.out


def test_what_is_dropped_is_listed(run: Run) -> None:
    found = run("draft", NOTE, "-o", "advised", "--replay", MADE_UP)
    assert "dropped: 9" in found.out
    for reason in ("isn't there", "only in part", "too short to identify", "alters words that"):
        assert reason in found.out
    assert "look at claim" in found.out
    assert "Ministry" not in Path("advised/proposals.yaml").read_text("utf-8")


def test_json_holds_kept_and_dropped(run: Run) -> None:
    found = run("draft", NOTE, "-o", "advised", "--replay", MADE_UP, "--json")
    report = DraftReport.model_validate_json(found.out)
    assert report.advice is not None and len(report.advice.dropped) == 9
    assert report.files[-1].endswith("proposals.yaml")
    plain = run("draft", NOTE, "-o", "plain", "--json")
    assert json.loads(plain.out)["advice"] is None


def test_a_model_is_asked_and_recorded(run: Run) -> None:
    model = ScriptedModel("hm", answer())
    with known_to_llm(model):
        found = run(
            "draft", NOTE, "-o", "one", "--llm", "scripted", "--record", "r.jsonl",
            "--llm-option", "temperature=0", "--llm-window", "3000",
        )  # fmt: skip
    assert found.code == 0 and "proposals of scripted\n" in found.out
    assert [prompt.options.temperature for prompt in model.prompts] == [0, 0]
    again = run("draft", NOTE, "-o", "two", "--replay", "r.jsonl")
    assert again.code == 0
    one, two = (Path(f"{f}/proposals.yaml").read_text("utf-8") for f in ("one", "two"))
    assert one == two
    head = json.loads(Path("r.jsonl").read_text("utf-8").splitlines()[0])
    assert head["model"] == "scripted" and head["window"] == 3000


def test_nothing_is_asked_that_could_not_be_written(run: Run) -> None:
    run("draft", NOTE, "-o", "there")
    model = ScriptedModel(answer())
    with known_to_llm(model):
        found = run("draft", NOTE, "-o", "there", "--llm", "scripted")
        assert found.code == 2 and "is left as it is" in found.err and not model.prompts
        assert run("draft", NOTE, "-o", "there", "--llm", "scripted", "--force").code == 0
    assert Path("there/proposals.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--llm", "scriptd"), "did you mean scripted?"),
        (("--llm", "scripted", "--replay", FAIR), "one of the two"),
        (("--llm", "scripted", "--llm-option", "temprature=1"), "did you mean temperature?"),
        (("--llm", "scripted", "--llm-option", "temperature"), "--llm-option can't be read"),
        (("--replay", "none.jsonl"), "can't be read"),
        (("--record", "r.jsonl"), "needs a model"),
        (("--llm-window", "500"), "needs a model"),
        (("--llm", "scripted", "--llm-window", "5"), "200"),
        (("--replay", FAIR, "--llm-window", "500"), "a record has its own"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    with known_to_llm(ScriptedModel(answer())):
        found = run("draft", NOTE, "-o", "new", *arguments)
    assert found.code == 2 and said in found.err and not found.out
    assert not Path("new").exists() and not Path("r.jsonl").exists()


def test_where_a_marked_note_goes_is_said(run: Run) -> None:
    text = Path(NOTE).read_text("utf-8") + "\n  1. The ferries. Confidential. Harbor archive.\n"
    Path("marked.txt").write_text(text, "utf-8")
    with known_to_llm(ScriptedModel(answer())):
        found = run("draft", "marked.txt", "-o", "new", "--llm", "scripted")
        plain = run("draft", NOTE, "-o", "other", "--llm", "scripted")
    assert found.code == 0 and "marked Confidential; its text goes to scripted" in found.err
    assert "goes to" not in plain.err


def test_without_the_package_it_says_how_to_get_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "llm", None)
    found = run("draft", NOTE, "-o", "new", "--llm", "scripted")
    assert found.code == 2 and "pip install 'standoff[llm]'" in found.err
    assert not Path("new").exists()
    assert run("draft", NOTE, "-o", "new", "--replay", FAIR).code == 0


def test_a_model_that_fails_ends_with_3(run: Run) -> None:
    with known_to_llm(ScriptedModel(RuntimeError("no more today"))):
        found = run("draft", NOTE, "-o", "new", "--llm", "scripted")
    assert found.code == 3 and "no more today" in found.err and not Path("new").exists()


INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, sys.argv.pop(1))
from strategies.scripted_model import ScriptedModel, known_to_llm
from standoff.cli.main import run

class Interrupted(ScriptedModel):
    def execute(self, prompt, stream, response, conversation):
        os.kill(os.getpid(), signal.SIGINT)
        yield "{"
        yield '"claims": []}'

with known_to_llm(Interrupted("")):
    run()
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
def test_ctrl_c_ends_with_130_and_writes_nothing(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(RECORDS.parents[1]), "draft", NOTE, "-o", "new",
         "--llm", "scripted", "--record", "r.jsonl"],
        cwd=work, capture_output=True, text=True, timeout=120,
        env={**os.environ, "LLM_USER_PATH": str(tmp_path / "llm")},
    )  # fmt: skip
    assert done.returncode == 130, done.stderr
    assert "stopped" in done.stderr and list(work.iterdir()) == []
