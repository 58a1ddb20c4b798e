"""A run folder against a dictionary: whatever is put, spoilt, lost and reopened in whatever order,
`get` gives what was put last, or nothing where the file was spoilt; never anything else.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from standoff.variants.store import open_run
from standoff.variants.store.durably import PARTIAL
from standoff.variants.store.folder import StoreWarning
from standoff.variants.store.index import NAME
from standoff.variants.store.runs import runs
from strategies.runs import a_manifest

TABLES = st.sampled_from(["draws", "answers/00000", "answers/00001", "form/split:us.x"])


class FolderMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.workspace = Path(tempfile.mkdtemp())
        self.folder = open_run(self.workspace, a_manifest())
        self.model: dict[str, np.ndarray] = {}
        self.finished = False

    def teardown(self) -> None:
        self.folder.close()
        shutil.rmtree(self.workspace)

    def file(self, table: str) -> Path:
        return self.folder.path / f"{table.replace(':', '%3A')}.parquet"

    @rule(table=TABLES, seed=st.integers(0, 5))
    def put(self, table: str, seed: int) -> None:
        column = np.random.default_rng(seed).random(4)
        self.folder.put(table, {"x": column})
        self.model[table] = column
        self.finished = False

    @rule(table=TABLES)
    def get(self, table: str) -> None:
        found = self.folder.get(table)
        if table in self.model:
            assert found is not None and found["x"].tobytes() == self.model[table].tobytes()
        else:
            assert found is None

    @precondition(lambda self: self.model)
    @rule(data=st.data(), how=st.sampled_from(["cut", "flip", "swap", "remove"]))
    def spoil(self, data: st.DataObject, how: str) -> None:
        table = data.draw(st.sampled_from(sorted(self.model)))
        file = self.file(table)
        size = file.stat().st_size
        if how == "cut":
            os.truncate(file, data.draw(st.integers(0, size - 1)))
        elif how == "flip":
            content = bytearray(file.read_bytes())
            content[data.draw(st.integers(0, size - 1))] ^= 1 << data.draw(st.integers(0, 7))
            file.write_bytes(content)
        elif how == "remove":
            file.unlink()
        else:
            others = sorted(self.model.keys() - {table})
            if not others:
                return
            file.write_bytes(self.file(data.draw(st.sampled_from(others))).read_bytes())
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = self.folder.get(table)
        if found is not None:  # a bit that says nothing of the numbers, and no index to know it
            assert how == "flip" and found["x"].tobytes() == self.model[table].tobytes()
            return
        assert [one.category for one in caught] == ([] if how == "remove" else [StoreWarning])
        del self.model[table]
        self.finished = self.finished and how == "remove"

    @rule(leave=st.booleans(), index=st.sampled_from(["whole", "lost", "broken"]))
    def reopen(self, leave: bool, index: str) -> None:
        if leave:  # what a killed writer leaves
            (self.folder.path / f".draws.parquet{PARTIAL}").write_bytes(b"PAR1 half")
        self.folder.close()
        if index == "lost":
            (self.workspace / NAME).unlink()
        elif index == "broken":
            (self.workspace / NAME).write_bytes(b"no database " * 100)
        self.folder = open_run(self.workspace, a_manifest())
        assert not list(self.folder.path.rglob(f"*{PARTIAL}"))

    @rule()
    def finish(self) -> None:
        self.folder.finish()
        self.finished = True

    @invariant()
    def names_are_those_of_the_model(self) -> None:
        assert self.folder.names() == sorted(self.model)

    @rule()
    def list_runs(self) -> None:
        (run,) = runs(self.workspace)
        assert run.status == "running"
        assert (run.known.done, run.known.finished) == (len(self.model), self.finished)
        assert sorted(run.sizes) == sorted(self.model)


TestFolder = FolderMachine.TestCase
TestFolder.settings = settings(
    derandomize=True, deadline=None, max_examples=25, stateful_step_count=25
)
