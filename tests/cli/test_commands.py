"""The commands as a person types them: what they print, what they write, how they end."""

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

COMMANDS = (
    "assess", "ask", "check", "new", "explain", "backtest", "solve", "export", "schema", "serve",
    "sensitivity", "tip", "stability", "commit", "crux", "deceive", "mediate", "price", "wait",
    "evidence", "draft", "warmup",
)  # fmt: skip
QUICK = ("--variants", "8")


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["standoff", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)

    return called


def process(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from standoff.cli.main import run; run()", *arguments],
        cwd=cwd, capture_output=True, env={**os.environ, **environment}, timeout=120,
    )  # fmt: skip


def kept(folder: Path) -> list[Path]:
    """Everything in a workspace's notes, stray files too."""
    return sorted(p for p in (folder / "notes").rglob("*") if p.is_file())


# --- help, schema, new, check


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    found = run(name, "--help")
    assert found.code == 0 and "Usage" in found.out and name in found.out
    assert len(found.out.splitlines()) > 5


def test_help_lists_every_command(run: Run) -> None:
    found = run("--help")
    assert found.code == 0 and all(name in found.out for name in COMMANDS)
    registered = {command.name for command in main.app.registered_commands}
    assert registered == set(COMMANDS)
    assert "runs" in found.out


@pytest.mark.parametrize("which", ["scenario", "assessment", "backtest", "answer", "solved"])
def test_schemas_are_schemas(run: Run, which: str) -> None:
    found = run("schema", which)
    schema = json.loads(found.out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert found.code == 0 and schema == json_schema(which) and schema["properties"]
    assert run("schema", which, "-o", "s.json").code == 0
    assert json.loads(Path("s.json").read_text()) == schema


def test_a_new_scenario_checks_and_is_assessed(run: Run) -> None:
    assert run("new", "straits").code == 0
    path = Path("straits.yaml")
    written = path.read_text()
    assert "id: straits" in written
    checked = run("check", str(path))
    assert checked.code == 0 and "no errors" in checked.out
    again = run("new", "straits")
    assert again.code == 2 and "exists" in again.err and path.read_text() == written
    assert run("new", "../straits").code == 2
    note = run("assess", str(path), *QUICK, "--no-form")
    assert note.code == 0 and "KEY JUDGEMENTS" in note.out


def test_check_lists_problems_as_text_and_as_json(run: Run) -> None:
    assert run("new", "straits").code == 0
    path = Path("straits.yaml")
    lines = path.read_text().splitlines()
    row = next(i for i, line in enumerate(lines) if "when: ready" in line)
    lines[row] = lines[row].replace("ready", "raedy")
    path.write_text("\n".join(lines))
    found = run("check", str(path))
    column = lines[row].index("raedy") + 1
    assert found.code == 2 and f"straits.yaml:{row + 1}:{column}: error" in found.out
    assert "ready" in found.out and "1 error" in found.out
    (problem,) = json.loads(run("check", str(path), "--json").out)
    assert (problem["position"]["line"], problem["position"]["column"]) == (row + 1, column)
    assert problem["nearest"] == "ready" and problem["severity"] == "error"


@pytest.mark.parametrize("command", [("assess",), ("ask", "P(ending is calm)"), ("backtest",)])
def test_a_bad_file_ends_every_command_with_line_and_column(
    run: Run, command: tuple[str, ...]
) -> None:
    run("new", "straits")
    path = Path("straits.yaml")
    path.write_text(path.read_text().replace("actor: them", "actr: them", 1))
    row = next(i for i, line in enumerate(path.read_text().splitlines(), 1) if "actr" in line)
    found = run(command[0], str(path), *command[1:], *QUICK)
    assert found.code == 2 and found.out == ""
    assert f"straits.yaml:{row}:5" in found.err and "did you mean actor" in found.err
    assert not Path(".standoff").exists()


def test_what_is_not_there_is_said(run: Run) -> None:
    found = run("assess", "cuba-1926")
    assert found.code == 2 and "cuba-1962" in found.err
    assert run("asess", "signal").code == 2
    assert run("assess", "signal", "--variants", "0").code == 2
    assert run("assess", "signal", "--set", "prize.seize").code == 2


# --- assess


def test_assess_keeps_its_json_and_prints_its_note(run: Run) -> None:
    found = run("assess", "signal", *QUICK, "--no-form")
    assert found.code == 0 and found.out.startswith("INTELLIGENCE NOTE") and found.err == ""
    (path,) = kept(Path(".standoff"))
    assert path.parent.name == "signal" and path.suffix == ".json"
    stored = json.loads(path.read_text())
    jsonschema.validate(stored, json_schema("assessment"))
    assert stored["variants"]["n"] == 8
    # The same question replaces its file; another stands beside it; a named workspace is used.
    before = path.read_bytes()
    assert run("assess", "signal", *QUICK, "--no-form").code == 0
    assert kept(Path(".standoff")) == [path] and path.read_bytes() == before
    assert run("assess", "signal", *QUICK, "--no-form", "--seed", "1").code == 0
    assert len(kept(Path(".standoff"))) == 2
    assert run("assess", "signal", *QUICK, "--no-form", "--workspace", "desk").code == 0
    assert [p.read_bytes() for p in kept(Path("desk"))] == [before]


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [(".txt", b"INTELLIGENCE NOTE"), (".md", b"#"), (".json", b"{"), (".html", b"<!"),
     (".pdf", b"%PDF"), (".note", b"INTELLIGENCE NOTE")],
)  # fmt: skip
def test_the_output_files_ending_chooses_the_format(run: Run, suffix: str, begins: bytes) -> None:
    found = run("assess", "signal", *QUICK, "--no-form", "-o", f"out/note{suffix}")
    assert found.code == 0 and found.out == "" and f"note{suffix}" in found.err
    written = Path(f"out/note{suffix}").read_bytes()
    assert written.lstrip().lower().startswith(begins.lower())
    assert [p.name for p in Path("out").iterdir()] == [f"note{suffix}"]


def test_format_wins_over_the_ending(run: Run) -> None:
    assert run("assess", "signal", *QUICK, "--no-form", "--format", "json", "-o", "x.md").code == 0
    jsonschema.validate(json.loads(Path("x.md").read_text()), json_schema("assessment"))


def test_options_reach_the_note(run: Run) -> None:
    def assessed(*more: str) -> dict:
        found = run("assess", "signal", *QUICK, "--no-form", "--format", "json", *more)
        assert found.code == 0, found.err
        return json.loads(found.out)

    plain = assessed()
    assert {o["actor"] for o in plain["options"]} == {"us"}
    theirs = assessed("--for", "neighbor.seize")["options"]
    assert {(o["actor"], o["type"]) for o in theirs} == {("neighbor", "seize")}
    early = assessed("--as-of", "2031-03-04")
    assert early["evidence"] == [] and early["as_of"].startswith("2031-03-04T23:59")
    fixed = assessed("--set", "prize.seize=3", "--set", "fight=0.5")
    assert fixed["belief"] != plain["belief"]
    assert "prize.seize" not in json.dumps([j["drivers"] for j in fixed["judgements"]])
    assert assessed("--seed", "5")["variants"]["seed"] == 5
    phia = run("assess", "signal", *QUICK, "--no-form", "--standard", "phia")
    assert phia.code == 0 and "roughly even chance" not in phia.out


def test_wrong_options_are_told_the_right_ones(run: Run) -> None:
    found = run("assess", "signal", *QUICK, "--for", "nieghbor")
    assert found.code == 2 and "did you mean neighbor" in found.err
    found = run("assess", "signal", *QUICK, "--for", "neighbor.sieze")
    assert found.code == 2 and "did you mean seize" in found.err
    found = run("assess", "signal", *QUICK, "--set", "fihgt=1")
    assert found.code == 2 and "did you mean fight" in found.err
    found = run("assess", "signal", *QUICK, "--as-of", "in May")
    assert found.code == 2 and "in May" in found.err
    assert not Path(".standoff").exists()


# Mixed play at a precision at which the last bit of a payoff counts: no solver can settle it.
PENNIES = """
standoff: 1
id: pennies
title: Matching pennies, far too sharp
clock: {start: 2030-01-01, rounds: 1}
actors: {even: {stake: 1}, odd: {stake: 1}}
state: {same: {start: false}, shown: {start: false, seen_by: nobody}}
turns:
  - id: pennies
    together:
      - actor: even
        moves: {heads: {then: {shown: true}}, tails: {}}
      - actor: odd
        moves: {heads: {then: {same: shown}}, tails: {then: {same: not shown}}}
objectives:
  even: {win: {value: same * (3 if shown else 1)}}
  odd: {win: {value: -same * (3 if shown else 1)}}
observer: {sees_as: [public], actor: even}
solve: {precision: {uniform: PRECISION}}
"""


def test_failed_variants_are_shown_and_end_with_three(run: Run) -> None:
    path = Path("pennies.yaml")
    path.write_text(PENNIES.replace("uniform: PRECISION", "choice: {3: 0.75, 5e9: rest}"))
    found = run("assess", str(path), *QUICK, "--no-form", "--format", "json")
    part = json.loads(found.out)
    jsonschema.validate(part, json_schema("assessment"))
    assert part["variants"]["failed"] == 2 and part["variants"]["n"] == 8
    assert part["solution"]["status"] == "partly" and "2 of 8" in part["solution"]["advice"]
    assert part["solution"]["certificate"] <= 1e-8  # over counted variants
    assert found.code == 3 and "2 of 8 variants failed" in found.err
    note = run("assess", str(path), *QUICK)
    assert note.code == 3 and "failed" in note.out


def test_where_no_variant_is_solved_the_work_is_unfinished(run: Run) -> None:
    path = Path("pennies.yaml")
    path.write_text(PENNIES.replace("PRECISION", "[2, 4]"))
    assert run("assess", str(path), *QUICK, "--no-form").code == 0
    path.write_text(PENNIES.replace("PRECISION", "[2e9, 9e9]"))
    found = run("assess", str(path), *QUICK, "--no-form", "-o", "note.txt")
    assert found.code == 3 and "8" in found.err and "Traceback" not in found.err
    assert run("ask", str(path), "P(even ever pennies.heads)", *QUICK).code == 3


# --- ask, explain, backtest


def test_ask_answers_with_a_range(run: Run) -> None:
    found = run("ask", "signal", "P(neighbor is seize)", *QUICK)
    assert found.code == 0 and "in 100" in found.out
    found = run("ask", "signal", "P(neighbor is seize)", *QUICK, "--json")
    answer = json.loads(found.out)
    jsonschema.validate(answer, json_schema("answer"))
    assert answer["status"] == "probability"
    assert answer["range90"][0] <= answer["probability"] <= answer["range90"][1]


def test_ask_points_at_what_it_can_not_read(run: Run) -> None:
    found = run("ask", "signal", "P(neigbor is seize)", *QUICK)
    assert found.code == 2 and "query:1:3" in found.err and "did you mean neighbor" in found.err
    lines = found.err.splitlines()
    row = next(i for i, line in enumerate(lines) if "P(neigbor is seize)" in line)
    assert lines[row].index("neigbor") == lines[row + 1].index("^")
    found = run("ask", "signal", "P(neighbor is sieze)", *QUICK)
    assert found.code == 2 and "query:1:15" in found.err and "did you mean seize" in found.err
    found = run("ask", "signal", "P(neighbor is seize", *QUICK)
    assert found.code == 2 and "query:1:20" in found.err


def test_explain_shows_states_and_lines(run: Run) -> None:
    from importlib.resources import files

    found = run("explain", "signal", "ending is taken", "--most", "2", *QUICK)
    assert found.code == 0 and "forward false -> true" in found.out and "ends: taken" in found.out
    lines = (files("standoff.scenario") / "library/signal/signal.yaml").read_text().splitlines()
    place = next(line for line in found.out.splitlines() if "cross_open" in line)
    row = int(place.rpartition("signal.yaml:")[2].split(":")[0])
    assert "cross_open" in lines[row - 1]
    assert run("explain", "signal", "P(ending is taken | forward)", *QUICK).code == 2


def test_backtest_prints_json_of_its_schema(run: Run) -> None:
    found = run("backtest", "signal", *QUICK, "--json")
    assert found.code == 0
    jsonschema.validate(json.loads(found.out), json_schema("backtest"))
    shown = run("backtest", "signal", *QUICK, "-o", "replay.txt")
    assert shown.code == 0 and "authors who know the ending" in Path("replay.txt").read_text()


# --- processes


def test_same_seed_same_bytes_in_two_processes(tmp_path: Path) -> None:
    one, two = (
        process(
            "assess", "signal", "--variants", "16", "--format", "json",
            cwd=tmp_path, PYTHONHASHSEED=hash_seed, NUMBA_NUM_THREADS=threads,
        )
        for hash_seed, threads in (("1", "1"), ("2", "2"))
    )  # fmt: skip
    assert one.returncode == two.returncode == 0, one.stderr
    assert one.stdout == two.stdout and len(one.stdout) > 1000
    other = process(
        "assess", "signal", "--variants", "16", "--format", "json", "--seed", "1", "--no-form",
        cwd=tmp_path,
    )  # fmt: skip
    mine, theirs = json.loads(one.stdout), json.loads(other.stdout)
    assert mine["belief"] != theirs["belief"] and mine["game"] == theirs["game"]


NO_SOCKETS = """
import socket, sys
class Closed(socket.socket):
    def __init__(self, *_, **__):
        raise AssertionError("a socket was opened")
socket.socket = Closed
def hook(event, _):
    if event.startswith("socket."):
        raise AssertionError(f"a socket was opened: {event}")
sys.addaudithook(hook)
try:
    import _socket
    _socket.socket()
except AssertionError:
    pass
else:
    raise SystemExit("the watch does not work")
from standoff.cli.main import app
for line in sys.stdin.read().splitlines():
    app(line.split("|"), standalone_mode=False)
    print("done", line.partition("|")[0], file=sys.stderr)
"""


def test_no_command_opens_a_socket(tmp_path: Path) -> None:
    lines = [
        "assess|signal|--variants|8|-o|note.pdf",
        "assess|signal|--variants|8|--no-form|-o|note.html",
        "ask|signal|P(neighbor is seize)|--variants|8",
        "explain|signal|--variants|8",
        "backtest|signal|--variants|8",
        "check|signal",
        "solve|signal|--concept|aqre|-o|signal.json",
        "export|signal|-o|signal.efg",
        "schema",
        "new|mine",
    ]
    done = subprocess.run(
        [sys.executable, "-c", NO_SOCKETS], input="\n".join(lines), cwd=tmp_path,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("done ") == len(lines)


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
def test_stopping_ends_with_130(tmp_path: Path) -> None:
    code = (
        # Started from a shell's background, as CI may be, Python would find SIGINT ignored.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import numba, standoff.assess.assessing, standoff.cli.main as m\n"
        "print('ready', flush=True)\n"
        "m.run()"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code, "assess", "cuba-1962", "--variants", "4000"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert running.stdout is not None and running.stdout.readline() == "ready\n"
        time.sleep(2)
        assert running.poll() is None
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 130, err
    assert "stopped" in err and "Traceback" not in err and out == ""
    assert kept(tmp_path / ".standoff") == []


def test_every_schema_can_be_asked_for() -> None:
    from typing import get_args, get_type_hints

    from standoff.assess.schemas import SCHEMAS
    from standoff.cli.schema import command

    (choices, _) = get_args(get_type_hints(command, include_extras=True)["which"])
    assert get_args(choices) == (*SCHEMAS, "all")
