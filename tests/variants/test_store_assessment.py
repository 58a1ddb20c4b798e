"""A real assessment is stopped before every step that reaches the disk, and goes on to the same
draws, answers and note.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from standoff.assess import assess, keep, tempered
from standoff.assess.chain import opened
from standoff.note import render
from standoff.variants import chunks
from standoff.variants.store import InMemory, open_run
from standoff.variants.store.durably import unwatched
from standoff.variants.store.manifest import manifest
from strategies.runs import contents

VARIANTS = 16
Watch = Callable[[str, Path], None]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "MOST", 8)


class Stopped(BaseException):
    """What nothing but the test catches."""


class At:
    """Ends the work at the k-th step."""

    def __init__(self, k: int, vanish: bool = False) -> None:
        self.k, self.vanish, self.steps = k, vanish, 0

    def __call__(self, step: str, path: Path) -> None:
        if self.steps == self.k:
            if self.vanish:
                os._exit(9)
            raise Stopped
        self.steps += 1


def assessed(workspace: Path, watch: Watch = unwatched, form: bool = False) -> dict[str, bytes]:
    """The assessment as the command makes it: everything that it leaves, and the note."""
    workspace.mkdir(exist_ok=True)
    crisis = opened("signal")
    run = manifest(crisis, variants=VARIANTS, form=form)
    with open_run(workspace, run, watch=watch) as store:
        found = assess(crisis, variants=VARIANTS, form=form, store=store)
        store.finish(keep(found, workspace).relative_to(workspace).as_posix())
        left = contents(store.path)
    left["note"] = render(found, "text").encode()
    left["json"] = next((workspace / "notes").rglob("*.json")).read_bytes()
    return left


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], int]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chunks, "MOST", 8)
        watch = At(-1)
        return assessed(tmp_path_factory.mktemp("whole"), watch), watch.steps


def test_what_is_kept(whole: tuple[dict[str, bytes], int]) -> None:
    answers = [name for name in whole[0] if name.startswith("answers/")]
    assert answers == [f"answers/{i:05}.parquet" for i in range(2)]
    assert "draws.parquet" in whole[0]


def test_vanishing_at_every_step(tmp_path: Path, whole: tuple[dict[str, bytes], int]) -> None:
    expected, steps = whole
    assert steps > 20
    for k in range(steps):
        child = os.fork()
        if child == 0:
            try:
                assessed(tmp_path / str(k), At(k, vanish=True))
            finally:
                os._exit(70)
        assert ended(child) == 9, k
        assert assessed(tmp_path / str(k)) == expected, k


def ended(child: int) -> int:
    for _ in range(30_000):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, 9)
    os.waitpid(child, 0)
    raise AssertionError("the child hangs")


def test_form_checks_are_taken_over(tmp_path: Path) -> None:
    expected = assessed(tmp_path / "whole", form=True)
    tables = [name for name in expected if name.startswith("form/")]
    assert len(tables) > 4
    watch = At(60)
    with pytest.raises(Stopped):
        assessed(tmp_path / "stopped", watch, form=True)
    done = len(list((tmp_path / "stopped").rglob("*.parquet")))
    assert 0 < done < len(list((tmp_path / "whole").rglob("*.parquet")))
    assert assessed(tmp_path / "stopped", form=True) == expected


def test_tempering_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where draws from the prior are worth too little, what was drawn instead is kept as well."""
    monkeypatch.setattr(tempered, "ENOUGH", 0.99)
    watch = At(-1)
    expected = assessed(tmp_path / "whole", watch)
    assert {"tempered.parquet", "tempered-answers/00000.parquet"} < expected.keys()
    assert any(name.startswith("tempering/") for name in expected)
    for k in range(30, watch.steps, 13):
        with pytest.raises(Stopped):
            assessed(tmp_path / str(k), At(k))
        assert assessed(tmp_path / str(k)) == expected, k


def test_a_folder_and_no_folder_give_the_same_note(
    tmp_path: Path, whole: tuple[dict[str, bytes], int]
) -> None:
    for store in (None, InMemory()):
        found = assess("signal", variants=VARIANTS, form=False, store=store)
        assert render(found, "text").encode() == whole[0]["note"]
