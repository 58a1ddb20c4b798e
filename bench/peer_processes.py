"""Workers from the bench's side: one process a solver, asked in JSON lines."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "peers"
sys.path.insert(0, str(HERE))
from build import interpreter, peers_directory  # noqa: E402

SCRIPTS = {
    "standoff": "standoff_worker.py",
    "openspiel": "openspiel_worker.py",
    "liteefg": "liteefg_worker.py",
    "noregret": "noregret_worker.py",
    "gambit": "gambit_worker.py",
}
TITLES = {
    "standoff": "Standoff", "openspiel": "OpenSpiel", "liteefg": "LiteEFG",
    "noregret": "NoRegret", "gambit": "Gambit",
}  # fmt: skip
OWN = ("liteefg", "noregret")
"""Peers with an environment of their own."""
ONE_THREAD = {
    f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")
} | {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}  # fmt: skip


class Failed(Exception):
    """A worker could not answer: it raised, died or took too long."""


class Process:
    """One solver in a process that lives until `close`."""

    def __init__(self, solver: str, environment: dict[str, str] | None = None) -> None:
        python: Path | None = Path(sys.executable)
        more = dict(environment or {})
        if solver in OWN:
            python = interpreter(solver)
            more["HOME"] = str(peers_directory() / "home")
        if python is None:
            raise Failed(f"not built: python bench/peers/build.py {solver}")
        self.solver = solver
        self._noise = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed with the process)
        self._process = subprocess.Popen(
            [str(python), str(HERE / SCRIPTS[solver])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._noise, text=True,
            env={**os.environ, **ONE_THREAD, **more},
        )  # fmt: skip
        self.hello: dict[str, Any] = {}

    def ask(self, do: str, *, within: float | None = None, **more: Any) -> dict[str, Any]:
        """The answer to one question; `Failed` if there is none after so many seconds."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        if process.stdin.closed:
            raise Failed(f"{self.solver} has been ended")
        try:
            process.stdin.write(json.dumps({"do": do, **more}) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise Failed(f"{self.solver} has stopped: {self._last_words()}") from None
        if within is not None and not select.select([process.stdout], [], [], within)[0]:
            self.close()
            raise Failed(f"none in {within:g} s")
        line = process.stdout.readline()
        if not line:
            raise Failed(f"{self.solver} has stopped: {self._last_words()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def _last_words(self) -> str:
        self._process.wait(timeout=10)
        self._noise.seek(0)
        lines = [line for line in self._noise.read().splitlines() if line.strip()]
        return lines[-1] if lines else f"exit status {self._process.returncode}"

    def close(self) -> None:
        """End the process at once."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None and not stream.closed:
                stream.close()
        if not self._noise.closed:
            self._noise.close()


def started(
    solvers: list[str], say: Callable[[str], None], environment: dict[str, str] | None = None
) -> tuple[dict[str, Process], dict[str, str]]:
    """Those that could be started, and why the others could not."""
    running, missing = {}, {}
    for solver in solvers:
        try:
            process = Process(solver, environment)
        except Failed as failed:
            missing[solver] = str(failed)
            continue
        begun = time.perf_counter()
        try:
            process.hello = process.ask("hello", within=300)
        except Failed as failed:
            missing[solver] = str(failed)
            process.close()
            continue
        running[solver] = process
        versions = ", ".join(f"{k} {v}" for k, v in process.hello["versions"].items())
        say(f"{TITLES[solver]} started in {time.perf_counter() - begun:.1f} s ({versions})")
    return running, missing
