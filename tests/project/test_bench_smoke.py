"""The benches start without peers, and their tables can be made."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the benches, from which they import each other."""
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.syspath_prepend(str(BENCH / "peers"))
    return BENCH


def loaded(path: Path) -> ModuleType:
    """A bench as a module; by its path, since the folders of tests have names too."""
    found = spec_from_file_location(f"bench_{path.stem}", path)
    assert found is not None and found.loader is not None
    module = module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


def test_quick_runs_without_peers(tmp_path: Path) -> None:
    """Only what is measured by OpenSpiel and Standoff, which the tests always have."""
    done = subprocess.run(
        [sys.executable, str(BENCH / "solve.py"), "--quick", "--only", "rates", "reach",
         "--slice", "0.005", "--limit", "0.2", "--skip-peer", "liteefg", "noregret", "gambit",
         "--results", str(tmp_path)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "solve.json").read_text("utf-8"))
    rates = found["rates"]["kuhn"]
    assert rates["rate"]["standoff"] > 0
    assert rates["rate"]["openspiel"] > 0
    assert len(rates["rates"]["standoff"]) == 2
    # The same dynamics on the same game, but for one plan more or less in the average.
    conv = rates["nash_conv"]
    assert conv["standoff"] == pytest.approx(conv["openspiel"], rel=0.1)
    ours = found["reach"]["kuhn"]["solvers"]["standoff"]["auto"][0]
    assert ours["reached"]
    assert ours["exploitability"] <= ours["target"] == 1e-3
    assert "Kuhn poker (58)" in done.stdout


def test_a_peer_that_is_not_built_is_named(bench: Path, monkeypatch, tmp_path: Path) -> None:
    import peer_processes

    monkeypatch.setenv("STANDOFF_PEERS", str(tmp_path))
    running, missing = peer_processes.started(["liteefg"], lambda text: None)
    assert running == {}
    assert "bench/peers/build.py liteefg" in missing["liteefg"]


def test_a_worker_that_fails_says_why(bench: Path) -> None:
    import peer_processes

    process = peer_processes.Process("openspiel")
    try:
        with pytest.raises(peer_processes.Failed, match="no_such_game"):
            process.ask("load", game="no_such_game")
        with pytest.raises(peer_processes.Failed, match="asked to do"):
            process.ask("sing")
    finally:
        process.close()
    with pytest.raises(peer_processes.Failed):
        process.ask("hello")


def test_checks_come_often_enough_and_no_oftener(bench: Path) -> None:
    """`until` on a made-up solver whose exploitability is one over its iterations."""
    from protocol import until

    made = {"iterations": 0, "checks": 0}

    def iterate(n: int) -> None:
        made["iterations"] += n
        sum(range(20 * n))  # some time has to pass

    def nash_conv() -> float:
        made["checks"] += 1
        return 2 / made["iterations"]

    rows = until(iterate, nash_conv, [1e-3, 0.1], limit=30.0)
    assert [row["target"] for row in rows] == [0.1, 1e-3]
    assert all(row["reached"] and row["exploitability"] <= row["target"] for row in rows)
    assert rows[0]["iterations"] <= rows[1]["iterations"] == made["iterations"]
    assert made["checks"] < 60

    made["iterations"] = 0
    (row,) = until(iterate, nash_conv, [1e-12], limit=0.05)
    assert not row["reached"]
    assert row["cpu"] < 5.0


def test_the_best_method_counts(bench: Path) -> None:
    from measure_reach import best

    def row(cpu: float, reached: bool) -> dict[str, object]:
        return {"target": 1e-3, "reached": reached, "cpu": cpu}

    found = {"a": {"cfr+": [row(2.0, True)], "dcfr": [row(1.0, True)], "pcfr+": [row(0.5, False)],
                   "gone": {"failed": "no"}}}  # fmt: skip
    chosen = best(found, "a", 1e-3, "cpu")
    assert chosen is not None
    assert chosen["method"] == "dcfr"
    assert best(found, "a", 1e-4, "cpu") is None
    assert best(found, "b", 1e-3, "cpu") is None


def test_the_options_say_what_is_measured(bench: Path) -> None:
    solve = loaded(bench / "solve.py")
    assert solve.parsed(["--quick"]).games == ["kuhn"]
    usual, full = solve.parsed([]), solve.parsed(["--full"])
    assert "ten-million" not in usual.only
    assert "ten-million" in full.only
    assert full.limit > usual.limit
    assert solve.parsed(["--full", "--limit", "3"]).limit == 3


def test_ten_million_is_zero_sum_with_public_moves(bench: Path) -> None:
    import ten_million

    from standoff.solve.constant_sum import constant_total
    from standoff.solve.opening import game_of_scenario

    loaded = game_of_scenario(ten_million.scenario(1))
    assert constant_total(loaded.game, loaded.payload) == pytest.approx(0.0)
    # Two rounds: nine ways on from each; the last size follows from these two.
    one, two = (game_of_scenario(ten_million.scenario(n)).game.histories for n in (1, 2))
    per_round = (two - one) / 9
    total = one + sum(per_round * 9**k for k in range(1, ten_million.ROUNDS))
    assert total > 10_000_000


def test_the_page_keeps_what_stands_around_its_tables(bench: Path) -> None:
    import speed_page

    found = {"about": {"processor": "p", "cores": 2, "system": "s", "when": "w", "seed": 0,
                       "clock": "cpu", "versions": {}, "missing": {}}}  # fmt: skip
    text = f"before\n{speed_page.START}\nold\n{speed_page.END}\nafter\n"
    made = speed_page.page(text, found)
    assert made.startswith("before\n")
    assert made.endswith("\nafter\n")
    assert "old" not in made
    assert speed_page.page(made, found) == made
