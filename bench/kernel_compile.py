"""Seconds until the kernels of one solve are there: ``python bench/kernel_compile.py``.

Each measurement is a fresh process: once with an empty cache (cold), then with the cache that the
first one left (warm). Counted is the first solve of a small game less a second one, that is what
compiling or reading machine code cost; what importing numba and SciPy takes stands apart.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

SOLVES = ("regret", "aqre")
TINY, WIDE = "kuhn_poker", "leduc_poker"


def one(what: str, game: str) -> dict[str, Any]:
    """First and second solve, in this process."""
    from standoff.game.openspiel import load_openspiel

    loaded = load_openspiel(game)
    begun = time.perf_counter(), time.process_time()
    import numba  # noqa: F401
    import scipy.sparse.linalg  # noqa: F401

    importing = {"wall": time.perf_counter() - begun[0], "cpu": time.process_time() - begun[1]}
    times = []
    for _ in range(2):
        begun = time.perf_counter(), time.process_time()
        if what == "regret":
            from standoff.solve.regret import regret

            regret(loaded.game, loaded.payload, tolerance=1e-2, outcome=loaded.outcome)
        else:
            from standoff.solve.solving import solve

            solve(loaded, "aqre", precision=1.0)
        times.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    return {"wall": times[0][0] - times[1][0], "cpu": times[0][1] - times[1][1],
            "importing": importing}  # fmt: skip


def kernels() -> list[dict[str, Any]]:
    """A row for each kind of solve: cold and warm."""
    rows = []
    for what, game in (("regret", TINY), ("regret", WIDE), ("aqre", TINY)):
        row: dict[str, Any] = {"solve": what, "game": game}
        with tempfile.TemporaryDirectory() as cache:
            for state in ("cold", "warm"):
                done = subprocess.run(
                    [sys.executable, __file__, what, game], capture_output=True, text=True,
                    env={**os.environ, "NUMBA_CACHE_DIR": cache},
                )  # fmt: skip
                if done.returncode:
                    row[state] = {"failed": done.stderr.strip().splitlines()[-1]}
                    break
                row[state] = json.loads(done.stdout)
        rows.append(row)
    return rows


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(one(sys.argv[1], sys.argv[2])))
        return
    for row in kernels():
        print(row, flush=True)


if __name__ == "__main__":
    main()
