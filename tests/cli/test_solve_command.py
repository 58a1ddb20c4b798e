"""`standoff solve` and `standoff export` as a person types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from standoff.assess import json_schema
from standoff.cli import main
from standoff.cli.solved_text import probability, shared

CARDS = """EFG 2 R "Myerson's card game" { "Raiser" "Meeter" }
""

c "" 1 "" { "red" 1/2 "black" 1/2 } 0
p "" 1 1 "red card" { "raise" "fold" } 0
p "" 2 1 "raised" { "meet" "pass" } 0
t "" 1 "red, met" { 2, -2 }
t "" 2 "passed" { 1, -1 }
t "" 2 "passed" { 1, -1 }
p "" 1 2 "black card" { "raise" "fold" } 0
p "" 2 1 "raised" { "meet" "pass" } 0
t "" 3 "black, met" { -2, 2 }
t "" 2 "passed" { 1, -1 }
t "" 4 "folded" { -1, 1 }
"""
CHICKEN = """NFG 1 R "Chicken" { "One" "Two" } { 2 2 }

0 0 2 7 7 2 6 6
"""


class Ended:
    """How a command ended, what it printed."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> dict:  # type: ignore[type-arg]
        """What was printed, checked against the published schema."""
        shown = json.loads(self.out)
        jsonschema.validate(shown, json_schema("solved"))
        return shown  # type: ignore[no-any-return]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path):  # type: ignore[no-untyped-def]
    """Run the command line in this process, in a folder with two games."""
    monkeypatch.chdir(tmp_path)
    Path("cards.efg").write_text(CARDS)
    Path("chicken.nfg").write_text(CHICKEN)

    def called(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["standoff", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)

    return called


def test_a_file_is_solved_under_its_own_names(run) -> None:  # type: ignore[no-untyped-def]
    found = run("solve", "cards.efg", "--json")
    assert found.code == 0
    shown = found.json
    assert shown["status"] == "solved" and shown["certificate"]["value"] <= 1e-9
    assert shown["values"] == pytest.approx({"Raiser": 1 / 3, "Meeter": -1 / 3})
    play = shown["equilibria"][0]["strategies"]
    assert play["Raiser"]["red card"] == pytest.approx({"raise": 1.0, "fold": 0.0})
    assert play["Raiser"]["black card"] == pytest.approx({"raise": 1 / 3, "fold": 2 / 3})
    assert play["Meeter"]["raised"] == pytest.approx({"meet": 2 / 3, "pass": 1 / 3})
    text = run("solve", "cards.efg")
    assert text.code == 0 and "raised  meet 0.6667  pass 0.3333" in text.out
    assert "NashConv" in text.out and "Raiser 0.3333, Meeter -0.3333" in text.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nash", "--method", "lcp"),
        ("nash", "--method", "regret"),
        ("nash", "--method", "logit", "--tolerance", "1e-3"),
        ("nash", "--equilibria", "all"),
        ("cce",),
        ("cce", "--method", "device"),
        ("aqre", "--precision", "1.5"),
        ("aqre", "--method", "fixed-point"),
        ("level_k", "--level", "3"),
        ("cognitive_hierarchy", "--tau", "1.2"),
    ],
)
def test_each_concept_gives_its_json(run, arguments: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    found = run("solve", "cards.efg", "--json", "--concept", *arguments)
    shown = found.json
    assert found.code == 0 and shown["status"] == "solved" and shown["concept"] == arguments[0]
    if shown["certificate"]["name"] != "none":
        assert shown["certificate"]["value"] <= shown["certificate"]["tolerance"]
    for part in shown["equilibria"]:
        assert set(part["strategies"]) == {"Raiser", "Meeter"}
        for sets in part["strategies"].values():
            assert all(sum(odds.values()) == pytest.approx(1.0) for odds in sets.values())


def test_zero_sum_values_agree_whatever_the_method(run) -> None:  # type: ignore[no-untyped-def]
    for method in ("lp", "lcp", "regret", "normal-form"):
        shown = run("solve", "cards.efg", "--json", "--method", method).json
        assert shown["method"] == method
        assert shown["values"]["Raiser"] == pytest.approx(1 / 3, abs=1e-5)


def test_all_equilibria_of_a_table(run) -> None:  # type: ignore[no-untyped-def]
    shown = run("solve", "chicken.nfg", "--equilibria", "all", "--json").json
    assert shown["complete"] and len(shown["equilibria"]) == 3
    assert "these are all" in shown["advice"]
    rows = [sorted(*e["strategies"]["One"].values()) for e in shown["equilibria"]]
    assert len(rows) == 3
    mixed = [
        odds for e in shown["equilibria"] for odds in e["strategies"]["One"].values()
        if 0.01 < max(odds.values()) < 0.99
    ]  # fmt: skip
    assert len(mixed) == 1 and sorted(mixed[0].values()) == pytest.approx([1 / 3, 2 / 3])


def test_a_device_of_chicken(run) -> None:  # type: ignore[no-untyped-def]
    shown = run("solve", "chicken.nfg", "--concept", "cce", "--json").json
    weights = [part["weight"] for part in shown["equilibria"]]
    assert sum(weights) == pytest.approx(1.0) and len(weights) <= 64
    for player in ("One", "Two"):
        mean = sum(p["weight"] * p["values"][player] for p in shown["equilibria"])
        assert shown["values"][player] == pytest.approx(mean)


def test_the_branch_is_printed(run) -> None:  # type: ignore[no-untyped-def]
    found = run("solve", "cards.efg", "--concept", "aqre", "--precision", "2", "--path", "--json")
    path = found.json["path"]
    assert path[0]["precision"] == 0.0 and path[-1]["precision"] == pytest.approx(2.0)
    assert path[0]["strategies"]["Raiser"]["red card"]["raise"] == pytest.approx(0.5)
    text = run("solve", "cards.efg", "--concept", "aqre", "--precision", "2", "--path")
    assert "The branch from uniform play" in text.out


def test_the_branch_is_drawn(run) -> None:  # type: ignore[no-untyped-def]
    given = ("solve", "cards.efg", "--concept", "aqre", "--precision", "2")
    assert run(*given, "--path", "-o", "branch.svg").code == 0
    drawn = Path("branch.svg").read_text()
    assert "<svg" in drawn and "black card: fold" in drawn and "raised: meet" in drawn
    assert run(*given, "-o", "branch.svg").code == 2


def test_precision_of_a_scenario_is_its_own(run) -> None:  # type: ignore[no-untyped-def]
    shown = run("solve", "signal", "--concept", "aqre", "--json").json
    assert shown["source"] == "scenario" and shown["precision"] == pytest.approx(3.0)
    assert shown["certificate"]["value"] <= 1e-10
    other = run("solve", "signal", "--concept", "aqre", "--json", "--set", "fight=0.2").json
    assert other["equilibria"] != shown["equilibria"]


def test_openspiel_games_have_their_own_names(run) -> None:  # type: ignore[no-untyped-def]
    shown = run("solve", "openspiel:kuhn_poker", "--json").json
    assert shown["values"]["0"] == pytest.approx(-1 / 18)
    assert set(shown["equilibria"][0]["strategies"]["1"]["2b"]) == {"Pass", "Bet"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("card.efg",), "cards.efg"),
        (("openspiel:kuhn_pokr",), "kuhn_poker"),
        (("chicken.nfg", "--method", "lp"), "zero-sum"),
        (("cards.efg", "--concept", "spe"), "perfect information"),
        (("cards.efg", "--concept", "nash", "--method", "simplex"), "lcp"),
        (("cards.efg", "--concept", "nahs"), "nash"),
        (("cards.efg", "--set", "x=1"), "scenario"),
        (("cards.efg", "--tolerance", "-1"), "tolerance"),
        (("cards.efg", "--precision", "nan", "--concept", "aqre"), "precision"),
    ],
)
def test_bad_input_ends_with_two(run, arguments: tuple[str, ...], words: str) -> None:  # type: ignore[no-untyped-def]
    found = run("solve", *arguments)
    assert found.code == 2 and words in found.err, found.err
    assert "Traceback" not in found.err


def test_what_is_not_reached_in_time_is_unfinished(run) -> None:  # type: ignore[no-untyped-def]
    found = run(
        "solve", "openspiel:leduc_poker", "--method", "cfr+", "--tolerance", "1e-12",
        "--time", "0.3", "--json",
    )  # fmt: skip
    shown = found.json
    assert found.code == 3 and shown["status"] == "unfinished" and "--time" in shown["advice"]
    assert 1e-12 < shown["certificate"]["value"] < 5.0 and "--time" in found.err
    assert shown["certificate"]["exploitability"] == shown["certificate"]["value"] / 2


def test_files_are_written(run) -> None:  # type: ignore[no-untyped-def]
    assert run("solve", "cards.efg", "-o", "a.json").out == ""
    jsonschema.validate(json.loads(Path("a.json").read_text()), json_schema("solved"))
    assert run("solve", "cards.efg", "-o", "a.txt").code == 0
    assert "NashConv" in Path("a.txt").read_text()


def test_export_gives_a_file_back_byte_for_byte(run) -> None:  # type: ignore[no-untyped-def]
    assert run("export", "cards.efg", "-o", "again.efg").code == 0
    assert Path("again.efg").read_text() == CARDS
    assert run("export", "chicken.nfg", "--to", "nfg").out.strip() == CHICKEN.strip()


@pytest.mark.parametrize("ending", ["efg", "nfg", "sgame"])
def test_a_game_taken_elsewhere_has_the_same_value(run, ending: str) -> None:  # type: ignore[no-untyped-def]
    assert run("export", "openspiel:kuhn_poker", "-o", f"kuhn.{ending}").code == 0
    shown = run("solve", f"kuhn.{ending}", "--json").json
    assert list(shown["values"].values()) == pytest.approx([-1 / 18, 1 / 18])


def test_export_needs_a_format_that_there_is(run) -> None:  # type: ignore[no-untyped-def]
    assert run("export", "cards.efg", "-o", "game.txt").code == 2
    assert run("export", "cards.efg", "--to", "sgame").code == 2


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
def test_an_interrupt_gives_the_best_so_far(tmp_path: Path) -> None:
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import standoff.solve.regret, standoff.cli.main as m\n"
        "from standoff.game.openspiel import load_openspiel\n"
        "from standoff.solve.solving import solve\n"
        "solve(load_openspiel('leduc_poker'), method='dcfr+', tolerance=1.0)\n"  # compiled
        "print('ready', flush=True)\n"
        "m.run()"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code, "solve", "openspiel:leduc_poker", "--method", "dcfr+",
         "--tolerance", "1e-14", "--json"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert running.stdout is not None and running.stdout.readline() == "ready\n"
        time.sleep(3)
        assert running.poll() is None
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 130, err
    shown = json.loads(out)
    assert shown["status"] == "stopped" and shown["certificate"]["value"] < 0.1
    assert "Traceback" not in err


def test_room_is_shared_fairly() -> None:
    assert shared(36, [3, 100, 100]) == [3, 16, 17]
    assert shared(36, [100, 0, 5]) == [31, 0, 5]
    assert shared(36, [5]) == [5] and shared(1, [4, 4]) == [1, 1]


def test_small_odds_keep_their_digits() -> None:
    assert probability(0.0) == "0.0000" and probability(1e-9) == "1.0e-09"
    assert probability(0.25) == "0.2500"


def test_a_file_cannot_steer_the_terminal(run) -> None:  # type: ignore[no-untyped-def]
    from standoff.cli.solved_text import solved_text
    from standoff.game.efg_read import load_efg
    from standoff.solve.solving import solve

    steered = 'EFG 2 R "a\x1b[31mred" { "p\x1b[2J" "q" }\nt "" 1 "" { 1 2 }'
    assert "\x1b" not in solved_text(solve(load_efg(steered + "\n")))
    Path("bad.efg").write_text(steered + " zz\x1b[2J\n", "utf-8")
    found = run("solve", "bad.efg")
    assert found.code == 2
    assert "zz" in found.err
    assert "\x1b" not in found.err
