"""`standoff sources`: what it keeps and shows, what it refuses, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.cli import main
from standoff.sources import embedding_model
from standoff.sources.library import Library
from standoff.sources.models import AddReport, RemoveReport, SearchResult, ShownDocument, SourceList

BERG = """---
title: Telegram from Consul Berg to the Harbor Office
date: 1902-05-04
from: Consul Berg
to: Harbor Office
---

The fleet has left the harbor.

The pilots say that the *north channel* is open.[^1]

[^1]: See the note of 2 May.
"""
DAHL = """12. Note from Dahl to the Mayor, May 6

[Facsimile Page 1]

The fleet was seen off the north channel.
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("berg.md").write_text(BERG)
    Path("dahl.txt").write_text(DAHL)

    def called(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["standoff", "sources", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)

    return called


@pytest.mark.parametrize("name", ["add", "list", "show", "search", "remove"])
def test_every_command_explains_itself(run: Run, name: str) -> None:
    assert name in run("--help").out
    said = run(name, "--help")
    assert said.code == 0 and "--json" in said.out and "--workspace" in said.out


def test_an_empty_workspace(run: Run, tmp_path: Path) -> None:
    path = tmp_path / ".standoff" / "sources.sqlite"
    assert run("list") == (0, f"no documents in {path}\n", "")
    assert run("search", "fleet") == (0, "no passage holds fleet\n", "")
    assert json.loads(run("list", "--json").out) == {"library": str(path), "documents": []}
    assert json.loads(run("list", "--csl").out) == []
    assert run("show", "berg#d1").code == 2 and run("remove", "berg#d1").code == 2
    assert not path.parent.exists(), "looking makes nothing"


def test_add_says_what_changed(run: Run, tmp_path: Path) -> None:
    said = run("add", "berg.md", "dahl.txt")
    assert said.code == 0 and said.err == ""
    assert f"{tmp_path}/berg.md: 1 added" in said.out and "  added dahl#d12 (" in said.out
    assert run("add", "berg.md").out == f"{tmp_path}/berg.md: 1 same\n"
    Path("berg.md").write_text(BERG.replace("has left", "is in"))
    report = AddReport.model_validate_json(run("add", "--json", ".").out)
    assert [(f.changes[0].key, f.changes[0].what) for f in report.files] == [
        ("berg#d1", "changed"), ("dahl#d12", "same"),
    ]  # fmt: skip


def test_what_can_not_be_read_is_told_and_the_rest_kept(run: Run) -> None:
    Path("broken.xml").write_text("<TEI><text>")
    Path("empty").mkdir()
    said = run("add", "broken.xml", "missing.txt", "berg.md")
    assert said.code == 2 and "berg.md: 1 added" in said.out
    assert "broken.xml:" in said.err and "missing.txt" in said.err
    assert len(json.loads(run("list", "--json").out)["documents"]) == 1
    assert "holds no file" in run("add", "empty").err


def test_list_is_what_the_schema_says(run: Run) -> None:
    run("add", ".")
    text = run("list").out.splitlines()
    assert text[0].split() == ["document", "date", "from", "to", "heading"]
    assert text[1].startswith("berg#d1   1902-05-04  Consul Berg") and len(text) == 3
    said = json.loads(run("list", "--json").out)
    jsonschema.validate(said, json_schema("sources"))
    SourceList.model_validate(said)
    berg, dahl = said["documents"]
    wanted = ("volume", "number", "date", "from", "to", "heading", "pages", "paragraphs")
    assert [berg[k] for k in wanted] == [
        "berg", "", "1902-05-04", "Consul Berg", "Harbor Office",
        "Telegram from Consul Berg to the Harbor Office", [], 2,
    ]  # fmt: skip
    assert [dahl[k] for k in ("number", "date", "pages", "paragraphs")] == ["12", None, ["1"], 1]
    for options in (("--from", "berg"), ("--since", "1902"), ("--volume", "berg")):
        found = json.loads(run("list", "--json", *options).out)["documents"]
        assert [one["key"] for one in found] == ["berg#d1"], options
    assert run("list", "--from", "nobody").out.startswith("no such documents")


def test_show(run: Run) -> None:
    run("add", ".")
    said = run("show", "berg").out
    for words in (
        "“Telegram from Consul",
        "name        berg#d1 (markdown)",
        "p2     The pilots say",
    ):
        assert words in said
    assert run("show", "berg#d1/p1").out == "The fleet has left the harbor.\n"
    as_json = json.loads(run("show", "berg#d1/p1", "--json").out)
    jsonschema.validate(as_json, json_schema("source"))
    shown = ShownDocument.model_validate(as_json)
    assert shown.passage == "The fleet has left the harbor." and shown.listed.recipient is not None
    assert shown.document == Library(Path(".standoff")).get("berg")
    missed = run("show", "berg#d1/p22")
    assert missed.code == 2 and "did you mean p2?" in missed.err
    assert "did you mean berg#d1?" in run("show", "berg#d11").err
    (item,) = json.loads(run("show", "berg", "--csl").out)
    assert item["id"] == "berg#d1" and item["issued"] == {"date-parts": [[1902, 5, 4]]}
    assert len(json.loads(run("list", "--csl").out)) == 2


def test_search(run: Run) -> None:
    run("add", ".")
    said = run("search", "north", "channel").out
    assert "berg#d1/p2" in said and "dahl#d12/p1, page 1" in said and "2 passages" in said
    assert "\x1b" not in said, "bold is for terminals"
    found = json.loads(run("search", "'north channel' -pilots", "--json").out)
    jsonschema.validate(found, json_schema("passages"))
    (one,) = SearchResult.model_validate(found).passages
    assert one.document.key == "dahl#d12" and one.snippet[slice(*one.matches[0])] == "north"
    assert "2 passages, the best 1 shown" in run("search", "channel", "--most", "1").out
    wrong = run("search", 'fleet "north')
    assert wrong.code == 2 and "search:1:7: error: a quotation mark is not closed" in wrong.err
    assert wrong.err.count("^") == 1 and wrong.out == ""


def test_what_a_file_holds_can_not_steer_the_terminal(run: Run) -> None:
    Path("bad.txt").write_text("1. Note\n\nred \x1b[31m words and \x9b2J more fleet\n")
    assert run("add", "bad.txt").code == 0
    for said in (run("show", "bad"), run("search", "fleet"), run("list")):
        assert "\x1b" not in said.out and "\x9b" not in said.out


def test_remove(run: Run) -> None:
    run("add", ".")
    assert run("remove", "berg#d1").out == "removed berg#d1: 1 document\n"
    gone = RemoveReport.model_validate_json(run("remove", "dahl", "--json").out)
    assert [one.key for one in gone.removed] == ["dahl#d12"]
    assert Path("berg.md").exists() and run("search", "fleet").out.startswith("no passage")


def test_add_says_which_files_it_refused(run: Run) -> None:
    Path("broken.xml").write_text("<TEI><text>")
    Path("empty.txt").write_text("")
    ended = run("add", ".", "gone.txt", "--json")
    assert ended.code == 2 and "not well-formed XML" in ended.err
    report = AddReport.model_validate_json(ended.out)
    assert [Path(one.file).name for one in report.files] == ["berg.md", "dahl.txt"]
    refused = {Path(one.file).name: [p.code for p in one.problems] for one in report.refused}
    assert refused == {
        "broken.xml": ["not-xml"],
        "empty.txt": ["empty"],
        "gone.txt": ["unreadable"],
    }
    position = json.loads(ended.out)["refused"][0]["problems"][0]["position"]
    assert position["file"] == "broken.xml" and position["line"] == 1
    assert run("list").out.count("\n") == 3, "the others are kept"


def test_files_whose_names_are_no_text(run: Run) -> None:
    """Bytes that are no UTF-8, line ends, terminal commands: added, printed, found again."""
    names = [
        b"caf\xe9.txt",
        b"two\nlines.txt",
        b"bell\x07 \x1b[2J.txt",
        b"-o.txt",
        "ü中.md".encode(),
    ]
    for name in names:
        Path(os.fsdecode(name)).write_text("1. Note\n\nThe ice is late.\n")
    ended = run("add", "--json", ".")
    assert ended.code == 0
    report = AddReport.model_validate_json(ended.out)
    assert len(report.files) == len(names) + 2 and not report.refused
    assert "\x1b" not in run("list").out + run("add", ".").out + run("search", "ice").out
    for one in SourceList.model_validate_json(run("list", "--json").out).documents:
        shown = run("show", "--json", "--", f"{one.key}@{one.rendering}")
        assert ShownDocument.model_validate_json(shown.out).listed == one
    again = AddReport.model_validate_json(run("add", "--json", ".").out)
    assert all(change.what == "same" for one in again.files for change in one.changes)


def test_search_by_meaning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ice.txt").write_text(
        "3. Note\n\nThe frozen bay has been closed to all merchant vessels since the first days of "
        "December, and nobody expects it to open before spring.\n"
    )
    assert run("add", ".").code == 0
    assert (
        run("search", "winter navigation ended").out == "no passage holds winter navigation ended\n"
    )
    found = run("search", "--meaning", "winter navigation ended")
    assert found.code == 0 and found.out.startswith("ice#d3/p1 (meaning 1)")
    assert found.out.endswith("by words and by meaning\n")
    ended = run("search", "--meaning", "--json", "winter navigation ended")
    assert SearchResult.model_validate_json(ended.out).passages[0].meaning_rank == 1
    jsonschema.validate(json.loads(ended.out), json_schema("passages"))
    nothing = run("search", "--meaning", "ships", "--volume", "none")
    assert nothing.out == "no passage holds or means ships\n"
    monkeypatch.setattr(embedding_model, "_PACKAGE", "no_such_package_as_this")
    embedding_model.the_model.cache_clear()
    ended = run("search", "--meaning", "ships")
    embedding_model.the_model.cache_clear()
    assert ended.code == 2 and "pip install 'standoff[meaning]'" in ended.err and not ended.out


def test_another_workspace(run: Run, tmp_path: Path) -> None:
    assert run("add", "berg.md", "--workspace", "elsewhere").code == 0
    assert (tmp_path / "elsewhere" / "sources.sqlite").exists() and not Path(".standoff").exists()
    Path("elsewhere/sources.sqlite").write_text(
        "no database, but long enough to be read as one" * 9
    )
    broken = run("list", "--workspace", "elsewhere")
    assert broken.code == 2 and "damaged or no library" in broken.err


def test_an_interrupt_ends_add_with_what_is_whole(tmp_path: Path) -> None:
    """Stopped among many files: code 130, and every file that was begun is there or isn't."""
    inside = tmp_path / "many"
    inside.mkdir()
    for number in range(3000):
        (inside / f"n{number:04}.txt").write_text(f"{number}. Note\n\nThe fleet waits.\n")
    process = subprocess.Popen(
        [sys.executable, "-c", "from standoff.cli.main import run; run()",
         "sources", "add", "many", "--workspace", "space"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    library = Library(tmp_path / "space")
    for _ in range(600):
        if len(library.documents()) >= 5:
            break
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "stopped" in err
    kept = len(library.documents())
    assert 5 <= kept < 3000 and out.count("1 added") == kept
