"""How long the main job takes, as a whole process, from a cold and from a warm kernel cache.

    python bench/assess.py

Each row is a command run in its own process; the first row has an empty kernel cache. Times on a
shared machine are noisy: compare rows of one run, not runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STANDOFF = str(Path(sys.executable).with_name("standoff"))


def timed(*arguments: str, environment: dict[str, str], folder: Path) -> float:
    """Seconds that `standoff ARGUMENTS` takes in `folder`."""
    start = time.perf_counter()
    done = subprocess.run(
        [STANDOFF, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    if done.returncode not in (0, 3):
        sys.exit(done.stderr)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    folder = Path(tempfile.mkdtemp())
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "kernels")}
    crisis = "cuba-1962"
    rows = [
        ("first run, cold kernels, --no-form", ("assess", crisis, "--no-form")),
        ("text, --no-form", ("assess", crisis, "--no-form")),
        ("text, form checks", ("assess", crisis)),
        ("PDF, form checks", ("assess", crisis, "-o", "note.pdf")),
        ("ask", ("ask", crisis, "P(ussr is hold)")),
        ("check", ("check", crisis)),
        ("backtest", ("backtest", crisis)),
        ("--help", ("--help",)),
    ]
    print(f"{'':40}{'seconds':>9}")
    for name, arguments in rows:
        seconds = timed(*arguments, environment=environment, folder=folder)
        print(f"{name:40}{seconds:9.2f}", flush=True)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
