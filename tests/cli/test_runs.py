"""`standoff runs`: what it lists and shows, what its exports hold, what it refuses."""

from __future__ import annotations

import builtins
import csv
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest

from standoff.assess import json_schema
from standoff.cli import main
from standoff.variants.store import manifest, open_run, run_id
from standoff.variants.store.exporting import resampled, table
from standoff.variants.store.models import RunDetails, RunList
from standoff.variants.store.runs import find
from strategies.runs import CHUNKS, a_manifest, chunk, play

NAME = run_id(a_manifest())


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
        monkeypatch.setattr(sys, "argv", ["standoff", "runs", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)

    return called


def workspace(tmp_path: Path) -> Path:
    return tmp_path / ".standoff"


def answers(index: int, size: int = 8) -> dict[str, np.ndarray]:
    """A chunk as an assessment leaves it: one answer under the record alone, one given an event."""
    rng = np.random.default_rng([5, index])
    weight = np.where(rng.random(size) < 0.2, 0.0, rng.random(size))
    return {
        "record": weight,
        "belief/us/hold/per_variant": rng.random(size),
        "belief/us/hold/base": weight * (1 + 1e-15),
        "price/per_variant": rng.random(size),
        "price/base": weight / 2,
        "status": rng.integers(0, 3, size),
    }


@pytest.fixture
def solved(tmp_path: Path) -> Path:
    """A workspace with a run of 20 variants in chunks of 8."""
    with open_run(workspace(tmp_path), a_manifest(variants=20)) as folder:
        names = ["draws", *CHUNKS]
        folder.expect(names)
        rng = np.random.default_rng(1)
        folder.put("draws", {"cost": rng.random(20), "prior.us.hold": rng.random(20)})
        for index, name in enumerate(CHUNKS):
            folder.put(name, answers(index, 8 if index < 2 else 4))
        folder.finish("notes/signal/x.json")
    return workspace(tmp_path)


def test_an_empty_workspace(run: Run, tmp_path: Path) -> None:
    assert run("list") == (0, f"no runs in {workspace(tmp_path)}\n", "")
    assert not workspace(tmp_path).exists(), "looking makes nothing"
    assert json.loads(run("list", "--json").out)["runs"] == []


def test_list(run: Run, tmp_path: Path, solved: Path) -> None:
    held = open_run(solved, a_manifest())
    held.expect(CHUNKS)
    held.put(CHUNKS[0], chunk(0))
    with open_run(solved, a_manifest(seed=5, as_of=None)) as folder:
        folder.put(CHUNKS[0], chunk(0))
    said = run("list")
    rows = {line.split()[0]: line.split()[1:] for line in said.out.splitlines()}
    assert said.code == 0 and len(rows) == 4
    assert rows[NAME][:6] == ["assess", "running", "1", "of", "3", "24"]
    assert rows[run_id(a_manifest(variants=20))][:6] == ["assess", "finished", "4", "of", "4", "20"]
    assert rows[run_id(a_manifest(seed=5, as_of=None))][:5] == ["assess", "stopped", "1", "24", "5"]
    held.close()
    jsonschema.validate(json.loads(run("list", "--json").out), json_schema("runs"))
    as_json = RunList.model_validate_json(run("list", "--json").out)
    assert {one.id: one.status for one in as_json.runs}[NAME] == "stopped"
    assert [one.kept for one in as_json.runs if one.status == "finished"] == ["notes/signal/x.json"]


def test_show(run: Run, solved: Path) -> None:
    name = run_id(a_manifest(variants=20))
    said = run("show", "signal")
    assert said.code == 0
    for words in (name, "finished, 4 of 4 tables", "seed 0", "numpy 2.0.0", "answers/00002"):
        assert words in said.out
    as_json = run("show", name, "--json").out
    jsonschema.validate(json.loads(as_json), json_schema("run"))
    found = RunDetails.model_validate_json(as_json)
    assert found.manifest == a_manifest(variants=20)
    assert [one.name for one in found.tables] == [*CHUNKS, "draws"]
    assert all(one.bytes for one in found.tables)


def test_a_run_can_not_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    asked = a_manifest(options={"x": "\x1b[2Jgone\nnew line"})
    with open_run(workspace(tmp_path), asked) as folder:
        folder.put("form/\x1b[31mred", chunk(0))
    for said in (run("show", "signal").out, run("list").out):
        assert "\x1b" not in said
    assert "x=�[2Jgone new line" in run("show", "signal").out


def test_no_such_run(run: Run, solved: Path) -> None:
    name = run_id(a_manifest(variants=20))
    said = run("show", name[:-1] + ("0" if name[-1] != "0" else "1"))
    assert said.code == 2 and f"did you mean {name}?" in said.err
    assert run("remove", "x").code == 2
    assert run("export", "x", "-o", "x.csv").code == 2


def test_remove(run: Run, solved: Path) -> None:
    name = run_id(a_manifest(variants=20))
    with open_run(solved, a_manifest(variants=20)):
        said = run("remove", name)
        assert said.code == 2 and "is at work there" in said.err
    assert run("remove", name[:10]).out.startswith(f"removed {name}: ")
    assert run("list").out.startswith("no runs")


def test_export_as_csv(run: Run, solved: Path, tmp_path: Path) -> None:
    said = run("export", "signal", "-o", "run.csv")
    assert (said.code, said.err) == (0, "wrote run.csv: 20 variants\n")
    rows = list(csv.DictReader((tmp_path / "run.csv").open()))
    assert list(rows[0]) == [
        "variant", "cost", "prior.us.hold", "weight", "belief/us/hold", "price", "price.weight",
        "status",
    ]  # fmt: skip
    drawn = np.random.default_rng(1).random(20)
    assert [float(row["cost"]) for row in rows] == drawn.tolist()
    assert [float(row["price"]) for row in rows[16:]] == answers(2, 4)["price/per_variant"].tolist()
    assert [int(row["variant"]) for row in rows] == list(range(20))


def test_export_as_parquet(run: Run, solved: Path, tmp_path: Path) -> None:
    assert run("export", "signal", "-o", "run", "--format", "parquet").code == 0
    columns = table(find(solved, "signal"))
    back = pq.read_table(tmp_path / "run")
    assert back.column_names == list(columns)
    for name, column in columns.items():
        assert back.column(name).to_numpy().tobytes() == column.tobytes()
    before = (tmp_path / "run").read_bytes()
    run("export", "signal", "-o", "run", "--format", "parquet")
    assert (tmp_path / "run").read_bytes() == before


def test_export_of_what_is_there_so_far(run: Run, solved: Path, tmp_path: Path) -> None:
    (find(solved, "signal").path / f"{CHUNKS[1]}.parquet").unlink()
    assert run("export", "signal", "-o", "run.csv").err == "wrote run.csv: 12 variants\n"
    rows = list(csv.DictReader((tmp_path / "run.csv").open()))
    assert [int(row["variant"]) for row in rows] == [*range(8), *range(16, 20)]
    drawn = np.random.default_rng(1).random(20)
    assert [float(row["cost"]) for row in rows] == [*drawn[:8], *drawn[16:]]


def test_export_refuses_what_it_can_not_do(run: Run, solved: Path, tmp_path: Path) -> None:
    said = run("export", "signal", "-o", "run.xlsx")
    assert said.code == 2 and "csv, parquet or arviz" in said.err
    file = find(solved, "signal").path / "draws.parquet"
    file.write_bytes(file.read_bytes()[:100])
    said = run("export", "signal", "-o", "run.csv")
    assert said.code == 2 and "draws.parquet can't be used; start the run again" in said.err
    with open_run(solved, a_manifest(seed=9)) as folder:
        folder.put("tempering/00", chunk(0))
    said = run("export", run_id(a_manifest(seed=9)), "-o", "run.csv")
    assert said.code == 2 and "tempering/00" in said.err
    assert not (tmp_path / "run.csv").exists()


def test_export_as_inference_data(run: Run, solved: Path, tmp_path: Path) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import arviz

    assert run("export", "signal", "-o", "run.nc").code == 0
    columns = table(find(solved, "signal"))
    data = arviz.from_netcdf(tmp_path / "run.nc")
    assert data["prior"]["cost"].shape == (1, 20)
    assert data["prior"]["cost"].values[0].tobytes() == columns["cost"].tobytes()
    assert data["prior_predictive"]["belief.us.hold"].values[0].tobytes() == (
        columns["belief/us/hold"].tobytes()
    )
    assert data["sample_stats_prior"]["weight"].values[0].tobytes() == columns["weight"].tobytes()
    chosen = data["sample_stats"]["variant"].values[0]
    assert (columns["weight"][chosen] > 0).all()
    assert data["posterior"]["cost"].values[0].tolist() == columns["cost"][chosen].tolist()
    assert "in proportion to weight" in data["posterior"].attrs["sampling"]
    assert all("created_at" not in data[name].attrs for name in data.groups())


def test_resampling_is_in_proportion_to_weight() -> None:
    weight = np.random.default_rng(2).random(200) ** 3
    weight[::7] = 0.0
    weight[3] = np.nan
    chosen = resampled(weight, 0)
    assert chosen is not None
    count = np.bincount(chosen, minlength=200)
    expected = np.nan_to_num(weight) / np.nansum(weight) * 200
    assert (np.abs(count - expected) < 1).all(), "systematic: each its share, rounded"
    assert count[expected == 0].sum() == 0
    assert resampled(np.zeros(5), 0) is None


def test_without_arviz(run: Run, solved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> object:
        if name.split(".")[0] == "arviz":
            raise ImportError(name)
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    said = run("export", "signal", "-o", "run.nc")
    assert said.code == 2 and "pip install 'standoff[arviz]'" in said.err


def test_a_run_of_another_kind_is_listed_too(run: Run, tmp_path: Path) -> None:
    with open_run(workspace(tmp_path), a_manifest(command="sensitivity")) as folder:
        play(folder)
    assert "sensitivity" in run("list").out


# --- assess and its run


QUICK = ("assess", "signal", "--variants", "8", "--no-form", "-o", "note.md")


@pytest.fixture
def standoff(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line itself, not only `runs`."""

    def called(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["standoff", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        captured = capsys.readouterr()
        return Ended(int(stop.value.code or 0), captured.out, captured.err)

    return called


def test_assess_says_what_it_takes_over(run: Run, standoff: Run, tmp_path: Path) -> None:
    assert standoff(*QUICK) == (0, "", "wrote note.md\n")
    (one,) = RunList.model_validate_json(run("list", "--json").out).runs
    assert (one.status, one.tables, one.expected) == ("finished", 2, 2)
    assert one.kept is not None and (workspace(tmp_path) / one.kept).is_file()
    before = (tmp_path / "note.md").read_bytes()
    said = standoff(*QUICK)
    assert said.err == f"run {one.id}: 2 of 2 tables are there and taken over\nwrote note.md\n"
    assert (tmp_path / "note.md").read_bytes() == before
    # Comments and layout are no part of what was asked; settings are.
    standoff(*QUICK, "--set", "fight=0.5")
    standoff(*QUICK, "--as-of", "2031-03-04")
    assert len(RunList.model_validate_json(run("list", "--json").out).runs) == 3


def test_exported_answers_are_those_of_the_note(standoff: Run, run: Run, tmp_path: Path) -> None:
    standoff(*QUICK, "--format", "json")
    assert run("export", "signal", "-o", "run.parquet").code == 0
    table = pq.read_table(tmp_path / "run.parquet").to_pandas()
    note = json.loads((tmp_path / "note.md").read_text())
    for kind, told in note["belief"]["neighbor"].items():
        column = table[f"belief/neighbor/{kind}/posterior"]
        assert np.average(column, weights=table["weight"]) == pytest.approx(told["probability"])
    for ending in note["outlook"]["endings"]:
        mean = np.average(table[f"endings/{ending['id']}"], weights=table["weight"])
        assert mean == pytest.approx(ending["probability"])
    assert {"fight", "precision", "prior.neighbor.seize"} < set(table.columns)


def test_why_a_stopped_run_is_not_taken_over(
    standoff: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standoff(*QUICK)
    (path,) = (workspace(tmp_path) / "runs").iterdir()
    (path / "finished.json").unlink()
    now = {**manifest.versions(), "numpy": "99.0"}
    was = manifest.versions()["numpy"]
    monkeypatch.setattr(manifest, "versions", lambda: now)
    assert standoff(*QUICK).err == (
        f"run {path.name} was stopped, but can't be taken over: it was made with numpy {was}, "
        "now it is 99.0\nwrote note.md\n"
    )


def test_a_folder_of_another_run_is_refused(standoff: Run, tmp_path: Path) -> None:
    standoff(*QUICK)
    standoff(*QUICK, "--seed", "1")
    one, other = sorted((workspace(tmp_path) / "runs").iterdir())
    asked = json.loads((one / "manifest.json").read_text())["seed"]
    shutil.rmtree(one)
    shutil.copytree(other, one)
    said = standoff(*QUICK, "--seed", str(asked))
    assert said.code == 2 and "holds another run: its seed is not the one asked for" in said.err
    assert f"found: {1 - asked}" in said.err and f"expected: {asked}" in said.err


def test_a_question_that_is_wrong_leaves_no_run(standoff: Run, tmp_path: Path) -> None:
    assert standoff(*QUICK, "--for", "nobody").code == 2
    assert standoff(*QUICK, "--as-of", "someday").code == 2
    assert not workspace(tmp_path).exists()


def test_a_run_that_never_got_anywhere_leaves_no_trace(
    standoff: Run, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("standoff.assess.assessing.worked", interrupted)
    said = standoff(*QUICK)
    assert said.code == 130 and said.err.split() == ["stopped"]
    assert run("list").out.startswith("no runs")
    assert list((workspace(tmp_path) / "runs").iterdir()) == []
