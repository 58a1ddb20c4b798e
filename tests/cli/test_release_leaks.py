"""What stands above the level is in nothing that any command prints, keeps or complains of."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from standoff.assess import assess, keep, release
from standoff.cli import main
from standoff.note import render
from standoff.scenario import load, to_yaml
from standoff.scenario.building import build
from standoff.scenario.write import plain
from standoff.variants.store.manifest import scenario_hash

LEVEL = "restricted"
MARK = "zebra"
"""Part of every word above the level, of ids and names too."""
QUICK = ("--variants", "6")
ADVANCE = "neighbor.call_up.advance"


def full() -> dict[str, Any]:
    """The small crisis, a secret way deep: every text above the level holds `MARK` or the hours."""
    data = plain(load("signal"))
    data["sources"] |= {
        f"{MARK}-agent": {
            "title": f"an agent, {MARK}", "volume": f"{MARK}-vol", "url": f"https://{MARK}.example",
            "kind": f"{MARK} reports", "rendering": f"{MARK} copy", "marking": "secret",
        },
        f"{MARK}-digest": {"title": f"a digest of {MARK}", "derives_from": f"{MARK}-agent"},
        "wire": {"title": "a news agency"},
    }  # fmt: skip
    data["record"] = [
        {"id": f"{MARK}-rails", "move": ADVANCE, "at": "2031-03-04T06:17",
         "known": "2031-03-05T09:13", "text": f"seen by {MARK}", "marking": "secret",
         "source": "wire#1", "ratings": {"neighbor.seize": "CC"}},
        {"id": "boots", "report": f"boots, says {MARK}", "text": f"{MARK} has boots",
         "at": "2031-03-05",
         "odds": [{"when": "neighbor is seize", "p": "0.7"}, {"else": "0.4"}],
         "source": ["wire#2", f"{MARK}-agent#2"]},
        {"id": f"{MARK}-orders", "report": f"orders, says {MARK}", "at": "2031-03-05",
         "text": f"{MARK} orders", "odds": [{"when": "neighbor is seize", "p": "0.9173"},
                                           {"else": "0.3"}], "source": f"{MARK}-digest#1"},
        {"id": "bread", "report": "bread is dear", "at": "2031-03-05", "text": "prices rise",
         "odds": [{"when": "neighbor is seize", "p": "0.5"}, {"else": "0.4"}], "source": "wire#3"},
    ]  # fmt: skip
    data["judgements"] += [
        {"id": f"{MARK}-said", "text": f"{MARK} says that it will come to that", "kind": "forecast",
         "claim": "ending is taken", "where": f"{MARK} p1", "twin": f"as {MARK} has it",
         "resolves": {"criterion": f"{MARK} sees it", "day": "2031-03-16"}, "marking": "secret"},
        {"id": "telling", "text": "What was seen tells.", "kind": "inference",
         "claim": f"LR({MARK}-rails; neighbor is seize) > 1", "twin": f"by {MARK}-rails"},
        {"id": "rested", "text": f"As {MARK} has it.", "kind": "inference",
         "claim": "neighbor is seize", "source": f"{MARK}-agent#4"},
        {"id": "settled", "text": "It is settled.", "kind": "inference",
         "claim": "neighbor is seize", "source": "wire#4",
         "resolved": {"value": "true", "because": f"{MARK} knew", "source": f"{MARK}-agent#5"}},
    ]  # fmt: skip
    data["questions"] += [
        {"id": f"{MARK}-asked", "ask": "neighbor is seize", "text": f"does {MARK} say so?",
         "marking": "secret"},
        {"id": "how-far", "ask": f"LR({MARK}-rails; neighbor is seize)", "text": "how far?"},
    ]  # fmt: skip
    data["views"] = {
        f"{MARK}_view": {"author": f"{MARK} desk", "because": f"{MARK} thinks so",
                         "set": {"upkeep": "0.09"}, "marking": "secret",
                         "source": f"{MARK}-agent#8"},
        "doves": {"author": "the doves", "because": f"as {MARK} says", "set": {"upkeep": "0.03"},
                  "source": ["wire#5", f"{MARK}-agent#6"]},
        f"{MARK}_hawks": {"author": "the hawks", "set": {"upkeep": "0.08"},
                          "source": f"{MARK}-digest#3"},
    }  # fmt: skip
    data["parameters"]["upkeep"] |= {
        "because": f"{MARK} has counted", "label": f"upkeep after {MARK}",
        "source": f"{MARK}-agent#7",
    }  # fmt: skip
    data["links"] = [
        {"rests": "record.boots", "passage": f"{MARK}-agent#2", "grade": "B2",
         "note": f"{MARK} was there", "exact": f"the {MARK} words"},
        {"rests": "record.boots", "passage": "wire#2", "grade": "C3"},
        {"rests": f"record.{MARK}-rails", "passage": "wire#1", "note": f"{MARK} again"},
    ]  # fmt: skip
    return data


def by_hand() -> dict[str, Any]:
    """What an author would write for readers at the level."""
    data = plain(load("signal"))
    data["sources"] |= {"wire": {"title": "a news agency"}}
    data["note"]["marking"] = LEVEL
    data["markings"] = ["unclassified", "restricted"]
    data["record"] = [
        {"id": "boots", "report": "a report whose words are withheld", "at": "2031-03-05",
         "odds": [{"when": "neighbor is seize", "p": "0.7"}, {"else": "0.4"}], "source": "wire#2"},
        {"id": "bread", "report": "bread is dear", "at": "2031-03-05", "text": "prices rise",
         "odds": [{"when": "neighbor is seize", "p": "0.5"}, {"else": "0.4"}], "source": "wire#3"},
        {"unknown": "call_up", "at": "2031-03-05"},
    ]  # fmt: skip
    data["judgements"] += [
        {"id": "telling", "text": "What was seen tells.", "kind": "inference"},
        {"id": "settled", "text": "It is settled.", "kind": "inference",
         "claim": "neighbor is seize", "source": "wire#4"},
    ]  # fmt: skip
    data["views"] = {"doves": {"author": "the doves", "set": {"upkeep": "0.03"},
                               "source": "wire#5"}}  # fmt: skip
    del data["parameters"]["upkeep"]["because"]
    data["links"] = [{"rests": "record.boots", "passage": "wire#2", "grade": "C3"}]
    return data


def told(text: str) -> list[str]:
    """What of the secret words a text holds."""
    return [word for word in (MARK, "06:17", "09:13", "0.9173") if word in text]


def test_it_is_the_scenario_written_by_hand_without_them() -> None:
    out, hand = release(build(full()), LEVEL), build(by_hand())
    assert to_yaml(out) == to_yaml(hand)
    assert scenario_hash(out) == scenario_hash(hand) != scenario_hash(build(full()))
    # The same numbers and words, byte for byte.
    one, other = (assess(s, variants=6, form=False) for s in (out, hand))
    assert one.model_dump_json() == other.model_dump_json()
    assert not told(one.model_dump_json())
    assert render(one, "text") == render(other, "text")


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> Callable[..., tuple[int, str]]:
    """Run a command on the full scenario's file; gives its exit code and all that it printed."""
    home = tmp_path / "desk"
    home.mkdir()
    monkeypatch.chdir(home)
    file = tmp_path / "crisis.yaml"
    file.write_text(to_yaml(build(full())), encoding="utf-8")

    def called(command: str, *arguments: str, level: str = LEVEL) -> tuple[int, str]:
        given = [command, str(file), *arguments, "--release", level]
        monkeypatch.setattr(sys, "argv", ["standoff", *given])
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsysbinary.readouterr()
        return int(stop.value.code or 0), (captured.out + captured.err).decode("utf-8", "replace")

    return called


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("ask", "neighbor is seize", "--json", *QUICK),
    ("ask", "LR(boots; neighbor is seize)", *QUICK),
    ("explain", "ending is taken", *QUICK),
    ("check",),
    ("check", "--json"),
    ("check", "--as-of", "2031-03-05"),
    ("backtest", "--json", *QUICK),
    ("backtest", *QUICK),
    ("sensitivity", *QUICK),
    ("tip", *QUICK, "--json"),
    ("stability", *QUICK),
    ("price", *QUICK),
    ("deceive", *QUICK),
    ("wait", *QUICK),
    ("crux", *QUICK, "--budget", "8"),
    ("commit", *QUICK),
    ("mediate", *QUICK),
    ("evidence", *QUICK),
    ("evidence", *QUICK, "--json"),
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda a: " ".join(a[:3]))
def test_no_command_tells(run: Any, arguments: tuple[str, ...], tmp_path: Path) -> None:
    _, text = run(*arguments)
    assert text and not told(text), text
    assert "this is a fault of Standoff" not in text.lower()
    _nothing_kept(tmp_path / "desk")


def test_each_command_that_takes_a_scenario_can_release_it() -> None:
    taken = set()
    for command in main.app.registered_commands:
        assert command.callback is not None
        parameters = inspect.signature(command.callback).parameters
        if "scenario" in parameters:
            assert "release" in parameters, command.name
            taken.add(str(command.name))
    # None of them is left out above.
    assert taken == {given[0] for given in COMMANDS} | {"assess"}


def test_no_error_tells(run: Any) -> None:
    for arguments in (
        ("ask", f"LR({MARK[:4]}; neighbor is seize)"),
        ("ask", "LR(rails; neighbor is seize)"),
        ("ask", "neighbor is nobody"),
        ("assess", "--for", "nobody"),
        ("assess", "--set", "upkep=1"),
        ("crux", "--views", "written", "doves_view"),
    ):
        code, text = run(*arguments)
        assert code == 2 and not told(text.replace(arguments[1], "")), text
    code, text = run("assess", level="restrictd")
    assert code == 2 and "restricted" in text and not told(text)


@pytest.mark.parametrize("ending", ["txt", "md", "html", "pdf", "json"])
def test_no_note_tells(run: Any, ending: str, tmp_path: Path) -> None:
    file = tmp_path / "desk" / f"note.{ending}"
    code, text = run(
        "assess", "-o", str(file), *QUICK, *(() if ending == "html" else ["--no-form"])
    )
    assert code in (0, 3) and not told(text), text
    if ending == "pdf":
        from pypdf import PdfReader

        # Headings are spaced out letter by letter.
        pages = [page.extract_text() for page in PdfReader(file).pages]
        content = "\n".join(pages) + "".join(pages).replace(" ", "").replace("\n", "")
        assert not told(str(PdfReader(file).metadata))
    else:
        content = file.read_text(encoding="utf-8")
    # The hours of a clock may stand in a chart's axis; the words may not.
    assert MARK not in content and "06:17" not in content and "09:13" not in content
    assert LEVEL in content
    _nothing_kept(tmp_path / "desk")


def _nothing_kept(folder: Path) -> None:
    """No file of the workspace holds a word of it, or the hash of the full scenario."""
    digest = scenario_hash(build(full()))
    for file in folder.rglob("*"):
        if file.is_dir():
            continue
        assert MARK not in file.name
        data = file.read_bytes()
        if file.suffix == ".parquet":
            from pyarrow import parquet

            table = parquet.read_table(file)
            data = str((table.schema, table.to_pydict())).encode()
        for word in (MARK, digest, digest[:12]):
            assert word.encode() not in data, file


def test_what_stays_is_listed_without_its_source(run: Any) -> None:
    code, text = run("check", "--json")
    problems = json.loads(text)
    assert code == 0
    found = problems["problems"] if isinstance(problems, dict) else problems
    staying = [p["path"] for p in found if p["code"] == "rests-above"]
    assert sorted(staying) == ["parameters.upkeep", "views.doves"]


def test_a_release_is_kept_beside_the_full_note(tmp_path: Path) -> None:
    whole = assess("signal", variants=4, form=False)
    part = assess(release("signal", "top secret"), variants=4, form=False)
    first, second = keep(whole, tmp_path), keep(part, tmp_path)
    assert first.parent == second.parent and first != second
    assert second.name.endswith("-top-secret.json")
