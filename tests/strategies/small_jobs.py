"""Jobs that worker processes can import: what they compute is told by the index alone."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from standoff.errors import Problem, ScenarioError
from standoff.progress import Progress
from standoff.variants.columns import Columns


@dataclass(frozen=True)
class Squares:
    """Each chunk holds a few numbers; some chunks do harm first."""

    size: int = 5
    seconds: float = 0.0
    kills: int | None = None
    """This chunk kills the process in which it is worked, unless `once` is there already."""
    once: Path | None = None
    fails: int | None = None
    """This chunk complains about the scenario."""
    stumbles: Path | None = None
    """The first try of every chunk fails, and leaves a file here."""

    def chunk(self, index: int, progress: Progress | None = None) -> Columns:
        """The chunk."""
        if index == self.kills and (self.once is None or not self.once.exists()):
            if self.once is not None:
                self.once.write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        if index == self.fails:
            raise ScenarioError(
                [Problem("odd", "an odd chunk", found=str(index)), Problem("odd", "indeed")]
            )
        if self.stumbles is not None and not (self.stumbles / str(index)).exists():
            (self.stumbles / str(index)).touch()
            raise OSError("a disk that is away for a moment")
        time.sleep(self.seconds)
        start = index * self.size
        numbers = np.arange(start, start + self.size, dtype=float)
        return {"squares": numbers**2, "process": np.full(self.size, os.getpid())}
